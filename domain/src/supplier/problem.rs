//! A problem with a lead: noted, then told to whoever sent it, then settled.

use serde::{Deserialize, Serialize};

use crate::text::note;
use crate::{ChoiceId, FieldErrors, FormValues, Lead, LeadId, LeadProblemId, Timestamp, UserId};

/// What is wrong with a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemReason {
    WrongPerson,
    NotReachable,
    NoInterest,
    NoSuchCompany,
    Duplicate,
    OutOfScope,
    Other,
}

impl ProblemReason {
    /// All of them, as offered.
    pub const ALL: [ProblemReason; 7] = [
        ProblemReason::WrongPerson,
        ProblemReason::NotReachable,
        ProblemReason::NoInterest,
        ProblemReason::NoSuchCompany,
        ProblemReason::Duplicate,
        ProblemReason::OutOfScope,
        ProblemReason::Other,
    ];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ProblemReason::WrongPerson => "wrong_person",
            ProblemReason::NotReachable => "not_reachable",
            ProblemReason::NoInterest => "no_interest",
            ProblemReason::NoSuchCompany => "no_such_company",
            ProblemReason::Duplicate => "duplicate",
            ProblemReason::OutOfScope => "out_of_scope",
            ProblemReason::Other => "other",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ProblemReason::WrongPerson => "The wrong person",
            ProblemReason::NotReachable => "Cannot be reached at what was sent",
            ProblemReason::NoInterest => "Does not know of any interest",
            ProblemReason::NoSuchCompany => "No such company",
            ProblemReason::Duplicate => "We had it already",
            ProblemReason::OutOfScope => "Outside of what was agreed",
            ProblemReason::Other => "Something else",
        }
    }

    /// Reads [`ProblemReason::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }
}

/// Something that is done with a problem that was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemStep {
    /// The supplier reads it from now on.
    Tell,
    /// It is none any more; one that nobody was told of is taken back.
    Settle,
}

impl ProblemStep {
    /// Every step.
    pub const ALL: [ProblemStep; 2] = [ProblemStep::Tell, ProblemStep::Settle];

    /// The word used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ProblemStep::Tell => "tell",
            ProblemStep::Settle => "settle",
        }
    }

    /// Reads [`ProblemStep::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }
}

/// A problem with a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadProblem {
    pub id: LeadProblemId,
    pub lead: LeadId,
    /// Who sent the lead when it was noted, and is told; `None` where that is not known any more.
    pub partner: Option<ChoiceId>,
    pub reason: ProblemReason,
    /// What the supplier reads beside the reason; may be empty.
    pub words: String,
    pub flagged_by: UserId,
    pub flagged_at: Timestamp,
    /// Since when the supplier reads it.
    pub told_at: Option<Timestamp>,
    /// When it was settled, or taken back before anybody was told.
    pub settled_at: Option<Timestamp>,
}

impl LeadProblem {
    /// Reads the form that notes one: `reason`, and `words`, which something else needs. `None` where something is wrong with it.
    pub fn read(form: &FormValues, lead: &Lead, by: UserId, now: Timestamp, errors: &mut FieldErrors) -> Option<Self> {
        let reason = errors.take("reason", ProblemReason::from_key(form.get("reason").trim()).ok_or("Choose from the list"));
        let words = errors.take("words", note(form.get("words")));
        if reason == Some(ProblemReason::Other) && words.as_ref().is_some_and(String::is_empty) {
            errors.add("words", "Write what it is, for whoever sent the lead");
        }
        let (Some(reason), Some(words), true) = (reason, words, errors.is_empty()) else { return None };
        Some(Self {
            id: LeadProblemId(0),
            lead: lead.id,
            partner: lead.partner,
            reason,
            words,
            flagged_by: by,
            flagged_at: now,
            told_at: None,
            settled_at: None,
        })
    }

    /// Whether the supplier has still to be told.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.told_at.is_none() && self.settled_at.is_none()
    }

    /// The problem after a step; done twice it is done once.
    ///
    /// # Errors
    /// A sentence, where the supplier would be told of what was taken back.
    pub fn after(&self, step: ProblemStep, now: Timestamp) -> Result<Self, &'static str> {
        match step {
            ProblemStep::Tell if self.told_at.is_none() && self.settled_at.is_some() => Err("It was taken back, so there is nothing to tell"),
            ProblemStep::Tell => Ok(Self { told_at: self.told_at.or(Some(now)), ..self.clone() }),
            ProblemStep::Settle => Ok(Self { settled_at: self.settled_at.or(Some(now)), ..self.clone() }),
        }
    }
}
