//! Mails in the outbox: to whom, in which state.

use serde::{Deserialize, Serialize};

use crate::{LeadId, MailId, Timestamp};

/// A name with its address, as a mail's head shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mailbox {
    /// Empty where only the address is known.
    pub name: String,
    pub email: String,
}

impl std::fmt::Display for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.name.is_empty() { f.write_str(&self.email) } else { write!(f, "{} <{}>", self.name, self.email) }
    }
}

/// Whom a mail's head names. Each of them gets a mail of their own in the outbox, so that what became of it is known of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Addressees {
    pub to: Vec<Mailbox>,
    pub copies: Vec<Mailbox>,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// To be sent, for the first time or again. Nothing of it has been handed over.
    Waiting,
    /// Its text is being handed over at this moment.
    Sending,
    /// The mail server took it.
    Sent,
    /// Refused for good, or given up.
    Failed,
    /// It was handed over, and whether the mail server took it is not known. It is not sent again by itself.
    Unknown,
}

impl MailState {
    /// Every state.
    pub const ALL: [MailState; 5] = [MailState::Waiting, MailState::Sending, MailState::Sent, MailState::Failed, MailState::Unknown];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            MailState::Waiting => "waiting",
            MailState::Sending => "sending",
            MailState::Sent => "sent",
            MailState::Failed => "failed",
            MailState::Unknown => "unknown",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            MailState::Waiting => "Waiting",
            MailState::Sending => "Being sent",
            MailState::Sent => "Sent",
            MailState::Failed => "Failed",
            MailState::Unknown => "Unknown",
        }
    }

    /// Reads [`MailState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether a person may have it sent again.
    #[must_use]
    pub fn may_be_sent_again(self) -> bool {
        matches!(self, MailState::Failed | MailState::Unknown)
    }
}

/// A mail as the list of the outbox shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MailRow {
    pub id: MailId,
    pub state: MailState,
    /// Who gets it.
    pub recipient: Mailbox,
    pub subject: String,
    /// How often it was tried, since it was last put into the queue.
    pub tries: i64,
    pub created_at: Timestamp,
    /// When it was last tried.
    pub last_at: Option<Timestamp>,
    /// When it is tried next, while it waits.
    pub next_at: Timestamp,
    /// Why the last try led to nothing; what the mail server said of one that it took.
    pub answer: String,
}

/// A whole mail.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mail {
    pub row: MailRow,
    pub addressees: Addressees,
    pub body: String,
    /// The lead that it is about.
    pub lead: Option<LeadId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back() {
        for state in MailState::ALL {
            assert_eq!(MailState::from_key(state.key()), Some(state));
        }
        assert_eq!(MailState::from_key("lost"), None);
    }

    #[test]
    fn only_what_did_not_arrive_for_sure_may_be_sent_again() {
        let may: Vec<_> = MailState::ALL.into_iter().filter(|state| state.may_be_sent_again()).collect();
        assert_eq!(may, [MailState::Failed, MailState::Unknown]);
    }

    #[test]
    fn a_mailbox_reads_as_people_write_it() {
        let mailbox = |name: &str| Mailbox { name: name.to_owned(), email: "jo@a.test".to_owned() }.to_string();
        assert_eq!((mailbox("Jo Field").as_str(), mailbox("").as_str()), ("Jo Field <jo@a.test>", "jo@a.test"));
    }
}
