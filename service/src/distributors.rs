//! Distributors as regional managers see them: who is named for which territory and quarter, how they do with their leads (C2-18 to
//! C2-22), and which of them answer from a central call centre (C2-17); how one stands as its own people see it. Delegating a lead is
//! in [`crate::leads`].

use std::collections::{BTreeMap, BTreeSet};

use domain::delegation::{DistributorsView, OwnQuarter, OwnStanding, REMIND_DAYS, TerritoryCard, league};
use domain::event::TextChange;
use domain::routing::{Nomination, Quarter, RuleBook, Territory};
use domain::text::fold;
use domain::{AccountId, Action, AuditArea, DAY_MS, EventKind, FormValues, Named, NoticeKind, Target, TerritoryId};
use store::delegations::Of;

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_fields, yes_or_no};
use crate::leads::CANDIDATES_MAX;
use crate::notices::{About, Copies, Notice, queue};

/// Nominations that are looked through for the history of territories.
const NOMINATIONS_MAX: i64 = 1_000;
/// Quarters before this one that distributors are compared in.
const QUARTERS_BEFORE: usize = 3;

/// The territories that a person manages, with their distributors and how those do; of administrators all.
///
/// # Errors
/// [`ServiceError::Forbidden`] for people from outside.
pub async fn overview(ctx: &Ctx) -> Result<DistributorsView> {
    let actor = ctx.require(Action::ReadAccounts)?;
    let catalog = ctx.catalog().await?;
    let prepared = ctx.store.rule_book().await?;
    let book = prepared.book();
    let quarter = Quarter::at(catalog.site.zone.at(ctx.now()));
    let is_all = domain::can(actor, Action::NameDistributor, Target::Site);
    let mut tx = ctx.store.read().await?;
    let mut histories: BTreeMap<TerritoryId, Vec<Nomination>> = BTreeMap::new();
    for nomination in tx.routing().list_nominations(NOMINATIONS_MAX).await? {
        histories.entry(nomination.territory).or_default().push(nomination);
    }
    let theirs = |territory: &&Territory| is_all || territory.manager == Some(actor.id);
    let mut territories: Vec<TerritoryCard> = Vec::new();
    for territory in book.territories.iter().filter(theirs) {
        let id = territory.number;
        territories.push(TerritoryCard {
            territory: territory.clone(),
            now: book.nomination(id, quarter).cloned(),
            next: named_for(book, id, quarter.next()).cloned(),
            may_name: domain::can(actor, Action::NameDistributor, Target::Territory(territory.manager)),
            history: histories.remove(&id).unwrap_or_default(),
        });
    }
    territories.sort_by_cached_key(|card| fold(&card.territory.name));
    let managed: Vec<TerritoryId> = territories.iter().map(|card| card.territory.number).collect();
    let since = (0..QUARTERS_BEFORE).fold(quarter, |quarter, _| quarter.previous());
    let of = if is_all { Of::Everybody } else { Of::Manager(actor.id, &managed) };
    Ok(DistributorsView {
        quarter,
        territories,
        candidates: tx.delegations().candidates(CANDIDATES_MAX).await?,
        league: league(&tx.delegations().outcomes(of, since).await?),
        may_mark: domain::can(actor, Action::MarkCallCentre, Target::Site),
    })
}

/// How the distributor for which the person works stands, in this quarter and the last; `None` for who works for none. Of the others
/// they read nothing but how many there are.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn own_standing(ctx: &Ctx) -> Result<Option<OwnStanding>> {
    let actor = ctx.actor()?;
    let Some(account) = actor.account.filter(|_| !actor.role.is_internal()) else { return Ok(None) };
    let catalog = ctx.catalog().await?;
    let quarter = Quarter::at(catalog.site.zone.at(ctx.now()));
    let last = quarter.previous();
    let mut tx = ctx.store.read().await?;
    let Some(firm) = tx.accounts().names(&[account]).await?.pop() else { return Ok(None) };
    let rows = league(&tx.delegations().outcomes(Of::Everybody, last).await?);
    let late = tx.delegations().accepted_late(firm.id, last).await?;
    let quarters = [quarter, last].map(|quarter| OwnQuarter::of(&rows, &firm, quarter, late.get(&quarter).copied().unwrap_or(0)));
    Ok(Some(OwnStanding { quarters: quarters.into(), firm }))
}

