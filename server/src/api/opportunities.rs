//! Opportunities: list, add, read, change. They are seen and changed by whoever may see and change their lead.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::lead_filter::Cursor;
use domain::{AccountId, Catalog, FieldErrors, FormValues, LeadId, Opportunity, OpportunityId, TokenScope};
use serde::Serialize;
use serde_json::{Map, Value};
use service::opportunities::Of;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{Object, ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::caller::{Api, Failure};
use super::lists::{self, Page, PageParams, parameter};
use super::sent::{self, Sent};
use super::{schema, versions};
use crate::problem::Problem;

/// The deal that a lead may become.
#[derive(Serialize, ToSchema)]
#[schema(as = Opportunity)]
struct OpportunityJson {
    number: i64,
    /// Grows by one with each change; also the `ETag`.
    version: i64,
    /// Number of the lead.
    lead: i64,
    /// Number of the account.
    account: i64,
    name: String,
    stage: String,
    /// In the currency's smallest unit; `null` while nobody has put a figure on it.
    amount_minor: Option<i64>,
    currency: String,
    /// Percent.
    probability: Option<i64>,
    /// The day it is expected to close.
    #[schema(format = Date)]
    close: Option<String>,
    /// The day of the next follow-up.
    #[schema(format = Date)]
    follow_up: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl OpportunityJson {
    fn new(opportunity: Opportunity, catalog: &Catalog) -> Self {
        let day = |at| catalog.site.zone.local_due(at).day();
        Self {
            number: opportunity.id.0,
            version: opportunity.version,
            lead: opportunity.lead.0,
            account: opportunity.account.0,
            name: opportunity.name,
            stage: catalog.choice_name(opportunity.stage),
            amount_minor: opportunity.amount_minor,
            currency: opportunity.currency,
            probability: opportunity.probability,
            close: opportunity.close_at.map(day),
            follow_up: opportunity.follow_up_at.map(day),
            created_at: opportunity.created_at.rfc3339(),
            updated_at: opportunity.updated_at.rfc3339(),
        }
    }
}

/// What a change of an opportunity may send.
struct OpportunityChange;

impl PartialSchema for OpportunityChange {
    fn schema() -> RefOr<Schema> {
        properties().into()
    }
}

impl ToSchema for OpportunityChange {}

/// What a new opportunity may send.
struct NewOpportunity;

impl PartialSchema for NewOpportunity {
    fn schema() -> RefOr<Schema> {
        let lead = ObjectBuilder::new().schema_type(Type::Integer).description(Some("Number of its lead"));
        properties().property("lead", lead).required("lead").required("name").into()
    }
}

impl ToSchema for NewOpportunity {}

fn properties() -> ObjectBuilder {
    schema::only_these()
        .property("name", schema::name("Name"))
        .property("stage", schema::name("Name of a stage; a new one starts at the first"))
        .property("amount_minor", schema::minor("Amount in the currency's smallest unit"))
        .property("probability", schema::number("Percent", 0, 100, true))
        .property("close", schema::day("The day it is expected to close"))
        .property("follow_up", schema::day("The day of the next follow-up"))
}

fn read_fields(object: &Map<String, Value>, currency: &str) -> Result<FormValues, FieldErrors> {
    sent::fields(object, |values, key, value| {
        let (name, text) = match key {
            "name" | "stage" | "close" | "follow_up" => (key, sent::text(value)?),
            "amount_minor" => ("amount", sent::minor(value, currency)?),
            "probability" => (key, sent::number(value)?),
            _ => return Err(sent::no_such_field(key)),
        };
        values.0.push((name.to_owned(), text));
        Ok(())
    })
}

fn name_in_json(form: &str) -> &str {
    if form == "amount" { "amount_minor" } else { form }
}

/// What the list takes.
struct OpportunityListParams;

impl IntoParams for OpportunityListParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            parameter("lead", "Number of the lead", Object::with_type(Type::Integer)),
            parameter("account", "Number of the account", Object::with_type(Type::Integer)),
        ];
        parameters.extend(PageParams::into_params(place));
        parameters
    }
}

/// A page of opportunities
///
/// Those of the newest lead first.
#[utoipa::path(get, path = "/api/v1/opportunities", tag = "opportunities", operation_id = "list_opportunities", params(OpportunityListParams),
    responses((status = 200, description = "The page", body = Page<OpportunityJson>),
        (status = 404, description = "No such lead or account, or not the person's to see", body = crate::problem::ProblemJson, content_type = "application/problem+json")))]
