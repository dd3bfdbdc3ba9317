//! What a person can do with accounts.

use domain::event::Subject;
use domain::lead_filter::{Cursor, sought};
use domain::text::fold;
use domain::{
    Account, AccountFilter, AccountId, AccountKind, AccountRow, Action, ContactRow, Event, EventKind, FieldErrors, FormValues, Named, Opportunity,
    Page, Role, Scope,
};
use store::accounts::NewAccount;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::matching::email_domain;
use crate::once::{self, Once};
use crate::records::{Record, edits_by_others, merge_draft, record_added, record_changed, require_version};

/// Rows of one page of a list of accounts.
pub const PAGE_SIZE: usize = 50;
/// Accounts suggested while a name is typed.
const SUGGESTIONS: i64 = 10;
/// Events of an account's or a contact's page.
pub(crate) const TIMELINE: i64 = 100;

/// An account.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of the house.
pub async fn find_account(ctx: &Ctx, id: AccountId) -> Result<Account> {
    ctx.require(Action::ReadAccounts)?;
    ctx.store.read().await?.accounts().find(id).await?.ok_or(ServiceError::NotFound)
}

/// Accounts by name.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list_accounts(ctx: &Ctx, filter: &AccountFilter, after: Option<Cursor>) -> Result<Page<AccountRow>> {
    let actor = ctx.require(Action::ReadAccounts)?;
    let rows = ctx.store.read().await?.accounts().list(filter, actor.id, after.as_ref(), PAGE_SIZE as i64 + 1).await?;
    Ok(Page::forwards(rows, PAGE_SIZE, |row| Cursor { value: fold(&row.name), id: row.id.0 }))
}

/// The same with each account whole and as many as wanted, at most 200; for other programs.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list_whole(ctx: &Ctx, filter: &AccountFilter, after: Option<Cursor>, limit: usize) -> Result<Page<Account>> {
    let actor = ctx.require(Action::ReadAccounts)?;
    let mut tx = ctx.store.read().await?;
    let rows = tx.accounts().list(filter, actor.id, after.as_ref(), limit as i64 + 1).await?;
    let page = Page::forwards(rows, limit, |row| Cursor { value: fold(&row.name), id: row.id.0 });
    let ids: Vec<AccountId> = page.items.iter().map(|row| row.id).collect();
    Ok(Page { items: tx.accounts().find_many(&ids).await?, next_cursor: page.next_cursor, previous_cursor: None })
}

/// Accounts whose name begins with what is being typed.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn suggest_accounts(ctx: &Ctx, text: &str) -> Result<Vec<Named<AccountId>>> {
    ctx.require(Action::ReadAccounts)?;
    Ok(ctx.store.ask().await?.accounts().suggest(&sought(text), SUGGESTIONS).await?)
}

