//! Qualification classes: an appointment (AQL), an opportunity (OQL) or a renewal (RQL) qualified lead, with what each needs to be one.
//! The answers that qualify it are in `answer`, what was arranged in `appointment`, and how that is told to calendars in [`invite`].
//! See docs/qualification-classes.md.
//!
//! To add a class: a variant of [`LeadClass`] and its line in [`Qualification::lacks`], and its policies of clocks in a migration.

mod answer;
mod appointment;
pub mod invite;
#[cfg(test)]
mod tests;
mod views;

use serde::{Deserialize, Serialize};

pub use answer::{Answer, Confidence, Dimension};
pub use appointment::{Appointment, AppointmentKind, AppointmentStep, InviteState, MINUTES_MAX, MINUTES_MIN};
pub use views::{InvitePage, QualificationView};

use crate::event::TextChange;
use crate::task::parse_day;
use crate::text::note;
use crate::{Catalog, FieldErrors, FormValues, Lead, LeadId, Timestamp, UserId};

/// Of what class a qualified lead is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadClass {
    /// A meeting is arranged, and its invite was accepted.
    Aql,
    /// It is known within which days the agreed call to action may take place; no invite was accepted yet.
    Oql,
    /// A project of some later time, to be nurtured until then.
    Rql,
}

impl LeadClass {
    /// Every class.
    pub const ALL: [LeadClass; 3] = [LeadClass::Aql, LeadClass::Oql, LeadClass::Rql];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            LeadClass::Aql => "aql",
            LeadClass::Oql => "oql",
            LeadClass::Rql => "rql",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            LeadClass::Aql => "AQL",
            LeadClass::Oql => "OQL",
            LeadClass::Rql => "RQL",
        }
    }

    /// What the letters stand for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            LeadClass::Aql => "Appointment qualified lead",
            LeadClass::Oql => "Opportunity qualified lead",
            LeadClass::Rql => "Renewal qualified lead",
        }
    }

    /// What is to be done with a lead of this class.
    #[must_use]
    pub fn next_step(self) -> &'static str {
        match self {
            LeadClass::Aql => "Make an introductory call within 24 to 48 hours, and go over the lead notes and the agenda",
            LeadClass::Oql => "Call within 24 to 48 hours to fix a date and a time, then the account manager sends the invite",
            LeadClass::Rql => "Introduce services and offerings, and look for interim projects to help with",
        }
    }

    /// Reads [`LeadClass::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.key() == key)
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            LeadClass::Aql => "green",
            LeadClass::Oql => "blue",
            LeadClass::Rql => "violet",
        }
    }
}

/// Days within which something may take place, each as its start in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Timescale {
    pub from: Timestamp,
    /// It counts, too; never before `from`.
    pub to: Timestamp,
}

impl Timescale {
    /// As people read it: `1 Dec 2026 to 20 Dec 2026`.
    #[must_use]
    pub fn words(self) -> String {
        if self.from == self.to { self.from.readable_day() } else { format!("{} to {}", self.from.readable_day(), self.to.readable_day()) }
    }
}

/// Of what class a lead is, and what belongs to that beside answers and appointments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qualification {
    pub lead: LeadId,
    /// Grows by one with each change; 0 for what nobody has said anything about.
    pub version: i64,
    /// `None` until it is known.
    pub class: Option<LeadClass>,
    /// Within which days the agreed call to action may take place.
    pub timescale: Option<Timescale>,
    /// The day around which the project is expected.
    pub horizon: Option<Timestamp>,
    /// Who invites; `None` for the lead's owner.
    pub account_manager: Option<UserId>,
    /// What its supplier, or whoever qualified it, wrote down.
    pub notes: String,
    /// What the agreed call to action is about.
    pub agenda: String,
    pub updated_at: Timestamp,
}

/// What a lead lacks to be of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    Appointment,
    Acceptance,
    Timescale,
    /// An OQL has no accepted invite: with one it is an AQL.
    OpenInvite,
    Horizon,
}

impl Lack {
    /// The field of the form at which it is said.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Lack::Appointment | Lack::Acceptance | Lack::OpenInvite => "class",
            Lack::Timescale => "timescale_from",
            Lack::Horizon => "horizon",
        }
    }

    /// What it needs, for a sentence that begins with the class.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Lack::Appointment => "an appointment with its kind and time",
            Lack::Acceptance => "an invite that was accepted",
            Lack::Timescale => "the days within which the agreed action may take place",
            Lack::OpenInvite => "an invite that is not accepted yet; with this one it is an AQL",
            Lack::Horizon => "the day around which the project is expected",
        }
    }
}

impl Qualification {
    /// What is known of a lead about which nobody has said anything.
    #[must_use]
    pub fn blank(lead: LeadId) -> Self {
        Self {
            lead,
            version: 0,
            class: None,
            timescale: None,
            horizon: None,
            account_manager: None,
            notes: String::new(),
            agenda: String::new(),
            updated_at: Timestamp(0),
        }
    }

    /// Who invites: the account manager, else the lead's owner.
    #[must_use]
    pub fn organizer(&self, lead: &Lead) -> Option<UserId> {
        self.account_manager.or(lead.owner)
    }

