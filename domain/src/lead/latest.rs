//! What happened last to a lead.

use serde::{Deserialize, Serialize};

use crate::{EventKind, Timestamp};

/// Longest last comment that is kept with a lead; the whole of it stands in the history. Unit: characters.
const LATEST_COMMENT_MAX: usize = 200;

/// What happened last to a lead. Kept with the lead whenever an event is recorded, so that a list need not look through
/// its history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// When somebody last spoke or wrote to them, see [`EventKind::is_contact`].
    pub contacted_at: Option<Timestamp>,
    pub commented_at: Option<Timestamp>,
    /// The last comment or shared note, cut.
    pub comment: String,
    /// When somebody last did something with it; `None` before anything was done.
    pub activity_at: Option<Timestamp>,
    /// Since when their answer is awaited: when somebody last spoke or wrote to them, unless something came in from them since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaiting_since: Option<Timestamp>,
}

impl Latest {
    /// Takes in what happens now.
    pub fn take_in(&mut self, kind: &EventKind, at: Timestamp) {
        if kind.is_activity() {
            self.activity_at = Some(at);
        }
        if kind.is_contact() {
            self.contacted_at = Some(at);
            self.awaiting_since = (!kind.is_answered()).then_some(at);
        }
        if let EventKind::Commented { text, .. } | EventKind::NoteShared { text } = kind {
            self.commented_at = Some(at);
            self.comment = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LATEST_COMMENT_MAX).collect();
        }
    }

    /// Something came in from them: nobody waits for their answer any more. Whoever takes it in says so, because what it becomes in the
    /// history may as well be a colleague's.
    pub fn hear(&mut self) {
        self.awaiting_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AttemptChannel, AttemptOutcome};

    fn comment(icon: &str) -> EventKind {
        EventKind::Commented { icon: icon.to_owned(), tone: "grey".to_owned(), text: "Hm".to_owned(), done_at: None }
    }

    fn attempt(outcome: AttemptOutcome) -> EventKind {
        let (channel, said) = (AttemptChannel::Call, Vec::new());
        EventKind::Attempted { channel, outcome, to: String::new(), note: String::new(), said, promised_at: None, done_at: None }
    }

    #[test]
    fn an_answer_is_awaited_from_the_last_call_until_something_comes_in() {
        let mut latest = Latest::default();
        latest.take_in(&comment("comment"), Timestamp(1));
        assert_eq!(latest.awaiting_since, None);
        latest.take_in(&comment("phone"), Timestamp(2));
        latest.take_in(&comment("phone"), Timestamp(3));
        latest.take_in(&comment("star"), Timestamp(4));
        assert_eq!(latest.awaiting_since, Some(Timestamp(3)));
        latest.hear();
        assert_eq!((latest.awaiting_since, latest.contacted_at), (None, Some(Timestamp(3))));
        for (outcome, awaited) in [(AttemptOutcome::Voicemail, Some(Timestamp(5))), (AttemptOutcome::Reached, None)] {
            latest.take_in(&attempt(outcome), Timestamp(5));
            assert_eq!((latest.awaiting_since, latest.contacted_at), (awaited, Some(Timestamp(5))), "{outcome:?}");
        }
    }
}
