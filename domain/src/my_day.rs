//! A person's day: what is overdue, what is due today, what is new to them, and whose answer they wait for. Where something stands, why,
//! and what comes next for it is decided here; the service brings what there is. See docs/my-day.md.
//!
//! To have something else on it: a variant of [`Cause`] with its section, its sentence and its next thing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::clock::told;
use crate::task::TaskRow;
use crate::{Catalog, Due, Handover, LeadId, Named, SiteZone, TaskId, Timestamp};

/// A part of the day, in the order of urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DaySection {
    /// Should have been done by now.
    Overdue,
    /// Due by the end of the day, by the site's clocks.
    Today,
    /// Handed over, and not touched yet.
    New,
    /// Somebody spoke or wrote to them, and nothing came in from them since.
    Awaited,
}

impl DaySection {
    /// Every one, in their order.
    pub const ALL: [DaySection; 4] = [DaySection::Overdue, DaySection::Today, DaySection::New, DaySection::Awaited];

    /// The word used in ids.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            DaySection::Overdue => "overdue",
            DaySection::Today => "today",
            DaySection::New => "new",
            DaySection::Awaited => "awaited",
        }
    }

    /// Its heading.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            DaySection::Overdue => "Overdue",
            DaySection::Today => "Due today",
            DaySection::New => "New to you",
            DaySection::Awaited => "Waiting for a reply",
        }
    }
}

/// A lead as far as a day names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayLead {
    pub id: LeadId,
    pub full_name: String,
    /// The name of its account.
    pub account: String,
    /// The number to call; empty when there is none, or nobody calls because of this.
    pub phone: String,
    /// The address to write to; likewise.
    pub email: String,
}

/// Why something is on somebody's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A task that has a day.
    Task { task: Named<TaskId>, due: Due, lead: Option<DayLead> },
    /// A clock of a lead that runs, by the name of its policy. `by_contact` when speaking or writing to the customer meets it.
    Clock { lead: DayLead, name: String, due_at: Timestamp, by_contact: bool },
    /// A lead that waits to be touched.
    Untouched { lead: DayLead, handover: Handover },
    /// A lead whose person owes an answer since then.
    Awaited { lead: DayLead, since: Timestamp },
}

/// What can be done with something at once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayNext {
    Finish(TaskId),
    /// What is done already is opened again.
    Reopen(TaskId),
    /// Call this number.
    Call(String),
    /// Write to this address.
    Mail(String),
    /// Open its page.
    Open,
}

/// Something on a day, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayItem {
    /// Tells it from all others of the day: `task-12`, `lead-7`.
    pub key: String,
    /// The task, or the name of the lead.
    pub title: String,
    /// Whom it is about; empty for a task without a lead.
    pub about: String,
    pub lead: Option<LeadId>,
    /// Why it stands here, as a sentence without its full stop.
    pub why: String,
    /// The moment by which it is ordered.
    pub at: Timestamp,
    pub next: DayNext,
}

/// A section that has something in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPart {
    pub section: DaySection,
    /// The most urgent first.
    pub items: Vec<DayItem>,
    /// Whether there are more than are shown.
    pub has_more: bool,
}

/// All of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyDay {
    pub parts: Vec<DayPart>,
    /// Their tasks that were finished today, the newest first.
    pub done: Vec<DayItem>,
    /// After this moment something stands elsewhere, though nothing happened: the next deadline, or the end of the day.
    pub changes_at: Timestamp,
}

impl Cause {
    /// A task of a list; `None` for one without a day.
    #[must_use]
    pub fn of_task(row: TaskRow) -> Option<Self> {
        let due = row.task.due?;
        let lead = lead_of(&row);
        Some(Cause::Task { task: Named { id: row.task.id, name: row.task.title }, due, lead })
    }

    /// Where it stands now; `None` for what is not for today. `end` is the last moment of the day.
    fn section(&self, now: Timestamp, end: Timestamp) -> Option<DaySection> {
        let by_deadline = |at: Timestamp| match at {
            at if at < now => Some(DaySection::Overdue),
            at if at <= end => Some(DaySection::Today),
            _ => None,
        };
        match self {
            Cause::Task { due, .. } => by_deadline(due.at),
            Cause::Clock { due_at, .. } => by_deadline(*due_at),
            Cause::Untouched { handover, .. } if handover.is_passed(now) => Some(DaySection::Overdue),
            Cause::Untouched { .. } => Some(DaySection::New),
            Cause::Awaited { .. } => Some(DaySection::Awaited),
        }
    }

