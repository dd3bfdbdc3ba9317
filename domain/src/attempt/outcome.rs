//! How an attempt went.

use serde::{Deserialize, Serialize};

use super::AttemptChannel;

/// How an attempt went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// They spoke, or they answered.
    Reached,
    /// A message was left.
    Voicemail,
    /// Nobody answered, or what was sent waits for an answer.
    NoAnswer,
    /// Reception puts nobody through.
    Blocked,
    WrongNumber,
    /// What was agreed was not kept; the lead lives on (C1-8).
    NoShow,
}

impl AttemptOutcome {
    /// All of them.
    pub const ALL: [AttemptOutcome; 6] = [
        AttemptOutcome::Reached,
        AttemptOutcome::Voicemail,
        AttemptOutcome::NoAnswer,
        AttemptOutcome::Blocked,
        AttemptOutcome::WrongNumber,
        AttemptOutcome::NoShow,
    ];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            AttemptOutcome::Reached => "reached",
            AttemptOutcome::Voicemail => "voicemail",
            AttemptOutcome::NoAnswer => "no_answer",
            AttemptOutcome::Blocked => "blocked",
            AttemptOutcome::WrongNumber => "wrong_number",
            AttemptOutcome::NoShow => "no_show",
        }
    }

    /// Reads [`AttemptOutcome::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }

    /// What people call it, of an attempt by a channel.
    #[must_use]
    pub fn label(self, channel: AttemptChannel) -> &'static str {
        match (self, channel) {
            (AttemptOutcome::Reached, AttemptChannel::Call) => "Reached them",
            (AttemptOutcome::Reached, AttemptChannel::Visit) => "Met them",
            (AttemptOutcome::Reached, _) => "They answered",
            (AttemptOutcome::Voicemail, _) => "Voicemail",
            (AttemptOutcome::NoAnswer, AttemptChannel::Call) => "No answer",
            (AttemptOutcome::NoAnswer, AttemptChannel::Visit) => "Nobody there",
            (AttemptOutcome::NoAnswer, _) => "Sent",
            (AttemptOutcome::Blocked, _) => "Blocked by reception",
            (AttemptOutcome::WrongNumber, AttemptChannel::Call) => "Wrong number",
            (AttemptOutcome::WrongNumber, AttemptChannel::Email) => "Wrong address",
            (AttemptOutcome::WrongNumber, _) => "Wrong person",
            (AttemptOutcome::NoShow, _) => "No show",
        }
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            AttemptOutcome::Reached => "green",
            AttemptOutcome::Voicemail => "blue",
            AttemptOutcome::NoAnswer => "grey",
            AttemptOutcome::Blocked | AttemptOutcome::NoShow => "amber",
            AttemptOutcome::WrongNumber => "red",
        }
    }

    /// Whether somebody spoke or wrote to the customer: they heard it, or it waits for them.
    #[must_use]
    pub fn is_contact(self, channel: AttemptChannel) -> bool {
        match self {
            AttemptOutcome::Reached | AttemptOutcome::Voicemail => true,
            AttemptOutcome::NoAnswer => matches!(channel, AttemptChannel::Email | AttemptChannel::Social),
            AttemptOutcome::Blocked | AttemptOutcome::WrongNumber | AttemptOutcome::NoShow => false,
        }
    }

    /// Whether what comes after it begins anew: they were reached, or what was agreed was not kept.
    #[must_use]
    pub fn begins_anew(self) -> bool {
        matches!(self, AttemptOutcome::Reached | AttemptOutcome::NoShow)
    }
}
