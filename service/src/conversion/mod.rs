//! Making a customer of a lead: the wizard that keeps what was chosen and typed, the conversion in one transaction, and taking it back. The rules are
//! `domain::conversion`'s; docs/conversion.md has them in words.

mod convert;
mod ready;
mod settings;
mod undo;
mod wizard;

pub use convert::{convert, convert_at_once};
pub(crate) use convert::{convert_within, hold_for_many};
pub use settings::{change_settings, find_settings};
pub use undo::undo;
pub(crate) use undo::undo_in_bulk;
pub use wizard::{add_service, change_service, choose_quotes, discard, keep_customer, page, remove_service, take_over_taxes};

use domain::conversion::Converted;
use domain::{Action, Catalog, Conversion, CustomerId, FormValues, Lead, LeadId, LifeCycle, Named, Scope, Target};
use store::Tx;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Into which customer a lead was converted, and whether that can be taken back; `None` for one that was not, and for people from outside.
///
/// # Errors
/// [`ServiceError::NotFound`], also for a lead out of sight.
pub async fn find(ctx: &Ctx, id: LeadId) -> Result<Option<Converted>> {
    let actor = ctx.actor()?;
    let mut tx = ctx.store.read().await?;
    let lead = tx.leads().find_visible(id, &Scope::of(actor)).await?.ok_or(ServiceError::NotFound)?;
    if !actor.role.is_internal() {
        return Ok(None);
    }
    match tx.conversions().find_of_lead(id).await? {
        Some(conversion) => Ok(Some(converted(ctx, &mut tx, &lead, &conversion).await?)),
        None => Ok(None),
    }
}

/// The customer that a lead became; `None` for one that is still worked, and for people from outside.
pub(crate) async fn customer_of(ctx: &Ctx, tx: &mut Tx, lead: &Lead) -> Result<Option<Named<CustomerId>>> {
    if lead.state.life_cycle() != LifeCycle::Won || !ctx.actor()?.role.is_internal() {
        return Ok(None);
    }
    let found = tx.conversions().find_of_lead(lead.id).await?;
    Ok(found.and_then(|conversion| conversion.row().customer))
}

/// A conversion with whether the person may take it back now.
async fn converted(ctx: &Ctx, tx: &mut Tx, lead: &Lead, conversion: &Conversion) -> Result<Converted> {
    let why_not_undone = if !may_convert(ctx, lead)? {
        "Only people of the house who work this lead can take it back".to_owned()
    } else {
        let facts = undo::facts_of(tx, lead, conversion).await?;
        conversion.undo_plan(&facts, ctx.now()).err().unwrap_or_default()
    };
    Ok(Converted { conversion: conversion.row(), may_undo: why_not_undone.is_empty(), why_not_undone })
}

fn may_convert(ctx: &Ctx, lead: &Lead) -> Result<bool> {
    Ok(domain::can(ctx.actor()?, Action::ConvertLead, Target::Lead(&lead.audience(), lead.state.life_cycle())))
}

/// What who comes second is told.
fn told_of(conversion: &Conversion, catalog: &Catalog) -> String {
    let by = catalog.person_name(conversion.by);
    let at = catalog.site.zone.readable(conversion.at);
    format!("{by} has converted this lead already, into {}, at {at}", conversion.customer_name)
}

/// The existing customer that a form names, by number as people read it or as addresses do; none where the field is empty, and where it was not sent.
async fn chosen_customer(tx: &mut Tx, form: &FormValues) -> Result<std::result::Result<Option<Option<CustomerId>>, String>> {
    let Some(text) = form.find("customer").map(str::trim) else { return Ok(Ok(None)) };
    if text.is_empty() {
        return Ok(Ok(Some(None)));
    }
    if let Some(customer) = tx.customers().find_by_number(text).await? {
        return Ok(Ok(Some(Some(customer.id))));
    }
    let by_id = match text.parse() {
        Ok(id) => tx.customers().find(CustomerId(id)).await?,
        Err(_) => None,
    };
    Ok(match by_id {
        Some(customer) => Ok(Some(Some(customer.id))),
        None => Err(format!(
            "There is no customer “{}”; choose one from the list, or leave it empty for a new one",
            text.chars().take(40).collect::<String>()
        )),
    })
}
