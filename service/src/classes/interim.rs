//! Opportunities that are found while a lead is nurtured for a project of some later time (C1-29).

use domain::{FormValues, LeadClass, LeadId, Opportunity};

use super::{editable, known};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::once::Once;
use crate::opportunities;

/// Adds an opportunity that was found meanwhile to an RQL, see [`Opportunity::fill`]; for a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Refused`] for a lead of another class; as [`opportunities::add_opportunity_once`].
pub async fn add_interim_once(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<Opportunity> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let lead = editable(ctx, &mut tx, id).await?;
    if known(&mut tx, id).await?.class != Some(LeadClass::Rql) {
        return Err(ServiceError::Refused("Interim projects are found while an RQL is nurtured; this lead is none".to_owned()));
    }
    let (opportunity, is_new) = opportunities::add_within(ctx, &mut tx, &lead, form, once, &catalog).await?;
    if is_new {
        tx.lead_classes().add_interim(id, opportunity.id).await?;
        tx.save().await?;
    }
    Ok(opportunity)
}
