//! Follow-up clocks: `/admin/clocks`. By when what has to be done, and when groups work. For administrators.

use domain::ClockPolicy;
use leptos::prelude::*;
use leptos_meta::Title;

use super::clock_fns::{ClocksView, HoursRow, load_clocks};
use super::clock_forms::{ChangeClock, ChangeHours, NewClock};
use super::sections::AdminPage;
use crate::components::{Empty, Problem};
use crate::context::Toasts;
use crate::form::{Done, ErrorSummary, Input, PostForm};
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn ClocksPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_clocks());
    view! {
        <Title text="Clocks" />
        <main class="page" id="main" tabindex="-1">
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
fn Loaded(found: ClocksView) -> impl IntoView {
    let policies = RwSignal::new(found.policies);
    let groups = RwSignal::new(found.groups);
    let toasts = expect_context::<Toasts>();
    // Only rows that changed are rendered anew, so that nothing typed in another row is lost.
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_clocks().await {
                Ok(fresh) => {
                    let _gone = policies.try_set(fresh.policies);
                    let _gone = groups.try_set(fresh.groups);
                }
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        reload();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    let is_empty = Memo::new(move |_| groups.with(Vec::is_empty));
    view! {
        <AdminPage here="/admin/clocks">
            <section class="section" aria-labelledby="clocks-h">
                <div class="section__head"><h1 id="clocks-h">"Clocks"</h1></div>
                <p class="muted">"Each lead shows what has to be done with it by when. Clocks that run are due by what is saved here."</p>
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"Clock"</th>
                            <th scope="col">"Aim and limit"</th>
                            <th scope="col">"Counts"</th>
                            <th scope="col">"Met by"</th>
                            <th class="table__end" scope="col"><span class="visually-hidden">"Change"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || policies.get() key=Clone::clone children=move |policy| view! { <PolicyRow policy done /> } />
                    </tbody>
                </table>
                <NewClock done />
            </section>
            <section class="section" aria-labelledby="hours-h">
                <div class="section__head"><h2 id="hours-h">"Working hours of groups"</h2></div>
                {move || if is_empty.get() {
                    view! { <Empty icon="users" title="No groups yet" text="Without one, the working hours of the site count." /> }.into_any()
                } else {
                    view! {
                        <table class="table table--stack">
                            <thead>
                                <tr>
                                    <th scope="col">"Group"</th>
                                    <th scope="col">"Works"</th>
                                    <th scope="col">"Holidays"</th>
                                    <th class="table__end" scope="col"><span class="visually-hidden">"Change"</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || groups.get() key=Clone::clone children=move |row| view! { <GroupRow row done /> } />
                            </tbody>
                        </table>
                    }
                    .into_any()
                }}
            </section>
            <section class="section" aria-labelledby="digest-h">
                <div class="section__head"><h2 id="digest-h">"Daily digest"</h2></div>
                <PostForm action="/admin/clocks" class="form" on_done=done>
                    <ErrorSummary />
                    <Input name="digest" label="Sent at" value=found.digest optional=true help="A time of day like 08:30, by the clocks of each one’s group; empty for never. On days with work, and not before it begins. Everybody can choose another hour, or none." />
                    <div class="form__actions"><button class="button button--primary">"Save digest"</button></div>
                </PostForm>
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn PolicyRow(policy: ClockPolicy, done: Callback<Done>) -> impl IntoView {
    let limit = policy.limit_hours.map_or_else(|| "the same day".to_owned(), |hours| policy.hours_text(hours));
    let limits = policy.aim_hours.map_or_else(|| limit.clone(), |aim| format!("{}, {limit} at most", policy.hours_text(aim)));
    let met_by = policy.met_by.iter().map(|act| act.label()).collect::<Vec<_>>().join("; ");
    view! {
        <tr>
            <td>
                {policy.name.clone()}
                {policy.class.map(|class| view! { " " <span class=format!("badge tone-{}", class.tone())>{class.label()}</span> })}
                {(!policy.is_on).then(|| view! { " " <span class="badge tone-grey">"Off"</span> })}
                <div class="muted">
                    {policy.starts.label()}
                    {policy.class.map(|class| format!(", or when it becomes an {}", class.label()))}
                    {policy.repeats.then_some(", and again each time it is met")}
                </div>
            </td>
            <td>{limits}</td>
            <td>{if policy.is_working { "Working hours" } else { "Every hour" }}</td>
            <td>{met_by}</td>
            <td class="table__end"><ChangeClock policy done /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn GroupRow(row: HoursRow, done: Callback<Done>) -> impl IntoView {
    let works = match row.counted.as_str() {
        "own" => "By its own hours",
        "plain" => "Always",
        _ => "As the site does",
    };
    let zone = row.time_zone.clone();
    let holidays = match row.holidays.lines().count() {
        0 => "No holidays yet".to_owned(),
        count => count.to_string(),
    };
    view! {
        <tr>
            <td>{row.name.clone()}</td>
            <td>
                {works}
                {(!zone.is_empty()).then(|| view! { <div class="muted">{zone}</div> })}
            </td>
            <td>{holidays}</td>
            <td class="table__end"><ChangeHours row done /></td>
        </tr>
    }
    .into_any()
}
