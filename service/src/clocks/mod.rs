//! Follow-up clocks begin, are met and end in the transaction of what happens to their lead. The rules are `domain::clock`'s;
//! docs/clocks.md has them in words.

mod digest;
mod late;
mod overdue;
mod wish;

pub(crate) use overdue::tells;
pub use overdue::work;
pub use wish::{OwnDigest, change_own_digest, own_digest};

use std::collections::{BTreeMap, BTreeSet};

use domain::clock::{Act, ClockStart, acts_of, is_problem};
use domain::radar::is_waited_for;
use domain::{Clock, ClockBook, ClockFaces, ClockPolicy, ClockPolicyId, Event, Lead, LeadClass, LeadId, Timestamp};
use store::Tx;
use store::clocks::{ClockKey, NewClock};

use crate::ctx::Ctx;
use crate::error::Result;

/// The classes of leads that have one.
pub(crate) type Classes = BTreeMap<LeadId, LeadClass>;

/// Leads arrive: the clocks of those that are handed over begin.
pub(crate) async fn on_arrival(ctx: &Ctx, tx: &mut Tx, leads: &[&Lead], classes: &Classes) -> Result<()> {
    let allocated: Vec<(&Lead, Timestamp)> = leads.iter().filter_map(|lead| Some((*lead, lead.handover.at?))).collect();
    begin(ctx, tx, ClockStart::Allocation, &allocated, classes).await
}

/// The same for a demonstration, which tells nobody.
pub(crate) async fn on_demo(ctx: &Ctx, tx: &mut Tx, leads: &[&Lead], classes: &Classes) -> Result<()> {
    let allocated: Vec<(&Lead, Timestamp)> = leads.iter().filter_map(|lead| Some((*lead, lead.handover.at?))).collect();
    let mut new = beginning(ctx, ClockStart::Allocation, &allocated, classes).await?;
    new.iter_mut().for_each(|clock| clock.look_at = None);
    Ok(tx.clocks().start(&new).await?)
}

/// A call brought a lead.
pub(crate) async fn on_call(ctx: &Ctx, tx: &mut Tx, lead: &Lead) -> Result<()> {
    begin(ctx, tx, ClockStart::Call, &[(lead, lead.created_at)], &Classes::new()).await
}

/// A lead is of another class, or of none any more: what was to be done with one of the former class ends, and what is to be done with one
/// of this class begins. Where it takes the place of something that nobody has done yet, it is due when that was.
pub(crate) async fn after_class(ctx: &Ctx, tx: &mut Tx, lead: &Lead, class: Option<LeadClass>) -> Result<()> {
    if lead.deleted_at.is_some() || !lead.state.life_cycle().is_open() {
        return Ok(());
    }
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let hours = book.hours_for(lead.group, &catalog.site);
    let clocks = tx.clocks().of_lead(lead.id).await?;
    let mut new = Vec::new();
    for policy in book.of_class(class) {
        let is_replaced = |clock: &&Clock| {
            let former = book.policy(clock.policy);
            let in_one_place = former.is_some_and(|former| former.instead_of.is_some() && former.instead_of == policy.instead_of);
            is_running(clock) && (Some(clock.policy) == policy.instead_of || in_one_place)
        };
        let since = clocks.iter().filter(is_replaced).map(|clock| clock.started_at).min().filter(|_| !policy.repeats);
        let started_at = since.unwrap_or(ctx.now());
        let (_, due_at) = policy.times(started_at, &hours, book.zone_for(lead.group, &catalog.site));
        new.push(NewClock { lead: lead.id, policy: policy.id, started_at, look_at: overdue::tells(policy).then_some(due_at) });
    }
    tx.clocks().end_but(lead.id, lead.owner, &book.ending_with(class), None, ctx.now()).await?;
    Ok(tx.clocks().start(&new).await?)
}

fn is_running(clock: &Clock) -> bool {
    clock.met_at.is_none() && clock.ended_at.is_none()
}

