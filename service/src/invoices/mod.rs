//! What a person can do with invoices: read them, send them, note what was paid, cancel them, and have what is due billed. The rules are
//! `domain::invoice`'s; docs/invoices.md has them in words.

mod bill;
mod cancel;
mod pay;
mod send;

pub use bill::{bill, work};
pub use cancel::cancel;
pub(crate) use cancel::cancel_within;
pub use pay::{pay, remove_payment};
pub use send::{find_public, paper, send};

use domain::event::TextChange;
use domain::invoice::{InvoiceFilter, InvoiceNumber, InvoicePage, InvoiceRow};
use domain::{
    Action, CustomerId, EmailAddress, FieldErrors, FormValues, Invoice, InvoiceId, InvoiceKind, InvoiceState, Page, ServiceId, Target, Timestamp,
};
use store::Tx;

use crate::ctx::Ctx;
use crate::customers::tell_of_customer;
use crate::error::{Result, ServiceError};

/// Invoices on a page of their list.
pub const PAGE_SIZE: usize = 50;

/// A page of invoices, newest first: those before the last one of the page before.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list(ctx: &Ctx, filter: InvoiceFilter, before: Option<InvoiceId>, limit: usize) -> Result<Page<InvoiceRow>> {
    ctx.require(Action::ReadAccounts)?;
    let found = ctx.store.read().await?.invoices().list(filter, before, limit as i64 + 1).await?;
    Ok(Page::forwards(found, limit, |last| domain::lead_filter::Cursor { value: String::new(), id: last.id.0 }))
}

/// An invoice with what its page needs.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of the house.
pub async fn find(ctx: &Ctx, id: InvoiceId) -> Result<InvoicePage> {
    let actor = ctx.require(Action::ReadAccounts)?;
    let today = ctx.catalog().await?.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.read().await?;
    let invoice = tx.invoices().find(id).await?.ok_or(ServiceError::NotFound)?;
    let customer = tx.customers().find(invoice.customer.id).await?.ok_or(ServiceError::NotFound)?;
    let manages = domain::can(actor, Action::ManageInvoices, Target::Site);
    let state = invoice.state();
    let is_whole = state != InvoiceState::Cancelled && invoice.became.is_none();
    Ok(InvoicePage {
        totals: totals(&invoice)?,
        customer_number: customer.number,
        addresses: customer.emails.iter().map(EmailAddress::as_str).map(str::to_owned).collect(),
        may_send: state != InvoiceState::Cancelled,
        may_pay: manages && state == InvoiceState::Open,
        may_cancel: manages && is_whole && invoice.kind != InvoiceKind::CreditNote,
        may_remove_payments: manages && invoice.why_payments_stay().is_none(),
        invoice,
        today,
    })
}

fn totals(invoice: &Invoice) -> Result<domain::quote::Totals> {
    Ok(invoice.totals().map_err(|error| FieldErrors::at("", error.to_string()))?)
}

/// Gives an invoice its numbers.
pub(crate) async fn number(tx: &mut Tx, invoice: Invoice) -> Result<Invoice> {
    let id = InvoiceId(tx.take_numbers("invoice", 1).await?);
    let number: InvoiceNumber = tx.invoices().take_number(invoice.kind, invoice.number.year).await?;
    Ok(Invoice { id, number, ..invoice })
}

/// Writes a new invoice, and which periods of services it bills, where it is an invoice.
pub(crate) async fn put(tx: &mut Tx, invoice: &Invoice) -> Result<()> {
    tx.invoices().add(invoice, totals(invoice)?.all).await?;
    if invoice.kind != InvoiceKind::Invoice {
        return Ok(());
    }
    let periods: Vec<(ServiceId, Timestamp)> = invoice.lines.iter().filter_map(|line| Some((line.service?, line.of.from))).collect();
    Ok(tx.invoices().note_billed(invoice.id, &periods).await?)
}

/// Loads an invoice to change it, with its customer held before it. The form's `version` is the one that was read.
async fn held(tx: &mut Tx, id: InvoiceId, form: &FormValues) -> Result<Invoice> {
    let found = tx.invoices().find(id).await?.ok_or(ServiceError::NotFound)?;
    tx.customers().hold(found.customer.id).await?;
    tx.invoices().hold(id).await?;
    // Read again: whoever had it before may have changed it.
    let invoice = tx.invoices().find(id).await?.ok_or(ServiceError::NotFound)?;
    if form.find("version").is_some_and(|version| version.trim().parse() != Ok(invoice.version)) {
        return Err(ServiceError::Refused("Somebody changed this meanwhile; load the page again to see it".to_owned()));
    }
    Ok(invoice)
}

/// Writes the next version of an invoice.
async fn write(ctx: &Ctx, tx: &mut Tx, invoice: &mut Invoice) -> Result<()> {
    let expected = invoice.version;
    (invoice.version, invoice.updated_at) = (expected + 1, ctx.now());
    if tx.invoices().change(invoice, expected).await? { Ok(()) } else { Err(ServiceError::Busy) }
}

/// Tells of an invoice where its customer's account is told of.
async fn tell(ctx: &Ctx, tx: &mut Tx, customer: CustomerId, facts: &[(&str, String)]) -> Result<()> {
    let Some(customer) = tx.customers().find(customer).await? else { return Ok(()) };
    let change = |(what, new): &(&str, String)| TextChange { what: (*what).to_owned(), old: String::new(), new: new.clone() };
    tell_of_customer(ctx, tx, &customer, facts.iter().map(change).collect()).await
}
