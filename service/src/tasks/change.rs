//! Adding a task, changing it, finishing it, removing it, and taking that back.

use domain::event::TextChange;
use domain::task::TaskDone;
use domain::{
    Catalog, Due, FieldErrors, FormValues, Lead, LeadId, NoticeKind, Task, TaskId, TaskStep, may_add_task, may_be_given_task, may_change_task,
    may_see_task,
};
use store::Tx;

use super::record;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::held;
use crate::notices;
use crate::once::{self, Once};

/// What became of a task that was finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The lead that it is about.
    pub lead: Option<LeadId>,
    /// When it comes again.
    pub next: Option<Due>,
}

/// Adds a task from a form, see [`Task::fill`]: to an open lead, or with `lead` `None` one that is about none. Who is given it by
/// somebody else is told. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::NotFound`] for a lead out of sight; [`ServiceError::Forbidden`].
pub async fn add_once(ctx: &Ctx, lead: Option<LeadId>, form: &FormValues, once: Option<&Once>) -> Result<TaskId> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let lead = match lead {
        Some(id) => Some(held(ctx, &mut tx, id).await?),
        None => None,
    };
    if !may_add_task(actor, lead.as_ref()) {
        return Err(ServiceError::Forbidden(refused_to_add(lead.as_ref()).to_owned()));
    }
    let blank = Task::blank(actor.id, lead.as_ref().map(|lead| lead.id), ctx.now());
    let mut task = filled(ctx, &mut tx, &blank, lead.as_ref(), form, &catalog).await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(TaskId(made));
    }
    put(ctx, &mut tx, &mut task, &blank, lead.as_ref(), &catalog).await?;
    tell_assignee(ctx, &mut tx, &task, lead.as_ref()).await?;
    once::note(ctx, &mut tx, once, task.id.0).await?;
    tx.save().await?;
    Ok(task.id)
}

/// Writes a new task, whose number is given out here; gives its lead as it was saved.
async fn put(ctx: &Ctx, tx: &mut Tx, task: &mut Task, blank: &Task, lead: Option<&Lead>, catalog: &Catalog) -> Result<Option<Lead>> {
    task.remind_at = task.reminder(ctx.now(), &catalog.site.zone);
    task.id = TaskId(tx.take_numbers("task", 1).await?);
    tx.tasks().add(task).await?;
    let told = task.changes_since(blank, catalog).into_iter().filter(|change| change.what != "Title").collect();
    record(ctx, tx, lead, task, TaskStep::Added, told).await
}

/// A task that follows from something else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewTask<'a> {
    pub title: &'a str,
    pub due: Due,
    /// Unit: minutes, as of [`Task::remind`].
    pub remind: Option<i64>,
}

/// Adds a task to a lead in the transaction of what it follows from, for who does that. `lead` is the lead as it was saved last; gives it as
/// it is then, with the task's number.
pub(crate) async fn add_with(ctx: &Ctx, tx: &mut Tx, lead: &Lead, new: NewTask<'_>, catalog: &Catalog) -> Result<(TaskId, Lead)> {
    let blank = Task::blank(ctx.actor()?.id, Some(lead.id), ctx.now());
    let mut task = Task { title: new.title.to_owned(), due: Some(new.due), remind: new.remind, ..blank.clone() };
    let saved = put(ctx, tx, &mut task, &blank, Some(lead), catalog).await?;
    Ok((task.id, saved.unwrap_or_else(|| lead.clone())))
}

/// Finishes an open task of a lead in the transaction of what did it; `lead` as in [`add_with`]. Who may is asked before.
pub(crate) async fn finish_with(ctx: &Ctx, tx: &mut Tx, lead: &Lead, task: &Task, catalog: &Catalog) -> Result<Lead> {
    let (saved, _) = finish(ctx, tx, task, Some(lead), catalog).await?;
    Ok(saved.unwrap_or_else(|| lead.clone()))
}

fn refused_to_add(lead: Option<&Lead>) -> &'static str {
    match lead {
        None => "Only people of the house can have tasks without a lead",
        Some(lead) if lead.deleted_at.is_some() => "This lead is deleted; restore it first",
        Some(_) => "This lead is closed; reopen it to plan something",
    }
}

