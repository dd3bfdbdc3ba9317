//! Passwords: choosing, changing, hashing and checking them.

use std::time::Duration;

use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _};
use domain::event::TextChange;
use domain::{Action, EventKind, FieldErrors, FormValues, UserId};
use store::Tx;
use store::people::StoredUser;
use tokio::sync::Semaphore;

use super::secrets::{random, token_hash};
use super::{guessing, record};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::only_fields;

/// Fewest characters of a password someone chooses. Demo passwords are shorter; they come through [`hash_password`].
pub const PASSWORD_MIN: usize = 10;
/// Most characters of a password, so that hashing it stays quick.
pub const PASSWORD_MAX: usize = 500;

/// Changes one's own password and ends one's other sessions. Fields: `current_password`, `password`, `password_again`.
/// `token` is the session to keep.
///
/// # Errors
/// [`ServiceError::SignInRequired`] for the public; [`ServiceError::Invalid`] at the fields; [`ServiceError::TooMany`]
/// when the current password was guessed at too often.
pub async fn change_password(ctx: &Ctx, form: &FormValues, token: &str) -> Result<()> {
    let actor = ctx.actor()?;
    only_fields(form, &["current_password", "password", "password_again"])?;
    let mut errors = FieldErrors::default();
    if form.get("current_password").is_empty() {
        errors.add("current_password", "Enter the password you have now");
    }
    check_new_password(&mut errors, form.get("password"), Some(form.get("password_again")));
    errors.into_result()?;

    let attempt = guessing::own_attempt(ctx, actor.id)?;
    let user = ctx.store.read().await?.people().find(actor.id).await?.ok_or(ServiceError::SignInRequired)?;
    if !verify(form.get("current_password").to_owned(), user.password_hash.clone()).await? {
        return Err(FieldErrors::at("current_password", "This is not the password you have now").into());
    }
    let new_hash = hash(form.get("password").to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    // Read again: an administrator may have set another one, or disabled the person, while the hashes were computed.
    let now = tx.people().find(user.id).await?.filter(|now| now.disabled_at.is_none()).ok_or(ServiceError::SignInRequired)?;
    if now.password_hash != user.password_hash {
        return Err(FieldErrors::at("current_password", "This is not the password you have now").into());
    }
    replace_password(&mut tx, ctx, &now, &new_hash, Some(&token_hash(token))).await?;
    tx.save().await?;
    attempt.succeeded();
    Ok(())
}

/// Gives a person a new password and ends their sessions. Fields: `password`, `password_again`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::NotFound`].
pub async fn set_password(ctx: &Ctx, id: UserId, form: &FormValues) -> Result<()> {
    ctx.require(Action::ManagePeople)?;
    only_fields(form, &["password", "password_again"])?;
    let mut errors = FieldErrors::default();
    check_new_password(&mut errors, form.get("password"), form.find("password_again"));
    errors.into_result()?;
    let new_hash = hash(form.get("password").to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    let user = tx.people().find(id).await?.ok_or(ServiceError::NotFound)?;
    replace_password(&mut tx, ctx, &user, &new_hash, None).await?;
    Ok(tx.save().await?)
}

/// Hashes a password of any length with Argon2id. It takes a moment by design: call it off the async threads.
///
/// # Panics
/// Never: salt and parameters are fixed in kind.
#[must_use]
pub fn hash_password(password: &str) -> String {
    let salt = SaltString::encode_b64(&random::<16>()).expect("16 bytes make a salt");
    Argon2::default().hash_password(password.as_bytes(), &salt).expect("the default parameters hash any password").to_string()
}

/// A hash of the same cost as any other, for addresses nobody has: what it is compared with never matters.
pub(super) const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUuLg$dGhlIGRpZ2VzdCBvZiBub2JvZHksIDMyIGJ5dGVzLi4";

/// Each hash takes 19 MiB, so a flood of sign-ins must queue.
static HASHING: Semaphore = Semaphore::const_new(4);

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let permit = tokio::time::timeout(Duration::from_secs(10), HASHING.acquire()).await.map_err(|_| ServiceError::Busy)?;
    let permit = permit.map_err(|closed| ServiceError::Internal(Box::new(closed)))?;
    let work = move || {
        // Held by the work itself: a caller who gives up does not stop it.
        let _permit = permit;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| ServiceError::Internal(Box::new(error)))
}

pub(super) async fn hash(password: String) -> Result<String> {
    off_thread(move || hash_password(&password)).await
}

pub(super) async fn verify(password: String, hash: String) -> Result<bool> {
    off_thread(move || PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())).await
}

pub(super) async fn replace_password(tx: &mut Tx, ctx: &Ctx, user: &StoredUser, new_hash: &str, keep: Option<&str>) -> Result<()> {
    tx.people().change_password_hash(user.id, new_hash).await?;
    tx.people().remove_sessions_of(user.id, keep).await?;
    let changes = vec![TextChange { what: "Password".to_owned(), old: String::new(), new: String::new() }];
    let kind = EventKind::RecordChanged { name: user.name.clone(), changes };
    record(tx, ctx, ctx.actor.as_ref().map(|actor| actor.id), user.id.0, user.version + 1, kind).await
}

pub(super) fn check_new_password(errors: &mut FieldErrors, password: &str, again: Option<&str>) {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        errors.add("password", format!("Use at least {PASSWORD_MIN} characters; a few words are easy to remember"));
    } else if length > PASSWORD_MAX {
        errors.add("password", format!("Use at most {PASSWORD_MAX} characters"));
    } else if again.is_some_and(|again| again != password) {
        errors.add("password_again", "Enter the same password twice; these two differ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_costs_as_much_as_any_other() {
        let nobody = PasswordHash::new(NOBODY).expect("a hash");
        let anyone = hash_password("demo");
        let anyone = PasswordHash::new(&anyone).expect("a hash");
        assert_eq!((nobody.algorithm, nobody.version, &nobody.params), (anyone.algorithm, anyone.version, &anyone.params));
        assert_eq!(nobody.hash.map(|hash| hash.len()), anyone.hash.map(|hash| hash.len()));
    }
}
