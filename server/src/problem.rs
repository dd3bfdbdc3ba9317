//! What is answered when a request cannot be served, in the form that the asker reads: a page, the reply to a posted
//! form, the error of a server function, or `application/problem+json`.

use std::collections::BTreeMap;

use app::form_reply::FormReply;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use domain::FieldErrors;
use serde::Serialize;
use service::{NOT_SAVED, ServiceError};
use utoipa::ToSchema;

/// Who asked, and so in which form the answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A browser that shows a page.
    Page,
    /// A form sent in the background.
    Form,
    /// A server function called from the browser.
    Function,
    /// The HTTP API.
    Api,
}

impl Asker {
    /// Tells from the request.
    #[must_use]
    pub fn of(method: &Method, path: &str, headers: &HeaderMap) -> Self {
        if path.starts_with("/fn/") {
            Asker::Function
        } else if path.starts_with("/api/") {
            Asker::Api
        } else if *method != Method::GET && *method != Method::HEAD && wants_json(headers) {
            Asker::Form
        } else {
            Asker::Page
        }
    }
}

/// Whether a form was sent in the background.
#[must_use]
pub fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("application/json"))
}

/// Why not, as sentences for people.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    title: &'static str,
    text: String,
    /// Unit: seconds.
    retry_after: Option<u64>,
    /// What is wrong at which field; for the API, since forms show it themselves.
    errors: FieldErrors,
}

/// What went wrong, for programs (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemJson {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// A sentence for people.
    detail: String,
    /// Stands in the server's log, too.
    reference: String,
    /// What is wrong at which field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    errors: BTreeMap<String, String>,
}

impl Problem {
    /// A problem with its sentences.
    #[must_use]
    pub fn new(status: StatusCode, title: &'static str, text: impl Into<String>) -> Self {
        Self { status, title, text: text.into(), retry_after: None, errors: FieldErrors::default() }
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "You are signed out", "Sign in, then try again.")
    }

    /// Nothing at this address.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is nothing here", "The address may be mistyped, or what was here is gone or not yours to see.")
    }

    /// The same with the seconds to wait before trying again.
    #[must_use]
    pub fn wait(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Try again in a second.
    #[must_use]
    pub fn busy() -> Self {
        Self { retry_after: Some(1), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "The server is busy", "Nothing was lost. Try again in a moment.") }
    }

    /// Something broke; the reference is in the log.
    #[must_use]
    pub fn broken() -> Self {
        let text = "Nothing was lost. Try again; if it stays, tell your administrator the reference.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side", text)
    }

    /// What the service reported. Unexpected causes are logged here, with the reference.
    #[must_use]
    pub fn of(error: ServiceError, reference: &str) -> Self {
        match error {
            ServiceError::SignInRequired => Self::sign_in(),
            ServiceError::Forbidden(text) => Self::new(StatusCode::FORBIDDEN, "Not yours to see", text),
            ServiceError::NotFound => Self::not_found(),
            ServiceError::Busy => Self::busy(),
            ServiceError::TooMany { seconds } => {
                let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many attempts", format!("Wait {seconds} seconds, then try again."));
                Self { retry_after: Some(seconds), ..problem }
            }
            ServiceError::Invalid(mut errors) => {
                let whole = errors.0.remove("").map_or_else(|| "Some fields need another look.".to_owned(), |sentence| format!("{sentence}."));
                Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "This needs another look", whole) }
            }
            ServiceError::Refused(text) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "This cannot be done", text),
            ServiceError::Conflict(_) => Self::new(StatusCode::CONFLICT, "Someone else changed this", "Look at it again."),
            ServiceError::NotSaved(cause) => {
                tracing::error!(reference, error = ?cause, "a change was not saved");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "This was not saved", format!("{NOT_SAVED}.")).wait(10)
            }
            ServiceError::Internal(cause) => {
                tracing::error!(reference, error = ?cause, "a request failed");
                Self::broken()
            }
        }
    }

    /// The answer, in the asker's form.
    #[must_use]
    pub fn answer(&self, asker: Asker, reference: &str) -> Response {
        let (content_type, body) = match asker {
            Asker::Page => ("text/html; charset=utf-8", self.page(reference)),
            Asker::Form => ("application/json", serde_json::to_string(&self.form_reply()).unwrap_or_default()),
            Asker::Function => ("application/json", self.wire_error(reference).to_string()),
            Asker::Api => ("application/problem+json", serde_json::to_string(&self.problem_json(reference)).unwrap_or_default()),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn form_reply(&self) -> FormReply {
        match self.status {
            StatusCode::UNAUTHORIZED => FormReply::SignInRequired,
            StatusCode::NOT_FOUND => FormReply::NotFound,
            status => FormReply::Refused { message: self.text.clone(), status: status.as_u16() },
        }
    }

    /// As the app's `WireError` is written.
    fn wire_error(&self, reference: &str) -> serde_json::Value {
        match self.status {
            StatusCode::UNAUTHORIZED => "SignInRequired".into(),
            StatusCode::NOT_FOUND => "NotFound".into(),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => "Busy".into(),
            status if status.is_server_error() => serde_json::json!({ "Internal": { "reference": reference } }),
            _ => serde_json::json!({ "Forbidden": self.text }),
        }
    }

    fn problem_json(&self, reference: &str) -> ProblemJson {
        ProblemJson {
            kind: "about:blank",
            title: self.title,
            status: self.status.as_u16(),
            detail: self.text.clone(),
            reference: reference.to_owned(),
            errors: self.errors.0.clone(),
        }
    }

    /// A page that needs neither session nor database nor script.
    fn page(&self, reference: &str) -> String {
        let css = crate::assets::site_files().css;
        let style = if css.is_empty() { String::new() } else { format!("<link rel=\"stylesheet\" href=\"{css}\">") };
        let (title, text, reference) = (self.title, escape(&self.text), escape(reference));
        format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title} · Leadwright</title>{style}</head><body><main class=\"public__page\"><div class=\"problem\"><h1>{title}</h1>\
             <p class=\"problem__text\">{text}</p><p class=\"problem__reference\">Reference {reference}</p>\
             <a class=\"button\" href=\"/leads\">Go to the leads</a></div></main></body></html>"
        )
    }
}

/// Text that stands in HTML, also within quotes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
