//! Readings of the palette.

use domain::found::Found;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// Records that fit what is being typed.
#[server(prefix = "/fn", endpoint = "find", input = GetUrl, output = crate::json_text::Answer)]
pub async fn find_records(text: String) -> Result<Vec<Found>, WireError> {
    Ok(service::find::find(&crate::server_ctx::ctx()?, &text).await?)
}
