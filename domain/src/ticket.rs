//! Tickets: what the person of a lead wants solved, from the day it is opened until it is closed with an answer. Who may see and change one
//! is said in [`crate::permission`]. See docs/tickets.md.

mod filter;

use serde::{Deserialize, Serialize};

pub use filter::{TicketFilter, TicketsShown};

use crate::event::TextChange;
use crate::text::{note, required_line};
use crate::{AccountId, Catalog, FieldErrors, FormValues, LeadId, Named, TicketId, Timestamp, UserId};

/// In which order tickets are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketPriority {
    Urgent,
    High,
    #[default]
    Normal,
    Low,
}

impl TicketPriority {
    /// All of them, what comes first at the beginning.
    pub const ALL: [TicketPriority; 4] = [TicketPriority::Urgent, TicketPriority::High, TicketPriority::Normal, TicketPriority::Low];

    /// The word used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            TicketPriority::Urgent => "urgent",
            TicketPriority::High => "high",
            TicketPriority::Normal => "normal",
            TicketPriority::Low => "low",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            TicketPriority::Urgent => "Urgent",
            TicketPriority::High => "High",
            TicketPriority::Normal => "Normal",
            TicketPriority::Low => "Low",
        }
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            TicketPriority::Urgent => "red",
            TicketPriority::High => "amber",
            TicketPriority::Normal => "blue",
            TicketPriority::Low => "grey",
        }
    }

    /// Its place in the order, 1 for what comes first; it is stored so, for lists sort by it.
    #[must_use]
    pub fn rank(self) -> i64 {
        match self {
            TicketPriority::Urgent => 1,
            TicketPriority::High => 2,
            TicketPriority::Normal => 3,
            TicketPriority::Low => 4,
        }
    }

    /// Reads [`TicketPriority::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.key() == key)
    }

    /// Reads [`TicketPriority::rank`] back.
    #[must_use]
    pub fn from_rank(rank: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.rank() == rank)
    }
}

/// That a ticket is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketClosed {
    pub at: Timestamp,
    pub by: UserId,
}

/// Something that the person of a lead wants solved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    pub version: i64,
    pub lead: LeadId,
    /// What it is about, in a line.
    pub title: String,
    pub details: String,
    pub priority: TicketPriority,
    /// Who solves it.
    pub assignee: UserId,
    /// What solved it; empty while nobody has said so.
    pub answer: String,
    pub closed: Option<TicketClosed>,
    pub opened_by: UserId,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

impl Ticket {
    /// A ticket that nobody has filled in yet, for whoever opens it.
    #[must_use]
    pub fn blank(by: UserId, lead: LeadId, now: Timestamp) -> Self {
        Self {
            id: TicketId(0),
            version: 1,
            lead,
            title: String::new(),
            details: String::new(),
            priority: TicketPriority::default(),
            assignee: by,
            answer: String::new(),
            closed: None,
            opened_by: by,
            opened_at: now,
            updated_at: now,
            deleted_at: None,
        }
    }

    /// Whether it still has to be solved.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closed.is_none() && self.deleted_at.is_none()
    }

    /// Takes over the fields that were sent: `title`, `details`, `priority` (a key), `assignee` (a number) and `answer`. A field that was
    /// not sent stays as it is.
    pub fn fill(&mut self, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
        if form.find("title").is_some() || self.title.is_empty() {
            self.title = errors.take("title", required_line(form.get("title"), "what it is about")).unwrap_or_default();
        }
        for (field, text) in [("details", &mut self.details), ("answer", &mut self.answer)] {
            if let Some(typed) = form.find(field) {
                *text = errors.take(field, note(typed)).unwrap_or_default();
            }
        }
        if let Some(key) = form.find("priority") {
            self.priority = errors.take("priority", TicketPriority::from_key(key).ok_or("Choose from the list")).unwrap_or(self.priority);
        }
        if let Some(text) = form.find("assignee").map(str::trim).filter(|text| !text.is_empty()) {
            self.assignee = errors.take("assignee", parse_assignee(text, self.assignee, catalog)).unwrap_or(self.assignee);
        }
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self, catalog: &Catalog) -> Vec<TextChange> {
        [
            ("Title", before.title.clone(), self.title.clone()),
            ("Details", before.details.clone(), self.details.clone()),
            ("Priority", before.priority.label().to_owned(), self.priority.label().to_owned()),
            ("Assignee", catalog.person_name(before.assignee), catalog.person_name(self.assignee)),
            ("Answer", before.answer.clone(), self.answer.clone()),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
        .collect()
    }
}

