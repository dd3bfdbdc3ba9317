//! Ending a subscription with one request, as mail programs do it for people (RFC 8058). They send neither a session nor an origin: what is
//! secret in the address stands for whom the message went to.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::observe::RequestId;
use crate::problem::{Asker, Problem};
use crate::state::AppState;

/// `GET /unsubscribe/{secret}/now`: the page. Whoever only opens a link, such as a program that looks at mails, ends nothing.
pub async fn page(Path(token): Path<String>) -> Response {
    let is_plain = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Redirect::to(&app::routes::unsubscribe(if is_plain { &token } else { "none" })).into_response()
}

/// `POST /unsubscribe/{secret}/now`: no more messages. Asked twice, it is one wish.
pub async fn now(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    let reference = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    if let Err(error) = service::messages::unsubscribe_now(&state.ctx(), &token).await {
        return Problem::of(error, &reference).answer(Asker::Page, &reference);
    }
    let mut answer = "No more messages will be sent.\n".into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
