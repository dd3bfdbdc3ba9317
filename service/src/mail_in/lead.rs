//! The lead that a mail brings: what a colleague says of somebody, or who wrote it themselves.

use domain::event::Arrival;
use domain::mail_in::{Told, addresses_in, fitting_line, fitting_note, numbers_in};
use domain::referral::Referral;
use domain::{Catalog, ChoiceList, Contact, EmailAddress, FieldErrors, FormValues, Lead, LeadId, MailInId, Phone};
use store::Tx;
use store::people::StoredUser;

use super::letter::Letter;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::leads::{Arriving, Company, arrive, arrive_of, blank};
use crate::phone;
use crate::routing::Router;

/// Sources of a lead that came by mail: the first that there is.
const SOURCES: [&str; 2] = ["E-mail", "Other"];
/// Most numbers that are taken from a text without labels.
const NUMBERS_MAX: usize = 3;

/// A mail that is to become a lead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming<'a> {
    pub id: MailInId,
    pub letter: &'a Letter,
    pub sender: &'a EmailAddress,
    /// Who wrote it, where their address is a colleague's.
    pub colleague: Option<&'a StoredUser>,
}

/// What is known of the lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Draft {
    name: String,
    company: String,
    phones: Vec<Phone>,
    emails: Vec<EmailAddress>,
    message: String,
}

/// Makes the lead.
pub(super) async fn add(ctx: &Ctx, tx: &mut Tx, mail: Incoming<'_>, router: &Router, catalog: &Catalog) -> Result<LeadId> {
    let draft = match mail.colleague {
        Some(colleague) => told(mail, colleague, &ctx.mail.sender, &catalog.site.region),
        None => written(mail),
    };
    let contact = known_contact(tx, &draft.emails).await?;
    let company = match contact.as_ref().and_then(|contact| contact.account.clone()) {
        Some(account) => Company::Known(account, contact.clone()),
        None => Company::Sought(&draft.company),
    };
    let mut lead = blank(ctx, &FormValues::default(), catalog, &mut FieldErrors::default())?;
    lead.full_name = contact.as_ref().map_or_else(|| draft.name.clone(), |contact| contact.full_name.clone());
    lead.phones.clone_from(&draft.phones);
    lead.emails.clone_from(&draft.emails);
    lead.message.clone_from(&draft.message);
    lead.source = SOURCES.iter().find_map(|name| catalog.choice_named(ChoiceList::Source, name)).map(|choice| choice.id);
    lead.group = catalog.site.intake_group;
    let by = Arrival::Mail { mail: mail.id, by: mail.colleague.map(|colleague| colleague.name.clone()).unwrap_or_default() };
    let arriving = Arriving { company, router: Some(router.clone()), ..Arriving::of("", None, by) };
    let id = enter(ctx, tx, lead, contact.as_ref(), arriving, catalog).await?;
    if let Some(colleague) = mail.colleague {
        tx.referrals().add(id, &Referral { by: colleague.id, how_known: String::new(), accepted_at: None }).await?;
    }
    Ok(id)
}

/// A contact who is known and has no account of theirs yet gets one.
async fn enter(ctx: &Ctx, tx: &mut Tx, lead: Lead, contact: Option<&Contact>, arriving: Arriving<'_>, catalog: &Catalog) -> Result<LeadId> {
    match contact.filter(|contact| contact.account.is_none()) {
        Some(contact) => arrive_of(ctx, tx, lead, contact, arriving, catalog).await,
        None => Ok(arrive(ctx, tx, lead, arriving, catalog).await?.id),
    }
}

/// The mail of somebody from outside: they are the lead. Numbers in a signature are not guessed.
fn written(mail: Incoming<'_>) -> Draft {
    let Incoming { letter, sender, .. } = mail;
    let name = if letter.sender_name.is_empty() { fitting_line(sender.as_str()) } else { letter.sender_name.clone() };
    Draft { name, emails: vec![sender.clone()], message: message_of(letter, &letter.text, &[]), ..Draft::default() }
}

/// The mail of a colleague: it says who the lead is, or names their address and number somewhere.
fn told(mail: Incoming<'_>, colleague: &StoredUser, ours: &str, region: &str) -> Draft {
    let Incoming { letter, sender, .. } = mail;
    let told = Told::read(&letter.text);
    let ours = [sender.folded(), ours.to_lowercase()];
    let is_theirs = |email: &EmailAddress| !ours.contains(&email.folded()) && !letter.recipients.contains(&email.folded());
    let body = before_signature(&told.message);
    let mut emails: Vec<EmailAddress> = told.emails.into_iter().filter(is_theirs).collect();
    if emails.is_empty() {
        emails.extend(addresses_in(&body).into_iter().find(is_theirs));
    }
    let (mut phones, mut unread) = (Vec::new(), Vec::new());
    for said in told.phones {
        let first = || numbers_in(&said).into_iter().find_map(|row| phone::parse(row, region).ok());
        match phone::parse(&said, region).ok().or_else(first) {
            Some(read) => phones.push(read),
            None => unread.push(format!("Phone: {said}")),
        }
    }
    if !told.has_labels {
        let rows = numbers_in(&body).into_iter().filter_map(|row| phone::parse(row, region).ok());
        phones.extend(rows.filter(|read| read.e164.is_some()).take(NUMBERS_MAX));
    }
    let subject = Some(letter.subject.clone()).filter(|subject| !subject.is_empty());
    let name = Some(fitting_line(&told.name)).filter(|name| !name.is_empty());
    let name = name.or_else(|| emails.first().map(|email| fitting_line(email.as_str())));
    let name = name.or(subject).or_else(|| phones.first().map(|phone| phone.display().to_owned()));
    Draft {
        name: name.unwrap_or_else(|| fitting_line(&format!("Mailed in by {}", colleague.name))),
        company: fitting_line(&told.company),
        phones,
        emails,
        message: message_of(letter, &told.message, &unread),
    }
}

/// Subject and text, what could not be read of the rest, and what came with it.
fn message_of(letter: &Letter, text: &str, unread: &[String]) -> String {
    let files = letter.files_sentence();
    let unread = unread.join("\n");
    let parts: Vec<&str> =
        [letter.subject.as_str(), unread.as_str(), text.trim(), files.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    fitting_note(&parts.join("\n\n"))
}

/// A text without the signature, which by convention stands behind a line of two hyphens.
fn before_signature(text: &str) -> String {
    text.lines().take_while(|line| line.trim_end() != "--").collect::<Vec<_>>().join("\n")
}

/// Who has the first of these addresses that is somebody's.
async fn known_contact(tx: &mut Tx, emails: &[EmailAddress]) -> Result<Option<Contact>> {
    for email in emails {
        for id in tx.contacts().find_by_email(&email.folded()).await? {
            let found = tx.contacts().find(id).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
    }
    Ok(None)
}
