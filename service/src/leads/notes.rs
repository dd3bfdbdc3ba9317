//! Comments with icon and colour, and the shared notes. Both stay possible on closed leads.

use domain::catalog::parse_clock;
use domain::event::{COMMENT_ICONS, COMMENT_TONES};
use domain::{Action, Event, EventId, EventKind, FieldErrors, FormValues, LeadId, SiteZone, Timestamp, text};

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
    let kind = if values.get("kind") == "note" { note_of(values)? } else { comment_of(ctx, values).await? };
    append(ctx, id, kind, once).await
}

/// Adds a comment: `text`, with an `icon` and a `tone` of those on offer, and `done_at` where it tells of what was done earlier: a day and a
/// time by the site's clocks, `2026-11-24T09:30`, or a moment in RFC 3339.
///
/// # Errors
/// [`ServiceError::Invalid`] at `text` and `done_at`; [`ServiceError::Forbidden`]; [`ServiceError::NotFound`].
pub async fn comment(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<()> {
    comment_once(ctx, id, values, None).await
}

/// The same for a form that may be sent again.
///
/// # Errors
/// As [`comment`]; [`ServiceError::Invalid`] when the key came with something else before.
pub async fn comment_once(ctx: &Ctx, id: LeadId, values: &FormValues, once: Option<&Once>) -> Result<()> {
    append(ctx, id, comment_of(ctx, values).await?, once).await.map(|_| ())
}

async fn comment_of(ctx: &Ctx, values: &FormValues) -> Result<EventKind> {
    let text = read_text(values, "Write a comment first")?;
    let one_of = |name: &str, offered: &[&str]| offered.iter().copied().find(|word| *word == values.get(name)).unwrap_or(offered[0]).to_owned();
    let done_at = match values.get("done_at").trim() {
        "" => None,
        typed => {
            let read = read_done_at(typed, &ctx.catalog().await?.site.zone, ctx.now());
            Some(read.map_err(|sentence| FieldErrors::at("done_at", sentence))?)
        }
    };
    Ok(EventKind::Commented { icon: one_of("icon", &COMMENT_ICONS), tone: one_of("tone", &COMMENT_TONES), text, done_at })
}

/// When something was done that is entered later, as it was typed or sent.
///
/// # Errors
/// The sentence for the field.
pub(crate) fn read_done_at(typed: &str, zone: &SiteZone, now: Timestamp) -> std::result::Result<Timestamp, &'static str> {
    read_moment(typed, zone).filter(|at| *at <= now).ok_or("Enter a day and a time that have passed")
}

/// When something is to be done, likewise.
///
/// # Errors
/// The sentence for the field.
pub(crate) fn read_to_come(typed: &str, zone: &SiteZone, now: Timestamp) -> std::result::Result<Timestamp, &'static str> {
    read_moment(typed, zone).filter(|at| *at > now).ok_or("Enter a day and a time that are to come")
}

/// A minute by the site's clocks, as browsers send it: `2026-11-24T09:30`; or a moment as programs do: `2026-11-24T09:30:00Z`.
fn read_moment(text: &str, zone: &SiteZone) -> Option<Timestamp> {
    if let Ok(at) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(Timestamp(at.timestamp_millis())).filter(|at| at.0 >= 0);
    }
    let (day, clock) = text.split_once('T')?;
    let minute = parse_clock(clock)?;
    Some(zone.first_showing(Timestamp::parse_day(day)?.plus_ms(minute * 60_000)))
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
