//! A person's tasks as a calendar, at their private address. Calendars know of no session: what is secret in the address stands for it.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use service::ServiceError;

use crate::observe::RequestId;
use crate::problem::{Asker, Problem};
use crate::state::AppState;

/// Where they are; what follows is secret.
pub const PREFIX: &str = "/calendar/";

/// `GET /calendar/{secret}.ics`.
pub async fn feed(State(state): State<AppState>, Path(file): Path<String>, request: Request) -> Response {
    let reference = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let found = match file.strip_suffix(".ics") {
        Some(token) => service::tasks::feed(&state.ctx(), token).await,
        None => Err(ServiceError::NotFound),
    };
    let text = match found {
        Ok(text) => text,
        Err(error) => return Problem::of(error, &reference).answer(Asker::Page, &reference),
    };
    let mut answer = Response::new(Body::from(text));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
