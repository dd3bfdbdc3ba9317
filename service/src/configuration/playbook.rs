//! How people are tried to be reached: the cadence, and the texts of the playbook.

use domain::attempt::{HOURS_MOST, PlaybookRow, PlaybookText, PlaybookView};
use domain::text::note;
use domain::{Action, Cadence, EventKind, FieldErrors, FormValues};

use super::{begin, finish};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{only_differences, only_fields};

/// The cadence, and every text.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn playbook(ctx: &Ctx) -> Result<PlaybookView> {
    ctx.require(Action::Configure)?;
    let mut tx = ctx.store.read().await?;
    Ok(PlaybookView { cadence: tx.attempts().cadence().await?, texts: PlaybookRow::all(&tx.attempts().list_changed_texts().await?) })
}

/// Changes the cadence. Fields: `steps` (one a line, see [`Cadence::parse_steps`]), `call_back` (hours of work). One that was not sent stays.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn change_cadence(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["steps", "call_back"])?;
    let old = tx.attempts().cadence().await?;
    let mut new = old.clone();
    let mut errors = FieldErrors::default();
    if let Some(text) = form.find("steps") {
        new.steps = errors.take("steps", Cadence::parse_steps(text)).unwrap_or_default();
    }
    if let Some(text) = form.find("call_back") {
        let hours = text.trim().parse::<i64>().ok().filter(|hours| (1..=HOURS_MOST).contains(hours));
        new.call_back_hours = errors.take("call_back", hours.ok_or_else(|| format!("Enter whole hours, 1 to {HOURS_MOST}"))).unwrap_or_default();
    }
    errors.into_result()?;
    if new == old {
        return Ok(());
    }
    tx.attempts().change_cadence(&new).await?;
    let changes = only_differences([
        ("Steps", old.steps_text(), new.steps_text()),
        ("Call back after, hours", old.call_back_hours.to_string(), new.call_back_hours.to_string()),
    ]);
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the cadence".to_owned(), changes }).await
}

/// Changes a text of the playbook, by its key. Field: `body`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the field.
pub async fn change_playbook_text(ctx: &Ctx, key: &str, form: &FormValues) -> Result<()> {
    only_fields_of(ctx, form, &["body"])?;
    let body = note(form.get("body")).map_err(|error| FieldErrors::at("body", error.to_string()))?;
    if body.is_empty() {
        return Err(FieldErrors::at("body", "Enter a text").into());
    }
    put(ctx, key, &body).await
}

/// Goes back to the text that a site starts with, by its key.
///
/// # Errors
/// As [`change_playbook_text`].
pub async fn reset_playbook_text(ctx: &Ctx, key: &str, form: &FormValues) -> Result<()> {
    only_fields_of(ctx, form, &[])?;
    let text = PlaybookText::from_key(key).ok_or(ServiceError::NotFound)?;
    put(ctx, key, text.standard()).await
}

/// Whoever may not configure hears that before what is wrong with the form.
fn only_fields_of(ctx: &Ctx, form: &FormValues, known: &[&str]) -> Result<()> {
    ctx.require(Action::Configure)?;
    only_fields(form, known)
}

async fn put(ctx: &Ctx, key: &str, body: &str) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let text = PlaybookText::from_key(key).ok_or(ServiceError::NotFound)?;
    let rows = PlaybookRow::all(&tx.attempts().list_changed_texts().await?);
    let old = rows.into_iter().find(|row| row.text == text).map(|row| row.body).unwrap_or_default();
    if old == body {
        return Ok(());
    }
    if body == text.standard() {
        tx.attempts().reset_text(text).await?;
    } else {
        tx.attempts().change_text(text, body).await?;
    }
    let changes = only_differences([("Text", old, body.to_owned())]);
    finish(ctx, tx, 0, EventKind::RecordChanged { name: format!("the playbook, “{}”", text.label()), changes }).await
}
