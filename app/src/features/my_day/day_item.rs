//! One thing of a day: what it is, why it stands there, and its next thing as a button.

use domain::my_day::{DayItem, DayNext};
use domain::{LeadId, TaskId};
use leptos::prelude::*;

use crate::components::Icon;
use crate::context::catalog_now;
use crate::features::tasks::Step;
use crate::routes;

/// The item. `again` is called when something became of it.
#[component]
pub fn Item(item: DayItem, again: Callback<()>) -> impl IntoView {
    let DayItem { key, title, about, lead, why, at, next } = item;
    let when = catalog_now().site.zone.readable(at);
    let about = (!about.is_empty()).then(|| view! { " "<span class="muted">{about}</span> });
    view! {
        <li class="day__item" data-day=key>
            <div class="day__body">
                <p><a class="day__title" href=page_of(lead)>{title.clone()}</a>{about}</p>
                <p class="day__why" title=when>{why}</p>
            </div>
            <NextThing next title lead again />
        </li>
    }
    .into_any()
}

/// The page of a lead; a task without one stands on that of tasks.
fn page_of(lead: Option<LeadId>) -> String {
    lead.map_or_else(|| routes::TASKS.to_owned(), |id| routes::lead(id, ""))
}

#[component]
fn NextThing(next: DayNext, title: String, lead: Option<LeadId>, again: Callback<()>) -> impl IntoView {
    match next {
        DayNext::Finish(task) => step(task, ("done", "reopen"), "Finish", "check", &title, again),
        DayNext::Reopen(task) => step(task, ("reopen", "done"), "Reopen", "undo", &title, again),
        DayNext::Call(number) => link(format!("tel:{number}"), "Call", "phone", &title),
        DayNext::Mail(address) => link(format!("mailto:{address}"), "Mail", "mail", &title),
        DayNext::Open => link(page_of(lead), "Open", "chevron-right", &title),
    }
}

fn link(href: String, word: &'static str, icon: &'static str, title: &str) -> AnyView {
    view! { <a class="button day__next" href=href aria-label=format!("{word} {title}")><Icon name=icon />{word}</a> }.into_any()
}

/// A form that does something with a task, and its opposite, which takes that back.
fn step(task: TaskId, (what, opposite): (&str, &str), word: &'static str, icon: &'static str, title: &str, again: Callback<()>) -> AnyView {
    let (action, undo) = (format!("/tasks/{task}/{what}"), format!("/tasks/{task}/{opposite}"));
    let label = format!("{word}: {title}");
    view! {
        <Step action undo back=routes::MY_DAY.to_owned() changed=again>
            <button class="button day__next" aria-label=label><Icon name=icon />{word}</button>
        </Step>
    }
    .into_any()
}
