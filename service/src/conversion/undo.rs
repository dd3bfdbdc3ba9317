//! Taking a conversion back: for a day, while nothing was paid, sent or built upon.

use domain::conversion::{CustomerUndo, InvoiceUndo, UndoFacts, UndoPlan};
use domain::event::TextChange;
use domain::{Action, Catalog, Conversion, ConversionId, Customer, CustomerState, EventKind, Invoice, Lead, LeadId, Opportunity, PartKind, PartStep};
use store::Tx;

use super::convert::change_kinds;
use crate::ctx::Ctx;
use crate::customers::{refresh_due, tell_of_customer};
use crate::error::{Result, ServiceError};
use crate::invoices;
use crate::leads::{held, require, save_as_is};
use crate::opportunities;
use crate::quotes::put_back;

/// Takes a conversion back. Gives its lead, which is again what it was.
///
/// # Errors
/// [`ServiceError::Refused`] when it cannot be taken back (any more), with why; [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn undo(ctx: &Ctx, id: ConversionId) -> Result<LeadId> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let found = tx.conversions().find(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = held(ctx, &mut tx, found.lead).await?;
    if !ctx.actor()?.role.is_internal() {
        return Err(ServiceError::NotFound);
    }
    require(ctx, Action::ConvertLead, &lead)?;
    tx.customers().hold_account(lead.account.id).await?;
    undo_within(ctx, &mut tx, lead, id, &catalog).await?.map_err(ServiceError::Refused)?;
    tx.save().await?;
    Ok(found.lead)
}

/// The same in a transaction of many, which holds the lead; in words why it stays.
pub(crate) async fn undo_in_bulk(ctx: &Ctx, tx: &mut Tx, lead: Lead, id: ConversionId, catalog: &Catalog) -> Result<std::result::Result<(), String>> {
    undo_within(ctx, tx, lead, id, catalog).await
}

async fn undo_within(ctx: &Ctx, tx: &mut Tx, lead: Lead, id: ConversionId, catalog: &Catalog) -> Result<std::result::Result<(), String>> {
    // Read again: whoever had its lead before may have taken it back.
    let conversion = tx.conversions().find(id).await?.ok_or(ServiceError::NotFound)?;
    if let Some(customer) = conversion.customer {
        tx.customers().hold(customer).await?;
    }
    if let Some(invoice) = conversion.invoice {
        tx.invoices().hold(invoice).await?;
        if let Some(invoice) = tx.invoices().find(invoice).await? {
            // Whoever makes an invoice takes its number before that of its series.
            tx.take_numbers("invoice", 0).await?;
            tx.invoices().hold_series(invoice.kind, invoice.number.year).await?;
        }
    }
    let facts = facts_of(tx, &lead, &conversion).await?;
    let plan = match conversion.undo_plan(&facts, ctx.now()) {
        Ok(plan) => plan,
        Err(sentence) => return Ok(Err(sentence)),
    };
    if let Some(trace) = &conversion.traces.lead
        && catalog.status(trace.status).is_none()
    {
        return Ok(Err("The status that the lead had is not there any more, so it cannot go back to it".to_owned()));
    }
    carry_out(ctx, tx, lead, &conversion, facts.invoice, plan, catalog).await?;
    Ok(Ok(()))
}

/// What decides whether it can be taken back.
pub(super) async fn facts_of(tx: &mut Tx, lead: &Lead, conversion: &Conversion) -> Result<UndoFacts> {
    let invoice = match conversion.invoice {
        Some(id) => tx.invoices().find(id).await?,
        None => None,
    };
    let is_last_number = match &invoice {
        Some(invoice) => tx.invoices().is_last(invoice.number).await?,
        None => false,
    };
    let (customer_state, services, other_invoices, later_conversions) = match conversion.customer {
        None => (None, Vec::new(), 0, 0),
        Some(id) => (
            tx.customers().find(id).await?.map(|customer| customer.state),
            tx.customer_services().of_customer(id).await?,
            tx.invoices().count_of_customer(id, conversion.invoice).await?,
            tx.conversions().count_later(id, conversion.id).await?,
        ),
    };
    Ok(UndoFacts {
        lead: lead.clone(),
        customer_state,
        invoice,
        is_last_number,
        other_invoices,
        other_services: services.iter().filter(|service| !conversion.services.contains(&service.id)).count() as i64,
        billed_since: tx.invoices().count_billed(&conversion.services, conversion.invoice).await?,
        later_conversions,
    })
}

