//! Policies: when a clock begins, what meets it, and how long there is.

use serde::{Deserialize, Serialize};

use super::hours::Hours;
use crate::{ClockPolicyId, HOUR_MS, LeadClass, SiteZone, Timestamp};

/// Most hours of an aim or a limit: a year.
pub const LIMIT_HOURS_MAX: i64 = 366 * 24;

/// With what a clock begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    /// The lead is handed over to somebody, see [`crate::radar`].
    Allocation,
    /// The lead arrives by phone.
    Call,
    /// Somebody notes a problem with what its supplier gave, see [`super::is_problem`].
    Problem,
}

impl ClockStart {
    /// Every one.
    pub const ALL: [ClockStart; 3] = [ClockStart::Allocation, ClockStart::Call, ClockStart::Problem];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ClockStart::Allocation => "allocation",
            ClockStart::Call => "call",
            ClockStart::Problem => "problem",
        }
    }

    /// Reads [`ClockStart::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|starts| starts.key() == key)
    }

    /// For whoever configures it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ClockStart::Allocation => "Begins when the lead is handed over",
            ClockStart::Call => "Begins with the call",
            ClockStart::Problem => "Begins with a problem that is flagged, or a comment that warns of one, on a lead with a partner",
        }
    }
}

/// What can meet a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Whoever got the lead did anything with it, see [`crate::radar`].
    Touch,
    /// Somebody spoke or wrote to the customer.
    Contact,
    /// The lead went to another status, or was won or lost.
    Progress,
    /// The supplier was told of a problem.
    Report,
}

impl Act {
    /// Every one.
    pub const ALL: [Act; 4] = [Act::Touch, Act::Contact, Act::Progress, Act::Report];

    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Act::Touch => "touch",
            Act::Contact => "contact",
            Act::Progress => "progress",
            Act::Report => "report",
        }
    }

    /// Reads [`Act::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }

    /// For whoever configures it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Act::Touch => "Whoever got it does anything with it",
            Act::Contact => "A comment with the telephone, an attempt that reached them or left them word, or an invite that is sent",
            Act::Progress => "Another status, winning or losing it",
            Act::Report => "Telling the supplier of a problem that was flagged, or a comment with the flag",
        }
    }
}

/// A policy of clocks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClockPolicy {
    pub id: ClockPolicyId,
    /// What is to be done, as a request: "Review".
    pub name: String,
    pub starts: ClockStart,
    /// Each of them is enough.
    pub met_by: Vec<Act>,
    /// When it should be done. Unit: hours, fewer than the limit. Without one, the last quarter of the time is told in amber.
    pub aim_hours: Option<i64>,
    /// When it has to be done. Unit: hours. `None` is the end of the day on which it began.
    pub limit_hours: Option<i64>,
    /// Whether only working hours count.
    pub is_working: bool,
    /// Whether clocks begin by it. Those that run go on.
    pub is_on: bool,
    /// Of which class leads are whose clocks begin by it; `None` for all. Such a clock begins when a lead gets the class, too.
    pub class: Option<LeadClass>,
    /// The policy of all leads in whose place it is for those of its class.
    pub instead_of: Option<ClockPolicyId>,
    /// Whether the next clock begins when one is met: nobody is ever done with it.
    pub repeats: bool,
}

/// Why a policy was refused. Its display is the sentence shown at the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    #[error("Enter a whole number of hours, 1 to {}", LIMIT_HOURS_MAX)]
    NotHours,
    #[error("Aim for less than the limit")]
    AimPastLimit,
    #[error("Where the limit is the end of the day there is no aim")]
    AimWithinDay,
    #[error("Choose at least one thing that meets it")]
    NeverMet,
}

/// So many plain hours in words: whole days as days, but for one: `24 h`, `7 days`, `170 h`.
#[must_use]
pub fn hours_text(hours: i64) -> String {
    if hours > 24 && hours % 24 == 0 { format!("{} days", hours / 24) } else { format!("{hours} h") }
}

/// Whether an aim or a limit may have so many hours.
#[must_use]
pub fn is_hours(hours: i64) -> bool {
    (1..=LIMIT_HOURS_MAX).contains(&hours)
}

impl ClockPolicy {
    /// Whether aim and limit fit together, and something can meet it.
    ///
    /// # Errors
    /// [`LimitError`], the first of them.
    pub fn check(&self) -> Result<(), LimitError> {
        if !self.limit_hours.into_iter().chain(self.aim_hours).all(is_hours) {
            return Err(LimitError::NotHours);
        }
        match (self.aim_hours, self.limit_hours) {
            (Some(_), None) => Err(LimitError::AimWithinDay),
            (Some(aim), Some(limit)) if aim >= limit => Err(LimitError::AimPastLimit),
            _ if self.met_by.is_empty() => Err(LimitError::NeverMet),
            _ => Ok(()),
        }
    }

    /// An aim or a limit in words. Days of working hours would be days of what?
    #[must_use]
    pub fn hours_text(&self, hours: i64) -> String {
        if self.is_working { format!("{hours} h") } else { hours_text(hours) }
    }

    /// When a clock of this policy is told in amber, and when it is due. `hours` are the group's, `zone` are the clocks by which its
    /// day ends.
    #[must_use]
    pub fn times(&self, started_at: Timestamp, hours: &Hours, zone: &SiteZone) -> (Timestamp, Timestamp) {
        let plain = Hours::Plain;
        let hours = if self.is_working { hours } else { &plain };
        match self.limit_hours {
            Some(limit) => {
                let near_ms = self.aim_hours.map_or(limit * HOUR_MS / 4 * 3, |aim| aim * HOUR_MS);
                (hours.after(started_at, near_ms), hours.after(started_at, limit * HOUR_MS))
            }
            None => {
                let due_at = zone.end_of(zone.local(started_at).start_of_day());
                (started_at.plus_ms((due_at.0 - started_at.0) / 4 * 3), due_at)
            }
        }
    }
}
