//! Forms about clocks: a policy, and when a group works.

use domain::ClockPolicy;
use domain::catalog::WEEKDAYS;
use domain::clock::{Act, ClockStart};
use leptos::prelude::*;

use super::clock_fns::HoursRow;
use super::close_when_done;
use super::ticks::{Tick, Ticks};
use crate::components::Icon;
use crate::form::{Area, Done, ErrorSummary, Input, InputKind, Options, PostForm, Select, came_back};

fn options(pairs: &[(&str, &str)]) -> Options {
    pairs.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

/// What can be changed about a policy, behind a button. Without script it stands open when it came back.
#[component]
pub fn ChangeClock(policy: ClockPolicy, done: Callback<Done>) -> impl IntoView {
    let action = format!("/admin/clocks/{}", policy.id);
    let is_open = came_back(&action);
    let prefix = format!("c{}-", policy.id);
    let hours = |hours: Option<i64>| hours.map(|hours| hours.to_string()).unwrap_or_default();
    let counted = if policy.is_working { "working" } else { "plain" };
    let counts = options(&[("plain", "Every hour"), ("working", "Working hours of the lead’s group")]);
    let acts: Options = Act::ALL.iter().map(|act| (act.key().to_owned(), act.label().to_owned())).collect();
    let met_by: Vec<String> = policy.met_by.iter().map(|act| act.key().to_owned()).collect();
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=format!("Change {}", policy.name)><Icon name="edit" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=done>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <div class="filter-panel__wide"><Input name="name" label="What is to be done" value=policy.name.clone() prefix=prefix.clone() /></div>
                    <Input name="aim" label="Aim, hours" value=hours(policy.aim_hours) kind=InputKind::Number optional=true prefix=prefix.clone() />
                    <Input name="limit" label="Limit, hours" value=hours(policy.limit_hours) kind=InputKind::Number help="Empty: the same day." prefix=prefix.clone() />
                    <div class="filter-panel__wide">
                        <Select name="counted" label="What counts" options=counts value=counted prefix=prefix.clone() />
                    </div>
                    <div class="filter-panel__wide">
                        <Ticks name="met_by" label="Met by any of" options=acts values=met_by prefix=prefix.clone() />
                    </div>
                    <div class="filter-panel__wide">
                        <Tick name="on" label="On: new clocks begin" checked=policy.is_on prefix=prefix />
                    </div>
                    <div class="filter-panel__foot"><button class="button button--primary">"Save clock"</button></div>
                </PostForm>
            </div>
        </details>
    }
    .into_any()
}

/// Adds a clock for all leads; those of what begins from now on.
#[component]
pub fn NewClock(done: Callback<Done>) -> impl IntoView {
    let counts = options(&[("plain", "Every hour"), ("working", "Working hours of the lead’s group")]);
    let starts: Options = ClockStart::ALL.iter().map(|starts| (starts.key().to_owned(), starts.label().to_owned())).collect();
    let acts: Options = Act::ALL.iter().map(|act| (act.key().to_owned(), act.label().to_owned())).collect();
    view! {
        <details class="form__more" open=came_back("/admin/clocks/policies")>
            <summary data-command="Add a clock"><Icon name="chevron-right" />"Add a clock"</summary>
            <PostForm action="/admin/clocks/policies" class="form" on_done=done>
                <ErrorSummary prefix="new-clock-" />
                <Input name="name" label="What is to be done" prefix="new-clock-" />
                <Select name="starts" label="Begins" options=starts value=ClockStart::Allocation.key() prefix="new-clock-" />
                <div class="field-row">
                    <Input name="aim" label="Aim, hours" kind=InputKind::Number optional=true prefix="new-clock-" />
                    <Input name="limit" label="Limit, hours" kind=InputKind::Number help="Empty: the same day." optional=true prefix="new-clock-" />
                </div>
                <Select name="counted" label="What counts" options=counts value="plain" prefix="new-clock-" />
                <Ticks name="met_by" label="Met by any of" options=acts prefix="new-clock-" />
                <div class="form__actions"><button class="button button--primary">"Add clock"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

/// When a group works, behind a button. Without script it stands open when it came back.
#[component]
pub fn ChangeHours(row: HoursRow, done: Callback<Done>) -> impl IntoView {
    let action = format!("/admin/clocks/hours/{}", row.group);
    let is_open = came_back(&action);
    let prefix = format!("h{}-", row.group);
    let counts = options(&[("site", "As the site does"), ("own", "As said here"), ("plain", "Always: every hour counts")]);
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=format!("Change the hours of {}", row.name)>
                <Icon name="edit" />
            </summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=done>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <div class="filter-panel__wide">
                        <Select name="counted" label="When they work" options=counts value=row.counted prefix=prefix.clone() />
                        <p class="muted">"Hours of a day like 09:00-12:30, 13:30-17:00; empty for a day on which nobody works."</p>
                    </div>
                    {WEEKDAYS
                        .iter()
                        .zip(row.days)
                        .zip(1..)
                        .map(|((name, hours), nth)| {
                            view! { <Input name=format!("day{nth}") label=*name value=hours optional=true prefix=prefix.clone() /> }.into_any()
                        })
                        .collect_view()}
                    <div class="filter-panel__wide">
                        <Area name="holidays" label="Holidays" value=row.holidays help="A day a line, like 2026-12-25." optional=true prefix=prefix.clone() />
                    </div>
                    <div class="filter-panel__wide">
                        <Input name="time_zone" label="Time zone" value=row.time_zone help="Like Europe/Berlin; empty for the site’s." optional=true prefix=prefix />
                    </div>
                    <div class="filter-panel__foot"><button class="button button--primary">"Save hours"</button></div>
                </PostForm>
            </div>
        </details>
    }
    .into_any()
}
