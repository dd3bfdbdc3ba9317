//! What one has to do: `/tasks`, by when it is due. Who leads others may look at theirs.

use std::time::Duration;

use domain::task::{DueGroup, TaskCounts, TaskListing, TaskRow, Unplanned, Whose};
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
    view! {
        <Title text="Tasks" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Tasks"</h1></div>
            {move || view! { <Views filter={asked.get().0} in_calendar=false /> }}
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found asked=asked.get_untracked() /> }.into_any(),
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

/// What was read, and is read anew when something happens: what did not change stays as it is, with what is being typed.
#[component]
fn Loaded(found: TaskListing, asked: Asked) -> impl IntoView {
    let (filter, after) = asked;
    let after_address = |after: &str| routes::with_query(routes::TASKS, &routes::and(&filter.to_query(), "after", after));
    let here = after.as_deref().map_or_else(|| address(filter), after_address);
    let is_first = after.is_none();
    let shown = RwSignal::new(found);
    let toasts = expect_context::<Toasts>();
    let again = Callback::new(move |()| {
        let after = after.clone();
        leptos::task::spawn_local(async move {
            match load_tasks(filter.to_query(), after).await {
                Ok(fresh) => {
                    let _gone = shown.try_set(fresh);
                }
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    });
    follow(again);
    let is_empty = Memo::new(move |_| is_first && shown.with(|shown| shown.rows.is_empty()));
    let part =
        |id: &'static str, title: &'static str, group: Option<DueGroup>| view! { <Part id title group shown back=here.clone() again /> }.into_any();
    let parts = if filter.done {
        part("done", "Done", None)
    } else {
        DueGroup::ALL.into_iter().map(|group| part(group.key(), group.label(), Some(group))).collect_view().into_any()
    };
    let pressing = move || shown.with(|shown| pressing(shown.counts)).filter(|_| !filter.done).map(|words| view! { <p class="muted">{words}</p> });
    let pages = move || {
        let next = shown.with(|shown| shown.next.clone());
        let next = next.map(|after| routes::with_query(routes::TASKS, &routes::and(&filter.to_query(), "after", &after)));
        view! { <Pager first={(!is_first).then(|| address(filter))} previous=None next=next /> }
    };
    view! {
        {me().role.is_internal().then(|| view! { <Add again /> })}
        {pressing}
        {parts}
        {move || is_empty.get().then(|| view! { <Nothing done=filter.done /> })}
        <WithoutNextStep shown />
        {pages}
    }
    .into_any()
}

/// Open leads for which nothing is planned.
#[component]
fn WithoutNextStep(shown: RwSignal<TaskListing>) -> impl IntoView {
    let leads = Memo::new(move |_| shown.with(|shown| (shown.unplanned.clone(), shown.has_more_unplanned)));
    move || {
        let (leads, has_more) = leads.get();
        let one = |lead: Unplanned| {
            let name = format!("{}, {}", lead.full_name, lead.account.name);
            view! { <li class="task"><a href=routes::lead(lead.id, "")>{name}</a></li> }.into_any()
        };
        (!leads.is_empty()).then(|| {
            view! {
                <section class="section" aria-labelledby="unplanned-h">
                    <div class="section__head"><h2 id="unplanned-h">"Leads without a next step"</h2></div>
                    <ul class="tasks">{leads.into_iter().map(one).collect_view()}</ul>
                    {has_more.then(|| view! { <p class="muted small">"There are more; these are the newest."</p> })}
                </section>
            }
            .into_any()
        })
    }
}

#[component]
fn Nothing(done: bool) -> impl IntoView {
    let (title, text) = if done {
        ("Nothing is done yet", "What is finished stands here, and can be opened again.")
    } else {
        ("Nothing to do", "A task that is added here or on a lead’s page stands here until it is finished.")
    };
    view! { <Empty icon="check" title text /> }.into_any()
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

/// One section: those of a group, or all; without rows it is left out.
#[component]
fn Part(
    id: &'static str,
    title: &'static str,
    group: Option<DueGroup>,
    shown: RwSignal<TaskListing>,
    back: String,
    again: Callback<()>,
) -> impl IntoView {
    let zone = catalog_now().site.zone.clone();
    let rows = Memo::new(move |_| {
        shown.with(|shown| {
            let is_of = |row: &&TaskRow| group.is_none_or(|group| DueGroup::of(row.task.due, shown.now, &zone) == group);
            shown.rows.iter().filter(is_of).cloned().collect::<Vec<TaskRow>>()
        })
    });
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let (actor, people, back) = (StoredValue::new(me()), StoredValue::new(people_for(None)), StoredValue::new(back));
    let item = move |row: TaskRow| {
        let TaskRow { task, lead_name, account } = row;
        // Whether somebody else's may be changed is the service's to say.
        let may_change = actor.with_value(|me| task.assignee == me.id || task.created_by == me.id || TaskFilter::may_choose(me));
        let name = account.map_or_else(|| lead_name.clone(), |account| format!("{lead_name}, {}", account.name));
        let of = task.lead.map(|lead| (lead, name));
        view! { <TaskItem task may_change of people=people.get_value() back=back.get_value() changed=again /> }.into_any()
    };
    move || {
        (!is_empty.get()).then(|| {
            let heading = format!("{id}-h");
            view! {
                <section class="section" aria-labelledby=heading.clone()>
                    <div class="section__head"><h2 id=heading.clone()>{title}</h2></div>
                    <ul class="tasks">
                        <For each=move || rows.get() key=|row: &TaskRow| (row.task.id, row.task.version) children=item />
                    </ul>
                </section>
            }
            .into_any()
        })
    }
}
