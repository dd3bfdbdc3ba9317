//! Readings about distributors.

use domain::delegation::{DistributorsView, OwnStanding};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// The territories that one manages, with their distributors and how those do.
#[server(prefix = "/fn", endpoint = "distributors", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_distributors() -> Result<DistributorsView, WireError> {
    Ok(service::distributors::overview(&crate::server_ctx::ctx()?).await?)
}

/// How the distributor for which one works stands; nothing for who works for none.
#[server(prefix = "/fn", endpoint = "standing", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_standing() -> Result<Option<OwnStanding>, WireError> {
    Ok(service::distributors::own_standing(&crate::server_ctx::ctx()?).await?)
}
