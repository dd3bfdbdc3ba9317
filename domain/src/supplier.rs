//! Suppliers of leads: problems with what they sent, of which they are told within a week, and what they read at their private address of what
//! became of it. A lead's supplier is its partner. See docs/supplier.md.

mod page;
mod problem;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use page::{ClassScore, Outcome, Progress, SentLead, SupplierPage, ToldProblem};
pub use problem::{LeadProblem, ProblemReason, ProblemStep};

use crate::{ChoiceId, Timestamp, UserId};

/// That a supplier has a private address; what is secret in it is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierLink {
    /// As whom its leads name it.
    pub partner: ChoiceId,
    pub made_by: UserId,
    pub made_at: Timestamp,
}

/// What the page of a lead shows of its supplier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierView {
    /// Who sent it; `None` for a lead without a partner.
    pub partner: Option<ChoiceId>,
    /// Whether they can read what became of it.
    pub has_link: bool,
    /// Oldest first.
    pub problems: Vec<LeadProblem>,
    /// By when the supplier is to be told of what was noted.
    pub due_at: Option<Timestamp>,
    /// Whether they may note a problem.
    pub may_flag: bool,
    /// Whether they may tell of one and settle it, also when the lead is closed.
    pub may_step: bool,
    pub now: Timestamp,
}