    fn at(&self) -> Timestamp {
        match self {
            Cause::Task { due, .. } => due.at,
            Cause::Clock { due_at, .. } => *due_at,
            Cause::Untouched { handover, .. } => handover.touch_by.or(handover.at).unwrap_or_default(),
            Cause::Awaited { since, .. } => *since,
        }
    }

    /// The lead that stands here for itself. Each does once, for what is most urgent about it; of its tasks each is another thing to do.
    fn only_lead(&self) -> Option<LeadId> {
        match self {
            Cause::Task { .. } => None,
            Cause::Clock { lead, .. } | Cause::Untouched { lead, .. } | Cause::Awaited { lead, .. } => Some(lead.id),
        }
    }

    /// What comes at the same moment stands in the order of its age, tasks first.
    fn order(&self) -> (Timestamp, bool, i64) {
        match self {
            Cause::Task { task, .. } => (self.at(), false, task.id.0),
            Cause::Clock { lead, .. } | Cause::Untouched { lead, .. } | Cause::Awaited { lead, .. } => (self.at(), true, lead.id.0),
        }
    }

    fn key(&self) -> String {
        match self {
            Cause::Task { task, .. } => format!("task-{}", task.id),
            Cause::Clock { lead, .. } | Cause::Untouched { lead, .. } | Cause::Awaited { lead, .. } => format!("lead-{}", lead.id),
        }
    }

    fn why(&self, now: Timestamp, catalog: &Catalog) -> String {
        let zone = &catalog.site.zone;
        let when = |at: Timestamp| told(at, now, zone);
        match self {
            Cause::Task { due, .. } if due.at < now => format!("Was due {}", when(due.at)),
            Cause::Task { due, .. } => format!("Due {}", when(due.at)),
            Cause::Clock { name, due_at, .. } if *due_at < now => format!("{name} was due {}", when(*due_at)),
            Cause::Clock { name, due_at, .. } => format!("{name} by {}", when(*due_at)),
            Cause::Untouched { handover, .. } => {
                let by = handover.by.map_or_else(|| "the rules".to_owned(), |user| catalog.person_name(user));
                let given = handover.at.map_or_else(String::new, |at| format!(" {}", when(at)));
                let word = if handover.is_passed(now) { "was due" } else { "due" };
                // A day that was typed is over when its day is.
                let due = |at: Timestamp| when(if at.is_day() { zone.end_of(at) } else { at });
                let due = handover.touch_by.map_or_else(String::new, |at| format!("; {word} {}", due(at)));
                format!("Handed over{given} by {by}, and nobody has touched it yet{due}")
            }
            Cause::Awaited { since, .. } => format!("Spoken or written to {}; nothing has come in from them since", when(*since)),
        }
    }

    fn next(&self) -> DayNext {
        match self {
            Cause::Task { task, .. } => DayNext::Finish(task.id),
            Cause::Clock { lead, by_contact: true, .. } | Cause::Awaited { lead, .. } => reach(lead),
            Cause::Clock { .. } | Cause::Untouched { .. } => DayNext::Open,
        }
    }

    fn item(&self, now: Timestamp, catalog: &Catalog) -> DayItem {
        let (title, about, lead) = match self {
            Cause::Task { task, lead, .. } => (task.name.clone(), about_task(lead.as_ref()), lead.as_ref().map(|lead| lead.id)),
            Cause::Clock { lead, .. } | Cause::Untouched { lead, .. } | Cause::Awaited { lead, .. } => {
                (lead.full_name.clone(), lead.account.clone(), Some(lead.id))
            }
        };
        DayItem { key: self.key(), title, about, lead, why: self.why(now, catalog), at: self.at(), next: self.next() }
    }
}

/// How to reach the person: by telephone where there is a number, else by mail.
fn reach(lead: &DayLead) -> DayNext {
    if !lead.phone.is_empty() {
        DayNext::Call(lead.phone.clone())
    } else if !lead.email.is_empty() {
        DayNext::Mail(lead.email.clone())
    } else {
        DayNext::Open
    }
}

/// The lead of a task, which nobody calls because of it.
fn lead_of(row: &TaskRow) -> Option<DayLead> {
    let account = row.account.as_ref().map_or_else(String::new, |account| account.name.clone());
    let lead = |id| DayLead { id, full_name: row.lead_name.clone(), account, phone: String::new(), email: String::new() };
    row.task.lead.map(lead)
}

fn about_task(lead: Option<&DayLead>) -> String {
    match lead {
        None => String::new(),
        Some(lead) if lead.account.is_empty() => lead.full_name.clone(),
        Some(lead) => format!("{}, {}", lead.full_name, lead.account),
    }
}

