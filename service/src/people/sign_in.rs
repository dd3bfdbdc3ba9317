//! Signing in.

use domain::{Actor, AuditArea, EventKind, FieldErrors};

use super::guessing;
use super::passwords::{NOBODY, verify};
use super::secrets::{new_token, token_hash};
use super::sessions::{SESSION_IDLE_MS, SESSION_LONGEST_MS};
use crate::audit;
use crate::ctx::Ctx;
use crate::error::Result;

const WRONG: &str = "E-mail or password is not right";

/// What the sign-in page sends.
#[derive(Clone)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// Where the request came from, to slow guessing down.
    pub address: String,
}

/// Without e-mail and password, so that no log ever holds them.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

/// A new session: the token goes into the cookie and is stored nowhere else.
#[derive(Clone)]
pub struct SignedIn {
    pub token: String,
    pub actor: Actor,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("actor", &self.actor.id).finish_non_exhaustive()
    }
}

/// Checks e-mail and password and starts a session.
///
/// # Errors
/// [`crate::ServiceError::Invalid`] at the form as a whole, the same for an unknown address, a wrong password and a disabled
/// person; [`crate::ServiceError::TooMany`] when there were too many attempts.
pub async fn sign_in(ctx: &Ctx, wish: SignIn) -> Result<SignedIn> {
    let mut errors = FieldErrors::default();
    if wish.email.trim().is_empty() {
        errors.add("email", "Enter your e-mail address");
    }
    if wish.password.is_empty() {
        errors.add("password", "Enter your password");
    }
    errors.into_result()?;

    // Cut, so that a long text costs no memory; no stored address is that long.
    let email: String = wish.email.trim().to_lowercase().chars().filter(|c| !c.is_control()).take(320).collect();
    let attempt = guessing::attempt(ctx, &email, &wish.address)?;
    let user = ctx.store.read().await?.people().find_by_email(&email).await?;
    let hash = user.as_ref().map_or_else(|| NOBODY.to_owned(), |user| user.password_hash.clone());
    let is_right = verify(wish.password, hash).await?;
    let Some(user) = user.filter(|user| is_right && user.disabled_at.is_none()) else {
        // Noted alike whether somebody has this address or not, so that the time it takes tells nothing either.
        let from = audit::Who { actor: None, address: &wish.address };
        audit::note(ctx, AuditArea::SignIn, from, EventKind::SignInRefused { email }).await?;
        return Err(FieldErrors::at("", WRONG).into());
    };

    let token = new_token();
    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    // Read again: the password may have been changed, or the person disabled, while the hash was computed.
    let is_unchanged = tx.people().find(user.id).await?.is_some_and(|now| now.password_hash == user.password_hash);
    let Some(actor) = tx.people().load_actor(user.id).await?.filter(|_| is_unchanged) else {
        return Err(FieldErrors::at("", WRONG).into());
    };
    tx.people().remove_sessions_before(now.plus_ms(-SESSION_IDLE_MS), now.plus_ms(-SESSION_LONGEST_MS)).await?;
    tx.people().add_session(&token_hash(&token), user.id, now).await?;
    let from = audit::Who { actor: Some(user.id), address: &wish.address };
    audit::write(ctx, &mut tx, AuditArea::SignIn, from, &EventKind::SignedIn).await?;
    tx.save().await?;
    attempt.succeeded();
    Ok(SignedIn { token, actor })
}
