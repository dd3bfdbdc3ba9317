//! What the sign-in page has to know.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// How the site stands for someone at its door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// Nobody is registered yet, so that the first administrator can be made.
    pub setup_is_open: bool,
    /// Demo sign-ins exist and are shown.
    pub demo: bool,
}

/// Whether the site is set up, and whether demo sign-ins are shown.
#[server(prefix = "/fn", endpoint = "door", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_door() -> Result<Door, WireError> {
    let request = crate::server_ctx::request()?;
    Ok(Door { setup_is_open: service::people::setup_is_open(&request.ctx).await?, demo: request.demo })
}
