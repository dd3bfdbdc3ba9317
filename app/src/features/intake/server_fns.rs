//! Readings of a call. Each gets the context, calls the service, maps the error.

use domain::FormValues;
use domain::intake::{Beside, Caller, CallerSaid, Settled};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// Who a caller may be; people within one account where that is known already.
#[server(prefix = "/fn", endpoint = "callers", input = GetUrl, output = crate::json_text::Answer)]
pub async fn find_callers(#[server(default)] said: CallerSaid, within: Option<i64>) -> Result<Vec<Caller>, WireError> {
    Ok(service::intake::find_callers(&crate::server_ctx::ctx()?, &said, within.map(domain::AccountId)).await?)
}

/// What stands beside the form.
#[server(prefix = "/fn", endpoint = "intake", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_beside(#[server(default)] settled: Settled) -> Result<Beside, WireError> {
    Ok(service::intake::beside(&crate::server_ctx::ctx()?, &settled).await?)
}

/// Both, for a form that is shown with something in it.
pub async fn load_shown(values: FormValues) -> Result<(Beside, Vec<Caller>), WireError> {
    let beside = load_beside(Settled::of(&values)).await?;
    let said = CallerSaid::of(&values);
    let callers = if said == CallerSaid::default() { Vec::new() } else { find_callers(said, None).await? };
    Ok((beside, callers))
}