pub async fn list(api: Api, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        let of = match (lists::number(&values, "lead")?, lists::number(&values, "account")?) {
            (Some(_), Some(_)) => return Err(FieldErrors::at("account", "Send a lead or an account, not both").into()),
            (Some(lead), None) => Of::Lead(LeadId(lead)),
            (None, Some(account)) => Of::Account(AccountId(account)),
            (None, None) => Of::Everyone,
        };
        let place =
            |cursor: Cursor| Ok::<_, FieldErrors>((cursor.value.parse::<LeadId>().map_err(|_| lists::not_a_cursor())?, OpportunityId(cursor.id)));
        let after = lists::cursor(&values)?.map(place).transpose()?;
        let found = service::opportunities::list_opportunities(&api.ctx, of, after, lists::limit(&values)?).await?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let items: Vec<OpportunityJson> = found.items.into_iter().map(|opportunity| OpportunityJson::new(opportunity, &catalog)).collect();
        Ok(Json(Page { items, next_cursor: found.next_cursor }).into_response())
    })
    .await
}

/// One opportunity
#[utoipa::path(get, path = "/api/v1/opportunities/{number}", tag = "opportunities", operation_id = "find_opportunity",
    params(("number" = i64, Path, description = "Number of the opportunity")),
    responses((status = 200, description = "The opportunity", body = OpportunityJson, headers(("etag" = String, description = "Its version")))))]
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async {
        let opportunity = service::opportunities::find_opportunity(&api.ctx, read_number(&number)?).await?;
        answer(&api, opportunity).await
    })
    .await
}

/// Adds an opportunity to a lead
#[utoipa::path(post, path = "/api/v1/opportunities", tag = "opportunities", operation_id = "add_opportunity",
    params(("idempotency-key" = Option<String>, Header, description = "Sending the same key and body again adds nothing")),
    request_body = NewOpportunity,
    responses((status = 201, description = "The opportunity", body = OpportunityJson,
        headers(("etag" = String, description = "Its version"), ("location" = String, description = "Its address")))))]
pub async fn add(api: Api, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let mut object = sent.object()?;
        let lead = object.remove("lead").and_then(|lead| lead.as_i64()).map(LeadId);
        let lead = lead.ok_or_else(|| FieldErrors::at("lead", "Send the number of the lead"))?;
        // What is not to be seen is no lead to the caller.
        let lead = match service::leads::find(&api.ctx, lead).await {
            Err(service::ServiceError::NotFound) => return Err(FieldErrors::at("lead", "There is no such lead").into()),
            found => found?.lead,
        };
        let values = read_fields(&object, &lead.currency)?;
        let added = service::opportunities::add_opportunity_once(&api.ctx, lead.id, &values, sent.once(&api)?.as_ref()).await;
        let opportunity = sent::at_names(added, name_in_json)?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let (id, version) = (opportunity.id, opportunity.version);
        Ok(versions::added(&OpportunityJson::new(opportunity, &catalog), version, &format!("/api/v1/opportunities/{id}")))
    })
    .await
}

/// Changes an opportunity
///
/// What is left out stays, `null` clears.
#[utoipa::path(patch, path = "/api/v1/opportunities/{number}", tag = "opportunities", operation_id = "change_opportunity",
    params(("number" = i64, Path, description = "Number of the opportunity"),
        ("if-match" = String, Header, description = "The ETag that was read, or *")),
    request_body = OpportunityChange,
    responses((status = 200, description = "The opportunity", body = OpportunityJson, headers(("etag" = String, description = "Its version")))))]
pub async fn change(api: Api, Path(number): Path<String>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        let currency = service::opportunities::find_opportunity(&api.ctx, id).await?.currency;
        let mut values = read_fields(&sent.object()?, &currency)?;
        sent.only_that_version(&mut values)?;
        let changed = service::opportunities::change_opportunity(&api.ctx, id, &values).await;
        answer(&api, sent::at_names(changed, name_in_json)?).await
    })
    .await
}

async fn answer(api: &Api, opportunity: Opportunity) -> Result<Response, Failure> {
    let catalog = service::catalog::catalog_for(&api.ctx).await?;
    let version = opportunity.version;
    Ok(versions::answer(StatusCode::OK, &OpportunityJson::new(opportunity, &catalog), version))
}

fn read_number(text: &str) -> Result<OpportunityId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
