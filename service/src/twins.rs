//! Pairs of accounts that look like one firm: found in the background as accounts are added and changed, and worked off by people.
//! docs/merging.md has the rules in words.

use std::collections::{BTreeSet, HashMap};

use domain::account_twin::{Likeness, TwinAccount, TwinFacts, TwinList, Twins, likeness};
use domain::lead_filter::Cursor;
use domain::{AccountId, Action, EventId, ImportId, Page};
use store::Tx;
use store::account_twins::{Pair, Position, StoredTwins, TwinCursor};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::merging::may_merge;

/// Pairs of one page.
pub const PAGE_SIZE: usize = 25;
/// Accounts that are looked at in one step.
const AT_ONCE: usize = 200;
/// Events that are looked through in one step.
const EVENTS: i64 = 5000;

/// A page of pairs: those to be worked off, or those that were dismissed.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list(ctx: &Ctx, list: TwinList, after: Option<Cursor>) -> Result<Page<Twins>> {
    ctx.require(Action::ReadAccounts)?;
    let after = after.and_then(|cursor| to_place(&cursor));
    let mut tx = ctx.store.read().await?;
    let rows = tx.account_twins().list(list, after, PAGE_SIZE as i64 + 1).await?;
    let page = Page::forwards(rows, PAGE_SIZE, |row| to_cursor(list, row));
    Ok(Page { items: shown(ctx, &mut tx, &page.items).await?, next_cursor: page.next_cursor, previous_cursor: None })
}

/// The pairs of one account that are to be worked off, the likeliest first.
///
/// # Errors
/// As [`list`].
pub async fn of_account(ctx: &Ctx, id: AccountId) -> Result<Vec<Twins>> {
    ctx.require(Action::ReadAccounts)?;
    let mut tx = ctx.store.read().await?;
    let rows = tx.account_twins().of_account(id).await?;
    shown(ctx, &mut tx, &rows).await
}

/// How many pairs to be worked off have an account that an import made, as far as they were looked for by now.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for who may import.
pub async fn count_of_import(ctx: &Ctx, run: ImportId) -> Result<i64> {
    ctx.require(Action::ImportLeads)?;
    Ok(ctx.store.ask().await?.account_twins().count_of_import(run).await?)
}

/// Says that two accounts are not the same. The pair is not offered again until that is taken back.
///
/// # Errors
/// [`ServiceError::NotFound`] where there is no such pair; [`ServiceError::Forbidden`] but for people of the house.
pub async fn dismiss(ctx: &Ctx, one: AccountId, other: AccountId) -> Result<()> {
    let by = ctx.require(Action::EditAccounts)?.id;
    let mut tx = ctx.store.begin().await?;
    if !tx.account_twins().dismiss(Pair::of(one, other), by, ctx.now()).await? {
        return Err(ServiceError::NotFound);
    }
    Ok(tx.save().await?)
}

/// Takes [`dismiss`] back.
///
/// # Errors
/// As [`dismiss`].
pub async fn restore(ctx: &Ctx, one: AccountId, other: AccountId) -> Result<()> {
    ctx.require(Action::EditAccounts)?;
    let mut tx = ctx.store.begin().await?;
    if !tx.account_twins().restore(Pair::of(one, other)).await? {
        return Err(ServiceError::NotFound);
    }
    Ok(tx.save().await?)
}

/// Looks for pairs among the accounts that were added since, else among those that were changed since; `false` when there was nothing
/// to look at. A job calls it again and again: whoever adds, changes or imports accounts waits for nothing.
///
/// # Errors
/// What the store reports; the next call begins where this one did.
pub async fn look(ctx: &Ctx) -> Result<bool> {
    let mut tx = ctx.store.read().await?;
    let newest = tx.events().last_id().await?;
    let Some(at) = tx.account_twins().position().await? else {
        drop(tx);
        note(ctx, Position { account: AccountId(0), event: newest }).await?;
        return Ok(true);
    };
    let added = tx.account_twins().accounts_after(at.account, AT_ONCE as i64).await?;
    let (ids, next) = if let Some(last) = added.last().copied() {
        (added, Position { account: last, ..at })
    } else {
        let to = EventId(newest.0.min(at.event.0 + EVENTS));
        if to <= at.event {
            return Ok(false);
        }
        (tx.account_twins().changed_between(at.event, to).await?, Position { event: to, ..at })
    };
    drop(tx);
    for some in ids.chunks(AT_ONCE) {
        // Whose pair is gone may be a pair with another.
        let left = look_at(ctx, some).await?;
        for some in left.chunks(AT_ONCE) {
            look_at(ctx, some).await?;
        }
    }
    note(ctx, next).await?;
    Ok(true)
}

