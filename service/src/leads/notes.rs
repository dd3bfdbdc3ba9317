//! Comments with icon and colour, and the shared notes. Both stay possible on closed leads.

use domain::event::{COMMENT_ICONS, COMMENT_TONES};
use domain::{Action, EventKind, FieldErrors, FormValues, LeadId, text};

use super::{held, require, save};
use crate::ctx::Ctx;
use crate::error::Result;

/// Adds a comment: `text`, with an `icon` and a `tone` of those on offer.
///
/// # Errors
/// [`crate::ServiceError::Invalid`] at `text`; [`crate::ServiceError::Forbidden`]; [`crate::ServiceError::NotFound`].
pub async fn comment(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<()> {
    let text = read_text(values, "Write a comment first")?;
    let one_of = |name: &str, offered: &[&str]| offered.iter().copied().find(|word| *word == values.get(name)).unwrap_or(offered[0]).to_owned();
    append(ctx, id, EventKind::Commented { icon: one_of("icon", &COMMENT_ICONS), tone: one_of("tone", &COMMENT_TONES), text }).await
}

/// Appends to the shared notes.
///
/// # Errors
/// As [`comment`].
pub async fn share_note(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<()> {
    let text = read_text(values, "Write a note first")?;
    append(ctx, id, EventKind::NoteShared { text }).await
}

fn read_text(values: &FormValues, when_empty: &str) -> Result<String> {
    let text = text::note(values.get("text")).map_err(|error| FieldErrors::at("text", error.to_string()))?;
    if text.is_empty() {
        return Err(FieldErrors::at("text", when_empty).into());
    }
    Ok(text)
}

async fn append(ctx: &Ctx, id: LeadId, kind: EventKind) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let mut lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::CommentOnLead, &lead)?;
    let before = lead.audience();
    save(ctx, &mut tx, &mut lead, before, kind).await?;
    tx.save().await?;
    Ok(())
}
