//! Invoices, proformas and credit notes: their list, the page of one, and what the customer reads at its private address.

mod invoice_page;
mod lines;
mod list_page;
#[cfg(feature = "ssr")]
mod public_page;
mod server_fns;

pub use invoice_page::InvoicePage;
pub use list_page::{InvoiceLink, InvoicesPage};
#[cfg(feature = "ssr")]
pub use public_page::PublicInvoicePage;
