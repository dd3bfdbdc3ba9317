//! One change of many leads at once: what it does, how far it is, and what became of each lead.

use serde::{Deserialize, Serialize};

use crate::{BulkRunId, LeadId, Timestamp, UserId};

/// What is done to each lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkKind {
    /// To another status of the same state.
    Status,
    Owner,
    Group,
    AddTag,
    RemoveTag,
    Delete,
    /// Each becomes a customer, with the site's defaults.
    Convert,
}

impl BulkKind {
    /// Every kind, in the order of the form.
    pub const ALL: [BulkKind; 7] =
        [BulkKind::Status, BulkKind::Owner, BulkKind::Group, BulkKind::AddTag, BulkKind::RemoveTag, BulkKind::Convert, BulkKind::Delete];

    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            BulkKind::Status => "status",
            BulkKind::Owner => "owner",
            BulkKind::Group => "group",
            BulkKind::AddTag => "add_tag",
            BulkKind::RemoveTag => "remove_tag",
            BulkKind::Delete => "delete",
            BulkKind::Convert => "convert",
        }
    }

    /// What people choose.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            BulkKind::Status => "Change status",
            BulkKind::Owner => "Change owner",
            BulkKind::Group => "Change group",
            BulkKind::AddTag => "Add a tag",
            BulkKind::RemoveTag => "Take a tag away",
            BulkKind::Delete => "Delete",
            BulkKind::Convert => "Convert to customer",
        }
    }

    /// Reads [`BulkKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkState {
    Running,
    /// Somebody stopped it; what was done stays done.
    Stopped,
    Done,
    /// It is being taken back.
    Undoing,
    Undone,
}

impl BulkState {
    const ALL: [BulkState; 5] = [BulkState::Running, BulkState::Stopped, BulkState::Done, BulkState::Undoing, BulkState::Undone];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            BulkState::Running => "running",
            BulkState::Stopped => "stopped",
            BulkState::Done => "done",
            BulkState::Undoing => "undoing",
            BulkState::Undone => "undone",
        }
    }

    /// Reads [`BulkState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether somebody is at work on it.
    #[must_use]
    pub fn is_at_work(self) -> bool {
        matches!(self, BulkState::Running | BulkState::Undoing)
    }
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRun {
    pub id: BulkRunId,
    pub user: UserId,
    pub kind: BulkKind,
    /// What it sets, as [`BulkKind`] wants it: an id, a status's name, a tag.
    pub value: String,
    /// What people read: "Owner: Maya Lind".
    pub words: String,
    /// The list that it was begun from, as [`crate::ListView::to_query`].
    pub query: String,
    /// Whether single leads were chosen, and not all that the list holds.
    pub is_chosen: bool,
    pub state: BulkState,
    /// Leads it is about.
    pub total: i64,
    pub changed: i64,
    pub skipped: i64,
    /// Leads that were taken back.
    pub undone: i64,
    /// Leads that stay as they are now, because somebody changed them since.
    pub kept: i64,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

impl BulkRun {
    /// How long a run can be taken back. Unit: milliseconds.
    pub const UNDO_WITHIN_MS: i64 = crate::DAY_MS;

    /// Whether it can still be taken back.
    #[must_use]
    pub fn can_be_undone(&self, now: Timestamp) -> bool {
        let ended = matches!(self.state, BulkState::Done | BulkState::Stopped);
        ended && self.changed > 0 && self.ended_at.is_some_and(|at| now.0 - at.0 <= Self::UNDO_WITHIN_MS)
    }

    /// Leads that were dealt with in what it is doing now.
    #[must_use]
    pub fn dealt_with(&self) -> i64 {
        if matches!(self.state, BulkState::Undoing | BulkState::Undone) { self.undone + self.kept } else { self.changed + self.skipped }
    }

    /// Leads that there are to deal with.
    #[must_use]
    pub fn to_deal_with(&self) -> i64 {
        if matches!(self.state, BulkState::Undoing | BulkState::Undone) { self.changed } else { self.total.max(self.dealt_with()) }
    }
}

/// A lead that a run left alone, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftAlone {
    pub lead: LeadId,
    pub reason: String,
}

/// A run with what people want to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkReport {
    pub run: BulkRun,
    /// The first of the leads that were left alone.
    pub left_alone: Vec<LeftAlone>,
    /// When it was looked at, so that rate and time left can be told.
    pub now: Timestamp,
    pub can_be_undone: bool,
}

impl BulkReport {
    /// Leads a second, and the seconds that are left; `None` before that can be said.
    #[must_use]
    pub fn pace(&self) -> Option<(i64, i64)> {
        let run = &self.run;
        if run.state != BulkState::Running {
            return None;
        }
        crate::pace(run.started_at, self.now, run.dealt_with(), run.to_deal_with())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(state: BulkState, changed: i64, skipped: i64) -> BulkRun {
        BulkRun {
            id: BulkRunId(1),
            user: UserId(1),
            kind: BulkKind::Owner,
            value: String::new(),
            words: String::new(),
            query: String::new(),
            is_chosen: false,
            state,
            total: 100,
            changed,
            skipped,
            undone: 0,
            kept: 0,
            started_at: Timestamp(0),
            ended_at: (!state.is_at_work()).then_some(Timestamp(0)),
        }
    }

    #[test]
    fn the_pace_tells_rate_and_time_left() {
        let report = |ms| BulkReport { run: run(BulkState::Running, 30, 10), left_alone: Vec::new(), now: Timestamp(ms), can_be_undone: false };
        assert_eq!(report(4000).pace(), Some((10, 6)));
        assert_eq!(report(500).pace(), None);
    }

    #[test]
    fn a_run_can_be_taken_back_for_a_day() {
        let ended = run(BulkState::Done, 1, 0);
        assert!(ended.can_be_undone(Timestamp(BulkRun::UNDO_WITHIN_MS)));
        assert!(!ended.can_be_undone(Timestamp(BulkRun::UNDO_WITHIN_MS + 1)));
        assert!(!run(BulkState::Running, 1, 0).can_be_undone(Timestamp(0)));
        assert!(!run(BulkState::Done, 0, 3).can_be_undone(Timestamp(0)));
        assert!(!run(BulkState::Undone, 1, 0).can_be_undone(Timestamp(0)));
    }

    #[test]
    fn words_read_back() {
        for kind in BulkKind::ALL {
            assert_eq!(BulkKind::from_key(kind.key()), Some(kind));
        }
        for state in BulkState::ALL {
            assert_eq!(BulkState::from_key(state.key()), Some(state));
        }
    }
}
