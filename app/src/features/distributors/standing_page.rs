//! How the distributor for which one works stands: `/standing`. This quarter and the last, and the place among all of them; nobody else is
//! named.

use domain::delegation::{OwnQuarter, OwnStanding, Place};
use leptos::prelude::*;
use leptos_meta::Title;

use super::league_part::took;
use super::server_fns::load_standing;
use crate::components::{Empty, Problem};
use crate::live::{Heard, Live};
use crate::routes;

/// What is measured, in words, and how a quarter says it.
type Measure = (&'static str, fn(&OwnQuarter) -> String);

/// What is told of each quarter, in the order of the table.
const MEASURES: [Measure; 10] = [
    ("Delegated to you", |quarter| quarter.progress.delegated.to_string()),
    ("Accepted", |quarter| quarter.progress.accepted.to_string()),
    ("Declined", |quarter| quarter.progress.declined.to_string()),
    ("Still waiting for your answer", |quarter| quarter.progress.waiting.to_string()),
    ("Worked in time", |quarter| quarter.in_time.to_string()),
    ("Won", |quarter| quarter.progress.won.to_string()),
    ("Lost", |quarter| quarter.progress.lost.to_string()),
    ("Win rate", |quarter| quarter.progress.win_rate().map_or_else(nothing, |percent| format!("{percent} %"))),
    ("Median time to accept", |quarter| quarter.progress.median_accept_ms.map_or_else(nothing, took)),
    ("Your place", |quarter| quarter.place.map_or_else(nothing, |place: Place| place.to_string())),
];

fn nothing() -> String {
    "–".to_owned()
}

/// The page.
#[component]
pub fn StandingPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_standing());
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Resync) {
            found.refetch();
        }
    }));
    view! {
        <Title text="Your standing" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Your standing"</h1></div>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(Some(standing)) => view! { <Loaded standing /> }.into_any(),
                        Ok(None) => view! {
                            <Empty icon="star" title="You work for no distributor" text="Only people of a distributor see how theirs stands." />
                        }
                        .into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(standing: OwnStanding) -> impl IntoView {
    let OwnStanding { firm, quarters } = standing;
    let heads = quarters.iter().map(|quarter| quarter.progress.quarter.to_string()).collect::<Vec<_>>();
    let row = |(label, tell): (&'static str, fn(&OwnQuarter) -> String)| {
        let cells = quarters.iter().map(|quarter| view! { <td class="table__end">{tell(quarter)}</td> }.into_any()).collect_view();
        view! { <tr><th scope="row">{label}</th>{cells}</tr> }.into_any()
    };
    let rows = MEASURES.into_iter().map(row).collect_view();
    view! {
        <section class="section" aria-labelledby="standing-h">
            <div class="section__head"><h2 id="standing-h">{firm.name}</h2></div>
            <p class="muted">
                "A quarter counts what was delegated to you in it, and what became of that until now. In time is what you accepted before its deadline passed. The place is by leads won, then by leads accepted."
            </p>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Leads"</th>
                        {heads.into_iter().map(|head| view! { <th class="table__end" scope="col">{head}</th> }).collect_view()}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p><a class="button" href=routes::RADAR>"What waits for you"</a></p>
        </section>
    }
    .into_any()
}
