//! Quotes: their list, the page on which one is made, and what the customer reads at its private address.

mod line_drag;
mod line_form;
mod lines;
mod list_page;
#[cfg(feature = "ssr")]
mod public_page;
mod quote_page;
mod server_fns;
mod steps;
mod totals;

pub use list_page::{QuoteLink, QuotesPage};
#[cfg(feature = "ssr")]
pub use public_page::PublicQuotePage;
pub use quote_page::QuotePage;
pub use totals::TotalsTable;
