//! Telling of protections that end soon, and ending those that are over: once for each, by whichever server comes first.

use domain::{Catalog, DealRegistration, Lead, LeadId, NoticeKind, PartStep, RegistrationState, UserId};
use store::Tx;

use super::change::{record, write};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices::{self, Notice};

/// Registrations of one transaction: others wait for it on SQLite, so it is short.
const BATCH: i64 = 100;

/// Tells of protections that end soon, and ends those whose last day is over; `false` when there are none. For the program itself. Two that do it at
/// once tell nobody twice: the second finds that there is nothing to look at any more.
///
/// # Errors
/// What the store reports; whoever was not told yet is the next time.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let waiting = ctx.store.ask().await?.deal_registrations().list_to_look_at(ctx.now(), BATCH).await?;
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
        // It may have been changed since it was listed; from here on its lead is held.
        let read = tx.deal_registrations().find(one.id).await?;
        if let Some(read) = read.filter(|read| read.look_at.is_some_and(|at| at <= ctx.now())) {
            look(ctx, &mut tx, &read, &catalog).await?;
        }
    }
    tx.save().await?;
    Ok(true)
}

async fn look(ctx: &Ctx, tx: &mut Tx, read: &DealRegistration, catalog: &Catalog) -> Result<()> {
    let zone = &catalog.site.zone;
    let today = zone.at(ctx.now()).today();
    let mut after = DealRegistration { version: read.version + 1, updated_at: ctx.now(), state: read.state_on(today), ..read.clone() };
    after.look_at = after.next_look(ctx.now(), zone);
    write(tx, &after, read.version).await?;
    let lead = tx.leads().find_many(&[read.lead]).await?.pop().filter(|lead| lead.deleted_at.is_none());
    let Some(mut lead) = lead else { return Ok(()) };
    let has_ended = after.state == RegistrationState::Expired;
    if has_ended {
        lead = record(ctx, tx, &lead, &after, PartStep::Expired, Vec::new()).await?;
    }
    let to: Vec<UserId> = who_has(&lead, catalog).into_iter().collect();
    let kind = if has_ended { NoticeKind::RegistrationEnded } else { NoticeKind::RegistrationEnding };
    let left = after.left_words(today).map_or_else(String::new, |left| format!(": {left}"));
    let note = format!("{} with {}, {}{left}", after.opportunity.name, after.vendor.name, after.reference);
    notices::queue(ctx, tx, Notice { note, ..Notice::of(kind, &lead, to) }).await?;
    Ok(())
}

/// Its owner, else who manages its group.
fn who_has(lead: &Lead, catalog: &Catalog) -> Option<UserId> {
    lead.owner.or_else(|| lead.group.and_then(|group| catalog.group(group)).and_then(|group| group.manager))
}
