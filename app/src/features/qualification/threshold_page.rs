//! What makes a contact a lead: `/thresholds`. The agreement in force, a proposal and its answers, and the history. `?points=` tries
//! a threshold.

use domain::{Action, FormValues, Target, Threshold, ThresholdState, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::{ClosestRow, ThresholdsView, load_thresholds};
use super::threshold_forms::{AnswerForms, TryAndPropose};
use super::versions::{Answers, History};
use crate::components::Problem;
use crate::context::{Toasts, catalog, me};
use crate::form::Done;
use crate::live::{Heard, Live};
use crate::routes;

/// The page.
#[component]
pub fn ThresholdPage() -> impl IntoView {
    let search = use_location().search;
    let points = Memo::new(move |_| {
        let values = FormValues::decode(search.get().trim_start_matches('?').as_bytes());
        values.find("points").filter(|text| !text.is_empty()).map(str::to_owned)
    });
    let found = Resource::new(move || points.get(), load_thresholds);
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            found.refetch();
        }
    }));
    view! {
        <Title text="Threshold" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"What makes a contact a lead"</h1></div>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found asked=points.get_untracked() done /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: ThresholdsView, asked: Option<String>, done: Callback<Done>) -> impl IntoView {
    let may_propose = can(&me(), Action::ProposeThreshold, Target::Site);
    let ThresholdsView { versions, in_force, today, managers, closest, trial } = found;
    let waiting = versions.iter().find(|version| version.state == ThresholdState::Proposed).cloned();
    let coming = versions.iter().find(|version| version.state == ThresholdState::Agreed && version.from > today).cloned();
    let has_proposal = waiting.is_some();
    let wanted = in_force.as_ref().map(|version| version.points);
    let current = in_force.as_ref().map(|version| version.id);
    view! {
        <section class="section" aria-labelledby="now-h">
            <div class="section__head"><h2 id="now-h">"In force"</h2></div>
            {match in_force {
                Some(version) => view! { <InForce version /> }.into_any(),
                None => view! { <p>"No threshold is in force. Contact events are counted, but no contact becomes a lead by itself."</p> }.into_any(),
            }}
            {coming.filter(|coming| Some(coming.id) > current).map(|coming| view! {
                <p class="muted">{format!("Version {} is agreed: {} points from {}.", coming.id, coming.points, coming.from.readable_day())}</p>
            })}
            <p class="muted">"Everything a contact does counts points, which fade with time. Whoever reaches the threshold becomes a lead at once: the rep who looks after the account has it, or else the group that gets what comes in by itself."</p>
        </section>
        {waiting.map(|version| view! { <Waiting version done /> })}
        {(may_propose && !has_proposal).then(|| view! { <TryAndPropose asked trial managers today done /> })}
        <ClosestContacts closest wanted />
        <History versions current />
    }
    .into_any()
}

#[component]
fn InForce(version: Threshold) -> impl IntoView {
    let by = catalog().person_name(version.proposed_by);
    view! {
        <p><strong>{format!("{} points", version.points)}</strong>{format!(" since {}: version {}, proposed by {by}.", version.from.readable_day(), version.id)}</p>
        {(!version.note.is_empty()).then(|| view! { <p class="timeline__note">{version.note.clone()}</p> })}
        <Answers answers=version.answers />
    }
    .into_any()
}

#[component]
fn Waiting(version: Threshold, done: Callback<Done>) -> impl IntoView {
    let by = catalog().person_name(version.proposed_by);
    let note = version.note.clone();
    view! {
        <section class="section" aria-labelledby="proposal-h">
            <div class="section__head"><h2 id="proposal-h">"Proposed"</h2><span class="badge tone-amber">"Waits for answers"</span></div>
            <p><strong>{format!("{} points", version.points)}</strong>{format!(" from {}: version {}, proposed by {by}.", version.from.readable_day(), version.id)}</p>
            {(!note.is_empty()).then(|| view! { <p class="timeline__note">{note}</p> })}
            <Answers answers=version.answers.clone() />
            <AnswerForms version done />
        </section>
    }
    .into_any()
}

#[component]
fn ClosestContacts(
    closest: Vec<ClosestRow>,
    /// Points of the threshold in force.
    wanted: Option<i64>,
) -> impl IntoView {
    let row = move |row: ClosestRow| {
        let points = wanted.map_or_else(|| row.points.to_string(), |wanted| format!("{} of {wanted}", row.points));
        view! {
            <tr>
                <td><a href=routes::contact(row.contact.id)>{row.contact.name}</a></td>
                <td>{row.account.map(|account| view! { <a href=routes::account(account.id)>{account.name}</a> })}</td>
                <td class="table__end">{points}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="closest-h">
            <div class="section__head"><h2 id="closest-h">"Highest confidence, no open lead"</h2></div>
            {if closest.is_empty() {
                view! { <p class="muted">"Nobody yet. Contacts appear here when other systems send what they do."</p> }.into_any()
            } else {
                view! {
                    <table class="table table--stack">
                        <thead><tr><th scope="col">"Contact"</th><th scope="col">"Account"</th><th class="table__end" scope="col">"Points"</th></tr></thead>
                        <tbody>{closest.into_iter().map(row).collect_view()}</tbody>
                    </table>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}
