//! Firms that could win the same lead.

use serde::{Deserialize, Serialize};

use crate::event::TextChange;
use crate::{ChoiceId, Timestamp, UserId};

/// How strong a competitor stands with one lead, compared with us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompetitorStrength {
    Weaker,
    #[default]
    Even,
    Stronger,
}

impl CompetitorStrength {
    /// All of them, as offered.
    pub const ALL: [CompetitorStrength; 3] = [CompetitorStrength::Weaker, CompetitorStrength::Even, CompetitorStrength::Stronger];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            CompetitorStrength::Weaker => "weaker",
            CompetitorStrength::Even => "even",
            CompetitorStrength::Stronger => "stronger",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            CompetitorStrength::Weaker => "Weaker than us",
            CompetitorStrength::Even => "As strong as us",
            CompetitorStrength::Stronger => "Stronger than us",
        }
    }

    /// Reads [`CompetitorStrength::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strength| strength.key() == key)
    }
}

/// A competitor for one lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Competitor {
    /// An entry of [`crate::ChoiceList::Competitor`].
    pub firm: ChoiceId,
    pub strength: CompetitorStrength,
    pub note: String,
    pub added_by: UserId,
    pub added_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
}

impl Competitor {
    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self) -> Vec<TextChange> {
        let label = |competitor: &Self| competitor.strength.label().to_owned();
        [("Strength", label(before), label(self)), ("Note", before.note.clone(), self.note.clone())]
            .into_iter()
            .filter(|(_, old, new)| old != new)
            .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
            .collect()
    }
}
