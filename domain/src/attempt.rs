//! Attempts to reach the person of a lead: by which channel, how it went, and what to try next. What comes next is [`Cadence`]'s to say, what
//! helps on the way [`PlaybookText`]'s, what a form may hold [`AttemptForm`]'s. See docs/attempts.md.

mod cadence;
mod channel;
mod figures;
mod form;
mod outcome;
mod playbook;
#[cfg(test)]
mod tests;
mod voicemail;

use serde::{Deserialize, Serialize};

pub use cadence::{Cadence, CadenceError, CadenceStep, HOURS_MOST, Proposal, Reason, STEPS_MOST, Tried};
pub use channel::AttemptChannel;
pub use figures::{AttemptFigures, AttemptsView, Persistence};
pub use form::AttemptForm;
pub use outcome::AttemptOutcome;
pub use playbook::{PlaybookRow, PlaybookText, PlaybookView};
pub use voicemail::VoicemailPoint;

use crate::{AttemptId, EventKind, HOUR_MS, Lead, LeadId, Task, TaskId, Timestamp, UserId};

/// What is planned where nobody can call the person.
pub const ASK_RECEPTION: &str = "Ask reception for their direct line or mobile";
/// What follows from a message on a voicemail.
pub const CALL_BACK: &str = "Call them back, as promised";
/// How long before the promised moment a call already keeps the promise. Unit: milliseconds.
const EARLY_MS: i64 = HOUR_MS;

/// One attempt to reach the person of a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub id: AttemptId,
    pub lead: LeadId,
    pub by: UserId,
    pub channel: AttemptChannel,
    pub outcome: AttemptOutcome,
    /// When it was made, which may be before it was entered.
    pub at: Timestamp,
    pub entered_at: Timestamp,
    /// The number or address that was tried; empty where that is not known.
    pub to: String,
    pub note: String,
    /// What the message on the voicemail held, as far as somebody ticked it.
    pub said: Vec<VoicemailPoint>,
    /// When it was promised to call back.
    pub call_back_at: Option<Timestamp>,
    /// The task that holds the promise.
    pub task: Option<TaskId>,
}

impl Attempt {
    /// What the timeline of its lead says of it.
    #[must_use]
    pub fn happening(&self) -> EventKind {
        EventKind::Attempted {
            channel: self.channel,
            outcome: self.outcome,
            to: self.to.clone(),
            note: self.note.clone(),
            said: self.said.clone(),
            promised_at: self.call_back_at,
            done_at: (self.at != self.entered_at).then_some(self.at),
        }
    }

    /// Whether it keeps the promise to call back at a moment: they were reached, another message promises anew, or it is the call at that time.
    #[must_use]
    pub fn keeps(&self, promised_at: Timestamp) -> bool {
        let is_call = self.channel == AttemptChannel::Call;
        self.outcome == AttemptOutcome::Reached || is_call && (self.outcome == AttemptOutcome::Voicemail || self.at >= promised_at.plus_ms(-EARLY_MS))
    }

    /// Whether it is what a task of whoever made it asks for, as the cadence proposed it.
    #[must_use]
    pub fn does(&self, task: &Task) -> bool {
        task.is_open() && task.lead == Some(self.lead) && task.assignee == self.by && task.title == self.channel.request()
    }
}

/// "called +441614960123: voicemail"
#[must_use]
pub(crate) fn sentence(channel: AttemptChannel, outcome: AttemptOutcome, to: &str) -> String {
    let to = match channel {
        _ if to.is_empty() => String::new(),
        AttemptChannel::Call => format!(" {to}"),
        _ => format!(" to {to}"),
    };
    format!("{}{to}: {}", channel.did(), outcome.label(channel).to_ascii_lowercase())
}

/// The numbers at which somebody may still be reached: those of the lead but for wrong ones, the one to call first.
#[must_use]
pub fn numbers_left(lead: &Lead, attempts: &[Attempt]) -> Vec<String> {
    let of_lead = lead.phones.iter().map(|phone| phone.display().to_owned());
    left(lead.phone().map(str::to_owned).into_iter().chain(of_lead), AttemptChannel::Call, attempts)
}

/// The same for addresses to write to.
#[must_use]
pub fn addresses_left(lead: &Lead, attempts: &[Attempt]) -> Vec<String> {
    let of_lead = lead.emails.iter().map(|email| email.as_str().to_owned());
    left(lead.email().map(str::to_owned).into_iter().chain(of_lead), AttemptChannel::Email, attempts)
}

fn left(all: impl Iterator<Item = String>, channel: AttemptChannel, attempts: &[Attempt]) -> Vec<String> {
    let is_wrong = |to: &String| {
        attempts.iter().any(|attempt| attempt.channel == channel && attempt.outcome == AttemptOutcome::WrongNumber && attempt.to == *to)
    };
    let mut found: Vec<String> = Vec::new();
    for to in all {
        if !found.contains(&to) && !is_wrong(&to) {
            found.push(to);
        }
    }
    found
}
