//! What one has to do: `/tasks`, by when it is due. Who leads others may look at theirs.

use std::time::Duration;

use domain::task::{DueGroup, TaskCounts, TaskListing, TaskRow, Whose};
use domain::{FormValues, TaskFilter};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::load_tasks;
use super::task_fields::{NewTask, people_for};
use super::task_item::TaskItem;
use crate::components::{Empty, Icon, Problem};
use crate::context::{Toasts, catalog_now, me};
use crate::features::accounts::Pager;
use crate::form::{Done, Options, option_views};
use crate::live::{Heard, Live};
use crate::routes;

/// Changes that come together are read together.
const REST: Duration = Duration::from_millis(800);

/// What the address asks for: which tasks, and after which place.
type Asked = (TaskFilter, Option<String>);

fn read(search: &str) -> Asked {
    let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
    (TaskFilter::from_query(search), values.find("after").filter(|text| !text.is_empty()).map(str::to_owned))
}

/// The page.
#[component]
pub fn TasksPage() -> impl IntoView {
    let search = use_location().search;
    let asked = Memo::new(move |_| read(&search.get()));
    let found = Resource::new(move || asked.get(), |(filter, after): Asked| load_tasks(filter.to_query(), after));
    let again = Callback::new(move |()| found.refetch());
    follow(again);
    view! {
        <Title text="Tasks" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Tasks"</h1></div>
            {move || view! { <Views filter={asked.get().0} in_calendar=false /> }}
            {me().role.is_internal().then(|| view! { <Add again /> })}
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found asked=asked.get_untracked() again /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// Reads the page again when a lead changes that may have tasks, or one's own tasks without a lead.
pub fn follow(again: Callback<()>) {
    let waiting = StoredValue::new(false);
    let me = me().id;
    expect_context::<Live>().listen(Callback::new(move |heard| {
        let concerns = match heard {
            Heard::Lead(_) | Heard::Resync => true,
            Heard::Person(data) => data.number == me.0,
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

fn address(filter: TaskFilter) -> String {
    routes::with_query(routes::TASKS, &filter.to_query())
}

/// Open ones, those that are done or the calendar, and whose, for who leads others.
#[component]
pub fn Views(filter: TaskFilter, in_calendar: bool) -> impl IntoView {
    let link = |done: bool, word: &'static str| {
        let href = address(TaskFilter { done, ..filter });
        let here = (!in_calendar && filter.done == done).then_some("page");
        view! { <a class="switch__choice" href=href aria-current=here>{word}</a> }.into_any()
    };
    let calendar = {
        let href = routes::with_query(routes::TASK_CALENDAR, &TaskFilter { done: false, ..filter }.to_query());
        view! { <a class="switch__choice" href=href aria-current=in_calendar.then_some("page")>"Calendar"</a> }.into_any()
    };
    let people = TaskFilter::may_choose(&me()).then(|| view! { <WhoseTasks filter in_calendar /> });
    view! {
        <div class="tasks__views">
            <nav class="switch" aria-label="Which tasks">{link(false, "Open")}{link(true, "Done")}{calendar}</nav>
            {people}
        </div>
    }
    .into_any()
}

#[component]
fn WhoseTasks(filter: TaskFilter, in_calendar: bool) -> impl IntoView {
    let me = me().id;
    let others = catalog_now();
    let others = others.people.iter().filter(|person| person.id != me && !person.disabled).map(|person| (person.id.to_string(), person.name.clone()));
    let mine = [(String::new(), "Mine".to_owned()), (TaskFilter::EVERYONE.to_owned(), "Everybody’s".to_owned())];
    let people: Options = mine.into_iter().chain(others).collect();
    let address = if in_calendar { routes::TASK_CALENDAR } else { routes::TASKS };
    let chosen = match filter.whose {
        Whose::Mine => String::new(),
        Whose::Person(user) => user.to_string(),
        Whose::Everyone => TaskFilter::EVERYONE.to_owned(),
    };
    view! {
        <form class="tasks__whose" action=address method="get">
            {filter.done.then(|| view! { <input type="hidden" name="done" value="1" /> })}
            <label class="visually-hidden" for="tasks-person">"Whose tasks"</label>
            <select class="input" id="tasks-person" name="person">{option_views(people, &chosen)}</select>
            <button class="button">"Show"</button>
        </form>
    }
    .into_any()
}

#[component]
fn Add(again: Callback<()>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        again.run(());
    });
    view! {
        <details class="form__more" open=crate::form::came_back(routes::TASKS)>
            <summary data-command="Add a task"><Icon name="chevron-right" />"Add a task"</summary>
            <div class="form"><NewTask lead=None people=people_for(None) back=routes::TASKS.to_owned() done /></div>
        </details>
    }
    .into_any()
}

#[component]
fn Loaded(found: TaskListing, asked: Asked, again: Callback<()>) -> impl IntoView {
    let TaskListing { rows, next, counts, now } = found;
    let (filter, after) = asked;
    let after_address = |after: &str| routes::with_query(routes::TASKS, &routes::and(&filter.to_query(), "after", after));
    let here = after.as_deref().map_or_else(|| address(filter), after_address);
    let next = next.as_deref().map(after_address);
    let first = after.map(|_| address(filter));
    if rows.is_empty() && first.is_none() {
        let (title, text) = if filter.done {
            ("Nothing is done yet", "What is finished stands here, and can be opened again.")
        } else {
            ("Nothing to do", "A task that is added here or on a lead’s page stands here until it is finished.")
        };
        return view! { <Empty icon="check" title text /> }.into_any();
    }
    let parts = if filter.done {
        view! { <Part id="done" title="Done" rows back=here again /> }.into_any()
    } else {
        let zone = catalog_now().site.zone.clone();
        let mut rows = rows;
        let part = |group: DueGroup| {
            let (those, rest): (Vec<TaskRow>, Vec<TaskRow>) =
                std::mem::take(&mut rows).into_iter().partition(|row| DueGroup::of(row.task.due, now, &zone) == group);
            rows = rest;
            view! { <Part id=group.key() title=group.label() rows=those back=here.clone() again /> }.into_any()
        };
        DueGroup::ALL.into_iter().map(part).collect_view().into_any()
    };
    view! {
        {(!filter.done).then(|| pressing(counts)).flatten().map(|words| view! { <p class="muted">{words}</p> })}
        {parts}
        <Pager first=first previous=None next=next />
    }
    .into_any()
}

/// How much has to be looked at today.
fn pressing(counts: TaskCounts) -> Option<String> {
    match (counts.overdue, counts.today) {
        (0, 0) => None,
        (0, today) => Some(format!("{today} due today")),
        (overdue, 0) => Some(format!("{overdue} overdue")),
        (overdue, today) => Some(format!("{overdue} overdue, {today} due today")),
    }
}

/// One section; without rows it is left out.
#[component]
fn Part(id: &'static str, title: &'static str, rows: Vec<TaskRow>, back: String, again: Callback<()>) -> impl IntoView {
    let heading = format!("{id}-h");
    let me = me();
    let people = people_for(None);
    let item = move |row: TaskRow| {
        let TaskRow { task, lead_name, account } = row;
        // Whether somebody else's may be changed is the service's to say.
        let may_change = task.assignee == me.id || task.created_by == me.id || TaskFilter::may_choose(&me);
        let name = account.map_or_else(|| lead_name.clone(), |account| format!("{lead_name}, {}", account.name));
        let of = task.lead.map(|lead| (lead, name));
        view! { <TaskItem task may_change of people=people.clone() back=back.clone() changed=again /> }.into_any()
    };
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby=heading.clone()>
                <div class="section__head"><h2 id=heading.clone()>{title}</h2></div>
                <ul class="tasks">{rows.into_iter().map(item).collect_view()}</ul>
            </section>
        }
        .into_any()
    })
}
