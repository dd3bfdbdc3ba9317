//! Clocks that the lead itself is: how long it may rest in its status, and its expected completion.

use super::face::{ClockFace, of_completion, of_status};
use crate::{Catalog, Lead, StatusId, Timestamp};

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LateBy {
    /// It rests in this status, which has days after which a lead is late.
    Status(StatusId),
    /// It is expected to be complete by a day.
    Completion,
}

impl LateBy {
    /// The clock of a lead as it is now; `None` when it has none of this kind, or none any more.
    #[must_use]
    pub fn face(self, lead: &Lead, catalog: &Catalog) -> Option<ClockFace> {
        if lead.deleted_at.is_some() || !lead.state.life_cycle().is_open() {
            return None;
        }
        match self {
            LateBy::Status(status) if status == lead.status => of_status(lead, catalog),
            LateBy::Status(_) => None,
            LateBy::Completion => of_completion(lead, &catalog.site.zone),
        }
    }

    /// From what it counts: when the lead came into its status, or the completion as it is kept. Another moment is another clock.
    #[must_use]
    pub fn since(self, lead: &Lead) -> Option<Timestamp> {
        match self {
            LateBy::Status(_) => Some(lead.status_since),
            LateBy::Completion => lead.expected_at,
        }
    }
}
