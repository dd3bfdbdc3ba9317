//! What hangs on a lead beside its fields: notes on what it is interested in, competitors, requests for help, documents and tickets.
//! Its page loads them when it shows them. Who may do what with them is said in [`crate::permission`].

mod competitor;
mod document;
mod help;

use serde::{Deserialize, Serialize};

pub use competitor::{Competitor, CompetitorStrength};
pub use document::{Document, DocumentKind, NAME_MOST, SIZE_MOST, file_name, judge, size_words};
pub use help::{HelpFrom, HelpRequest, HelpState, HelpStep, HelpWho};

use crate::{Account, ChoiceId, Ticket, Timestamp, UserId};

/// A note on something that a lead is interested in, so that somebody else can take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferingNote {
    pub offering: ChoiceId,
    pub note: String,
    pub changed_by: UserId,
    pub changed_at: Timestamp,
}

/// All of it, as the page of a lead shows it to one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadParts {
    pub notes: Vec<OfferingNote>,
    pub competitors: Vec<Competitor>,
    /// Open ones first, then the newest.
    pub help: Vec<HelpRequest>,
    /// The newest first.
    pub documents: Vec<Document>,
    /// Open ones by priority, then closed ones, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<Ticket>,
    /// The account that the contact of a won lead became, for people of the house.
    pub account: Option<Account>,
}

/// Which of these something became of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    OfferingNote,
    Competitor,
    Help,
    Document,
    /// See [`crate::deal_registration`].
    Registration,
    /// See [`crate::supplier`].
    Problem,
    Ticket,
    /// See [`crate::quote`].
    Quote,
    /// See [`crate::conversion`].
    Customer,
}

impl PartKind {
    /// What people call it within a sentence, before its name.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            PartKind::OfferingNote => "the note on",
            PartKind::Competitor => "the competitor",
            PartKind::Help => "the request for help",
            PartKind::Document => "the document",
            PartKind::Registration => "the deal registration with",
            PartKind::Problem => "the problem",
            PartKind::Ticket => "the ticket",
            PartKind::Quote => "the quote",
            PartKind::Customer => "the customer",
        }
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartStep {
    Added,
    Changed,
    Answered,
    Closed,
    Reopened,
    Removed,
    Restored,
    Submitted,
    Returned,
    Approved,
    Rejected,
    Extended,
    /// Its time is over; nobody did it.
    Expired,
    /// Its supplier was told.
    Told,
    /// The customer got it.
    Sent,
    /// The customer looks into it.
    Reviewed,
    Accepted,
    Denied,
    /// It began anew.
    Revised,
    /// The lead became it.
    Converted,
    /// That was taken back.
    Unconverted,
}

impl PartStep {
    /// What somebody did.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            PartStep::Added => "added",
            PartStep::Changed => "changed",
            PartStep::Answered => "answered",
            PartStep::Closed => "closed",
            PartStep::Reopened => "reopened",
            PartStep::Removed => "removed",
            PartStep::Restored => "brought back",
            PartStep::Submitted => "submitted",
            PartStep::Returned => "noted the return of",
            PartStep::Approved => "noted the approval of",
            PartStep::Rejected => "noted the rejection of",
            PartStep::Extended => "noted the extension of",
            PartStep::Expired => "noted the end of",
            PartStep::Told => "told the supplier of",
            PartStep::Sent => "sent",
            PartStep::Reviewed => "noted that they look into",
            PartStep::Accepted => "noted the acceptance of",
            PartStep::Denied => "noted the denial of",
            PartStep::Converted => "converted the lead into",
            PartStep::Unconverted => "took back the conversion into",
            PartStep::Revised => "revised",
        }
    }
}
