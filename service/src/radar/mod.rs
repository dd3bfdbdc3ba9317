//! Nothing is ignored: leads that were handed over and wait to be touched, telling more and more people of those that nobody
//! touches, and taking them back. The rules are `domain::radar`'s; docs/radar.md has them in words.

mod escalate;
mod reclaim;

pub use escalate::work;
pub use reclaim::{nudge, reclaim};

use domain::radar::{Effect, RadarRow, RadarView, SOON_MS, effect, is_waited_for, only_theirs, waits_on_arrival};
use domain::{EventKind, Handover, Lead, LeadId, Scope, Timestamp, UserId};
use store::Tx;
use store::leads::{RadarCursor, RadarOf};

use crate::ctx::Ctx;
use crate::error::Result;

/// Leads of one page.
const PAGE: usize = 50;
/// Leads that are counted for each person; the counts say so when there are more.
const COUNTED_MAX: i64 = 10_000;

/// Leads within the person's sight that wait to be touched: those whose deadline has passed, then those due within a day. Reps see their
/// own and those of their groups that nobody has; who leads others sees theirs, and how many each of them has.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`]; what the store reports.
pub async fn list(ctx: &Ctx, after: Option<&str>) -> Result<RadarView> {
    let actor = ctx.actor()?;
    let (now, scope) = (ctx.now(), Scope::of(actor));
    let of = RadarOf { scope: &scope, only: only_theirs(actor), until: now.plus_ms(SOON_MS) };
    let mut tx = ctx.store.read().await?;
    let mut rows = tx.leads().on_radar(of, after.and_then(read_cursor), PAGE as i64 + 1).await?;
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let leads_others = of.only.is_none() && actor.role.is_internal();
    let counts = if leads_others { tx.leads().count_radar(of, now, COUNTED_MAX).await? } else { Vec::new() };
    let is_cut = counts.iter().map(|count| count.passed + count.soon).sum::<i64>() >= COUNTED_MAX;
    let next = rows.last().filter(|_| has_more).and_then(cursor_of);
    Ok(RadarView { rows, next, counts, is_cut, now })
}

fn cursor_of(row: &RadarRow) -> Option<String> {
    row.handover.touch_by.map(|touch_by| format!("{}.{}", touch_by.0, row.id))
}

/// An address that somebody made up begins at the start.
fn read_cursor(text: &str) -> Option<RadarCursor> {
    let (touch_by, id) = text.split_once('.')?;
    Some((Timestamp(touch_by.parse().ok()?), LeadId(id.parse().ok()?)))
}

/// The waiting of a lead that arrives.
pub(crate) fn on_arrival(lead: &Lead, by: Option<UserId>, now: Timestamp, follow_up_at: Option<Timestamp>, within_hours: i64) -> Handover {
    if waits_on_arrival(lead, by, follow_up_at.is_some()) { Handover::begun(now, by, follow_up_at, within_hours) } else { Handover::default() }
}

/// The waiting of a lead after a change. Only a lead that is handed over asks for its deadline.
pub(crate) async fn after_change(ctx: &Ctx, tx: &mut Tx, lead: &Lead, read: &Lead, kind: &EventKind) -> Result<Handover> {
    Ok(match effect(read, lead, kind, ctx.actor.as_ref()) {
        Effect::Nothing => lead.handover,
        Effect::Over => lead.handover.over(),
        Effect::HandedOver => {
            let now = ctx.now();
            let opportunities = tx.opportunities().of_lead(lead.id).await?;
            let follow_up_at = opportunities.iter().filter_map(|opportunity| opportunity.follow_up_at).filter(|at| *at > now).min();
            let within_hours = ctx.catalog().await?.site.touch_within_hours;
            Handover::begun(now, ctx.actor.as_ref().map(|actor| actor.id), follow_up_at, within_hours)
        }
    })
}

/// After an opportunity of a lead was added or changed: that is a touch by who got the lead, and anybody else's new deadline is the
/// lead's.
pub(crate) async fn after_opportunity(ctx: &Ctx, tx: &mut Tx, lead: &Lead, follow_up_at: Option<Timestamp>) -> Result<()> {
    let Some(touch_by) = lead.handover.touch_by else { return Ok(()) };
    if is_waited_for(lead, ctx.actor()?) {
        tx.leads().end_waiting(lead.id).await?;
    } else if let Some(wanted) = follow_up_at.filter(|at| *at > ctx.now() && *at != touch_by) {
        tx.leads().wait_until(lead.id, wanted).await?;
    }
    Ok(())
}

/// The people of the distributor that has a lead.
async fn firm_of(tx: &mut Tx, lead: &Lead) -> Result<Vec<UserId>> {
    Ok(match lead.distributor {
        Some(firm) => tx.leads().people_of_firm(firm).await?,
        None => Vec::new(),
    })
}

/// What a mail says of a lead that waits.
fn note_of(ctx: &Ctx, lead: &Lead, site: &domain::catalog::Site, who: &str) -> String {
    let time = site.zone.at(ctx.now());
    let tell = |at: Option<Timestamp>| at.map_or_else(String::new, |at| time.tell(at));
    let due = if lead.handover.is_passed(ctx.now()) { "was due" } else { "is due" };
    format!("It is with {who} since {}, and {due} {}.", tell(lead.handover.at), tell(lead.handover.touch_by))
}

/// Who has a lead, in words.
fn who_has(lead: &Lead, catalog: &domain::Catalog) -> String {
    let of_group = || lead.group.and_then(|id| catalog.group(id)).map_or_else(|| "nobody".to_owned(), |group| group.name.clone());
    lead.owner.map_or_else(of_group, |owner| catalog.person_name(owner))
}
