//! What is configured, as far as it concerns the person who asks.

use std::sync::Arc;

use domain::{Catalog, Role};

use crate::ctx::Ctx;
use crate::error::Result;

/// The newest event's id. Read before anything a page shows, so that the live stream repeats rather than misses.
///
/// # Errors
/// What the store reports.
pub async fn last_event(ctx: &Ctx) -> Result<i64> {
    Ok(ctx.store.ask().await?.events().last_id().await?.0)
}

/// The catalog for the signed-in person. An outside person learns only the names of people of the house, and no group.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`]; what the store reports.
pub async fn catalog_for(ctx: &Ctx) -> Result<Arc<Catalog>> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    if actor.role != Role::Distributor {
        return Ok(catalog);
    }
    let mut catalog = Arc::unwrap_or_clone(catalog);
    catalog.groups.clear();
    for person in &mut catalog.people {
        person.email.clear();
    }
    Ok(Arc::new(catalog))
}
