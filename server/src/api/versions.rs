//! Versions of records as `ETag` and `If-Match`.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::problem::Problem;

/// A record as the answer, with its version as `ETag`.
pub fn answer(status: StatusCode, record: &impl Serialize, version: i64) -> Response {
    let mut answer = (status, Json(record)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// The same for a record that was added at an address.
pub fn added(record: &impl Serialize, version: i64, address: &str) -> Response {
    let mut answer = answer(StatusCode::CREATED, record, version);
    if let Ok(location) = HeaderValue::from_str(address) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}

/// The version in `If-Match`; `None` when any will do. A tag that is none of ours fits no version.
pub fn if_match(headers: &HeaderMap) -> Option<i64> {
    let value = headers.get(header::IF_MATCH)?.to_str().unwrap_or_default().trim();
    if value == "*" { None } else { Some(value.trim_matches('"').parse().unwrap_or(-1)) }
}

/// 428: what was read has to be said.
pub fn missing() -> Problem {
    Problem::new(StatusCode::PRECONDITION_REQUIRED, "If-Match is missing", "Send the ETag of the record that you read as If-Match.")
}

/// 412: it is another version now.
pub fn changed_meanwhile() -> Problem {
    let text = "Someone else changed this since you read it. Read it again, then decide.";
    Problem::new(StatusCode::PRECONDITION_FAILED, "Changed meanwhile", text)
}
