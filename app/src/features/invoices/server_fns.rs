//! The readings of invoices.

use domain::Timestamp;
use domain::invoice::{InvoicePage, InvoiceRow};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// A page of the list of invoices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceListing {
    pub rows: Vec<InvoiceRow>,
    /// The invoice behind which the next page begins.
    pub next: Option<domain::InvoiceId>,
    pub today: Timestamp,
}

/// Invoices that a filter shows, before an invoice where one is given.
#[server(prefix = "/fn", endpoint = "invoices", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_invoices(query: String, before: Option<i64>) -> Result<InvoiceListing, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let filter = domain::invoice::InvoiceFilter::from_query(&query);
    let page = service::invoices::list(&ctx, filter, before.map(domain::InvoiceId), service::invoices::PAGE_SIZE).await?;
    let next = page.next_cursor.as_ref().and_then(|_| page.items.last()).map(|row| row.id);
    let today = ctx.catalog().await?.site.zone.at(ctx.now()).today();
    Ok(InvoiceListing { rows: page.items, next, today })
}

/// An invoice with what its page needs.
#[server(prefix = "/fn", endpoint = "invoice", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_invoice(number: i64) -> Result<InvoicePage, WireError> {
    Ok(service::invoices::find(&crate::server_ctx::ctx()?, domain::InvoiceId(number)).await?)
}
