//! Mails that come in: what became of each, which of them no person wrote, and what a colleague's mail says of a lead.

mod told;

use serde::{Deserialize, Serialize};

use crate::text::{LINE_MAX, NOTE_MAX};
use crate::{LeadId, MailInId, Mailbox, Timestamp};

pub use told::{Told, addresses_in, numbers_in};

/// Largest message that is kept whole; a larger one is refused. Unit: bytes.
pub const MESSAGE_MOST: usize = 1024 * 1024;

/// What became of a mail that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailInState {
    /// It made a lead.
    Lead,
    /// It stands in the timeline of a lead that was there.
    Joined,
    /// No person wrote it, or we did ourselves.
    Ignored,
    /// Nothing can be done with it.
    Refused,
}

impl MailInState {
    /// Every state.
    pub const ALL: [MailInState; 4] = [MailInState::Lead, MailInState::Joined, MailInState::Ignored, MailInState::Refused];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            MailInState::Lead => "lead",
            MailInState::Joined => "joined",
            MailInState::Ignored => "ignored",
            MailInState::Refused => "refused",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            MailInState::Lead => "New lead",
            MailInState::Joined => "Joined a lead",
            MailInState::Ignored => "Ignored",
            MailInState::Refused => "Refused",
        }
    }

    /// Reads [`MailInState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A mail that came in, as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MailInRow {
    pub id: MailInId,
    pub state: MailInState,
    /// Who says that they wrote it; empty where it does not say.
    pub sender: Mailbox,
    pub subject: String,
    /// The lead that it made or joined.
    pub lead: Option<LeadId>,
    /// Why it made none.
    pub why: String,
    /// How many files came with it.
    pub attachments: i64,
    /// Unit: bytes.
    pub size: i64,
    pub received_at: Timestamp,
}

/// A whole mail that came in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MailInDetail {
    pub row: MailInRow,
    /// Its text, without markup.
    pub text: String,
    /// Names of the files that came with it, as far as they have any.
    pub files: Vec<String>,
}

/// How reading the mailbox goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MailboxState {
    /// When it was last read to its end.
    pub read_at: Option<Timestamp>,
    pub next_at: Timestamp,
    /// How often in a row it failed.
    pub failures: i64,
    /// Why it failed the last time, or what keeps a message in it; empty where all is well.
    pub trouble: String,
}

/// What a mail's head says about who or what wrote it; each as it stands there, or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    pub auto_submitted: String,
    pub precedence: String,
    /// `None` where the head does not say where answers to failures go.
    pub return_path: Option<String>,
    /// What earlier programs noted so that they know it when it comes back.
    pub loops: String,
    /// The address that it says it is from, lower case.
    pub from: String,
}

impl Marks {
    /// Whether it says that it came from an address of ours.
    #[must_use]
    pub fn is_from(&self, ours: &str) -> bool {
        !ours.is_empty() && self.from == ours.to_lowercase()
    }

    /// Why no lead is made of it: a program wrote it, or it came from here. `ours` is the address that our mails come from.
    #[must_use]
    pub fn hindrance(&self, ours: &str) -> Option<&'static str> {
        let first_word = |text: &str| text.trim().to_lowercase().split([';', ' ', '(']).next().unwrap_or_default().to_owned();
        let ours = ours.to_lowercase();
        if !ours.is_empty() && (self.from == ours || self.loops.to_lowercase().contains(&ours)) {
            return Some("It came from here");
        }
        if !matches!(first_word(&self.auto_submitted).as_str(), "" | "no") {
            return Some("A program wrote it (Auto-Submitted)");
        }
        if matches!(first_word(&self.precedence).as_str(), "bulk" | "list" | "junk") {
            return Some("It went to many people (Precedence)");
        }
        if self.return_path.as_deref().is_some_and(|path| path.trim().trim_matches(['<', '>']).trim().is_empty()) {
            return Some("It tells of a mail that did not arrive (empty Return-Path)");
        }
        None
    }
}

/// What came from outside as one line that can be kept and shown: without what cannot be shown, cut where it is too long.
#[must_use]
pub fn fitting_line(text: &str) -> String {
    let shown: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    cut(&shown.split_whitespace().collect::<Vec<_>>().join(" "), LINE_MAX)
}

/// The same for a text of several lines.
#[must_use]
pub fn fitting_note(text: &str) -> String {
    let shown: String = text.replace("\r\n", "\n").replace('\r', "\n");
    let shown: String = shown.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect();
    cut(shown.trim(), NOTE_MAX)
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back() {
        for state in MailInState::ALL {
            assert_eq!(MailInState::from_key(state.key()), Some(state));
        }
        assert_eq!(MailInState::from_key("lost"), None);
    }

    #[test]
    fn what_a_program_wrote_is_told_from_what_people_write() {
        let by = |change: fn(&mut Marks)| {
            let mut marks = Marks { from: "jo@acme.test".to_owned(), return_path: Some("<jo@acme.test>".to_owned()), ..Marks::default() };
            change(&mut marks);
            marks.hindrance("Leads@House.test").unwrap_or_default()
        };
        assert_eq!(by(|_| {}), "");
        assert_eq!(by(|marks| marks.return_path = None), "");
        assert_eq!(by(|marks| marks.auto_submitted = " No".to_owned()), "");
        assert_eq!(by(|marks| marks.precedence = "first-class".to_owned()), "");
        assert!(by(|marks| marks.auto_submitted = "auto-replied; owner-email=\"jo@acme.test\"".to_owned()).contains("Auto-Submitted"));
        for precedence in ["bulk", " List ", "JUNK"] {
            let marks = Marks { precedence: precedence.to_owned(), ..Marks::default() };
            assert!(marks.hindrance("").unwrap_or_default().contains("Precedence"), "{precedence}");
        }
        assert!(by(|marks| marks.return_path = Some(" <> ".to_owned())).contains("Return-Path"));
        assert_eq!(by(|marks| marks.from = "leads@house.test".to_owned()), "It came from here");
        assert_eq!(by(|marks| marks.loops = "<LEADS@house.test>".to_owned()), "It came from here");
    }

    #[test]
    fn what_cannot_be_kept_is_made_to_fit() {
        assert_eq!(fitting_line("A\u{0}lead\r\nBcc:  all@evil.test "), "A lead Bcc: all@evil.test");
        let long = fitting_line(&"x".repeat(100_000));
        assert!(long.chars().count() == LINE_MAX && long.ends_with('…'));
        assert_eq!(fitting_note("\r\nHello\u{0}\r\n\tthere\r"), "Hello\n\tthere");
        assert_eq!(fitting_note(&"é".repeat(20_000)).chars().count(), NOTE_MAX);
    }
}
