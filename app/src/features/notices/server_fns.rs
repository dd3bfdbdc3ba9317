//! Readings of what one was told.

use domain::{NoticeRow, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// What one was told oneself, older than a cursor.
#[server(prefix = "/fn", endpoint = "told", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_told(before: Option<String>) -> Result<Page<NoticeRow>, WireError> {
    Ok(service::notices::list(&crate::server_ctx::ctx()?, before.as_deref()).await?)
}
