//! Why a lead went where it went, and deciding once more.

use domain::routing::{Why, explain};
use domain::{Action, FieldChange, LeadField, LeadId, Scope};
use store::Tx;
use store::routing::StoredDecision;

use super::Router;
use crate::catalog::catalog_for;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{frozen, require, write};
use crate::notices::{self, Copies};

/// The newest decision about a lead in words; `None` for a lead about which the rules were never asked. People from outside read
/// the sentence alone: the steps tell of others' accounts.
///
/// # Errors
/// [`ServiceError::NotFound`] for an absent lead and for one the person may not know of.
pub async fn why(ctx: &Ctx, id: LeadId) -> Result<Option<Why>> {
    let mut tx = ctx.store.read().await?;
    tx.leads().find_visible(id, &Scope::of(ctx.actor()?)).await?.ok_or(ServiceError::NotFound)?;
    why_within(ctx, &mut tx, id).await
}

/// The same about a lead that the person was found to know of.
pub(crate) async fn why_within(ctx: &Ctx, tx: &mut Tx, id: LeadId) -> Result<Option<Why>> {
    let Some(StoredDecision { at, inputs, decision }) = tx.routing().newest_decision(id).await? else { return Ok(None) };
    let mut why = explain(&decision, &inputs.facts, at, &*catalog_for(ctx).await?);
    if !ctx.actor()?.role.is_internal() {
        why.steps.clear();
        why.copies.clear();
    }
    Ok(Some(why))
}

/// Routes an open lead once more, by the rules as they are now.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for who manages it; [`ServiceError::NotFound`]; [`ServiceError::Refused`] while a distributor has not
/// answered yet.
pub async fn route_again(ctx: &Ctx, id: LeadId) -> Result<Why> {
    let catalog = ctx.catalog().await?;
    let router = Router::load(ctx).await?;
    let mut tx = ctx.store.begin().await?;
    let is_call = tx.lead_calls().find(id).await?.is_some();
    let router = if is_call { router.of_call(tx.ladders().posts().await?.intake_owner) } else { router };
    let mut lead = crate::leads::held(ctx, &mut tx, id).await?;
    require(ctx, Action::RouteLead, &lead)?;
    if let Some(why) = frozen(&mut tx, &lead).await? {
        return Err(ServiceError::Refused(why));
    }
    let account = tx.accounts().find(lead.account.id).await?;
    let read = lead.clone();
    let stored = router.route(ctx, &mut tx, &mut lead, account.as_ref(), catalog.site.intake_group, &catalog).await?;
    tx.routing().add_decision(id, &stored).await?;
    let shown = |lead, field: LeadField| field.value(lead).display(&read.currency, &catalog);
    let fields = [LeadField::Owner, LeadField::Group, LeadField::Team].into_iter().filter(|field| field.value(&lead) != field.value(&read));
    let changes: Vec<FieldChange> = fields.map(|field| FieldChange { field, old: shown(&read, field), new: shown(&lead, field) }).collect();
    write(ctx, &mut tx, &mut lead, &read, &changes, &catalog).await?;
    if lead.owner != read.owner || (lead.owner.is_none() && lead.group != read.group) {
        let copies = Copies { users: stored.decision.copies.clone(), addresses: Vec::new() };
        notices::tell_routed(ctx, &mut tx, &lead, copies, &catalog).await?;
    }
    tx.save().await?;
    Ok(explain(&stored.decision, &stored.inputs.facts, stored.at, &catalog))
}
