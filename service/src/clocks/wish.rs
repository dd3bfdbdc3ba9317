//! Whether and when one gets the digest of the day oneself.

use domain::catalog::{clock_text, parse_clock};
use domain::clock::DigestWish;
use domain::{AuditArea, EventKind, FieldErrors, FormValues};

use crate::audit;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{only_differences, only_fields};

/// What one wants, and when the site sends it to those who want that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnDigest {
    pub wish: DigestWish,
    /// Unit: minutes after midnight; `None` for never.
    pub of_site: Option<i64>,
}

/// Whether and when one gets the digest.
///
/// # Errors
/// [`ServiceError::SignInRequired`].
pub async fn own_digest(ctx: &Ctx) -> Result<OwnDigest> {
    let user = ctx.actor()?.id;
    let of_site = ctx.clock_book().await?.digest_minute;
    let wish = ctx.store.ask().await?.digests().find(user).await?.map(|of| of.wish).unwrap_or_default();
    Ok(OwnDigest { wish, of_site })
}

/// Says it. Fields: `digest` (`site`, `own` or `off`), and for an hour of one's own `digest_at`, a time of day like 08:30 by the clocks of
/// one's group. One that was not sent stays as it is.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; [`ServiceError::Forbidden`] but for people of the house; [`ServiceError::Invalid`] at the fields.
pub async fn change_own_digest(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let actor = ctx.actor()?;
    if !actor.role.is_internal() {
        return Err(ServiceError::Forbidden("Only people of the house own leads, of which the digest tells".to_owned()));
    }
    only_fields(form, &["digest", "digest_at"])?;
    let Some(key) = form.find("digest") else { return Ok(()) };
    let typed = form.get("digest_at").trim();
    let minute = parse_clock(typed);
    let wish = DigestWish::from_key(key, minute).ok_or_else(|| match key {
        "own" => FieldErrors::at("digest_at", "Enter a time of day like 08:30"),
        _ => FieldErrors::at("digest", "Choose from the list"),
    })?;
    let mut tx = ctx.store.begin().await?;
    let before = tx.digests().find(actor.id).await?.ok_or(ServiceError::NotFound)?.wish;
    if wish == before {
        // A time was typed, and the choice that stood there was left: nothing typed is lost silently.
        if wish == DigestWish::Site && !typed.is_empty() {
            return Err(FieldErrors::at("digest", "Choose “At an hour of my own” for the time that you entered to count").into());
        }
        return Ok(());
    }
    tx.digests().change(actor.id, wish, ctx.now()).await?;
    let kind = EventKind::RecordChanged { name: actor.name.clone(), changes: only_differences([("Daily digest", told(before), told(wish))]) };
    audit::write(ctx, &mut tx, AuditArea::People, audit::Who { actor: Some(actor.id), address: &ctx.address }, &kind).await?;
    Ok(tx.save().await?)
}

fn told(wish: DigestWish) -> String {
    match wish {
        DigestWish::Site => "when the site sends it".to_owned(),
        DigestWish::Own(minute) => format!("at {}", clock_text(minute)),
        DigestWish::Off => "never".to_owned(),
    }
}