impl MyDay {
    /// The day of what there is: of each section the `most` urgent. `done` are tasks that were finished, the newest first; those of other
    /// days are left out.
    #[must_use]
    pub fn of(causes: Vec<Cause>, done: &[TaskRow], now: Timestamp, catalog: &Catalog, most: usize) -> Self {
        let zone = &catalog.site.zone;
        let today = zone.at(now).today();
        let end = zone.end_of(today);
        let placed = causes.into_iter().filter_map(|cause| Some((cause.section(now, end)?, cause)));
        let mut placed: Vec<(DaySection, Cause)> = placed.collect();
        placed.sort_by_key(|(section, cause)| (*section, cause.order()));
        let mut named = BTreeSet::new();
        let mut parts = Vec::new();
        for section in DaySection::ALL {
            let of_section = || placed.iter().filter(move |(its, _)| *its == section).map(|(_, cause)| cause);
            let once = of_section().filter(|cause| cause.only_lead().is_none_or(|lead| named.insert(lead)));
            let items: Vec<DayItem> = once.take(most).map(|cause| cause.item(now, catalog)).collect();
            if !items.is_empty() {
                parts.push(DayPart { section, items, has_more: of_section().count() > most });
            }
        }
        let timed = parts.iter().filter(|part| matches!(part.section, DaySection::Today | DaySection::New));
        let next_at = timed.flat_map(|part| &part.items).map(|item| item.at).min();
        let start = zone.start_of(today);
        let done = done.iter().filter_map(|row| done_item(row, start, now, zone)).collect();
        Self { parts, done, changes_at: next_at.map_or(end, |at| at.min(end)) }
    }
}