fn parse_assignee(text: &str, present: UserId, catalog: &Catalog) -> Result<UserId, &'static str> {
    let user: UserId = text.parse().map_err(|_| "Choose a person from the list")?;
    let is_here = user == present || catalog.person(user).is_some_and(|person| !person.disabled);
    if is_here { Ok(user) } else { Err("Choose a person from the list") }
}

/// A ticket with its lead, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRow {
    pub ticket: Ticket,
    pub lead_name: String,
    pub account: Named<AccountId>,
    /// Whether who looks at it may change it.
    pub may_change: bool,
}

/// The lead whose tickets are listed, and whether who looks at them may open another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketsOfLead {
    pub lead: LeadId,
    pub full_name: String,
    pub account: Named<AccountId>,
    /// Whether a distributor has it, whose people can have its tickets.
    pub is_delegated: bool,
    pub may_add: bool,
}

/// A page of tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketListing {
    /// Open ones by priority and then the oldest first; closed ones by when they were closed, and all of them, the newest first.
    pub rows: Vec<TicketRow>,
    /// Cursor of the next page; `None` at the end.
    pub next: Option<String>,
    /// Where the tickets of one lead are asked for: which.
    pub of: Option<TicketsOfLead>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, ANA, MAYA, NOW};

    fn new(form: &str) -> Result<Ticket, FieldErrors> {
        let (mut ticket, mut errors) = (Ticket::blank(MAYA, LeadId(1), NOW), FieldErrors::default());
        ticket.fill(&FormValues::decode(form.as_bytes()), &cast::catalog(), &mut errors);
        errors.into_result().map(|()| ticket)
    }

    #[test]
    fn a_form_becomes_a_ticket() {
        let ticket = new(&format!("title=+The++invoice+is+wrong&details=Twice&priority=high&assignee={ANA}")).unwrap();
        assert_eq!((ticket.title.as_str(), ticket.details.as_str()), ("The invoice is wrong", "Twice"));
        assert_eq!((ticket.priority, ticket.assignee, ticket.opened_by), (TicketPriority::High, ANA, MAYA));
        let plain = new("title=Help").unwrap();
        assert_eq!((plain.priority, plain.assignee, plain.is_open()), (TicketPriority::Normal, MAYA, true));
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let error = |form: &str, field: &str| new(form).unwrap_err().get(field).unwrap_or_default().to_owned();
        assert_eq!(error("title=+", "title"), "Enter what it is about");
        assert_eq!(error("details=x", "title"), "Enter what it is about");
        assert_eq!(error("title=a&priority=soon", "priority"), "Choose from the list");
        assert_eq!(error("title=a&assignee=99", "assignee"), "Choose a person from the list");
    }

    #[test]
    fn what_was_not_sent_stays_and_what_changed_is_told() {
        let before = new("title=Help&details=Twice").unwrap();
        let (mut after, mut errors) = (before.clone(), FieldErrors::default());
        after.fill(&FormValues::decode(b"priority=urgent&answer=Sent+again"), &cast::catalog(), &mut errors);
        assert!(errors.is_empty());
        let told: Vec<(String, String)> =
            after.changes_since(&before, &cast::catalog()).into_iter().map(|change| (change.what, change.new)).collect();
        assert_eq!(told, [("Priority".to_owned(), "Urgent".to_owned()), ("Answer".to_owned(), "Sent again".to_owned())]);
        assert_eq!(after.details, "Twice");
    }

    #[test]
    fn priorities_read_back_and_are_in_order() {
        for (nth, priority) in TicketPriority::ALL.into_iter().enumerate() {
            assert_eq!((TicketPriority::from_key(priority.key()), TicketPriority::from_rank(priority.rank())), (Some(priority), Some(priority)));
            assert_eq!(priority.rank(), nth as i64 + 1);
        }
        assert_eq!((TicketPriority::from_key("soon"), TicketPriority::from_rank(0)), (None, None));
    }
}
