//! What pages show of invoices to people of the house.

use serde::{Deserialize, Serialize};

use super::{Invoice, InvoiceKind, InvoiceNumber, InvoiceState};
use crate::quote::{Amounts, Totals};
use crate::{CustomerId, FormValues, InvoiceId, Named, Timestamp};

/// Which invoices a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceFilter {
    pub kind: Option<InvoiceKind>,
    pub state: Option<InvoiceState>,
    pub customer: Option<CustomerId>,
}

impl InvoiceFilter {
    /// Reads a query string: `kind`, `state`, `customer`. What makes no sense is left out.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let values = FormValues::decode(query.trim_start_matches('?').as_bytes());
        Self {
            kind: InvoiceKind::from_key(values.get("kind")),
            state: InvoiceState::from_key(values.get("state")),
            customer: values.get("customer").parse().ok(),
        }
    }

    /// Writes what [`InvoiceFilter::from_query`] reads, without what says nothing.
    #[must_use]
    pub fn to_query(self) -> String {
        let terms = [
            ("kind", self.kind.map(|kind| kind.key().to_owned())),
            ("state", self.state.map(|state| state.key().to_owned())),
            ("customer", self.customer.map(|customer| customer.to_string())),
        ];
        FormValues(terms.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()).encode()
    }
}

/// An invoice in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRow {
    pub id: InvoiceId,
    pub kind: InvoiceKind,
    pub number: InvoiceNumber,
    pub customer: Named<CustomerId>,
    pub currency: String,
    pub issued_on: Timestamp,
    pub due_on: Timestamp,
    pub amounts: Amounts,
    /// Minor units.
    pub paid_minor: i64,
    pub is_cancelled: bool,
}

impl InvoiceRow {
    /// As [`Invoice::state`].
    #[must_use]
    pub fn state(&self) -> InvoiceState {
        InvoiceState::of(self.kind, self.is_cancelled, self.amounts.total(), self.paid_minor)
    }

    /// As [`Invoice::is_overdue`].
    #[must_use]
    pub fn is_overdue(&self, today: Timestamp) -> bool {
        self.state() == InvoiceState::Open && self.due_on < today
    }
}

/// An invoice, as who may read it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoicePage {
    pub invoice: Invoice,
    pub customer_number: String,
    pub totals: Totals,
    /// Those of the customer to which it can be sent, the one to write to first.
    pub addresses: Vec<String>,
    pub may_send: bool,
    /// Whether the person may note payments and cancel it, as it stands: managers and administrators.
    pub may_pay: bool,
    pub may_cancel: bool,
    /// Whether the person may remove a payment that was noted by mistake.
    pub may_remove_payments: bool,
    /// As its start in UTC.
    pub today: Timestamp,
}
