//! What came of routing: who gets the lead, and everything that was tried.

use serde::{Deserialize, Serialize};

use super::{CoverBy, Receiver, Step, Way};
use crate::{AccountId, ChoiceId, GroupId, Hindrance, UserId};

/// Somebody who would have had the lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    pub user: UserId,
    pub why: Hindrance,
    /// Who stands in for them and got it.
    pub deputy: Option<UserId>,
}

/// What a step found when it held the lead against the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The account is made with the lead.
    NewAccount,
    NotACustomer,
    /// The customer has no salesperson.
    NoSalesperson,
    Salesperson(UserId),
    /// Nobody looks after anything of it.
    NotCovered,
    Covered {
        by: CoverBy,
        what: String,
        person: UserId,
        /// Weaker signs that point to somebody else.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        differs: Vec<(CoverBy, String, UserId)>,
    },
    /// It is not known where the lead is.
    NoPlace,
    NoTerritory,
    /// The territory has nobody for this step.
    Vacant {
        territory: String,
    },
    Manager {
        territory: String,
        manager: UserId,
        /// The distributor to whom the manager delegates.
        distributor: Option<String>,
    },
    Group {
        territory: String,
        group: GroupId,
    },
    NoOffering,
    NoSpecialist,
    Specialist {
        offering: ChoiceId,
        to: Receiver,
    },
    Fallback(Receiver),
    /// No fallback is named, or nobody there gets anything now.
    IntakeOwner(UserId),
    /// The same, and there is no intake owner.
    TakenBy(GroupId),
    /// Nobody at all: whoever sees it first may take it.
    Nobody,
}

/// Who gets the lead by a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    Person(UserId),
    Group {
        group: GroupId,
        way: Way,
        /// Whose turn it is; `None` when somebody has to accept it.
        user: Option<UserId>,
    },
    /// It waits for whoever takes it.
    Nobody,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    Matched,
    /// Somebody was found who gets nothing now.
    PassedOver,
    NoMatch,
}

impl StepOutcome {
    /// What the API and people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            StepOutcome::Matched => "matched",
            StepOutcome::PassedOver => "passed over",
            StepOutcome::NoMatch => "no match",
        }
    }
}

/// A step that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTried {
    pub step: Step,
    pub found: Found,
    /// `None`: the next step was tried.
    pub given: Option<Given>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
}

impl StepTried {
    /// What became of it.
    #[must_use]
    pub fn outcome(&self) -> StepOutcome {
        match self.given {
            Some(_) => StepOutcome::Matched,
            None if self.passed_over.is_empty() => StepOutcome::NoMatch,
            None => StepOutcome::PassedOver,
        }
    }
}

/// Who gets a lead, and what was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub owner: Option<UserId>,
    pub group: Option<GroupId>,
    /// The distributor named for the quarter. Its manager delegates; nothing is delegated by itself (C2-14).
    pub distributor: Option<AccountId>,
    /// Who has a copy.
    pub copies: Vec<UserId>,
    /// In the order in which they were tried; the last one matched.
    pub steps: Vec<StepTried>,
    /// The rule book's version.
    pub version: i64,
}

impl Decision {
    /// The group whose turn it took, and who had it.
    #[must_use]
    pub fn turn(&self) -> Option<(GroupId, UserId)> {
        match self.steps.last()?.given? {
            Given::Group { group, way: Way::RoundRobin, user: Some(user) } => Some((group, user)),
            _ => None,
        }
    }
}
