//! How a lead is qualified: its class, what is known of budget and the rest, appointments with their invites, and interim opportunities. The
//! rules are `domain::lead_class`'s; docs/qualification-classes.md has them in words.

mod answers;
mod appointments;
mod interim;
pub mod invites;

pub use answers::change_answer;
pub use appointments::{cancel_appointment, note_answer, plan_once, send_invite};
pub use interim::add_interim_once;

use domain::lead_class::QualificationView;
use domain::{Action, Catalog, EventKind, FieldErrors, FormValues, Lead, LeadClass, LeadId, Qualification, Scope, Target};
use store::Tx;

use crate::clocks;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require, save};

/// How a lead is qualified, as its page shows it.
///
/// # Errors
/// [`ServiceError::NotFound`], also for a lead out of sight.
pub async fn find(ctx: &Ctx, id: LeadId) -> Result<QualificationView> {
    let actor = ctx.actor()?;
    let mut tx = ctx.store.read().await?;
    let lead = tx.leads().find_visible(id, &Scope::of(actor)).await?.ok_or(ServiceError::NotFound)?;
    let interim = tx.lead_classes().interim_of(id).await?;
    let opportunities = if interim.is_empty() { Vec::new() } else { tx.opportunities().of_lead(id).await? };
    Ok(QualificationView {
        qualification: known(&mut tx, id).await?,
        answers: tx.lead_classes().answers(id).await?,
        appointment: tx.appointments().present(id).await?,
        interim: opportunities.into_iter().filter(|opportunity| interim.contains(&opportunity.id)).collect(),
        end_user: lead.full_name.clone(),
        email: lead.email().map(str::to_owned),
        owner: lead.owner,
        may_edit: domain::can(actor, Action::EditLead, Target::Lead(&lead.audience(), lead.state.life_cycle())),
        now: ctx.now(),
    })
}

/// Changes the class of a lead and what belongs to it, see [`Qualification::fill`], with the `version` that was read. A class that lacks what it
/// needs is refused.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when somebody changed it since; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`].
pub async fn change_class(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<Qualification> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let mut lead = editable(ctx, &mut tx, id).await?;
    let before = known(&mut tx, id).await?;
    require_read(form, before.version)?;
    let (mut after, mut errors) = (before.clone(), FieldErrors::default());
    after.fill(form, &catalog, &mut errors);
    after.check_days(&before, catalog.site.zone.at(ctx.now()).today(), &mut errors);
    let appointment = tx.appointments().present(id).await?;
    // Of what is an AQL already the invite may wait for another answer.
    let is_still_aql = after.class == before.class && after.class == Some(LeadClass::Aql);
    if errors.is_empty() && !is_still_aql {
        after.check(appointment.as_ref(), &mut errors);
    }
    errors.into_result()?;
    if after == before {
        return Ok(before);
    }
    let written = write(ctx, &mut tx, &mut lead, &before, after, "", &catalog).await?;
    tx.save().await?;
    Ok(written)
}

/// Loads a lead to change how it is qualified.
async fn editable(ctx: &Ctx, tx: &mut Tx, id: LeadId) -> Result<Lead> {
    let lead = held(ctx, tx, id).await?;
    require(ctx, Action::EditLead, &lead)?;
    Ok(lead)
}

/// What is known of a lead; nothing where nobody has said anything.
async fn known(tx: &mut Tx, id: LeadId) -> Result<Qualification> {
    Ok(tx.lead_classes().find(id).await?.unwrap_or_else(|| Qualification::blank(id)))
}

/// Refuses a form that was read at another version.
fn require_read(form: &FormValues, present: i64) -> Result<()> {
    if form.find("version").is_some_and(|version| version.trim().parse() != Ok(present)) {
        return Err(ServiceError::Refused("Somebody changed this meanwhile; load the page again to see it".to_owned()));
    }
    Ok(())
}

/// Writes what is known of a held lead, with its events. `why` says from what a change of the class follows, where nobody wished it by hand.
async fn write(
    ctx: &Ctx,
    tx: &mut Tx,
    lead: &mut Lead,
    before: &Qualification,
    mut after: Qualification,
    why: &str,
    catalog: &Catalog,
) -> Result<Qualification> {
    after.version = before.version + 1;
    after.updated_at = ctx.now();
    if !tx.lead_classes().save(&after, before.version).await? {
        return Err(ServiceError::Busy);
    }
    let changes = after.changes_since(before, catalog);
    if !changes.is_empty() {
        let read = lead.clone();
        save(ctx, tx, lead, &read, EventKind::Qualified { changes }).await?;
    }
    if after.class != before.class {
        let read = lead.clone();
        let kind = EventKind::LeadClassed { from: before.class, to: after.class, why: why.to_owned() };
        save(ctx, tx, lead, &read, kind).await?;
        clocks::after_class(ctx, tx, lead, after.class).await?;
    }
    Ok(after)
}
