//! How people work: `/reps`, with `?days=`. Persistent, speedy and reliable, and whose clocks ran out. Managers read those of their people,
//! everybody else their own.

use domain::FormValues;
use domain::rep_figures::{PERIODS, RanOut, RepFigures, RepsView, period};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::load_reps;
use crate::components::{Empty, PersonName, Problem, TimeAgo};
use crate::routes;

/// The page.
#[component]
pub fn RepsPage() -> impl IntoView {
    let search = use_location().search;
    let days = Memo::new(move |_| period(FormValues::decode(search.get().trim_start_matches('?').as_bytes()).get("days")));
    let found = Resource::new(move || days.get(), |days| load_reps(days.to_string()));
    let link = move |one: i64| {
        let here = move || (days.get() == one).then_some("page");
        view! { <a class="switch__choice" href=routes::reps(one) aria-current=here>{format!("{one} days")}</a> }.into_any()
    };
    view! {
        <Title text="How we work" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"How we work"</h1></div>
            <p class="muted">"Persistent: who tries to reach people. Speedy: how soon a lead that is handed over is touched. Reliable: what is done by when it is due; a call back keeps its promise within the hour."</p>
            <nav class="switch" aria-label="Since when">{PERIODS.into_iter().map(link).collect_view()}</nav>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: RepsView) -> impl IntoView {
    let RepsView { figures, ran_out, is_cut, .. } = found;
    if figures.is_empty() {
        return view! { <Empty icon="users" title="Nobody is here" text="The figures of the people of your groups stand here." /> }.into_any();
    }
    view! {
        <section class="section" aria-labelledby="people-h">
            <div class="section__head">
                <h2 id="people-h">"People"</h2>
                {is_cut.then(|| view! { <span class="muted">"There are more clocks than were counted"</span> })}
            </div>
            <table class="table table--stack">
                <thead>
                    <tr>
                        <th scope="col">"Person"</th>
                        <th scope="col">"Persistent"</th>
                        <th scope="col">"Speedy"</th>
                        <th scope="col">"Reliable"</th>
                    </tr>
                </thead>
                <tbody>{figures.into_iter().map(person).collect_view()}</tbody>
            </table>
        </section>
        <section class="section" aria-labelledby="ran-out-h">
            <div class="section__head"><h2 id="ran-out-h">"Clocks that ran out"</h2></div>
            {if ran_out.is_empty() {
                view! { <p class="muted">"None did."</p> }.into_any()
            } else {
                view! { <ul class="tasks">{ran_out.into_iter().map(out).collect_view()}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn person(one: RepFigures) -> AnyView {
    view! {
        <tr>
            <td><PersonName id=Some(one.person) /></td>
            <td>{one.persistent()}</td>
            <td>{one.speedy()}</td>
            <td>{one.reliable()}</td>
        </tr>
    }
    .into_any()
}

fn out(one: RanOut) -> AnyView {
    let then = one.met_at.map(|at| view! { <span class="muted">"done "<TimeAgo at /></span> });
    view! {
        <li class="task">
            <div class="task__body">
                <span class="task__title"><a href=routes::lead(one.lead, "")>{one.full_name}</a></span>
                <div class="task__facts">
                    <span>{one.name}</span>
                    <PersonName id=Some(one.person) />
                    <span>"was due "<TimeAgo at=one.due_at /></span>
                    {then}
                </div>
            </div>
        </li>
    }
    .into_any()
}