    /// Takes over the fields that were sent: `class`, `timescale_from` with `timescale_to`, `horizon` (days), `account_manager` (a number),
    /// `notes`, `agenda`.
    pub fn fill(&mut self, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
        if let Some(text) = form.find("class") {
            self.class = errors.take("class", parse_class(text)).unwrap_or(self.class);
        }
        if form.find("timescale_from").is_some() || form.find("timescale_to").is_some() {
            self.timescale = parse_timescale(form.get("timescale_from"), form.get("timescale_to"), errors);
        }
        if let Some(text) = form.find("horizon") {
            self.horizon = errors.take("horizon", optional_day(text)).flatten();
        }
        if let Some(text) = form.find("account_manager") {
            self.account_manager = errors.take("account_manager", parse_manager(text, self.account_manager, catalog)).unwrap_or(self.account_manager);
        }
        for (field, kept) in [("notes", &mut self.notes), ("agenda", &mut self.agenda)] {
            if let Some(text) = form.find(field) {
                *kept = errors.take(field, note(text)).unwrap_or_default();
            }
        }
    }

    /// What it lacks to be of its class.
    #[must_use]
    pub fn lacks(&self, appointment: Option<&Appointment>) -> Vec<Lack> {
        let is_accepted = appointment.is_some_and(|appointment| appointment.invite == InviteState::Accepted);
        let all = match self.class {
            None => Vec::new(),
            Some(LeadClass::Aql) => vec![(Lack::Appointment, appointment.is_none()), (Lack::Acceptance, !is_accepted)],
            Some(LeadClass::Oql) => vec![(Lack::Timescale, self.timescale.is_none()), (Lack::OpenInvite, is_accepted)],
            Some(LeadClass::Rql) => vec![(Lack::Horizon, self.horizon.is_none())],
        };
        all.into_iter().filter(|(_, is_lacking)| *is_lacking).map(|(lack, _)| lack).collect()
    }

    /// What it lacks to be of its class, in a sentence; `None` when it lacks nothing.
    #[must_use]
    pub fn lacking(&self, appointment: Option<&Appointment>) -> Option<String> {
        let words: Vec<&str> = self.lacks(appointment).into_iter().map(Lack::words).collect();
        let class = self.class.filter(|_| !words.is_empty())?;
        Some(format!("An {} needs {}", class.label(), words.join(" and ")))
    }

    /// Says at its field what it lacks to be of its class.
    pub fn check(&self, appointment: Option<&Appointment>, errors: &mut FieldErrors) {
        if let (Some(sentence), Some(lack)) = (self.lacking(appointment), self.lacks(appointment).first()) {
            errors.add(lack.field(), sentence);
        }
    }

    /// Says of days that are new, and over at `today`, that they are.
    pub fn check_days(&self, before: &Self, today: Timestamp, errors: &mut FieldErrors) {
        const OVER: &str = "This day is over; enter one to come";
        if self.timescale != before.timescale && self.timescale.is_some_and(|timescale| timescale.to < today) {
            errors.add("timescale_to", OVER);
        }
        if self.horizon != before.horizon && self.horizon.is_some_and(|horizon| horizon < today) {
            errors.add("horizon", OVER);
        }
    }

    /// What is another than before beside the class, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self, catalog: &Catalog) -> Vec<TextChange> {
        let timescale = |one: &Self| one.timescale.map_or_else(String::new, Timescale::words);
        let horizon = |one: &Self| one.horizon.map_or_else(String::new, Timestamp::readable_day);
        let manager = |one: &Self| one.account_manager.map_or_else(String::new, |user| catalog.person_name(user));
        [
            ("Timescale", timescale(before), timescale(self)),
            ("Horizon", horizon(before), horizon(self)),
            ("Account manager", manager(before), manager(self)),
            ("Lead notes", before.notes.clone(), self.notes.clone()),
            ("Agenda", before.agenda.clone(), self.agenda.clone()),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
        .collect()
    }
}

fn parse_class(text: &str) -> Result<Option<LeadClass>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    LeadClass::from_key(text.trim()).map(Some).ok_or("Choose from the list")
}

fn optional_day(text: &str) -> Result<Option<Timestamp>, &'static str> {
    if text.trim().is_empty() { Ok(None) } else { parse_day(text.trim()).map(Some) }
}

fn parse_timescale(from: &str, to: &str, errors: &mut FieldErrors) -> Option<Timescale> {
    let from = errors.take("timescale_from", optional_day(from))?;
    let to = errors.take("timescale_to", optional_day(to))?;
    match (from, to) {
        (None, None) => None,
        (Some(_), None) => {
            errors.add("timescale_to", "Enter the last day too");
            None
        }
        (None, Some(_)) => {
            errors.add("timescale_from", "Enter the first day too");
            None
        }
        (Some(from), Some(to)) if to < from => {
            errors.add("timescale_to", "It ends before it begins");
            None
        }
        (Some(from), Some(to)) => Some(Timescale { from, to }),
    }
}

fn parse_manager(text: &str, present: Option<UserId>, catalog: &Catalog) -> Result<Option<UserId>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let user: UserId = text.parse().map_err(|_| "Choose a person from the list")?;
    let is_here = catalog.person(user).is_some_and(|person| !person.disabled && person.role.is_internal());
    if is_here || present == Some(user) { Ok(Some(user)) } else { Err("Choose a person from the list") }
}
