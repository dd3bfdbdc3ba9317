//! The router: what answers where, and what every request passes on its way.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::observe::{RequestId, observe};
use crate::problem::{Asker, Problem};
use crate::security::{add_headers, check_origin};
use crate::session::know_visitor;
use crate::state::AppState;
use crate::{assets, calendar, documents, imports, live, logo, mail_in, material, metrics, pages, papers, unsubscribe};

/// The whole site on one router, with everything between it and the network.
///
/// Outermost first: security headers, request id with log line and panic page, compression, the site's files, the check
/// of origin, the session. Live streams stand outside of compression: thousands of them wait at once.
pub fn router(state: AppState) -> Router {
    let visitors = from_fn_with_state(state.clone(), know_visitor);
    let origin = from_fn_with_state(state.clone(), check_origin);
    let pages = Router::new()
        .route("/fn/{*name}", any(pages::function))
        .route("/leads/export.csv", get(crate::export::csv))
        .route("/leads/export.xlsx", get(crate::export::xlsx))
        // Files are limited while they arrive, to more than what fits a form.
        .route("/import", get(pages::page).post(imports::upload).layer(DefaultBodyLimit::disable()))
        .route("/import/{number}/refused.csv", get(imports::refused))
        .route("/leads/{number}/documents", get(pages::page).post(documents::upload).layer(DefaultBodyLimit::disable()))
        .route("/documents/{number}", get(documents::download).post(pages::page))
        .route("/material", get(pages::page).post(material::upload).layer(DefaultBodyLimit::disable()))
        .route("/material/{number}", get(material::download).post(pages::page))
        .route("/quotes/{number}/pdf", get(papers::quote))
        .route("/invoices/{number}/pdf", get(papers::invoice))
        .route("/mail-in/{number}", get(mail_in::text))
        .route("/admin/mail-in/{number}/original.eml", get(mail_in::original))
        .route("/admin/site/logo", axum::routing::post(logo::upload).get(pages::page).layer(DefaultBodyLimit::disable()))
        .fallback(pages::page)
        .layer(visitors.clone())
        .layer(origin.clone())
        .layer(from_fn(site_files))
        .layer(compression());
    let api = crate::api::router().layer(compression());
    let programs = from_fn_with_state(state.clone(), live::stream::let_programs_in);
    let streams = Router::new().route("/api/v1/live", get(live::stream::live)).layer(visitors).layer(origin).layer(programs);
    let operations = Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready)).route("/metrics", get(metrics::metrics));
    let public = Router::new()
        .route("/logo/{digest}", get(logo::logo))
        .route("/calendar/{file}", get(calendar::feed))
        .route("/shared/{token}", get(material::shared))
        .route("/q/{token}/pdf", get(papers::public_quote))
        .route("/i/{token}/pdf", get(papers::public_invoice))
        .route("/unsubscribe/{token}/now", get(unsubscribe::page).post(unsubscribe::now));
    pages
        .merge(api)
        .merge(streams)
        .merge(operations)
        .merge(public)
        .layer(from_fn_with_state(Arc::clone(&state.requests), observe))
        .layer(from_fn_with_state(state.clone(), add_headers))
        .with_state(state)
}

/// A page becomes a tenth smaller than at the library's own choice, which saves a phone more time than it costs here.
fn compression() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Precise(5))
}

/// Middleware: the site's files need neither session nor database.
async fn site_files(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !assets::is_asset_path(path) {
        return next.run(request).await;
    }
    if let Some(file) = assets::serve(request.method(), path, request.uri().query(), request.headers()) {
        return file;
    }
    let reference = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    Problem::not_found().answer(Asker::Page, &reference)
}

/// Whether the database answers. Migrations were done before the server started to listen.
async fn ready(State(state): State<AppState>) -> Response {
    let ask = async { state.store.ask().await?.events().last_id().await };
    match tokio::time::timeout(Duration::from_secs(2), ask).await {
        Ok(Ok(_)) => "ready\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}
