//! Leads: list, add, read, change, delete, and act.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, http};
use domain::lead_filter::Cursor;
use domain::{FieldErrors, FormValues, LeadAction, LeadFilter, LeadId, TokenScope};
use serde_json::json;
use service::ServiceError;
use service::leads::{Once, PageOf};

use super::caller::{Api, Failure};
use super::{lead_json, sent};
use crate::problem::Problem;

/// `GET /api/v1/leads`: what the page's address takes, `limit` and `cursor`.
pub async fn list(api: Api, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let query = query.unwrap_or_default();
        let values = FormValues::decode(query.as_bytes());
        let page = PageOf { after: cursor(&values)?, before: None, limit: limit(&values)? };
        let found = service::leads::list_whole(&api.ctx, &LeadFilter::parse(&values), &page).await?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let items: Vec<_> = found.leads.iter().map(|lead| lead_json::lead(lead, &catalog)).collect();
        Ok(Json(json!({ "items": items, "next_cursor": found.next })).into_response())
    })
    .await
}

fn cursor(values: &FormValues) -> Result<Option<String>, FieldErrors> {
    match values.find("cursor") {
        None | Some("") => Ok(None),
        Some(text) if Cursor::parse(text).is_some() => Ok(Some(text.to_owned())),
        Some(_) => Err(FieldErrors::at("cursor", "Send the next_cursor of the page before, as it was")),
    }
}

fn limit(values: &FormValues) -> Result<Option<i64>, FieldErrors> {
    let Some(text) = values.find("limit") else { return Ok(None) };
    let limit = text.parse().ok().filter(|limit| (1..=200).contains(limit));
    limit.map(Some).ok_or_else(|| FieldErrors::at("limit", "Send a whole number from 1 to 200"))
}

/// `GET /api/v1/leads/{number}`.
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async { whole(&api, read_number(&number)?, StatusCode::OK).await }).await
}

/// `POST /api/v1/leads`, with an `Idempotency-Key` as a rule.
pub async fn add(api: Api, headers: HeaderMap, body: Bytes) -> Response {
    api.run(TokenScope::Write, async {
        let object = sent::object(&headers, &body)?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let named = object.get("type").and_then(serde_json::Value::as_str).map(domain::text::fold);
        let mut types = catalog.offered_types();
        let lead_type = match &named {
            Some(name) => types.find(|lead_type| domain::text::fold(&lead_type.name) == *name),
            None => types.next(),
        };
        let lead_type = lead_type.ok_or_else(|| FieldErrors::at("type", "Name a type from the list"))?.id;
        let context = sent::LeadContext { catalog: &catalog, lead_type, currency: &catalog.site.currency };
        let values = sent::lead_fields(&object, &["company", "type"], &context)?;
        let once = once(&api, &headers, &body)?;
        let id = service::leads::add_once(&api.ctx, &values, once.as_ref()).await?;
        let mut answer = whole(&api, id, StatusCode::CREATED).await?;
        if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/leads/{id}")) {
            answer.headers_mut().insert(header::LOCATION, location);
        }
        Ok(answer)
    })
    .await
}

fn once(api: &Api, headers: &HeaderMap, body: &[u8]) -> Result<Option<Once>, Failure> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= 200);
    let wrong = || Problem::new(StatusCode::BAD_REQUEST, "Not an idempotency key", "Idempotency-Key takes 1 to 200 visible characters.");
    let key = key.ok_or_else(wrong)?;
    Ok(Some(Once { key: format!("api:{}:{key}", api.token), digest: service::tokens::digest(body) }))
}

/// `PATCH /api/v1/leads/{number}`, with the `ETag` that was read as `If-Match`. What is left out stays, `null` clears.
pub async fn change(api: Api, Path(number): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        let lead = service::leads::find(&api.ctx, id).await?.lead;
        let version = if_match(&headers)?;
        if version.is_some_and(|version| version != lead.version) {
            return Err(changed_meanwhile().into());
        }
        let object = sent::object(&headers, &body)?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let context = sent::LeadContext { catalog: &catalog, lead_type: lead.lead_type, currency: &lead.currency };
        let mut values = sent::lead_fields(&object, &[], &context)?;
        values.0.push(("version".to_owned(), lead.version.to_string()));
        match service::leads::change(&api.ctx, id, &values).await {
            Ok(_) => whole(&api, id, StatusCode::OK).await,
            Err(ServiceError::Conflict(_)) => Err(changed_meanwhile().into()),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// `DELETE /api/v1/leads/{number}`: into the list of the deleted, from which it can be restored.
pub async fn delete(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Write, async {
        service::leads::act(&api.ctx, read_number(&number)?, LeadAction::Delete, &FormValues::default()).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

/// `POST /api/v1/leads/{number}/actions/{action}`; a loss takes its `reason` by name.
pub async fn act(api: Api, Path((number, action)): Path<(String, String)>, headers: HeaderMap, body: Bytes) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        let action = LeadAction::ALL.into_iter().find(|known| known.key() == action).ok_or_else(Problem::not_found)?;
        let object = sent::object(&headers, &body)?;
        let mut values = FormValues::default();
        for (key, value) in &object {
            match (key.as_str(), value.as_str()) {
                ("reason", Some(reason)) if action == LeadAction::Lose => values.0.push((key.clone(), reason.to_owned())),
                ("reason", None) if action == LeadAction::Lose => return Err(FieldErrors::at(key, "Send the reason's name as a text").into()),
                _ => return Err(FieldErrors::at(key, "This action takes no such field").into()),
            }
        }
        service::leads::act(&api.ctx, id, action, &values).await?;
        match whole(&api, id, StatusCode::OK).await {
            // An action can take it out of the caller's sight.
            Err(Failure::Service(ServiceError::NotFound)) => Ok(StatusCode::NO_CONTENT.into_response()),
            answer => answer,
        }
    })
    .await
}

/// The lead as the answer, with its version as `ETag`.
async fn whole(api: &Api, id: LeadId, status: StatusCode) -> Result<Response, Failure> {
    let lead = service::leads::find(&api.ctx, id).await?.lead;
    let catalog = service::catalog::catalog_for(&api.ctx).await?;
    let mut answer = (status, Json(lead_json::lead(&lead, &catalog))).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", lead.version)) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    Ok(answer)
}

pub(super) fn read_number(text: &str) -> Result<LeadId, Problem> {
    text.parse().map(LeadId).map_err(|_| Problem::not_found())
}

/// The version in `If-Match`; `None` for `*`.
fn if_match(headers: &http::HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        let text = "Send the ETag of the lead that you read as If-Match.";
        return Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "If-Match is missing", text));
    };
    let value = value.to_str().unwrap_or_default().trim();
    if value == "*" {
        return Ok(None);
    }
    // A tag that is none of ours fits no version.
    Ok(Some(value.trim_matches('"').parse().unwrap_or(-1)))
}

fn changed_meanwhile() -> Problem {
    Problem::new(
        StatusCode::PRECONDITION_FAILED,
        "Changed meanwhile",
        "Someone else changed this lead since you read it. Read it again, then decide.",
    )
}
