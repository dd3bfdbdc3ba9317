//! Tickets: list, open, read, change. They are seen by whoever may see their lead.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::task::Whose;
use domain::ticket::TicketsShown;
use domain::{Catalog, FieldErrors, FormValues, LeadId, Ticket, TicketFilter, TicketId, TicketPriority, TokenScope};
use serde::Serialize;
use serde_json::{Map, Value};
use store::tickets::TicketCursor;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{Object, ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::caller::{Api, Failure};
use super::lead_json::person;
use super::lists::{self, Page, PageParams, any_text, parameter};
use super::sent::{self, Sent};
use super::{schema, versions};
use crate::problem::Problem;

/// What the person of a lead wants solved.
#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
struct TicketJson {
    number: i64,
    /// Grows by one with each change; also the `ETag`.
    version: i64,
    /// Number of the lead.
    lead: i64,
    title: String,
    details: String,
    /// `urgent`, `high`, `normal` or `low`.
    priority: &'static str,
    /// `open` or `closed`.
    state: &'static str,
    /// E-mail address of who solves it; a name for people of a distributor.
    assignee: Option<String>,
    /// What solved it; empty while nobody has said so.
    answer: String,
    /// E-mail address of who opened it; a name for people of a distributor.
    opened_by: Option<String>,
    #[schema(format = DateTime)]
    opened_at: String,
    #[schema(format = DateTime)]
    closed_at: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl TicketJson {
    fn new(ticket: Ticket, catalog: &Catalog) -> Self {
        let state = if ticket.closed.is_some() { TicketsShown::Closed } else { TicketsShown::Open };
        Self {
            number: ticket.id.0,
            version: ticket.version,
            lead: ticket.lead.0,
            priority: ticket.priority.key(),
            state: state.key(),
            assignee: person(ticket.assignee, catalog),
            opened_by: person(ticket.opened_by, catalog),
            opened_at: ticket.opened_at.rfc3339(),
            closed_at: ticket.closed.map(|closed| closed.at.rfc3339()),
            updated_at: ticket.updated_at.rfc3339(),
            title: ticket.title,
            details: ticket.details,
            answer: ticket.answer,
        }
    }
}

/// What a change of a ticket may send.
struct TicketChange;

impl PartialSchema for TicketChange {
    fn schema() -> RefOr<Schema> {
        let state = word(vec![TicketsShown::Open.key(), TicketsShown::Closed.key()], "Closes it, or opens it again");
        properties().property("answer", schema::note("What solved it")).property("state", state).into()
    }
}

impl ToSchema for TicketChange {}

/// What a new ticket may send.
struct NewTicket;

impl PartialSchema for NewTicket {
    fn schema() -> RefOr<Schema> {
        let lead = ObjectBuilder::new().schema_type(Type::Integer).description(Some("Number of its lead"));
        properties().property("lead", lead).required("lead").required("title").into()
    }
}

impl ToSchema for NewTicket {}

fn word(words: Vec<&'static str>, description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).description(Some(description))
}

fn properties() -> ObjectBuilder {
    schema::only_these()
        .property("title", schema::name("What it is about"))
        .property("details", schema::note("What else there is to say"))
        .property("priority", word(TicketPriority::ALL.map(TicketPriority::key).to_vec(), "In which order tickets are looked at"))
        .property("assignee", schema::name("E-mail address or name of who solves it; whoever opens it where it is left out"))
}

/// The fields of a ticket as a form would send them; `others` are those that only a new one has, or only a change.
fn read_fields(object: &Map<String, Value>, others: &[&str], catalog: &Catalog) -> Result<FormValues, FieldErrors> {
    sent::fields(object, |values, key, value| {
        let text = match key {
            "title" | "details" => sent::text(value)?,
            "answer" if others.contains(&key) => sent::text(value)?,
            "priority" => value.as_str().map(str::to_owned).ok_or("Send a text")?,
            "state" if others.contains(&key) => match value.as_str() {
                Some(state @ ("open" | "closed")) => state.to_owned(),
                _ => return Err("Send open or closed".to_owned()),
            },
            "lead" if others.contains(&key) => value.as_i64().map(|lead| lead.to_string()).ok_or("Send the number of the lead")?,
            "assignee" => {
                let named = value.as_str().map(domain::text::fold).ok_or("Send an e-mail address or a name")?;
                let is_named = |one: &&domain::catalog::Person| domain::text::fold(&one.email) == named || domain::text::fold(&one.name) == named;
                let mut found = catalog.people.iter().filter(|one| !one.disabled && !named.is_empty()).filter(is_named);
                // Two of the same name are told apart by their addresses.
                let only = found.next().filter(|_| found.next().is_none());
                only.map(|one| one.id.to_string()).ok_or("Name a person by e-mail address, or by a name that only they have")?
            }
            _ => return Err(sent::no_such_field(key)),
        };
        values.0.push((key.to_owned(), text));
        Ok(())
    })
}

/// What the list takes.
struct TicketListParams;

impl IntoParams for TicketListParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            parameter("lead", "Number of a lead: all of its tickets, whosever they are", Object::with_type(Type::Integer)),
            parameter("state", "One of open, closed, all; open where it is left out", any_text()),
            parameter("mine", "Without a lead: “false” for everybody’s, for who leads others", any_text()),
        ];
        parameters.extend(PageParams::into_params(place));
        parameters
    }
}

