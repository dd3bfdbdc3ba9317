//! Tokens with which other programs act for a person.

use domain::{Actor, DAY_MS, TokenScope, text};
use sha2::{Digest as _, Sha256};
use store::tokens::NewToken;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::people::{hex, new_token, token_hash};

/// Tokens begin with this, so that one that leaked is recognised.
const PREFIX: &str = "lw_";

/// A program that signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub scope: TokenScope,
    /// The token's number.
    pub token: i64,
}

/// Makes a token for a person, at the command line; the only time that it is shown. It ends after `days`, or never.
///
/// # Errors
/// [`ServiceError::Refused`] when there is no such person.
pub async fn cli_add_token(ctx: &Ctx, email: &str, name: &str, scope: TokenScope, days: Option<i64>) -> Result<String> {
    let token = format!("{PREFIX}{}", new_token());
    let mut tx = ctx.store.begin().await?;
    let unknown = || ServiceError::Refused(format!("Nobody signs in as {email}"));
    let user = tx.people().find_by_email(&text::fold(email)).await?.ok_or_else(unknown)?;
    tx.people().load_actor(user.id).await?.ok_or_else(|| ServiceError::Refused(format!("{email} is disabled")))?;
    let (name, now) = (name.to_owned(), ctx.now());
    let expires_at = days.map(|days| now.plus_ms(days.saturating_mul(DAY_MS)));
    tx.tokens().add(NewToken { hash: token_hash(&token), user: user.id, name, scope, at: now, expires_at }).await?;
    tx.save().await?;
    Ok(token)
}

/// What tells one body from another.
#[must_use]
pub fn digest(body: &[u8]) -> String {
    hex(&Sha256::digest(body))
}

/// Who calls with a token; `None` for one that is unknown, ended or revoked, or whose person is disabled.
///
/// # Errors
/// What the store reports.
pub async fn find_caller(ctx: &Ctx, token: &str) -> Result<Option<Caller>> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let mut tx = ctx.store.read().await?;
    let Some(found) = tx.tokens().find(&token_hash(token)).await? else { return Ok(None) };
    if found.expires_at.is_some_and(|at| at <= ctx.now()) {
        return Ok(None);
    }
    let actor = tx.people().load_actor(found.user).await?;
    Ok(actor.map(|actor| Caller { actor, scope: found.scope, token: found.id }))
}
