//! Leads: list, add, read, change, delete, and act.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::{Catalog, FieldErrors, FormValues, Lead, LeadAction, LeadFilter, LeadId, Scope, TokenScope};
use serde_json::Value;
use service::ServiceError;
use service::leads::referral::referrers_of;
use service::leads::{Edit, PageOf};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::caller::{Api, Failure};
use super::lead_json::{LeadChange, LeadContext, LeadJson, LeadListParams, NewLead, name_in_json, read_fields};
use super::lists::{self, Page};
use super::sent::{self, Sent};
use super::{schema, versions};
use crate::problem::Problem;

/// A page of leads
///
/// Takes what the address of the list of leads takes. A value that is not known is left out, as there.
#[utoipa::path(get, path = "/api/v1/leads", tag = "leads", operation_id = "list_leads", params(LeadListParams),
    responses((status = 200, description = "The page", body = Page<LeadJson>)))]
pub async fn list(api: Api, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        let after = lists::cursor(&values)?.map(|cursor| cursor.text());
        let page = PageOf { after, before: None, limit: Some(lists::limit(&values)? as i64) };
        let found = service::leads::list_whole(&api.ctx, &LeadFilter::parse(&values), &page).await?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let ids: Vec<LeadId> = found.leads.iter().map(|lead| lead.id).collect();
        let referrers = referrers_of(&api.ctx, &ids).await?;
        let items: Vec<LeadJson> = found.leads.into_iter().map(|lead| LeadJson::new(lead, &referrers, &catalog)).collect();
        Ok(Json(Page { items, next_cursor: found.next }).into_response())
    })
    .await
}

/// One lead
#[utoipa::path(get, path = "/api/v1/leads/{number}", tag = "leads", operation_id = "find_lead",
    params(("number" = i64, Path, description = "Number of the lead")),
    responses((status = 200, description = "The lead", body = LeadJson, headers(("etag" = String, description = "Its version")))))]
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async { whole(&api, read_number(&number)?).await }).await
}

/// Adds a lead
///
/// The account, the contact and the opportunity that do not exist yet are made with it.
#[utoipa::path(post, path = "/api/v1/leads", tag = "leads", operation_id = "add_lead",
    params(("idempotency-key" = Option<String>, Header, description = "Sending the same key and body again adds nothing")),
    request_body = NewLead,
    responses((status = 201, description = "The lead", body = LeadJson,
        headers(("etag" = String, description = "Its version"), ("location" = String, description = "Its address")))))]
pub async fn add(api: Api, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let object = sent.object()?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let named = object.get("type").and_then(Value::as_str).map(domain::text::fold);
        let mut types = catalog.offered_types();
        let lead_type = match &named {
            Some(name) => types.find(|lead_type| domain::text::fold(&lead_type.name) == *name),
            None => types.next(),
        };
        let lead_type = lead_type.ok_or_else(|| FieldErrors::at("type", "Name a type from the list"))?.id;
        let context = LeadContext { catalog: &catalog, lead_type, currency: &catalog.site.currency };
        let values = read_fields(&object, &["company", "type"], &context)?;
        let id = sent::at_names(service::leads::add_once(&api.ctx, &values, sent.once(&api)?.as_ref()).await, name_in_json)?;
        let lead = service::leads::find_alone(&api.ctx, id).await?;
        let (version, referrers) = (lead.version, referrers_of(&api.ctx, &[id]).await?);
        let clocks = service::clocks::of_lead(&api.ctx, &lead).await?;
        Ok(versions::added(&LeadJson::new(lead, &referrers, &catalog).with_clocks(clocks), version, &format!("/api/v1/leads/{id}")))
    })
    .await
}

/// Changes a lead
///
/// What is left out stays, `null` clears.
#[utoipa::path(patch, path = "/api/v1/leads/{number}", tag = "leads", operation_id = "change_lead",
    params(("number" = i64, Path, description = "Number of the lead"),
        ("if-match" = String, Header, description = "The ETag that was read, or *")),
    request_body = LeadChange,
    responses((status = 200, description = "The lead", body = LeadJson, headers(("etag" = String, description = "Its version")))))]
