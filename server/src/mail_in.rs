//! Mails that came in, as files: the text for whoever may see the lead, the original for administrators. What strangers wrote is never
//! shown as anything but text.

use axum::body::Body;
use axum::extract::{Extension, Path as InPath, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::MailInId;
use service::ServiceError;

use crate::problem::{Asker, Problem};
use crate::session::Visitor;
use crate::state::AppState;

/// `GET /mail-in/{number}`: what is to be read of it.
pub async fn text(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, InPath(number): InPath<String>) -> Response {
    let ctx = visitor.request_ctx(&state).ctx;
    let found = match number_in(&number) {
        Ok(id) => service::mail_in::text(&ctx, id).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(text) => answer(Body::from(text), "text/plain; charset=utf-8"),
        Err(error) => Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference),
    }
}

/// `GET /admin/mail-in/{number}/original.eml`: byte for byte, to be kept.
pub async fn original(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, InPath(number): InPath<String>) -> Response {
    let ctx = visitor.request_ctx(&state).ctx;
    let found = match number_in(&number) {
        Ok(id) => service::mail_in::original(&ctx, id).await.map(|bytes| (id, bytes)),
        Err(error) => Err(error),
    };
    let (id, bytes) = match found {
        Ok(found) => found,
        Err(error) => return Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference),
    };
    let mut answer = answer(Body::from(bytes), "message/rfc822");
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"mail-{id}.eml\"")) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    answer
}

fn number_in(text: &str) -> Result<MailInId, ServiceError> {
    text.parse().map_err(|_| ServiceError::NotFound)
}

fn answer(body: Body, content_type: &'static str) -> Response {
    let mut answer = Response::new(body);
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