/// Numbers are taken before anything is told, as in the conversion.
async fn carry_out(
    ctx: &Ctx,
    tx: &mut Tx,
    lead: Lead,
    conversion: &Conversion,
    invoice: Option<Invoice>,
    plan: UndoPlan,
    catalog: &Catalog,
) -> Result<()> {
    let customer = match conversion.customer {
        Some(id) => tx.customers().find(id).await?,
        None => None,
    };
    let left = conversion.customer.filter(|_| plan.customer != CustomerUndo::Remove);
    let kept = conversion.invoice.filter(|_| plan.invoice == InvoiceUndo::Cancel);
    if !tx.conversions().note_undone(conversion.id, (ctx.actor()?.id, ctx.now()), left, kept).await? {
        return Err(ServiceError::Busy);
    }
    if let Some(invoice) = invoice {
        match plan.invoice {
            InvoiceUndo::Nothing => {}
            InvoiceUndo::Remove => {
                if !tx.invoices().remove_last(invoice.id, invoice.number).await? {
                    return Err(ServiceError::Busy);
                }
            }
            InvoiceUndo::Cancel => {
                invoices::cancel_within(ctx, tx, invoice, "The conversion was taken back".to_owned(), catalog).await?;
            }
        }
    }
    if !conversion.services.is_empty() {
        tx.customer_services().remove(&conversion.services).await?;
    }
    if let Some(customer) = customer {
        put_customer_back(ctx, tx, customer, plan.customer).await?;
    }
    // From here on it is told.
    put_quotes_back(ctx, tx, conversion, catalog).await?;
    put_deals_back(ctx, tx, conversion, catalog).await?;
    if let Some(account) = tx.accounts().find(lead.account.id).await? {
        let kinds = conversion.traces.account_kinds_again(&account.kinds);
        change_kinds(ctx, tx, account, kinds, catalog).await?;
    }
    let read = lead.clone();
    let mut lead = lead;
    if let Some(trace) = &conversion.traces.lead {
        if let Some(closed_at) = lead.state.closed_at() {
            // Before the lead is open again, which would let them begin anew.
            tx.clocks().put_back(lead.id, &trace.clocks, closed_at, conversion.at).await?;
        }
        trace.restore(&mut lead);
    }
    let changes = vec![TextChange { what: "Kind".to_owned(), old: conversion.kind.label().to_owned(), new: String::new() }];
    let name = conversion.customer_name.clone();
    let kind = EventKind::Part { part: PartKind::Customer, step: PartStep::Unconverted, name, changes };
    // It waits, or does not, as it did before.
    save_as_is(ctx, tx, &mut lead, &read, kind).await.map(|_| ())
}

async fn put_customer_back(ctx: &Ctx, tx: &mut Tx, customer: Customer, undo: CustomerUndo) -> Result<()> {
    let state = match undo {
        CustomerUndo::Remove => {
            tx.conversions().forget_customer(customer.id).await?;
            return Ok(tx.customers().remove(customer.id).await?);
        }
        CustomerUndo::Keep => CustomerState::Inactive,
        CustomerUndo::Restore(state) => state,
    };
    if state == customer.state {
        return Ok(());
    }
    let after = Customer { state, version: customer.version + 1, updated_at: ctx.now(), ..customer.clone() };
    if !tx.customers().change(&after, customer.version).await? {
        return Err(ServiceError::Busy);
    }
    refresh_due(tx, &after).await?;
    let changes = vec![TextChange { what: "State".to_owned(), old: customer.state.label().to_owned(), new: state.label().to_owned() }];
    tell_of_customer(ctx, tx, &after, changes).await
}

async fn put_quotes_back(ctx: &Ctx, tx: &mut Tx, conversion: &Conversion, catalog: &Catalog) -> Result<()> {
    for trace in &conversion.traces.quotes {
        let Some(read) = tx.quotes().find(trace.id).await? else { continue };
        let mut restored = read.clone();
        if trace.restore(&mut restored) {
            put_back(ctx, tx, &read, restored, catalog).await?;
        }
    }
    Ok(())
}

async fn put_deals_back(ctx: &Ctx, tx: &mut Tx, conversion: &Conversion, catalog: &Catalog) -> Result<()> {
    for trace in &conversion.traces.deals {
        let Some(read) = tx.opportunities().find(trace.id).await? else { continue };
        let mut restored: Opportunity = read.clone();
        // A stage that was removed since cannot be gone back to.
        let is_there = catalog.choices.iter().any(|choice| choice.id == trace.was.0);
        if is_there && trace.restore(&mut restored) {
            opportunities::put(ctx, tx, &read, restored, catalog).await?;
        }
    }
    Ok(())
}
