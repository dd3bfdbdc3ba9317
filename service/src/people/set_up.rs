//! The first administrator of a site.

use domain::text::required_line;
use domain::{EmailAddress, EventKind, FieldErrors, Role, UserId};
use store::StoreError;
use store::people::NewUser;

use super::passwords::{check_new_password, hash};
use super::record;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Whether the site has no user yet, so that anybody may make the first administrator.
///
/// # Errors
/// What the store reports.
pub async fn setup_is_open(ctx: &Ctx) -> Result<bool> {
    Ok(ctx.store.read().await?.people().count().await? == 0)
}

/// Makes the first administrator.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] once anybody is registered, also when two try at the
/// same moment.
pub async fn set_up(ctx: &Ctx, name: &str, email: &str, password: &str, password_again: &str) -> Result<UserId> {
    if !setup_is_open(ctx).await? {
        return Err(set_up_already());
    }
    let mut errors = FieldErrors::default();
    let name = errors.take("name", required_line(name, "your name"));
    let email = errors.take("email", EmailAddress::parse(email));
    check_new_password(&mut errors, password, Some(password_again));
    errors.into_result()?;
    let (Some(name), Some(email)) = (name, email) else { return Err(FieldErrors::default().into()) };

    let password_hash = hash(password.to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    let user = NewUser { email, name: name.clone(), role: Role::Administrator, password_hash, account: None, at: ctx.now() };
    // Adding waits for whoever adds at the same moment; only then does counting tell who was first.
    let id = tx.people().add(user).await.map_err(|error| match error {
        StoreError::Conflict { .. } => set_up_already(),
        other => other.into(),
    })?;
    if tx.people().count().await? != 1 {
        return Err(set_up_already());
    }
    record(&mut tx, ctx, Some(id), id.0, 1, EventKind::RecordAdded { name }).await?;
    tx.save().await?;
    Ok(id)
}

fn set_up_already() -> ServiceError {
    ServiceError::Refused("This site has been set up already. Sign in instead.".to_owned())
}
