//! Accounts: list, add, read, change.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::account::AccountLocation;
use domain::{Account, AccountFilter, AccountId, AccountKind, Catalog, FieldErrors, FormValues, TokenScope};
use serde::Serialize;
use serde_json::{Map, Value};
use service::ServiceError;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::caller::{Api, Failure};
use super::lead_json::person;
use super::lists::{self, Page, PageParams, any_text, parameter};
use super::sent::{self, Sent};
use super::{schema, versions};
use crate::problem::Problem;

/// Parts of a location in JSON, and what the form calls them.
const LOCATION: [(&str, &str); 6] =
    [("name", "location_name"), ("street", "street"), ("city", "city"), ("postcode", "postcode"), ("province", "state"), ("country", "country")];

/// A company or household.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
struct AccountJson {
    number: i64,
    /// Grows by one with each change; also the `ETag`.
    version: i64,
    name: String,
    /// Any of `prospect`, `customer`, `referral_partner`, `vendor`, `distributor`.
    kinds: Vec<&'static str>,
    /// E-mail address.
    primary_rep: Option<String>,
    website: String,
    /// E-mail domains.
    domains: Vec<String>,
    locations: Vec<LocationJson>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A place of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = Location)]
struct LocationJson {
    name: String,
    street: String,
    city: String,
    postcode: String,
    province: String,
    country: String,
}

impl AccountJson {
    fn new(account: Account, catalog: &Catalog) -> Self {
        Self {
            number: account.id.0,
            version: account.version,
            name: account.name,
            kinds: account.kinds.into_iter().map(AccountKind::key).collect(),
            primary_rep: account.primary_rep.and_then(|id| person(id, catalog)),
            website: account.website,
            domains: account.domains,
            locations: account.locations.into_iter().map(LocationJson::new).collect(),
            created_at: account.created_at.rfc3339(),
            updated_at: account.updated_at.rfc3339(),
        }
    }
}

impl LocationJson {
    fn new(location: AccountLocation) -> Self {
        let address = location.address;
        Self {
            name: location.name,
            street: address.street,
            city: address.city,
            postcode: address.postcode,
            province: address.state,
            country: address.country,
        }
    }
}

/// What a change of an account may send.
struct AccountChange;

impl PartialSchema for AccountChange {
    fn schema() -> RefOr<Schema> {
        properties().into()
    }
}

impl ToSchema for AccountChange {}

/// What a new account may send.
struct NewAccount;

impl PartialSchema for NewAccount {
    fn schema() -> RefOr<Schema> {
        properties().required("name").into()
    }
}

impl ToSchema for NewAccount {}

fn properties() -> ObjectBuilder {
    let kind = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(AccountKind::ALL.map(AccountKind::key)));
    let location = LOCATION.into_iter().fold(schema::only_these(), |object, (name, _)| object.property(name, schema::line("")));
    schema::only_these()
        .property("name", schema::name("Name"))
        .property("kinds", schema::list(kind, "What it is to us; a prospect where nothing is said"))
        .property("primary_rep", schema::line("E-mail address or name of the person"))
        .property("website", schema::line("Web address"))
        .property("domains", schema::texts("E-mail domains"))
        .property("locations", schema::list(location, "Places; all of them, in place of those that were there"))
}

fn read_fields(object: &Map<String, Value>) -> Result<FormValues, FieldErrors> {
    sent::fields(object, |values, key, value| {
        match key {
            "name" | "primary_rep" | "website" => values.0.push((key.to_owned(), sent::text(value)?)),
            "domains" => values.0.push((key.to_owned(), sent::list(value)?.join(", "))),
            "kinds" => {
                // A word that there is a list even when it is empty.
                values.0.push(("kind".to_owned(), String::new()));
                values.0.extend(sent::list(value)?.into_iter().map(|kind| ("kind".to_owned(), kind)));
            }
            "locations" => read_locations(values, value)?,
            _ => return Err(sent::no_such_field(key)),
        }
        Ok(())
    })
}

fn read_locations(values: &mut FormValues, value: &Value) -> Result<(), String> {
    let wrong = || format!("Send a list of objects with {}", LOCATION.map(|(name, _)| name).join(", "));
    let none = Vec::new();
    let locations = if value.is_null() { &none } else { value.as_array().ok_or_else(wrong)? };
    if locations.is_empty() {
        values.0.push(("location_name".to_owned(), String::new()));
    }
    for location in locations {
        let location = location.as_object().ok_or_else(wrong)?;
        if location.keys().any(|key| LOCATION.iter().all(|(name, _)| name != key)) {
            return Err(wrong());
        }
        for (name, form) in LOCATION {
            values.0.push((form.to_owned(), sent::text(location.get(name).unwrap_or(&Value::Null))?));
        }
    }
    Ok(())
}

