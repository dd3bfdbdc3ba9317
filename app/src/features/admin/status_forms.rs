//! Forms about statuses: adding one, changing one, removing one that no lead rests in.

use domain::catalog::Status;
use domain::pipeline::TONES;
use domain::{LeadTypeId, LifeCycle};
use leptos::prelude::*;

use super::close_when_done;
use super::order_buttons::RemoveForm;
use super::ticks::{Tick, Ticks};
use crate::components::Icon;
use crate::form::{Done, ErrorSummary, Input, InputKind, Options, PostForm, Select, came_back, error_at, typed_before};

/// Adds a status at the end of a pipeline.
#[component]
pub fn AddStatus(lead_type: LeadTypeId, done: Callback<Done>) -> impl IntoView {
    let states: Options = LifeCycle::ALL.into_iter().map(|state| (state.key().to_owned(), state.label().to_owned())).collect();
    view! {
        <PostForm action=format!("/admin/types/{lead_type}/statuses") class="form" on_done=done>
            <ErrorSummary prefix="new-" />
            <div class="field-row">
                <Input name="name" label="Name" prefix="new-" />
                <Select name="state" label="State" options=states value=LifeCycle::InProgress.key() help="It stays; only actions lead into another state." prefix="new-" />
            </div>
            <Tones chosen="blue" prefix="new-" />
            <Input name="due_days" label="Days before a lead here is late" kind=InputKind::Number optional=true prefix="new-" />
            <Tick name="is_default" label="Default: where actions lead in this state" checked=false prefix="new-" />
            <div class="form__actions"><button class="button button--primary">"Add status"</button></div>
        </PostForm>
    }
    .into_any()
}

/// What can be changed about a status, behind a button. Without script it stands open when it came back.
#[component]
pub fn ChangeStatus(
    status: Status,
    /// Why it cannot be removed; `None` where it can.
    stays: Option<String>,
    /// Other statuses of its state.
    others: Options,
    done: Callback<Done>,
) -> impl IntoView {
    let action = format!("/admin/types/{}/statuses/{}", status.lead_type, status.id);
    let remove = format!("{action}/remove");
    let is_open = came_back(&action) || came_back(&remove);
    let prefix = format!("s{}-", status.id);
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    let days = status.due_days.map(|days| days.to_string()).unwrap_or_default();
    let moves: Vec<_> = status.moves.iter().map(ToString::to_string).collect();
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=format!("Change {}", status.name)><Icon name="edit" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=done>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <Input name="name" label="Name" value=status.name.clone() prefix=prefix.clone() />
                    <p class="filter-panel__wide muted">{format!("State: {}. It stays, because leads that rest here would change theirs.", status.state.label())}</p>
                    <Input name="due_days" label="Late after, days" value=days kind=InputKind::Number optional=true prefix=prefix.clone() />
                    <div class="filter-panel__wide"><Tones chosen=status.tone.clone() prefix=prefix.clone() /></div>
                    {(!others.is_empty()).then(|| view! {
                        <div class="filter-panel__wide">
                            <Ticks name="moves" label="May move to (none ticked: to any)" options=others values=moves prefix=prefix.clone() />
                        </div>
                    })}
                    <div class="filter-panel__wide">
                        <Tick name="is_default" label="Default: where actions lead in this state" checked=status.is_default prefix=prefix.clone() />
                    </div>
                    <div class="filter-panel__wide">
                        <Tick name="retired" label="Retired: leads keep it, nothing may enter it" checked=status.retired prefix=prefix />
                    </div>
                    <div class="filter-panel__foot"><button class="button button--primary">"Save status"</button></div>
                </PostForm>
                {match stays {
                    None => view! { <RemoveForm action=remove label="Remove status" done /> }.into_any(),
                    Some(sentence) => view! { <p class="muted">{sentence}</p> }.into_any(),
                }}
            </div>
        </details>
    }
    .into_any()
}

/// A choice of colour.
#[component]
fn Tones(#[prop(into)] chosen: String, #[prop(into)] prefix: String) -> impl IntoView {
    let error = error_at("tone");
    let chosen = typed_before("tone").and_then(|typed| typed.into_iter().next()).unwrap_or(chosen);
    let one = |tone: &'static str| {
        let label = tone[..1].to_uppercase() + &tone[1..];
        view! {
            <label class="choice" title=label.clone()>
                <input type="radio" name="tone" value=tone aria-label=label.clone() checked=tone == chosen />
                <span class="choice__face"><span class=format!("choice__swatch tone-{tone}")></span></span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="field" id=format!("{prefix}tone")>
            <legend class="field__label">"Colour"</legend>
            <div class="choices">{TONES.into_iter().map(one).collect_view()}</div>
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}
