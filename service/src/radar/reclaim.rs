//! Taking a lead back from whoever has it and does not touch it, and reminding them.

use domain::radar::waited_for;
use domain::{Action, EventKind, HOUR_MS, LeadId, NoticeKind};

use super::{firm_of, note_of, who_has};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require, save};
use crate::notices::{self, Notice};

/// How long nobody is reminded again. Unit: milliseconds.
const QUIET_MS: i64 = HOUR_MS;
/// Events looked through for the last reminder.
const EVENTS_LOOKED_AT: i64 = 20;

/// Takes a lead back that nobody touched in time: it becomes one's own, and its distributor's no longer. Whoever had it is told. Of two
/// who do it at once one gets it, and the other reads who.
///
/// # Errors
/// [`ServiceError::Refused`] when somebody has touched it meanwhile, and before its deadline; [`ServiceError::Forbidden`] but for who
/// manages it or delegated it; [`ServiceError::NotFound`].
pub async fn reclaim(ctx: &Ctx, id: LeadId) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let actor = ctx.actor()?.id;
    let mut tx = ctx.store.begin().await?;
    let mut lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::ReclaimLead, &lead)?;
    if lead.handover.touch_by.is_none() {
        return Err(ServiceError::Refused(format!("Nothing to take back: somebody was faster, and the lead is with {}", who_has(&lead, &catalog))));
    }
    if lead.owner == Some(actor) && lead.distributor.is_none() {
        return Err(ServiceError::Refused("It is yours already: whatever you do with it counts".to_owned()));
    }
    if !lead.handover.is_passed(ctx.now()) {
        return Err(ServiceError::Refused("Its deadline has not passed yet; change its owner if it cannot wait".to_owned()));
    }
    let read = lead.clone();
    let firm = firm_of(&mut tx, &read).await?;
    let from = match read.distributor {
        Some(account) => tx.accounts().find(account).await?.map_or_else(|| who_has(&read, &catalog), |account| account.name),
        None => who_has(&read, &catalog),
    };
    lead.owner = Some(actor);
    lead.distributor = None;
    lead.handover = read.handover.over();
    let kind = EventKind::Reclaimed { from, since: read.handover.at.unwrap_or(read.created_at) };
    save(ctx, &mut tx, &mut lead, &read, kind).await?;
    let mut told = if read.distributor.is_some() { firm } else { read.owner.into_iter().collect() };
    told.retain(|user| *user != actor);
    if !told.is_empty() {
        notices::queue(ctx, &mut tx, Notice::of(NoticeKind::LeadTakenBack, &lead, told)).await?;
    }
    tx.save().await?;
    Ok(())
}

/// Reminds whoever has a lead that waits to be touched; gives their names.
///
/// # Errors
/// [`ServiceError::Refused`] when somebody has touched it, when there is nobody to remind, and within an hour after the last time;
/// [`ServiceError::Forbidden`] and [`ServiceError::NotFound`] as [`reclaim`].
pub async fn nudge(ctx: &Ctx, id: LeadId) -> Result<String> {
    let catalog = ctx.catalog().await?;
    let actor = ctx.actor()?.id;
    let mut tx = ctx.store.begin().await?;
    let mut lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::ReclaimLead, &lead)?;
    if lead.handover.touch_by.is_none() {
        return Err(ServiceError::Refused(format!("No need: somebody has touched the lead, and it is with {}", who_has(&lead, &catalog))));
    }
    let since = ctx.now().plus_ms(-QUIET_MS);
    let latest = tx.events().of_lead(id, None, EVENTS_LOOKED_AT).await?;
    if latest.iter().any(|event| event.at > since && matches!(event.kind, EventKind::Nudged { .. })) {
        return Err(ServiceError::Refused("They were reminded less than an hour ago".to_owned()));
    }
    let firm = firm_of(&mut tx, &lead).await?;
    let mut told = waited_for(&lead, &firm, &catalog);
    told.retain(|user| *user != actor);
    if told.is_empty() {
        return Err(ServiceError::Refused("There is nobody else to remind".to_owned()));
    }
    let names: Vec<String> = told.iter().map(|user| catalog.person_name(*user)).collect();
    let read = lead.clone();
    save(ctx, &mut tx, &mut lead, &read, EventKind::Nudged { told: names.clone() }).await?;
    let note = note_of(ctx, &lead, &catalog.site, &who_has(&lead, &catalog));
    notices::queue(ctx, &mut tx, Notice { note, ..Notice::of(NoticeKind::LeadUntouched, &lead, told) }).await?;
    tx.save().await?;
    Ok(names.join(", "))
}
