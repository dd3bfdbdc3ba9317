//! The readings of quotes.

use domain::Timestamp;
use domain::quote::{QuotePage, QuoteRow};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// A page of the list of quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteListing {
    pub rows: Vec<QuoteRow>,
    /// The quote behind which the next page begins.
    pub next: Option<domain::QuoteId>,
    pub today: Timestamp,
}

/// Quotes of leads that the person may know of, in a state where one is given, before a quote where one is given.
#[server(prefix = "/fn", endpoint = "quotes", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_quotes(kind: String, before: Option<i64>) -> Result<QuoteListing, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let state = domain::QuoteState::from_key(&kind);
    let wanted = service::quotes::Wanted { lead: None, state, before: before.map(domain::QuoteId) };
    let page = service::quotes::list(&ctx, wanted, service::quotes::PAGE_SIZE).await?;
    let next = page.next_cursor.as_ref().and_then(|_| page.items.last()).map(|row| row.id);
    let today = ctx.catalog().await?.site.zone.at(ctx.now()).today();
    Ok(QuoteListing { rows: page.items, next, today })
}

/// A quote with what its page needs.
#[server(prefix = "/fn", endpoint = "quote", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_quote(number: i64) -> Result<QuotePage, WireError> {
    Ok(service::quotes::find(&crate::server_ctx::ctx()?, domain::QuoteId(number)).await?)
}
