//! What the customer is shown of an invoice.

use serde::{Deserialize, Serialize};

use super::{Invoice, InvoiceLine, InvoiceState, Payment};
use crate::{CustomerId, InvoiceId, Named};

/// An invoice as it stands on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoicePaper {
    /// Who bills.
    pub site: String,
    /// The firm's address, in lines; may be empty. Of these and the last lines there is one setting, for quotes and invoices.
    pub sender: String,
    pub footer: String,
    /// The customer's number.
    pub customer_number: String,
    pub invoice: Invoice,
}

impl InvoicePaper {
    /// A name for its file: `INV-2026-00007.pdf`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.pdf", self.invoice.name())
    }
}

/// An invoice at its private address, for whoever knows it; see [`Invoice::for_public`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicInvoice {
    pub paper: InvoicePaper,
    /// See [`crate::catalog::Site::logo`].
    pub logo: Option<String>,
    pub state: InvoiceState,
}

impl Invoice {
    /// What stands on it, without what only people of the house read. Every field is named, so that a new one is thought of here.
    #[must_use]
    pub fn for_public(self) -> Self {
        let by_name = |of: Named<InvoiceId>| Named { id: InvoiceId(0), name: of.name };
        Self {
            id: InvoiceId(0),
            version: 0,
            kind: self.kind,
            number: self.number,
            customer: Named { id: CustomerId(0), name: String::new() },
            currency: self.currency,
            issued_on: self.issued_on,
            due_on: self.due_on,
            to: self.to,
            tax_id: self.tax_id,
            lines: self.lines.into_iter().map(|line| InvoiceLine { service: None, sold: line.sold, of: line.of }).collect(),
            payments: self
                .payments
                .into_iter()
                .map(|payment| Payment { amount_minor: payment.amount_minor, paid_on: payment.paid_on, note: String::new() })
                .collect(),
            made_of: self.made_of.map(by_name),
            became: self.became.map(by_name),
            cancelled_at: self.cancelled_at,
            reason: String::new(),
            sent_to: String::new(),
            sent_at: None,
            created_by: None,
            created_at: self.issued_on,
            updated_at: self.issued_on,
        }
    }
}
