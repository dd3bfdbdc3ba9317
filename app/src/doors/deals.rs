//! Forms of deal registrations, of problems with leads, and of the private addresses of suppliers.

use domain::{AccountId, DealRegistrationId, FormValues, LeadId, LeadProblemId, ProblemStep, RegistrationStep};
use service::once::Once;
use service::{Ctx, ServiceError, deals, suppliers};

use super::{Fine, fine, made, number_in, ours};

/// Those whose address begins with the lead's.
pub async fn of_lead(ctx: &Ctx, id: LeadId, what: &[&str], values: &FormValues, once: Option<&Once>, here: String) -> Result<Fine, ServiceError> {
    match what {
        ["registrations"] => {
            deals::add_once(ctx, id, values, once).await?;
            fine(here, "It is to be registered")
        }
        ["problems"] => {
            let problem = suppliers::flag_once(ctx, id, values, once).await?;
            fine(here, if problem.told_at.is_some() { "The supplier reads it now" } else { "Noted: tell the supplier within the week" })
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// What is done with a registration.
pub async fn registration(ctx: &Ctx, address: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, step] = address else { return Err(ServiceError::NotFound) };
    let id = DealRegistrationId(number_in(number)?);
    let step = RegistrationStep::from_key(step).ok_or(ServiceError::NotFound)?;
    let registration = deals::step(ctx, id, step, values).await?;
    fine(back_to(registration.lead, values), step.done())
}

/// What is done with a problem.
pub async fn problem(ctx: &Ctx, address: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, step] = address else { return Err(ServiceError::NotFound) };
    let id = LeadProblemId(number_in(number)?);
    let step = ProblemStep::from_key(step).ok_or(ServiceError::NotFound)?;
    let problem = suppliers::step_problem(ctx, id, step).await?;
    let told = match step {
        ProblemStep::Tell => "The supplier reads it now",
        ProblemStep::Settle if problem.told_at.is_some() => "It is settled",
        ProblemStep::Settle => "It is taken back",
    };
    fine(back_to(problem.lead, values), told)
}

/// Gives an account an address at which it reads what became of its leads, and takes it away.
pub async fn supplier(ctx: &Ctx, account: AccountId, what: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    match what {
        [] => made("Address made", suppliers::make_link(ctx, account, values).await?),
        ["revoke"] => {
            suppliers::revoke_link(ctx, account).await?;
            fine(crate::routes::account(account), "Address revoked")
        }
        _ => Err(ServiceError::NotFound),
    }
}

fn back_to(lead: LeadId, values: &FormValues) -> String {
    ours(values.get("back")).map_or_else(|| crate::routes::lead(lead, ""), str::to_owned)
}
