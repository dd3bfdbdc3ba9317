//! Sending an invoice: by mail, with a private address at which the customer reads it.

use domain::invoice::{InvoicePaper, PublicInvoice};
use domain::text::note;
use domain::{Action, Addressees, Catalog, Customer, FieldErrors, FormValues, Invoice, InvoiceId, InvoiceState, Mailbox};
use store::Tx;
use store::outbox::NewMail;

use super::{held, tell, write};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::notices;
use crate::people::{new_token, token_hash};

/// Longest secret that is looked for.
const TOKEN_MAX: usize = 100;

/// An invoice as it stands on paper.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of the house.
pub async fn paper(ctx: &Ctx, id: InvoiceId) -> Result<InvoicePaper> {
    ctx.require(Action::ReadAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let invoice = tx.invoices().find(id).await?.ok_or(ServiceError::NotFound)?;
    paper_of(&mut tx, invoice, &catalog).await
}

/// The invoice at a private address, `/i/…`, for whoever knows it; its paper is the PDF there.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing.
pub async fn find_public(ctx: &Ctx, token: &str) -> Result<PublicInvoice> {
    if token.is_empty() || token.len() > TOKEN_MAX {
        return Err(ServiceError::NotFound);
    }
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let id = tx.invoices().find_link(&token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    let invoice = tx.invoices().find(id).await?.ok_or(ServiceError::NotFound)?;
    let state = invoice.state();
    let paper = paper_of(&mut tx, invoice, &catalog).await?;
    let paper = InvoicePaper { invoice: paper.invoice.for_public(), ..paper };
    Ok(PublicInvoice { paper, logo: catalog.site.logo.clone(), state })
}

async fn paper_of(tx: &mut Tx, invoice: Invoice, catalog: &Catalog) -> Result<InvoicePaper> {
    let settings = tx.quotes().settings().await?;
    let customer = tx.customers().find(invoice.customer.id).await?.ok_or(ServiceError::NotFound)?;
    Ok(InvoicePaper { site: catalog.site.name.clone(), sender: settings.sender, footer: settings.footer, customer_number: customer.number, invoice })
}

/// Sends an invoice to an address of its customer, or sends it once more. Fields: `to` (one of the
/// customer's), `text` (what stands in the mail before the address; may be empty).
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] for one that was cancelled; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn send(ctx: &Ctx, id: InvoiceId, form: &FormValues) -> Result<()> {
    ctx.require(Action::EditAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let mut invoice = held(&mut tx, id, form).await?;
    let customer = tx.customers().find(invoice.customer.id).await?.ok_or(ServiceError::NotFound)?;
    if invoice.state() == InvoiceState::Cancelled {
        return Err(ServiceError::Refused(format!("{} was cancelled; send its credit note instead", invoice.name())));
    }
    let mut errors = FieldErrors::default();
    let to = errors.take("to", choose_address(form.get("to"), &customer));
    let text = errors.take("text", note(form.get("text")));
    let (Some(to), Some(text)) = (to, text) else { return Err(errors.into()) };
    let token = new_token();
    tx.invoices().add_link(&token_hash(&token), id).await?;
    let link = format!("{}/i/{token}", ctx.mail.public_url);
    (invoice.sent_to, invoice.sent_at) = (to.clone(), Some(ctx.now()));
    write(ctx, &mut tx, &mut invoice).await?;
    let site = &catalog.site.name;
    let recipient = Mailbox { name: customer.name.clone(), email: to.clone() };
    let mail = NewMail {
        message_id: notices::message_id(ctx),
        lead: None,
        user: None,
        addressees: Addressees { to: vec![recipient.clone()], copies: Vec::new() },
        recipient,
        subject: format!("{} {} from {site}", invoice.kind.label(), invoice.name()),
        body: mail_text(&invoice, &text, &link, site),
        at: ctx.now(),
    };
    // It is told before the mail is queued: that order is everybody's, so that nobody waits for who waits for them.
    tell(ctx, &mut tx, customer.id, &[("Sent", format!("{} to {to}", invoice.name()))]).await?;
    tx.outbox().queue(vec![mail]).await?;
    Ok(tx.save().await?)
}

fn mail_text(invoice: &Invoice, text: &str, link: &str, site: &str) -> String {
    let what = invoice.kind.label().to_lowercase();
    let begin = if text.is_empty() { format!("Hello,\n\nhere is our {what} for you.") } else { text.to_owned() };
    let due = if invoice.state() == InvoiceState::Open { format!(", to be paid until {}", invoice.due_on.readable_day()) } else { String::new() };
    format!(
        "{begin}\n\n{} {}, {}{due}: {link}\n\nThere you can read it and take it as a PDF.\n\n{site}\n",
        invoice.kind.label(),
        invoice.name(),
        invoice.total_words()
    )
}

fn choose_address(text: &str, customer: &Customer) -> std::result::Result<String, String> {
    let typed = text.trim().to_lowercase();
    if customer.emails.is_empty() {
        return Err(format!("No address of {} is known; enter one on the customer’s page first", customer.title()));
    }
    let known = customer.emails.iter().find(|email| email.folded() == typed);
    known.map(|email| email.as_str().to_owned()).ok_or_else(|| "Choose one of the customer’s addresses".to_owned())
}