/// Of what repeats, the next begins with the act that met the last.
async fn renew(ctx: &Ctx, tx: &mut Tx, lead: &Lead, book: &ClockBook, met: &[ClockPolicyId]) -> Result<()> {
    let repeating: Vec<&ClockPolicy> = book.policies.iter().filter(|policy| policy.repeats && policy.is_on && met.contains(&policy.id)).collect();
    if repeating.is_empty() {
        return Ok(());
    }
    let clocks = tx.clocks().of_lead(lead.id).await?;
    let catalog = ctx.catalog().await?;
    let hours = book.hours_for(lead.group, &catalog.site);
    let mut new = Vec::new();
    for policy in repeating {
        let of_policy = || clocks.iter().filter(|clock| clock.policy == policy.id && clock.ended_at.is_none());
        let Some(met_at) = of_policy().filter_map(|clock| clock.met_at).max().filter(|_| !of_policy().any(is_running)) else { continue };
        // One that was met as it began is the same clock still.
        let is_taken = of_policy().any(|clock| clock.started_at == met_at);
        let started_at = if is_taken { met_at.plus_ms(1) } else { met_at };
        let (_, due_at) = policy.times(started_at, &hours, book.zone_for(lead.group, &catalog.site));
        new.push(NewClock { lead: lead.id, policy: policy.id, started_at, look_at: overdue::tells(policy).then_some(due_at) });
    }
    Ok(tx.clocks().start(&new).await?)
}

/// After a change of a lead, which was recorded as this event.
pub(crate) async fn after_change(ctx: &Ctx, tx: &mut Tx, lead: &Lead, read: &Lead, event: &Event) -> Result<()> {
    let actor = ctx.actor.as_ref();
    if lead.handover.at != read.handover.at {
        change_hands(ctx, tx, lead, read).await?;
    } else {
        let acts = acts_of(lead, &event.kind, actor);
        let concerns_clocks = lead.handover.at.is_some() || lead.owner != read.owner || acts.iter().any(|act| *act != Act::Touch);
        if !acts.is_empty() && concerns_clocks {
            let book = ctx.clock_book().await?;
            let policies = book.met_by(&acts);
            if tx.clocks().meet(lead.id, &policies, event.kind.done_at().unwrap_or(event.at), Some(event.id)).await? > 0 {
                renew(ctx, tx, lead, &book, &policies).await?;
            }
        }
    }
    if is_problem(lead, &event.kind, actor) {
        begin_problem(ctx, tx, lead, event.kind.done_at().unwrap_or(event.at)).await?;
    }
    if let (Some(deleted_at), None) = (read.deleted_at, lead.deleted_at) {
        look_again(ctx, tx, lead, deleted_at).await?;
    }
    late::after_change(ctx, tx, lead, read).await?;
    match (read.state.closed_at(), lead.state.closed_at()) {
        // Its own moment, by which reopening finds them again: the program's clock has gone on since.
        (None, Some(closed_at)) => tx.clocks().end_all(lead.id, closed_at).await?,
        (Some(closed_at), None) => tx.clocks().resume(lead.id, closed_at, ctx.now()).await?,
        _ => {}
    }
    Ok(())
}

/// After an opportunity of a lead was added or changed, which is a touch by who got the lead.
pub(crate) async fn after_opportunity(ctx: &Ctx, tx: &mut Tx, lead: &Lead) -> Result<()> {
    if lead.handover.at.is_some() && is_waited_for(lead, ctx.actor()?) {
        let book = ctx.clock_book().await?;
        let policies = book.met_by(&[Act::Touch]);
        if tx.clocks().meet(lead.id, &policies, ctx.now(), None).await? > 0 {
            renew(ctx, tx, lead, &book, &policies).await?;
        }
    }
    Ok(())
}

