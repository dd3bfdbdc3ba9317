//! The top of the lead page: name, pipeline, actions, ways to reach the person, previous and next.

use domain::lead_filter::Facet;
use domain::lead_views::{LeadDetail, Neighbours};
use domain::{ChoiceList, LeadAction, LeadFilter, LeadView, LifeCycle};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::converted::may_convert;
use super::delegation::DelegationActions;
use super::fact::FactPage;
use super::lead_tasks::NextStep;
use super::untouched::Untouched;
use crate::components::{Icon, Menu, PersonName};
use crate::context::{Toasts, catalog, catalog_now};
use crate::form::{Hidden, PostForm, Select, error_at};
use crate::routes;

/// Header of the page. `list` is the query of the list the lead was opened from.
#[component]
pub fn LeadHead(list: Signal<String>, neighbours: Signal<Neighbours>, others: Signal<Vec<String>>) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let detail = page.detail;
    let name = Memo::new(move |_| detail.with(|detail| detail.lead.full_name.clone()));
    let number = detail.with_untracked(|detail| detail.lead.id);
    let account = Memo::new(move |_| detail.with(|detail| detail.lead.account.clone()));
    let customer = Memo::new(move |_| detail.with(|detail| detail.customer.clone()));
    let owner = Memo::new(move |_| detail.with(|detail| detail.lead.owner));
    let tags = Memo::new(move |_| detail.with(|detail| detail.lead.tags.clone()));
    let actions = Memo::new(move |_| detail.with(|detail| detail.rights.actions.clone()));
    let may_plan = Memo::new(move |_| detail.with(|detail| detail.rights.task));
    let converts = may_convert(page);
    let is_open = Memo::new(move |_| detail.with(|detail| detail.lead.state.life_cycle().is_open()));
    let convert = move || (converts.get() && is_open.get()).then(|| routes::convert(number, 1));
    let may_open = Memo::new(move |_| detail.with(|detail| detail.rights.comment));
    let is_deleted = Memo::new(move |_| detail.with(|detail| detail.lead.deleted_at.is_some()));
    let presence = move || match others.get().as_slice() {
        [] => None,
        [one] => Some(format!("{one} is here too")),
        [first, rest @ ..] => Some(format!("{first} and {} more are here too", rest.len())),
    };
    let step = move |id: Option<domain::LeadId>, icon: &'static str, label: &'static str, key: &'static str| {
        id.map(|id| {
            let href = routes::lead(id, &list.get());
            view! { <a class="button button--quiet button--icon button--small" href=href aria-label=label title=format!("{label}  {key}") data-key=key data-command=label><Icon name=icon /></a> }.into_any()
        })
    };
    view! {
        <header class="record__head">
            <div class="record__line">
                <h1>{name}</h1>
                <span class="record__number">"# " {number.to_string()}</span>
                {move || is_deleted.get().then(|| view! { <span class="badge tone-red">"Deleted"</span> })}
                {move || presence().map(|text| view! { <span class="presence">{text}</span> })}
                <div class="record__actions">
                    <DelegationActions />
                    {move || view! { <Actions actions=actions.get() may_plan=may_plan.get() ticket=may_open.get().then(|| routes::new_ticket(number)) convert=convert() /> }}
                    <span class="record__step">
                        {move || step(neighbours.get().previous, "chevron-left", "Previous lead", "[")}
                        {move || step(neighbours.get().next, "chevron-right", "Next lead", "]")}
                    </span>
                </div>
            </div>
            <div class="record__meta">
                {move || {
                    let account = account.get();
                    view! { <span class="account"><Icon name="building" /><a class="account__name" href=routes::account(account.id)>{account.name}</a></span> }
                }}
                {move || customer.get().map(|customer| {
                    view! { <a class="badge tone-green" href=routes::customer(customer.id)>{format!("Customer {}", customer.name)}</a> }.into_any()
                })}
                {move || view! { <PersonName id=owner.get() /> }}
                {move || tags.get().into_iter().map(tag_link).collect_view()}
            </div>
            <NextStep />
            <Untouched />
            <Pipeline detail />
            {move || detail.with(|detail| view! { <Reach phone=detail.lead.phone().map(str::to_owned) email=detail.lead.email().map(str::to_owned) place=detail.lead.address.one_line() /> })}
        </header>
    }
    .into_any()
}

/// A tag leads to all leads that have it.
fn tag_link(tag: String) -> AnyView {
    let filter = LeadFilter { view: LeadView::All, facets: vec![(Facet::Tag, tag.clone())], ..LeadFilter::default() };
    view! { <a class="chip" href=routes::leads(&filter)>{tag}</a> }.into_any()
}

