//! Clocks that leads themselves are: days in their status that are over, and expected completions. Leads become late in the order of the moments
//! from which that counts, so each is found once, by how far they were looked through; leads that were late before they were looked through
//! for the first time are nobody's news. One that becomes late behind them, because it is restored, reopened, or put back to what it was, is found where
//! that happens.

use std::collections::BTreeMap;

use domain::clock::LateBy;
use domain::{Catalog, ClockBook, DAY_MS, Lead, LeadId, Timestamp};
use store::Tx;
use store::late::{LateLead, LateMark};

use super::overdue::{Found, told_at};
use crate::ctx::Ctx;
use crate::error::Result;

/// Leads of one transaction: others wait for it on SQLite, so it is short.
const BATCH: i64 = 100;

/// What leads can be late by, with the last moment from which those count that are late now. A completion is over with its day, whichever
/// moment of it was typed.
fn kinds(catalog: &Catalog, now: Timestamp) -> Vec<(LateBy, Timestamp)> {
    let today = catalog.site.zone.at(now).today();
    let statuses = catalog.statuses.iter().filter(|status| status.state.is_open());
    let statuses = statuses.filter_map(|status| Some((LateBy::Status(status.id), now.plus_ms(-status.due_days? * DAY_MS - 1))));
    statuses.chain([(LateBy::Completion, today.plus_ms(-1))]).collect()
}

/// Looks for leads that are late since the last time; `false` when there are none.
pub(super) async fn find(ctx: &Ctx) -> Result<bool> {
    let catalog = ctx.catalog().await?;
    let kinds = kinds(&catalog, ctx.now());
    if news(&mut ctx.store.read().await?, &kinds, 1).await?.is_empty() {
        return Ok(false);
    }
    let mut tx = ctx.store.begin().await?;
    // Once more: somebody else may have found them before this one's turn.
    tx.clocks().hold_found().await?;
    for (mark, found) in news(&mut tx, &kinds, BATCH).await? {
        tx.late().add(&found, ctx.now()).await?;
        tx.late().set_mark(mark).await?;
    }
    tx.save().await?;
    Ok(true)
}

/// What is new, with how far that is; what was never looked through begins now.
async fn news(tx: &mut Tx, kinds: &[(LateBy, Timestamp)], limit: i64) -> Result<Vec<(LateMark, Vec<LateLead>)>> {
    let marks = tx.late().marks().await?;
    let mut news = Vec::new();
    for (by, until) in kinds {
        let Some(mark) = marks.iter().find(|mark| mark.by == *by) else {
            news.push((LateMark { by: *by, since: *until, lead: LeadId(i64::MAX) }, Vec::new()));
            continue;
        };
        let found = tx.late().list_behind(*mark, *until, limit).await?;
        if let Some(last) = found.last() {
            news.push((LateMark { by: *by, since: last.since, lead: last.lead }, found));
        }
    }
    Ok(news)
}

/// Looks at late leads that wait for it; `false` when there are none.
pub(super) async fn look(ctx: &Ctx) -> Result<bool> {
    let waiting = ctx.store.ask().await?.late().list_to_look_at(ctx.now(), BATCH).await?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let ids = leads_of(&waiting);
    let mut tx = ctx.store.begin().await?;
    tx.clocks().hold_found().await?;
    tx.leads().hold_many(&ids).await?;
    let leads: BTreeMap<LeadId, Lead> = tx.leads().find_many(&ids).await?.into_iter().map(|lead| (lead.id, lead)).collect();
    // Once more: somebody else may have looked before they were held.
    for late in tx.late().list_to_look_at(ctx.now(), BATCH).await? {
        if ids.binary_search(&late.lead).is_ok() {
            let next = leads.get(&late.lead).and_then(|lead| next_look(lead, late, &book, &catalog, ctx.now()));
            tx.late().look_next(late, next).await?;
        }
    }
    tx.save().await?;
    Ok(true)
}

/// After a change of a lead: where it is late by a clock that nobody could look at when it was over, and that counts from a moment that was looked
/// through, it is looked at now.
pub(super) async fn after_change(ctx: &Ctx, tx: &mut Tx, lead: &Lead, read: &Lead) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let mut late = Vec::new();
    for by in [LateBy::Status(lead.status), LateBy::Completion] {
        let Some(face) = by.face(lead, &catalog).filter(|face| face.due_at < ctx.now()) else { continue };
        let Some(since) = by.since(lead) else { continue };
        if not_looked_at_since(lead, read, by).is_some_and(|from| from <= face.due_at) {
            late.push(LateLead { lead: lead.id, by, since });
        }
    }
    if late.is_empty() {
        return Ok(());
    }
    let marks = tx.late().marks().await?;
    late.retain(|one| marks.iter().any(|mark| mark.by == one.by && (one.since, one.lead) <= (mark.since, mark.lead)));
    Ok(tx.late().add(&late, ctx.now()).await?)
}

/// From when on nobody looked at a clock that a lead has now: since it was deleted, closed, or moved on. `None` where it had that clock all the time.
fn not_looked_at_since(lead: &Lead, read: &Lead, by: LateBy) -> Option<Timestamp> {
    let is_as_before = by.since(read) == by.since(lead) && (by == LateBy::Completion || read.status == lead.status);
    match by {
        _ if is_as_before => read.deleted_at.or_else(|| read.state.closed_at()),
        LateBy::Status(_) => Some(read.status_since),
        // Whoever names a day that is over means it.
        LateBy::Completion => Some(Timestamp(i64::MIN)),
    }
}

/// When a late lead is looked at next; `None` when nobody is to be told, or it moved on.
fn next_look(lead: &Lead, late: LateLead, book: &ClockBook, catalog: &Catalog, now: Timestamp) -> Option<Timestamp> {
    let face = late.by.face(lead, catalog).filter(|_| late.by.since(lead) == Some(late.since))?;
    told_at(lead, face.due_at, book, catalog, now)
}

/// What is told of late leads that were found.
pub(super) async fn found(tx: &mut Tx, found: &[LateLead], catalog: &Catalog) -> Result<Vec<Found>> {
    let leads = tx.leads().find_many(&leads_of(found)).await?;
    let told = |late: &LateLead| {
        let lead = leads.iter().find(|lead| lead.id == late.lead)?;
        let face = late.by.face(lead, catalog)?;
        Some(Found { lead: lead.clone(), name: face.name, due_at: face.due_at })
    };
    Ok(found.iter().filter_map(told).collect())
}

fn leads_of(late: &[LateLead]) -> Vec<LeadId> {
    let mut ids: Vec<LeadId> = late.iter().map(|late| late.lead).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
