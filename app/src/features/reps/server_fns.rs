//! Reading how people work.

use domain::rep_figures::RepsView;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// The figures of the last days, one of the periods offered, of those whose figures one reads.
#[server(prefix = "/fn", endpoint = "rep_figures", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_reps(days: String) -> Result<RepsView, WireError> {
    Ok(service::rep_figures::view(&crate::server_ctx::ctx()?, domain::rep_figures::period(&days)).await?)
}
