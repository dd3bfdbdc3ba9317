//! Trying and proposing a threshold, and answering a proposal.

use domain::{Action, Role, Target, Threshold, Timestamp, UserId, can};
use leptos::prelude::*;

use super::server_fns::TrialView;
use crate::context::{catalog, me};
use crate::features::accounts::ask_for;
use crate::form::{Area, Done, ErrorSummary, Input, InputKind, PostForm};
use crate::routes;

/// What a threshold would have done, in a sentence.
fn words(trial: &TrialView) -> String {
    let contacts = match trial.contacts {
        0 => "no contact".to_owned(),
        1 => "1 contact".to_owned(),
        count => format!("{count} contacts"),
    };
    let start = format!("{} points would have let through {contacts} in the last {} months", trial.points, trial.months);
    match (trial.contacts, trial.won) {
        (0, _) => format!("{start}."),
        (_, 0) => format!("{start}, of which none has been won since."),
        (_, 1) => format!("{start}, of which 1 has been won since."),
        (_, won) => format!("{start}, of which {won} have been won since."),
    }
}

/// First tried, then proposed: the form to propose holds what was tried.
#[component]
pub fn TryAndPropose(
    /// The points in the address.
    asked: Option<String>,
    trial: Option<Result<TrialView, String>>,
    /// Whom a proposal asks.
    managers: Vec<UserId>,
    today: Timestamp,
    done: Callback<Done>,
) -> impl IntoView {
    let catalog = catalog();
    let names: Vec<String> = managers.iter().map(|id| catalog.person_name(*id)).collect();
    let asks = if names.is_empty() {
        "No group has a manager yet, so nobody could accept a proposal.".to_owned()
    } else {
        format!("It asks {}. When all have accepted, it is in force from its day on.", names.join(", "))
    };
    let submit = ask_for(|values| routes::with_query(routes::THRESHOLDS, &routes::and("", "points", values.get("points").trim())));
    let wrong = trial.as_ref().and_then(|trial| trial.as_ref().err().cloned());
    let is_wrong = wrong.is_some().then_some("true");
    let result = trial.as_ref().and_then(|trial| trial.as_ref().ok()).map(words);
    let points = asked.unwrap_or_default();
    view! {
        <section class="section" aria-labelledby="propose-h">
            <div class="section__head"><h2 id="propose-h">"Propose another threshold"</h2></div>
            <form class="form" action=routes::THRESHOLDS method="get" on:submit=submit>
                <div class="field">
                    <label class="field__label" for="try-points">"Try so many points"</label>
                    <p class="field__help" id="try-points-help">"Looks at what contacts did in the last months, with the weights of today. Nothing is changed."</p>
                    <input class="input input--figure" id="try-points" name="points" inputmode="numeric" autocomplete="off" value=points.clone()
                        aria-invalid=is_wrong aria-describedby="try-points-help try-points-error" />
                    <p class="field__error" id="try-points-error">{wrong}</p>
                </div>
                <div class="form__actions"><button class="button">"Try it"</button></div>
                {result.map(|sentence| view! { <p role="status"><strong>{sentence}</strong></p> })}
            </form>
            <PostForm action="/thresholds" class="form" on_done=done>
                <ErrorSummary />
                <Input name="points" label="Points" kind=InputKind::Number value=points help="Confidence above which a contact becomes a lead" />
                <Input name="from" label="From" kind=InputKind::Day value=today.day() help="The first day on which it may be in force" />
                <Area name="note" label="Why" optional=true />
                <p class="form__foot">{asks}</p>
                <div class="form__actions"><button class="button button--primary">"Propose it"</button></div>
            </PostForm>
        </section>
    }
    .into_any()
}

/// Accepting, declining, withdrawing: whatever this person may.
#[component]
pub fn AnswerForms(version: Threshold, done: Callback<Done>) -> impl IntoView {
    let me = me();
    let is_asked = version.asks(me.id);
    let may_withdraw = can(&me, Action::ProposeThreshold, Target::Site) && (version.proposed_by == me.id || me.role == Role::Administrator);
    let here = format!("/thresholds/{}", version.id);
    view! {
        {is_asked.then(|| view! {
            <PostForm action=format!("{here}/accept") class="form" on_done=done>
                <ErrorSummary prefix="accept-" />
                <div class="form__actions"><button class="button button--primary">"Accept"</button></div>
            </PostForm>
            <PostForm action=format!("{here}/decline") class="form" on_done=done>
                <ErrorSummary prefix="decline-" />
                <Area name="reason" label="Why not" prefix="decline-" />
                <div class="form__actions"><button class="button">"Decline"</button></div>
            </PostForm>
        })}
        {may_withdraw.then(|| view! {
            <PostForm action=format!("{here}/withdraw") on_done=done>
                <ErrorSummary prefix="withdraw-" />
                <button class="button button--quiet">"Withdraw proposal"</button>
            </PostForm>
        })}
    }
    .into_any()
}
