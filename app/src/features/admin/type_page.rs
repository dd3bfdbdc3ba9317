//! One lead type: `/admin/types/{number}`. Its name and defaults, and its pipeline. For administrators.

use domain::ChoiceList;
use domain::catalog::LeadType;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::configuration_fns::{StatusRow, TypeView, load_type};
use super::field_forms::{self, Fields};
use super::order_buttons::{OrderButtons, count_text};
use super::sections::AdminPage;
use super::status_forms::{AddStatus, ChangeStatus};
use super::ticks::Tick;
use crate::components::{NotFound, Problem};
use crate::context::{Toasts, catalog_now};
use crate::form::{Done, ErrorSummary, Input, InputKind, Options, PostForm, Select};
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn TypePage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let found = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => load_type(number).await,
                None => Err(crate::wire_error::WireError::NotFound),
            }
        },
    );
    view! {
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(crate::wire_error::WireError::NotFound) => view! { <NotFound /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// A status with its place and where it might move, so that only rows that changed are rendered anew.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Placed {
    row: StatusRow,
    is_first: bool,
    is_last: bool,
    /// Other statuses of its state.
    others: Options,
}

fn placed(rows: &[StatusRow]) -> Vec<Placed> {
    let others = |row: &StatusRow| {
        let fits = |other: &&StatusRow| {
            let (status, own) = (&other.status, &row.status);
            status.id != own.id && status.state == own.state && (!status.retired || own.moves.contains(&status.id))
        };
        rows.iter().filter(fits).map(|other| (other.status.id.to_string(), other.status.name.clone())).collect()
    };
    let last = rows.len().saturating_sub(1);
    let place = |(index, row): (usize, &StatusRow)| Placed { row: row.clone(), is_first: index == 0, is_last: index == last, others: others(row) };
    rows.iter().enumerate().map(place).collect()
}

#[component]
fn Loaded(found: TypeView) -> impl IntoView {
    let id = found.lead_type.id;
    let view = RwSignal::new(found);
    let toasts = expect_context::<Toasts>();
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_type(id.0).await {
                Ok(fresh) => drop(view.try_set(fresh)),
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let done = Callback::new(move |done: Done| {
        if !done.message.is_empty() {
            toasts.say(done.message);
        }
        reload();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    let lead_type = Memo::new(move |_| view.with(|view| view.lead_type.clone()));
    let fields = Memo::new(move |_| view.with(|view| field_forms::placed(&view.fields)));
    let statuses = Memo::new(move |_| view.with(|view| placed(&view.statuses)));
    view! {
        {move || view! { <Title text=lead_type.with(|lead_type| lead_type.name.clone()) /> }}
        <AdminPage here="/admin/types">
            <section class="section" aria-labelledby="type-h">
                <div class="section__head">
                    <h1 id="type-h">{move || lead_type.with(|lead_type| lead_type.name.clone())}</h1>
                    {move || lead_type.with(|lead_type| lead_type.retired).then(|| view! { <span class="badge tone-grey">"Retired"</span> })}
                    <a class="push" href="/admin/types">"All lead types"</a>
                </div>
                {move || view! { <TypeForm lead_type=lead_type.get() done /> }}
            </section>
            <section class="section" aria-labelledby="pipeline-h">
                <div class="section__head">
                    <h2 id="pipeline-h">"Pipeline"</h2>
                    <span class="muted">"Within a state a lead moves by an edit, from one state to another by an action"</span>
                </div>
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"Status"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Late after"</th>
                            <th scope="col">"May move to"</th>
                            <th scope="col">"Leads"</th>
                            <th class="table__end" scope="col"><span class="visually-hidden">"Order and change"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || statuses.get() key=Clone::clone children=move |placed| view! { <Row placed done /> } />
                    </tbody>
                </table>
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add a status"</h2></div>
                <AddStatus lead_type=id done />
            </section>
            <Fields lead_type=id fields done />
        </AdminPage>
    }
    .into_any()
}

#[component]
fn Row(placed: Placed, done: Callback<Done>) -> impl IntoView {
    let Placed { row: StatusRow { status, leads, stays }, is_first, is_last, others } = placed;
    let moves: Vec<String> =
        others.iter().filter(|(id, _)| status.moves.iter().any(|to| to.to_string() == *id)).map(|(_, name)| name.clone()).collect();
    let moves = match (moves.is_empty(), others.is_empty()) {
        (_, true) => String::new(),
        (true, _) => "Any".to_owned(),
        _ => moves.join(", "),
    };
    let action = format!("/admin/types/{}/statuses/{}", status.lead_type, status.id);
    view! {
        <tr>
            <td>
                <span class=format!("badge tone-{}", status.tone)>{status.name.clone()}</span>
                {status.is_default.then(|| view! { " " <span class="muted">"default"</span> })}
                {status.retired.then(|| view! { " " <span class="badge tone-grey">"Retired"</span> })}
            </td>
            <td>{status.state.label()}</td>
            <td>{status.due_days.map(|days| {
                let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
                view! { <span class="stack-only">"late after "</span>{days} }
            })}</td>
            <td class="desktop-only">{moves}</td>
            <td>{count_text(leads)}<span class="stack-only">" leads"</span></td>
            <td class="table__end">
                <div class="button-group button-group--end">
                    <OrderButtons action=format!("{action}/move") name=status.name.clone() is_first is_last done />
                    <ChangeStatus status stays others done />
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// Entries of a list, with "none" first; a retired one that is chosen stays on offer.
fn choices(list: ChoiceList, chosen: Option<domain::ChoiceId>) -> Options {
    let catalog = catalog_now();
    let offered = catalog.choices.iter().filter(|choice| choice.list == list && (!choice.retired || Some(choice.id) == chosen));
    let named = offered.map(|choice| (choice.id.to_string(), choice.name.clone()));
    std::iter::once((String::new(), "The list's default".to_owned())).chain(named).collect()
}

#[component]
fn TypeForm(lead_type: LeadType, done: Callback<Done>) -> impl IntoView {
    let text = |id: Option<domain::ChoiceId>| id.map(|id| id.to_string()).unwrap_or_default();
    let probability = lead_type.default_probability.map(|percent| percent.to_string()).unwrap_or_default();
    view! {
        <PostForm action=format!("/admin/types/{}", lead_type.id) class="form" on_done=done>
            <ErrorSummary />
            <Input name="name" label="Name" value=lead_type.name.clone() />
            <div class="field-row">
                <Select name="default_category" label="Category by default" options=choices(ChoiceList::Category, lead_type.default_category) value=text(lead_type.default_category) />
                <Select name="default_priority" label="Priority by default" options=choices(ChoiceList::Priority, lead_type.default_priority) value=text(lead_type.default_priority) />
            </div>
            <div class="field-row">
                <Select name="default_importance" label="Importance by default" options=choices(ChoiceList::Importance, lead_type.default_importance) value=text(lead_type.default_importance) />
                <Input name="default_probability" label="Probability by default, %" value=probability kind=InputKind::Number optional=true />
            </div>
            <Tick name="retired" label="Retired: leads keep it, no new one gets it" checked=lead_type.retired prefix="" />
            <div class="form__actions"><button class="button button--primary">"Save lead type"</button></div>
        </PostForm>
    }
    .into_any()
}
