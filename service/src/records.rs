//! What changing accounts, contacts and opportunities has in common: which version was read, and what happened since.

use domain::event::{Subject, TextChange};
use domain::record_change::{Field, LaterEdit, clash_sentence, edits_since, merge};
use domain::{Catalog, EventKind, FieldErrors, FormValues, LeadId};
use store::Tx;
use store::events::NewEvent;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Events looked through for changes since a version was read.
const EVENTS_MAX: i64 = 500;

/// A program's condition among what it sends: the version that it read. Nothing is done to any other.
pub const IF_VERSION: &str = "if_version";

/// Holds a wish to the version that it names, where it names one. Unlike the `version` of a form, which lets changes of
/// different fields stand side by side.
///
/// # Errors
/// [`ServiceError::Conflict`] when the record is at another version.
pub(crate) fn require_version(form: &FormValues, present: i64) -> Result<()> {
    match form.find(IF_VERSION) {
        Some(text) if text.parse() != Ok(present) => Err(ServiceError::Conflict(Vec::new())),
        _ => Ok(()),
    }
}

/// A record as events name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    pub subject: Subject,
    pub id: i64,
    pub version: i64,
    pub name: &'a str,
    /// The lead in whose timeline its events stand.
    pub lead: Option<LeadId>,
}

/// What others did since the form was filled, by its `version`; a form without one was filled just now.
pub(crate) async fn edits_by_others(tx: &mut Tx, record: Record<'_>, form: &FormValues) -> Result<Vec<LaterEdit>> {
    let Some(text) = form.find("version") else { return Ok(Vec::new()) };
    let read: i64 = text.trim().parse().map_err(|_| FieldErrors::at("version", "Send the version that you read, a whole number"))?;
    if read >= record.version {
        return Ok(Vec::new());
    }
    let events = tx.events().of_subject(record.subject, record.id, EVENTS_MAX).await?;
    Ok(edits_since(&events, read))
}

/// Brings a filled-in draft together with what others did since; gives what is left to change.
pub(crate) fn merge_draft<R>(
    ctx: &Ctx,
    fields: &[Field<R>],
    current: &R,
    draft: &mut R,
    since: &[LaterEdit],
    record: &str,
    catalog: &Catalog,
) -> Result<Vec<TextChange>> {
    let actor = ctx.actor()?.id;
    let merged = merge(fields, current, draft, since, actor, catalog);
    merged.map_err(|clashes| ServiceError::Refused(clash_sentence(&clashes, record, catalog)))
}

/// Records that a record was added by the person who acts.
pub(crate) async fn record_added(ctx: &Ctx, tx: &mut Tx, record: Record<'_>) -> Result<()> {
    record_event(ctx, tx, record, EventKind::RecordAdded { name: record.name.to_owned() }).await
}

/// Records what the person who acts changed about a record.
pub(crate) async fn record_changed(ctx: &Ctx, tx: &mut Tx, record: Record<'_>, changes: Vec<TextChange>) -> Result<()> {
    record_event(ctx, tx, record, EventKind::RecordChanged { name: record.name.to_owned(), changes }).await
}

/// Records something else that happened to a record.
pub(crate) async fn record_event(ctx: &Ctx, tx: &mut Tx, record: Record<'_>, kind: EventKind) -> Result<()> {
    let event = NewEvent {
        at: ctx.now(),
        actor: ctx.actor.as_ref().map(|actor| actor.id),
        subject: record.subject,
        subject_id: record.id,
        lead: record.lead,
        version: record.version,
        kind,
        before: None,
        after: None,
    };
    tx.events().record(event).await?;
    Ok(())
}