fn named_for(book: &RuleBook, territory: TerritoryId, quarter: Quarter) -> Option<&Nomination> {
    book.nominations.iter().find(|named| named.territory == territory && named.quarter == quarter)
}

/// Says whether a distributor answers from a central call centre. Field: `on`, ticked or not. Gives its name.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators; [`ServiceError::NotFound`] for what is no distributor.
pub async fn mark_call_centre(ctx: &Ctx, id: AccountId, form: &FormValues) -> Result<Named<AccountId>> {
    let actor = ctx.require(Action::MarkCallCentre)?;
    let mut tx = ctx.store.begin().await?;
    let candidates = tx.delegations().candidates(CANDIDATES_MAX).await?;
    let known = candidates.into_iter().find(|candidate| candidate.id == id).ok_or(ServiceError::NotFound)?;
    only_fields(form, &["on"])?;
    let named = Named { id, name: known.name };
    let wanted = is_ticked(form, "on").unwrap_or(false);
    let is_changed =
        if wanted { tx.delegations().mark_call_centre(id, actor.id, ctx.now()).await? } else { tx.delegations().unmark_call_centre(id).await? };
    if is_changed {
        let change = TextChange { what: "Central call centre".to_owned(), old: yes_or_no(!wanted), new: yes_or_no(wanted) };
        let kind = EventKind::RecordChanged { name: format!("the distributor {}", named.name), changes: vec![change] };
        let changed = Changed { area: AuditArea::Configuration, actor: Some(actor.id), subject_id: id.0, version: 0 };
        audit::catalog_changed(ctx, &mut tx, changed, kind).await?;
        tx.save().await?;
    }
    Ok(named)
}

/// Reminds the managers of territories for which nobody is named yet, once for each territory and quarter, in the last
/// [`REMIND_DAYS`] before the quarter begins. Gives how many mails were queued. May run at any time, and at several places.
///
/// # Errors
/// What the store reports.
pub async fn remind(ctx: &Ctx) -> Result<usize> {
    let catalog = ctx.store.catalog().await?;
    let time = catalog.site.zone.at(ctx.now());
    let quarter = Quarter::at(time).next();
    let is_near = quarter.begins_on().is_some_and(|day| day.0 - time.today().0 <= REMIND_DAYS * DAY_MS);
    if !is_near {
        return Ok(0);
    }
    let prepared = ctx.store.rule_book().await?;
    let book = prepared.book();
    let reminded: BTreeSet<TerritoryId> = ctx.store.ask().await?.delegations().reminded(quarter).await?;
    let is_due = |territory: &&Territory| !reminded.contains(&territory.number) && named_for(book, territory.number, quarter).is_none();
    let due: Vec<&Territory> = book.territories.iter().filter(is_due).collect();
    if due.is_empty() {
        return Ok(0);
    }
    let mut tx = ctx.store.begin().await?;
    let mut count = 0;
    for territory in due {
        let Some(manager) = territory.manager else { continue };
        if !tx.delegations().note_reminder(territory.number, quarter, ctx.now()).await? {
            continue;
        }
        let present = book.nomination(territory.number, quarter).filter(|named| named.distributor.is_some());
        let note = match present {
            Some(named) => format!("Until somebody is named, {} stays.", named.name),
            None => "Until somebody is named, there is none.".to_owned(),
        };
        let about = About::Territory(&territory.name, quarter);
        let notice = Notice { kind: NoticeKind::DistributorToName, about, to: vec![manager], copies: Copies::default(), note };
        count += queue(ctx, &mut tx, notice).await?;
    }
    tx.save().await?;
    Ok(count)
}
