//! A trial run over the leads that were decided about last. It reads, and writes nothing.

use domain::Action;
use domain::routing::{Trial, trial};

use super::Router;
use crate::ctx::Ctx;
use crate::error::Result;

/// Leads of a trial run at most, the newest.
pub const TRIAL_LEADS: i64 = 1_000;

/// Where the last leads would have gone by the rules and the house as they are now.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for administrators.
pub async fn try_rules(ctx: &Ctx) -> Result<Trial> {
    ctx.require(Action::Configure)?;
    let catalog = ctx.catalog().await?;
    let router = Router::load(ctx).await?;
    let mut tx = ctx.store.read().await?;
    let mut decided = tx.routing().list_newest(TRIAL_LEADS).await?;
    let house = router.house(ctx, &mut tx, &catalog).await?;
    // Turns go round in the order in which the leads came.
    decided.reverse();
    Ok(trial(&router.book, house, decided.iter().map(|(_, stored)| (&stored.inputs.facts, &stored.decision))))
}
