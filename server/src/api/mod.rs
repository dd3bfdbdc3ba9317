//! The HTTP API under `/api/v1`, for other programs: a token instead of a session, JSON in and out, problems as
//! `application/problem+json`. Handlers translate; what is allowed and what happens is the service's.
//!
//! To add to it: a handler with its `utoipa::path`, and its name in [`described`]. What is not described has no route.

mod accounts;
mod activities;
mod attempts;
mod caller;
mod contacts;
mod customers;
mod docs;
mod events;
mod invoices;
mod lead_json;
mod leads;
mod lists;
mod openapi;
mod opportunities;
mod quotes;
mod rate;
mod routing;
mod schema;
mod sent;
mod tickets;
mod versions;

pub use caller::{Api, bearer_in};
pub use rate::Rates;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{any, get};
use axum::{Extension, Router};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::observe::RequestId;
use crate::problem::{Asker, Problem};
use crate::state::AppState;

/// The handlers and their description, which is the list of routes.
fn described() -> (Router<AppState>, OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(openapi::start())
        .routes(routes!(leads::list, leads::add))
        .routes(routes!(leads::find, leads::change, leads::delete))
        .routes(routes!(leads::act))
        .routes(routes!(customers::convert))
        .routes(routes!(activities::list, activities::add))
        .routes(routes!(attempts::log))
        .routes(routes!(routing::find))
        .routes(routes!(accounts::list, accounts::add))
        .routes(routes!(accounts::find, accounts::change))
        .routes(routes!(contacts::list, contacts::add))
        .routes(routes!(contacts::find, contacts::change))
        .routes(routes!(opportunities::list, opportunities::add))
        .routes(routes!(opportunities::find, opportunities::change))
        .routes(routes!(quotes::list))
        .routes(routes!(quotes::find))
        .routes(routes!(customers::list))
        .routes(routes!(customers::find))
        .routes(routes!(invoices::list))
        .routes(routes!(invoices::find))
        .routes(routes!(tickets::list, tickets::add))
        .routes(routes!(tickets::find, tickets::change))
        .routes(routes!(events::send))
        .split_for_parts();
    openapi::complete(&mut document);
    (router, document)
}

/// Everything under `/api` but the live stream, which has a router of its own.
pub fn router() -> Router<AppState> {
    let (router, document) = described();
    let page = docs::Page::new(&document);
    let text = openapi::Document(document.to_json().expect("a description is plain JSON").into());
    router
        .route(openapi::PATH, get(openapi::serve))
        .route(docs::PATH, get(docs::show))
        .route("/api/{*rest}", any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(text))
        .layer(Extension(page))
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
