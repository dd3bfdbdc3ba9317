//! What was paid. A proforma that is paid makes its customer active and becomes an invoice.

use domain::invoice::Payment;
use domain::{Action, Catalog, Customer, CustomerState, FieldErrors, FormValues, Invoice, InvoiceId, InvoiceKind, InvoiceState};
use store::Tx;

use super::{held, number, put, tell, write};
use crate::ctx::Ctx;
use crate::customers::begin_billing;
use crate::error::{Result, ServiceError};
use crate::once::{self, Once};

/// Notes a payment, see [`Payment::read`], with the `version` that was read. For a form that may be sent again. Gives the invoice that a proforma became
/// with it.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] for what is not to be paid; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`] but for managers and administrators.
pub async fn pay(ctx: &Ctx, id: InvoiceId, form: &FormValues, once: Option<&Once>) -> Result<Option<InvoiceId>> {
    ctx.require(Action::ManageInvoices)?;
    let catalog = ctx.catalog().await?;
    let today = catalog.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.begin().await?;
    let unread = form.without("version");
    let found = held(&mut tx, id, &unread).await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(Some(InvoiceId(made)).filter(|made| *made != id));
    }
    let mut invoice = held(&mut tx, id, form).await?;
    if invoice.state() != InvoiceState::Open {
        let state = invoice.state().label().to_lowercase();
        return Err(ServiceError::Refused(format!("{} is {state}; there is nothing to pay", found.name())));
    }
    let mut errors = FieldErrors::default();
    let Some(payment) = Payment::read(form, &invoice, today, &mut errors) else { return Err(errors.into()) };
    let words = payment.words(&invoice.currency);
    tx.invoices().add_payment(id, invoice.payments.len() as i64 + 1, &payment).await?;
    invoice.payments.push(payment);
    write(ctx, &mut tx, &mut invoice).await?;
    let is_settled = invoice.kind == InvoiceKind::Proforma && invoice.state() == InvoiceState::Paid;
    let made = if is_settled { Some(settle(ctx, &mut tx, &invoice, &catalog).await?) } else { None };
    let mut facts = vec![("Paid", format!("{}: {words}", invoice.name()))];
    facts.extend(made.as_ref().map(|made| ("Invoice", format!("{}, {}", made.name(), made.total_words()))));
    tell(ctx, &mut tx, invoice.customer.id, &facts).await?;
    once::note(ctx, &mut tx, once, made.as_ref().map_or(id, |made| made.id).0).await?;
    tx.save().await?;
    Ok(made.map(|made| made.id))
}

/// Removes a payment that was noted by mistake, the how manyth it is, with the `version` that was read. What it paid is to be paid again.
///
/// # Errors
/// [`ServiceError::Refused`] once something was built upon it, see [`Invoice::why_payments_stay`]; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`] but for managers and administrators.
pub async fn remove_payment(ctx: &Ctx, id: InvoiceId, nth: i64, form: &FormValues) -> Result<()> {
    ctx.require(Action::ManageInvoices)?;
    let mut tx = ctx.store.begin().await?;
    let mut invoice = held(&mut tx, id, form).await?;
    let at = (1..).zip(&invoice.payments).position(|(place, _): (i64, _)| place == nth).ok_or(ServiceError::NotFound)?;
    if let Some(sentence) = invoice.why_payments_stay() {
        return Err(ServiceError::Refused(sentence));
    }
    let removed = invoice.payments.remove(at);
    tx.invoices().replace_payments(&invoice).await?;
    write(ctx, &mut tx, &mut invoice).await?;
    let words = format!("{}: {}", invoice.name(), removed.words(&invoice.currency));
    tell(ctx, &mut tx, invoice.customer.id, &[("Payment removed", words)]).await?;
    Ok(tx.save().await?)
}

/// Makes the invoice of a proforma that is paid, and its customer active.
async fn settle(ctx: &Ctx, tx: &mut Tx, proforma: &Invoice, catalog: &Catalog) -> Result<Invoice> {
    let today = catalog.site.zone.at(ctx.now()).today();
    let by = ctx.actor.as_ref().map(|actor| actor.id);
    let made = number(tx, proforma.turned_into(InvoiceKind::Invoice, today, by, ctx.now())).await?;
    put(tx, &made).await?;
    let customer = tx.customers().find(proforma.customer.id).await?.ok_or(ServiceError::NotFound)?;
    if customer.state == CustomerState::Inactive {
        let after = Customer { state: CustomerState::Active, version: customer.version + 1, updated_at: ctx.now(), ..customer.clone() };
        if !tx.customers().change(&after, customer.version).await? {
            return Err(ServiceError::Busy);
        }
        begin_billing(ctx, tx, &after, today).await?;
    }
    Ok(made)
}
