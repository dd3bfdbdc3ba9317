//! What happened to a lead, and adding a comment or a note.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::event::{COMMENT_ICONS, COMMENT_TONES};
use domain::{Catalog, Event, EventId, EventKind, FieldErrors, FormValues, TimelineFilter, TokenScope};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::caller::Api;
use super::leads::read_number;
use super::lists::{self, CursorParam, Page};
use super::schema;
use super::sent::{self, Sent};

/// What happened to a lead
///
/// Newest first.
#[utoipa::path(get, path = "/api/v1/leads/{number}/activities", tag = "leads", operation_id = "list_activities",
    params(("number" = i64, Path, description = "Number of the lead"), CursorParam),
    responses((status = 200, description = "The page", body = Page<Activity>)))]
pub async fn list(api: Api, Path(number): Path<String>, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let id = read_number(&number)?;
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        let before = match values.get("cursor") {
            "" => None,
            text => Some(EventId(text.parse().map_err(|_| lists::not_a_cursor())?)),
        };
        let page = service::leads::timeline(&api.ctx, id, TimelineFilter::default(), before).await?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let next = page.next.map(|event| event.to_string());
        let items: Vec<Activity> = page.events.into_iter().map(|event| Activity::new(event, &catalog)).collect();
        Ok(Json(Page { items, next_cursor: next }).into_response())
    })
    .await
}

/// Adds a comment or a note
///
/// They stay possible on closed leads.
#[utoipa::path(post, path = "/api/v1/leads/{number}/activities", tag = "leads", operation_id = "add_activity",
    params(("number" = i64, Path, description = "Number of the lead"),
        ("idempotency-key" = Option<String>, Header, description = "Sending the same key and body again adds nothing")),
    request_body = NewActivity,
    responses((status = 201, description = "What was added", body = Activity)))]
pub async fn add(api: Api, Path(number): Path<String>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        let values = read(&sent.object()?)?;
        let event = service::leads::say(&api.ctx, id, &values, sent.once(&api)?.as_ref()).await?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        Ok((StatusCode::CREATED, Json(Activity::new(event, &catalog))).into_response())
    })
    .await
}

fn read(object: &serde_json::Map<String, Value>) -> Result<FormValues, FieldErrors> {
    let one_of = |value: &Value, known: &[&str]| match value.as_str() {
        Some(word) if known.contains(&word) => Ok(word.to_owned()),
        _ => Err(format!("Send one of {}", known.join(", "))),
    };
    let values = sent::fields(object, |values, key, value| {
        let text = match key {
            "kind" => one_of(value, &service::leads::SAID)?,
            "icon" => one_of(value, &COMMENT_ICONS)?,
            "tone" => one_of(value, &COMMENT_TONES)?,
            "text" => value.as_str().map(str::to_owned).ok_or("Send a text")?,
            "done_at" => value.as_str().map(str::to_owned).ok_or("Send a moment like 2026-11-24T09:30:00Z")?,
            _ => return Err(sent::no_such_field(key)),
        };
        values.0.push((key.to_owned(), text));
        Ok(())
    })?;
    if values.get("kind") == "note"
        && let Some(word) = ["icon", "tone", "done_at"].into_iter().find(|word| values.find(word).is_some())
    {
        return Err(FieldErrors::at(word, "Only a comment has one"));
    }
    if values.find("kind").is_none() {
        return Err(FieldErrors::at("kind", format!("Send one of {}", service::leads::SAID.join(", "))));
    }
    Ok(values)
}

/// What a new activity sends.
struct NewActivity;

impl PartialSchema for NewActivity {
    fn schema() -> RefOr<Schema> {
        let word = |words: &[&str], description| {
            ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words.to_vec())).description(Some(description))
        };
        schema::only_these()
            .property("kind", word(&service::leads::SAID, "A comment, or an addition to the shared notes"))
            .required("kind")
            .property("text", ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(domain::text::NOTE_MAX)))
            .required("text")
            .property("icon", word(&COMMENT_ICONS, "Of a comment"))
            .property("tone", word(&COMMENT_TONES, "Of a comment"))
            .property("done_at", schema::name("Of a comment: when what it tells of was done, in RFC 3339, where that was some time before"))
            .into()
    }
}

impl ToSchema for NewActivity {}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
pub struct Activity {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// E-mail address of who did it; `null` for the public and for the program itself.
    by: Option<String>,
    /// `added`, `changed`, `moved`, `delegated`, `comment`, `note`, `attempt` or `record`.
    kind: &'static str,
    sentence: String,
    text: Option<String>,
    changes: Vec<Change>,
    /// The lead's version after it.
    version: i64,
}

/// A field that changed.
#[derive(Serialize, ToSchema)]
struct Change {
    field: String,
    old: String,
    new: String,
}

impl Activity {
    fn new(event: Event, catalog: &Catalog) -> Self {
        let sentence = event.kind.sentence();
        let (kind, text, changes) = match event.kind {
            EventKind::LeadAdded { .. } => ("added", None, Vec::new()),
            EventKind::FieldsChanged { changes } => {
                let change = |change: domain::FieldChange| Change { field: change.field.form_name().into_owned(), old: change.old, new: change.new };
                ("changed", None, changes.into_iter().map(change).collect())
            }
            EventKind::LeadMoved { from, to, .. } => ("moved", None, vec![Change { field: "status".to_owned(), old: from, new: to }]),
            EventKind::LeadDelegated { text, .. } => ("delegated", Some(text).filter(|text| !text.is_empty()), Vec::new()),
            EventKind::Commented { text, .. } => ("comment", Some(text), Vec::new()),
            EventKind::NoteShared { text } => ("note", Some(text), Vec::new()),
            EventKind::Attempted { note, .. } => ("attempt", Some(note).filter(|note| !note.is_empty()), Vec::new()),
            EventKind::Mailing { text, .. } => ("record", Some(text).filter(|text| !text.is_empty()), Vec::new()),
            _ => ("record", None, Vec::new()),
        };
        Self {
            id: event.id.to_string(),
            at: event.at.rfc3339(),
            by: event.actor.and_then(|id| catalog.person(id)).map(|person| person.email.clone()),
            kind,
            sentence,
            text,
            changes,
            version: event.version,
        }
    }
}
