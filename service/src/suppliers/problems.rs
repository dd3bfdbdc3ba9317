//! Noting a problem with a lead, telling its supplier of it, settling it.

use domain::event::TextChange;
use domain::{Action, EventKind, FieldErrors, FormValues, Lead, LeadId, LeadProblem, LeadProblemId, PartKind, PartStep, ProblemStep};
use store::Tx;

use super::PROBLEMS_MAX;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require, save};
use crate::once::{self, Once};

/// Notes a problem with an open lead that a supplier sent, see [`LeadProblem::read`]; from then on there is a week to tell the supplier. With `tell`
/// as `now` that is done at once. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] for a lead without a supplier, and while an earlier problem waits to be told of;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn flag_once(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<LeadProblem> {
    let actor = ctx.actor()?.id;
    let mut tx = ctx.store.begin().await?;
    let lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::EditLead, &lead)?;
    let mut errors = FieldErrors::default();
    let noted = LeadProblem::read(form, &lead, actor, ctx.now(), &mut errors);
    let tells = errors.take("tell", parse_tell(form.get("tell")));
    let (Some(mut noted), Some(tells)) = (noted, tells) else { return Err(errors.into()) };
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return tx.suppliers().find_problem(LeadProblemId(made)).await?.ok_or(ServiceError::NotFound);
    }
    if lead.partner.is_none() {
        return Err(ServiceError::Refused("This lead has no partner who sent it, so there is nobody to tell".to_owned()));
    }
    let known = tx.suppliers().problems_of(&[id], PROBLEMS_MAX).await?;
    if known.iter().any(LeadProblem::waits) {
        return Err(ServiceError::Refused("A problem waits to be told already; tell the supplier of it, or take it back, first".to_owned()));
    }
    if known.len() as i64 >= PROBLEMS_MAX {
        return Err(ServiceError::Refused("This lead has too many problems already".to_owned()));
    }
    noted.id = LeadProblemId(tx.take_numbers("lead_problem", 1).await?);
    tx.suppliers().add_problem(&noted).await?;
    let words = TextChange { what: "For the supplier".to_owned(), old: String::new(), new: noted.words.clone() };
    let facts = Some(words).filter(|words| !words.new.is_empty()).into_iter().collect();
    let lead = record(ctx, &mut tx, &lead, &noted, PartStep::Added, facts).await?;
    let problem = if tells { tell(ctx, &mut tx, &lead, &noted).await? } else { noted };
    once::note(ctx, &mut tx, once, problem.id.0).await?;
    tx.save().await?;
    Ok(problem)
}

/// Tells the supplier of a problem, or settles it; one that nobody was told of is taken back. Also when the lead is closed meanwhile.
///
/// # Errors
/// [`ServiceError::Refused`] where the step does not fit, and where the lead has another partner since, who would read what is not theirs;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn step_problem(ctx: &Ctx, id: LeadProblemId, step: ProblemStep) -> Result<LeadProblem> {
    ctx.actor()?;
    let mut tx = ctx.store.begin().await?;
    let found = tx.suppliers().find_problem(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = held(ctx, &mut tx, found.lead).await?;
    // Read again: whoever had its lead before may have changed it.
    let read = tx.suppliers().find_problem(id).await?.ok_or(ServiceError::NotFound)?;
    require(ctx, Action::MoveLead, &lead)?;
    let after = read.after(step, ctx.now()).map_err(|sentence| ServiceError::Refused(sentence.to_owned()))?;
    if after == read {
        return Ok(read);
    }
    let after = match step {
        ProblemStep::Tell if read.partner.is_none() || read.partner != lead.partner => {
            let sentence = "This lead has another partner since it was noted; take it back, and note it for who sent the lead now";
            return Err(ServiceError::Refused(sentence.to_owned()));
        }
        ProblemStep::Tell => tell(ctx, &mut tx, &lead, &read).await?,
        ProblemStep::Settle => {
            tx.suppliers().change_problem(&after).await?;
            let told = if read.waits() { PartStep::Removed } else { PartStep::Closed };
            record(ctx, &mut tx, &lead, &after, told, Vec::new()).await?;
            after
        }
    };
    tx.save().await?;
    Ok(after)
}

async fn tell(ctx: &Ctx, tx: &mut Tx, lead: &Lead, noted: &LeadProblem) -> Result<LeadProblem> {
    let told = LeadProblem { told_at: Some(ctx.now()), ..noted.clone() };
    tx.suppliers().change_problem(&told).await?;
    record(ctx, tx, lead, &told, PartStep::Told, Vec::new()).await?;
    Ok(told)
}

/// Records what became of a problem. `read` is its lead as this transaction read it; gives it as it was saved.
async fn record(ctx: &Ctx, tx: &mut Tx, read: &Lead, problem: &LeadProblem, step: PartStep, changes: Vec<TextChange>) -> Result<Lead> {
    let mut lead = read.clone();
    let kind = EventKind::Part { part: PartKind::Problem, step, name: problem.reason.label().to_owned(), changes };
    save(ctx, tx, &mut lead, read, kind).await?;
    Ok(lead)
}

fn parse_tell(text: &str) -> std::result::Result<bool, &'static str> {
    match text.trim() {
        "" | "now" => Ok(true),
        "later" => Ok(false),
        _ => Err("Choose from the list"),
    }
}
