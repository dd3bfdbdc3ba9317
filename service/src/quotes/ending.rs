//! Quotes that nobody answered while they were valid expire: once each, by whichever server comes first.

use domain::{Catalog, LeadId, NoticeKind, PartStep, Quote, QuoteState, UserId};
use store::Tx;

use super::answer::{follow, who_has};
use super::{record, write};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices::{self, Notice};

/// Quotes of one transaction: others wait for it on SQLite, so it is short.
const BATCH: i64 = 100;

/// Ends quotes whose last day is over, and tells who has their leads; `false` when there are none. For the program itself. Two that do it at once tell
/// nobody twice: the second finds that there is nothing to look at any more.
///
/// # Errors
/// What the store reports; whoever was not told yet is the next time.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let waiting = ctx.store.ask().await?.quotes().list_to_look_at(ctx.now(), BATCH).await?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let catalog = ctx.catalog().await?;
    let mut leads: Vec<LeadId> = waiting.iter().map(|one| one.lead).collect();
    leads.sort_unstable();
    leads.dedup();
    let mut tx = ctx.store.begin().await?;
    tx.leads().hold_many(&leads).await?;
    for one in waiting {
        // It may have been answered since it was listed; from here on its lead is held.
        if let Some(read) = tx.quotes().find(one.id).await?.filter(|read| read.state.is_awaited()) {
            end(ctx, &mut tx, &read, &catalog).await?;
        }
    }
    tx.save().await?;
    Ok(true)
}

async fn end(ctx: &Ctx, tx: &mut Tx, read: &Quote, catalog: &Catalog) -> Result<()> {
    let zone = &catalog.site.zone;
    let state = read.state_on(zone.at(ctx.now()).today());
    let after = Quote { version: read.version + 1, updated_at: ctx.now(), state, ..read.clone() };
    // Also one that is not over: another zone may have been chosen since, and it is looked at again when its last day is.
    write(tx, &after, read.version, zone).await?;
    if after.state == read.state || after.state != QuoteState::Expired {
        return Ok(());
    }
    let lead = tx.leads().find_many(&[read.lead]).await?.pop().filter(|lead| lead.deleted_at.is_none());
    let Some(lead) = lead else { return Ok(()) };
    let lead = record(ctx, tx, &lead, &after, PartStep::Expired, Vec::new()).await?;
    let settings = tx.quotes().settings().await?;
    follow(ctx, tx, &lead, &after, &settings, catalog).await?;
    let to: Vec<UserId> = who_has(&lead, catalog).into_iter().collect();
    let note =
        format!("{} for {}, {}, was valid until {}", after.name(), after.opportunity.name, after.total_words(), after.valid_until.readable_day());
    notices::queue(ctx, tx, Notice { note, ..Notice::of(NoticeKind::QuoteExpired, &lead, to) }).await?;
    Ok(())
}
