//! The lead page's content.

use domain::intake::Requirement;
use domain::lead_views::{LeadDetail, LeadRights};
use domain::task::next_step;
use domain::{
    Action, Actor, ClockFaces, DelegationState, Event, EventId, Lead, LeadAction, LeadId, Named, Target, TimelineFilter, TimelinePage, UserId,
    may_add_task,
};
use store::Tx;

use super::{delegation, visible};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::routing::{given_within, spot_of, why_within};

/// Events on one page of the timeline.
const TIMELINE_PAGE: i64 = 50;

/// Everything the lead page shows.
///
/// # Errors
/// [`crate::ServiceError::NotFound`] for an absent lead and for one the person may not know of.
pub async fn find(ctx: &Ctx, id: LeadId) -> Result<LeadDetail> {
    // Asked outside of the transaction, for whoever may delegate.
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let book = if actor.role.is_internal() { Some(ctx.store.rule_book().await?) } else { None };
    let clock_book = ctx.clock_book().await?;
    let mut tx = ctx.store.read().await?;
    let lead = visible(ctx, &mut tx, id).await?;
    let opportunities = tx.opportunities().of_lead(id).await?;
    let tasks = crate::tasks::of_lead(&mut tx, id).await?;
    let next_step = next_step(&tasks, &opportunities, ctx.now(), &catalog.site.zone);
    let TimelinePage { events: mut timeline, next } = page_within(&mut tx, id, TimelineFilter::default(), None).await?;
    let account = tx.accounts().find(lead.account.id).await?;
    let primary_rep = account.as_ref().and_then(|account| account.primary_rep);
    let distributor = match lead.distributor {
        Some(id) => tx.accounts().find(id).await?.map(|account| Named { id: account.id, name: account.name }),
        None => None,
    };
    let routing = why_within(ctx, &mut tx, id).await?;
    let told = if next.is_some() {
        let events = tx.events().of_lead_about_whose(id).await?;
        given_within(ctx, &mut tx, &lead, &events, routing.as_ref()).await?
    } else {
        given_within(ctx, &mut tx, &lead, &timeline, routing.as_ref()).await?
    };
    let mut call = tx.lead_calls().find(id).await?;
    // Accounts are for people of the house.
    if let Some(call) = call.as_mut().filter(|_| !actor.role.is_internal()) {
        call.referrer = None;
        call.missing.retain(|one| *one != Requirement::Referrer);
    }
    let referral = tx.referrals().find(id).await?;
    let customer = crate::conversion::customer_of(ctx, &mut tx, &lead).await?;
    let delegation = delegation::present(&mut tx, &lead).await?;
    let territory = book.as_ref().and_then(|book| book.territory_at(&spot_of(&lead, account.as_ref(), &catalog)));
    let mut rights = rights(actor, &lead, territory.and_then(|territory| territory.manager));
    let is_waiting = delegation.as_ref().is_some_and(|delegation| delegation.state == DelegationState::Waiting);
    rights.answer &= is_waiting;
    if is_waiting {
        rights.actions.retain(|action| *action != LeadAction::Accept);
    }
    if customer.is_some() {
        // Its conversion is taken back instead.
        rights.actions.retain(|action| *action != LeadAction::Reopen);
    }
    let offer = match book.as_ref().filter(|_| rights.delegate) {
        Some(book) => Some(delegation::offer(ctx, &mut tx, book, territory).await?),
        None => None,
    };
    let clocks = ClockFaces::of(&lead, &tx.clocks().of_lead(id).await?, &clock_book, &catalog, ctx.now());
    retain_readable(ctx, &mut timeline)?;
    Ok(LeadDetail {
        clocks,
        given_by: told.given,
        delegated_by: told.delegated,
        routing,
        lead,
        opportunities,
        tasks,
        next_step,
        timeline,
        next,
        rights,
        primary_rep,
        distributor,
        delegation,
        offer,
        call,
        referral,
        customer,
    })
}

/// The lead alone.
///
/// # Errors
/// As [`find`].
pub async fn find_alone(ctx: &Ctx, id: LeadId) -> Result<Lead> {
    let mut tx = ctx.store.read().await?;
    visible(ctx, &mut tx, id).await
}

/// A page of a lead's timeline, newest first: the events that a filter lets through, older than one where that is given.
///
/// # Errors
/// As [`find`].
pub async fn timeline(ctx: &Ctx, id: LeadId, filter: TimelineFilter, before: Option<EventId>) -> Result<TimelinePage> {
    let mut tx = ctx.store.read().await?;
    visible(ctx, &mut tx, id).await?;
    let mut page = page_within(&mut tx, id, filter, before).await?;
    retain_readable(ctx, &mut page.events)?;
    Ok(page)
}

/// The same for whoever it is.
async fn page_within(tx: &mut Tx, id: LeadId, filter: TimelineFilter, before: Option<EventId>) -> Result<TimelinePage> {
    let mut events = tx.events().timeline(id, filter, before, TIMELINE_PAGE + 1).await?;
    let has_older = events.len() as i64 > TIMELINE_PAGE;
    events.truncate(TIMELINE_PAGE as usize);
    let next = events.last().filter(|_| has_older).map(|event| event.id);
    Ok(TimelinePage { events, next })
}

/// Leaves out what is not for people of a distributor, for those.
fn retain_readable(ctx: &Ctx, events: &mut Vec<Event>) -> Result<()> {
    let actor = ctx.actor()?;
    if !actor.role.is_internal() {
        events.retain(|event| event.kind.is_for_distributor(actor.account));
    }
    Ok(())
}

fn rights(actor: &Actor, lead: &Lead, territory_manager: Option<UserId>) -> LeadRights {
    let audience = lead.audience();
    let may = |action| domain::can(actor, action, Target::Lead(&audience, lead.state.life_cycle()));
    let actions = LeadAction::ALL.into_iter().filter(|action| action.fits(lead) && may(permission_for(*action))).collect();
    LeadRights {
        edit: may(Action::EditLead),
        comment: may(Action::CommentOnLead),
        route: may(Action::RouteLead),
        delegate: domain::may_delegate(actor, &audience, lead.state.life_cycle(), territory_manager),
        answer: may(Action::AnswerDelegation),
        reclaim: may(Action::ReclaimLead),
        task: may_add_task(actor, Some(lead)),
        actions,
    }
}

/// The permission an action needs.
pub(super) fn permission_for(action: LeadAction) -> Action {
    match action {
        LeadAction::Accept => Action::AcceptLead,
        LeadAction::Delete => Action::DeleteLead,
        LeadAction::Restore => Action::RestoreLead,
        _ => Action::MoveLead,
    }
}
