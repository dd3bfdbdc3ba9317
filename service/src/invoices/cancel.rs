//! Cancelling: an invoice is taken back by a credit note of the same lines, a proforma only ends.

use domain::text::note;
use domain::{Action, Catalog, FieldErrors, FormValues, Invoice, InvoiceId, InvoiceKind, InvoiceState, Named};
use store::Tx;

use super::{held, number, put, tell, write};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Cancels an invoice or a proforma, with the `version` that was read. Fields: `reason`, which may be empty. Gives the credit note of an invoice. What was
/// cancelled is not billed again by itself.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] for what cannot be cancelled; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`] but for managers and administrators.
pub async fn cancel(ctx: &Ctx, id: InvoiceId, form: &FormValues) -> Result<Option<InvoiceId>> {
    ctx.require(Action::ManageInvoices)?;
    let catalog = ctx.catalog().await?;
    let mut errors = FieldErrors::default();
    let reason = errors.take("reason", note(form.get("reason")));
    errors.into_result()?;
    let mut tx = ctx.store.begin().await?;
    let invoice = held(&mut tx, id, form).await?;
    if invoice.kind == InvoiceKind::CreditNote {
        return Err(ServiceError::Refused("A credit note cannot be cancelled; make a new invoice instead".to_owned()));
    }
    if invoice.state() == InvoiceState::Cancelled {
        return Err(ServiceError::Refused(format!("{} was cancelled already", invoice.name())));
    }
    if let Some(became) = &invoice.became {
        return Err(ServiceError::Refused(format!("{} became {}; cancel that instead", invoice.name(), became.name)));
    }
    let made = cancel_within(ctx, &mut tx, invoice, reason.unwrap_or_default(), &catalog).await?;
    tx.save().await?;
    Ok(made.map(|made| made.id))
}

/// The same to what can be cancelled, in a transaction that somebody else saves. Gives the credit note.
pub(crate) async fn cancel_within(
    ctx: &Ctx,
    tx: &mut Tx,
    mut invoice: Invoice,
    reason: String,
    catalog: &Catalog,
) -> Result<Option<Named<InvoiceId>>> {
    let today = catalog.site.zone.at(ctx.now()).today();
    (invoice.cancelled_at, invoice.reason) = (Some(ctx.now()), reason);
    write(ctx, tx, &mut invoice).await?;
    let by = ctx.actor.as_ref().map(|actor| actor.id);
    let note = match invoice.kind {
        InvoiceKind::Invoice => {
            let note = number(tx, invoice.turned_into(InvoiceKind::CreditNote, today, by, ctx.now())).await?;
            put(tx, &note).await?;
            Some(Named { id: note.id, name: note.name() })
        }
        InvoiceKind::Proforma | InvoiceKind::CreditNote => None,
    };
    let mut facts = vec![("Cancelled", format!("{}, {}", invoice.name(), invoice.total_words()))];
    facts.extend(note.as_ref().map(|note| ("Credit note", note.name.clone())));
    tell(ctx, tx, invoice.customer.id, &facts).await?;
    Ok(note)
}
