//! Whose event it is: the contact, and the account that is meant.

use domain::free_mail::is_free_mail;
use domain::text::fold;
use domain::{Catalog, Contact, ContactId, Finding, Sought};
use store::Tx;
use store::contacts::NewContact;

use super::read::Event;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::matching;

/// Most contacts with one address or number that are looked at.
const SAME_MAX: usize = 20;

/// Whose event it is.
pub(super) struct Whose {
    pub contact: Contact,
    pub is_new: bool,
    pub finding: Finding,
}

/// The contact that an event is about, made where nobody is known by its address or number: with the account that is meant if it is
/// exactly one, else without. The account of a contact who is known stays as it is, whatever the event says.
pub(super) async fn find_or_make(ctx: &Ctx, tx: &mut Tx, event: &Event, catalog: &Catalog) -> Result<Whose> {
    let known = find(tx, event).await?;
    let own = known.as_ref().and_then(|contact| contact.account.as_ref()).map(|account| account.id);
    let says_of_company = !event.company.is_empty() || !event.domain.is_empty() || event.address != domain::Address::default();
    let finding = if own.is_none() || says_of_company {
        let matches = matching::search(tx, &catalog.site.region, &sought(event, known.is_some())).await?;
        let is_free = event.email.as_ref().is_some_and(|email| is_free_mail(&email.domain()));
        Finding::judge(own, &matches, is_free)
    } else {
        Finding::judge(own, &[], false)
    };
    if let Some(contact) = known {
        return Ok(Whose { contact, is_new: false, finding });
    }
    let mut contact = Contact::blank(ContactId(tx.take_numbers("contact", 1).await?), ctx.now());
    contact.full_name = name_of(event);
    contact.account = finding.account().cloned();
    contact.emails.extend(event.email.clone());
    contact.phones.extend(event.phone.clone());
    let new = NewContact {
        id: contact.id,
        full_name: contact.full_name.clone(),
        job_title: String::new(),
        account: contact.account.as_ref().map(|account| account.id),
        phones: contact.phones.clone(),
        emails: contact.emails.clone(),
        import: None,
        now: ctx.now(),
    };
    tx.contacts().add(&new).await?;
    Ok(Whose { contact, is_new: true, finding })
}

/// Who has the address; else who has the number, if the name is theirs, or if nothing but the number was sent and nobody else has it:
/// a switchboard serves many.
async fn find(tx: &mut Tx, event: &Event) -> Result<Option<Contact>> {
    if let Some(email) = &event.email {
        let ids = tx.contacts().find_by_email(&email.folded()).await?;
        let mut same = first_of(tx, ids).await?;
        if !same.is_empty() {
            let named = same.iter().position(|contact| fold(&contact.full_name) == fold(&event.name));
            return Ok(Some(same.swap_remove(named.unwrap_or(0))));
        }
    }
    let Some(number) = event.phone.as_ref().and_then(|phone| phone.e164.as_ref()) else { return Ok(None) };
    let ids = tx.contacts().find_by_phone(number).await?;
    let mut same = first_of(tx, ids).await?;
    if !event.name.is_empty() {
        return Ok(same.into_iter().find(|contact| fold(&contact.full_name) == fold(&event.name)));
    }
    Ok(if event.email.is_none() && same.len() == 1 { same.pop() } else { None })
}

async fn first_of(tx: &mut Tx, mut ids: Vec<ContactId>) -> Result<Vec<Contact>> {
    ids.truncate(SAME_MAX);
    Ok(if ids.is_empty() { Vec::new() } else { tx.contacts().find_many(&ids).await? })
}

/// What is sought of the company. The own address and number of a contact who is known only lead back to their own account.
fn sought(event: &Event, is_known: bool) -> Sought {
    let said = |email: &domain::EmailAddress| if is_known { email.domain() } else { email.as_str().to_owned() };
    let hosts = event.email.as_ref().map(said).into_iter().chain((!event.domain.is_empty()).then(|| event.domain.clone()));
    let phone = event.phone.as_ref().filter(|_| !is_known);
    Sought {
        company: event.company.clone(),
        email: hosts.collect::<Vec<_>>().join(", "),
        phone: phone.map(|phone| phone.display().to_owned()).unwrap_or_default(),
        address: event.address.clone(),
    }
}

/// The name that was sent, or what else tells people who it is.
fn name_of(event: &Event) -> String {
    let email = || event.email.as_ref().map(|email| email.as_str().chars().take(domain::text::LINE_MAX).collect());
    let phone = || event.phone.as_ref().map(|phone| phone.display().to_owned());
    if event.name.is_empty() { email().or_else(phone).unwrap_or_default() } else { event.name.clone() }
}
