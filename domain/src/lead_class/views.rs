//! What pages show of how a lead is qualified.

use serde::{Deserialize, Serialize};

use super::{Answer, Appointment, AppointmentKind, InviteState, Qualification};
use crate::{Opportunity, Timestamp, UserId};

/// How a lead is qualified, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualificationView {
    pub qualification: Qualification,
    /// Those that are known, in the order of the letters.
    pub answers: Vec<Answer>,
    /// The one that was neither cancelled nor gave way to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<Appointment>,
    /// Opportunities that were found while it is nurtured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interim: Vec<Opportunity>,
    /// The person whom it is about, and where an invite would go.
    pub end_user: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Who has the lead, and invites where no account manager is named.
    pub owner: Option<UserId>,
    pub may_edit: bool,
    pub now: Timestamp,
}

/// An invite as its private address shows it to who was invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitePage {
    pub site: String,
    /// What tells the firm's logo from its former ones.
    pub logo: Option<String>,
    /// Who invites.
    pub organizer: String,
    pub kind: AppointmentKind,
    /// By the site's clocks, with how they go.
    pub when: String,
    pub minutes: i64,
    pub place: String,
    pub agenda: String,
    pub state: InviteState,
    /// It was called off, or gave way to another.
    pub is_cancelled: bool,
    /// Its time has passed.
    pub is_over: bool,
}
