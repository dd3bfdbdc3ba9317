//! How the site makes its quotes.

use domain::quote::QuoteSettings;
use domain::{Action, AuditArea, EventKind, FieldErrors, FormValues};

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::Result;

/// How the site makes its quotes.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for managers and administrators.
pub async fn find_settings(ctx: &Ctx) -> Result<QuoteSettings> {
    ctx.require(Action::ManageProducts)?;
    Ok(ctx.store.read().await?.quotes().settings().await?)
}

/// Changes it, see [`QuoteSettings::fill`]. Quotes that there are keep their names, and what was sent stays as it was.
///
/// # Errors
/// [`crate::ServiceError::Invalid`] at the fields; [`crate::ServiceError::Forbidden`] but for managers and administrators.
pub async fn change_settings(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let actor = ctx.require(Action::ManageProducts)?.id;
    let mut tx = ctx.store.begin().await?;
    tx.catalog().hold().await?;
    let catalog = tx.catalog().load().await?;
    let old = tx.quotes().settings().await?;
    let mut new = old.clone();
    let mut errors = FieldErrors::default();
    new.fill(form, &catalog, &mut errors);
    errors.into_result()?;
    let changes = new.changes_since(&old, &catalog);
    if changes.is_empty() {
        return Ok(());
    }
    tx.quotes().change_settings(&new).await?;
    let changed = Changed { area: AuditArea::Configuration, actor: Some(actor), subject_id: 0, version: 0 };
    audit::catalog_changed(ctx, &mut tx, changed, EventKind::RecordChanged { name: "how quotes are made".to_owned(), changes }).await?;
    Ok(tx.save().await?)
}
