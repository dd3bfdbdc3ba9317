//! What pages show of scoring.

use serde::{Deserialize, Serialize};

use super::book::ScoreWhy;
use super::learn::{Report, TooLittle};
use super::rule::ScoreRule;
use crate::{Timestamp, Weighing};

/// Why a lead's score is what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadScore {
    /// The score that the lead has.
    pub score: i64,
    /// Who typed it and when; the name is empty where that is not known. `None` for a score that is worked out.
    pub by_hand: Option<(String, Timestamp)>,
    /// What rules and model say; `None` where nobody scores.
    pub why: Option<ScoreWhy>,
    /// When the model in use was trained.
    pub trained_at: Option<Timestamp>,
    /// Whether the person may have it worked out again.
    pub may_edit: bool,
}

/// A rule with what it asks in words, and as its form holds it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleRow {
    pub rule: ScoreRule,
    pub condition: String,
    /// What it looks at, what has to be so, the value.
    pub typed: [String; 3],
}

/// What became of a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Training {
    Learned(Report),
    Refused(TooLittle),
}

/// Everything on the page of scoring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoringView {
    /// In force first, then those retired.
    pub rules: Vec<RuleRow>,
    pub uses_model: bool,
    /// Whether there is a model that can be used.
    pub has_model: bool,
    /// What became of the last training, and when that was.
    pub last: Option<(Timestamp, Training)>,
    /// Whether one is asked for, or at work.
    pub is_training: bool,
    /// Whether leads are being scored anew.
    pub is_rescoring: bool,
    pub weighing: Weighing,
}
