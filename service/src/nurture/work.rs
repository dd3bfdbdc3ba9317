//! Sending what plans ask for, when it is time: each message once, by whichever server comes first.

use domain::message::{MessageForm, judge_length};
use domain::{Lead, MailingStep, Nurture, NurtureId, NurturePlan, NurtureState, Scope};
use store::Tx;

use super::{address_of, note, stop};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::messages::{Outgoing, queue, unsubscribed_among, values};

/// Messages of one round.
const BATCH: i64 = 20;

/// Sends the messages that are due, within working hours; `false` when there are none. For the program itself. Two that do it at once send
/// nothing twice: the lead is held, and what the other did is seen.
///
/// # Errors
/// What the store reports; what was not sent yet is the next time.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let due = ctx.store.ask().await?.nurture().list_due(ctx.now(), BATCH).await?;
    if due.is_empty() {
        return Ok(false);
    }
    for one in due {
        let mut tx = ctx.store.begin().await?;
        tx.leads().hold(one.lead).await?;
        advance(ctx, &mut tx, one.id).await?;
        tx.save().await?;
    }
    Ok(true)
}

/// Takes the next step of one whose lead is held, where it is still due.
async fn advance(ctx: &Ctx, tx: &mut Tx, id: NurtureId) -> Result<()> {
    let now = ctx.now();
    let Some(present) = tx.nurture().find(id).await?.filter(|one| one.next_at.is_some_and(|at| at <= now)) else { return Ok(()) };
    let lead = tx.leads().find_visible(present.lead, &Scope::All).await?;
    let Some(lead) = lead.filter(|lead| lead.deleted_at.is_none()) else {
        // Nothing is said in the timeline of a deleted lead.
        return Ok(tx.nurture().change(&present.ended(NurtureState::Stopped, now)).await?);
    };
    if !lead.state.life_cycle().is_open() {
        stop(ctx, tx, lead, "The lead is closed").await?;
        return Ok(());
    }
    let (catalog, book) = (ctx.catalog().await?, ctx.clock_book().await?);
    let hours = book.hours_for(lead.group, &catalog.site);
    let open_at = hours.next_open(now);
    if open_at > now {
        // Hours or holidays were changed, or the server was down when it was time.
        return Ok(tx.nurture().change(&Nurture { next_at: Some(open_at), ..present }).await?);
    }
    let plan = tx.nurture().find_plan(present.plan).await?;
    let Some((plan, step)) = plan.and_then(|plan| present.next_step(&plan).map(|step| (plan, step))) else {
        return Ok(tx.nurture().change(&present.ended(NurtureState::Finished, now)).await?);
    };
    let template = tx.messages().find_template(step.template).await?;
    let Some(email) = address_of(tx, &lead).await? else {
        stop(ctx, tx, lead, "No address is known to which one could write").await?;
        return Ok(());
    };
    if !unsubscribed_among(tx, std::slice::from_ref(&email)).await?.is_empty() {
        stop(ctx, tx, lead, "They want no more messages").await?;
        return Ok(());
    }
    // Who has the lead writes; without an owner, who began it.
    let works_here = |user| catalog.person(user).filter(|person| !person.disabled);
    let writer = lead.owner.and_then(works_here).or_else(|| works_here(present.started_by));
    let (name, address) =
        writer.map_or((catalog.site.name.as_str(), ctx.mail.sender.as_str()), |person| (person.name.as_str(), person.email.as_str()));
    let values = values(&lead, (name, address), &catalog);
    let words = template.map(|template| (template.wording.subject_with(&values), template.wording.body_with(&values)));
    let Some((subject, body)) = words.filter(|(subject, body)| !subject.is_empty() && !body.trim().is_empty()) else {
        stop(ctx, tx, lead, "Nothing is known of what the next message names").await?;
        return Ok(());
    };
    if judge_length(&body).is_err() {
        stop(ctx, tx, lead, "The next message is too long with its fields filled in").await?;
        return Ok(());
    }
    let message = MessageForm { to: email, subject, body, attach: Vec::new(), link: Vec::new() };
    let out = Outgoing {
        lead: &lead,
        message: &message,
        with: &[],
        by: None,
        sender_name: Some(name),
        to_name: &lead.full_name,
        template: Some(step.template),
    };
    queue(ctx, tx, out, &catalog).await?;
    let text = format!("{}\n\n{}", message.subject, message.body.trim_end());
    let lead = note(ctx, tx, &lead, MailingStep::PlanSent, &plan.name, text).await?;
    let after = Nurture { step: present.step + 1, last_at: Some(now), ..present }.run_from(now, &plan, &hours);
    tx.nurture().change(&after).await?;
    tell_of_end(ctx, tx, &lead, &after, &plan).await
}

async fn tell_of_end(ctx: &Ctx, tx: &mut Tx, lead: &Lead, after: &Nurture, plan: &NurturePlan) -> Result<()> {
    if after.state == NurtureState::Finished {
        note(ctx, tx, lead, MailingStep::PlanFinished, &plan.name, String::new()).await?;
    }
    Ok(())
}
