//! The reading of tickets.

use domain::ticket::TicketListing;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// A page of the tickets that `query` asks for, after a cursor.
#[server(prefix = "/fn", endpoint = "tickets", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_tickets(query: String, after: Option<String>) -> Result<TicketListing, WireError> {
    let filter = domain::TicketFilter::from_query(&query);
    Ok(service::tickets::list(&crate::server_ctx::ctx()?, filter, after.as_deref(), service::tickets::PAGE).await?)
}
