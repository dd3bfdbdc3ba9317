//! Kinds and numbers of invoices, and how far one is.

use serde::{Deserialize, Serialize};

/// What a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceKind {
    Invoice,
    /// What is to be paid before there is an invoice.
    Proforma,
    /// Takes an invoice back.
    CreditNote,
}

impl InvoiceKind {
    /// Every kind.
    pub const ALL: [InvoiceKind; 3] = [InvoiceKind::Invoice, InvoiceKind::Proforma, InvoiceKind::CreditNote];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            InvoiceKind::Invoice => "invoice",
            InvoiceKind::Proforma => "proforma",
            InvoiceKind::CreditNote => "credit_note",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            InvoiceKind::Invoice => "Invoice",
            InvoiceKind::Proforma => "Proforma invoice",
            InvoiceKind::CreditNote => "Credit note",
        }
    }

    /// What its numbers begin with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            InvoiceKind::Invoice => "INV",
            InvoiceKind::Proforma => "PRO",
            InvoiceKind::CreditNote => "CRN",
        }
    }

    /// Reads [`InvoiceKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// A number in a series: each kind has one a year, from 1 and without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InvoiceNumber {
    pub kind: InvoiceKind,
    pub year: i64,
    /// 0 while it was not given out.
    pub number: i64,
}

impl std::fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}-{:05}", self.kind.prefix(), self.year, self.number)
    }
}

/// How far an invoice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// Something is left to pay.
    Open,
    Paid,
    Cancelled,
    /// A credit note, of which nothing is to be paid.
    Issued,
}

impl InvoiceState {
    /// Every state.
    pub const ALL: [InvoiceState; 4] = [InvoiceState::Open, InvoiceState::Paid, InvoiceState::Cancelled, InvoiceState::Issued];

    /// From what is stored: whether it was cancelled, what it comes to with tax and what was paid, in minor units.
    #[must_use]
    pub fn of(kind: InvoiceKind, is_cancelled: bool, total_minor: i64, paid_minor: i64) -> Self {
        match kind {
            _ if is_cancelled => InvoiceState::Cancelled,
            InvoiceKind::CreditNote => InvoiceState::Issued,
            InvoiceKind::Invoice | InvoiceKind::Proforma if paid_minor >= total_minor => InvoiceState::Paid,
            InvoiceKind::Invoice | InvoiceKind::Proforma => InvoiceState::Open,
        }
    }

    /// The word used in addresses and by programs.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            InvoiceState::Open => "open",
            InvoiceState::Paid => "paid",
            InvoiceState::Cancelled => "cancelled",
            InvoiceState::Issued => "issued",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            InvoiceState::Open => "Open",
            InvoiceState::Paid => "Paid",
            InvoiceState::Cancelled => "Cancelled",
            InvoiceState::Issued => "Issued",
        }
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            InvoiceState::Open => "blue",
            InvoiceState::Paid => "green",
            InvoiceState::Cancelled => "grey",
            InvoiceState::Issued => "amber",
        }
    }

    /// Reads [`InvoiceState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}