#[component]
fn Reach(phone: Option<String>, email: Option<String>, place: String) -> impl IntoView {
    let query = form_urlencoded::byte_serialize(place.as_bytes()).collect::<String>();
    view! {
        <div class="record__reach">
            {phone.map(|phone| view! { <a class="button" href=format!("tel:{phone}")><Icon name="phone" />"Call"</a> })}
            {email.map(|email| view! { <a class="button" href=format!("mailto:{email}")><Icon name="mail" />"Mail"</a> })}
            {(!place.is_empty()).then(|| view! { <a class="button" rel="noreferrer" href=format!("https://www.openstreetmap.org/search?query={query}")><Icon name="map-pin" />"Map"</a> })}
        </div>
    }
    .into_any()
}

/// The pipeline as steps: a step of the same state is an edit, another state an action.
#[component]
fn Pipeline(detail: RwSignal<LeadDetail>) -> impl IntoView {
    let page = expect_context::<FactPage>();
    move || {
        let catalog = catalog();
        let (id, version, lead_type, status, state, may_edit, may_start) = detail.with(|detail| {
            let lead = &detail.lead;
            let may_start = detail.rights.actions.contains(&LeadAction::Start);
            (lead.id, lead.version, lead.lead_type, lead.status, lead.state.life_cycle(), detail.rights.edit, may_start)
        });
        let current = catalog.status(status).cloned();
        let steps: Vec<_> = catalog.pipeline(lead_type).filter(|step| step.state.is_open()).cloned().collect();
        let at = steps.iter().position(|step| step.id == status);
        let closed = (!state.is_open()).then(|| current.clone()).flatten();
        let allowed = move |step: &domain::catalog::Status| {
            let moves = current.as_ref().map(|current| current.moves.clone()).unwrap_or_default();
            may_edit && step.state == state && (moves.is_empty() || moves.contains(&step.id))
        };
        let first_in_progress = steps.iter().position(|step| step.state == LifeCycle::InProgress);
        let mut views: Vec<AnyView> = Vec::new();
        for (index, step) in steps.into_iter().enumerate() {
            let label = step.name.clone();
            let done = at.is_some_and(|at| index < at);
            let is_current = at == Some(index);
            let face = view! { <span class="pipeline__label">{label.clone()}</span> };
            let inner = if !is_current && allowed(&step) {
                view! {
                    <PostForm action=format!("/leads/{id}/edit") on_done=Callback::new(move |_| page.reload.run(()))>
                        <Hidden name="version" value=version.to_string() />
                        <Hidden name="status" value=step.id.to_string() />
                        <button class="pipeline__button" title=format!("Move to {label}")>{face}</button>
                    </PostForm>
                }
                .into_any()
            } else if may_start && state == LifeCycle::Pending && Some(index) == first_in_progress {
                view! {
                    <PostForm action=format!("/leads/{id}/actions/start") on_done=Callback::new(move |_| page.reload.run(()))>
                        <button class="pipeline__button" title="Start work">{face}</button>
                    </PostForm>
                }
                .into_any()
            } else {
                view! { <span class="pipeline__button">{face}</span> }.into_any()
            };
            views.push(
                view! {
                    <li class="pipeline__step" class=("pipeline__step--done", done) class=("pipeline__step--current", is_current) aria-current=is_current.then_some("step")>
                        {inner}
                    </li>
                }
                .into_any(),
            );
        }
        if let Some(status) = closed {
            let class = format!("pipeline__step pipeline__step--{}", status.state.key());
            views.push(view! { <li class=class aria-current="step"><span class="pipeline__button"><span class="pipeline__label">{status.name}</span></span></li> }.into_any());
        }
        view! { <ol class="pipeline" aria-label="Status" data-key="s" data-focus="" data-command="Change the status">{views}</ol> }
    }
}

