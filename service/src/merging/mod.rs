//! Making one of two accounts, and taking that back for thirty days. docs/merging.md has the rules in words.

mod rules;
mod told;

use domain::account_merge::{Choices, MergeFacts, MergeNote, MergePreview, UNDO_DAYS, counted, merged, undo_until, unmerged};
use domain::event::TextChange;
use domain::{Account, AccountId, Action, Catalog, EventKind, FormValues, MergeId, Target, can};
use store::Tx;
use store::account_merges::Way;

use crate::accounts::named;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::records::{record_changed, record_event};

/// What became of taking a merge back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The account that the other went into.
    pub account: AccountId,
    /// The one that is there again.
    pub other: AccountId,
    /// Names of the kept account's fields that were changed since; what they were changed to stays.
    pub stays: Vec<&'static str>,
}

/// Two accounts side by side, before they are made one, and what would go along.
///
/// # Errors
/// [`ServiceError::NotFound`], also for an account and itself; [`ServiceError::Forbidden`] but for people of the house.
pub async fn preview(ctx: &Ctx, kept: AccountId, other: AccountId) -> Result<MergePreview> {
    ctx.require(Action::ReadAccounts)?;
    let book = ctx.store.rule_book().await?;
    let mut tx = ctx.store.read().await?;
    let (kept, other) = both(&mut tx, kept, other).await?;
    let mut moving: Vec<String> = tx.account_merges().count(other.id).await?.into_iter().map(|(kind, many)| kind.counted(many)).collect();
    let events = tx.account_merges().count_contact_events(other.id).await?;
    if events > 0 {
        moving.push(counted(events, "contact event", "contact events"));
    }
    let rules = rules::naming(book.book(), other.id).len() as i64;
    if rules > 0 {
        moving.push(counted(rules, "rule of routing", "rules of routing"));
    }
    let marked = tx.delegations().call_centres().await?;
    if marked.contains(&other.id) && !marked.contains(&kept.id) {
        moving.push("the mark of a central call centre".to_owned());
    }
    let refused = may_merge(ctx, &kept, &other).err().map(|error| error.to_string());
    Ok(MergePreview { kept, other, moving, refused })
}

/// Makes one of two accounts: the other goes into the kept one with all that hangs on it, in one transaction. The form has for each
/// field whose value stays (see [`Choices::read`]), and the versions of both that were read: `version` and `other_version`.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when one of them was changed since; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`] but for managers, administrators and a rep who looks after both.
pub async fn merge(ctx: &Ctx, kept: AccountId, other: AccountId, form: &FormValues) -> Result<MergeId> {
    let by = ctx.require(Action::ReadAccounts)?.id;
    let catalog = ctx.catalog().await?;
    let book = ctx.store.rule_book().await?;
    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    let (kept, other) = both(&mut tx, kept, other).await?;
    may_merge(ctx, &kept, &other)?;
    for (name, account) in [("version", &kept), ("other_version", &other)] {
        if form.get(name).trim().parse() != Ok(account.version) {
            let sentence = format!("{} was changed since this page was shown. Look at both again, then merge", account.name);
            return Err(ServiceError::Refused(sentence));
        }
    }
    let choices = Choices::read(form, &kept, &other)?;
    let after = merged(&kept, &other, &choices, now);
    let way = Way { from: other.id, to: kept.id };
    let id = MergeId(tx.take_numbers("account_merge", 1).await?);
    if !tx.account_merges().hide(way, other.version, now).await? || !tx.accounts().change(&after, kept.version).await? {
        return Err(ServiceError::Busy);
    }
    let facts = MergeFacts { rules: rules::pass_on(&mut tx, book.book(), &after, other.id).await?, before: kept, after, other };
    tx.account_merges().add(id, way, by, now, &facts).await?;
    tx.account_merges().take_along(id, way, now).await?;
    tx.leads().find_anew(facts.after.id).await?;
    let (kept, other) = (&facts.after, &facts.other);
    let changes = changes_of(&facts.before, kept, &catalog);
    if !changes.is_empty() {
        record_changed(ctx, &mut tx, named(kept), changes).await?;
    }
    let happened = EventKind::AccountsMerged { kept: kept.name.clone(), other: other.name.clone() };
    record_event(ctx, &mut tx, named(kept), happened.clone()).await?;
    record_event(ctx, &mut tx, named(&Account { version: other.version + 1, ..other.clone() }), happened).await?;
    told::tell_of_moved(ctx, &mut tx, id, told::Between { from: other, to: kept }).await?;
    tx.save().await?;
    Ok(id)
}

