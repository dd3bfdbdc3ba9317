//! Contact events that other systems send.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use domain::contact_event::{BATCH_MAX, SENDER_KEY_MAX};
use domain::{FieldErrors, FormValues, TokenScope};
use serde::Serialize;
use serde_json::{Map, Value};
use service::contact_events::{Judged, SentEvent, Verdict};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{ArrayBuilder, KnownFormat, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::caller::Api;
use super::schema;
use super::sent::{self, Sent};

/// Sends contact events
///
/// What contacts did: one event, or up to 1,000 as `events`. A contact who is not known by e-mail address or phone number is added, with
/// the account that is meant if it is exactly one. Each event has a verdict; one with an `id` that this person sent before is a duplicate
/// and counts once, so that everything may be sent again. A batch is taken in one step: either each verdict holds, or nothing was kept.
/// An event alone that is refused is answered 422. Kinds are `email_opened`, `email_clicked`, `email_replied`, `page_visited`,
/// `form_filled`, `downloaded`, `purchased`, `called`, `met`, `attended`, and those an administrator added.
#[utoipa::path(post, path = "/api/v1/events", tag = "events", operation_id = "send_events",
    params(("idempotency-key" = Option<String>, Header, description = "The same key with another body is refused")),
    request_body = ContactEventOrBatch,
    responses((status = 200, description = "A verdict for each event, in their order", body = Verdicts)))]
pub async fn send(api: Api, sent: Sent) -> Response {
    api.run(TokenScope::Events, async {
        let object = sent.object()?;
        let batch = read_batch(&object)?;
        let once = sent.once(&api)?;
        let events = match &batch {
            Some(events) => events.iter().map(read_item).collect(),
            None => vec![read_event(&object)],
        };
        let judged = service::contact_events::receive(&api.ctx, &events, once.as_ref()).await?;
        match &judged[..] {
            [Judged { verdict: Verdict::Refused(errors), .. }] if batch.is_none() => Err(errors.clone().into()),
            _ => Ok(Json(Verdicts { verdicts: judged.into_iter().map(VerdictJson::from).collect() }).into_response()),
        }
    })
    .await
}

/// The events of a batch; `None` for a body that is one event.
fn read_batch(object: &Map<String, Value>) -> Result<Option<&Vec<Value>>, FieldErrors> {
    let Some(events) = object.get("events") else { return Ok(None) };
    let mut errors = FieldErrors::default();
    for key in object.keys().filter(|key| *key != "events") {
        errors.add(key, if is_field(key) { "A batch has its events only in “events”".to_owned() } else { sent::no_such_field(key) });
    }
    if !events.is_array() {
        errors.add("events", "Send a list of events");
    }
    errors.into_result()?;
    Ok(events.as_array())
}

fn is_field(key: &str) -> bool {
    matches!(key, "id" | "kind" | "at" | "detail" | "contact")
}

fn read_item(value: &Value) -> SentEvent {
    match value {
        Value::Object(object) => read_event(object),
        _ => SentEvent { values: FormValues::default(), errors: FieldErrors::at("", "Send an event as an object") },
    }
}

/// Reads an event; what is wrong with its form stands at its fields.
fn read_event(object: &Map<String, Value>) -> SentEvent {
    let mut read = SentEvent::default();
    for (key, value) in object {
        match (key.as_str(), value) {
            ("contact", Value::Object(contact)) => contact.iter().for_each(|(key, value)| take(&mut read, &format!("contact.{key}"), value)),
            ("contact", _) => read.errors.add("contact", "Send who it was, as an object"),
            _ => take(&mut read, key, value),
        }
    }
    read
}

fn take(read: &mut SentEvent, field: &str, value: &Value) {
    if !service::contact_events::FIELDS.contains(&field) {
        return read.errors.add(field, sent::no_such_field(field));
    }
    match sent::text(value) {
        Ok(text) => read.values.0.push((field.to_owned(), text)),
        Err(sentence) => read.errors.add(field, sentence),
    }
}

