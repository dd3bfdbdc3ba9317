//! The reading of one's day.

use domain::my_day::MyDay;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// What the signed-in person has to do today.
#[server(prefix = "/fn", endpoint = "my_day", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_my_day() -> Result<MyDay, WireError> {
    Ok(service::my_day::read(&crate::server_ctx::ctx()?).await?)
}