/// Adds an account from a form, see [`Account::fill`]. Where no kind is chosen it is a prospect; where no primary rep is,
/// a rep who adds it becomes that (C0-25).
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Forbidden`] but for people of the house.
pub async fn add_account(ctx: &Ctx, form: &FormValues) -> Result<Account> {
    add_account_once(ctx, form, None).await
}

/// The same for a program that may send it again.
///
/// # Errors
/// As [`add_account`]; [`ServiceError::Invalid`] when the key came with something else before.
pub async fn add_account_once(ctx: &Ctx, form: &FormValues, once: Option<&Once>) -> Result<Account> {
    let actor = ctx.require(Action::EditAccounts)?;
    let catalog = ctx.catalog().await?;
    let now = ctx.now();
    let mut account = Account::blank(AccountId(0), now);
    let mut errors = FieldErrors::default();
    account.fill(form, &catalog, &mut errors);
    refuse_suffixes(&account, &mut errors);
    errors.into_result()?;
    if account.kinds.is_empty() {
        account.kinds = vec![AccountKind::Prospect];
    }
    if account.primary_rep.is_none() && actor.role == Role::Rep {
        account.primary_rep = Some(actor.id);
    }
    let mut tx = ctx.store.begin().await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return tx.accounts().find(AccountId(made)).await?.ok_or(ServiceError::NotFound);
    }
    account.id = AccountId(tx.take_numbers("account", 1).await?);
    let new = NewAccount {
        id: account.id,
        name: account.name.clone(),
        kinds: account.kinds.clone(),
        primary_rep: account.primary_rep,
        website: account.website.clone(),
        domains: account.domains.clone(),
        locations: account.locations.clone(),
        import: None,
        now,
    };
    tx.accounts().add(&new).await?;
    record_added(ctx, &mut tx, named(&account)).await?;
    once::note(ctx, &mut tx, once, account.id.0).await?;
    tx.save().await?;
    Ok(account)
}

/// Changes the fields of an account that were sent, see [`Account::fill`], with the `version` that was read.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when someone else changed the same field since,
/// with their values; [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of the house.
pub async fn change_account(ctx: &Ctx, id: AccountId, form: &FormValues) -> Result<Account> {
    ctx.require(Action::EditAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let current = tx.accounts().find(id).await?.ok_or(ServiceError::NotFound)?;
    require_version(form, current.version)?;
    let mut draft = current.clone();
    let mut errors = FieldErrors::default();
    draft.fill(form, &catalog, &mut errors);
    refuse_suffixes(&draft, &mut errors);
    errors.into_result()?;
    let since = edits_by_others(&mut tx, named(&current), form).await?;
    let changes = merge_draft(ctx, &Account::FIELDS, &current, &mut draft, &since, "account", &catalog)?;
    if changes.is_empty() {
        return Ok(current);
    }
    draft.version += 1;
    draft.updated_at = ctx.now();
    if !tx.accounts().change(&draft, current.version).await? {
        return Err(ServiceError::Busy);
    }
    if draft.name != current.name {
        tx.leads().find_anew(id).await?;
    }
    record_changed(ctx, &mut tx, named(&draft), changes).await?;
    tx.save().await?;
    Ok(draft)
}

/// What happened to an account and to those that went into it, newest first.
///
/// # Errors
/// As [`find_account`].
pub async fn account_timeline(ctx: &Ctx, id: AccountId) -> Result<Vec<Event>> {
    ctx.require(Action::ReadAccounts)?;
    let mut tx = ctx.store.read().await?;
    tx.accounts().find(id).await?.ok_or(ServiceError::NotFound)?;
    let mut events = tx.events().of_subject(Subject::Account, id.0, TIMELINE).await?;
    let mut asked = vec![id];
    while let Some(account) = asked.pop() {
        for merge in tx.account_merges().of_account(account).await? {
            let theirs = tx.events().of_subject(Subject::Account, merge.other.id.0, TIMELINE).await?;
            // Both accounts have the event of the merge itself.
            events.extend(theirs.into_iter().filter(|event| !is_of_merge(&event.kind, &merge.other.name)));
            asked.push(merge.other.id);
        }
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.id));
    events.truncate(TIMELINE as usize);
    Ok(events)
}

fn is_of_merge(kind: &EventKind, name: &str) -> bool {
    matches!(kind, EventKind::AccountsMerged { other, .. } | EventKind::MergeUndone { other, .. } if other == name)
}

/// The people of an account by name, the first 200; the list of contacts pages through all.
///
/// # Errors
/// As [`find_account`].
pub async fn account_contacts(ctx: &Ctx, id: AccountId) -> Result<Vec<ContactRow>> {
    ctx.require(Action::ReadAccounts)?;
    let mut tx = ctx.store.read().await?;
    tx.accounts().find(id).await?.ok_or(ServiceError::NotFound)?;
    Ok(tx.contacts().of_account(id).await?)
}

/// The deals with an account whose leads the person may know of, newest first.
///
/// # Errors
/// As [`find_account`].
pub async fn account_opportunities(ctx: &Ctx, id: AccountId) -> Result<Vec<Opportunity>> {
    let actor = ctx.require(Action::ReadAccounts)?;
    let mut tx = ctx.store.read().await?;
    tx.accounts().find(id).await?.ok_or(ServiceError::NotFound)?;
    Ok(tx.opportunities().of_account(id, &Scope::of(actor)).await?)
}

/// A domain below which anybody may register one tells no company from another.
fn refuse_suffixes(account: &Account, errors: &mut FieldErrors) {
    if let Some(suffix) = account.domains.iter().find(|domain| email_domain::registered(domain).is_none()) {
        errors.add("domains", format!("Many companies lie below {suffix}; enter domains that only this company has"));
    }
}

pub(crate) fn named(account: &Account) -> Record<'_> {
    Record { subject: Subject::Account, id: account.id.0, version: account.version, name: &account.name, lead: None }
}
