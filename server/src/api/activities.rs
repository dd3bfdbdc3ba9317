//! What happened to a lead, and adding a comment or a note.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::{Catalog, Event, EventId, EventKind, FieldErrors, FormValues, TokenScope};
use serde_json::{Value, json};

use super::caller::Api;
use super::leads::read_number;
use super::sent;

/// `GET /api/v1/leads/{number}/activities`: newest first; `cursor` goes on to older ones.
pub async fn list(api: Api, Path(number): Path<String>, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let id = read_number(&number)?;
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        let events = match values.get("cursor") {
            "" => service::leads::find(&api.ctx, id).await?.timeline,
            text => {
                let before = text.parse().map_err(|_| FieldErrors::at("cursor", "Send the next_cursor of the page before, as it was"))?;
                service::leads::older_events(&api.ctx, id, EventId(before)).await?
            }
        };
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        // The first event of a lead is its arrival: when that was shown there are no older ones.
        let next = events.last().filter(|event| !matches!(event.kind, EventKind::LeadAdded { .. })).map(|event| event.id.to_string());
        let items: Vec<Value> = events.iter().map(|event| to_json(event, &catalog)).collect();
        Ok(Json(json!({ "items": items, "next_cursor": next })).into_response())
    })
    .await
}

/// `POST /api/v1/leads/{number}/activities`: `{"kind": "comment" or "note", "text", "icon", "tone"}`.
pub async fn add(api: Api, Path(number): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        let object = sent::object(&headers, &body)?;
        let mut values = FormValues::default();
        let mut errors = FieldErrors::default();
        for (key, value) in &object {
            match (key.as_str(), value) {
                ("kind" | "text" | "icon" | "tone", Value::String(text)) => values.0.push((key.clone(), text.clone())),
                ("kind" | "text" | "icon" | "tone", _) => errors.add(key, "Send a text"),
                _ => errors.add(key, "An activity has no such field"),
            }
        }
        if !matches!(values.get("kind"), "comment" | "note") {
            errors.add("kind", "Send “comment” or “note”");
        }
        errors.into_result()?;
        match values.get("kind") {
            "note" => service::leads::share_note(&api.ctx, id, &values).await?,
            _ => service::leads::comment(&api.ctx, id, &values).await?,
        }
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let timeline = service::leads::find(&api.ctx, id).await?.timeline;
        let actor = api.ctx.actor.as_ref().map(|actor| actor.id);
        let own = timeline.iter().find(|event| event.actor == actor && !matches!(event.kind, EventKind::FieldsChanged { .. }));
        Ok((StatusCode::CREATED, Json(own.map(|event| to_json(event, &catalog)))).into_response())
    })
    .await
}

fn to_json(event: &Event, catalog: &Catalog) -> Value {
    let (kind, text) = match &event.kind {
        EventKind::LeadAdded { .. } => ("added", None),
        EventKind::FieldsChanged { .. } => ("changed", None),
        EventKind::LeadMoved { .. } => ("moved", None),
        EventKind::Commented { text, .. } => ("comment", Some(text)),
        EventKind::NoteShared { text } => ("note", Some(text)),
        _ => ("record", None),
    };
    let changes: Vec<Value> = match &event.kind {
        EventKind::FieldsChanged { changes } => {
            changes.iter().map(|change| json!({ "field": change.field.form_name(), "old": change.old, "new": change.new })).collect()
        }
        EventKind::LeadMoved { from, to, .. } => vec![json!({ "field": "status", "old": from, "new": to })],
        _ => Vec::new(),
    };
    json!({
        "id": event.id.to_string(),
        "at": event.at.rfc3339(),
        "by": event.actor.and_then(|id| catalog.person(id)).map(|person| person.email.clone()),
        "kind": kind,
        "sentence": event.kind.sentence(),
        "text": text,
        "changes": changes,
        "version": event.version,
    })
}
