//! Tasks: what somebody has to do, for a lead or for themselves. When it comes again is [`repeat`]'s to say, what a form may hold
//! [`form`]'s, and what of a lead comes next [`next_step`]'s. Who may see and change one is said in [`crate::permission`]. See docs/tasks.md.

mod days;
mod filter;
mod form;
pub mod ics;
mod next_step;
mod repeat;

use serde::{Deserialize, Serialize};

pub use days::{CalendarView, Span, TaskCalendar, weekday_name};
pub use filter::{DueGroup, TaskFilter, Whose};
pub use form::REMINDERS;
pub(crate) use form::{parse_day, parse_time};
pub use next_step::{NextStep, next_step};
pub use repeat::{Every, Repeat};

use crate::event::TextChange;
use crate::{AccountId, Catalog, DAY_MS, HOUR_MS, LeadId, Named, SiteZone, TaskId, Timestamp, UserId};

/// The hour of its day by which a task without a time counts its reminder.
const DAY_REMINDED_AT: i64 = 8;

/// When a task is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The moment; for a whole day its last one, so that it is overdue only when the day is over.
    pub at: Timestamp,
    /// Whether it is a day without a time.
    pub all_day: bool,
}

impl Due {
    /// A whole day, which is given as its start in UTC.
    #[must_use]
    pub fn on(day: Timestamp, zone: &SiteZone) -> Self {
        Self { at: zone.end_of(day), all_day: true }
    }

    /// A moment of a day, by the site's clocks. Unit of `minutes`: since midnight.
    #[must_use]
    pub fn at(day: Timestamp, minutes: i64, zone: &SiteZone) -> Self {
        Self { at: zone.first_showing(day.plus_ms(minutes * 60_000)), all_day: false }
    }

    /// The deadline of an opportunity, which is a typed day or a moment.
    #[must_use]
    pub fn of_deadline(at: Timestamp, zone: &SiteZone) -> Self {
        if at.is_day() { Self::on(at, zone) } else { Self { at, all_day: false } }
    }

    /// Its day by the site's clocks, as days are written: its start in UTC.
    #[must_use]
    pub fn day(self, zone: &SiteZone) -> Timestamp {
        zone.local(self.at).start_of_day()
    }

    /// Its time by the site's clocks, `14:30`; empty for a whole day.
    #[must_use]
    pub fn time(self, zone: &SiteZone) -> String {
        if self.all_day { String::new() } else { zone.local(self.at).clock() }
    }

    /// As people read it: `24 Nov 2026`, `24 Nov 2026, 14:30`.
    #[must_use]
    pub fn words(self, zone: &SiteZone) -> String {
        let local = zone.local(self.at);
        if self.all_day { local.readable_day() } else { local.readable() }
    }

    /// The same on another day: what has a time keeps it.
    #[must_use]
    pub fn moved_to(self, day: Timestamp, zone: &SiteZone) -> Self {
        let local = zone.local(self.at);
        if self.all_day { Self::on(day, zone) } else { Self::at(day, (local.0 - local.start_of_day().0) / 60_000, zone) }
    }
}

/// That a task is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDone {
    pub at: Timestamp,
    pub by: UserId,
}

/// Something that somebody has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub version: i64,
    /// The lead that it is about.
    pub lead: Option<LeadId>,
    pub title: String,
    pub note: String,
    pub assignee: UserId,
    pub due: Option<Due>,
    /// How long before it is due its assignee is reminded. Unit: minutes, one of [`REMINDERS`].
    pub remind: Option<i64>,
    /// When they are reminded; `None` once they were.
    pub remind_at: Option<Timestamp>,
    pub repeat: Option<Repeat>,
    pub done: Option<TaskDone>,
    /// The task that made this one when it was done.
    pub after: Option<TaskId>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

