//! How somebody is tried to be reached.

use serde::{Deserialize, Serialize};

use super::AttemptOutcome;

/// How somebody tries to reach a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptChannel {
    Call,
    Email,
    Social,
    Visit,
}

impl AttemptChannel {
    /// All of them, as offered.
    pub const ALL: [AttemptChannel; 4] = [AttemptChannel::Call, AttemptChannel::Email, AttemptChannel::Social, AttemptChannel::Visit];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            AttemptChannel::Call => "call",
            AttemptChannel::Email => "email",
            AttemptChannel::Social => "social",
            AttemptChannel::Visit => "visit",
        }
    }

    /// Reads [`AttemptChannel::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.key() == key)
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            AttemptChannel::Call => "Call",
            AttemptChannel::Email => "E-mail",
            AttemptChannel::Social => "Social",
            AttemptChannel::Visit => "Visit",
        }
    }

    /// How many there were: `1 call`, `3 e-mails`.
    #[must_use]
    pub fn counted(self, count: i64) -> String {
        let (one, many) = match self {
            AttemptChannel::Call => ("call", "calls"),
            AttemptChannel::Email => ("e-mail", "e-mails"),
            AttemptChannel::Social => ("message on social media", "messages on social media"),
            AttemptChannel::Visit => ("visit", "visits"),
        };
        format!("{count} {}", if count == 1 { one } else { many })
    }

    /// The symbol that stands for it.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            AttemptChannel::Call => "phone",
            AttemptChannel::Email => "mail",
            AttemptChannel::Social => "users",
            AttemptChannel::Visit => "map-pin",
        }
    }

    /// How it can go, the most frequent first.
    #[must_use]
    pub fn outcomes(self) -> &'static [AttemptOutcome] {
        use AttemptOutcome::{Blocked, NoAnswer, NoShow, Reached, Voicemail, WrongNumber};
        match self {
            AttemptChannel::Call => &[Reached, Voicemail, NoAnswer, Blocked, WrongNumber, NoShow],
            AttemptChannel::Email | AttemptChannel::Social => &[NoAnswer, Reached, WrongNumber],
            AttemptChannel::Visit => &[Reached, NoAnswer, Blocked, NoShow],
        }
    }

    /// What to do: "Call", as a request.
    #[must_use]
    pub fn request(self) -> &'static str {
        match self {
            AttemptChannel::Call => "Call them",
            AttemptChannel::Email => "Write an e-mail to them",
            AttemptChannel::Social => "Write to them on social media",
            AttemptChannel::Visit => "Visit them",
        }
    }

    /// What somebody did, in a sentence without its subject.
    pub(super) fn did(self) -> &'static str {
        match self {
            AttemptChannel::Call => "called",
            AttemptChannel::Email => "wrote an e-mail",
            AttemptChannel::Social => "wrote on social media",
            AttemptChannel::Visit => "visited them",
        }
    }
}
