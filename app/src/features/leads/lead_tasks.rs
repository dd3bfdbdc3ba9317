//! What has to be done for the lead: its tasks on its page, and what comes next under its name.

use domain::attempt::ASK_RECEPTION;
use domain::{Task, may_change_task};
use leptos::prelude::*;

use super::fact::FactPage;
use crate::components::Icon;
use crate::context::{Toasts, me};
use crate::features::tasks::{NewTask, TaskDue, TaskItem, people_for};
use crate::form::{Done, Hidden, PostForm, SentOnce};

/// The tasks, those that are done folded away, and the form that adds one.
#[component]
pub fn LeadTasks() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let (id, people) = page.detail.with_untracked(|detail| (detail.lead.id, people_for(Some(&detail.lead))));
    let actor = me();
    let tasks = Memo::new(move |_| {
        page.detail.with(|detail| {
            let with_right = |task: &Task| (task.clone(), may_change_task(&actor, task, Some(&detail.lead)));
            detail.tasks.iter().map(with_right).collect::<Vec<(Task, bool)>>()
        })
    });
    let may_add = Memo::new(move |_| page.detail.with(|detail| detail.rights.task));
    // Without script the form has to stand open to show what is wrong.
    let came_back = crate::form::came_back(&format!("/leads/{id}/tasks"));
    let back = StoredValue::new(format!("/leads/{id}"));
    let people = StoredValue::new(people);
    let item = move |(task, may_change): (Task, bool)| {
        view! { <TaskItem task may_change of=None people=people.get_value() back=back.get_value() changed=page.reload /> }.into_any()
    };
    let of = move |is_done: bool| tasks.get().into_iter().filter(|(task, _)| task.done.is_some() == is_done).collect::<Vec<_>>();
    let done_count = Memo::new(move |_| tasks.with(|tasks| tasks.iter().filter(|(task, _)| task.done.is_some()).count()));
    let lacks_phone = Memo::new(move |_| {
        let is_planned = tasks.with(|tasks| tasks.iter().any(|(task, _)| task.is_open() && task.title == ASK_RECEPTION));
        !is_planned && page.detail.with(|detail| detail.rights.task && detail.lead.phone().is_none())
    });
    let added = Callback::new(move |done: Done| {
        toasts.say(done.message);
        page.reload.run(());
    });
    view! {
        <section class="facts" id="tasks" aria-labelledby="tasks-h">
            <div class="facts__head"><h2 id="tasks-h">"Tasks"</h2></div>
            <ul class="tasks">
                <For each=move || of(false) key=|entry: &(Task, bool)| (entry.0.id, entry.0.version, entry.1) children=item />
            </ul>
            {move || lacks_phone.get().then(|| view! {
                <PostForm action=format!("/leads/{id}/tasks") class="task__offer" on_done=added>
                    <SentOnce />
                    <Hidden name="title" value=ASK_RECEPTION.to_owned() />
                    <Hidden name="back" value=back.get_value() />
                    <span class="muted">"Nobody can call them yet."</span>
                    <button class="button button--small">"Plan to ask reception"</button>
                </PostForm>
            })}
            {move || may_add.get().then(|| view! {
                <details class="form__more" open=came_back>
                    <summary data-command="Add a task"><Icon name="chevron-right" />"Add a task"</summary>
                    <NewTask lead=Some(id) people=people.get_value() back=back.get_value() done=added />
                </details>
            })}
            {move || (done_count.get() > 0).then(|| view! {
                <details class="form__more">
                    <summary><Icon name="chevron-right" />{format!("Done: {}", done_count.get())}</summary>
                    <ul class="tasks">{of(true).into_iter().map(item).collect_view()}</ul>
                </details>
            })}
        </section>
    }
    .into_any()
}

/// What comes next for an open lead, or that nothing does.
#[component]
pub fn NextStep() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let shown = Memo::new(move |_| {
        page.detail.with(|detail| {
            let is_open = detail.lead.deleted_at.is_none() && detail.lead.state.life_cycle().is_open();
            is_open.then(|| (detail.next_step.clone(), detail.rights.task))
        })
    });
    move || {
        shown.get().map(|(next, may_add)| match next {
            Some(next) => view! {
                <p class="next-step">
                    <span class="muted">"Next step"</span>
                    <a href="#tasks">{next.title}</a>
                    {next.due.map(|due| view! { <TaskDue due /> })}
                </p>
            }
            .into_any(),
            None => view! {
                <p class="next-step">
                    <span class="badge tone-amber">"No next step"</span>
                    {may_add.then(|| view! { <a href="#tasks">"Plan one"</a> })}
                </p>
            }
            .into_any(),
        })
    }
}
