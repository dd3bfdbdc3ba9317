//! Billing what is due: by itself for who is billed each period, and when somebody asks for it. A row for each service and first day lets no period be
//! billed twice, whoever bills.

use domain::invoice::{INVOICE_LINES_MOST, Issue};
use domain::quote::Totals;
use domain::{Action, Billing, Catalog, Customer, CustomerId, CustomerState, Invoice, InvoiceId, InvoiceKind, InvoiceLine, Service, Timestamp};
use store::Tx;

use super::{number, put, tell};
use crate::ctx::Ctx;
use crate::customers::{due_on, refresh_due};
use crate::error::{Result, ServiceError};
use crate::once::{self, Once};

/// Customers that are billed in one go.
const BATCH: i64 = 200;
/// Periods of one service that are billed in one go; those after it are the next one's.
const PERIODS_MOST: usize = 60;

/// Bills all that is due of a customer by today, one invoice for each currency. None where nothing is due. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Refused`] for a customer who is inactive or not billed here; [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of
/// the house.
pub async fn bill(ctx: &Ctx, id: CustomerId, once: Option<&Once>) -> Result<Vec<InvoiceId>> {
    ctx.require(Action::EditAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    tx.customers().hold(id).await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(Some(InvoiceId(made)).filter(|made| made.0 != 0).into_iter().collect());
    }
    let customer = tx.customers().find(id).await?.ok_or(ServiceError::NotFound)?;
    if customer.state == CustomerState::Inactive {
        return Err(ServiceError::Refused(format!("{} is inactive; make them active first", customer.title())));
    }
    if customer.billing == Billing::Unbilled {
        return Err(ServiceError::Refused(format!("{} is not billed here; choose another way of billing first", customer.title())));
    }
    let made = bill_within(ctx, &mut tx, &customer, &catalog).await?;
    once::note(ctx, &mut tx, once, made.first().map_or(0, |made| made.0)).await?;
    tx.save().await?;
    Ok(made)
}

/// Bills what is due of a batch of customers who are billed each period; `false` when nothing more can be. For the program itself. Two that do it at once bill nothing
/// twice: the second waits for the customer, and finds that nothing is due any more. One who cannot be billed keeps no other waiting.
///
/// # Errors
/// What the store reports; what was not billed yet is the next time.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let ctx = &Ctx { actor: None, ..ctx.clone() };
    let catalog = ctx.catalog().await?;
    let today = catalog.site.zone.at(ctx.now()).today();
    let mut is_any_done = false;
    let mut after = CustomerId(0);
    while !is_any_done {
        let waiting = ctx.store.ask().await?.customer_services().list_due(today, after, BATCH).await?;
        let Some(last) = waiting.last() else { break };
        after = *last;
        for id in waiting {
            match work_on(ctx, id, &catalog).await {
                Ok(()) => is_any_done = true,
                // It is the database that is in the way, of the others too.
                Err(error @ (ServiceError::Busy | ServiceError::NotSaved(_))) => return Err(error),
                Err(error) => tracing::error!(customer.id = id.0, error = ?error, "a customer could not be billed for what recurs"),
            }
        }
    }
    Ok(is_any_done)
}

/// Bills what is due of one customer.
async fn work_on(ctx: &Ctx, id: CustomerId, catalog: &Catalog) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    tx.customers().hold(id).await?;
    let Some(customer) = tx.customers().find(id).await? else { return Ok(()) };
    if customer.state == CustomerState::Active && customer.billing == Billing::Recurring {
        bill_within(ctx, &mut tx, &customer, catalog).await?;
    } else {
        refresh_due(&mut tx, &customer).await?;
    }
    Ok(tx.save().await?)
}

/// Bills what is due of a customer that the transaction holds.
async fn bill_within(ctx: &Ctx, tx: &mut Tx, customer: &Customer, catalog: &Catalog) -> Result<Vec<InvoiceId>> {
    let today = catalog.site.zone.at(ctx.now()).today();
    let services = tx.customer_services().of_customer(customer.id).await?;
    let mut made: Vec<Invoice> = Vec::new();
    for (currency, lines) in due_lines(&services, today) {
        for lines in papers(lines, &currency) {
            let due_days = tx.conversions().settings().await?.due_days;
            let by = ctx.actor.as_ref().map(|actor| actor.id);
            let of = Issue { kind: InvoiceKind::Invoice, customer, currency: &currency, today, due_days, by, now: ctx.now() };
            let invoice = number(tx, Invoice::issue(of, lines)).await?;
            put(tx, &invoice).await?;
            made.push(invoice);
        }
    }
    for service in &services {
        let last = made.iter().flat_map(|invoice| &invoice.lines).filter(|line| line.service == Some(service.id)).map(|line| line.of.from).max();
        let Some(last) = last else { continue };
        let after = Service { billed_from: Some(last), version: service.version + 1, updated_at: ctx.now(), ..service.clone() };
        if !tx.customer_services().change(&after, due_on(customer, &after), service.version).await? {
            return Err(ServiceError::Busy);
        }
    }
    let facts: Vec<(&str, String)> = made.iter().map(|invoice| ("Invoice", format!("{}, {}", invoice.name(), invoice.total_words()))).collect();
    if facts.is_empty() {
        // What was thought to be due is not: its service was changed since.
        refresh_due(tx, customer).await?;
    } else {
        tell(ctx, tx, customer.id, &facts).await?;
    }
    Ok(made.into_iter().map(|invoice| invoice.id).collect())
}

/// What is due of services, by currency, in the order in which they came.
fn due_lines(services: &[Service], today: Timestamp) -> Vec<(String, Vec<InvoiceLine>)> {
    let mut by_currency: Vec<(String, Vec<InvoiceLine>)> = Vec::new();
    for service in services {
        let lines: Vec<InvoiceLine> = service.due_on(today, PERIODS_MOST).into_iter().map(|of| InvoiceLine::of(service, of)).collect();
        if lines.is_empty() {
            continue;
        }
        match by_currency.iter_mut().find(|(currency, _)| *currency == service.currency) {
            Some((_, known)) => known.extend(lines),
            None => by_currency.push((service.currency.clone(), lines)),
        }
    }
    by_currency
}

/// Lines on as many papers as they need: none with more lines, or for more, than one can hold.
fn papers(lines: Vec<InvoiceLine>, currency: &str) -> Vec<Vec<InvoiceLine>> {
    let mut papers: Vec<Vec<InvoiceLine>> = Vec::new();
    for line in lines {
        let fits = |paper: &Vec<InvoiceLine>| {
            let with: Vec<InvoiceLine> = paper.iter().cloned().chain([line.clone()]).collect();
            with.len() <= INVOICE_LINES_MOST && Totals::of(&with, currency).is_ok()
        };
        match papers.last_mut().filter(|paper| fits(paper)) {
            Some(paper) => paper.push(line),
            None => papers.push(vec![line]),
        }
    }
    papers
}
