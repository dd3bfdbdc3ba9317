//! Lists: a page of records, where it starts and how long it is.

use domain::lead_filter::Cursor;
use domain::{FieldErrors, FormValues};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{Object, ObjectBuilder, RefOr, Required, Schema, Type};
use utoipa::{IntoParams, ToSchema};

/// Records on a page when the caller does not say.
pub const PAGE: usize = 50;
/// Most records of one page.
const PAGE_MOST: usize = 200;

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Send it as `cursor` to get the next page; `null` on the last one.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// Where the page starts.
///
/// # Errors
/// At `cursor`, for one that never came from here.
pub fn cursor(values: &FormValues) -> Result<Option<Cursor>, FieldErrors> {
    match values.find("cursor") {
        None | Some("") => Ok(None),
        Some(text) => Cursor::parse(text).map(Some).ok_or_else(not_a_cursor),
    }
}

/// The error at `cursor`.
pub fn not_a_cursor() -> FieldErrors {
    FieldErrors::at("cursor", "Send the next_cursor of the page before, as it was")
}

/// How many records the page has at most.
///
/// # Errors
/// At `limit`.
pub fn limit(values: &FormValues) -> Result<usize, FieldErrors> {
    let Some(text) = values.find("limit") else { return Ok(PAGE) };
    let limit = text.parse().ok().filter(|limit| (1..=PAGE_MOST).contains(limit));
    limit.ok_or_else(|| FieldErrors::at("limit", "Send a whole number from 1 to 200"))
}

/// A number that the address may name.
///
/// # Errors
/// At its name, for what is no number.
pub fn number(values: &FormValues, name: &str) -> Result<Option<i64>, FieldErrors> {
    match values.find(name) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| FieldErrors::at(name, "Send a whole number")),
    }
}

/// A parameter of the address.
pub fn parameter(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

/// A text.
pub fn any_text() -> Object {
    Object::with_type(Type::String)
}

/// `cursor` alone, for lists whose pages have a fixed length.
pub struct CursorParam;

impl IntoParams for CursorParam {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![parameter("cursor", "The next_cursor of the page before", any_text())]
    }
}

/// `limit` and `cursor`.
pub struct PageParams;

impl IntoParams for PageParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let most = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(PAGE_MOST)).default(Some(PAGE.into())).build();
        let mut parameters = vec![parameter("limit", "Most records of one page", most)];
        parameters.extend(CursorParam::into_params(place));
        parameters
    }
}