pub async fn change(api: Api, Path(number): Path<String>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let object = sent.object();
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let edit = Edit::begin(&api.ctx, read_number(&number)?).await?;
        let context = LeadContext { catalog: &catalog, lead_type: edit.lead().lead_type, currency: &edit.lead().currency };
        let mut values = read_fields(&object?, &[], &context)?;
        sent.only_that_version(&mut values)?;
        let lead = sent::at_names(edit.save(&values).await, name_in_json)?.lead;
        // A change can take it out of the caller's sight.
        if !Scope::of(api.ctx.actor()?).includes(&lead.audience()) {
            return Err(ServiceError::NotFound.into());
        }
        answer(&api, lead, &catalog).await
    })
    .await
}

/// Deletes a lead
///
/// It goes into the list of the deleted, from which it can be restored.
#[utoipa::path(delete, path = "/api/v1/leads/{number}", tag = "leads", operation_id = "delete_lead",
    params(("number" = i64, Path, description = "Number of the lead"),
        ("if-match" = Option<String>, Header, description = "The ETag that was read: any other version stays")),
    responses((status = 204, description = "It is deleted")))]
pub async fn delete(api: Api, Path(number): Path<String>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let mut values = FormValues::default();
        sent.only_that_version_if_sent(&mut values);
        service::leads::act(&api.ctx, read_number(&number)?, LeadAction::Delete, &values).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

/// Moves a lead on
///
/// `accept`, `start`, `win`, `lose`, `cancel`, `reopen`, `delete` or `restore`; what does not fit its state is refused.
#[utoipa::path(post, path = "/api/v1/leads/{number}/actions/{action}", tag = "leads", operation_id = "act_on_lead",
    params(("number" = i64, Path, description = "Number of the lead"), ("action" = inline(ActionName), Path, description = "What to do"),
        ("if-match" = Option<String>, Header, description = "The ETag that was read: nothing is done to any other version"),
        ("idempotency-key" = Option<String>, Header, description = "Sending the same key and body again does nothing")),
    request_body = Option<ActionBody>,
    responses((status = 200, description = "The lead", body = LeadJson, headers(("etag" = String, description = "Its version"))),
        (status = 204, description = "Done; it is no longer the person's to see")))]
pub async fn act(api: Api, Path((number, action)): Path<(String, String)>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        let action = LeadAction::ALL.into_iter().find(|known| known.key() == action).ok_or_else(Problem::not_found)?;
        let mut values = sent::fields(&sent.object()?, |values, key, value| match (key, value) {
            ("reason", Value::String(reason)) if action == LeadAction::Lose => {
                values.0.push((key.to_owned(), reason.clone()));
                Ok(())
            }
            ("reason", _) if action == LeadAction::Lose => Err("Send the reason's name as a text".to_owned()),
            _ => Err("This action takes no such field".to_owned()),
        })?;
        sent.only_that_version_if_sent(&mut values);
        service::leads::act_once(&api.ctx, id, action, &values, sent.once(&api)?.as_ref()).await?;
        match whole(&api, id).await {
            // An action can take it out of the caller's sight.
            Err(Failure::Service(ServiceError::NotFound)) => Ok(StatusCode::NO_CONTENT.into_response()),
            answer => answer,
        }
    })
    .await
}

/// The name of an action.
struct ActionName;

impl PartialSchema for ActionName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(LeadAction::ALL.map(LeadAction::key))).into()
    }
}

impl ToSchema for ActionName {}

/// What an action takes.
struct ActionBody;

impl PartialSchema for ActionBody {
    fn schema() -> RefOr<Schema> {
        schema::only_these().property("reason", schema::name("Of `lose`, and needed there: name of a lost reason")).into()
    }
}

impl ToSchema for ActionBody {}

/// The lead as the answer.
async fn whole(api: &Api, id: LeadId) -> Result<Response, Failure> {
    let lead = service::leads::find_alone(&api.ctx, id).await?;
    let catalog = service::catalog::catalog_for(&api.ctx).await?;
    answer(api, lead, &catalog).await
}

async fn answer(api: &Api, lead: Lead, catalog: &Catalog) -> Result<Response, Failure> {
    let (version, referrers) = (lead.version, referrers_of(&api.ctx, &[lead.id]).await?);
    let clocks = service::clocks::of_lead(&api.ctx, &lead).await?;
    Ok(versions::answer(StatusCode::OK, &LeadJson::new(lead, &referrers, catalog).with_clocks(clocks), version))
}

pub(super) fn read_number(text: &str) -> Result<LeadId, Problem> {
    text.parse().map(LeadId).map_err(|_| Problem::not_found())
}
