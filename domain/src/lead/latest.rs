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
}

impl Latest {
    /// Takes in what happens now.
    pub fn take_in(&mut self, kind: &EventKind, at: Timestamp) {
        if kind.is_activity() {
            self.activity_at = Some(at);
        }
        if kind.is_contact() {
            self.contacted_at = Some(at);
        }
        if let EventKind::Commented { text, .. } | EventKind::NoteShared { text } = kind {
            self.commented_at = Some(at);
            self.comment = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LATEST_COMMENT_MAX).collect();
        }
    }
}
