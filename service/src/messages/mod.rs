//! What a person can do to write to the person of a lead: see the words that a template gives, and send them. The rules are
//! `domain::message`'s; docs/messages.md has them in words.

mod subscription;
mod templates;

pub use subscription::{end_subscription, subscription, unsubscribe_for, unsubscribe_now};
pub use templates::{add_template, change_template, list_templates, remove_template, restore_template};

use domain::attempt::addresses_left;
use domain::material::judge_attached;
use domain::message::{MessageAddress, MessageForm, MessagePage, SENT_SHOWN, SentMessage, first_name, sent_words, with_footer};
use domain::{
    Action, Addressees, Catalog, FieldErrors, FormValues, Lead, LeadId, Mailbox, Material, MergeField, MergeValues, MessageId, MessageTemplateId,
    Scope, Target, Wording,
};
use store::Tx;
use store::material::Sent;
use store::messages::{MessageMail, NewMessage};
use store::outbox::NewMail;

use crate::attempts;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require};
use crate::notices::message_id;
use crate::once::{self, Once};
use crate::people::{new_token, token_hash};

/// Attempts that say which addresses are wrong.
pub(crate) const ATTEMPTS_MOST: i64 = 200;

/// What the page of a new message shows: of a template, where one is chosen.
///
/// # Errors
/// [`ServiceError::NotFound`] for an absent lead and for one the person may not know of.
pub async fn page(ctx: &Ctx, id: LeadId, template: Option<MessageTemplateId>) -> Result<MessagePage> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let lead = tx.leads().find_visible(id, &Scope::of(actor)).await?.ok_or(ServiceError::NotFound)?;
    let attempts = tx.attempts().of_lead(id, ATTEMPTS_MOST).await?;
    let emails = addresses_left(&lead, &attempts);
    let unsubscribed = unsubscribed_among(&mut tx, &emails).await?;
    let addresses: Vec<MessageAddress> =
        emails.into_iter().map(|email| MessageAddress { is_unsubscribed: unsubscribed.contains(&email.to_lowercase()), email }).collect();
    let templates = tx.messages().list_templates().await?;
    let chosen = templates.iter().find(|one| Some(one.id) == template);
    let nothing = || Wording { subject: String::new(), body: String::new() };
    let may_write = domain::can(actor, Action::EditLead, Target::Lead(&lead.audience(), lead.state.life_cycle()));
    let hindrance = if !may_write {
        Some("Only who works an open lead can write to its person")
    } else if addresses.is_empty() {
        Some("No address is known to which one could write; enter one on the lead’s page first")
    } else if addresses.iter().all(|address| address.is_unsubscribed) {
        Some("They want no more messages; call them instead")
    } else {
        None
    };
    Ok(MessagePage {
        lead: id,
        full_name: lead.full_name.clone(),
        account: lead.account.name.clone(),
        addresses,
        chosen: chosen.map(|one| one.id),
        wording: chosen.map_or_else(nothing, |one| one.wording.clone()),
        values: values(&lead, (&actor.name, &actor.email), &catalog),
        templates,
        sent: sent_of(&mut tx, id).await?,
        material: if actor.role.is_internal() { tx.material().list().await? } else { Vec::new() },
        nurture: crate::nurture::view(&mut tx, id).await?,
        may_nurture: crate::nurture::may(actor, &lead),
        hindrance: hindrance.map(str::to_owned),
    })
}

/// Sends a message to the person of an open lead, see [`MessageForm::read`], with `template` where it began with one. It is an attempt to
/// reach them, and their answer is awaited. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields, also for an address whose person wants no messages; [`ServiceError::Forbidden`];
/// [`ServiceError::NotFound`].
pub async fn send_once(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<SentMessage> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::EditLead, &lead)?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return tx.messages().find(MessageId(made)).await?.ok_or(ServiceError::NotFound);
    }
    let tried = tx.attempts().of_lead(id, ATTEMPTS_MOST).await?;
    let message = MessageForm::read(form, &lead, &tried, &values(&lead, (&actor.name, &actor.email), &catalog))?;
    if !unsubscribed_among(&mut tx, std::slice::from_ref(&message.to)).await?.is_empty() {
        return Err(FieldErrors::at("to", format!("{} wants no more messages; call them instead", message.to)).into());
    }
    let template = form.get("template").parse().ok().map(MessageTemplateId);
    let template = match template {
        Some(id) => tx.messages().find_template(id).await?.map(|one| one.id),
        None => None,
    };
    let with = read_material(&mut tx, &message, actor.role.is_internal()).await?;
    let names = with.iter().map(|(piece, sent)| sent_words(&piece.name, sent.is_link)).collect::<Vec<_>>();
    let sent_with = if names.is_empty() { String::new() } else { format!("\n\nSent with it: {}", names.join(", ")) };
    let text = format!("{}\n\n{}{sent_with}", message.subject, message.body.trim_end());
    let lead = attempts::log_message(ctx, &mut tx, &lead, (&message.to, &message.subject), text, &catalog).await?;
    let out = Outgoing {
        lead: &lead,
        message: &message,
        with: &with,
        by: Some(actor.id),
        sender_name: Some(&actor.name),
        to_name: &lead.full_name,
        template,
    };
    let sent = queue(ctx, &mut tx, out, &catalog).await?;
    once::note(ctx, &mut tx, once, sent.0).await?;
    let sent = tx.messages().find(sent).await?.ok_or(ServiceError::NotFound)?;
    tx.save().await?;
    Ok(sent)
}

