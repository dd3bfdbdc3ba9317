//! Telling managers of clocks that are overdue: once for each clock, in the working hours of its group, by whichever server comes first.
//!
//! Clocks are looked at when they may be overdue. What is found so is kept until none is left to be looked at, and then told at once, so
//! that a manager gets one mail, however many there are.

use std::collections::BTreeMap;

use domain::clock::Act;
use domain::{Catalog, ClockBook, ClockPolicy, GroupId, Lead, LeadId, NoticeKind, Timestamp, UserId};
use store::Tx;
use store::clocks::{ClockKey, FOUND};

use super::digest;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices::{self, About, Copies, Notice};

/// Clocks of one transaction: others wait for it on SQLite, so it is short.
const BATCH: i64 = 100;
/// Clocks that a mail names.
const NAMED_MAX: i64 = 20;

/// Whether somebody is told of a policy's clocks that are overdue. Of leads that nobody touches the radar tells, but not of those that were
/// touched once and have to be touched again.
pub(super) fn tells(policy: &ClockPolicy) -> bool {
    policy.repeats || !policy.met_by.contains(&Act::Touch)
}

/// Looks at clocks that may be overdue, tells of those that were found so, or sends the digest of the day; `false` when there is nothing to do. For the program itself. Two
/// that do it at once tell nobody twice.
///
/// # Errors
/// What the store reports; whoever was not told yet is told the next time.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let waiting = ctx.store.ask().await?.clocks().list_to_look_at(ctx.now(), BATCH).await?;
    if !waiting.is_empty() {
        look(ctx, waiting).await?;
        return Ok(true);
    }
    if ctx.store.ask().await?.clocks().count_found().await?.is_empty() {
        return digest::send(ctx).await;
    }
    tell(ctx).await?;
    Ok(true)
}

async fn look(ctx: &Ctx, waiting: Vec<ClockKey>) -> Result<()> {
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let mut ids: Vec<LeadId> = waiting.iter().map(|clock| clock.lead).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut tx = ctx.store.begin().await?;
    // Before the leads: whoever tells of what was found forgets all of it, also what is found meanwhile.
    tx.clocks().hold_found().await?;
    tx.leads().hold_many(&ids).await?;
    let leads: BTreeMap<LeadId, Lead> = tx.leads().find_many(&ids).await?.into_iter().map(|lead| (lead.id, lead)).collect();
    // Once more: somebody else may have looked, or met one, before they were held.
    for clock in tx.clocks().list_to_look_at(ctx.now(), BATCH).await? {
        if ids.binary_search(&clock.lead).is_ok() {
            let next = match (leads.get(&clock.lead), book.policy(clock.policy)) {
                (Some(lead), Some(policy)) => next_look(lead, policy, clock, &book, &catalog, ctx.now()),
                _ => None,
            };
            tx.clocks().look_next(clock, next).await?;
        }
    }
    Ok(tx.save().await?)
}

/// When a clock is looked at next: [`FOUND`] for one that is overdue, of which somebody is told now; `None` when there is nobody to be
/// told, or nothing to be done any more.
fn next_look(lead: &Lead, policy: &ClockPolicy, clock: ClockKey, book: &ClockBook, catalog: &Catalog, now: Timestamp) -> Option<Timestamp> {
    if lead.deleted_at.is_some() || !tells(policy) {
        return None;
    }
    let hours = book.hours_for(lead.group, &catalog.site);
    let (_, due_at) = policy.times(clock.started_at, &hours, book.zone_for(lead.group, &catalog.site));
    let open_at = hours.next_open(now);
    if now <= due_at {
        Some(due_at.plus_ms(1))
    } else if open_at > now {
        Some(open_at)
    } else {
        manager_of(lead.group?, catalog).filter(|manager| lead.owner != Some(*manager)).map(|_| FOUND)
    }
}

/// Who manages a group, if they can sign in.
fn manager_of(group: GroupId, catalog: &Catalog) -> Option<UserId> {
    let manager = catalog.group(group)?.manager?;
    catalog.person(manager).filter(|person| !person.disabled).map(|person| person.id)
}

async fn tell(ctx: &Ctx) -> Result<()> {
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let mut tx = ctx.store.begin().await?;
    tx.clocks().hold_found().await?;
    let mut told: BTreeMap<UserId, (Vec<GroupId>, i64)> = BTreeMap::new();
    for (group, count) in tx.clocks().count_found().await? {
        if let Some(manager) = manager_of(group, &catalog) {
            let (groups, sum) = told.entry(manager).or_default();
            groups.push(group);
            *sum += count;
        }
    }
    for (manager, (groups, count)) in told {
        let named = tx.clocks().list_found(&groups, NAMED_MAX).await?;
        tell_one(ctx, &mut tx, manager, &named, count, &book, &catalog).await?;
    }
    tx.clocks().forget_found().await?;
    Ok(tx.save().await?)
}

/// Tells a manager of so many clocks, the first of which are named.
async fn tell_one(ctx: &Ctx, tx: &mut Tx, manager: UserId, named: &[ClockKey], count: i64, book: &ClockBook, catalog: &Catalog) -> Result<()> {
    let ids: Vec<LeadId> = named.iter().map(|clock| clock.lead).collect();
    let leads = tx.leads().find_many(&ids).await?;
    let what = |clock: &ClockKey| {
        let lead = leads.iter().find(|lead| lead.id == clock.lead)?;
        let policy = book.policy(clock.policy)?;
        let hours = book.hours_for(lead.group, &catalog.site);
        let (_, due_at) = policy.times(clock.started_at, &hours, book.zone_for(lead.group, &catalog.site));
        let who = lead.owner.map_or_else(|| "nobody".to_owned(), |owner| catalog.person_name(owner));
        Some((lead, format!("{}, due {}, with {who}", policy.name, catalog.site.zone.at(ctx.now()).tell(due_at))))
    };
    let found: Vec<(&Lead, String)> = named.iter().filter_map(what).collect();
    let notice = if let (1, [(lead, note)]) = (count, &found[..]) {
        Notice { note: note.clone(), ..Notice::of(NoticeKind::ClockOverdue, lead, vec![manager]) }
    } else {
        let line = |(lead, what): &(&Lead, String)| format!("{}, {} (#{}): {what}", lead.full_name, lead.account.name, lead.id);
        let mut lines: Vec<String> = found.iter().map(line).collect();
        if count > NAMED_MAX {
            lines.push(format!("and {} more", count - NAMED_MAX));
        }
        Notice { kind: NoticeKind::ClocksOverdue, about: About::Many(count), to: vec![manager], copies: Copies::default(), note: lines.join("\n") }
    };
    notices::queue(ctx, tx, notice).await.map(|_| ())
}
