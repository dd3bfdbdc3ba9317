//! What pages show of conversions to people of the house.

use serde::{Deserialize, Serialize};

use super::{ConversionDraft, ConversionKind};
use crate::quote::{QuoteRow, StaleTax, Totals};
use crate::{AccountId, ConversionId, CustomerId, FieldErrors, InvoiceId, LeadId, Named, ServiceId, Timestamp, UserId};

/// A conversion in passing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionRow {
    pub id: ConversionId,
    pub kind: ConversionKind,
    pub lead: LeadId,
    /// Number and name; `None` where taking back removed it.
    pub customer: Option<Named<CustomerId>>,
    pub invoice: Option<Named<InvoiceId>>,
    pub by: UserId,
    pub at: Timestamp,
    pub undone_at: Option<Timestamp>,
}

/// That a lead was converted, as its page and the wizard show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    pub conversion: ConversionRow,
    /// Whether the person may take it back now.
    pub may_undo: bool,
    /// Why it cannot be taken back; empty where it can.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why_not_undone: String,
}

/// A quote that can be chosen, or why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteChoice {
    pub quote: QuoteRow,
    pub is_chosen: bool,
    /// Why it cannot be chosen; `None` where it can.
    pub why_not: Option<String>,
}

/// What a conversion would make, said before it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionPreview {
    /// What will be there afterwards, a sentence each.
    pub sentences: Vec<String>,
    pub totals: Totals,
    /// What has to be settled first, by field; nothing where it can be done.
    pub problems: FieldErrors,
}

/// The wizard, as who may convert the lead sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionPage {
    pub lead: LeadId,
    pub lead_name: String,
    pub account: Named<AccountId>,
    pub draft: ConversionDraft,
    /// Newest first.
    pub quotes: Vec<QuoteChoice>,
    /// The kinds that are offered.
    pub kinds: Vec<ConversionKind>,
    /// The customer that the account is already, and the one that was chosen.
    pub customers: Vec<Named<CustomerId>>,
    /// What is known of the lead's person, to pick from (C4-12).
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub stale_taxes: Vec<StaleTax>,
    pub preview: ConversionPreview,
    /// Why it cannot be converted now, such as a lead that was lost meanwhile.
    pub hindrance: Option<String>,
    /// Who converted it meanwhile, and into whom.
    pub converted: Option<Converted>,
    /// As its start in UTC.
    pub today: Timestamp,
}

/// What a conversion made, as programs are answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub conversion: ConversionId,
    pub customer: Named<CustomerId>,
    pub services: Vec<ServiceId>,
    pub invoice: Option<Named<InvoiceId>>,
}
