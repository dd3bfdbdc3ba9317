//! Comments with icon and colour, and the shared notes. Both stay possible on closed leads.

use domain::event::{COMMENT_ICONS, COMMENT_TONES};
use domain::{Action, Event, EventId, EventKind, FieldErrors, FormValues, LeadId, text};

use super::{held, require, save};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::once::{self, Once};

/// What can be said about a lead: the `kind` that [`say`] takes.
pub const SAID: [&str; 2] = ["comment", "note"];

/// Adds what its `kind` says, a comment or a note, and gives the event that it made; for a program that may send it again.
///
/// # Errors
/// As [`comment`]; [`ServiceError::Invalid`] when the key came with something else before.
pub async fn say(ctx: &Ctx, id: LeadId, values: &FormValues, once: Option<&Once>) -> Result<Event> {
    let kind = if values.get("kind") == "note" { note_of(values)? } else { comment_of(values)? };
    append(ctx, id, kind, once).await
}

/// Adds a comment: `text`, with an `icon` and a `tone` of those on offer.
///
/// # Errors
/// [`ServiceError::Invalid`] at `text`; [`ServiceError::Forbidden`]; [`ServiceError::NotFound`].
pub async fn comment(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<()> {
    comment_once(ctx, id, values, None).await
}

/// The same for a form that may be sent again.
///
/// # Errors
/// As [`comment`]; [`ServiceError::Invalid`] when the key came with something else before.
pub async fn comment_once(ctx: &Ctx, id: LeadId, values: &FormValues, once: Option<&Once>) -> Result<()> {
    append(ctx, id, comment_of(values)?, once).await.map(|_| ())
}

fn comment_of(values: &FormValues) -> Result<EventKind> {
    let text = read_text(values, "Write a comment first")?;
    let one_of = |name: &str, offered: &[&str]| offered.iter().copied().find(|word| *word == values.get(name)).unwrap_or(offered[0]).to_owned();
    Ok(EventKind::Commented { icon: one_of("icon", &COMMENT_ICONS), tone: one_of("tone", &COMMENT_TONES), text })
}

/// Appends to the shared notes.
///
/// # Errors
/// As [`comment`].
pub async fn share_note(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<()> {
    share_note_once(ctx, id, values, None).await
}

/// The same for a form that may be sent again.
///
/// # Errors
/// As [`comment_once`].
pub async fn share_note_once(ctx: &Ctx, id: LeadId, values: &FormValues, once: Option<&Once>) -> Result<()> {
    append(ctx, id, note_of(values)?, once).await.map(|_| ())
}

fn note_of(values: &FormValues) -> Result<EventKind> {
    Ok(EventKind::NoteShared { text: read_text(values, "Write a note first")? })
}

fn read_text(values: &FormValues, when_empty: &str) -> Result<String> {
    let text = text::note(values.get("text")).map_err(|error| FieldErrors::at("text", error.to_string()))?;
    if text.is_empty() {
        return Err(FieldErrors::at("text", when_empty).into());
    }
    Ok(text)
}

async fn append(ctx: &Ctx, id: LeadId, kind: EventKind, once: Option<&Once>) -> Result<Event> {
    let mut tx = ctx.store.begin().await?;
    let mut lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::CommentOnLead, &lead)?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return tx.events().find(EventId(made)).await?.ok_or(ServiceError::NotFound);
    }
    let read = lead.clone();
    let event = save(ctx, &mut tx, &mut lead, &read, kind).await?;
    once::note(ctx, &mut tx, once, event.id.0).await?;
    tx.save().await?;
    Ok(event)
}
