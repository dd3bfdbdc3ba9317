//! Delegating a lead: to whom it is, the form that hands it over, and the answers of the distributor's people.

use domain::delegation::{Candidate, Offer, Proposal, call_centre_warning};
use domain::{AccountId, Delegation, DelegationState};
use leptos::prelude::*;

use super::fact::FactPage;
use super::lead_head::RefusedAsToast;
use crate::components::{Icon, TimeAgo};
use crate::context::{Toasts, catalog};
use crate::form::{Area, Done, Options, PostForm, Select, came_back};
use crate::routes;

/// To whom it is delegated, and how far that is.
#[component]
pub fn DelegatedTo() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let shown = Memo::new(move |_| page.detail.with(|detail| (detail.distributor.clone(), detail.delegation.clone())));
    move || {
        let (distributor, delegation) = shown.get();
        distributor.map(|distributor| {
            view! {
                <div class="fact">
                    <dt class="fact__label">"Delegated to"</dt>
                    <dd class="fact__value">
                        {distributor.name}
                        {delegation.map(|delegation| view! { <HowFar delegation /> })}
                    </dd>
                </div>
            }
        })
    }
}

#[component]
fn HowFar(delegation: Delegation) -> impl IntoView {
    let catalog = catalog();
    let name = |user: Option<domain::UserId>| user.map_or_else(String::new, |user| catalog.person_name(user));
    let (tone, state) = match delegation.state {
        DelegationState::Waiting => ("amber", "Waits to be accepted".to_owned()),
        DelegationState::Accepted => ("green", format!("Accepted by {}", name(delegation.answered_by))),
        DelegationState::Declined => ("red", format!("Declined by {}", name(delegation.answered_by))),
        DelegationState::TakenBack => ("grey", "Taken back".to_owned()),
    };
    let by = format!("Delegated by {} ", name(Some(delegation.by)));
    let note = delegation.note;
    view! {
        " "<span class=format!("badge tone-{tone}")>{state}</span>
        <p class="muted small">{by}<TimeAgo at=delegation.at /></p>
        {(!note.is_empty()).then(|| view! { <p class="timeline__note">{note}</p> })}
    }
    .into_any()
}

/// Accepting and declining, for the distributor's people; delegating and taking back, for who manages the lead.
#[component]
pub fn DelegationActions() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let may_answer = Memo::new(move |_| page.detail.with(|detail| detail.rights.answer));
    let offer = Memo::new(move |_| page.detail.with(|detail| detail.offer.clone().map(|offer| (offer, detail.lead.distributor))));
    view! {
        {move || may_answer.get().then(|| view! { <Answer /> })}
        {move || offer.get().map(|(offer, present)| view! { <Delegate offer present /> })}
    }
    .into_any()
}

/// Says what was done, and reads the lead afresh.
fn say_and_reload() -> Callback<Done> {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    Callback::new(move |done: Done| {
        toasts.say(done.message);
        page.reload.run(());
    })
}

#[component]
fn Answer() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = page.detail.with_untracked(|detail| format!("/leads/{}/delegation", detail.lead.id));
    let decline = format!("{here}/decline");
    let is_open = came_back(&decline);
    // Who declined a lead sees it no more, so that form goes to the list.
    view! {
        <PostForm action=format!("{here}/accept") on_done=say_and_reload()>
            <button class="button button--primary" data-command=""><Icon name="check" />"Accept"</button>
            <RefusedAsToast />
        </PostForm>
        <details class="menu menu--end" open=is_open>
            <summary class="button" data-command="Decline lead">"Decline"<Icon name="chevron-down" /></summary>
            <div class="menu__panel">
                <PostForm action=decline class="stack form__part">
                    <Area name="reason" label="Why not?" help="The regional manager reads it." prefix="decline-" />
                    <button class="button button--danger">"Decline lead"</button>
                    <RefusedAsToast />
                </PostForm>
            </div>
        </details>
    }
    .into_any()
}

/// The one that was named first, then the others.
fn options(proposal: Option<&Proposal>, candidates: Vec<Candidate>, present: Option<AccountId>) -> Options {
    let proposed = proposal.map(|proposal| proposal.distributor.id);
    let (mut first, others): (Vec<Candidate>, Vec<Candidate>) =
        candidates.into_iter().filter(|one| present != Some(one.id)).partition(|one| proposed == Some(one.id));
    first.extend(others);
    let label = |one: Candidate| {
        let named = proposal.filter(|proposal| proposal.distributor.id == one.id).map(|proposal| format!(" (named for {})", proposal.quarter));
        let marked = if one.is_call_centre { " (central call centre)" } else { "" };
        (one.id.to_string(), format!("{}{}{marked}", one.name, named.unwrap_or_default()))
    };
    let nobody = proposal.is_none().then(|| (String::new(), "Choose a distributor".to_owned()));
    nobody.into_iter().chain(first.into_iter().map(label)).collect()
}

/// Who was named by whom.
fn named_words(proposal: &Proposal) -> String {
    let by = proposal.by.map_or_else(String::new, |by| format!(" by {}", catalog().person_name(by)));
    let Proposal { distributor, territory, quarter, since, .. } = proposal;
    let start = format!("{} is named for {quarter} in {territory}{by}", distributor.name);
    if since == quarter { format!("{start}.") } else { format!("{start}, carried over from {since}.") }
}

#[component]
fn Delegate(offer: Offer, present: Option<AccountId>) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let id = page.detail.with_untracked(|detail| detail.lead.id);
    let action = format!("/leads/{id}/delegate");
    let back = format!("/leads/{id}/delegation/take-back");
    let is_open = came_back(&action) || came_back(&back);
    let Offer { proposal, candidates } = offer;
    let proposal =
        proposal.filter(|proposal| present != Some(proposal.distributor.id) && candidates.iter().any(|one| one.id == proposal.distributor.id));
    let proposed = proposal.as_ref().map(|proposal| proposal.distributor.id);
    let warning = candidates.iter().find(|one| one.is_call_centre && proposed == Some(one.id)).map(|one| call_centre_warning(&one.name));
    let help = proposal.as_ref().map(named_words).unwrap_or_default();
    let value = proposed.map(|id| id.to_string()).unwrap_or_default();
    let options = options(proposal.as_ref(), candidates, present);
    view! {
        <details class="menu menu--end" open=is_open>
            <summary class="button" data-command="Delegate to a distributor">"Delegate"<Icon name="chevron-down" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="stack form__part" on_done=say_and_reload()>
                    <Select name="distributor" label="Delegate to a distributor" options=options value=value help=help prefix="delegate-" />
                    {warning.map(|text| view! { <p class="fact__error">{text}</p> })}
                    <Area name="note" label="Note" help="Goes with the mail to its people." optional=true prefix="delegate-" />
                    <button class="button button--primary">"Delegate lead"</button>
                    <RefusedAsToast />
                </PostForm>
                {present.is_some().then(|| view! {
                    <PostForm action=back class="stack form__part" on_done=say_and_reload()>
                        <button class="button">"Take it back"</button>
                        <RefusedAsToast />
                    </PostForm>
                })}
                <p class="form__part small"><a href=routes::TERRITORIES>"Territories and distributors"</a></p>
            </div>
        </details>
    }
    .into_any()
}
