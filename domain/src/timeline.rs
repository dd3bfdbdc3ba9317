//! Which entries of a lead's timeline are shown.

use serde::{Deserialize, Serialize};

use crate::event::MAIL_ICON;
use crate::{AttemptChannel, DAY_MS, Event, EventId, FormValues, Timestamp, UserId};

/// Entries of a timeline that belong together for who reads it. One entry may be of several: a call that is noted as a comment is both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryGroup {
    Comments,
    Calls,
    Mails,
    Attempts,
    Changes,
    Tasks,
    Routing,
}

impl EntryGroup {
    /// Every group, as offered.
    pub const ALL: [EntryGroup; 7] = [
        EntryGroup::Comments,
        EntryGroup::Calls,
        EntryGroup::Mails,
        EntryGroup::Attempts,
        EntryGroup::Changes,
        EntryGroup::Tasks,
        EntryGroup::Routing,
    ];

    /// The word used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            EntryGroup::Comments => "comments",
            EntryGroup::Calls => "calls",
            EntryGroup::Mails => "mails",
            EntryGroup::Attempts => "attempts",
            EntryGroup::Changes => "changes",
            EntryGroup::Tasks => "tasks",
            EntryGroup::Routing => "routing",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            EntryGroup::Comments => "Comments and notes",
            EntryGroup::Calls => "Calls",
            EntryGroup::Mails => "E-mails",
            EntryGroup::Attempts => "Attempts to reach them",
            EntryGroup::Changes => "Changes",
            EntryGroup::Tasks => "Tasks",
            EntryGroup::Routing => "Arrival and routing",
        }
    }

    /// Reads [`EntryGroup::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.key() == key)
    }

    /// How what is stored of its entries begins: any of these.
    #[must_use]
    pub fn beginnings(self) -> Vec<String> {
        let kinds = |kinds: &[&str]| kinds.iter().map(|kind| format!("{{\"{kind}\":")).collect::<Vec<_>>();
        let comment = |icon: &str| format!("{{\"commented\":{{\"icon\":\"{icon}\"");
        let arrival = |by: &str| format!("{{\"lead_added\":{{\"by\":{{\"{by}\":");
        let attempt = |channel: AttemptChannel| format!("{{\"attempted\":{{\"channel\":\"{}\"", channel.key());
        match self {
            EntryGroup::Comments => kinds(&["commented", "note_shared"]),
            EntryGroup::Calls => vec!["{\"call_tried\":".to_owned(), arrival("phone"), comment("phone"), attempt(AttemptChannel::Call)],
            EntryGroup::Mails => vec![arrival("mail"), comment(MAIL_ICON), attempt(AttemptChannel::Email), "{\"mailing\":".to_owned()],
            EntryGroup::Attempts => kinds(&["attempted"]),
            EntryGroup::Changes => kinds(&[
                "fields_changed",
                "lead_moved",
                "lead_classed",
                "qualified",
                "appointment",
                "part",
                "record_added",
                "record_changed",
                "record_removed",
                "accounts_merged",
                "merge_undone",
            ]),
            EntryGroup::Tasks => kinds(&["task"]),
            EntryGroup::Routing => kinds(&["lead_added", "account_sought", "lead_delegated", "call_tried", "escalated", "nudged", "reclaimed"]),
        }
    }
}

/// Whose entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntrySource {
    Person(UserId),
    /// Nobody who signs in: visitors, who writes a mail, and the program itself.
    Nobody,
}

impl EntrySource {
    /// [`EntrySource::Nobody`] in addresses.
    pub const NOBODY: &'static str = "nobody";

    /// The word used in addresses: a person's number, or [`EntrySource::NOBODY`].
    #[must_use]
    pub fn key(self) -> String {
        match self {
            EntrySource::Person(id) => id.to_string(),
            EntrySource::Nobody => Self::NOBODY.to_owned(),
        }
    }

    /// Reads [`EntrySource::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        if key == Self::NOBODY { Some(EntrySource::Nobody) } else { key.parse().ok().map(EntrySource::Person) }
    }
}

/// Which entries to show; the default is all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimelineFilter {
    pub group: Option<EntryGroup>,
    pub by: Option<EntrySource>,
    /// The first day, by its start in UTC.
    pub from: Option<Timestamp>,
    /// The last day, by its start in UTC. It counts in whole.
    pub to: Option<Timestamp>,
}

impl TimelineFilter {
    /// Reads a query string. What makes no sense is left out.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let values = FormValues::decode(query.trim_start_matches('?').as_bytes());
        Self {
            group: EntryGroup::from_key(values.get("timeline")),
            by: EntrySource::from_key(values.get("by")),
            from: Timestamp::parse_day(values.get("from")),
            to: Timestamp::parse_day(values.get("to")),
        }
    }

    /// The canonical query string; empty for all entries.
    #[must_use]
    pub fn to_query(self) -> String {
        let terms = [
            ("timeline", self.group.map(|group| group.key().to_owned())),
            ("by", self.by.map(EntrySource::key)),
            ("from", self.from.map(Timestamp::day)),
            ("to", self.to.map(Timestamp::day)),
        ];
        let terms = terms.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)));
        FormValues(terms.collect()).encode()
    }

    /// Whether any entry is left out.
    #[must_use]
    pub fn is_narrowed(self) -> bool {
        self != Self::default()
    }

    /// The moment before which entries are shown: the end of the last day.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        self.to.map(|day| day.plus_ms(DAY_MS))
    }
}

