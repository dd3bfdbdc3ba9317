//! What fields of a body may be, as the description says it. Texts that come from people are lines and notes everywhere,
//! with the same limits.

use domain::text::{LINE_MAX, NOTE_MAX};
use utoipa::openapi::schema::{AdditionalProperties, SchemaType};
use utoipa::openapi::{ArrayBuilder, KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};

use super::lists::any_text;

/// An object that takes no other fields than those added to it.
pub fn only_these() -> ObjectBuilder {
    ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

fn or_null(kind: Type) -> SchemaType {
    SchemaType::from_iter([kind, Type::Null])
}

/// A line of text, or `null`, which clears.
pub fn line(description: &str) -> Schema {
    ObjectBuilder::new().schema_type(or_null(Type::String)).max_length(Some(LINE_MAX)).description(Some(description)).into()
}

/// A line of text that cannot be empty.
pub fn name(description: &str) -> Schema {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(LINE_MAX)).description(Some(description)).into()
}

/// A text of several lines, or `null`, which clears.
pub fn note(description: &str) -> Schema {
    ObjectBuilder::new().schema_type(or_null(Type::String)).max_length(Some(NOTE_MAX)).description(Some(description)).into()
}

/// Several texts; `null` is none.
pub fn texts(description: &str) -> Schema {
    list(any_text(), description)
}

/// Several of a kind; `null` is none.
pub fn list(of: impl Into<RefOr<Schema>>, description: &str) -> Schema {
    ArrayBuilder::new().schema_type(or_null(Type::Array)).items(of.into()).description(Some(description)).into()
}

/// A whole number within bounds; where it is optional, `null` clears.
pub fn number(description: &str, least: i64, most: i64, optional: bool) -> Schema {
    let kind = if optional { or_null(Type::Integer) } else { Type::Integer.into() };
    let bounds = ObjectBuilder::new().schema_type(kind).minimum(Some(least as isize)).maximum(Some(most as isize));
    bounds.description(Some(description)).into()
}

/// An amount in the currency's smallest unit; `null` clears.
pub fn minor(description: &str) -> Schema {
    ObjectBuilder::new().schema_type(or_null(Type::Integer)).minimum(Some(0)).description(Some(description)).into()
}

/// A day; `null` clears.
pub fn day(description: &str) -> Schema {
    let date = ObjectBuilder::new().schema_type(or_null(Type::String)).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    date.description(Some(description)).into()
}