/// It was handed over, or that was taken back: the clocks of the former hand-over end, those of this one begin, or go on.
async fn change_hands(ctx: &Ctx, tx: &mut Tx, lead: &Lead, read: &Lead) -> Result<()> {
    let classes = if lead.handover.at.is_some() { tx.lead_classes().classes_of(&[lead.id]).await? } else { Classes::new() };
    on_arrival(ctx, tx, &[lead], &classes).await?;
    if read.handover.at.is_some() {
        let book = ctx.clock_book().await?;
        let policies = book.policies.iter().filter(|policy| policy.starts == ClockStart::Allocation);
        let policies: Vec<ClockPolicyId> = policies.map(|policy| policy.id).collect();
        tx.clocks().end_but(lead.id, read.owner, &policies, lead.handover.at, ctx.now()).await?;
    }
    Ok(())
}

/// It was restored: clocks that were not overdue when it was deleted are told of when they are. Nobody was while it was deleted.
async fn look_again(ctx: &Ctx, tx: &mut Tx, lead: &Lead, deleted_at: Timestamp) -> Result<()> {
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let hours = book.hours_for(lead.group, &catalog.site);
    for clock in tx.clocks().of_lead(lead.id).await? {
        let Some(policy) = book.policy(clock.policy).filter(|policy| overdue::tells(policy)) else { continue };
        let (_, due_at) = policy.times(clock.started_at, &hours, book.zone_for(lead.group, &catalog.site));
        if clock.met_at.is_none() && clock.ended_at.is_none() && due_at >= deleted_at {
            let key = ClockKey { lead: lead.id, policy: clock.policy, started_at: clock.started_at };
            tx.clocks().look_next(key, Some(due_at)).await?;
        }
    }
    Ok(())
}

/// A problem was noted. While an earlier one waits to be told of, its clock is that of both.
async fn begin_problem(ctx: &Ctx, tx: &mut Tx, lead: &Lead, at: Timestamp) -> Result<()> {
    let book = ctx.clock_book().await?;
    let clocks = tx.clocks().of_lead(lead.id).await?;
    let runs = |policy: &ClockPolicy| clocks.iter().any(|clock| clock.policy == policy.id && is_running(clock));
    if book.starting_at(ClockStart::Problem, None).any(runs) {
        return Ok(());
    }
    begin(ctx, tx, ClockStart::Problem, &[(lead, at)], &Classes::new()).await
}

/// Lets the clocks of the policies in force begin, for leads with their moments.
async fn begin(ctx: &Ctx, tx: &mut Tx, starts: ClockStart, leads: &[(&Lead, Timestamp)], classes: &Classes) -> Result<()> {
    let new = beginning(ctx, starts, leads, classes).await?;
    Ok(tx.clocks().start(&new).await?)
}

/// The clocks that begin, not written yet.
async fn beginning(ctx: &Ctx, starts: ClockStart, leads: &[(&Lead, Timestamp)], classes: &Classes) -> Result<Vec<NewClock>> {
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let groups: BTreeSet<_> = leads.iter().map(|(lead, _)| lead.group).collect();
    let hours: BTreeMap<_, _> = groups.into_iter().map(|group| (group, book.hours_for(group, &catalog.site))).collect();
    let mut new = Vec::new();
    for (lead, at) in leads {
        for policy in book.starting_at(starts, classes.get(&lead.id).copied()) {
            let due_at = || policy.times(*at, &hours[&lead.group], book.zone_for(lead.group, &catalog.site)).1;
            let look_at = overdue::tells(policy).then(due_at);
            new.push(NewClock { lead: lead.id, policy: policy.id, started_at: *at, look_at });
        }
    }
    Ok(new)
}

/// Whether a person's day tells of the clocks of a policy, as their manager hears of them: of leads that nobody touches it tells otherwise.
pub(crate) fn is_on_day(policy: &ClockPolicy) -> bool {
    tells(policy)
}

/// The clocks of a lead that the person sees, the earliest due first.
///
/// # Errors
/// What the store reports.
pub async fn of_lead(ctx: &Ctx, lead: &Lead) -> Result<ClockFaces> {
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let clocks = ctx.store.ask().await?.clocks().of_lead(lead.id).await?;
    Ok(ClockFaces::of(lead, &clocks, &book, &catalog, ctx.now()))
}
