//! Who gave a lead to who has it, where the rules did not.

use domain::routing::{ByHand, Door, Why, given_by, tell_delegated, tell_given};
use domain::{Event, EventKind, Lead};
use store::Tx;

use crate::catalog::catalog_for;
use crate::ctx::Ctx;
use crate::error::Result;

/// What people decided about whose a lead is.
pub(crate) struct Told {
    /// How it came to its owner or group; `None` where the rules said so.
    pub given: Option<ByHand>,
    /// How it came to its distributor.
    pub delegated: Option<ByHand>,
}

/// Reads from a lead's events, the newest first, who gave it to who has it. `decided` is what the rules said last. What was between the
/// house and another distributor is not told to people of a distributor.
pub(crate) async fn given_within(ctx: &Ctx, tx: &mut Tx, lead: &Lead, events: &[Event], decided: Option<&Why>) -> Result<Told> {
    let actor = ctx.actor()?;
    let catalog = catalog_for(ctx).await?;
    let is_told = |event: &&Event| actor.role.is_internal() || event.kind.is_for_distributor(actor.account);
    let given = match given_by(lead, events, decided).filter(is_told) {
        Some(event) => Some(tell_given(lead, event, &door_of(tx, lead, event).await?, &catalog)),
        None => None,
    };
    Ok(Told { given, delegated: tell_delegated(lead, events, &catalog) })
}

/// By what the event's change was made.
async fn door_of(tx: &mut Tx, lead: &Lead, event: &Event) -> Result<Door> {
    if !matches!(event.kind, EventKind::FieldsChanged { .. }) {
        return Ok(Door::Lead);
    }
    if let Some(actor) = event.actor
        && tx.bulk_runs().has_made(actor, lead.id, event.version).await?
    {
        return Ok(Door::Bulk);
    }
    Ok(tx.imports().file_that_made(lead.id, event.version).await?.map_or(Door::Lead, Door::Import))
}
