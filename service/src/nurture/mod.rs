//! What a person can do to nurture the person of a lead: begin a plan, pause it, go on and stop it. What is due is sent by [`work()`]. The rules are
//! `domain::nurture`'s; docs/nurture.md has them in words.

mod plans;
mod work;

pub use plans::{add_plan, change_plan, list_plans, remove_plan, restore_plan};
pub use work::work;

use domain::attempt::addresses_left;
use domain::nurture::{NurtureView, NurtureWish};
use domain::{
    Action, Actor, EventKind, FieldErrors, FormValues, Lead, LeadId, MailingStep, Nurture, NurtureId, NurturePlan, NurturePlanId, NurtureState,
    Target,
};
use store::Tx;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require, save};
use crate::messages::unsubscribed_among;

/// The latest attempts that are asked whether an address is wrong.
const ATTEMPTS_MOST: i64 = 200;

/// How the person of a lead is nurtured, and by which plans they could be.
pub(crate) async fn view(tx: &mut Tx, lead: LeadId) -> Result<NurtureView> {
    let plans = tx.nurture().list_plans().await?;
    let latest = match tx.nurture().latest(lead).await? {
        Some(nurture) => tx.nurture().find_plan(nurture.plan).await?.map(|plan| (nurture, plan)),
        None => None,
    };
    Ok(NurtureView { plans: plans.into_iter().map(|plan| (plan.id, plan.name)).collect(), latest })
}

/// Whether a person may begin, pause and stop it.
pub(crate) fn may(actor: &Actor, lead: &Lead) -> bool {
    domain::can(actor, Action::EditLead, Target::Lead(&lead.audience(), lead.state.life_cycle()))
}

/// Begins a plan with the person of an open lead. Field: `plan`, its number. Begun twice, it is one.
///
/// # Errors
/// [`ServiceError::Invalid`] at the field, also where there is nobody to write to; [`ServiceError::Refused`] when they are on another plan;
/// [`ServiceError::Forbidden`]; [`ServiceError::NotFound`].
pub async fn begin(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<()> {
    let actor = ctx.actor()?;
    let (catalog, book) = (ctx.catalog().await?, ctx.clock_book().await?);
    let mut tx = ctx.store.begin().await?;
    let lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::EditLead, &lead)?;
    let wrong = |sentence: &str| ServiceError::from(FieldErrors::at("plan", sentence));
    let chosen: NurturePlanId = form.get("plan").parse().map_err(|_| wrong("Choose a plan"))?;
    let plan = tx.nurture().find_plan(chosen).await?.filter(|plan| plan.removed_at.is_none()).ok_or_else(|| wrong("Choose a plan"))?;
    let Some(email) = address_of(&mut tx, &lead).await? else {
        return Err(wrong("No address is known to which one could write; enter one on the lead’s page first"));
    };
    if !unsubscribed_among(&mut tx, &[email]).await?.is_empty() {
        return Err(wrong("They want no more messages; call them instead"));
    }
    if let Some(present) = tx.nurture().latest(id).await?.filter(|present| present.ended_at.is_none()) {
        if present.plan == plan.id {
            return Ok(());
        }
        return Err(ServiceError::Refused("They are on another plan; stop that one first".to_owned()));
    }
    let now = ctx.now();
    let begun = Nurture {
        id: NurtureId(tx.take_numbers("nurture", 1).await?),
        lead: id,
        plan: plan.id,
        state: NurtureState::Running,
        step: 0,
        next_at: None,
        last_at: None,
        started_by: actor.id,
        started_at: now,
        ended_at: None,
    };
    let begun = begun.run_from(now, &plan, &book.hours_for(lead.group, &catalog.site));
    tx.nurture().add(&begun).await?;
    note(ctx, &mut tx, &lead, MailingStep::PlanBegun, &plan.name, String::new()).await?;
    Ok(tx.save().await?)
}

/// Pauses, goes on with, or stops the plan of a lead's person. What is so already stays so. Who goes on waits as long as the next step says.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::NotFound`], also where they are on no plan.
pub async fn change(ctx: &Ctx, id: LeadId, wish: NurtureWish) -> Result<()> {
    let (catalog, book) = (ctx.catalog().await?, ctx.clock_book().await?);
    let mut tx = ctx.store.begin().await?;
    let lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::EditLead, &lead)?;
    let present = tx.nurture().latest(id).await?.filter(|present| present.ended_at.is_none()).ok_or(ServiceError::NotFound)?;
    let plan = tx.nurture().find_plan(present.plan).await?.ok_or(ServiceError::NotFound)?;
    let now = ctx.now();
    let (changed, step) = match (wish, present.state) {
        (NurtureWish::Pause, NurtureState::Running) => (Nurture { state: NurtureState::Paused, next_at: None, ..present }, MailingStep::PlanPaused),
        (NurtureWish::Resume, NurtureState::Paused) => {
            (present.run_from(now, &plan, &book.hours_for(lead.group, &catalog.site)), MailingStep::PlanResumed)
        }
        (NurtureWish::Stop, _) => (present.ended(NurtureState::Stopped, now), MailingStep::PlanStopped),
        _ => return Ok(()),
    };
    tx.nurture().change(&changed).await?;
    note(ctx, &mut tx, &lead, step, &plan.name, String::new()).await?;
    Ok(tx.save().await?)
}

/// Where a plan writes to: the first address of a lead that was not found to be wrong.
async fn address_of(tx: &mut Tx, lead: &Lead) -> Result<Option<String>> {
    let attempts = tx.attempts().of_lead(lead.id, ATTEMPTS_MOST).await?;
    Ok(addresses_left(lead, &attempts).into_iter().next())
}

/// Stops the plan of a held lead's person, where they are on one, because they answered or cannot be written to any more; gives the lead as it
/// was saved last.
pub(crate) async fn stop(ctx: &Ctx, tx: &mut Tx, lead: Lead, why: &str) -> Result<Lead> {
    let present = tx.nurture().latest(lead.id).await?.filter(|present| present.ended_at.is_none());
    let Some(present) = present else { return Ok(lead) };
    let plan: Option<NurturePlan> = tx.nurture().find_plan(present.plan).await?;
    tx.nurture().change(&present.ended(NurtureState::Stopped, ctx.now())).await?;
    note(ctx, tx, &lead, MailingStep::PlanStopped, plan.as_ref().map_or("", |plan| plan.name.as_str()), why.to_owned()).await
}

/// Says in the timeline of a held lead what became of its plan; gives the lead as it is saved.
async fn note(ctx: &Ctx, tx: &mut Tx, read: &Lead, step: MailingStep, plan: &str, text: String) -> Result<Lead> {
    let mut lead = read.clone();
    save(ctx, tx, &mut lead, read, EventKind::Mailing { step, name: format!("“{plan}”"), text }).await?;
    Ok(lead)
}
