//! The records of a call: account and contact of the caller, and the account that referred them.

use domain::event::{Subject, TextChange};
use domain::intake::CallerChoice;
use domain::text::fold;
use domain::{Account, AccountId, Catalog, Confirmed, Contact, ContactId, FieldErrors, Named};
use store::Tx;

use super::reading::Said;
use crate::contacts::account_meant;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::write_contact;
use crate::records::{Record, record_changed};
use crate::scoring;

/// Who calls, where they were known before.
pub(super) struct Party {
    pub account: Account,
    pub contact: Option<Contact>,
}

/// The account that is meant: the one that was chosen, or the oldest of that very name.
pub(super) async fn find_party(tx: &mut Tx, said: &Said) -> Result<Option<Party>> {
    let (account, contact) = match said.caller {
        Some(CallerChoice::Known { account, contact }) => (account, contact),
        Some(CallerChoice::New) => return Ok(None),
        None if said.company.is_empty() => return Ok(None),
        None => match tx.accounts().find_by_name(&said.company).await? {
            Some(account) => (account, None),
            None => return Ok(None),
        },
    };
    let gone = || FieldErrors::at("caller", "This account is there no longer; choose again");
    let account = tx.accounts().find(account).await?.ok_or_else(gone)?;
    let contact = match contact {
        Some(id) => Some(of_account(tx, id, account.id).await?.ok_or_else(gone)?),
        None => same_person(tx, said, account.id).await?,
    };
    Ok(Some(Party { account, contact }))
}

async fn of_account(tx: &mut Tx, id: ContactId, account: AccountId) -> Result<Option<Contact>> {
    Ok(tx.contacts().find(id).await?.filter(|contact| contact.account.as_ref().is_some_and(|of| of.id == account)))
}

/// The account's contact of that name. One with the e-mail address is found when the lead arrives.
async fn same_person(tx: &mut Tx, said: &Said, account: AccountId) -> Result<Option<Contact>> {
    let name = fold(&said.full_name);
    if name.is_empty() {
        return Ok(None);
    }
    let filter = domain::ContactFilter { query: said.full_name.clone(), account: Some(account) };
    let found = tx.contacts().list(&filter, None, 20).await?.into_iter().find(|row| fold(&row.full_name) == name);
    match found {
        Some(row) => of_account(tx, row.id, account).await,
        None => Ok(None),
    }
}

/// The account that referred the caller.
pub(super) async fn find_referrer(tx: &mut Tx, said: &Said) -> Result<Option<Account>> {
    match account_meant(tx, &said.referrer).await? {
        Ok(Some(Named { id, .. })) => Ok(tx.accounts().find(id).await?),
        Ok(None) => Ok(None),
        Err(sentence) => Err(FieldErrors::at("referrer", sentence).into()),
    }
}

/// Writes what the caller corrected about their company, and that they confirmed what is known of them.
pub(super) async fn correct_account(ctx: &Ctx, tx: &mut Tx, account: Account, said: &Said) -> Result<Account> {
    let mut corrected = account.clone();
    let mut changes = Vec::new();
    if said.shows_facts && !said.company.is_empty() && said.company != account.name {
        corrected.name.clone_from(&said.company);
        changes.push(TextChange { what: "Name".to_owned(), old: account.name.clone(), new: said.company.clone() });
    }
    if said.is_confirmed {
        corrected.confirmed = Some(Confirmed { at: ctx.now(), by: ctx.actor()?.id });
        changes.push(TextChange { what: "Facts".to_owned(), old: String::new(), new: "confirmed on the phone".to_owned() });
    }
    if changes.is_empty() {
        return Ok(account);
    }
    corrected.version += 1;
    corrected.updated_at = ctx.now();
    if !tx.accounts().change(&corrected, account.version).await? {
        return Err(ServiceError::Busy);
    }
    if corrected.name != account.name {
        tx.leads().find_anew(account.id).await?;
    }
    let record = Record { subject: Subject::Account, id: account.id.0, version: corrected.version, name: &corrected.name, lead: None };
    record_changed(ctx, tx, record, changes).await?;
    Ok(corrected)
}

/// Writes what the caller corrected about themselves. New numbers and addresses become the preferred ones; none is lost.
pub(super) async fn correct_contact(ctx: &Ctx, tx: &mut Tx, contact: Contact, said: &Said, catalog: &Catalog) -> Result<Contact> {
    let mut corrected = contact.clone();
    if said.shows_facts && !said.full_name.is_empty() {
        corrected.full_name.clone_from(&said.full_name);
    }
    let is_new = |phone: &&domain::Phone| !contact.phones.iter().any(|known| known.match_text() == phone.match_text());
    corrected.phones = said.phones.iter().filter(is_new).chain(&contact.phones).cloned().collect();
    let is_new = |email: &&domain::EmailAddress| !contact.emails.iter().any(|known| known.folded() == email.folded());
    corrected.emails = said.emails.iter().filter(is_new).chain(&contact.emails).cloned().collect();
    if corrected == contact {
        return Ok(contact);
    }
    write_contact(ctx, tx, &contact, corrected, catalog).await?;
    tx.leads().refresh_shown(contact.id, ctx.now()).await?;
    scoring::after_contact_change(ctx, tx, contact.id, catalog).await?;
    Ok(tx.contacts().find(contact.id).await?.unwrap_or(contact))
}
