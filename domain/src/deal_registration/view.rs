//! What the page of a lead shows of its registrations.

use serde::{Deserialize, Serialize};

use super::DealRegistration;
use crate::{AccountId, Named, Timestamp};

/// The registrations of a lead's deals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationsView {
    /// Oldest first.
    pub registrations: Vec<DealRegistration>,
    /// Those that a deal can be registered with, by name; none for who may not add one.
    pub vendors: Vec<Named<AccountId>>,
    /// Whether there are more, which are found by their name.
    pub has_more_vendors: bool,
    pub may_add: bool,
    pub may_change: bool,
    /// Whether they may take a protection away, see [`super::RegistrationStep::is_settling`].
    pub may_settle: bool,
    /// As its start in UTC.
    pub today: Timestamp,
}
