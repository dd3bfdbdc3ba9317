//! The expected completion of a lead, which is typed as a date or as the estimated time.

use domain::key_dates::{expected_words, read_expected};
use domain::{Action, FieldChange, FormValues, Lead, LeadField, LeadId, SiteZone, Timestamp};

use super::{held, require, write};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Changes the expected completion from a form, see [`domain::key_dates::ExpectedForm::read`]. `was` says what the person read: the stored
/// milliseconds, or nothing.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when somebody changed it meanwhile; [`ServiceError::Forbidden`];
/// [`ServiceError::NotFound`].
pub async fn change_expected(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<Lead> {
    let catalog = ctx.catalog().await?;
    let zone = &catalog.site.zone;
    let mut tx = ctx.store.begin().await?;
    let read = held(ctx, &mut tx, id).await?;
    require(ctx, Action::EditLead, &read)?;
    let present = read.expected_at.map_or_else(String::new, |at| at.0.to_string());
    if form.find("was").is_some_and(|was| was.trim() != present) {
        let now = if read.expected_at.is_some() { expected_words(read.expected_at, zone) } else { "open".to_owned() };
        return Err(ServiceError::Refused(format!(
            "Somebody changed the expected completion meanwhile; it is {now}. Load the page again to change it"
        )));
    }
    let expected_at = read_expected(read.created_at, read.expected_at, form, zone, ctx.now())?;
    let mut lead = read.clone();
    if expected_at == read.expected_at {
        return Ok(lead);
    }
    lead.expected_at = expected_at;
    let change = FieldChange { field: LeadField::Expected, old: told(read.expected_at, zone), new: told(expected_at, zone) };
    write(ctx, &mut tx, &mut lead, &read, &[change], &catalog).await?;
    tx.save().await?;
    Ok(lead)
}

/// As the history of this field tells it: days as every edit of it writes them.
fn told(expected_at: Option<Timestamp>, zone: &SiteZone) -> String {
    match expected_at {
        Some(at) if at.is_day() => at.day(),
        other => expected_words(other, zone),
    }
}
