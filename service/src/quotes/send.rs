//! Sending a quote: by mail, with a private address at which the customer reads and answers it.

use domain::message::first_name;
use domain::text::note;
use domain::{Addressees, FieldErrors, FormValues, Lead, Mailbox, PartStep, Quote, QuoteId, QuoteStep};
use store::outbox::NewMail;

use super::answer::follow;
use super::paper::paper_of;
use super::{ATTEMPTS_MOST, facts, held_quote, listed_of, record, write};
use crate::attempts;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::notices;
use crate::people::{new_token, token_hash};

/// Sends a quote to an address of the lead's person, with the `version` that was read; or sends it once more. Fields: `to`, `text` (what stands in the
/// mail before the address; may be empty), `keep_taxes` (`1` sends rates that changed since as they are). It is an attempt to reach them.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields: also at `keep_taxes` where a rate changed since, and without a name where there is no line, or the last
/// day of a new quote is over; [`ServiceError::Refused`] for one that was answered, and when somebody changed it since;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn send(ctx: &Ctx, id: QuoteId, form: &FormValues) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let zone = &catalog.site.zone;
    let today = zone.at(ctx.now()).today();
    let mut tx = ctx.store.begin().await?;
    let (lead, read) = held_quote(ctx, &mut tx, id, form).await?;
    let before = Quote { state: read.state_on(today), ..read.clone() };
    if !QuoteStep::Send.fits(before.state) {
        let state = before.state.label().to_lowercase();
        return Err(ServiceError::Refused(format!("This quote is {state}; make a new revision to send it again")));
    }
    let mut errors = FieldErrors::default();
    let attempts = tx.attempts().of_lead(lead.id, ATTEMPTS_MOST).await?;
    let to = errors.take("to", choose_address(form.get("to"), &lead, domain::attempt::addresses_left(&lead, &attempts)));
    let text = errors.take("text", note(form.get("text")));
    if before.valid_until < today {
        errors.add("", format!("This quote was valid until {}; choose a later day first", before.valid_until.readable_day()));
    }
    let stale = before.stale_taxes(&listed_of(&mut tx, &before).await?);
    if before.state == domain::QuoteState::New
        && form.get("keep_taxes") != "1"
        && let Some(first) = stale.first()
    {
        let sentence = format!(
            "“{}” is taxed {} now, and was {} when it was put in. Take over the rates of today, or send it as it is",
            first.title,
            first.now.display(),
            first.then.display()
        );
        errors.add("keep_taxes", sentence);
    }
    let mut after = match before.after(QuoteStep::Send, form, before.valid_until, ctx.now()) {
        Ok(after) => after,
        Err(other) => {
            errors.0.extend(other.0);
            return Err(errors.into());
        }
    };
    let (Some(to), Some(text)) = (to, text) else { return Err(errors.into()) };
    errors.into_result()?;
    after.sent_to.clone_from(&to);
    write(&mut tx, &after, read.version, zone).await?;
    let settings = tx.quotes().settings().await?;
    let paper = paper_of(&after, &lead, &settings, &catalog, today);
    tx.quotes().keep_sent(id, &paper, ctx.now(), &to).await?;
    let token = new_token();
    tx.quotes().add_link(&token_hash(&token), id, after.revision).await?;
    let link = format!("{}/q/{token}", ctx.mail.public_url);
    let subject = format!("Quote {} from {}", after.name(), catalog.site.name);
    // People of a distributor read attempts, and nothing of quotes: the quote's own event has the rest.
    let lead = attempts::log_message(ctx, &mut tx, &lead, (&to, "A quote"), String::new(), &catalog).await?;
    let recipient = Mailbox { name: lead.full_name.clone(), email: to.clone() };
    let mail = NewMail {
        message_id: notices::message_id(ctx),
        lead: Some(lead.id),
        user: None,
        addressees: Addressees { to: vec![recipient.clone()], copies: Vec::new() },
        recipient,
        subject,
        body: mail_text(&lead, &after, &text, &link, &catalog.site.name),
        at: ctx.now(),
    };
    tx.outbox().queue(vec![mail]).await?;
    let told = facts([("To", to), ("Total", after.total_words()), ("Valid until", after.valid_until.readable_day())]);
    let lead = record(ctx, &mut tx, &lead, &after, PartStep::Sent, told).await?;
    follow(ctx, &mut tx, &lead, &after, &settings, &catalog).await?;
    Ok(tx.save().await?)
}

fn mail_text(lead: &Lead, quote: &Quote, text: &str, link: &str, site: &str) -> String {
    let begin = if text.is_empty() { format!("Hello {},\n\nhere is our quote for you.", first_name(&lead.full_name)) } else { text.to_owned() };
    format!(
        "{begin}\n\nQuote {}, {}: {link}\n\nThere you can read it, and accept or decline it until {}.\n\n{site}\n",
        quote.name(),
        quote.total_words(),
        quote.valid_until.readable_day()
    )
}

fn choose_address(text: &str, lead: &Lead, known: Vec<String>) -> std::result::Result<String, String> {
    let typed = text.trim().to_lowercase();
    if known.is_empty() {
        return Err(format!("No address of {} is known; enter one on the lead’s page first", lead.full_name));
    }
    known.into_iter().find(|email| email.to_lowercase() == typed).ok_or_else(|| "Choose one of the lead’s addresses".to_owned())
}
