//! Readings for whoever takes a call.

use domain::ladder::RungShown;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// How a ladder looks now, by the key of its kind. `assigned` is the rep whose account the caller is; `unanswered` are the
/// numbers of those who were tried in this call and did not answer, separated by commas.
#[server(prefix = "/fn", endpoint = "ladder", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_ladder(kind: String, assigned: Option<i64>, unanswered: Option<String>) -> Result<Vec<RungShown>, WireError> {
    use domain::UserId;
    use domain::ladder::{Call, LadderKind};
    let kind = LadderKind::from_key(&kind).ok_or(service::ServiceError::NotFound)?;
    let unanswered = unanswered.unwrap_or_default().split(',').filter_map(|number| number.parse().ok()).collect();
    let call = Call { assigned: assigned.map(UserId), unanswered };
    Ok(service::ladders::shown_after(&crate::server_ctx::ctx()?, kind, call).await?)
}