fn done_item(row: &TaskRow, start: Timestamp, now: Timestamp, zone: &SiteZone) -> Option<DayItem> {
    let done = row.task.done.filter(|done| done.at >= start)?;
    Some(DayItem {
        key: format!("done-{}", row.task.id),
        title: row.task.title.clone(),
        about: about_task(lead_of(row).as_ref()),
        lead: row.task.lead,
        why: format!("Finished {}", told(done.at, now, zone)),
        at: done.at,
        next: DayNext::Reopen(row.task.id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, INES, MAYA, NOW};
    use crate::task::TaskDone;
    use crate::{DAY_MS, HOUR_MS, Task};

    fn hours(hours: i64) -> Timestamp {
        NOW.plus_ms(hours * HOUR_MS)
    }

    fn lead(id: i64) -> DayLead {
        let (phone, email) = ("0161 4960123".to_owned(), "jo@acme.example".to_owned());
        DayLead { id: LeadId(id), full_name: format!("Jo {id}"), account: "Acme".to_owned(), phone, email }
    }

    fn task(id: i64, due_at: Timestamp) -> Cause {
        let task = Named { id: TaskId(id), name: format!("Task {id}") };
        Cause::Task { task, due: Due { at: due_at, all_day: false }, lead: None }
    }

    fn clock(id: i64, due_at: Timestamp) -> Cause {
        Cause::Clock { lead: lead(id), name: "Follow up".to_owned(), due_at, by_contact: true }
    }

    fn untouched(id: i64, touch_by: Timestamp) -> Cause {
        Cause::Untouched { lead: lead(id), handover: Handover::begun(hours(-30), Some(INES), Some(touch_by), 24) }
    }

    fn awaited(id: i64, since: Timestamp) -> Cause {
        Cause::Awaited { lead: lead(id), since }
    }

    fn day(causes: Vec<Cause>, most: usize) -> MyDay {
        MyDay::of(causes, &[], NOW, &cast::catalog(), most)
    }

    /// What stands where, in its order.
    fn keys(day: &MyDay) -> Vec<(DaySection, Vec<&str>)> {
        day.parts.iter().map(|part| (part.section, part.items.iter().map(|item| item.key.as_str()).collect())).collect()
    }

    fn sentence(cause: Cause) -> String {
        day(vec![cause], 9).parts.remove(0).items.remove(0).why
    }

    #[test]
    fn the_most_urgent_stands_first_and_what_is_not_for_today_nowhere() {
        let causes = vec![
            awaited(1, hours(-5)),
            awaited(2, hours(-50)),
            untouched(3, hours(20)),
            untouched(4, hours(-2)),
            task(5, hours(1)),
            task(6, hours(-1)),
            task(7, hours(9)),
            clock(8, hours(-3)),
            clock(9, hours(2)),
            clock(10, hours(8)),
        ];
        let day = day(causes, 9);
        let wanted = vec![
            (DaySection::Overdue, vec!["lead-8", "lead-4", "task-6"]),
            (DaySection::Today, vec!["task-5", "lead-9"]),
            (DaySection::New, vec!["lead-3"]),
            (DaySection::Awaited, vec!["lead-2", "lead-1"]),
        ];
        assert_eq!(keys(&day), wanted);
        assert_eq!(day.changes_at, hours(1));
        assert!(day.parts.iter().all(|part| !part.has_more));
    }

    #[test]
    fn a_lead_stands_once_and_its_tasks_beside_it() {
        let of_lead =
            Cause::Task { task: Named { id: TaskId(1), name: "Call".to_owned() }, due: Due { at: hours(-9), all_day: false }, lead: Some(lead(7)) };
        let day = day(vec![awaited(7, hours(-40)), clock(7, hours(1)), clock(7, hours(-4)), of_lead], 9);
        assert_eq!(keys(&day), [(DaySection::Overdue, vec!["task-1", "lead-7"])]);
        assert_eq!(day.parts[0].items[0].about, "Jo 7, Acme");
    }

    #[test]
    fn no_more_are_shown_than_fit_and_that_is_said() {
        let day = day(vec![task(1, hours(-1)), task(2, hours(-2)), task(3, hours(-3)), awaited(4, NOW)], 2);
        assert_eq!(keys(&day), [(DaySection::Overdue, vec!["task-3", "task-2"]), (DaySection::Awaited, vec!["lead-4"])]);
        assert_eq!(day.parts.iter().map(|part| part.has_more).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn each_says_why_it_stands_there() {
        // It is 16:00.
        assert_eq!(sentence(task(1, hours(-20))), "Was due yesterday 20:00");
        assert_eq!(sentence(task(1, hours(1))), "Due today 17:00");
        assert_eq!(sentence(clock(1, hours(-1))), "Follow up was due today 15:00");
        assert_eq!(sentence(clock(1, hours(2))), "Follow up by today 18:00");
        let untouched_by = |touch_by| sentence(untouched(1, touch_by));
        assert_eq!(untouched_by(hours(4)), "Handed over yesterday 10:00 by Ines Intake, and nobody has touched it yet; due today 20:00");
        assert_eq!(untouched_by(hours(-1)), "Handed over yesterday 10:00 by Ines Intake, and nobody has touched it yet; was due today 15:00");
        let typed = NOW.start_of_day().plus_ms(3 * DAY_MS);
        assert_eq!(untouched_by(typed), "Handed over yesterday 10:00 by Ines Intake, and nobody has touched it yet; due 27 Nov 2025");
        assert_eq!(sentence(awaited(1, hours(-48))), "Spoken or written to 22 Nov 2025 16:00; nothing has come in from them since");
    }

    #[test]
    fn the_next_thing_is_what_the_reason_asks_for() {
        let next = |cause: Cause| cause.next();
        assert_eq!(next(task(1, NOW)), DayNext::Finish(TaskId(1)));
        assert_eq!(next(clock(1, NOW)), DayNext::Call("0161 4960123".to_owned()));
        let silent = DayLead { phone: String::new(), ..lead(1) };
        assert_eq!(next(Cause::Awaited { lead: silent.clone(), since: NOW }), DayNext::Mail("jo@acme.example".to_owned()));
        let unknown = DayLead { email: String::new(), ..silent };
        assert_eq!(next(Cause::Awaited { lead: unknown, since: NOW }), DayNext::Open);
        assert_eq!(next(untouched(1, NOW)), DayNext::Open);
        let report = Cause::Clock { lead: lead(1), name: "Tell the supplier".to_owned(), due_at: NOW, by_contact: false };
        assert_eq!(next(report), DayNext::Open);
    }

    #[test]
    fn what_was_done_today_can_be_opened_again() {
        let row = |id: i64, at: Timestamp| TaskRow {
            task: Task { id: TaskId(id), title: "Call".to_owned(), done: Some(TaskDone { at, by: MAYA }), ..Task::blank(MAYA, None, NOW) },
            lead_name: String::new(),
            account: None,
        };
        let day = MyDay::of(Vec::new(), &[row(2, hours(-1)), row(1, hours(-17))], NOW, &cast::catalog(), 9);
        assert!(day.parts.is_empty());
        let [done] = &day.done[..] else { panic!("{:?}", day.done) };
        assert_eq!((done.why.as_str(), &done.next), ("Finished today 15:00", &DayNext::Reopen(TaskId(2))));
        assert_eq!(day.changes_at, NOW.start_of_day().plus_ms(DAY_MS - 1));
    }
}
