//! What a contact did, and how it stands towards the threshold: a part of the contact's page. `?before=` pages through it.

use domain::contact_event::Proposal;
use domain::{Action, ContactId, FormValues, Target, can};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::server_fns::{EventView, StandingView, load_standing};
use crate::components::{Problem, TimeAgo};
use crate::context::{Toasts, me};
use crate::form::{Done, ErrorSummary, PostForm};
use crate::routes;

/// The part.
#[component]
pub fn ContactEvents(
    id: ContactId,
    /// Called when the contact itself was changed from here.
    changed: Callback<()>,
) -> impl IntoView {
    let search = use_location().search;
    let before = Memo::new(move |_| {
        let values = FormValues::decode(search.get().trim_start_matches('?').as_bytes());
        values.find("before").filter(|text| !text.is_empty()).map(str::to_owned)
    });
    let standing = Resource::new(move || before.get(), move |before| load_standing(id.0, before));
    view! {
        <section class="section" id="events" aria-labelledby="events-h">
            <div class="section__head"><h2 id="events-h">"What they did"</h2></div>
            <Transition>
                {move || Suspend::new(async move {
                    match standing.await {
                        Ok(standing) => view! { <Loaded id standing is_later=before.get_untracked().is_some() changed /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}

#[component]
fn Loaded(
    id: ContactId,
    standing: StandingView,
    /// Whether it is a later page than the first.
    is_later: bool,
    changed: Callback<()>,
) -> impl IntoView {
    let here = routes::contact(id);
    let older = standing.next.as_ref().map(|cursor| format!("{}#events", routes::with_query(&here, &routes::and("", "before", cursor))));
    let bar = standing.wanted.map(|wanted| (standing.points * 100 / wanted.max(1)).clamp(0, 100));
    let lead = standing.lead.map(|lead| view! { <a class="button" href=routes::lead(lead, "")>"Open the lead"</a> });
    let pull = standing.may_pull.then(|| {
        view! {
            <PostForm action=format!("{here}/pull")>
                <ErrorSummary prefix="pull-" />
                <button class="button" data-command="Make it a lead now">"Make it a lead now"</button>
            </PostForm>
        }
    });
    let events = standing.events;
    let became = standing.became.into_iter().map(|one| view! {
        <li>"Became "<a href=routes::lead(one.lead, "")>{format!("lead # {}", one.lead)}</a>{format!(" {} ", one.how)}<TimeAgo at=one.at class="muted small" /></li>
    });
    let became: Vec<_> = became.collect();
    view! {
        <div class="standing">
            {bar.map(|filled| view! {
                <svg class="standing__bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width=filled.to_string() height="8"></rect></svg>
            })}
            <p>{standing.sentence}</p>
            {(!became.is_empty()).then(|| view! { <ul>{became}</ul> })}
            <div class="standing__actions">{lead}{pull}<a href=routes::THRESHOLDS>"What makes a lead"</a></div>
        </div>
        {(!standing.proposals.is_empty()).then(|| view! { <Proposals id proposals=standing.proposals changed /> })}
        {if events.is_empty() {
            view! { <p class="muted">"No contact events yet. Other systems send what contacts do: mails opened, calls, visits."</p> }.into_any()
        } else {
            view! { <Events events /> }.into_any()
        }}
        {(is_later || older.is_some()).then(|| view! {
            <p class="standing__actions">
                {is_later.then(|| view! { <a class="button button--small" href=format!("{here}#events")>"Latest"</a> })}
                {older.map(|href| view! { <a class="button button--small" href=href>"Older"</a> })}
            </p>
        })}
    }
    .into_any()
}

#[component]
fn Events(events: Vec<EventView>) -> impl IntoView {
    let row = |event: EventView| {
        view! {
            <tr>
                <td>
                    {event.label}
                    {(!event.detail.is_empty()).then(|| view! { <p class="muted small">{event.detail}</p> })}
                    {event.found.map(|found| view! { <p class="muted small">{found}</p> })}
                </td>
                <td><TimeAgo at=event.at /></td>
                <td class="table__end">{event.counts}<span class="stack-only">" points"</span></td>
            </tr>
        }
        .into_any()
    };
    view! {
        <table class="table table--stack">
            <thead>
                <tr><th scope="col">"Event"</th><th scope="col">"When"</th><th class="table__end" scope="col">"Counts now"</th></tr>
            </thead>
            <tbody>{events.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// Accounts that the contact may belong to: a person says which.
#[component]
fn Proposals(id: ContactId, proposals: Vec<Proposal>, changed: Callback<()>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        changed.run(());
    });
    let may_edit = can(&me(), Action::EditAccounts, Target::Site);
    let one = move |proposal: Proposal| {
        let account = proposal.account;
        let name = account.name.clone();
        view! {
            <li>
                <a href=routes::account(account.id)>{name.clone()}</a>
                <span class="badge tone-grey">{proposal.strength.label()}</span>
                <span class="muted small">{proposal.reasons.join(" · ")}</span>
                {may_edit.then(|| view! {
                    <PostForm action=format!("{}/edit", routes::contact(id)) on_done=done>
                        <input type="hidden" name="account" value=account.id.to_string() />
                        <button class="button button--small">{format!("Belongs to {name}")}</button>
                    </PostForm>
                })}
            </li>
        }
        .into_any()
    };
    view! {
        <div class="proposals">
            <p>"Which account is it? What is known of the contact points to:"</p>
            <ul>{proposals.into_iter().map(one).collect_view()}</ul>
        </div>
    }
    .into_any()
}
