//! What a decision is made from: the lead, and the house as it is now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Quarter, Spot};
use crate::{AccountId, ChoiceId, GroupId, Hindrance, UserId};

/// What routing asks of a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadFacts {
    /// `None` for one that is made with the lead.
    pub account: Option<AccountId>,
    /// The account's name.
    pub company: String,
    pub is_customer: bool,
    /// The account's primary rep, who also looks after it while it is no customer.
    pub salesperson: Option<UserId>,
    /// The company's name as it is compared.
    pub name_key: String,
    /// Domains of its e-mail addresses, the nearest first; none of mail services that anybody may use.
    pub domains: Vec<String>,
    pub spot: Spot,
    pub offerings: Vec<ChoiceId>,
    pub quarter: Quarter,
    /// Who gets it when no rule fits and no fallback is named: the intake owner, for a call (C0-23).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake_owner: Option<UserId>,
    /// The group that takes it when there is nobody else.
    pub taken_by: Option<GroupId>,
}

/// A person as routing sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonNow {
    /// Why nothing is given to them; `None` when they are there.
    pub gone: Option<Hindrance>,
    pub deputy: Option<UserId>,
}

/// A group as routing sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupNow {
    /// In the order of turns.
    pub members: Vec<UserId>,
    /// Whose turn it was last.
    pub last: Option<UserId>,
    /// Open leads of its members, where the group goes by them.
    pub loads: BTreeMap<UserId, i64>,
}

/// The house: people, and groups that are in use. Whoever is not in it has left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    pub people: BTreeMap<UserId, PersonNow>,
    pub groups: BTreeMap<GroupId, GroupNow>,
}

/// What went into a decision: as much of the house as was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    pub facts: LeadFacts,
    pub house: House,
}
