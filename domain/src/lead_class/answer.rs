//! Budget, authority, need, timescale and the agreed action: what is known of each, by what evidence, how surely, who says so and when.

use serde::{Deserialize, Serialize};

use crate::text::note;
use crate::{Catalog, FieldErrors, FormValues, Timestamp, UserId};

/// What a lead is qualified by. The last has the name that an administrator gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    Budget,
    Authority,
    Need,
    Timescale,
    Action,
}

impl Dimension {
    /// Every one, in the order of the letters.
    pub const ALL: [Dimension; 5] = [Dimension::Budget, Dimension::Authority, Dimension::Need, Dimension::Timescale, Dimension::Action];

    /// What the last is called until an administrator says otherwise.
    pub const ACTION_LABEL: &'static str = "Agreed action";

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Dimension::Budget => "budget",
            Dimension::Authority => "authority",
            Dimension::Need => "need",
            Dimension::Timescale => "timescale",
            Dimension::Action => "action",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self, catalog: &Catalog) -> String {
        let own = &catalog.site.action_label;
        match self {
            Dimension::Budget => "Budget".to_owned(),
            Dimension::Authority => "Authority".to_owned(),
            Dimension::Need => "Need".to_owned(),
            Dimension::Timescale => "Timescale".to_owned(),
            Dimension::Action if own.is_empty() => Self::ACTION_LABEL.to_owned(),
            Dimension::Action => own.clone(),
        }
    }

    /// What is to be found out.
    #[must_use]
    pub fn question(self) -> &'static str {
        match self {
            Dimension::Budget => "Is it funded, or can it be?",
            Dimension::Authority => "Who decides, and who has a say?",
            Dimension::Need => "Which problem of theirs is it about?",
            Dimension::Timescale => "When is it to be?",
            Dimension::Action => "What was agreed to happen next?",
        }
    }

    /// Reads [`Dimension::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.key() == key)
    }
}

/// How sure whoever answers is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    /// Every one, from the least.
    pub const ALL: [Confidence; 3] = [Confidence::Low, Confidence::Medium, Confidence::High];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Confidence::Low => "A guess",
            Confidence::Medium => "Likely",
            Confidence::High => "Sure",
        }
    }

    /// Reads [`Confidence::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|confidence| confidence.key() == key)
    }
}

/// What is known of one dimension.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    pub dimension: Dimension,
    /// Never empty.
    pub text: String,
    /// Where that is known from; may be empty.
    pub evidence: String,
    pub confidence: Confidence,
    /// Who says so; `None` for what came with a file.
    pub by: Option<UserId>,
    pub at: Timestamp,
}

impl Answer {
    /// Reads a form: `answer`, `evidence`, `confidence`. `None` for one without an answer, which takes away what was there.
    pub fn read(dimension: Dimension, form: &FormValues, by: UserId, at: Timestamp, errors: &mut FieldErrors) -> Option<Self> {
        let text = errors.take("answer", note(form.get("answer"))).unwrap_or_default();
        let evidence = errors.take("evidence", note(form.get("evidence"))).unwrap_or_default();
        let word = form.find("confidence").map_or(Confidence::Medium.key(), str::trim);
        let confidence = errors.take("confidence", Confidence::from_key(word).ok_or("Choose from the list"))?;
        if text.is_empty() && !evidence.is_empty() && errors.get("answer").is_none() {
            errors.add("answer", "Enter the answer that this is the evidence of");
        }
        (!text.is_empty()).then_some(Self { dimension, text, evidence, confidence, by: Some(by), at })
    }

    /// Whether both say the same, whoever said it when.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        (&self.text, &self.evidence, self.confidence) == (&other.text, &other.evidence, other.confidence)
    }
}
