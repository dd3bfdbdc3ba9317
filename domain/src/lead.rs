//! The lead and its life: states, the actions between them, and their guards.

mod action;
mod latest;
mod state;
#[cfg(test)]
mod tests;

pub use action::{ActionInput, InvalidTransition, LeadAction};
pub use latest::Latest;
pub use state::{LeadState, LifeCycle};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::Address;
use crate::text::{EmailAddress, Phone};
use crate::{
    AccountId, Audience, ChoiceId, ContactId, CustomFieldId, GroupId, Handover, LeadCell, LeadId, LeadTypeId, Named, StatusId, Timestamp, UserId,
};

/// Interest that somebody must handle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    pub id: LeadId,
    /// Grows by one with each change; an edit says which one it read.
    pub version: i64,
    pub full_name: String,
    pub account: Named<AccountId>,
    pub contact: ContactId,
    /// The contact's numbers, preferred first.
    pub phones: Vec<Phone>,
    /// The contact's addresses, preferred first.
    pub emails: Vec<EmailAddress>,
    /// The address used for all communication; empty means the preferred one.
    pub contact_email: String,
    /// The number used for communication; empty means the preferred one.
    pub contact_phone: String,
    pub lead_type: LeadTypeId,
    pub status: StatusId,
    /// When it entered its status.
    pub status_since: Timestamp,
    /// The status before closing, to which reopening returns.
    pub reopen_status: Option<StatusId>,
    pub state: LeadState,
    pub category: Option<ChoiceId>,
    pub source: Option<ChoiceId>,
    pub partner: Option<ChoiceId>,
    pub location: Option<ChoiceId>,
    pub priority: Option<ChoiceId>,
    pub importance: Option<ChoiceId>,
    pub owner: Option<UserId>,
    pub group: Option<GroupId>,
    pub distributor: Option<AccountId>,
    /// Percent, 0 to 100.
    pub probability: Option<i64>,
    /// Minor units of `currency`; 0 while unknown.
    pub target_amount_minor: i64,
    pub currency: String,
    /// Rank among leads, -1000 to 1000; higher comes first.
    pub score: i64,
    /// Expected completion.
    pub expected_at: Option<Timestamp>,
    pub address: Address,
    /// What they asked for, in their words or the agent's.
    pub message: String,
    pub offerings: Vec<ChoiceId>,
    pub team: Vec<UserId>,
    /// Free words, lower case, in order, see [`crate::text::tags`].
    pub tags: Vec<String>,
    /// What came with it and had no home: imported columns, names in a link that are in no list.
    pub extra: BTreeMap<String, String>,
    /// What happened last, as lists show it.
    #[serde(default)]
    pub latest: Latest,
    /// Whether it was handed over, and waits to be touched.
    #[serde(default)]
    pub handover: Handover,
    /// Values of fields that an administrator added, as canonical text; without those that are empty.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom: BTreeMap<CustomFieldId, String>,
    pub created_by: Option<UserId>,
    /// Start date: when first saved.
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

impl Lead {
    /// The facts that decide who may see it.
    #[must_use]
    pub fn audience(&self) -> Audience {
        Audience {
            owner: self.owner,
            group: self.group,
            distributor: self.distributor,
            created_by: self.created_by,
            team: self.team.clone(),
            deleted: self.deleted_at.is_some(),
        }
    }

    /// The address to write to.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        let chosen = Some(self.contact_email.as_str()).filter(|text| !text.is_empty());
        chosen.or_else(|| self.emails.first().map(EmailAddress::as_str))
    }

    /// The number to call.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        let chosen = Some(self.contact_phone.as_str()).filter(|text| !text.is_empty());
        chosen.or_else(|| self.phones.first().map(Phone::display))
    }
}

/// A row of the lead list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadRow {
    pub id: LeadId,
    pub version: i64,
    pub full_name: String,
    pub account: Named<AccountId>,
    pub status: StatusId,
    pub status_since: Timestamp,
    pub source: Option<ChoiceId>,
    pub owner: Option<UserId>,
    pub group: Option<GroupId>,
    pub score: i64,
    pub target_amount_minor: i64,
    pub currency: String,
    /// The number to call; empty when there is none.
    pub phone: String,
    /// The address to write to; empty when there is none.
    pub email: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// What the list's columns show beyond these, in the columns' order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<LeadCell>,
}
