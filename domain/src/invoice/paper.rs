//! What the customer is shown of an invoice.

use serde::{Deserialize, Serialize};

use super::{Invoice, InvoiceState};

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

/// An invoice at its private address, for whoever knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicInvoice {
    pub paper: InvoicePaper,
    /// See [`crate::catalog::Site::logo`].
    pub logo: Option<String>,
    pub state: InvoiceState,
}