/// Entries of a timeline, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePage {
    pub events: Vec<Event>,
    /// The entry that the next page comes before; `None` on the last page.
    pub next: Option<EventId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::NOW;
    use crate::contact_event::{Finding, Found};
    use crate::event::Arrival;
    use crate::intake::TryResult;
    use crate::{
        AppointmentKind, AppointmentStep, AttemptOutcome, EventKind, LeadClass, MailInId, MailingStep, Named, PartKind, PartStep, TaskId, TaskStep,
    };

    fn groups_of(kind: &EventKind) -> Vec<EntryGroup> {
        let stored = serde_json::to_value(kind).unwrap().to_string();
        EntryGroup::ALL.into_iter().filter(|group| group.beginnings().iter().any(|beginning| stored.starts_with(beginning))).collect()
    }

    #[test]
    fn an_address_says_which_entries() {
        let query = "timeline=calls&by=7&from=2025-11-01&to=2025-11-24";
        let filter = TimelineFilter::from_query(query);
        assert_eq!((filter.group, filter.by), (Some(EntryGroup::Calls), Some(EntrySource::Person(UserId(7)))));
        assert_eq!(filter.until(), Timestamp::parse_day("2025-11-25"));
        assert_eq!(filter.to_query(), query);
        assert_eq!(TimelineFilter::from_query("by=nobody").to_query(), "by=nobody");
        for group in EntryGroup::ALL {
            assert_eq!(TimelineFilter::from_query(&format!("timeline={}", group.key())).group, Some(group));
        }
    }

    #[test]
    fn what_makes_no_sense_narrows_nothing() {
        let filter = TimelineFilter::from_query("?view=all&timeline=moon&by=me&from=2025-02-30&to=");
        assert!(!filter.is_narrowed());
        assert_eq!(filter.to_query(), "");
    }

    #[test]
    fn entries_are_where_people_look_for_them() {
        use EntryGroup::{Attempts, Calls, Changes, Comments, Mails, Routing, Tasks};
        let comment =
            |icon: &str| EventKind::Commented { icon: icon.to_owned(), tone: "blue".to_owned(), text: "{\"call_tried\":".to_owned(), done_at: None };
        let arrival = |by| EventKind::LeadAdded { by };
        let name = || "Ada".to_owned();
        let attempt = |channel| EventKind::Attempted {
            channel,
            outcome: AttemptOutcome::NoAnswer,
            to: name(),
            note: name(),
            said: Vec::new(),
            promised_at: Some(NOW),
            done_at: Some(NOW),
        };
        let expected = [
            (comment("flag"), vec![Comments]),
            (comment("phone"), vec![Comments, Calls]),
            (comment(MAIL_ICON), vec![Comments, Mails]),
            (EventKind::NoteShared { text: name() }, vec![Comments]),
            (arrival(Arrival::ByHand), vec![Routing]),
            (arrival(Arrival::Import(name())), vec![Routing]),
            (arrival(Arrival::Phone { why: name() }), vec![Calls, Routing]),
            (arrival(Arrival::Mail { mail: MailInId(3), by: name() }), vec![Mails, Routing]),
            (EventKind::AccountSought { finding: Finding { found: Found::Nothing, proposals: Vec::new() } }, vec![Routing]),
            (EventKind::CallTried { name: name(), result: TryResult::Answered }, vec![Calls, Routing]),
            (EventKind::FieldsChanged { changes: Vec::new() }, vec![Changes]),
            (EventKind::RecordAdded { name: name() }, vec![Changes]),
            (EventKind::Part { part: PartKind::Help, step: PartStep::Added, name: name(), changes: Vec::new() }, vec![Changes]),
            (EventKind::RecordChanged { name: name(), changes: Vec::new() }, vec![Changes]),
            (EventKind::RecordRemoved { name: name() }, vec![Changes]),
            (EventKind::AccountsMerged { kept: name(), other: name() }, vec![Changes]),
            (EventKind::MergeUndone { kept: name(), other: name() }, vec![Changes]),
            (EventKind::Task { step: TaskStep::Added, task: Named { id: TaskId(1), name: name() }, changes: Vec::new() }, vec![Tasks]),
            (EventKind::Escalated { since: NOW, level: 1, told: vec![name()] }, vec![Routing]),
            (EventKind::Nudged { told: vec![name()] }, vec![Routing]),
            (attempt(AttemptChannel::Call), vec![Calls, Attempts]),
            (attempt(AttemptChannel::Email), vec![Mails, Attempts]),
            (attempt(AttemptChannel::Visit), vec![Attempts]),
            (EventKind::Mailing { step: MailingStep::Unsubscribed, name: name(), text: String::new() }, vec![Mails]),
            (EventKind::Reclaimed { from: name(), since: NOW }, vec![Routing]),
            (EventKind::LeadClassed { from: None, to: Some(LeadClass::Oql), why: name() }, vec![Changes]),
            (EventKind::Qualified { changes: Vec::new() }, vec![Changes]),
            (
                EventKind::Appointment {
                    step: AppointmentStep::Planned,
                    kind: AppointmentKind::Telephone,
                    when: NOW,
                    changes: Vec::new(),
                    text: name(),
                },
                vec![Changes],
            ),
        ];
        for (kind, groups) in expected {
            assert_eq!(groups_of(&kind), groups, "{kind:?}");
        }
    }
}