/// One contact event, or a batch of them as `events` and nothing else.
struct ContactEventOrBatch;

impl PartialSchema for ContactEventOrBatch {
    fn schema() -> RefOr<Schema> {
        let events = ArrayBuilder::new().items(Ref::from_schema_name("ContactEvent")).min_items(Some(1)).max_items(Some(BATCH_MAX));
        properties().property("events", events.description(Some("A batch; then the body has nothing else"))).into()
    }
}

impl ToSchema for ContactEventOrBatch {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("ContactEvent".to_owned(), event_schema()));
        schemas.push((CONTACT.to_owned(), contact_schema().into()));
    }
}

fn event_schema() -> RefOr<Schema> {
    properties().description(Some("What a contact did.")).required("id").required("kind").required("at").required("contact").into()
}

fn properties() -> ObjectBuilder {
    let text = |most: usize, description: &str| ObjectBuilder::new().schema_type(Type::String).max_length(Some(most)).description(Some(description));
    let moment = ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    let detail = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null])).max_length(Some(1000));
    schema::only_these()
        .property("id", text(SENDER_KEY_MAX, "The sender's own id of it; the same one again is a duplicate"))
        .property("kind", text(domain::text::LINE_MAX, "Its kind"))
        .property("at", moment.description(Some("When it happened; not in the future")))
        .property("contact", Ref::from_schema_name(CONTACT))
        .property("detail", detail.description(Some("What else there is to say")))
}

/// Name of the description of who it was.
const CONTACT: &str = "ContactOfEvent";

fn contact_schema() -> ObjectBuilder {
    schema::only_these()
        .description(Some("Who it was: an e-mail address or a phone number, and what else is known."))
        .property("email", schema::line("E-mail address"))
        .property("phone", schema::line("Phone number; without a country it is the site's"))
        .property("name", schema::line("Full name"))
        .property("company", schema::line("Company"))
        .property("domain", schema::line("Domain of the company, where it is not that of the address"))
        .property("street", schema::line("Street and house number"))
        .property("city", schema::line("City"))
        .property("postcode", schema::line("Postcode"))
        .property("country", schema::line("Country"))
}

/// A verdict for each event.
#[derive(Serialize, ToSchema)]
struct Verdicts {
    verdicts: Vec<VerdictJson>,
}

/// What became of an event.
#[derive(Serialize, ToSchema)]
#[schema(as = Verdict)]
struct VerdictJson {
    /// The sender's id of it.
    id: String,
    /// `accepted`, `duplicate` or `refused`.
    verdict: &'static str,
    /// Why it was refused, in a sentence.
    #[schema(required = true)]
    reason: Option<String>,
    /// Why it was refused, by field.
    errors: BTreeMap<String, String>,
    /// Number of the contact whose event it is.
    #[schema(required = true)]
    contact: Option<i64>,
    /// Number of the contact's account.
    #[schema(required = true)]
    account: Option<i64>,
    /// Number of the contact's open lead.
    #[schema(required = true)]
    lead: Option<i64>,
}

impl From<Judged> for VerdictJson {
    fn from(judged: Judged) -> Self {
        let (verdict, contact, errors) = match judged.verdict {
            Verdict::Accepted(contact) => ("accepted", Some(contact.0), FieldErrors::default()),
            Verdict::Duplicate(contact) => ("duplicate", Some(contact.0), FieldErrors::default()),
            Verdict::Refused(errors) => ("refused", None, errors),
        };
        let sentence = |(field, text): (&String, &String)| if field.is_empty() { text.clone() } else { format!("{field}: {text}") };
        let sentences: Vec<String> = errors.0.iter().map(sentence).collect();
        Self {
            id: judged.id,
            verdict,
            reason: (!sentences.is_empty()).then(|| sentences.join("; ")),
            errors: errors.0,
            contact,
            account: judged.account.map(|account| account.0),
            lead: judged.lead.map(|lead| lead.0),
        }
    }
}