impl Task {
    /// A task that nobody has filled in yet, for whoever makes it.
    #[must_use]
    pub fn blank(by: UserId, lead: Option<LeadId>, now: Timestamp) -> Self {
        Self {
            id: TaskId(0),
            version: 1,
            lead,
            title: String::new(),
            note: String::new(),
            assignee: by,
            due: None,
            remind: None,
            remind_at: None,
            repeat: None,
            done: None,
            after: None,
            created_by: by,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        }
    }

    /// Whether it still has to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.done.is_none() && self.deleted_at.is_none()
    }

    /// When its assignee is to be reminded; `None` when that moment is over. A whole day counts from eight o'clock of it.
    #[must_use]
    pub fn reminder(&self, now: Timestamp, zone: &SiteZone) -> Option<Timestamp> {
        let (due, minutes) = (self.due?, self.remind?);
        let from = if due.all_day { zone.first_showing(due.day(zone).plus_ms(DAY_REMINDED_AT * HOUR_MS)) } else { due.at };
        Some(from.plus_ms(-minutes * 60_000)).filter(|at| *at > now)
    }

    /// The task that comes when this one is done now, still without its number; `None` when it does not come again.
    #[must_use]
    pub fn next(&self, now: Timestamp, zone: &SiteZone) -> Option<Self> {
        let (due, repeat) = (self.due?, self.repeat?);
        let day = repeat.next_after(due.day(zone).max(zone.at(now).today()))?;
        let mut next = Self {
            note: self.note.clone(),
            title: self.title.clone(),
            assignee: self.assignee,
            due: Some(due.moved_to(day, zone)),
            remind: self.remind,
            repeat: Some(repeat),
            after: Some(self.id),
            ..Self::blank(self.created_by, self.lead, now)
        };
        next.remind_at = next.reminder(now, zone);
        Some(next)
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self, catalog: &Catalog) -> Vec<TextChange> {
        let zone = &catalog.site.zone;
        let due = |task: &Self| task.due.map_or_else(String::new, |due| due.words(zone));
        let repeat = |task: &Self| task.repeat.map_or_else(String::new, Repeat::words);
        let remind = |task: &Self| task.remind.map_or_else(String::new, |minutes| form::reminder_words(minutes).to_owned());
        [
            ("Title", before.title.clone(), self.title.clone()),
            ("Note", before.note.clone(), self.note.clone()),
            ("Assignee", catalog.person_name(before.assignee), catalog.person_name(self.assignee)),
            ("Due", due(before), due(self)),
            ("Reminder", remind(before), remind(self)),
            ("Repeat", repeat(before), repeat(self)),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
        .collect()
    }
}

/// What became of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStep {
    Added,
    Changed,
    Done,
    Reopened,
    Removed,
    Restored,
}

/// A task with the lead that it is about, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    pub task: Task,
    pub lead_name: String,
    pub account: Option<Named<AccountId>>,
}

/// How many tasks somebody has to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCounts {
    pub overdue: i64,
    /// Due today, and not overdue yet.
    pub today: i64,
}

/// An open lead for which nothing is planned, see [`next_step`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unplanned {
    pub id: LeadId,
    pub full_name: String,
    pub account: Named<AccountId>,
}

/// A page of tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskListing {
    /// Open ones by when they are due, those without a day last; done ones newest first.
    pub rows: Vec<TaskRow>,
    /// Cursor of the next page; `None` at the end.
    pub next: Option<String>,
    pub counts: TaskCounts,
    /// Open leads of the person for which nothing is planned, the newest first; on the first page of their open tasks only.
    pub unplanned: Vec<Unplanned>,
    /// Whether there are more of those.
    pub has_more_unplanned: bool,
    pub now: Timestamp,
}

/// The day of a week, from 0 for Monday.
fn weekday(day: Timestamp) -> i64 {
    // The first day of 1970 was a Thursday.
    (day.0.div_euclid(DAY_MS) + 3).rem_euclid(7)
}

#[cfg(test)]
mod tests;
