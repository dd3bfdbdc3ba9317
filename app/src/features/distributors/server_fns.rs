//! Readings about distributors.

use domain::delegation::DistributorsView;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// The territories that one manages, with their distributors and how those do.
#[server(prefix = "/fn", endpoint = "distributors", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_distributors() -> Result<DistributorsView, WireError> {
    Ok(service::distributors::overview(&crate::server_ctx::ctx()?).await?)
}
