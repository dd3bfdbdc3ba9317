//! The reading of the wizard.

use domain::conversion::ConversionPage;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// The conversion of a lead as it stands for the person.
#[server(prefix = "/fn", endpoint = "conversion", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_conversion(number: i64) -> Result<ConversionPage, WireError> {
    Ok(service::conversion::page(&crate::server_ctx::ctx()?, domain::LeadId(number)).await?)
}
