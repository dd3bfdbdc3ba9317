//! What one referred.

use domain::Page;
use domain::referral::Referred;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// A page of what the person referred, older than a cursor.
#[server(prefix = "/fn", endpoint = "referred", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_referred(before: Option<String>) -> Result<Page<Referred>, WireError> {
    Ok(service::leads::referral::list_own(&crate::server_ctx::ctx()?, before.as_deref()).await?)
}