fn name_in_json(form: &str) -> &str {
    match form {
        "kind" => "kinds",
        form if LOCATION.iter().any(|(_, part)| *part == form) => "locations",
        form => form,
    }
}

/// What the list takes: the same words as the page's address.
struct AccountListParams;

impl IntoParams for AccountListParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            parameter("q", "Words that must all begin a word of the name", any_text()),
            parameter("kind", &format!("One of {}", AccountKind::ALL.map(AccountKind::key).join(", ")), any_text()),
            parameter("rep", "“me” for those whose primary rep the token's person is, “none” for those without one", any_text()),
        ];
        parameters.extend(PageParams::into_params(place));
        parameters
    }
}

/// A page of accounts
///
/// By name. A value that is not known is left out.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", operation_id = "list_accounts", params(AccountListParams),
    responses((status = 200, description = "The page", body = Page<AccountJson>)))]
pub async fn list(api: Api, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        let filter = AccountFilter::parse(&values);
        let found = service::accounts::list_whole(&api.ctx, &filter, lists::cursor(&values)?, lists::limit(&values)?).await?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let items: Vec<AccountJson> = found.items.into_iter().map(|account| AccountJson::new(account, &catalog)).collect();
        Ok(Json(Page { items, next_cursor: found.next_cursor }).into_response())
    })
    .await
}

/// One account
#[utoipa::path(get, path = "/api/v1/accounts/{number}", tag = "accounts", operation_id = "find_account",
    params(("number" = i64, Path, description = "Number of the account")),
    responses((status = 200, description = "The account", body = AccountJson, headers(("etag" = String, description = "Its version")))))]
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async {
        let id = read_number(&number)?;
        match service::accounts::find_account(&api.ctx, id).await {
            Ok(account) => answer(&api, account).await,
            Err(error) => Err(where_it_went(&api, id, error).await),
        }
    })
    .await
}

/// Adds an account
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", operation_id = "add_account",
    params(("idempotency-key" = Option<String>, Header, description = "Sending the same key and body again adds nothing")),
    request_body = NewAccount,
    responses((status = 201, description = "The account", body = AccountJson,
        headers(("etag" = String, description = "Its version"), ("location" = String, description = "Its address")))))]
pub async fn add(api: Api, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let values = read_fields(&sent.object()?)?;
        let added = service::accounts::add_account_once(&api.ctx, &values, sent.once(&api)?.as_ref()).await;
        let account = sent::at_names(added, name_in_json)?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let (id, version) = (account.id, account.version);
        Ok(versions::added(&AccountJson::new(account, &catalog), version, &format!("/api/v1/accounts/{id}")))
    })
    .await
}

/// Changes an account
///
/// What is left out stays, `null` clears.
#[utoipa::path(patch, path = "/api/v1/accounts/{number}", tag = "accounts", operation_id = "change_account",
    params(("number" = i64, Path, description = "Number of the account"),
        ("if-match" = String, Header, description = "The ETag that was read, or *")),
    request_body = AccountChange,
    responses((status = 200, description = "The account", body = AccountJson, headers(("etag" = String, description = "Its version")))))]
pub async fn change(api: Api, Path(number): Path<String>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        let mut values = read_fields(&sent.object()?)?;
        sent.only_that_version(&mut values)?;
        match sent::at_names(service::accounts::change_account(&api.ctx, id, &values).await, name_in_json) {
            Ok(account) => answer(&api, account).await,
            Err(error) => Err(where_it_went(&api, id, error).await),
        }
    })
    .await
}

/// An account that went into another says so in the place of not being there.
async fn where_it_went(api: &Api, id: AccountId, error: ServiceError) -> Failure {
    let ServiceError::NotFound = error else { return error.into() };
    match service::merging::went_into(&api.ctx, id).await {
        Ok(Some(kept)) => {
            let text = format!("It is account {kept} now: /api/v1/accounts/{kept}.");
            Problem::new(StatusCode::GONE, "Merged into another account", text).into()
        }
        Ok(None) => ServiceError::NotFound.into(),
        Err(error) => error.into(),
    }
}

async fn answer(api: &Api, account: Account) -> Result<Response, Failure> {
    let catalog = service::catalog::catalog_for(&api.ctx).await?;
    let version = account.version;
    Ok(versions::answer(StatusCode::OK, &AccountJson::new(account, &catalog), version))
}

fn read_number(text: &str) -> Result<AccountId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
