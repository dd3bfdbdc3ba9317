//! One task in a list: finished with one tap, changed where it stands.

use domain::{LeadId, Task};
use leptos::prelude::*;

use super::task_due::TaskDue;
use super::task_fields::TaskFields;
use crate::components::{Icon, PersonName};
use crate::context::Toasts;
use crate::features::leads::RefusedAsToast;
use crate::form::{Done, Hidden, Options, PostForm};
use crate::routes;

/// The task. Without the right to change it, it is only told.
#[component]
pub fn TaskItem(
    task: Task,
    may_change: bool,
    /// The lead that it is about with its name, where the page is not the lead's own.
    of: Option<(LeadId, String)>,
    /// Who may be given it.
    people: Options,
    /// Where its forms lead without script.
    back: String,
    /// Called when something became of it.
    changed: Callback<()>,
) -> impl IntoView {
    let is_done = task.done.is_some();
    let tick = may_change.then(|| view! { <Tick task=task.clone() back=back.clone() changed /> });
    let edit = (may_change && !is_done).then(|| view! { <Edit task=task.clone() people back changed /> });
    let repeat = task.repeat.map(|repeat| view! { <span class="muted">{repeat.words()}</span> });
    let due = task.due.filter(|_| !is_done).map(|due| view! { <TaskDue due /> });
    let lead = of.map(|(id, name)| view! { <a href=routes::lead(id, "")>{name}</a> });
    let note = (!task.note.is_empty()).then(|| view! { <p class="task__note">{task.note.clone()}</p> });
    view! {
        <li class="task" class=("task--done", is_done)>
            {tick}
            <div class="task__body">
                <span class="task__title">{task.title.clone()}</span>
                <div class="task__facts">{due}<PersonName id=Some(task.assignee) />{lead}{repeat}</div>
                {note}
                {edit}
            </div>
        </li>
    }
    .into_any()
}

/// Finishes it, or opens it again; the other of the two takes it back.
#[component]
fn Tick(task: Task, back: String, changed: Callback<()>) -> impl IntoView {
    let (what, opposite, word, icon) = if task.done.is_some() { ("reopen", "done", "Reopen", "undo") } else { ("done", "reopen", "Finish", "check") };
    let label = format!("{word}: {}", task.title);
    view! {
        <Step action=step(&task, what) undo=step(&task, opposite) back changed>
            <button class="button button--icon button--small" aria-label=label title=word><Icon name=icon /></button>
        </Step>
    }
    .into_any()
}

fn step(task: &Task, what: &str) -> String {
    format!("/tasks/{}/{what}", task.id)
}

/// A form that does one thing and can be taken back.
#[component]
pub fn Step(action: String, undo: String, back: String, changed: Callback<()>, children: Children) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |done: Done| {
        toasts.say_with_undo(done.message, undo.clone());
        changed.run(());
    });
    view! {
        <PostForm action class="task__step" on_done=done>
            <Hidden name="back" value=back />
            {children()}
            <RefusedAsToast />
        </PostForm>
    }
    .into_any()
}

/// Its fields, and its removal.
#[component]
fn Edit(task: Task, people: Options, back: String, changed: Callback<()>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let action = format!("/tasks/{}", task.id);
    let prefix = format!("task-{}-", task.id);
    let came_back = crate::form::came_back(&action);
    let form_back = back.clone();
    let (remove, restore) = (step(&task, "remove"), step(&task, "restore"));
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        changed.run(());
    });
    let label = format!("Change the task {}", task.title);
    let remove_label = format!("Remove the task {}", task.title);
    view! {
        <details class="form__more" open=came_back>
            <summary aria-label=label>"Change"</summary>
            <PostForm action class="facts__form" on_done=done>
                <Hidden name="version" value=task.version.to_string() />
                <Hidden name="back" value=form_back />
                <TaskFields task people prefix />
                <div class="form__actions"><button class="button button--primary">"Save task"</button></div>
            </PostForm>
            <Step action=remove undo=restore back changed>
                <button class="button button--small button--danger" aria-label=remove_label>"Remove task"</button>
            </Step>
        </details>
    }
    .into_any()
}
