//! Requests, counted by route, method and status, and timed by route.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};

use super::{head, sample};

/// Upper bounds of the histogram. Unit: milliseconds.
const BOUNDS_MS: [u64; 12] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000];
/// Routes counted apart; what comes on top counts as [`UNMATCHED`]. There are far fewer, this only bounds the memory.
const ROUTES_AT_MOST: usize = 400;
/// Requests that no page, form or function answered: bad addresses, and strangers sent to the sign-in page.
const UNMATCHED: &str = "unmatched";

/// Put on answers of the catch-all route by the handler itself, so that addresses that strangers make up name no route.
#[derive(Clone, Copy, Debug)]
pub struct Served;

/// What was asked of this process since it started.
#[derive(Debug, Default)]
pub struct Requests(Mutex<BTreeMap<(String, &'static str), Counted>>);

#[derive(Debug, Default)]
struct Counted {
    by_status: BTreeMap<u16, u64>,
    /// The last one holds what took longer than the last bound.
    buckets: [u64; BOUNDS_MS.len() + 1],
    total: Duration,
}

impl Requests {
    /// Counts an answered request. A live stream is answered when it opens.
    pub fn count(&self, route: String, method: &Method, status: StatusCode, took: Duration) {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = (route, method_name(method));
        if routes.len() >= ROUTES_AT_MOST && !routes.contains_key(&key) {
            key.0 = UNMATCHED.to_owned();
        }
        let counted = routes.entry(key).or_default();
        *counted.by_status.entry(status.as_u16()).or_default() += 1;
        let bucket = BOUNDS_MS.iter().position(|bound| took <= Duration::from_millis(*bound)).unwrap_or(BOUNDS_MS.len());
        counted.buckets[bucket] += 1;
        counted.total += took;
    }

    pub(super) fn write(&self, text: &mut String) {
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        head(text, "http_requests_total", "counter", "Requests answered.");
        for ((route, method), counted) in routes.iter() {
            for (status, count) in &counted.by_status {
                sample(text, "http_requests_total", &[("method", method), ("route", route), ("status", &status.to_string())], count);
            }
        }
        let name = "http_request_duration_seconds";
        head(text, name, "histogram", "Time from the request's head to the answer's.");
        for ((route, method), counted) in routes.iter() {
            let mut so_far = 0;
            for (bound, count) in BOUNDS_MS.iter().zip(counted.buckets) {
                so_far += count;
                let bound = (*bound as f64 / 1000.0).to_string();
                sample(text, &format!("{name}_bucket"), &[("method", method), ("route", route), ("le", &bound)], so_far);
            }
            so_far += counted.buckets[BOUNDS_MS.len()];
            let labels = [("method", *method), ("route", route.as_str())];
            sample(text, &format!("{name}_bucket"), &[labels[0], labels[1], ("le", "+Inf")], so_far);
            sample(text, &format!("{name}_sum"), &labels, counted.total.as_secs_f64());
            sample(text, &format!("{name}_count"), &labels, so_far);
        }
    }
}

/// Anybody can make up a method.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The route that a request counts for. `matched` is the router's template where it has one; pages and forms share the
/// catch-all route, and their addresses are words of ours with numbers in between.
#[must_use]
pub fn template(matched: Option<&str>, path: &str, status: StatusCode, is_served: bool) -> String {
    if path.starts_with("/pkg/") || path.starts_with("/static/") {
        return format!("/{}/{{file}}", &path[1..].split('/').next().unwrap_or_default());
    }
    match matched {
        Some(route) if !route.contains('*') => return route.to_owned(),
        _ if !is_served || status == StatusCode::NOT_FOUND => return UNMATCHED.to_owned(),
        _ => {}
    }
    let is_word = |part: &str| part.len() <= 40 && part.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.'));
    let parts = path.trim_matches('/').split('/').map(|part| {
        if part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty() {
            "{number}"
        } else if is_word(part) {
            part
        } else {
            "{text}"
        }
    });
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_a_template_and_never_a_path() {
        let page = |path| template(None, path, StatusCode::OK, true);
        assert_eq!(page("/leads"), "/leads");
        assert_eq!(page("/leads/1042"), "/leads/{number}");
        assert_eq!(page("/leads/1042/actions/win"), "/leads/{number}/actions/win");
        assert_eq!(page("/tags/Ana%20Reyes"), "/tags/{text}");
        assert_eq!(template(None, "/leads/99", StatusCode::NOT_FOUND, true), "unmatched");
        assert_eq!(template(None, "/wp-login.php", StatusCode::SEE_OTHER, false), "unmatched");
        assert_eq!(template(Some("/api/v1/leads/{number}"), "/api/v1/leads/7", StatusCode::NOT_FOUND, false), "/api/v1/leads/{number}");
        assert_eq!(template(Some("/fn/{*name}"), "/fn/lead_rows", StatusCode::OK, true), "/fn/lead_rows");
        assert_eq!(template(None, "/pkg/x-8f3a.wasm", StatusCode::OK, false), "/pkg/{file}");
    }

    #[test]
    fn durations_fall_into_the_bucket_that_bounds_them() {
        let requests = Requests::default();
        for ms in [1, 2, 3, 20_000] {
            requests.count("/leads".to_owned(), &Method::GET, StatusCode::OK, Duration::from_millis(ms));
        }
        let mut text = String::new();
        requests.write(&mut text);
        for line in [
            "http_requests_total{method=\"GET\",route=\"/leads\",status=\"200\"} 4",
            "http_request_duration_seconds_bucket{method=\"GET\",route=\"/leads\",le=\"0.001\"} 1",
            "http_request_duration_seconds_bucket{method=\"GET\",route=\"/leads\",le=\"0.005\"} 3",
            "http_request_duration_seconds_bucket{method=\"GET\",route=\"/leads\",le=\"10\"} 3",
            "http_request_duration_seconds_bucket{method=\"GET\",route=\"/leads\",le=\"+Inf\"} 4",
            "http_request_duration_seconds_sum{method=\"GET\",route=\"/leads\"} 20.006",
            "http_request_duration_seconds_count{method=\"GET\",route=\"/leads\"} 4",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in {text}");
        }
    }

    #[test]
    fn made_up_routes_do_not_fill_the_memory() {
        let requests = Requests::default();
        for number in 0..2 * ROUTES_AT_MOST {
            requests.count(format!("/{number}"), &Method::GET, StatusCode::OK, Duration::ZERO);
        }
        assert!(requests.0.lock().unwrap().len() <= ROUTES_AT_MOST + 1);
    }
}
