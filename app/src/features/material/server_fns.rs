//! The reading of the library.

use domain::Material;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// The pieces that a search finds.
#[server(prefix = "/fn", endpoint = "material", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_material(text: String) -> Result<Vec<Material>, WireError> {
    Ok(service::material::list(&crate::server_ctx::ctx()?, &text).await?)
}
