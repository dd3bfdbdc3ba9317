//! How the site converts leads.

use domain::{Action, AuditArea, ConversionSettings, EventKind, FieldErrors, FormValues};

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::Result;

/// How the site converts leads.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for managers and administrators.
pub async fn find_settings(ctx: &Ctx) -> Result<ConversionSettings> {
    ctx.require(Action::ManageInvoices)?;
    Ok(ctx.store.read().await?.conversions().settings().await?)
}

/// Changes it, see [`ConversionSettings::fill`]. What was converted stays as it is.
///
/// # Errors
/// [`crate::ServiceError::Invalid`] at the fields; [`crate::ServiceError::Forbidden`] but for managers and administrators.
pub async fn change_settings(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let actor = ctx.require(Action::ManageInvoices)?.id;
    let mut tx = ctx.store.begin().await?;
    tx.catalog().hold().await?;
    let catalog = tx.catalog().load().await?;
    let old = tx.conversions().settings().await?;
    let mut new = old.clone();
    let mut errors = FieldErrors::default();
    new.fill(form, &catalog, &mut errors);
    errors.into_result()?;
    let changes = new.changes_since(&old, &catalog);
    if changes.is_empty() {
        return Ok(());
    }
    tx.conversions().change_settings(&new).await?;
    let changed = Changed { area: AuditArea::Configuration, actor: Some(actor), subject_id: 0, version: 0 };
    audit::catalog_changed(ctx, &mut tx, changed, EventKind::RecordChanged { name: "how leads are converted".to_owned(), changes }).await?;
    Ok(tx.save().await?)
}
