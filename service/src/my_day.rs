//! A person's day. What stands where on it is `domain::my_day`'s to say; docs/my-day.md has it in words.

use std::collections::BTreeMap;

use domain::clock::Act;
use domain::my_day::{Cause, DayLead, MyDay};
use domain::radar::RadarRow;
use domain::{Actor, Catalog, ClockBook, Due, HOUR_MS, LeadId, Scope, Timestamp};
use store::Tx;
use store::leads::RadarOf;
use store::my_day::{ClockSpan, DayOf};
use store::tasks::TasksOf;

use crate::clocks::is_on_day;
use crate::ctx::Ctx;
use crate::error::Result;

/// What one section shows.
const SHOWN: usize = 50;
/// Tasks done today that are shown.
const DONE_SHOWN: i64 = 20;
/// One more than is shown, so that it is known whether there are more.
const READ: i64 = SHOWN as i64 + 1;
/// A moment before every other.
const EVER: Timestamp = Timestamp(i64::MIN);
/// A moment behind every other that something is due.
const NEVER: Timestamp = Timestamp(i64::MAX);

/// What the person has to do today: their tasks, the clocks of their leads, leads that they have not touched, and those whose answer they
/// wait for. People of a distributor see what was delegated to their firm and not touched, and their tasks.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`]; what the store reports.
pub async fn read(ctx: &Ctx) -> Result<MyDay> {
    let actor = ctx.actor()?;
    let (now, scope) = (ctx.now(), Scope::of(actor));
    let catalog = ctx.catalog().await?;
    let book = ctx.clock_book().await?;
    let end = catalog.site.zone.end_of(catalog.site.zone.at(now).today());
    let tasks = TasksOf { scope: &scope, viewer: actor.id, assignee: Some(actor.id) };
    let mut tx = ctx.store.read().await?;
    let mut rows = tx.tasks().list_between(tasks, EVER, now.plus_ms(-1), READ).await?;
    rows.extend(tx.tasks().list_between(tasks, now, end, READ).await?);
    let mut causes: Vec<Cause> = rows.into_iter().filter_map(Cause::of_task).collect();
    let done = tx.tasks().list_done(tasks, None, DONE_SHOWN).await?;
    if actor.role.is_internal() {
        let of = DayOf { scope: &scope, user: actor.id };
        causes.extend(own_leads(&mut tx, of, now).await?);
        causes.extend(own_clocks(&mut tx, of, (now, end), &book, &catalog).await?);
        causes.extend(own_completions(&mut tx, of, (now, end), &catalog).await?);
    } else {
        causes.extend(leads_of_firm(&mut tx, actor, &scope, now).await?);
    }
    Ok(MyDay::of(causes, &done, now, &catalog, SHOWN))
}

/// Leads that nobody has touched, those past their deadline and the others, and those whose answer is awaited.
async fn own_leads(tx: &mut Tx, of: DayOf<'_>, now: Timestamp) -> Result<Vec<Cause>> {
    let mut untouched = tx.my_day().untouched(of, EVER, now.plus_ms(-1), READ).await?;
    untouched.extend(tx.my_day().untouched(of, now, NEVER, READ).await?);
    let awaited = tx.my_day().awaited(of, READ).await?;
    let untouched = untouched.into_iter().map(|(lead, handover)| Cause::Untouched { lead, handover });
    Ok(untouched.chain(awaited.into_iter().map(|(lead, since)| Cause::Awaited { lead, since })).collect())
}

/// Clocks that are due by the end of the day. `today` is now and that end.
async fn own_clocks(tx: &mut Tx, of: DayOf<'_>, today: (Timestamp, Timestamp), book: &ClockBook, catalog: &Catalog) -> Result<Vec<Cause>> {
    let (now, end) = today;
    let mut spans = Vec::new();
    for policy in book.policies.iter().filter(|policy| is_on_day(policy)) {
        // Working hours only make it later than that. Without a limit it is due when its day ends, whichever clocks that goes by.
        let limit_ms = policy.limit_hours.map_or(0, |hours| hours * HOUR_MS);
        let (overdue, due) = (now.plus_ms(-limit_ms), end.plus_ms(-limit_ms));
        spans.push(ClockSpan { policy: policy.id, after: None, until: overdue });
        spans.push(ClockSpan { policy: policy.id, after: Some(overdue), until: due });
    }
    let mut hours = BTreeMap::new();
    let mut causes = Vec::new();
    for clock in tx.my_day().clocks(of, &spans, READ).await? {
        let Some(policy) = book.policy(clock.policy) else { continue };
        let hours = hours.entry(clock.group).or_insert_with(|| book.hours_for(clock.group, &catalog.site));
        let (_, due_at) = policy.times(clock.started_at, hours, book.zone_for(clock.group, &catalog.site));
        let by_contact = policy.met_by.contains(&Act::Contact);
        causes.push(Cause::Clock { lead: clock.lead, name: policy.name.clone(), due_at, by_contact });
    }
    Ok(causes)
}

/// Leads that are expected to be complete by the end of the day, which is a clock of theirs. `today` is now and that end.
async fn own_completions(tx: &mut Tx, of: DayOf<'_>, today: (Timestamp, Timestamp), catalog: &Catalog) -> Result<Vec<Cause>> {
    let (now, end) = today;
    let zone = &catalog.site.zone;
    // Days that were typed are kept as their start.
    let start = zone.at(now).today();
    let mut found = tx.my_day().completions(of, EVER, start.plus_ms(-1), READ).await?;
    found.extend(tx.my_day().completions(of, start, end.max(start), READ).await?);
    let cause = |(lead, at)| Cause::Clock { lead, name: "Complete".to_owned(), due_at: Due::of_deadline(at, zone).at, by_contact: false };
    Ok(found.into_iter().map(cause).collect())
}

/// Leads of a distributor that none of its people has touched.
async fn leads_of_firm(tx: &mut Tx, actor: &Actor, scope: &Scope, now: Timestamp) -> Result<Vec<Cause>> {
    if actor.account.is_none() {
        return Ok(Vec::new());
    }
    let before = now.plus_ms(-1);
    let passed = RadarOf { scope, only: None, until: before };
    let mut rows = tx.leads().on_radar(passed, None, READ).await?;
    rows.extend(tx.leads().on_radar(RadarOf { until: NEVER, ..passed }, Some((before, LeadId(i64::MAX))), READ).await?);
    let cause = |row: RadarRow| {
        let lead = DayLead { id: row.id, full_name: row.full_name, account: row.account.name, phone: String::new(), email: String::new() };
        Cause::Untouched { lead, handover: row.handover }
    };
    Ok(rows.into_iter().map(cause).collect())
}
