//! What becomes of a change of many leads: `/leads/bulk/{number}`. While it runs the page follows it.

use domain::ListView;
use domain::bulk::{BulkReport, BulkState};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::server_fns::load_bulk_run;
use crate::components::{NotFound, Problem, look_again_soon, pace_words};
use crate::form::{Done, ErrorSummary, PostForm};
use crate::routes;

/// The page. Server: how far it is now, with a link to look again.
#[component]
pub fn BulkPage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let report = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => Some(load_bulk_run(number).await),
                None => None,
            }
        },
    );
    let again = Callback::new(move |()| report.refetch());
    view! {
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
fn Report(report: BulkReport, again: Callback<()>) -> impl IntoView {
    let run = report.run.clone();
    let is_at_work = run.state.is_at_work();
    if is_at_work {
        look_again_soon(again);
    }
    let (done, all) = (run.dealt_with(), run.to_deal_with());
    let here = routes::bulk_run(run.id);
    let list = routes::list(&ListView::from_query(&run.query), None);
    let pace = pace_words(report.pace());
    let leads = |count: i64| if count == 1 { "1 lead".to_owned() } else { format!("{count} leads") };
    let sentence = match run.state {
        BulkState::Running => format!("{done} of {}{pace}", leads(all)),
        BulkState::Done => format!("{} changed, {} left alone", leads(run.changed), run.skipped),
        BulkState::Stopped => format!("Stopped: {} changed, {} left alone, the rest untouched", leads(run.changed), run.skipped),
        BulkState::Undoing => format!("Taking back: {done} of {}", leads(all)),
        BulkState::Undone => format!("Taken back: {} as before, {} kept", leads(run.undone), run.kept),
    };
    let button = |what: &'static str, label: &'static str, class: &'static str| {
        view! {
            <PostForm action=format!("{here}/{what}") on_done=Callback::new(move |_: Done| again.run(()))>
                <ErrorSummary />
                <button class=class>{label}</button>
            </PostForm>
        }
        .into_any()
    };
    let left_out = (run.skipped + run.kept).saturating_sub(report.left_alone.len() as i64);
    view! {
        <Title text=run.words.clone() />
        <div class="bulk-report">
            <h1>{run.words.clone()}</h1>
            {is_at_work.then(|| view! { <progress class="bulk-report__progress" max=all.max(1).to_string() value=done.to_string() aria-label="How far it is"></progress> })}
            <p role="status">{sentence}</p>
            <div class="button-group">
                {(run.state == BulkState::Running).then(|| button("stop", "Stop", "button"))}
                {report.can_be_undone.then(|| button("undo", "Take it back", "button"))}
                {is_at_work.then(|| view! { <a class="button button--quiet" href=here.clone()>"Look again"</a> })}
                <a class="button button--quiet" href=list>"Back to the list"</a>
            </div>
            {report.can_be_undone.then(|| view! { <p class="bulk-report__note">"It can be taken back for a day; leads that somebody changes meanwhile stay as they are then."</p> })}
            {(!report.left_alone.is_empty()).then(|| view! {
                <h2>"Left alone"</h2>
                <table class="bulk-report__table">
                    <thead><tr><th scope="col">"Lead"</th><th scope="col">"Why"</th></tr></thead>
                    <tbody>
                        {report.left_alone.iter().map(|one| view! { <tr><td><a href=routes::lead(one.lead, "")>"# " {one.lead.to_string()}</a></td><td>{one.reason.clone()}</td></tr> }).collect_view()}
                    </tbody>
                </table>
            })}
            {(left_out > 0).then(|| view! { <p class="bulk-report__note">{format!("and {left_out} more")}</p> })}
        </div>
    }
    .into_any()
}