async fn note(ctx: &Ctx, position: Position) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    tx.account_twins().set_position(position).await?;
    Ok(tx.save().await?)
}

/// Brings the pairs of some accounts up to date; gives those who lost theirs.
async fn look_at(ctx: &Ctx, ids: &[AccountId]) -> Result<Vec<AccountId>> {
    let mut tx = ctx.store.read().await?;
    let known: BTreeSet<Pair> = tx.account_twins().pairs_of(ids).await?.into_iter().collect();
    let mut pairs = known.clone();
    pairs.extend(tx.account_twins().likely(ids).await?);
    let facts = facts_of(&mut tx, pairs.iter()).await?;
    drop(tx);
    let (mut alike, mut gone) = (Vec::new(), Vec::new());
    for pair in pairs {
        let judged = facts.get(&pair.one).zip(facts.get(&pair.other)).map(|(one, other)| likeness(one, other)).filter(Likeness::is_enough);
        match judged {
            Some(likeness) => alike.push((pair, likeness.points)),
            None => gone.push(pair),
        }
    }
    gone.retain(|pair| known.contains(pair));
    if !alike.is_empty() || !gone.is_empty() {
        let mut tx = ctx.store.begin().await?;
        tx.account_twins().put(&alike).await?;
        tx.account_twins().forget(&gone).await?;
        tx.save().await?;
    }
    let left = gone.iter().flat_map(|pair| [pair.one, pair.other]).filter(|id| !ids.contains(id));
    Ok(left.collect::<BTreeSet<_>>().into_iter().collect())
}

/// What is known of the living accounts of pairs.
async fn facts_of<'p>(tx: &mut Tx, pairs: impl Iterator<Item = &'p Pair>) -> Result<HashMap<AccountId, TwinFacts>> {
    let ids: BTreeSet<AccountId> = pairs.flat_map(|pair| [pair.one, pair.other]).collect();
    let ids: Vec<AccountId> = ids.into_iter().collect();
    let mut facts = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let mut phones = tx.account_twins().phones_of(some).await?;
        for account in tx.accounts().find_many(some).await? {
            let phones = phones.remove(&account.id).unwrap_or_default();
            facts.insert(account.id, TwinFacts { account, phones });
        }
    }
    Ok(facts)
}

/// Pairs as people read them: what they have in common is said anew, as of now.
async fn shown(ctx: &Ctx, tx: &mut Tx, rows: &[StoredTwins]) -> Result<Vec<Twins>> {
    let facts = facts_of(tx, rows.iter().map(|row| &row.pair)).await?;
    let twins = |row: &StoredTwins| {
        let (one, other) = facts.get(&row.pair.one).zip(facts.get(&row.pair.other))?;
        let Likeness { reasons, differences, .. } = likeness(one, other);
        Some(Twins {
            one: TwinAccount::from(&one.account),
            other: TwinAccount::from(&other.account),
            points: row.points,
            reasons,
            differences,
            dismissed: row.dismissed,
            may_merge: may_merge(ctx, &one.account, &other.account).is_ok(),
        })
    };
    Ok(rows.iter().filter_map(twins).collect())
}

fn to_cursor(list: TwinList, row: &StoredTwins) -> Cursor {
    let rank = match list {
        TwinList::Open => row.points,
        TwinList::Dismissed => row.dismissed.map_or(0, |(_, at)| at.0),
    };
    Cursor { value: format!("{rank}.{}", row.pair.one), id: row.pair.other.0 }
}

/// Reads [`to_cursor`] back.
fn to_place(cursor: &Cursor) -> Option<TwinCursor> {
    let (rank, one) = cursor.value.split_once('.')?;
    Some(TwinCursor { rank: rank.parse().ok()?, pair: Pair { one: one.parse().ok()?, other: AccountId(cursor.id) } })
}