/// A page of tickets
///
/// Open ones by priority and then the oldest first; closed ones by when they were closed, and all of them, the newest first.
#[utoipa::path(get, path = "/api/v1/tickets", tag = "tickets", operation_id = "list_tickets", params(TicketListParams),
    responses((status = 200, description = "The page", body = Page<TicketJson>),
        (status = 404, description = "No such lead, or not the person's to see", body = crate::problem::ProblemJson, content_type = "application/problem+json")))]
pub async fn list(api: Api, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        let shown = match values.find("state") {
            None => TicketsShown::default(),
            Some(key) => TicketsShown::from_key(key).ok_or_else(|| FieldErrors::at("state", "Send open, closed or all"))?,
        };
        let whose = match values.find("mine") {
            None | Some("true") => Whose::Mine,
            Some("false") => Whose::Everyone,
            Some(_) => return Err(FieldErrors::at("mine", "Send true or false").into()),
        };
        let filter = TicketFilter { lead: lists::number(&values, "lead")?.map(LeadId), shown, whose };
        let after = values.find("cursor").filter(|text| !text.is_empty());
        if after.is_some_and(|text| TicketCursor::parse(text).is_none()) {
            return Err(lists::not_a_cursor().into());
        }
        let found = service::tickets::list(&api.ctx, filter, after, lists::limit(&values)?).await?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let items: Vec<TicketJson> = found.rows.into_iter().map(|row| TicketJson::new(row.ticket, &catalog)).collect();
        Ok(Json(Page { items, next_cursor: found.next }).into_response())
    })
    .await
}

/// One ticket
#[utoipa::path(get, path = "/api/v1/tickets/{number}", tag = "tickets", operation_id = "find_ticket",
    params(("number" = i64, Path, description = "Number of the ticket")),
    responses((status = 200, description = "The ticket", body = TicketJson, headers(("etag" = String, description = "Its version")))))]
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async {
        let ticket = service::tickets::find(&api.ctx, read_number(&number)?).await?;
        answer(&api, ticket).await
    })
    .await
}

/// Opens a ticket for a lead
///
/// Also for one that is closed. Who is given it is told.
#[utoipa::path(post, path = "/api/v1/tickets", tag = "tickets", operation_id = "add_ticket",
    params(("idempotency-key" = Option<String>, Header, description = "Sending the same key and body again opens nothing")),
    request_body = NewTicket,
    responses((status = 201, description = "The ticket", body = TicketJson,
        headers(("etag" = String, description = "Its version"), ("location" = String, description = "Its address")))))]
pub async fn add(api: Api, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let object = sent.object()?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let values = read_fields(&object, &["lead"], &catalog)?;
        let ticket = service::tickets::add_once(&api.ctx, &values, sent.once(&api)?.as_ref()).await?;
        let (id, version) = (ticket.id, ticket.version);
        Ok(versions::added(&TicketJson::new(ticket, &catalog), version, &format!("/api/v1/tickets/{id}")))
    })
    .await
}

/// Changes a ticket
///
/// What is left out stays, `null` clears. With `state` it is closed, which who opened it is told, or opened again.
#[utoipa::path(patch, path = "/api/v1/tickets/{number}", tag = "tickets", operation_id = "change_ticket",
    params(("number" = i64, Path, description = "Number of the ticket"),
        ("if-match" = String, Header, description = "The ETag that was read, or *")),
    request_body = TicketChange,
    responses((status = 200, description = "The ticket", body = TicketJson, headers(("etag" = String, description = "Its version")))))]
pub async fn change(api: Api, Path(number): Path<String>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        // What is not theirs to see is not looked into any further.
        service::tickets::find(&api.ctx, id).await?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let mut values = read_fields(&sent.object()?, &["answer", "state"], &catalog)?;
        sent.only_that_version(&mut values)?;
        answer(&api, service::tickets::change(&api.ctx, id, &values).await?).await
    })
    .await
}

async fn answer(api: &Api, ticket: Ticket) -> Result<Response, Failure> {
    let catalog = service::catalog::catalog_for(&api.ctx).await?;
    let version = ticket.version;
    Ok(versions::answer(StatusCode::OK, &TicketJson::new(ticket, &catalog), version))
}

fn read_number(text: &str) -> Result<TicketId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
