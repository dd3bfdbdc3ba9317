//! Logging an attempt to reach the person of a lead.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::attempt::Proposal;
use domain::{Attempt, AttemptChannel, AttemptOutcome, Catalog, FieldErrors, FormValues, TokenScope, VoicemailPoint};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::caller::Api;
use super::lead_json::person;
use super::leads::read_number;
use super::schema;
use super::sent::{self, Sent};

/// Logs an attempt to reach the person of a lead
///
/// On open leads. A voicemail makes the call-back a task, at the time that was promised or else when the cadence says.
#[utoipa::path(post, path = "/api/v1/leads/{number}/attempts", tag = "leads", operation_id = "log_attempt",
    params(("number" = i64, Path, description = "Number of the lead"),
        ("idempotency-key" = Option<String>, Header, description = "Sending the same key and body again logs nothing")),
    request_body = NewAttempt,
    responses((status = 201, description = "What was logged, and what to try next", body = AttemptJson)))]
pub async fn log(api: Api, Path(number): Path<String>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let id = read_number(&number)?;
        let values = read(&sent.object()?)?;
        let logged = service::attempts::log_once(&api.ctx, id, &values, sent.once(&api)?.as_ref()).await?;
        let known = service::attempts::view(&api.ctx, id).await?;
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        Ok((StatusCode::CREATED, Json(AttemptJson::new(logged.attempt, known.proposal, &catalog))).into_response())
    })
    .await
}

fn channels() -> Vec<&'static str> {
    AttemptChannel::ALL.map(AttemptChannel::key).to_vec()
}

fn outcomes() -> Vec<&'static str> {
    AttemptOutcome::ALL.map(AttemptOutcome::key).to_vec()
}

fn points() -> Vec<&'static str> {
    VoicemailPoint::ALL.map(VoicemailPoint::key).to_vec()
}

fn read(object: &serde_json::Map<String, Value>) -> Result<FormValues, FieldErrors> {
    let one_of = |value: &Value, known: Vec<&'static str>| match value.as_str() {
        Some(word) if known.contains(&word) => Ok(word.to_owned()),
        _ => Err(format!("Send one of {}", known.join(", "))),
    };
    sent::fields(object, |values, key, value| {
        let text = match key {
            "channel" => one_of(value, channels())?,
            "outcome" => one_of(value, outcomes())?,
            "to" | "note" => sent::text(value)?,
            "call_back_at" | "done_at" => value.as_str().map(str::to_owned).ok_or("Send a moment like 2026-11-24T09:30:00Z")?,
            "said" => {
                values.0.extend(sent::list(value)?.into_iter().map(|point| ("said".to_owned(), point)));
                return Ok(());
            }
            _ => return Err(sent::no_such_field(key)),
        };
        values.0.push((key.to_owned(), text));
        Ok(())
    })
}

/// What a new attempt sends.
struct NewAttempt;

impl PartialSchema for NewAttempt {
    fn schema() -> RefOr<Schema> {
        let word = |words: Vec<&'static str>, description| {
            ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).description(Some(description))
        };
        let point: Schema = word(points(), "A point of the check list").into();
        schema::only_these()
            .property("channel", word(channels(), "How they were tried to be reached"))
            .required("channel")
            .property("outcome", word(outcomes(), "How it went; not every channel has each"))
            .required("outcome")
            .property("to", schema::line("The number or address that was tried; left out, the one that the lead prefers"))
            .property("note", schema::note("What else there is to say"))
            .property("said", schema::list(point, "Of a voicemail: what the message held"))
            .property("call_back_at", schema::name("Of a voicemail: when one calls back, in RFC 3339"))
            .property("done_at", schema::name("When it was made, in RFC 3339, where that was some time before"))
            .into()
    }
}

impl ToSchema for NewAttempt {}

/// An attempt to reach the person of a lead, and what to try next.
#[derive(Serialize, ToSchema)]
#[schema(as = Attempt)]
pub struct AttemptJson {
    number: i64,
    lead: i64,
    /// E-mail address of who made it; a name for people of a distributor.
    by: Option<String>,
    /// `call`, `email`, `social` or `visit`.
    channel: &'static str,
    /// `reached`, `voicemail`, `no_answer`, `blocked`, `wrong_number` or `no_show`.
    outcome: &'static str,
    #[schema(format = DateTime)]
    at: String,
    /// The number or address that was tried; empty where that is not known.
    to: String,
    note: String,
    said: Vec<String>,
    #[schema(format = DateTime)]
    call_back_at: Option<String>,
    /// `null` when they were reached, and when everything was tried.
    next: Option<NextJson>,
}

/// What to try next.
#[derive(Serialize, ToSchema)]
struct NextJson {
    channel: &'static str,
    /// Within the working hours of the lead's group, or as it was promised.
    #[schema(format = DateTime)]
    at: String,
    /// Whether its time has come.
    is_due: bool,
    to: String,
    why: String,
}

impl AttemptJson {
    fn new(attempt: Attempt, next: Option<Proposal>, catalog: &Catalog) -> Self {
        let next =
            next.map(|next| NextJson { channel: next.channel.key(), at: next.at.rfc3339(), is_due: next.is_due, to: next.to, why: next.why.words() });
        Self {
            number: attempt.id.0,
            lead: attempt.lead.0,
            by: person(attempt.by, catalog),
            channel: attempt.channel.key(),
            outcome: attempt.outcome.key(),
            at: attempt.at.rfc3339(),
            to: attempt.to,
            note: attempt.note,
            said: attempt.said.iter().map(|point| point.key().to_owned()).collect(),
            call_back_at: attempt.call_back_at.map(domain::Timestamp::rfc3339),
            next,
        }
    }
}
