//! Sessions: who a token stands for, and for how long.

use domain::{Actor, Availability, DAY_MS, HOUR_MS, Timestamp};
use store::StoreError;

use super::secrets::token_hash;
use crate::ctx::Ctx;
use crate::error::Result;

/// How long a session lasts without a request. Unit: milliseconds.
pub const SESSION_IDLE_MS: i64 = 8 * HOUR_MS;
/// How long a session lasts at most. Unit: milliseconds.
pub const SESSION_LONGEST_MS: i64 = 14 * DAY_MS;

const SESSION_TOUCH_MS: i64 = 60_000;

/// Who a session's token stands for; `None` when it is unknown, too old, or its person is disabled.
///
/// Runs with every request and, for live streams, again and again: one statement that reads, and at most once a minute
/// a transaction that writes.
///
/// # Errors
/// What the store reports.
pub async fn session_actor(ctx: &Ctx, token: &str) -> Result<Option<Actor>> {
    Ok(session(ctx, token).await?.map(|found| found.actor))
}

/// A person with a session.
#[derive(Clone, Debug)]
pub struct Known {
    pub actor: Actor,
    /// For [`Ctx::catalog_version`].
    pub catalog_version: i64,
    /// What they say of themselves.
    pub availability: Availability,
}

/// The same with what else a request needs, read at once.
///
/// # Errors
/// What the store reports.
pub async fn session(ctx: &Ctx, token: &str) -> Result<Option<Known>> {
    let hash = token_hash(token);
    let now = ctx.now();
    let Some(found) = ctx.store.ask().await?.people().find_session(&hash).await? else { return Ok(None) };
    if found.seen_at.plus_ms(SESSION_IDLE_MS) <= now || found.created_at.plus_ms(SESSION_LONGEST_MS) <= now {
        return Ok(None);
    }
    if found.seen_at.plus_ms(SESSION_TOUCH_MS) <= now {
        match touch(ctx, &hash, now).await {
            // Someone who reads need not wait for those who write; the next request tries again.
            Ok(()) | Err(StoreError::Busy) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(Known { actor: found.actor, catalog_version: found.catalog_version, availability: found.availability }))
}

/// Ends a session; an unknown token is no error.
///
/// # Errors
/// What the store reports.
pub async fn sign_out(ctx: &Ctx, token: &str) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    tx.people().remove_session(&token_hash(token)).await?;
    Ok(tx.save().await?)
}

async fn touch(ctx: &Ctx, hash: &str, now: Timestamp) -> store::error::Result<()> {
    let mut tx = ctx.store.begin().await?;
    tx.people().touch_session(hash, now).await?;
    tx.save().await
}