/// The next step as the primary button, the rest in menus.
#[component]
fn Actions(
    actions: Vec<LeadAction>,
    may_plan: bool,
    /// Where a ticket is opened for it.
    ticket: Option<String>,
    /// Where it becomes a customer, while it is worked.
    convert: Option<String>,
) -> impl IntoView {
    let primary = [LeadAction::Accept, LeadAction::Start, LeadAction::Win, LeadAction::Reopen, LeadAction::Restore]
        .into_iter()
        .find(|action| actions.contains(action));
    let rest: Vec<_> = actions.iter().copied().filter(|action| Some(*action) != primary && *action != LeadAction::Lose).collect();
    view! {
        {primary.map(|action| view! { <ActionForm action class="button button--primary" /> })}
        {convert.clone().map(|href| view! {
            <a class="button record__convert" href=href data-command="Convert to customer"><Icon name="building" />"Convert"</a>
        })}
        {actions.contains(&LeadAction::Lose).then(|| view! { <Lose /> })}
        {(may_plan || convert.is_some() || ticket.is_some() || !rest.is_empty()).then(|| view! {
            <Menu summary=|| view! { <Icon name="more" /> } button_class="button button--icon" label="More actions" at_end=true>
                {may_plan.then(|| view! { <a class="menu__item" href="#attempts"><Icon name="phone" />"Log an attempt"</a> })}
                {may_plan.then(|| view! { <a class="menu__item" href="#tasks"><Icon name="check" />"Add a task"</a> })}
                {convert.map(|href| view! { <a class="menu__item" href=href><Icon name="building" />"Convert to customer"</a> })}
                {ticket.map(|href| view! { <a class="menu__item" href=href><Icon name="flag" />"Open a ticket"</a> })}
                {rest.into_iter().map(|action| view! { <ActionForm action class=if action == LeadAction::Delete { "menu__item menu__item--danger" } else { "menu__item" } /> }).collect_view()}
            </Menu>
        })}
    }
    .into_any()
}

fn icon_of(action: LeadAction) -> &'static str {
    match action {
        LeadAction::Accept => "user",
        LeadAction::Start => "chevron-right",
        LeadAction::Win => "trophy",
        LeadAction::Lose | LeadAction::Cancel => "close",
        LeadAction::Reopen | LeadAction::Restore => "undo",
        LeadAction::Delete => "trash",
    }
}

fn action_path(page: FactPage, action: LeadAction) -> String {
    page.detail.with_untracked(|detail| format!("/leads/{}/actions/{}", detail.lead.id, action.key()))
}

#[component]
fn ActionForm(action: LeadAction, class: &'static str) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let opposite = match action {
        LeadAction::Delete => Some(LeadAction::Restore),
        LeadAction::Win | LeadAction::Cancel => Some(LeadAction::Reopen),
        _ => None,
    };
    let undo = opposite.map(|action| action_path(page, action));
    let navigate = use_navigate();
    let here = page.detail.with_untracked(|detail| routes::lead(detail.lead.id, ""));
    let done = move |done: crate::form::Done| {
        // A win may lead to the conversion.
        if done.location != here {
            toasts.say(done.message);
            navigate(&done.location, NavigateOptions::default());
            return;
        }
        match undo.clone() {
            Some(undo) => toasts.say_with_undo(done.message, undo),
            None => toasts.say(done.message),
        }
        page.reload.run(());
    };
    view! {
        <PostForm action=action_path(page, action) on_done=Callback::new(done)>
            <button class=class data-command=""><Icon name=icon_of(action) />{action.label()}</button>
            <RefusedAsToast />
        </PostForm>
    }
    .into_any()
}

/// A refused move is said as a toast; without script it stands beside its button.
#[component]
pub fn RefusedAsToast() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let error = error_at("");
    let came_back = error.get_untracked();
    Effect::new(move |_| {
        if let Some(text) = error.get() {
            toasts.fail(text);
        }
    });
    came_back.map(|text| view! { <p class="field__error" role="alert">{text}</p> })
}

#[component]
fn Lose() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let catalog = catalog_now();
    let reasons = std::iter::once((String::new(), "Choose a reason".to_owned()))
        .chain(catalog.offered(ChoiceList::LostReason).map(|choice| (choice.id.to_string(), choice.name.clone())))
        .collect::<Vec<_>>();
    let action = action_path(page, LeadAction::Lose);
    // Without script the menu has to stand open to show what is wrong.
    let came_back = crate::form::came_back(&action);
    let undo = action_path(page, LeadAction::Reopen);
    let done = move |done: crate::form::Done| {
        toasts.say_with_undo(done.message, undo.clone());
        page.reload.run(());
    };
    view! {
        <details class="menu menu--end" open=came_back>
            <summary class="button" data-command="Lose lead">"Lose"<Icon name="chevron-down" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="stack form__part" on_done=Callback::new(done)>
                    <Select name="reason" label="Why was it lost?" options=reasons prefix="lose-" />
                    <button class="button button--danger">"Lose lead"</button>
                    <RefusedAsToast />
                </PostForm>
            </div>
        </details>
    }
    .into_any()
}
