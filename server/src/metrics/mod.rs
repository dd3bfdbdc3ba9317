//! `/metrics`, in Prometheus' text format: how the program is doing, for whoever watches it.
//!
//! Nothing here says who did what: a request counts for its route's template (`/leads/{number}`), never for its path, and
//! nothing is counted by person. So it needs no sign-in. By hand and not with a library: counting is a map, and the
//! libraries bring twenty crates for what is printed in [`write`].

mod process;
mod requests;

pub use requests::{Requests, Served, template};

use std::fmt::{Display, Write as _};

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::state::AppState;

/// Answers `GET /metrics`.
pub async fn metrics(State(state): State<AppState>) -> Response {
    let mut text = String::with_capacity(16_000);
    let engine = match state.store.engine() {
        store::Engine::Sqlite => "sqlite",
        store::Engine::Postgres => "postgres",
    };
    head(&mut text, "leadwright_build_info", "gauge", "The program's version and the database it runs on.");
    sample(&mut text, "leadwright_build_info", &[("version", env!("CARGO_PKG_VERSION")), ("engine", engine)], 1);
    state.requests.write(&mut text);
    one(&mut text, "leadwright_live_clients", "Open live streams.", state.live.clients());
    one(&mut text, "leadwright_events_position", "The newest event that live streams were told of.", state.live.inner().last());
    head(&mut text, "leadwright_database_connections", "gauge", "Connections to the database.");
    let pools = state.store.pools();
    for pool in &pools {
        sample(&mut text, "leadwright_database_connections", &[("pool", pool.name), ("state", "idle")], pool.idle);
        sample(&mut text, "leadwright_database_connections", &[("pool", pool.name), ("state", "used")], pool.used);
    }
    head(&mut text, "leadwright_database_connections_max", "gauge", "Connections to the database that may be open at most.");
    for pool in &pools {
        sample(&mut text, "leadwright_database_connections_max", &[("pool", pool.name)], pool.most);
    }
    process::write(&mut text);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
}

fn one(text: &mut String, name: &str, help: &str, value: impl Display) {
    head(text, name, "gauge", help);
    sample(text, name, &[], value);
}

/// One line. Label values are ours: words, templates and numbers, so none needs to be escaped.
fn sample(text: &mut String, name: &str, labels: &[(&str, &str)], value: impl Display) {
    text.push_str(name);
    for (index, (label, value)) in labels.iter().enumerate() {
        text.push(if index == 0 { '{' } else { ',' });
        text.push_str(&format!("{label}=\"{value}\""));
    }
    if !labels.is_empty() {
        text.push('}');
    }
    // Writing into a text cannot fail.
    let _written = writeln!(text, " {value}");
}
