//! The reading of the radar.

use domain::radar::RadarView;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// A page of the leads that wait to be touched, after a cursor.
#[server(prefix = "/fn", endpoint = "radar", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_radar(after: Option<String>) -> Result<RadarView, WireError> {
    Ok(service::radar::list(&crate::server_ctx::ctx()?, after.as_deref()).await?)
}
