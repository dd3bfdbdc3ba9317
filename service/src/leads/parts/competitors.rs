//! Firms that could win the same lead.

use domain::lead_parts::CompetitorStrength;
use domain::{Action, Catalog, ChoiceId, ChoiceList, Competitor, FieldErrors, FormValues, Lead, LeadId, PartKind, PartStep, text};
use store::Tx;

use super::record;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require};

/// Adds a competitor. Fields: `competitor` (of the list), `strength`, `note`.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Forbidden`]; [`ServiceError::NotFound`].
pub async fn add_competitor(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let read = editable(ctx, &mut tx, id).await?;
    let mut errors = FieldErrors::default();
    let firm = form.get("competitor").parse::<ChoiceId>().ok();
    let firm = firm.filter(|firm| catalog.offered(ChoiceList::Competitor).any(|choice| choice.id == *firm));
    let firm = errors.take("competitor", firm.ok_or("Choose a competitor from the list"));
    let present = tx.lead_parts().list_competitors(id).await?;
    if firm.is_some_and(|firm| present.iter().any(|competitor| competitor.firm == firm && competitor.removed_at.is_none())) {
        errors.add("competitor", "It stands here already; change it there");
    }
    let blank = Competitor {
        firm: firm.unwrap_or(ChoiceId(0)),
        strength: CompetitorStrength::default(),
        note: String::new(),
        added_by: ctx.actor()?.id,
        added_at: ctx.now(),
        removed_at: None,
    };
    let competitor = filled(&blank, form, &mut errors);
    errors.into_result()?;
    tx.lead_parts().put_competitor(id, &competitor).await?;
    let told = (PartKind::Competitor, PartStep::Added);
    record(ctx, &mut tx, &read, told, &catalog.choice_name(competitor.firm), competitor.changes_since(&blank)).await?;
    Ok(tx.save().await?)
}

/// Changes what is known of a competitor. Fields: `strength`, `note`; one that was not sent stays.
///
/// # Errors
/// As [`add_competitor`].
pub async fn change_competitor(ctx: &Ctx, id: LeadId, firm: ChoiceId, form: &FormValues) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let read = editable(ctx, &mut tx, id).await?;
    let before = find(&mut tx, id, firm).await?;
    if before.removed_at.is_some() {
        return Err(ServiceError::NotFound);
    }
    let mut errors = FieldErrors::default();
    let competitor = filled(&before, form, &mut errors);
    errors.into_result()?;
    let changes = competitor.changes_since(&before);
    if changes.is_empty() {
        return Ok(());
    }
    tx.lead_parts().put_competitor(id, &competitor).await?;
    record(ctx, &mut tx, &read, (PartKind::Competitor, PartStep::Changed), &catalog.choice_name(firm), changes).await?;
    Ok(tx.save().await?)
}

/// Takes a competitor off the lead; [`restore_competitor`] brings it back.
///
/// # Errors
/// As [`add_competitor`].
pub async fn remove_competitor(ctx: &Ctx, id: LeadId, firm: ChoiceId) -> Result<()> {
    let catalog = ctx.catalog().await?;
    move_out_or_in(ctx, id, firm, PartStep::Removed, &catalog).await
}

/// Brings a competitor back.
///
/// # Errors
/// As [`add_competitor`].
pub async fn restore_competitor(ctx: &Ctx, id: LeadId, firm: ChoiceId) -> Result<()> {
    let catalog = ctx.catalog().await?;
    move_out_or_in(ctx, id, firm, PartStep::Restored, &catalog).await
}

async fn move_out_or_in(ctx: &Ctx, id: LeadId, firm: ChoiceId, step: PartStep, catalog: &Catalog) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let read = editable(ctx, &mut tx, id).await?;
    let before = find(&mut tx, id, firm).await?;
    let removed_at = (step == PartStep::Removed).then(|| ctx.now());
    if before.removed_at.is_some() == removed_at.is_some() {
        return Ok(());
    }
    tx.lead_parts().put_competitor(id, &Competitor { removed_at, ..before }).await?;
    record(ctx, &mut tx, &read, (PartKind::Competitor, step), &catalog.choice_name(firm), Vec::new()).await?;
    Ok(tx.save().await?)
}

async fn editable(ctx: &Ctx, tx: &mut Tx, id: LeadId) -> Result<Lead> {
    let read = held(ctx, tx, id).await?;
    require(ctx, Action::EditLead, &read)?;
    Ok(read)
}

async fn find(tx: &mut Tx, id: LeadId, firm: ChoiceId) -> Result<Competitor> {
    let found = tx.lead_parts().list_competitors(id).await?.into_iter().find(|competitor| competitor.firm == firm);
    found.ok_or(ServiceError::NotFound)
}

fn filled(before: &Competitor, form: &FormValues, errors: &mut FieldErrors) -> Competitor {
    let mut competitor = before.clone();
    if let Some(word) = form.find("strength") {
        let strength = errors.take("strength", CompetitorStrength::from_key(word.trim()).ok_or("Choose from the list"));
        competitor.strength = strength.unwrap_or(before.strength);
    }
    if let Some(typed) = form.find("note") {
        competitor.note = errors.take("note", text::note(typed)).unwrap_or_default();
    }
    competitor
}
