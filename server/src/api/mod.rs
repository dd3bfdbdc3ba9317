//! The HTTP API under `/api/v1`, for other programs: a token instead of a session, JSON in and out, problems as
//! `application/problem+json`. Handlers translate; what is allowed and what happens is the service's.

mod activities;
mod caller;
mod lead_json;
mod leads;
mod sent;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{any, get, post};

use crate::observe::RequestId;
use crate::problem::{Asker, Problem};
use crate::state::AppState;

/// Longest body. Unit: bytes.
const BODY_MAX: usize = 1_000_000;

/// Everything under `/api` but the live stream, which has a router of its own.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/leads", get(leads::list).post(leads::add))
        .route("/api/v1/leads/{number}", get(leads::find).patch(leads::change).delete(leads::delete))
        .route("/api/v1/leads/{number}/actions/{action}", post(leads::act))
        .route("/api/v1/leads/{number}/activities", get(activities::list).post(activities::add))
        .route("/api/{*rest}", any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_MAX))
}

async fn nothing_here(request: Request) -> Response {
    Problem::not_found().answer(Asker::Api, &reference_of(&request))
}

async fn wrong_method(request: Request) -> Response {
    let text = format!("{} cannot be used at this address.", request.method());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Wrong method", text).answer(Asker::Api, &reference_of(&request))
}

fn reference_of(request: &Request) -> String {
    request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone())
}
