//! Notes on what a lead is interested in.

use domain::event::TextChange;
use domain::lead_parts::OfferingNote;
use domain::{Action, ChoiceId, FieldErrors, FormValues, LeadId, PartKind, PartStep, text};

use super::record;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require};

/// Writes the note on an offering; an empty one takes it away. Fields: `note`, and `was`, when the note that the person read was written, in
/// milliseconds, or nothing.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when somebody wrote another meanwhile; [`ServiceError::Forbidden`];
/// [`ServiceError::NotFound`].
pub async fn change_offering_note(ctx: &Ctx, id: LeadId, offering: ChoiceId, form: &FormValues) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let read = held(ctx, &mut tx, id).await?;
    require(ctx, Action::EditLead, &read)?;
    let note = text::note(form.get("note")).map_err(|error| FieldErrors::at("note", error.to_string()))?;
    if !read.offerings.contains(&offering) {
        return Err(FieldErrors::at("note", "This lead is not interested in that any more").into());
    }
    let before = tx.lead_parts().list_notes(id).await?.into_iter().find(|note| note.offering == offering);
    let present = before.as_ref().map_or_else(String::new, |before| before.changed_at.0.to_string());
    let old = before.map_or_else(String::new, |before| before.note);
    if old == note {
        return Ok(());
    }
    if form.find("was").is_some_and(|was| was.trim() != present) {
        return Err(ServiceError::Refused(format!("Somebody wrote another note meanwhile: “{old}”. Load the page again to change it")));
    }
    let step = match (old.is_empty(), note.is_empty()) {
        (true, _) => PartStep::Added,
        (false, true) => PartStep::Removed,
        (false, false) => PartStep::Changed,
    };
    let change = TextChange { what: "Note".to_owned(), old, new: note.clone() };
    let changed = OfferingNote { offering, note, changed_by: ctx.actor()?.id, changed_at: ctx.now() };
    tx.lead_parts().change_note(id, &changed).await?;
    record(ctx, &mut tx, &read, (PartKind::OfferingNote, step), &catalog.choice_name(offering), vec![change]).await?;
    Ok(tx.save().await?)
}
