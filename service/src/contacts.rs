//! What a person can do with contacts.

use domain::event::Subject;
use domain::lead_filter::Cursor;
use domain::text::{fold, line};
use domain::{AccountId, Action, Contact, ContactFilter, ContactId, ContactRow, Event, FieldErrors, FormValues, Named, Page};
use store::Tx;
use store::contacts::NewContact;

use crate::accounts::TIMELINE;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::once::{self, Once};
use crate::phone;
use crate::records::{Record, edits_by_others, merge_draft, record_added, record_changed, require_version};
use crate::scoring;

/// Rows of one page of a list of contacts.
pub const PAGE_SIZE: usize = 50;

/// A contact.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of the house.
pub async fn find_contact(ctx: &Ctx, id: ContactId) -> Result<Contact> {
    ctx.require(Action::ReadAccounts)?;
    ctx.store.read().await?.contacts().find(id).await?.ok_or(ServiceError::NotFound)
}

/// Contacts by name.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list_contacts(ctx: &Ctx, filter: &ContactFilter, after: Option<Cursor>) -> Result<Page<ContactRow>> {
    ctx.require(Action::ReadAccounts)?;
    let rows = ctx.store.read().await?.contacts().list(filter, after.as_ref(), PAGE_SIZE as i64 + 1).await?;
    Ok(Page::forwards(rows, PAGE_SIZE, |row| Cursor { value: fold(&row.full_name), id: row.id.0 }))
}

/// The same with each contact whole and as many as wanted, at most 200; for other programs.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list_whole(ctx: &Ctx, filter: &ContactFilter, after: Option<Cursor>, limit: usize) -> Result<Page<Contact>> {
    ctx.require(Action::ReadAccounts)?;
    let mut tx = ctx.store.read().await?;
    let rows = tx.contacts().list(filter, after.as_ref(), limit as i64 + 1).await?;
    let page = Page::forwards(rows, limit, |row| Cursor { value: fold(&row.full_name), id: row.id.0 });
    let ids: Vec<ContactId> = page.items.iter().map(|row| row.id).collect();
    Ok(Page { items: tx.contacts().find_many(&ids).await?, next_cursor: page.next_cursor, previous_cursor: None })
}

/// Adds a contact from a form, see [`Contact::fill`]; `account` is a number or a name.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Forbidden`] but for people of the house.
pub async fn add_contact(ctx: &Ctx, form: &FormValues) -> Result<Contact> {
    add_contact_once(ctx, form, None).await
}

/// The same for a program that may send it again.
///
/// # Errors
/// As [`add_contact`]; [`ServiceError::Invalid`] when the key came with something else before.
pub async fn add_contact_once(ctx: &Ctx, form: &FormValues, once: Option<&Once>) -> Result<Contact> {
    ctx.require(Action::EditAccounts)?;
    let region = ctx.catalog().await?.site.region.clone();
    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return tx.contacts().find(ContactId(made)).await?.ok_or(ServiceError::NotFound);
    }
    let mut contact = Contact::blank(ContactId(0), now);
    fill(&mut tx, &mut contact, form, &region).await?;
    contact.id = ContactId(tx.take_numbers("contact", 1).await?);
    let new = NewContact {
        id: contact.id,
        full_name: contact.full_name.clone(),
        job_title: contact.job_title.clone(),
        account: contact.account.as_ref().map(|account| account.id),
        phones: contact.phones.clone(),
        emails: contact.emails.clone(),
        import: None,
        now,
    };
    tx.contacts().add(&new).await?;
    record_added(ctx, &mut tx, named(&contact)).await?;
    once::note(ctx, &mut tx, once, contact.id.0).await?;
    tx.save().await?;
    Ok(contact)
}

/// Changes the fields of a contact that were sent, with the `version` that was read. Leads of the contact show the new
/// phone numbers and e-mail addresses at once.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when someone else changed the same field since,
/// with their values; [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of the house.
pub async fn change_contact(ctx: &Ctx, id: ContactId, form: &FormValues) -> Result<Contact> {
    ctx.require(Action::EditAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let current = tx.contacts().find(id).await?.ok_or(ServiceError::NotFound)?;
    require_version(form, current.version)?;
    let mut draft = current.clone();
    fill(&mut tx, &mut draft, form, &catalog.site.region).await?;
    let since = edits_by_others(&mut tx, named(&current), form).await?;
    let changes = merge_draft(ctx, &Contact::FIELDS, &current, &mut draft, &since, "contact", &catalog)?;
    if changes.is_empty() {
        return Ok(current);
    }
    draft.version += 1;
    draft.updated_at = ctx.now();
    if !tx.contacts().change(&draft, current.version).await? {
        return Err(ServiceError::Busy);
    }
    let is_reached_otherwise = draft.phones != current.phones || draft.emails != current.emails;
    if is_reached_otherwise {
        tx.contacts().set_points(id, &draft.phones, &draft.emails).await?;
    }
    if is_reached_otherwise || draft.full_name != current.full_name {
        tx.leads().refresh_shown(id, ctx.now()).await?;
        scoring::after_contact_change(ctx, &mut tx, id, &catalog).await?;
    }
    record_changed(ctx, &mut tx, named(&draft), changes).await?;
    tx.save().await?;
    Ok(draft)
}

/// What happened to a contact, newest first.
///
/// # Errors
/// As [`find_contact`].
pub async fn contact_timeline(ctx: &Ctx, id: ContactId) -> Result<Vec<Event>> {
    ctx.require(Action::ReadAccounts)?;
    let mut tx = ctx.store.read().await?;
    tx.contacts().find(id).await?.ok_or(ServiceError::NotFound)?;
    Ok(tx.events().of_subject(Subject::Contact, id.0, TIMELINE).await?)
}

async fn fill(tx: &mut Tx, contact: &mut Contact, form: &FormValues, region: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    contact.fill(form, &|text| phone::parse(text, region), &mut errors);
    if let Some(text) = form.find("account") {
        match account_meant(tx, text).await? {
            Ok(account) => contact.account = account,
            Err(sentence) => errors.add("account", sentence),
        }
    }
    Ok(errors.into_result()?)
}

/// The account meant by a number or a name: none for an empty text, a sentence for what nobody is called.
pub(crate) async fn account_meant(tx: &mut Tx, text: &str) -> Result<std::result::Result<Option<Named<AccountId>>, String>> {
    let text = match line(text) {
        Ok(text) if text.is_empty() => return Ok(Ok(None)),
        Ok(text) => text,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let by_number = match text.parse() {
        Ok(id) => tx.accounts().find(id).await?,
        Err(_) => None,
    };
    let account = match (by_number, tx.accounts().find_by_name(&text).await?) {
        (Some(account), _) => Some(account),
        (None, Some(id)) => tx.accounts().find(id).await?,
        (None, None) => None,
    };
    let unknown = || format!("There is no account “{}”; choose one from the list, or add it first", text.chars().take(80).collect::<String>());
    Ok(account.map(|account| Some(Named { id: account.id, name: account.name })).ok_or_else(unknown))
}

fn named(contact: &Contact) -> Record<'_> {
    Record { subject: Subject::Contact, id: contact.id.0, version: contact.version, name: &contact.full_name, lead: None }
}
