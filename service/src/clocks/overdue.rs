//! Telling managers of clocks that are overdue: once for each clock, in the working hours of its group, by whichever server comes first.
//!
//! Clocks are looked at when they may be overdue. What is found so is kept until none is left to be looked at, and then told at once, so
//! that a manager gets one mail, however many there are.

use std::collections::{BTreeMap, BTreeSet};

use domain::clock::Act;
use domain::{Catalog, ClockBook, ClockPolicy, GroupId, Lead, LeadId, NoticeKind, Timestamp, UserId};
use store::Tx;
use store::clocks::{ClockKey, FOUND};

use super::{digest, late};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices::{self, About, Copies, Notice};

/// Clocks of one transaction: others wait for it on SQLite, so it is short.
const BATCH: i64 = 100;
/// Clocks that a mail names.
const NAMED_MAX: i64 = 20;

/// Whether somebody is told of a policy's clocks that are overdue. Of leads that nobody touches the radar tells, but not of those that were
/// touched once and have to be touched again.
pub(crate) fn tells(policy: &ClockPolicy) -> bool {
    policy.repeats || !policy.met_by.contains(&Act::Touch)
}

/// Looks at clocks that may be overdue and for leads that are late, tells of those that were found so, or sends digests of the day; `false` when
/// there is nothing to do. For the program itself. Two that do it at once tell nobody twice.
///
/// # Errors
/// What the store reports; whoever was not told yet is told the next time.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let waiting = ctx.store.ask().await?.clocks().list_to_look_at(ctx.now(), BATCH).await?;
    if !waiting.is_empty() {
        look(ctx, waiting).await?;
        return Ok(true);
    }
    if late::find(ctx).await? || late::look(ctx).await? {
        return Ok(true);
    }
    let mut tx = ctx.store.read().await?;
    let is_quiet = tx.clocks().count_found().await?.is_empty() && tx.late().count_found().await?.is_empty();
    drop(tx);
    if is_quiet {
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

/// When a clock is looked at next, as of [`told_at`]; `None` also when there is nothing to be done any more.
fn next_look(lead: &Lead, policy: &ClockPolicy, clock: ClockKey, book: &ClockBook, catalog: &Catalog, now: Timestamp) -> Option<Timestamp> {
    if lead.deleted_at.is_some() || !tells(policy) {
        return None;
    }
    let hours = book.hours_for(lead.group, &catalog.site);
    let (_, due_at) = policy.times(clock.started_at, &hours, book.zone_for(lead.group, &catalog.site));
    told_at(lead, due_at, book, catalog, now)
}

/// When somebody is told that a lead was due then: [`FOUND`] for now, else when to ask again; `None` when there is nobody to be told.
pub(super) fn told_at(lead: &Lead, due_at: Timestamp, book: &ClockBook, catalog: &Catalog, now: Timestamp) -> Option<Timestamp> {
    let open_at = book.hours_for(lead.group, &catalog.site).next_open(now);
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

/// Something that is overdue with a lead.
pub(super) struct Found {
    pub lead: Lead,
    /// What is to be done, as a request.
    pub name: String,
    pub due_at: Timestamp,
}

async fn tell(ctx: &Ctx) -> Result<()> {
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let mut tx = ctx.store.begin().await?;
    tx.clocks().hold_found().await?;
    let mut counts = tx.clocks().count_found().await?;
    counts.extend(tx.late().count_found().await?);
    let mut told: BTreeMap<UserId, (BTreeSet<GroupId>, i64)> = BTreeMap::new();
    for (group, count) in counts {
        if let Some(manager) = manager_of(group, &catalog) {
            let (groups, sum) = told.entry(manager).or_default();
            groups.insert(group);
            *sum += count;
        }
    }
    for (manager, (groups, count)) in told {
        let groups: Vec<GroupId> = groups.into_iter().collect();
        let clocks = tx.clocks().list_found(&groups, NAMED_MAX).await?;
        let mut named = found(&mut tx, &clocks, &book, &catalog).await?;
        let left = NAMED_MAX - named.len() as i64;
        if left > 0 {
            let late = tx.late().list_found(&groups, left).await?;
            named.extend(late::found(&mut tx, &late, &catalog).await?);
        }
        tell_one(ctx, &mut tx, manager, &named, count, &catalog).await?;
    }
    tx.clocks().forget_found().await?;
    tx.late().forget_found().await?;
    Ok(tx.save().await?)
}

/// What is told of clocks that were found.
async fn found(tx: &mut Tx, clocks: &[ClockKey], book: &ClockBook, catalog: &Catalog) -> Result<Vec<Found>> {
    let mut ids: Vec<LeadId> = clocks.iter().map(|clock| clock.lead).collect();
    ids.dedup();
    let leads = tx.leads().find_many(&ids).await?;
    let told = |clock: &ClockKey| {
        let lead = leads.iter().find(|lead| lead.id == clock.lead)?;
        let policy = book.policy(clock.policy)?;
        let hours = book.hours_for(lead.group, &catalog.site);
        let (_, due_at) = policy.times(clock.started_at, &hours, book.zone_for(lead.group, &catalog.site));
        Some(Found { lead: lead.clone(), name: policy.name.clone(), due_at })
    };
    Ok(clocks.iter().filter_map(told).collect())
}

/// Tells a manager of so many things, the first of which are named.
async fn tell_one(ctx: &Ctx, tx: &mut Tx, manager: UserId, named: &[Found], count: i64, catalog: &Catalog) -> Result<()> {
    let what = |found: &Found| {
        let who = found.lead.owner.map_or_else(|| "nobody".to_owned(), |owner| catalog.person_name(owner));
        format!("{}, due {}, with {who}", found.name, catalog.site.zone.at(ctx.now()).tell(found.due_at))
    };
    let notice = if let (1, [only]) = (count, named) {
        Notice { note: what(only), ..Notice::of(NoticeKind::ClockOverdue, &only.lead, vec![manager]) }
    } else {
        let line = |found: &Found| format!("{}, {} (#{}): {}", found.lead.full_name, found.lead.account.name, found.lead.id, what(found));
        let mut lines: Vec<String> = named.iter().map(line).collect();
        if count > NAMED_MAX {
            lines.push(format!("and {} more", count - NAMED_MAX));
        }
        Notice { kind: NoticeKind::ClocksOverdue, about: About::Many(count), to: vec![manager], copies: Copies::default(), note: lines.join("\n") }
    };
    notices::queue(ctx, tx, notice).await.map(|_| ())
}
