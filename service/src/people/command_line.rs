//! What the command line does with people.

use domain::text::required_line;
use domain::{EmailAddress, EventKind, FieldErrors, Role, UserId};
use store::people::NewUser;

use super::passwords::{check_new_password, hash, replace_password};
use super::person::registered_already;
use super::record;
use crate::ctx::Ctx;
use crate::error::Result;

/// Adds a person from the command line; whoever can run it has the database anyway.
///
/// # Errors
/// [`crate::ServiceError::Invalid`] by field.
pub async fn cli_add_user(ctx: &Ctx, email: &str, name: &str, role: Role, password: &str) -> Result<UserId> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", required_line(name, "a name"));
    let email = errors.take("email", EmailAddress::parse(email));
    if role == Role::Distributor {
        errors.add("role", "A distributor user needs a firm; add them on the page of people");
    }
    check_new_password(&mut errors, password, None);
    errors.into_result()?;
    let (Some(name), Some(email)) = (name, email) else { return Err(FieldErrors::default().into()) };
    let password_hash = hash(password.to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    let user = NewUser { email, name: name.clone(), role, password_hash, account: None, at: ctx.now() };
    let id = tx.people().add(user).await.map_err(registered_already)?;
    record(&mut tx, ctx, None, id.0, 1, EventKind::RecordAdded { name }).await?;
    tx.save().await?;
    Ok(id)
}

/// Gives a person a new password from the command line, and ends their sessions.
///
/// # Errors
/// [`crate::ServiceError::Invalid`] by field, also when nobody has this address.
pub async fn cli_set_password(ctx: &Ctx, email: &str, password: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    check_new_password(&mut errors, password, None);
    errors.into_result()?;
    let new_hash = hash(password.to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    let user = tx.people().find_by_email(&email.trim().to_lowercase()).await?;
    let user = user.ok_or_else(|| FieldErrors::at("email", "Nobody has this e-mail address; see the page of people for those who do"))?;
    replace_password(&mut tx, ctx, &user, &new_hash, None).await?;
    Ok(tx.save().await?)
}
