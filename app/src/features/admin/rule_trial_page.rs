//! A trial run of the rules: `/admin/rules/trials/{number}`. How far it is, what would go elsewhere, and saving what was tried.
//! While it runs the page follows it. For administrators.

use domain::routing::{BeforeAfter, Receiver, ReceiverCount, StepCount, TrialFound, TrialMove, TrialReport, TrialRun, TrialState, TriedForm};
use domain::{AccountId, FormValues, LeadId, Named};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::receivers::receiver_name;
use super::routing_fns::load_rule_trial;
use super::rule_trial_compared::{DISTRIBUTORS, TERRITORIES, compared, difference_words};
use super::sections::AdminPage;
use crate::components::{NotFound, Problem, look_again_soon, pace_words};
use crate::form::{Done, ErrorSummary, PostForm};
use crate::routes;

/// Pairs of who had and who would have leads that the page shows.
const MOVES_SHOWN: usize = 50;

/// The page. Server: how far it is now, with a link to look again.
#[component]
pub fn RuleTrialPage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let report = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => Some(load_rule_trial(number).await),
                None => None,
            }
        },
    );
    let again = Callback::new(move |()| report.refetch());
    view! {
        <Title text="Trial run" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match report.await {
                        Some(Ok(report)) => view! { <Report report again /> }.into_any(),
                        Some(Err(error)) => view! { <Problem error /> }.into_any(),
                        None => view! { <NotFound /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Report(report: TrialReport, again: Callback<()>) -> impl IntoView {
    let pace = pace_words(report.pace());
    let TrialReport { run, is_current, .. } = report;
    let TrialRun { id, draft, state, total, found, .. } = run;
    let is_at_work = state == TrialState::Running;
    if is_at_work {
        look_again_soon(again);
    }
    let here = routes::rule_trial(id);
    let sentence = match state {
        TrialState::Running => format!("{} of {}{pace}", found.leads, leads(total)),
        TrialState::Stopped => format!("Stopped after {} of {}", found.leads, leads(total)),
        TrialState::Done if found.leads == 0 => "No lead was routed yet.".to_owned(),
        TrialState::Done => format!("{} tried, the newest that were routed", leads(found.leads)),
    };
    let tried = draft.as_ref().map_or_else(|| "The rules as they are.".to_owned(), |draft| format!("{}.", draft.words));
    let is_draft = draft.is_some();
    view! {
        <AdminPage here=routes::RULES>
            <section class="section" aria-labelledby="trial-h">
                <div class="section__head"><h1 id="trial-h">"Trial run"</h1><span class="muted">"Nothing is saved, and leads stay where they are"</span></div>
                <p><b>"What is tried: "</b>{tried}</p>
                {is_at_work.then(|| view! {
                    <progress class="bulk-report__progress" max=total.max(1).to_string() value=found.leads.to_string() aria-label="How far it is"></progress>
                })}
                <p role="status">{sentence}</p>
                {(!is_current).then(|| view! { <p class="muted">"The rules have changed since this was begun. Try it again to see what it would do now."</p> })}
                <div class="button-group">
                    {is_at_work.then(|| view! {
                        <PostForm action=format!("{here}/stop") on_done=Callback::new(move |_: Done| again.run(()))>
                            <ErrorSummary />
                            <button class="button">"Stop"</button>
                        </PostForm>
                        <a class="button button--quiet" href=here.clone()>"Look again"</a>
                    })}
                    {(!is_at_work).then(|| match draft {
                        Some(draft) => view! { <SaveDraft draft /> }.into_any(),
                        None => view! { <PostForm action=format!("{}/trials", routes::RULES)><button class="button">"Try again"</button></PostForm> }.into_any(),
                    })}
                    <a class="button button--quiet" href=routes::RULES>"Back to the rules"</a>
                </div>
            </section>
            {(found.leads > 0).then(|| view! { <Found found is_draft /> })}
        </AdminPage>
    }
    .into_any()
}

/// Sends the form that was tried, as it was filled in: to save it, or to try it again.
#[component]
fn SaveDraft(draft: TriedForm) -> impl IntoView {
    let FormValues(fields) = FormValues::decode(draft.fields.as_bytes());
    view! {
        <PostForm action=draft.address>
            <ErrorSummary />
            {fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()}
            <div class="button-group">
                <button class="button button--primary">"Save this change"</button>
                <button class="button" name="try" value="1">"Try again"</button>
            </div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Found(found: TrialFound, is_draft: bool) -> impl IntoView {
    let (had, would_have) = found.at_fallback();
    let TrialFound { moved, by_change, steps, mut receivers, mut moves, other_moves, territories, distributors, .. } = found;
    let elsewhere = match moved {
        0 => "All of them would go where they went.".to_owned(),
        moved => format!("{} would go to somebody else than they did.", leads(moved)),
    };
    let by_rules = is_draft.then(|| match by_change {
        0 => " Compared with the rules in force, none would.".to_owned(),
        by_change => format!(" Compared with the rules in force, {} would.", leads(by_change)),
    });
    receivers.retain(|count| count.had != count.would_have);
    receivers.sort_by_key(|count| std::cmp::Reverse(count.had.abs_diff(count.would_have)));
    moves.sort_by_key(|one| std::cmp::Reverse(one.leads));
    let left_out = other_moves + moves.iter().skip(MOVES_SHOWN).map(|one| one.leads).sum::<i64>();
    view! {
        <section class="section" aria-labelledby="moves-h">
            <div class="section__head"><h2 id="moves-h">"Who would get other leads"</h2></div>
            <p>{elsewhere}{by_rules}</p>
            {(!moves.is_empty()).then(|| view! {
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"Went to"</th>
                            <th scope="col">"Would go to"</th>
                            <th scope="col">"For example"</th>
                            <th class="table__end" scope="col">"Leads"</th>
                        </tr>
                    </thead>
                    <tbody>{moves.into_iter().take(MOVES_SHOWN).map(move_row).collect_view()}</tbody>
                </table>
            })}
            {(left_out > 0).then(|| view! { <p class="muted">{format!("And {} between others.", leads(left_out))}</p> })}
            {(!receivers.is_empty()).then(|| view! {
                <table class="table">
                    <thead><tr><th scope="col">"Who"</th><th class="table__end" scope="col">"Leads more or less"</th></tr></thead>
                    <tbody>{receivers.into_iter().map(receiver_row).collect_view()}</tbody>
                </table>
            })}
        </section>
        {compared(TERRITORIES, territories, |name| name.into_any())}
        {compared(DISTRIBUTORS, distributors, distributor_link)}
        <section class="section" aria-labelledby="steps-h">
            <div class="section__head"><h2 id="steps-h">"By which step"</h2></div>
            <p>{format!("{} would end at the fallback; {had} did.", leads(would_have))}</p>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Step"</th>
                        <th class="table__end" scope="col">"Leads went by it"</th>
                        <th class="table__end" scope="col">"Would go by it"</th>
                    </tr>
                </thead>
                <tbody>{steps.into_iter().map(step_row).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn move_row(TrialMove { from, to, leads, examples }: TrialMove) -> AnyView {
    let example = |lead: LeadId| view! { <a href=routes::lead(lead, "")>{format!("# {lead}")}</a>" " }.into_any();
    view! {
        <tr>
            <td>{name_of(from)}</td>
            <td>{name_of(to)}</td>
            <td>{examples.into_iter().map(example).collect_view()}</td>
            <td class="table__end">{leads}</td>
        </tr>
    }
    .into_any()
}

fn receiver_row(ReceiverCount { to, had, would_have }: ReceiverCount) -> AnyView {
    let difference = difference_words(BeforeAfter { had, would_have });
    view! { <tr><td>{name_of(to)}</td><td class="table__end">{difference}</td></tr> }.into_any()
}

fn distributor_link(distributor: Named<AccountId>) -> AnyView {
    view! { <a href=routes::account(distributor.id)>{distributor.name}</a> }.into_any()
}

fn step_row(StepCount { step, had, would_have }: StepCount) -> AnyView {
    view! { <tr><td>{step.label()}</td><td class="table__end">{had}</td><td class="table__end">{would_have}</td></tr> }.into_any()
}

fn name_of(to: Option<Receiver>) -> String {
    to.map_or_else(|| "Whoever takes it".to_owned(), receiver_name)
}

fn leads(count: i64) -> String {
    if count == 1 { "1 lead".to_owned() } else { format!("{count} leads") }
}