/// A message that is to go out.
pub(crate) struct Outgoing<'a> {
    pub lead: &'a Lead,
    pub message: &'a MessageForm,
    /// What of the library goes with it.
    pub with: &'a [(Material, Sent)],
    /// `None` where the program sends it.
    pub by: Option<domain::UserId>,
    /// Who writes, as the mail's head shows it; `None` where nobody does.
    pub sender_name: Option<&'a str>,
    /// What stands beside the address.
    pub to_name: &'a str,
    pub template: Option<MessageTemplateId>,
}

/// Keeps a message and queues its mail, with an address of its own at which its recipient unsubscribes.
pub(crate) async fn queue(ctx: &Ctx, tx: &mut Tx, out: Outgoing<'_>, catalog: &Catalog) -> Result<MessageId> {
    let Outgoing { lead, message, with, by, sender_name, to_name, template } = out;
    let subscriber = message.to.to_lowercase();
    let token = new_token();
    tx.messages().add_unsubscribe_link(&token_hash(&token), &subscriber, lead.id).await?;
    let link = format!("{}/unsubscribe/{token}", ctx.mail.public_url);
    let new = NewMessage {
        id: MessageId(tx.take_numbers("message", 1).await?),
        lead: lead.id,
        by,
        template,
        to: message.to.clone(),
        subject: message.subject.clone(),
        body: message.body.clone(),
        message_id: message_id(ctx),
        at: ctx.now(),
    };
    tx.messages().add(&new).await?;
    let sent: Vec<Sent> = with.iter().map(|(_, sent)| *sent).collect();
    tx.material().add_sent(new.id, &sent).await?;
    let mut text = new.body.trim_end().to_owned();
    for (piece, _) in with.iter().filter(|(_, sent)| sent.is_link) {
        let token = new_token();
        tx.material().add_link(&token_hash(&token), piece.id, lead.id).await?;
        text.push_str(&format!("\n\n{}: {}/shared/{token}", piece.name, ctx.mail.public_url));
    }
    let recipient = Mailbox { name: to_name.to_owned(), email: message.to.clone() };
    let mail = NewMail {
        message_id: new.message_id,
        lead: Some(lead.id),
        user: None,
        addressees: Addressees { to: vec![recipient.clone()], copies: Vec::new() },
        recipient,
        subject: new.subject,
        body: with_footer(&text, &catalog.site.name, &link),
        at: ctx.now(),
    };
    let unsubscribe = format!("{link}/now");
    tx.messages().queue(MessageMail { mail, sender_name: sender_name.map(str::to_owned), subscriber, unsubscribe }).await?;
    Ok(new.id)
}

/// The messages of a lead that were sent last, with what went with them.
async fn sent_of(tx: &mut Tx, lead: LeadId) -> Result<Vec<SentMessage>> {
    let mut sent = tx.messages().of_lead(lead, SENT_SHOWN).await?;
    for (message, name, is_link) in tx.material().sent_to(lead).await? {
        if let Some(message) = sent.iter_mut().find(|one| one.id == message) {
            message.material.push(sent_words(&name, is_link));
        }
    }
    Ok(sent)
}

/// The pieces of the library that a message names. They are for people of the house to send.
async fn read_material(tx: &mut Tx, message: &MessageForm, is_of_house: bool) -> Result<Vec<(Material, Sent)>> {
    let named = message.attach.iter().map(|id| (*id, false)).chain(message.link.iter().map(|id| (*id, true)));
    let mut found = Vec::new();
    for (id, is_link) in named {
        let piece = tx.material().find(id).await?.filter(|piece| is_of_house && piece.removed_at.is_none());
        let field = if is_link { "link" } else { "attach" };
        let piece = piece.ok_or_else(|| FieldErrors::at(field, "This is not in the library any more; choose another"))?;
        found.push((piece, Sent { material: id, is_link }));
    }
    let attached: Vec<Material> = found.iter().filter(|(_, sent)| !sent.is_link).map(|(piece, _)| piece.clone()).collect();
    judge_attached(&attached).map_err(|sentence| FieldErrors::at("attach", sentence))?;
    Ok(found)
}

/// What the merge fields of a message stand for, which somebody of this name and address writes.
pub(crate) fn values(lead: &Lead, (name, email): (&str, &str), catalog: &Catalog) -> MergeValues {
    let offerings: Vec<String> = lead.offerings.iter().map(|id| catalog.choice_name(*id)).collect();
    let mut values = MergeValues::default();
    values.set(MergeField::LeadName, &lead.full_name);
    values.set(MergeField::FirstName, first_name(&lead.full_name));
    values.set(MergeField::Account, &lead.account.name);
    values.set(MergeField::LeadNumber, lead.id.to_string());
    values.set(MergeField::Offerings, offerings.join(", "));
    values.set(MergeField::Message, &lead.message);
    values.set(MergeField::By, name);
    values.set(MergeField::ByEmail, email);
    values.set(MergeField::Site, &catalog.site.name);
    values
}

/// Those of these addresses, in lower case, whose people want no messages.
pub(crate) async fn unsubscribed_among(tx: &mut Tx, emails: &[String]) -> Result<Vec<String>> {
    let folded: Vec<String> = emails.iter().map(|email| email.to_lowercase()).collect();
    Ok(if folded.is_empty() { Vec::new() } else { tx.messages().unsubscribed_among(&folded).await? })
}