/// Takes a merge back: the other account is there again as it was, what went along goes back as far as it still hangs on the kept one,
/// and the kept one's fields become what they were, but for those that were changed since.
///
/// # Errors
/// [`ServiceError::Refused`] after thirty days, when it was taken back already, or when the kept account is itself gone into another;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for who may merge the two.
pub async fn undo(ctx: &Ctx, id: MergeId) -> Result<Undone> {
    let by = ctx.require(Action::ReadAccounts)?.id;
    let catalog = ctx.catalog().await?;
    let book = ctx.store.rule_book().await?;
    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    let merge = tx.account_merges().find(id).await?.ok_or(ServiceError::NotFound)?;
    let facts = &merge.facts;
    may_merge(ctx, &facts.before, &facts.other)?;
    if merge.undone_at.is_some() {
        return Err(ServiceError::Refused("This merge was taken back already".to_owned()));
    }
    if now > undo_until(merge.at) {
        let sentence = format!("A merge can be taken back for {UNDO_DAYS} days; this one is of {}", catalog.site.zone.readable_day(merge.at));
        return Err(ServiceError::Refused(sentence));
    }
    let Some(present) = tx.accounts().find(merge.account).await? else {
        return Err(ServiceError::Refused(format!("{} is itself gone into another account; take that back first", facts.after.name)));
    };
    let is_first = tx.account_merges().note_undone(id, by, now).await?;
    if !is_first || !tx.account_merges().show(merge.other.id, merge.account, now).await? {
        return Err(ServiceError::Busy);
    }
    let (account, stays) = unmerged(&facts.before, &facts.after, &present, now);
    if !tx.accounts().change(&account, present.version).await? {
        return Err(ServiceError::Busy);
    }
    let other = tx.accounts().find(merge.other.id).await?.ok_or(ServiceError::NotFound)?;
    rules::give_back(&mut tx, book.book(), &facts.rules).await?;
    tx.account_merges().take_back(id, Way { from: account.id, to: other.id }, now).await?;
    tx.leads().find_anew(other.id).await?;
    if account.name != present.name {
        tx.leads().find_anew(account.id).await?;
    }
    let changes = changes_of(&present, &account, &catalog);
    if !changes.is_empty() {
        record_changed(ctx, &mut tx, named(&account), changes).await?;
    }
    let happened = EventKind::MergeUndone { kept: account.name.clone(), other: other.name.clone() };
    record_event(ctx, &mut tx, named(&account), happened.clone()).await?;
    record_event(ctx, &mut tx, named(&other), happened).await?;
    told::tell_of_moved(ctx, &mut tx, id, told::Between { from: &account, to: &other }).await?;
    tx.save().await?;
    Ok(Undone { account: account.id, other: other.id, stays })
}

/// The merges into an account that were not taken back, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn merges_into(ctx: &Ctx, account: AccountId) -> Result<Vec<MergeNote>> {
    ctx.require(Action::ReadAccounts)?;
    let merges = ctx.store.ask().await?.account_merges().of_account(account).await?;
    let note = |merge: store::account_merges::StoredMerge| MergeNote {
        may_undo: ctx.now() <= undo_until(merge.at) && may_merge(ctx, &merge.facts.before, &merge.facts.other).is_ok(),
        id: merge.id,
        other: merge.other,
        by: merge.by,
        at: merge.at,
    };
    Ok(merges.into_iter().map(note).collect())
}

/// The account that a merged one went into in the end; `None` for one that was not merged.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn went_into(ctx: &Ctx, account: AccountId) -> Result<Option<AccountId>> {
    ctx.require(Action::ReadAccounts)?;
    Ok(ctx.store.ask().await?.account_merges().went_into(account).await?)
}

/// Refuses whoever may not change both accounts for good: managers and administrators may, and a rep who looks after both.
///
/// # Errors
/// [`ServiceError::Forbidden`] saying who can.
pub(crate) fn may_merge(ctx: &Ctx, one: &Account, other: &Account) -> Result<()> {
    let actor = ctx.actor()?;
    if [one, other].into_iter().all(|account| can(actor, Action::MergeAccounts, Target::AccountOf(account.primary_rep))) {
        return Ok(());
    }
    Err(ServiceError::Forbidden("Only the rep who looks after both accounts, a manager or an administrator can do this".to_owned()))
}

async fn both(tx: &mut Tx, kept: AccountId, other: AccountId) -> Result<(Account, Account)> {
    if kept == other {
        return Err(ServiceError::NotFound);
    }
    let mut found = tx.accounts().find_many(&[kept, other]).await?.into_iter();
    found.next().zip(found.next()).ok_or(ServiceError::NotFound)
}

fn changes_of(before: &Account, after: &Account, catalog: &Catalog) -> Vec<TextChange> {
    let mut changes = Vec::new();
    for field in Account::FIELDS.iter().filter(|field| !(field.is_same)(before, after)) {
        changes.push(TextChange { what: field.label.to_owned(), old: (field.show)(before, catalog), new: (field.show)(after, catalog) });
    }
    changes
}
