//! Two guards around everything: the headers of every answer, and the check of where a change comes from.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::observe::RequestId;
use crate::problem::{Asker, Problem};
use crate::state::AppState;

/// What a page may load and run. Pages pass the nonce of their scripts; it is also in the headers of everything else, so
/// that the policy has one form.
#[must_use]
pub fn content_security_policy(nonce: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Middleware: the headers of every answer, also of those that went wrong.
pub async fn add_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_busy = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, content_security_policy(&format!("{:032x}", rand::random::<u128>())));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if state.site.is_secure() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if is_busy && !headers.contains_key(header::RETRY_AFTER) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// Middleware: a change must come from a page of ours. Server functions and forms have no check of their own.
pub async fn check_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_reading || comes_from_us(request.headers(), request.uri(), &state.site.public_url) {
        return next.run(request).await;
    }
    let reference = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let asker = Asker::of(request.method(), request.uri().path(), request.headers());
    let text = "The request did not come from a page of this site. Open the page here and try again.";
    Problem::new(StatusCode::FORBIDDEN, "Refused", text).answer(asker, &reference)
}

fn comes_from_us(headers: &HeaderMap, uri: &Uri, public_url: &str) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (origins.next().and_then(|origin| origin.to_str().ok()), origins.next()) else { return false };
    if text(&HeaderName::from_static("sec-fetch-site")) == Some("cross-site") {
        return false;
    }
    let Some(theirs) = authority_of(origin) else { return false };
    let host = text(&header::HOST).or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    host.is_some_and(|host| without_default_port(host) == theirs) || authority_of(public_url).is_some_and(|ours| ours == theirs)
}

fn authority_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split('/').next().filter(|authority| !authority.is_empty())?;
    Some(without_default_port(authority))
}

fn without_default_port(authority: &str) -> String {
    let authority = authority.to_ascii_lowercase();
    authority.strip_suffix(":80").or_else(|| authority.strip_suffix(":443")).map_or_else(|| authority.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
        comes_from_us(&headers, &Uri::from_static("/leads/new"), "https://crm.example")
    }

    #[test]
    fn only_our_own_pages_change_anything() {
        assert!(allowed(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        assert!(allowed(&[("origin", "https://crm.example"), ("host", "10.0.0.7:3000"), ("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[("origin", "https://CRM.example:443"), ("host", "10.0.0.7:3000")]));
        assert!(!allowed(&[("host", "127.0.0.1:3000")]));
        assert!(!allowed(&[("origin", "null"), ("host", "127.0.0.1:3000")]));
        assert!(!allowed(&[("origin", ""), ("host", "")]));
        assert!(!allowed(&[("origin", "https://evil.example"), ("host", "127.0.0.1:3000")]));
        assert!(!allowed(&[("origin", "http://127.0.0.1:3001"), ("host", "127.0.0.1:3000")]));
        assert!(!allowed(&[("origin", "https://crm.example.evil"), ("host", "crm.example")]));
        assert!(!allowed(&[("origin", "http://127.0.0.1:3000"), ("origin", "https://evil.example"), ("host", "127.0.0.1:3000")]));
        assert!(!allowed(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000"), ("sec-fetch-site", "cross-site")]));
    }
}
