//! The states of a lead.

use serde::{Deserialize, Serialize};

use crate::{ChoiceId, Timestamp};

/// A life cycle state. Each status belongs to exactly one; only an action leads from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifeCycle {
    Pending,
    InProgress,
    Won,
    Lost,
    Cancelled,
}

impl LifeCycle {
    /// Every state, in order of progress.
    pub const ALL: [LifeCycle; 5] = [LifeCycle::Pending, LifeCycle::InProgress, LifeCycle::Won, LifeCycle::Lost, LifeCycle::Cancelled];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            LifeCycle::Pending => "pending",
            LifeCycle::InProgress => "in_progress",
            LifeCycle::Won => "won",
            LifeCycle::Lost => "lost",
            LifeCycle::Cancelled => "cancelled",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            LifeCycle::Pending => "Pending",
            LifeCycle::InProgress => "In progress",
            LifeCycle::Won => "Won",
            LifeCycle::Lost => "Lost",
            LifeCycle::Cancelled => "Cancelled",
        }
    }

    /// Reads [`LifeCycle::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether the lead may still be worked.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, LifeCycle::Pending | LifeCycle::InProgress)
    }
}

/// The state of one lead, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeadState {
    Pending,
    InProgress,
    Won { at: Timestamp },
    Lost { at: Timestamp, reason: ChoiceId },
    Cancelled { at: Timestamp },
}

impl LeadState {
    /// The plain state, without its particulars.
    #[must_use]
    pub fn life_cycle(&self) -> LifeCycle {
        match self {
            LeadState::Pending => LifeCycle::Pending,
            LeadState::InProgress => LifeCycle::InProgress,
            LeadState::Won { .. } => LifeCycle::Won,
            LeadState::Lost { .. } => LifeCycle::Lost,
            LeadState::Cancelled { .. } => LifeCycle::Cancelled,
        }
    }

    /// When it was completed (won or lost) or cancelled.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        match self {
            LeadState::Pending | LeadState::InProgress => None,
            LeadState::Won { at } | LeadState::Lost { at, .. } | LeadState::Cancelled { at } => Some(*at),
        }
    }

    /// Why it was lost.
    #[must_use]
    pub fn lost_reason(&self) -> Option<ChoiceId> {
        match self {
            LeadState::Lost { reason, .. } => Some(*reason),
            _ => None,
        }
    }
}
