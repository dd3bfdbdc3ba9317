//! Who wants no messages: they say so at a private address that each message names, or tell somebody who notes it.

use domain::message::UnsubscribePage;
use domain::{Action, EventKind, FieldErrors, FormValues, LeadId, MailingStep, Scope};
use store::Tx;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require, save};
use crate::people::token_hash;

/// Longest secret that is looked for.
const TOKEN_MAX: usize = 100;

/// What stands at a private address, for whoever knows it.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing.
pub async fn subscription(ctx: &Ctx, token: &str) -> Result<UnsubscribePage> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let (email, _) = by_link(&mut tx, token).await?;
    let is_unsubscribed = !tx.messages().unsubscribed_among(std::slice::from_ref(&email)).await?.is_empty();
    Ok(UnsubscribePage { site: catalog.site.name.clone(), logo: catalog.site.logo.clone(), email, is_unsubscribed })
}

/// What somebody chooses at a private address: `wish` is `none` for no more messages, or `again`. Chosen twice, it is one choice.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing; [`ServiceError::Invalid`] at the wish.
pub async fn end_subscription(ctx: &Ctx, token: &str, form: &FormValues) -> Result<()> {
    // Who is signed in here by chance is not who chooses.
    let ctx = &Ctx { actor: None, ..ctx.clone() };
    let mut tx = ctx.store.begin().await?;
    let (email, lead) = by_link(&mut tx, token).await?;
    let wants_mail = match form.get("wish") {
        "none" => false,
        "again" => true,
        _ => return Err(FieldErrors::at("wish", "Choose whether you want messages").into()),
    };
    take(ctx, &mut tx, &email, lead, wants_mail).await?;
    Ok(tx.save().await?)
}

/// What a mail program asks for with one request, without a page (RFC 8058).
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing.
pub async fn unsubscribe_now(ctx: &Ctx, token: &str) -> Result<()> {
    end_subscription(ctx, token, &FormValues(vec![("wish".to_owned(), "none".to_owned())])).await
}

/// Notes that an address of a lead, `email`, wants no more messages, because they said so to somebody who works the lead.
///
/// # Errors
/// [`ServiceError::Invalid`] at the address; [`ServiceError::Forbidden`]; [`ServiceError::NotFound`].
pub async fn unsubscribe_for(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<String> {
    let mut tx = ctx.store.begin().await?;
    let lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::EditLead, &lead)?;
    let typed = form.get("email").trim().to_lowercase();
    let known = domain::attempt::addresses_left(&lead, &[]);
    let email = known.into_iter().map(|email| email.to_lowercase()).find(|email| *email == typed);
    let email = email.ok_or_else(|| FieldErrors::at("email", "Choose one of the lead’s addresses"))?;
    take(ctx, &mut tx, &email, id, false).await?;
    tx.save().await?;
    Ok(email)
}

async fn by_link(tx: &mut Tx, token: &str) -> Result<(String, LeadId)> {
    if token.is_empty() || token.len() > TOKEN_MAX {
        return Err(ServiceError::NotFound);
    }
    tx.messages().find_unsubscribe_link(&token_hash(token)).await?.ok_or(ServiceError::NotFound)
}

/// Notes what an address wants, and says it in the timeline of a lead, unless that was known or the lead is deleted.
async fn take(ctx: &Ctx, tx: &mut Tx, email: &str, id: LeadId, wants_mail: bool) -> Result<()> {
    tx.leads().hold(id).await?;
    let (is_news, step) = if wants_mail {
        (tx.messages().subscribe_again(email).await?, MailingStep::Resubscribed)
    } else {
        (tx.messages().unsubscribe(email, ctx.now()).await?, MailingStep::Unsubscribed)
    };
    let lead = tx.leads().find_visible(id, &Scope::All).await?.filter(|lead| is_news && lead.deleted_at.is_none());
    if let Some(read) = lead {
        let mut lead = read.clone();
        let kind = EventKind::Mailing { step, name: email.to_owned(), text: String::new() };
        save(ctx, tx, &mut lead, &read, kind).await?;
    }
    Ok(())
}
