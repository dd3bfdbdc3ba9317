//! Accounts, contacts and opportunities: the records around a lead.

use serde::{Deserialize, Serialize};

use crate::text::{EmailAddress, Phone};
use crate::{AccountId, ChoiceId, ContactId, LeadId, OpportunityId, Timestamp, UserId};

/// A record named in passing: enough for a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named<Id> {
    pub id: Id,
    pub name: String,
}

/// What a company is to us; may be several at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    Prospect,
    Customer,
    ReferralPartner,
    Vendor,
    Distributor,
}

impl AccountKind {
    /// Every kind, in the order forms offer them.
    pub const ALL: [AccountKind; 5] =
        [AccountKind::Prospect, AccountKind::Customer, AccountKind::ReferralPartner, AccountKind::Vendor, AccountKind::Distributor];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            AccountKind::Prospect => "prospect",
            AccountKind::Customer => "customer",
            AccountKind::ReferralPartner => "referral_partner",
            AccountKind::Vendor => "vendor",
            AccountKind::Distributor => "distributor",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            AccountKind::Prospect => "Prospect",
            AccountKind::Customer => "Customer",
            AccountKind::ReferralPartner => "Referral partner",
            AccountKind::Vendor => "Vendor",
            AccountKind::Distributor => "Distributor",
        }
    }

    /// Reads [`AccountKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// A postal address; every part may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    #[serde(default)]
    pub street: String,
    #[serde(default)]
    pub city: String,
    #[serde(default)]
    pub postcode: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub country: String,
}

impl Address {
    /// The parts that are there, on one line.
    #[must_use]
    pub fn one_line(&self) -> String {
        [&self.street, &self.city, &self.state, &self.postcode, &self.country]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// A place of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLocation {
    pub name: String,
    pub address: Address,
}

/// When somebody of a company last said that what we know of it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    pub at: Timestamp,
    /// To whom.
    pub by: UserId,
}

/// A company or household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    /// Grows by one with each change.
    pub version: i64,
    pub name: String,
    pub kinds: Vec<AccountKind>,
    pub primary_rep: Option<UserId>,
    pub website: String,
    /// E-mail domains, lower case.
    pub domains: Vec<String>,
    pub locations: Vec<AccountLocation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmed>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A row of the account list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    pub id: AccountId,
    pub name: String,
    pub kinds: Vec<AccountKind>,
    pub primary_rep: Option<UserId>,
    pub updated_at: Timestamp,
}

/// A person, with any number of phones and e-mail addresses; the first of each is the preferred one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub version: i64,
    pub full_name: String,
    pub job_title: String,
    pub account: Option<Named<AccountId>>,
    pub phones: Vec<Phone>,
    pub emails: Vec<EmailAddress>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A row of the contact list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRow {
    pub id: ContactId,
    pub full_name: String,
    pub job_title: String,
    pub account: Option<Named<AccountId>>,
    pub phone: Option<Phone>,
    pub email: Option<EmailAddress>,
}

/// The deal that a lead may become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opportunity {
    pub id: OpportunityId,
    pub version: i64,
    pub lead: LeadId,
    pub account: AccountId,
    pub name: String,
    pub stage: ChoiceId,
    /// Minor units of `currency`; `None` while nobody has put a figure on it.
    pub amount_minor: Option<i64>,
    pub currency: String,
    /// Percent, 0 to 100.
    pub probability: Option<i64>,
    /// Day the deal is expected to close.
    pub close_at: Option<Timestamp>,
    /// Deadline of the next follow-up.
    pub follow_up_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
