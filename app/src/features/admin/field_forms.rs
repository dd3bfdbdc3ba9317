//! Fields of a lead type that an administrator adds: the table on the type's page, and its forms.

use domain::LeadTypeId;
use domain::custom_field::{CustomField, CustomKind};
use leptos::prelude::*;

use super::close_when_done;
use super::configuration_fns::FieldRow;
use super::order_buttons::{OrderButtons, RemoveForm, count_text};
use super::ticks::Tick;
use crate::components::Icon;
use crate::form::{Area, Done, ErrorSummary, Input, Options, PostForm, Select, came_back};

/// A field with its place, so that only rows that changed are rendered anew.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placed {
    row: FieldRow,
    is_first: bool,
    is_last: bool,
}

/// The fields with their places.
#[must_use]
pub fn placed(rows: &[FieldRow]) -> Vec<Placed> {
    let last = rows.len().saturating_sub(1);
    rows.iter().enumerate().map(|(index, row)| Placed { row: row.clone(), is_first: index == 0, is_last: index == last }).collect()
}

/// The fields that leads of a type have, and the form that adds one.
#[component]
pub fn Fields(lead_type: LeadTypeId, fields: Memo<Vec<Placed>>, done: Callback<Done>) -> impl IntoView {
    let has_some = Memo::new(move |_| fields.with(|fields| !fields.is_empty()));
    view! {
        <section class="section" aria-labelledby="fields-h">
            <div class="section__head">
                <h2 id="fields-h">"Fields of your own"</h2>
                <span class="muted">"Beyond those that every lead has"</span>
            </div>
            {move || has_some.get().then(|| view! {
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"Field"</th>
                            <th scope="col">"Takes"</th>
                            <th scope="col">"Of"</th>
                            <th scope="col">"Leads"</th>
                            <th class="table__end" scope="col"><span class="visually-hidden">"Order and change"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || fields.get() key=Clone::clone children=move |placed| view! { <Row lead_type placed done /> } />
                    </tbody>
                </table>
            })}
        </section>
        <section class="section" aria-labelledby="add-field-h">
            <div class="section__head"><h2 id="add-field-h">"Add a field"</h2></div>
            <AddField lead_type done />
        </section>
    }
    .into_any()
}

#[component]
fn Row(lead_type: LeadTypeId, placed: Placed, done: Callback<Done>) -> impl IntoView {
    let Placed { row: FieldRow { field, uses, lacking }, is_first, is_last } = placed;
    let action = format!("/admin/types/{lead_type}/fields/{}", field.id);
    let lacking = lacking.filter(|count| *count > 0).map(|count| {
        let lead = if count == 1 { "lead lacks" } else { "leads lack" };
        view! { <div class="muted">{format!("{} {lead} it", count_text(count))}</div> }
    });
    view! {
        <tr>
            <td>
                {field.name.clone()}
                {field.required.then(|| view! { " " <span class="muted">"required"</span> })}
                {field.retired.then(|| view! { " " <span class="badge tone-grey">"Retired"</span> })}
            </td>
            <td>{field.kind.label()}</td>
            <td>{if field.lead_type.is_none() { "All types" } else { "This type" }}</td>
            <td>{count_text(uses)}<span class="stack-only">" leads"</span>{lacking}</td>
            <td class="table__end">
                <div class="button-group button-group--end">
                    <OrderButtons action=format!("{action}/move") name=field.name.clone() is_first is_last done />
                    <ChangeField action field uses done />
                </div>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn AddField(lead_type: LeadTypeId, done: Callback<Done>) -> impl IntoView {
    let kinds: Options = CustomKind::ALL.into_iter().map(|kind| (kind.key().to_owned(), kind.label().to_owned())).collect();
    view! {
        <PostForm action=format!("/admin/types/{lead_type}/fields") class="form" on_done=done>
            <ErrorSummary prefix="field-" />
            <div class="field-row">
                <Input name="name" label="Name" prefix="field-" />
                <Select name="kind" label="What it takes" options=kinds help="It stays once the field is added." prefix="field-" />
            </div>
            <Area name="options" label="What can be chosen" help="One a line, for “One of a list”." optional=true prefix="field-" />
            <Input name="default" label="What a new lead starts with" optional=true prefix="field-" />
            <Tick name="required" label="Required when a lead is added and when the field is edited" checked=false prefix="field-" />
            <Tick name="for_all" label="For leads of every type" checked=false prefix="field-" />
            <div class="form__actions"><button class="button button--primary">"Add field"</button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn ChangeField(action: String, field: CustomField, uses: i64, done: Callback<Done>) -> impl IntoView {
    let remove = format!("{action}/remove");
    let is_open = came_back(&action) || came_back(&remove);
    let prefix = format!("f{}-", field.id);
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    let options = field.options.join("\n");
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=format!("Change {}", field.name)><Icon name="edit" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=done>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <Input name="name" label="Name" value=field.name.clone() prefix=prefix.clone() />
                    <p class="filter-panel__wide muted">{format!("Takes: {}. It stays: what leads have would make no sense.", field.kind.label())}</p>
                    <Input name="default" label="New leads start with" value=field.default.clone() optional=true prefix=prefix.clone() />
                    {(field.kind == CustomKind::Choice).then(|| view! {
                        <div class="filter-panel__wide">
                            <Area name="options" label="What can be chosen, one a line" value=options help="Leads keep an option that is taken away." prefix=prefix.clone() />
                        </div>
                    })}
                    <div class="filter-panel__wide">
                        <Tick name="required" label="Required when a lead is added and when the field is edited" checked=field.required prefix=prefix.clone() />
                    </div>
                    <div class="filter-panel__wide">
                        <Tick name="retired" label="Retired: leads keep it, no longer asked for" checked=field.retired prefix=prefix />
                    </div>
                    <div class="filter-panel__foot"><button class="button button--primary">"Save field"</button></div>
                </PostForm>
                {if uses == 0 {
                    view! { <RemoveForm action=remove label="Remove field" done /> }.into_any()
                } else {
                    view! { <p class="muted">"Leads have it, so it cannot be removed; retire it instead."</p> }.into_any()
                }}
            </div>
        </details>
    }
    .into_any()
}
