//! The description of the API for people: `/api/v1/docs`. Made from the document, without a script.

use std::fmt::Write as _;

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::problem::escape;

/// Its address.
pub const PATH: &str = "/api/v1/docs";
const METHODS: [&str; 4] = ["get", "post", "patch", "delete"];

/// The page as it is sent, made once.
#[derive(Clone)]
pub struct Page(Bytes);

/// `GET /api/v1/docs`, for anybody.
pub async fn show(Extension(page): Extension<Page>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], page.0).into_response()
}

impl Page {
    /// Writes the page.
    #[must_use]
    pub fn new(document: &OpenApi) -> Self {
        // Walked as JSON: the page shows what a program would read.
        let document = serde_json::to_value(document).unwrap_or_default();
        let files = crate::assets::site_files();
        let link = |css: &str| if css.is_empty() { String::new() } else { format!("<link rel=\"stylesheet\" href=\"{css}\">") };
        let style = link(&files.css) + &link(&files.pages_css);
        let mut page = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>HTTP API · Leadwright</title><link rel=\"icon\" href=\"/static/favicon.svg\">{style}<script src=\"/static/theme.js\"></script></head>\
             <body><main class=\"api-docs\"><h1>HTTP API</h1><p>{}</p><p><a href=\"{}\">openapi.json</a></p>",
            prose(document["info"]["description"].as_str().unwrap_or_default()),
            super::openapi::PATH,
        );
        let paths = document["paths"].as_object().cloned().unwrap_or_default();
        for (path, item) in &paths {
            for method in METHODS {
                if item[method].is_object() {
                    operation(&mut page, path, method, &item[method]);
                }
            }
        }
        page.push_str("<h2>Records</h2>");
        for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
            let _ = write!(page, "<section class=\"section\" id=\"{0}\"><h3>{0}</h3>", escape(name));
            fields(&mut page, schema);
            page.push_str("</section>");
        }
        page.push_str("</main></body></html>");
        Self(page.into())
    }
}

fn operation(page: &mut String, path: &str, method: &str, operation: &Value) {
    let text = |value: &Value| prose(value.as_str().unwrap_or_default());
    let _ = write!(
        page,
        "<section class=\"section\"><h2><span class=\"badge tone-blue\">{}</span> <code>{}</code></h2><p>{}. {}</p>",
        method.to_uppercase(),
        escape(path),
        text(&operation["summary"]),
        text(&operation["description"])
    );
    if let Some(parameters) = operation["parameters"].as_array().filter(|parameters| !parameters.is_empty()) {
        page.push_str("<table class=\"table table--stack\"><thead><tr><th scope=\"col\">Parameter</th><th scope=\"col\">In</th><th scope=\"col\">Type</th><th scope=\"col\">Meaning</th></tr></thead><tbody>");
        for parameter in parameters {
            let needed = if parameter["required"] == true { ", needed" } else { "" };
            let _ = write!(
                page,
                "<tr><td><code>{}</code></td><td>{}{needed}</td><td>{}</td><td>{}</td></tr>",
                text(&parameter["name"]),
                text(&parameter["in"]),
                kind(&parameter["schema"]),
                text(&parameter["description"])
            );
        }
        page.push_str("</tbody></table>");
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if body.is_object() {
        let _ = write!(page, "<p>Send {}.</p>", kind(body));
    }
    page.push_str("<table class=\"table table--stack\"><thead><tr><th scope=\"col\">Answer</th><th scope=\"col\">When</th><th scope=\"col\">With</th></tr></thead><tbody>");
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        let content = answer["content"].as_object().and_then(|content| content.values().next());
        let with = content.map_or_else(String::new, |content| kind(&content["schema"]));
        let _ = write!(page, "<tr><td><code>{}</code></td><td>{}</td><td>{with}</td></tr>", escape(status), text(&answer["description"]));
    }
    page.push_str("</tbody></table></section>");
}

fn fields(page: &mut String, schema: &Value) {
    let text = |value: &Value| prose(value.as_str().unwrap_or_default());
    let _ = write!(page, "<p>{}</p>", text(&schema["description"]));
    let needed: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    page.push_str("<table class=\"table table--stack\"><thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Type</th><th scope=\"col\">Meaning</th></tr></thead><tbody>");
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let mark = if needed.contains(&name.as_str()) { "" } else { " <span class=\"muted\">may be left out</span>" };
        let _ = write!(page, "<tr><td><code>{}</code></td><td>{}{mark}</td><td>{}</td></tr>", escape(name), kind(field), text(&field["description"]));
    }
    page.push_str("</tbody></table>");
}

/// A schema in a few words; a record by its name, as a link.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|address| address.rsplit('/').next()) {
        return format!("<a href=\"#{0}\">{0}</a>", escape(name));
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words.iter().filter_map(Value::as_str).map(|word| format!("<code>{}</code>", escape(word))).collect();
        return words.join(", ");
    }
    if let Some(parts) = schema["oneOf"].as_array() {
        return parts.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let format = schema["format"].as_str().map_or_else(String::new, |format| format!(" ({})", escape(format)));
    let items = if schema["items"].is_object() { format!(" of {}", kind(&schema["items"])) } else { String::new() };
    let named: Vec<String> = types
        .iter()
        .map(
            |kind| if *kind == "array" { format!("array{items}") } else { format!("{}{}", escape(kind), if *kind == "null" { "" } else { &format }) },
        )
        .collect();
    named.join(" or ")
}

/// Plain words with `code` in them.
fn prose(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    pieces.map(|(nth, piece)| if nth % 2 == 1 { format!("<code>{}</code>", escape(piece)) } else { escape(piece) }).collect()
}
