//! What is known of a lead's budget, authority, need, timescale and agreed action.

use domain::event::TextChange;
use domain::{Answer, Catalog, Dimension, EventKind, FieldErrors, FormValues, LeadId};

use super::editable;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::save;

/// Changes what is known of a dimension, see [`Answer::read`]; without an answer it is taken away. `read_at` is when the answer that was read was
/// given, empty for none.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when somebody answered since; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`].
pub async fn change_answer(ctx: &Ctx, id: LeadId, dimension: Dimension, form: &FormValues) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let mut lead = editable(ctx, &mut tx, id).await?;
    let before = tx.lead_classes().answers(id).await?.into_iter().find(|answer| answer.dimension == dimension);
    let present = before.as_ref().map_or_else(String::new, |answer| answer.at.0.to_string());
    if form.find("read_at").is_some_and(|read_at| read_at.trim() != present) {
        return Err(ServiceError::Refused("Somebody answered this meanwhile; load the page again to see it".to_owned()));
    }
    let mut errors = FieldErrors::default();
    // Another moment than that of the answer before, by which it is told from it.
    let at = before.as_ref().map_or(ctx.now(), |answer| ctx.now().max(answer.at.plus_ms(1)));
    let after = Answer::read(dimension, form, ctx.actor()?.id, at, &mut errors);
    errors.into_result()?;
    let is_same = match (&before, &after) {
        (Some(before), Some(after)) => before.says_the_same(after),
        (before, after) => before.is_none() && after.is_none(),
    };
    if is_same {
        return Ok(());
    }
    match &after {
        Some(answer) => tx.lead_classes().set_answer(id, answer).await?,
        None => tx.lead_classes().remove_answer(id, dimension).await?,
    }
    let read = lead.clone();
    let changes = changes(dimension, before.as_ref(), after.as_ref(), &catalog);
    save(ctx, &mut tx, &mut lead, &read, EventKind::Qualified { changes }).await?;
    Ok(tx.save().await?)
}

/// What is another than before, in words.
fn changes(dimension: Dimension, before: Option<&Answer>, after: Option<&Answer>, catalog: &Catalog) -> Vec<TextChange> {
    let label = dimension.label(catalog);
    let text = |answer: Option<&Answer>| answer.map_or_else(String::new, |answer| format!("{} ({})", answer.text, answer.confidence.label()));
    let evidence = |answer: Option<&Answer>| answer.map_or_else(String::new, |answer| answer.evidence.clone());
    [(label.clone(), text(before), text(after)), (format!("{label}, evidence"), evidence(before), evidence(after))]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what, old, new })
        .collect()
}
