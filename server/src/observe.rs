//! Every request gets an id, a line in the log, and an answer even when its handler panics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt as _;
use tracing::Instrument as _;

use crate::metrics::{Requests, Served, template};
use crate::problem::{Asker, Problem};

const HEADER: &str = "x-request-id";

/// The request's id: in the log, in the answer's headers, and on pages that say something went wrong.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    /// The one a proxy gave, so that its log and ours can be laid side by side, or a new one.
    fn of(request: &Request) -> Self {
        let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
        let is_fit = |id: &&str| (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        Self(given.filter(is_fit).map_or_else(|| format!("{:016x}", rand::random::<u64>()), str::to_owned))
    }
}

/// Middleware: id, log line, count, and a page instead of a broken connection after a panic. Neither query nor body is logged:
/// both hold what people typed. Nor is what is secret in an address, as of a calendar or an invite.
pub async fn observe(State(requests): State<Arc<Requests>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::of(&request);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let asker = Asker::of(&method, &path, request.headers());
    let mut secrets = app::routes::PRIVATE.into_iter().chain([crate::calendar::PREFIX, crate::material::SHARED]);
    let secret = secrets.find(|prefix| path.starts_with(prefix));
    let said = secret.unwrap_or(path.as_str());
    let span = tracing::info_span!("request", request_id = id.0, %method, path = said);
    request.extensions_mut().insert(id.clone());
    async move {
        let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let mut response = outcome.unwrap_or_else(|_| {
            tracing::error!("the handler panicked");
            Problem::broken().answer(asker, &id.0)
        });
        if let Ok(value) = HeaderValue::from_str(&id.0) {
            response.headers_mut().insert(HEADER, value);
        }
        let took = started.elapsed();
        let is_served = response.extensions().get::<Served>().is_some();
        let route = template(matched.as_ref().map(MatchedPath::as_str), &path, response.status(), is_served);
        requests.count(route, &method, response.status(), took);
        let (status, duration_ms) = (response.status().as_u16(), took.as_millis() as u64);
        if path.starts_with("/pkg/") || path.starts_with("/static/") || matches!(path.as_str(), "/healthz" | "/readyz" | "/metrics") {
            tracing::debug!(status, duration_ms, "answered");
        } else {
            tracing::info!(status, duration_ms, "answered");
        }
        response
    }
    .instrument(span)
    .await
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    async fn broken() -> &'static str {
        panic!("for the test")
    }

    #[tokio::test]
    async fn a_panic_becomes_a_page_with_a_reference() {
        let router = Router::new().route("/", get(broken)).layer(from_fn_with_state(Arc::default(), observe));
        let request = Request::builder().uri("/").header(HEADER, "proxy-0123456789").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[HEADER], "proxy-0123456789");
        let page = to_bytes(response.into_body(), 100_000).await.unwrap();
        assert!(String::from_utf8_lossy(&page).contains("Reference proxy-0123456789"));
    }

    #[test]
    fn a_strange_id_is_not_taken_over() {
        let id = |given: &str| RequestId::of(&Request::builder().header(HEADER, given).body(Body::empty()).unwrap()).0;
        assert_eq!(id("0af7651916cd43dd8448eb211c80319c"), "0af7651916cd43dd8448eb211c80319c");
        for given in ["short", "with spaces in it", "<script>alert(1)</script>"] {
            assert_ne!(id(given), given);
        }
    }
}