/// Changes the fields of a task that were sent, with the `version` that was read.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when it was changed or finished since; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`].
pub async fn change(ctx: &Ctx, id: TaskId, form: &FormValues) -> Result<Task> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = changeable(ctx, &mut tx, id).await?;
    if read.done.is_some() {
        return Err(ServiceError::Refused("This task is finished; reopen it to change it".to_owned()));
    }
    if form.find("version").is_some_and(|version| version.trim().parse() != Ok(read.version)) {
        return Err(ServiceError::Refused("Somebody changed this task meanwhile; load the page again to see it".to_owned()));
    }
    let mut task = filled(ctx, &mut tx, &read, lead.as_ref(), form, &catalog).await?;
    if (task.due, task.remind) != (read.due, read.remind) {
        task.remind_at = task.reminder(ctx.now(), &catalog.site.zone);
    }
    let changes = task.changes_since(&read, &catalog);
    if changes.is_empty() {
        return Ok(read);
    }
    write(ctx, &mut tx, &mut task, &read).await?;
    record(ctx, &mut tx, lead.as_ref(), &task, TaskStep::Changed, changes).await?;
    if task.assignee != read.assignee {
        tell_assignee(ctx, &mut tx, &task, lead.as_ref()).await?;
    }
    tx.save().await?;
    Ok(task)
}

/// Finishes a task; one that repeats is there again at once, for its next day. Who presses twice finishes it once.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn complete(ctx: &Ctx, id: TaskId) -> Result<Completed> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = changeable(ctx, &mut tx, id).await?;
    if read.done.is_some() {
        return Ok(Completed { lead: read.lead, next: None });
    }
    let (_, next) = finish(ctx, &mut tx, &read, lead.as_ref(), &catalog).await?;
    tx.save().await?;
    Ok(Completed { lead: read.lead, next })
}

/// Finishes an open task; gives its lead as it was saved, and when the task comes again.
async fn finish(ctx: &Ctx, tx: &mut Tx, read: &Task, lead: Option<&Lead>, catalog: &Catalog) -> Result<(Option<Lead>, Option<Due>)> {
    let zone = &catalog.site.zone;
    let mut task = Task { done: Some(TaskDone { at: ctx.now(), by: ctx.actor()?.id }), remind_at: None, ..read.clone() };
    write(ctx, tx, &mut task, read).await?;
    let mut changes = Vec::new();
    let mut next = read.next(ctx.now(), zone);
    if let Some(next) = &mut next {
        next.id = TaskId(tx.take_numbers("task", 1).await?);
        tx.tasks().add(next).await?;
        let due = next.due.map_or_else(String::new, |due| due.words(zone));
        changes.push(TextChange { what: "Due again".to_owned(), old: String::new(), new: due });
    }
    let saved = record(ctx, tx, lead, &task, TaskStep::Done, changes).await?;
    Ok((saved, next.and_then(|next| next.due)))
}

/// Opens a finished task again. What came in its place goes away, unless somebody changed it since.
///
/// # Errors
/// As [`complete`].
pub async fn reopen(ctx: &Ctx, id: TaskId) -> Result<Task> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = changeable(ctx, &mut tx, id).await?;
    if read.done.is_none() {
        return Ok(read);
    }
    let mut task = Task { done: None, ..read.clone() };
    task.remind_at = task.reminder(ctx.now(), &catalog.site.zone);
    write(ctx, &mut tx, &mut task, &read).await?;
    if let Some(made) = tx.tasks().find_made_by(id).await?.filter(|made| made.version == 1 && made.is_open()) {
        let mut gone = Task { deleted_at: Some(ctx.now()), remind_at: None, ..made.clone() };
        write(ctx, &mut tx, &mut gone, &made).await?;
    }
    record(ctx, &mut tx, lead.as_ref(), &task, TaskStep::Reopened, Vec::new()).await?;
    tx.save().await?;
    Ok(task)
}

