//! What a person can do with tasks: for a lead, or for themselves. The rules are `domain::task`'s and `domain::permission`'s;
//! docs/tasks.md has them in words.

mod calendar;
mod change;
mod remind;

pub use calendar::{feed, find_feed, make_feed, revoke_feed};
pub use change::{Completed, add_once, change, complete, remove, reopen, restore};
pub(crate) use change::{NewTask, add_with, finish_with};
pub use remind::work;

use domain::event::{Subject, TextChange};
use domain::task::{CalendarView, TaskCalendar, TaskListing};
use domain::{EventKind, Lead, LeadId, Named, Scope, Task, TaskFilter, TaskId, TaskStep, Timestamp};
use store::Tx;
use store::tasks::{TaskCursor, TasksOf};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::leads::save;
use crate::records::{Record, record_event};

/// Tasks of one page.
const PAGE: usize = 50;
/// Leads without a next step that are named.
const UNPLANNED_MAX: usize = 20;
/// Tasks that a calendar shows.
const CALENDAR_MAX: usize = 500;
/// Tasks that a lead's page shows.
const OF_LEAD_MAX: i64 = 100;

/// A page of the tasks that a filter names, as far as the person may know of them, with how many of them are overdue and due today. Who
/// leads nobody sees their own.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`]; what the store reports.
pub async fn list(ctx: &Ctx, filter: TaskFilter, after: Option<&str>) -> Result<TaskListing> {
    let actor = ctx.actor()?;
    let (now, scope) = (ctx.now(), Scope::of(actor));
    let catalog = ctx.catalog().await?;
    let zone = &catalog.site.zone;
    let of = TasksOf { scope: &scope, viewer: actor.id, assignee: filter.person(actor) };
    let (after, limit) = (after.and_then(read_cursor), PAGE as i64 + 1);
    let mut tx = ctx.store.read().await?;
    let mut rows = if filter.done { tx.tasks().list_done(of, after, limit).await? } else { tx.tasks().list_open(of, after, limit).await? };
    let today = zone.at(now).today();
    let counts = tx.tasks().count(of, now, zone.end_of(today)).await?;
    let of_leads = of.assignee.filter(|_| !filter.done && after.is_none());
    let mut unplanned = match of_leads {
        Some(owner) => tx.tasks().list_unplanned(&scope, owner, now, today, UNPLANNED_MAX as i64 + 1).await?,
        None => Vec::new(),
    };
    let has_more_unplanned = unplanned.len() > UNPLANNED_MAX;
    unplanned.truncate(UNPLANNED_MAX);
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| has_more).map(|row| TaskCursor::of(&row.task)).map(|place| format!("{}.{}", place.at.0, place.id));
    Ok(TaskListing { rows, next, counts, unplanned, has_more_unplanned, now })
}

/// The open tasks of the days that `query` names, see [`CalendarView`]; whose, as in [`list`].
///
/// # Errors
/// As [`list`].
pub async fn list_days(ctx: &Ctx, query: &str) -> Result<TaskCalendar> {
    let actor = ctx.actor()?;
    let (now, scope) = (ctx.now(), Scope::of(actor));
    let catalog = ctx.catalog().await?;
    let zone = &catalog.site.zone;
    let today = zone.at(now).today();
    let view = CalendarView::from_query(query, today);
    let days = view.days();
    let (first, last) = (days.first().copied().unwrap_or(today), days.last().copied().unwrap_or(today));
    let of = TasksOf { scope: &scope, viewer: actor.id, assignee: TaskFilter::from_query(query).person(actor) };
    let mut tx = ctx.store.ask().await?;
    let mut rows = tx.tasks().list_between(of, zone.start_of(first), zone.end_of(last), CALENDAR_MAX as i64 + 1).await?;
    let is_cut = rows.len() > CALENDAR_MAX;
    rows.truncate(CALENDAR_MAX);
    Ok(TaskCalendar { view, today, now, rows, is_cut })
}

/// An address that somebody made up begins at the start.
fn read_cursor(text: &str) -> Option<TaskCursor> {
    let (at, id) = text.split_once('.')?;
    Some(TaskCursor { at: Timestamp(at.parse().ok()?), id: TaskId(id.parse().ok()?) })
}

/// The tasks of a lead that may be known, as its page shows them.
pub(crate) async fn of_lead(tx: &mut Tx, lead: LeadId) -> Result<Vec<Task>> {
    Ok(tx.tasks().of_lead(lead, OF_LEAD_MAX).await?)
}

/// Records what became of a task: in the timeline of its lead, else with who has it. `lead` is the task's, as this transaction read it or
/// saved it last; gives it as it was saved now.
async fn record(ctx: &Ctx, tx: &mut Tx, lead: Option<&Lead>, task: &Task, step: TaskStep, changes: Vec<TextChange>) -> Result<Option<Lead>> {
    let kind = EventKind::Task { step, task: Named { id: task.id, name: task.title.clone() }, changes };
    if let Some(read) = lead {
        let mut lead = read.clone();
        save(ctx, tx, &mut lead, read, kind).await?;
        return Ok(Some(lead));
    }
    let record = Record { subject: Subject::Person, id: task.assignee.0, version: task.version, name: &task.title, lead: None };
    record_event(ctx, tx, record, kind).await?;
    Ok(None)
}
