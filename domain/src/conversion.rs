//! Conversion: a won lead becomes a customer, with services, and an invoice where one is wanted, in one step that can be taken back for a day. What the
//! wizard keeps is in [`ConversionDraft`], how the site converts in [`ConversionSettings`], what taking back restores in [`Traces`]. See
//! docs/conversion.md.

mod draft;
mod settings;
#[cfg(test)]
mod tests;
mod undo;
mod view;
mod when_won;

use serde::{Deserialize, Serialize};

pub use draft::{ChosenQuote, ConversionDraft, DRAFT_SERVICES_MOST, DraftService, check_quotes, why_not_chosen};
pub use settings::ConversionSettings;
pub use undo::{
    ClockTrace, CustomerUndo, DealTrace, InvoiceUndo, LeadTrace, QuoteTrace, Traces, UNDO_WITHIN_MS, UndoFacts, UndoPlan, kinds_of_customer,
};
pub use view::{ConversionPage, ConversionPreview, ConversionRow, Converted, Made, QuoteChoice};
pub use when_won::WhenWon;

use crate::{
    ConversionId, CustomerId, CustomerState, InvoiceId, InvoiceKind, InvoiceLine, Lead, LeadId, LifeCycle, Named, Service, ServiceId, Timestamp,
    UserId,
};

/// What a lead becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversionKind {
    #[default]
    ActiveWithInvoice,
    /// They become active once they paid.
    InactiveWithProforma,
    /// Nothing is billed of what begins now; what recurs is, from its second period on.
    Active,
}

impl ConversionKind {
    /// Every kind, as offered.
    pub const ALL: [ConversionKind; 3] = [ConversionKind::ActiveWithInvoice, ConversionKind::InactiveWithProforma, ConversionKind::Active];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ConversionKind::ActiveWithInvoice => "active_with_invoice",
            ConversionKind::InactiveWithProforma => "inactive_with_proforma",
            ConversionKind::Active => "active",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ConversionKind::ActiveWithInvoice => "Active customer with invoice",
            ConversionKind::InactiveWithProforma => "Inactive customer with proforma invoice",
            ConversionKind::Active => "Active customer without invoice",
        }
    }

    /// What that means, in a sentence.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            ConversionKind::ActiveWithInvoice => "They have their services at once, and are billed for the first period.",
            ConversionKind::InactiveWithProforma => "They become active when the proforma is paid; it becomes an invoice then.",
            ConversionKind::Active => "They have their services at once; what recurs is billed from its second period on.",
        }
    }

    /// Reads [`ConversionKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// What is made of the services.
    #[must_use]
    pub fn paper(self) -> Option<InvoiceKind> {
        match self {
            ConversionKind::ActiveWithInvoice => Some(InvoiceKind::Invoice),
            ConversionKind::InactiveWithProforma => Some(InvoiceKind::Proforma),
            ConversionKind::Active => None,
        }
    }

    /// How a customer is afterwards: one that is active already stays so.
    #[must_use]
    pub fn state_after(self, before: Option<CustomerState>) -> CustomerState {
        match (self, before) {
            (ConversionKind::InactiveWithProforma, None | Some(CustomerState::Inactive)) => CustomerState::Inactive,
            _ => CustomerState::Active,
        }
    }
}

/// That a lead became a customer, and what that made and changed. A lead has one at most that was not taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    pub id: ConversionId,
    pub kind: ConversionKind,
    pub lead: LeadId,
    /// By what it was called then; without the number where it was removed again.
    pub customer: Option<CustomerId>,
    pub customer_name: String,
    pub invoice: Option<InvoiceId>,
    pub invoice_name: String,
    pub services: Vec<ServiceId>,
    pub by: UserId,
    pub at: Timestamp,
    pub undone_at: Option<Timestamp>,
    pub undone_by: Option<UserId>,
    pub traces: Traces,
}

impl Conversion {
    /// As lists show it.
    #[must_use]
    pub fn row(&self) -> ConversionRow {
        ConversionRow {
            id: self.id,
            kind: self.kind,
            lead: self.lead,
            customer: self.customer.map(|id| Named { id, name: self.customer_name.clone() }),
            invoice: self.invoice.map(|id| Named { id, name: self.invoice_name.clone() }),
            by: self.by,
            at: self.at,
            undone_at: self.undone_at,
        }
    }
}

/// Why a lead cannot be converted, whoever asks; `None` where it can. A lead that was won already can be.
#[must_use]
pub fn why_not_converted(lead: &Lead) -> Option<String> {
    if lead.deleted_at.is_some() {
        return Some("This lead is deleted; restore it first".to_owned());
    }
    match lead.state.life_cycle() {
        LifeCycle::Pending | LifeCycle::InProgress | LifeCycle::Won => None,
        LifeCycle::Lost => Some("This lead was lost; reopen it first".to_owned()),
        LifeCycle::Cancelled => Some("This lead was cancelled; reopen it first".to_owned()),
    }
}

/// The first period of each service, as the first invoice bills it.
#[must_use]
pub fn first_lines(services: &[Service]) -> Vec<InvoiceLine> {
    let line = |service: &Service| -> Option<InvoiceLine> { Some(InvoiceLine::of(service, service.next_period()?)) };
    services.iter().filter_map(line).collect()
}
