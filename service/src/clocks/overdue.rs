//! Telling managers of clocks that are overdue: once for each clock, in the working hours of its group, by whichever server comes first.

use std::collections::BTreeMap;

use domain::clock::Act;
use domain::{Catalog, ClockBook, ClockPolicy, Lead, LeadId, NoticeKind, Timestamp, UserId};
use store::Tx;
use store::clocks::ClockKey;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices::{self, About, Copies, Notice};

/// Clocks of one transaction: others wait for it on SQLite, so it is short.
const BATCH: i64 = 100;
/// Clocks that a mail names.
const NAMED_MAX: usize = 20;

/// Whether somebody is told of a policy's clocks that are overdue. Of leads that nobody touches the radar tells.
pub(super) fn tells(policy: &ClockPolicy) -> bool {
    !policy.met_by.contains(&Act::Touch)
}

/// Tells the managers of groups of clocks that are overdue, where it is working time for the group; `false` when none is to be looked at.
/// For the program itself. Two that do it at once tell nobody twice: each lead is held, and its clock looked at again.
///
/// # Errors
/// What the store reports; whoever was not told yet is told the next time.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let waiting = ctx.store.ask().await?.clocks().list_to_look_at(ctx.now(), BATCH).await?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let mut ids: Vec<LeadId> = waiting.iter().map(|clock| clock.lead).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut tx = ctx.store.begin().await?;
    tx.leads().hold_many(&ids).await?;
    let leads: BTreeMap<LeadId, Lead> = tx.leads().find_many(&ids).await?.into_iter().map(|lead| (lead.id, lead)).collect();
    let mut told: BTreeMap<UserId, Vec<Overdue<'_>>> = BTreeMap::new();
    for clock in tx.clocks().list_to_look_at(ctx.now(), BATCH).await? {
        // One that came to its time since is looked at the next time.
        if ids.binary_search(&clock.lead).is_err() {
            continue;
        }
        let next = match (leads.get(&clock.lead), book.policy(clock.policy)) {
            (Some(lead), Some(policy)) => next(lead, policy, clock, &book, &catalog, ctx.now()),
            _ => Next::Never,
        };
        let look_at = if let Next::Look(at) = next { Some(at) } else { None };
        tx.clocks().look_next(clock, look_at).await?;
        if let (Next::Tell(manager, due_at), Some(lead), Some(policy)) = (next, leads.get(&clock.lead), book.policy(clock.policy)) {
            told.entry(manager).or_default().push(Overdue { lead, policy, due_at });
        }
    }
    for (manager, overdue) in told {
        tell(ctx, &mut tx, manager, &overdue, &catalog).await?;
    }
    tx.save().await?;
    Ok(true)
}

/// A clock that is overdue.
struct Overdue<'a> {
    lead: &'a Lead,
    policy: &'a ClockPolicy,
    due_at: Timestamp,
}

/// What is next for a clock.
enum Next {
    /// It is not overdue yet, or nobody of its group works now.
    Look(Timestamp),
    Tell(UserId, Timestamp),
    /// There is nobody to be told, or nothing to be done any more.
    Never,
}

fn next(lead: &Lead, policy: &ClockPolicy, clock: ClockKey, book: &ClockBook, catalog: &Catalog, now: Timestamp) -> Next {
    let hours = book.hours_for(lead.group, &catalog.site);
    let (_, due_at) = policy.times(clock.started_at, &hours, book.zone_for(lead.group, &catalog.site));
    let open_at = hours.next_open(now);
    match manager_of(lead, catalog) {
        _ if lead.deleted_at.is_some() => Next::Never,
        _ if now <= due_at => Next::Look(due_at.plus_ms(1)),
        _ if open_at > now => Next::Look(open_at),
        Some(manager) => Next::Tell(manager, due_at),
        None => Next::Never,
    }
}

/// Who manages the lead's group, where that is somebody else than who has the lead.
fn manager_of(lead: &Lead, catalog: &Catalog) -> Option<UserId> {
    let manager = lead.group.and_then(|group| catalog.group(group))?.manager?;
    let can_sign_in = catalog.person(manager).is_some_and(|person| !person.disabled);
    (can_sign_in && lead.owner != Some(manager)).then_some(manager)
}

async fn tell(ctx: &Ctx, tx: &mut Tx, manager: UserId, overdue: &[Overdue<'_>], catalog: &Catalog) -> Result<()> {
    let time = catalog.site.zone.at(ctx.now());
    let due = |one: &Overdue<'_>| {
        let who = one.lead.owner.map_or_else(|| "nobody".to_owned(), |owner| catalog.person_name(owner));
        format!("{}, due {}, with {who}", one.policy.name, time.tell(one.due_at))
    };
    let notice = if let [one] = overdue {
        Notice { note: due(one), ..Notice::of(NoticeKind::ClockOverdue, one.lead, vec![manager]) }
    } else {
        let line = |one: &Overdue<'_>| format!("{}, {} (#{}): {}", one.lead.full_name, one.lead.account.name, one.lead.id, due(one));
        let mut lines: Vec<String> = overdue.iter().take(NAMED_MAX).map(line).collect();
        if overdue.len() > NAMED_MAX {
            lines.push(format!("and {} more", overdue.len() - NAMED_MAX));
        }
        let about = About::Many(overdue.len() as i64);
        Notice { kind: NoticeKind::ClocksOverdue, about, to: vec![manager], copies: Copies::default(), note: lines.join("\n") }
    };
    notices::queue(ctx, tx, notice).await.map(|_| ())
}
