//! The fields of a task, and the form that adds one.

use domain::task::{Every, REMINDERS};
use domain::{Lead, LeadId, Task, Timestamp};
use leptos::prelude::*;

use crate::components::Icon;
use crate::context::{catalog_now, me};
use crate::form::{Area, Done, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, SentOnce};
use crate::routes;

/// Who may be given a task: people of the house, and for a lead that a distributor has, people of distributors. Who works for one has it
/// themselves.
#[must_use]
pub fn people_for(lead: Option<&Lead>) -> Options {
    people_where(lead.is_some_and(|lead| lead.distributor.is_some()))
}

/// The same for a lead of which it is only known whether a distributor has it.
#[must_use]
pub fn people_where(is_delegated: bool) -> Options {
    let (me, catalog) = (me(), catalog_now());
    let may = |person: &&domain::catalog::Person| {
        let is_offered = me.role.is_internal() && (person.role.is_internal() || is_delegated);
        person.id == me.id || (is_offered && !person.disabled)
    };
    catalog.people.iter().filter(may).map(|person| (person.id.to_string(), person.name.clone())).collect()
}

/// What is to be done, when and by whom; the rest opens.
#[component]
pub fn TaskFields(
    /// What the fields begin with.
    task: Task,
    /// Who may be chosen.
    people: Options,
    /// Goes before the ids.
    #[prop(into)]
    prefix: String,
) -> impl IntoView {
    let zone = catalog_now().site.zone.clone();
    let due = task.due.map(|due| due.day(&zone).day()).unwrap_or_default();
    let time = task.due.map(|due| due.time(&zone)).unwrap_or_default();
    let assignee = task.assignee.to_string();
    // Whoever has it stays offered.
    let people = if people.iter().any(|(id, _)| *id == assignee) {
        people
    } else {
        std::iter::once((assignee.clone(), catalog_now().person_name(task.assignee))).chain(people).collect()
    };
    let none = |word: &str| std::iter::once((String::new(), word.to_owned()));
    let reminders: Options = none("No reminder").chain(REMINDERS.iter().map(|(minutes, words)| (minutes.to_string(), (*words).to_owned()))).collect();
    let repeats: Options =
        none("Does not repeat").chain(Every::ALL.into_iter().map(|every| (every.key().to_owned(), every.label().to_owned()))).collect();
    let remind = task.remind.map(|minutes| minutes.to_string()).unwrap_or_default();
    let repeat = task.repeat.map(|repeat| repeat.every.key()).unwrap_or_default();
    let until = task.repeat.and_then(|repeat| repeat.until).map(Timestamp::day).unwrap_or_default();
    let is_more = !task.note.is_empty() || task.remind.is_some() || task.repeat.is_some() || came_back_with_more();
    view! {
        <ErrorSummary prefix=prefix.clone() />
        <Input name="title" label="What is to be done" value=task.title prefix=prefix.clone() />
        <div class="field-row">
            <Input name="due" label="Due on" value=due kind=InputKind::Day optional=true prefix=prefix.clone() />
            <Input name="time" label="At" value=time kind=InputKind::Time optional=true prefix=prefix.clone() />
        </div>
        <Select name="assignee" label="Who does it" options=people value=assignee prefix=prefix.clone() />
        <details class="form__more" open=is_more>
            <summary><Icon name="chevron-right" />"Reminder, repeat and details"</summary>
            <div class="form__part">
                <Select name="remind" label="Reminder" options=reminders value=remind prefix=prefix.clone() />
                <div class="field-row">
                    <Select name="repeat" label="Repeat" options=repeats value=repeat.to_owned() prefix=prefix.clone() />
                    <Input name="until" label="Until" value=until kind=InputKind::Day optional=true prefix=prefix.clone() />
                </div>
                <Area name="note" label="Details" value=task.note optional=true prefix=prefix />
            </div>
        </details>
    }
    .into_any()
}

/// Whether something was typed into what opens before the page was rendered again.
fn came_back_with_more() -> bool {
    let typed = |name: &'static str| crate::form::typed_before(name).is_some_and(|typed| typed.iter().any(|text| !text.is_empty()));
    ["remind", "repeat", "until", "note"].into_iter().any(typed)
}

/// The form that adds a task, to a lead or to none.
#[component]
pub fn NewTask(lead: Option<LeadId>, people: Options, back: String, done: Callback<Done>) -> impl IntoView {
    let action = lead.map_or_else(|| routes::TASKS.to_owned(), |lead| format!("/leads/{lead}/tasks"));
    let blank = Task::blank(me().id, lead, Timestamp(0));
    view! {
        <PostForm action class="facts__form" on_done=done>
            <SentOnce />
            <Hidden name="back" value=back />
            <TaskFields task=blank people prefix="new-task-" />
            <div class="form__actions"><button class="button button--primary">"Add task"</button></div>
        </PostForm>
    }
    .into_any()
}
