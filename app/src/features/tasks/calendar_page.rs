//! One's open tasks on their days: `/tasks/calendar`, as a day, a week or a month.

use domain::task::{CalendarView, Span, TaskCalendar, TaskRow, weekday_name};
use domain::{TaskFilter, Timestamp};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::load_days;
use super::tasks_page::{Views, follow};
use crate::components::{Icon, Problem};
use crate::context::catalog_now;
use crate::routes;

/// The page.
#[component]
pub fn CalendarPage() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| search.get().trim_start_matches('?').to_owned());
    let filter = Memo::new(move |_| TaskFilter { done: false, ..TaskFilter::from_query(&query.get()) });
    let found = Resource::new(move || query.get(), load_days);
    follow(Callback::new(move |()| found.refetch()));
    view! {
        <Title text="Calendar" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Tasks"</h1></div>
            {move || view! { <Views filter=filter.get() in_calendar=true /> }}
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Days found filter=filter.get_untracked() /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// The address of a part of the calendar.
fn address(view: CalendarView, filter: TaskFilter) -> String {
    let (mut query, person) = (view.to_query(), filter.to_query());
    if !person.is_empty() {
        query = format!("{person}&{query}");
    }
    routes::with_query(routes::TASK_CALENDAR, &query)
}

#[component]
fn Days(found: TaskCalendar, filter: TaskFilter) -> impl IntoView {
    let TaskCalendar { view: part, today, now, rows, is_cut } = found;
    let zone = catalog_now().site.zone.clone();
    let days = part.days();
    let week = days.len().min(7);
    let heading = |day: &Timestamp| view! { <th scope="col">{weekday_name(*day)}</th> }.into_any();
    let headings = days.iter().take(week).map(heading).collect_view();
    let cell = |day: &Timestamp| {
        let of_day = rows.iter().filter(|row| row.task.due.is_some_and(|due| due.day(&zone) == *day)).cloned().collect::<Vec<_>>();
        let href = address(CalendarView { span: Span::Day, day: *day }, filter);
        view! { <OneDay day=*day is_today={*day == today} is_of={part.is_of(*day)} href rows=of_day now /> }.into_any()
    };
    let weeks = days.chunks(week.max(1)).map(|days| view! { <tr>{days.iter().map(&cell).collect_view()}</tr> }.into_any()).collect_view();
    view! {
        <div class="calendar__head">
            <h2>{part.title()}</h2>
            <Steps part today filter />
        </div>
        {is_cut.then(|| view! { <p class="muted">"There are more tasks than are shown"</p> })}
        <table class="calendar">
            <caption class="visually-hidden">{part.title()}</caption>
            <thead><tr>{headings}</tr></thead>
            <tbody>{weeks}</tbody>
        </table>
    }
    .into_any()
}

/// The parts before and after, today, and how much is shown.
#[component]
fn Steps(part: CalendarView, today: Timestamp, filter: TaskFilter) -> impl IntoView {
    let span = |span: Span| {
        let href = address(CalendarView { span, ..part }, filter);
        view! { <a class="switch__choice" href=href aria-current={(span == part.span).then_some("true")}>{span.label()}</a> }.into_any()
    };
    view! {
        <nav class="button-group" aria-label="Other days">
            <a class="button button--icon" rel="prev" aria-label="Before" href=address(part.previous(), filter)><Icon name="chevron-left" /></a>
            <a class="button" href=address(CalendarView { day: today, ..part }, filter)>"Today"</a>
            <a class="button button--icon" rel="next" aria-label="After" href=address(part.next(), filter)><Icon name="chevron-right" /></a>
        </nav>
        <nav class="switch" aria-label="How much">{Span::ALL.into_iter().map(span).collect_view()}</nav>
    }
    .into_any()
}

/// A day with what is due on it.
#[component]
fn OneDay(day: Timestamp, is_today: bool, is_of: bool, href: String, rows: Vec<TaskRow>, now: Timestamp) -> impl IntoView {
    let words = day.readable_day();
    let number = words.split(' ').next().unwrap_or_default().to_owned();
    let is_empty = rows.is_empty();
    let label = format!("{} {words}", weekday_name(day));
    view! {
        <td
            class="calendar__day"
            class=("calendar__day--other", !is_of)
            class=("calendar__day--empty", is_empty)
            aria-current=is_today.then_some("date")
        >
            <a class="calendar__number" href=href aria-label=label>
                <span class="calendar__weekday">{weekday_name(day)}" "</span>
                {number}
            </a>
            {(!is_empty).then(|| view! { <ul class="calendar__tasks">{rows.into_iter().map(|row| one_task(row, now)).collect_view()}</ul> })}
        </td>
    }
    .into_any()
}

/// Leads to the lead that it is about, else to the list.
fn one_task(row: TaskRow, now: Timestamp) -> AnyView {
    let TaskRow { task, lead_name, .. } = row;
    let time = task.due.map(|due| due.time(&catalog_now().site.zone)).filter(|time| !time.is_empty());
    let is_overdue = task.due.is_some_and(|due| due.at < now);
    let href = task.lead.map_or_else(|| routes::TASKS.to_owned(), |lead| routes::lead(lead, ""));
    let lead = (!lead_name.is_empty()).then(|| view! { <span class="muted">" "{lead_name}</span> });
    view! {
        <li class="calendar__task" class=("calendar__task--overdue", is_overdue)>
            {time.map(|time| view! { <span class="muted">{time}" "</span> })}
            <a href=href>{task.title}</a>
            {lead}
            {is_overdue.then(|| view! { <span class="visually-hidden">", overdue"</span> })}
        </li>
    }
    .into_any()
}
