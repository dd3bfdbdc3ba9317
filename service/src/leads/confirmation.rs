//! The mail that confirms a registration on the public form. What may stand in it is `domain::confirmation`'s; docs/registration.md has it in words.

use domain::attempt::addresses_left;
use domain::confirmation::{LEAST_APART_MS, harmless, mailbox_of, values};
use domain::message::MessageForm;
use domain::{Action, Catalog, ChoiceId, Confirmation, EmailAddress, EventKind, FormValues, LeadId, MailingStep, Scope};
use store::Tx;

use super::save;
use crate::configuration::{begin, finish};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_fields};
use crate::messages::{ATTEMPTS_MOST, Outgoing, queue, unsubscribed_among};

/// Whether registrations are confirmed, and with which words.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn settings(ctx: &Ctx) -> Result<Confirmation> {
    ctx.require(Action::Configure)?;
    Ok(ctx.store.ask().await?.confirmations().settings().await?)
}

/// Changes it. Fields: `sends` (`1`), `subject`, `body`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields, also for a merge field that there is not.
pub async fn change_settings(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["sends", "subject", "body"])?;
    let old = tx.confirmations().settings().await?;
    let new = Confirmation::read(form, is_ticked(form, "sends").unwrap_or(old.sends))?;
    let changes = new.changes_since(&old);
    if changes.is_empty() {
        return Ok(());
    }
    tx.confirmations().change_settings(&new).await?;
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the mail that confirms a registration".to_owned(), changes }).await
}

/// What a visitor entered, of what the mail may say.
pub(super) struct Entered<'a> {
    pub email: &'a EmailAddress,
    pub full_name: &'a str,
    pub company: &'a str,
    pub offerings: &'a [ChoiceId],
}

/// Confirms a registration to whoever registered, in its transaction, and says so in the timeline of its lead, which is held. Who wants no mails, whose
/// address was found wrong, and whose mailbox got one within the hour gets none.
pub(super) async fn confirm(ctx: &Ctx, tx: &mut Tx, id: LeadId, entered: &Entered<'_>, catalog: &Catalog) -> Result<()> {
    // Who is signed in here by chance is not who confirms.
    let ctx = &Ctx { actor: None, ..ctx.clone() };
    let settings = tx.confirmations().settings().await?;
    let offerings: Vec<String> = entered.offerings.iter().map(|id| catalog.choice_name(*id)).collect();
    let words = settings.words(&values(entered.full_name, entered.company, offerings.join(", "), &catalog.site.name));
    let Some((subject, body)) = words.filter(|_| settings.sends) else { return Ok(()) };
    let to = entered.email.as_str().to_owned();
    if !unsubscribed_among(tx, std::slice::from_ref(&to)).await?.is_empty() {
        return Ok(());
    }
    let lead = tx.leads().find_visible(id, &Scope::All).await?.ok_or(ServiceError::NotFound)?;
    let attempts = tx.attempts().of_lead(id, ATTEMPTS_MOST).await?;
    let names = |emails: Vec<String>| emails.iter().any(|email| email.to_lowercase() == entered.email.folded());
    if names(addresses_left(&lead, &[])) && !names(addresses_left(&lead, &attempts)) {
        return Ok(());
    }
    if !tx.confirmations().claim(&mailbox_of(entered.email), ctx.now(), ctx.now().plus_ms(-LEAST_APART_MS)).await? {
        return Ok(());
    }
    let message = MessageForm { to, subject, body, attach: Vec::new(), link: Vec::new() };
    let out =
        Outgoing { lead: &lead, message: &message, with: &[], by: None, sender_name: None, to_name: harmless(entered.full_name), template: None };
    queue(ctx, tx, out, catalog).await?;
    let text = format!("{}\n\n{}", message.subject, message.body);
    let mut confirmed = lead.clone();
    save(ctx, tx, &mut confirmed, &lead, EventKind::Mailing { step: MailingStep::Confirmed, name: message.to, text }).await?;
    Ok(())
}
