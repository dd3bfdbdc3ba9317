//! Contacts: list, add, read, change.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::{Contact, ContactFilter, ContactId, FieldErrors, FormValues, TokenScope};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{Object, ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::caller::Api;
use super::lead_json::AccountName;
use super::lists::{self, Page, PageParams, any_text, parameter};
use super::sent::{self, Sent};
use super::{schema, versions};
use crate::problem::Problem;

/// A person.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact)]
struct ContactJson {
    number: i64,
    /// Grows by one with each change; also the `ETag`.
    version: i64,
    full_name: String,
    job_title: String,
    account: Option<AccountName>,
    /// The preferred one first.
    phones: Vec<String>,
    /// The preferred one first.
    emails: Vec<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<Contact> for ContactJson {
    fn from(contact: Contact) -> Self {
        Self {
            number: contact.id.0,
            version: contact.version,
            full_name: contact.full_name,
            job_title: contact.job_title,
            account: contact.account.map(|account| AccountName { number: account.id.0, name: account.name }),
            phones: contact.phones.iter().map(|phone| phone.display().to_owned()).collect(),
            emails: contact.emails.into_iter().map(String::from).collect(),
            created_at: contact.created_at.rfc3339(),
            updated_at: contact.updated_at.rfc3339(),
        }
    }
}

/// What a change of a contact may send.
struct ContactChange;

impl PartialSchema for ContactChange {
    fn schema() -> RefOr<Schema> {
        properties().into()
    }
}

impl ToSchema for ContactChange {}

/// What a new contact may send.
struct NewContact;

impl PartialSchema for NewContact {
    fn schema() -> RefOr<Schema> {
        properties().required("full_name").into()
    }
}

impl ToSchema for NewContact {}

fn properties() -> ObjectBuilder {
    let account = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Integer, Type::String, Type::Null]));
    schema::only_these()
        .property("full_name", schema::name("Full name"))
        .property("job_title", schema::line("Job title"))
        .property("account", account.description(Some("Number or name of an account that is there")))
        .property("phones", schema::texts("Phone numbers, the preferred one first"))
        .property("emails", schema::texts("E-mail addresses, the preferred one first"))
}

fn read_fields(object: &Map<String, Value>) -> Result<FormValues, FieldErrors> {
    sent::fields(object, |values, key, value| {
        let text = match (key, value) {
            ("full_name" | "job_title", value) => sent::text(value)?,
            ("account", Value::Number(_)) => sent::number(value)?,
            ("account", value) => sent::text(value).map_err(|_| "Send the account's number or name, or null")?,
            ("phones" | "emails", value) => sent::list(value)?.join(", "),
            _ => return Err(sent::no_such_field(key)),
        };
        values.0.push((key.to_owned(), text));
        Ok(())
    })
}

/// What the list takes: the same words as the page's address.
struct ContactListParams;

impl IntoParams for ContactListParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            parameter("q", "Words that must all begin a word of the name; the start of an e-mail address; or digits of a phone number", any_text()),
            parameter("account", "Number of the account", Object::with_type(Type::Integer)),
        ];
        parameters.extend(PageParams::into_params(place));
        parameters
    }
}

/// A page of contacts
///
/// By name.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "contacts", operation_id = "list_contacts", params(ContactListParams),
    responses((status = 200, description = "The page", body = Page<ContactJson>)))]
pub async fn list(api: Api, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        lists::number(&values, "account")?;
        let filter = ContactFilter::parse(&values);
        let found = service::contacts::list_whole(&api.ctx, &filter, lists::cursor(&values)?, lists::limit(&values)?).await?;
        let items: Vec<ContactJson> = found.items.into_iter().map(ContactJson::from).collect();
        Ok(Json(Page { items, next_cursor: found.next_cursor }).into_response())
    })
    .await
}

/// One contact
#[utoipa::path(get, path = "/api/v1/contacts/{number}", tag = "contacts", operation_id = "find_contact",
    params(("number" = i64, Path, description = "Number of the contact")),
    responses((status = 200, description = "The contact", body = ContactJson, headers(("etag" = String, description = "Its version")))))]
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async { Ok(answer(service::contacts::find_contact(&api.ctx, read_number(&number)?).await?)) }).await
}

/// Adds a contact
#[utoipa::path(post, path = "/api/v1/contacts", tag = "contacts", operation_id = "add_contact",
    params(("idempotency-key" = Option<String>, Header, description = "Sending the same key and body again adds nothing")),
    request_body = NewContact,
    responses((status = 201, description = "The contact", body = ContactJson,
        headers(("etag" = String, description = "Its version"), ("location" = String, description = "Its address")))))]
pub async fn add(api: Api, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let values = read_fields(&sent.object()?)?;
        let contact = service::contacts::add_contact_once(&api.ctx, &values, sent.once(&api)?.as_ref()).await?;
        let (id, version) = (contact.id, contact.version);
        Ok(versions::added(&ContactJson::from(contact), version, &format!("/api/v1/contacts/{id}")))
    })
    .await
}

/// Changes a contact
///
/// What is left out stays, `null` clears. The contact's leads show the new numbers and addresses at once.
#[utoipa::path(patch, path = "/api/v1/contacts/{number}", tag = "contacts", operation_id = "change_contact",
    params(("number" = i64, Path, description = "Number of the contact"),
        ("if-match" = String, Header, description = "The ETag that was read, or *")),
    request_body = ContactChange,
    responses((status = 200, description = "The contact", body = ContactJson, headers(("etag" = String, description = "Its version")))))]
pub async fn change(api: Api, Path(number): Path<String>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        let mut values = read_fields(&sent.object()?)?;
        sent.only_that_version(&mut values)?;
        Ok(answer(service::contacts::change_contact(&api.ctx, id, &values).await?))
    })
    .await
}

fn answer(contact: Contact) -> Response {
    let version = contact.version;
    versions::answer(StatusCode::OK, &ContactJson::from(contact), version)
}

fn read_number(text: &str) -> Result<ContactId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