/// Removes a task; [`restore`] brings it back.
///
/// # Errors
/// As [`complete`].
pub async fn remove(ctx: &Ctx, id: TaskId) -> Result<Task> {
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = changeable(ctx, &mut tx, id).await?;
    let mut task = Task { deleted_at: Some(ctx.now()), remind_at: None, ..read.clone() };
    write(ctx, &mut tx, &mut task, &read).await?;
    record(ctx, &mut tx, lead.as_ref(), &task, TaskStep::Removed, Vec::new()).await?;
    tx.save().await?;
    Ok(task)
}

/// Brings a removed task back.
///
/// # Errors
/// As [`complete`].
pub async fn restore(ctx: &Ctx, id: TaskId) -> Result<Task> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = visible(ctx, &mut tx, id).await?;
    require_change(ctx, &read, lead.as_ref())?;
    if read.deleted_at.is_none() {
        return Ok(read);
    }
    let mut task = Task { deleted_at: None, ..read.clone() };
    if task.is_open() {
        task.remind_at = task.reminder(ctx.now(), &catalog.site.zone);
    }
    write(ctx, &mut tx, &mut task, &read).await?;
    record(ctx, &mut tx, lead.as_ref(), &task, TaskStep::Restored, Vec::new()).await?;
    tx.save().await?;
    Ok(task)
}

/// A task with its lead, which is held; absent and invisible look the same. A removed one is there too.
async fn visible(ctx: &Ctx, tx: &mut Tx, id: TaskId) -> Result<(Task, Option<Lead>)> {
    let actor = ctx.actor()?;
    let found = tx.tasks().find(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = match found.lead {
        Some(lead) => Some(held(ctx, tx, lead).await?),
        None => None,
    };
    // Read again: whoever had its lead before may have changed it.
    let task = if lead.is_some() { tx.tasks().find(id).await?.ok_or(ServiceError::NotFound)? } else { found };
    if may_see_task(actor, &task, lead.as_ref()) { Ok((task, lead)) } else { Err(ServiceError::NotFound) }
}

async fn changeable(ctx: &Ctx, tx: &mut Tx, id: TaskId) -> Result<(Task, Option<Lead>)> {
    let (task, lead) = visible(ctx, tx, id).await?;
    if task.deleted_at.is_some() {
        return Err(ServiceError::NotFound);
    }
    require_change(ctx, &task, lead.as_ref())?;
    Ok((task, lead))
}

fn require_change(ctx: &Ctx, task: &Task, lead: Option<&Lead>) -> Result<()> {
    if may_change_task(ctx.actor()?, task, lead) {
        return Ok(());
    }
    Err(ServiceError::Forbidden("Only who has this task, who made it, and who works its lead can change it".to_owned()))
}

/// A task with what the form says. Who gets it must be able to see it.
async fn filled(ctx: &Ctx, tx: &mut Tx, before: &Task, lead: Option<&Lead>, form: &FormValues, catalog: &Catalog) -> Result<Task> {
    let (mut task, mut errors) = (before.clone(), FieldErrors::default());
    task.fill(form, catalog, &mut errors);
    if task.assignee != before.assignee && task.assignee != ctx.actor()?.id {
        let assignee = tx.people().load_actor(task.assignee).await?;
        if !assignee.is_some_and(|assignee| may_be_given_task(&assignee, lead)) {
            errors.add(
                "assignee",
                if lead.is_some() { "They do not see this lead; put them on its team first" } else { "They can have no task without a lead" },
            );
        }
    }
    errors.into_result()?;
    Ok(task)
}

/// Writes the next version of a task.
async fn write(ctx: &Ctx, tx: &mut Tx, task: &mut Task, read: &Task) -> Result<()> {
    task.version = read.version + 1;
    task.updated_at = ctx.now();
    if tx.tasks().change(task, read).await? { Ok(()) } else { Err(ServiceError::Busy) }
}

/// Tells whoever has a task now, unless they did it themselves.
async fn tell_assignee(ctx: &Ctx, tx: &mut Tx, task: &Task, lead: Option<&Lead>) -> Result<()> {
    if ctx.actor()?.id != task.assignee {
        notices::tell_of_task(ctx, tx, NoticeKind::TaskForYou, task, lead).await?;
    }
    Ok(())
}
