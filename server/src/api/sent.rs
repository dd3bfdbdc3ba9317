//! What a program sent, as the service reads it: one text per form field, as if a person had typed it.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use domain::{FieldErrors, FormValues};
use serde_json::{Map, Value};
use service::ServiceError;
use service::once::Once;

use super::caller::Api;
use super::versions;
use crate::problem::Problem;

/// Longest body. Unit: bytes.
const BODY_MAX: usize = 1_000_000;
/// How long a body may take to arrive.
const ARRIVES_WITHIN: Duration = Duration::from_secs(30);

/// The body and the headers that go with it. What is wrong with them is only said once the caller may send any.
pub struct Sent {
    path: String,
    headers: HeaderMap,
    body: Result<Bytes, Problem>,
}

impl<S: Sync> FromRequest<S> for Sent {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        let (parts, body) = request.into_parts();
        let body = match tokio::time::timeout(ARRIVES_WITHIN, to_bytes(body, BODY_MAX)).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(_)) => Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Too much at once", "A body can have at most one million bytes.")),
            Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "This took too long", "The body did not arrive completely. Try again.")),
        };
        Ok(Self { path: parts.uri.path().to_owned(), headers: parts.headers, body })
    }
}

impl Sent {
    /// The body as a JSON object; no body is an empty one.
    ///
    /// # Errors
    /// 400, 413 or 415.
    pub fn object(&self) -> Result<Map<String, Value>, Problem> {
        let body = self.body.as_ref().map_err(Clone::clone)?;
        if body.is_empty() {
            return Ok(Map::new());
        }
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            let text = "Send the body as JSON, with Content-Type: application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not JSON", text));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "Not an object", "Send one JSON object.")),
            Err(error) => Err(Problem::new(StatusCode::BAD_REQUEST, "Not JSON", format!("The body is no JSON: {error}."))),
        }
    }

    /// What the `Idempotency-Key` says, where there is one: keys are the token's own, an address and a body go with each.
    ///
    /// # Errors
    /// 400 for a key that is none.
    pub fn once(&self, api: &Api) -> Result<Option<Once>, Problem> {
        let Some(key) = self.headers.get("idempotency-key") else { return Ok(None) };
        let key = key.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= 200);
        let wrong = || Problem::new(StatusCode::BAD_REQUEST, "Not an idempotency key", "Idempotency-Key takes 1 to 200 visible characters.");
        let key = key.ok_or_else(wrong)?;
        let body = self.body.as_ref().map_err(Clone::clone)?;
        Ok(Some(Once { key: format!("api:{}:{key}", api.token), digest: service::once::digest(&self.path, body) }))
    }

    /// Adds the version in `If-Match` to what is sent to the service, which refuses any other. `*` is any version.
    ///
    /// # Errors
    /// 428 when there is no `If-Match`.
    pub fn only_that_version(&self, values: &mut FormValues) -> Result<(), Problem> {
        if !self.headers.contains_key(header::IF_MATCH) {
            return Err(versions::missing());
        }
        self.only_that_version_if_sent(values);
        Ok(())
    }

    /// The same where the header may be left out.
    pub fn only_that_version_if_sent(&self, values: &mut FormValues) {
        if let Some(version) = versions::if_match(&self.headers) {
            values.0.push((service::IF_VERSION.to_owned(), version.to_string()));
        }
    }
}

/// A text; `null` clears.
///
/// # Errors
/// The sentence for the field.
pub fn text(value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        _ => Err("Send a text or null".to_owned()),
    }
}

/// A whole number; `null` clears.
///
/// # Errors
/// The sentence for the field.
pub fn number(value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Number(number) if number.is_i64() => Ok(number.to_string()),
        _ => Err("Send a whole number or null".to_owned()),
    }
}

/// An amount in the currency's smallest unit, as it would be typed; `null` clears.
///
/// # Errors
/// The sentence for the field.
pub fn minor(value: &Value, currency: &str) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        value => match value.as_i64() {
            Some(minor) if minor >= 0 => Ok(domain::money::plain(minor, currency)),
            _ => Err("Send a whole number of the currency's smallest unit, zero or more".to_owned()),
        },
    }
}

/// Several texts; `null` is none.
///
/// # Errors
/// The sentence for the field.
pub fn list(value: &Value) -> Result<Vec<String>, String> {
    let wrong = || "Send a list of texts".to_owned();
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect(),
        _ => Err(wrong()),
    }
}

/// Puts what the service says about a form's fields to the names they have in JSON.
pub fn at_names<T>(result: service::Result<T>, name_of: impl Fn(&str) -> &str) -> service::Result<T> {
    result.map_err(|error| match error {
        ServiceError::Invalid(errors) => {
            let mut renamed = FieldErrors::default();
            errors.0.into_iter().for_each(|(field, sentence)| renamed.add(name_of(&field), sentence));
            ServiceError::Invalid(renamed)
        }
        error => error,
    })
}

/// The sentence at a field that is not there.
pub fn no_such_field(key: &str) -> String {
    format!("There is no field “{}”", key.chars().take(80).collect::<String>())
}

/// Reads an object field by field: `read` puts what it understands into the form, or says what is wrong there.
///
/// # Errors
/// Every sentence at its field.
pub fn fields(
    object: &Map<String, Value>,
    mut read: impl FnMut(&mut FormValues, &str, &Value) -> Result<(), String>,
) -> Result<FormValues, FieldErrors> {
    let mut values = FormValues::default();
    let mut errors = FieldErrors::default();
    for (key, value) in object {
        if let Err(sentence) = read(&mut values, key, value) {
            errors.add(key, sentence);
        }
    }
    errors.into_result().map(|()| values)
}
