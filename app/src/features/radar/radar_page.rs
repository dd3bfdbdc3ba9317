//! Leads that were handed over and wait to be touched: `/radar`. Those whose deadline has passed, then those due within a day.

use std::time::Duration;

use domain::FormValues;
use domain::event::LiveChange;
use domain::radar::{RadarCount, RadarRow, RadarView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::radar_row::Row;
use super::server_fns::load_radar;
use crate::components::{Empty, PersonName, Problem};
use crate::context::Toasts;
use crate::features::accounts::Pager;
use crate::form::Done;
use crate::live::{Heard, Live};
use crate::routes;

/// Changes that come together are read together.
const REST: Duration = Duration::from_millis(800);

/// The page.
#[component]
pub fn RadarPage() -> impl IntoView {
    let search = use_location().search;
    let after = Memo::new(move |_| {
        let values = FormValues::decode(search.get().trim_start_matches('?').as_bytes());
        values.find("after").filter(|text| !text.is_empty()).map(str::to_owned)
    });
    let found = Resource::new(move || after.get(), load_radar);
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    let shown = StoredValue::new(Vec::<i64>::new());
    follow(shown, Callback::new(move |()| found.refetch()));
    view! {
        <Title text="Radar" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Radar"</h1></div>
            <p class="muted">"Leads that were handed over and wait for whoever got them to do something. Whatever they do with a lead takes it off the radar."</p>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => {
                            let numbers = found.rows.iter().map(|row| row.id.0).collect();
                            let _gone = shown.try_update_value(|shown| *shown = numbers);
                            view! { <Loaded found after=after.get_untracked() done /> }.into_any()
                        }
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// Reads the page again when one of its leads changes, or another comes into sight.
fn follow(shown: StoredValue<Vec<i64>>, again: Callback<()>) {
    let waiting = StoredValue::new(false);
    expect_context::<Live>().listen(Callback::new(move |heard| {
        let concerns = match heard {
            Heard::Lead(data) => data.change == LiveChange::Created || shown.with_value(|shown| shown.contains(&data.number)),
            Heard::Resync => true,
            _ => false,
        };
        if concerns && !waiting.get_value() {
            waiting.set_value(true);
            let read = move || {
                // The page may be gone by then.
                if waiting.try_update_value(|waiting| *waiting = false).is_some() {
                    again.run(());
                }
            };
            set_timeout(read, REST);
        }
    }));
}

#[component]
fn Loaded(found: RadarView, after: Option<String>, done: Callback<Done>) -> impl IntoView {
    let RadarView { rows, next, counts, is_cut, now } = found;
    let address = |after: &str| routes::with_query(routes::RADAR, &routes::and("", "after", after));
    let here = after.as_deref().map_or_else(|| routes::RADAR.to_owned(), address);
    let next = next.as_deref().map(address);
    let first = after.map(|_| routes::RADAR.to_owned());
    if rows.is_empty() && first.is_none() {
        return view! { <Empty icon="check" title="Nothing is ignored" text="A lead that is handed over and that nobody touches in time stands here." /> }
            .into_any();
    }
    let (passed, soon): (Vec<RadarRow>, Vec<RadarRow>) = rows.into_iter().partition(|row| row.handover.is_passed(now));
    let part = |id: &'static str, title: &'static str, rows: Vec<RadarRow>| {
        view! { <Part id title rows passed={id == "passed"} back=here.clone() done /> }.into_any()
    };
    view! {
        {(first.is_none() && !counts.is_empty()).then(|| view! { <Counts counts is_cut /> })}
        {part("passed", "Passed", passed)}
        {part("soon", "Due within a day", soon)}
        <Pager first=first previous=None next=next />
    }
    .into_any()
}

/// One section; without rows it is left out.
#[component]
fn Part(id: &'static str, title: &'static str, rows: Vec<RadarRow>, passed: bool, back: String, done: Callback<Done>) -> impl IntoView {
    let heading = format!("{id}-h");
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby=heading.clone()>
                <div class="section__head"><h2 id=heading.clone()>{title}</h2></div>
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"Lead"</th>
                            <th scope="col">"Who has it"</th>
                            <th scope="col">"Handed over"</th>
                            <th scope="col">"Deadline"</th>
                            <th class="table__end" scope="col"><span class="visually-hidden">"What you can do"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows.into_iter().map(|row| view! { <Row row passed back=back.clone() done /> }).collect_view()}</tbody>
                </table>
            </section>
        }
        .into_any()
    })
}

/// How many each person has.
#[component]
fn Counts(counts: Vec<RadarCount>, is_cut: bool) -> impl IntoView {
    let row = |count: RadarCount| {
        view! {
            <tr>
                <td><PersonName id=count.owner /></td>
                <td class="table__end">{format!("{} passed", count.passed)}</td>
                <td class="table__end">{format!("{} due within a day", count.soon)}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="people-h">
            <div class="section__head">
                <h2 id="people-h">"Who has them"</h2>
                {is_cut.then(|| view! { <span class="muted">"There are more than were counted"</span> })}
            </div>
            <table class="table table--stack">
                <thead><tr><th scope="col">"Person"</th><th class="table__end" scope="col">"Passed"</th><th class="table__end" scope="col">"Due within a day"</th></tr></thead>
                <tbody>{counts.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}
