//! Forms of how leads are qualified, and the one at which invites are answered.

use domain::{Dimension, FormValues, InviteState, LeadId};
use service::once::Once;
use service::{Ctx, ServiceError, classes};

use super::{Fine, fine};

/// Those whose address begins with the lead's.
pub async fn of_lead(ctx: &Ctx, id: LeadId, what: &[&str], values: &FormValues, once: Option<&Once>, here: String) -> Result<Fine, ServiceError> {
    match what {
        ["class"] => {
            let saved = classes::change_class(ctx, id, values).await?;
            fine(here, saved.class.map_or_else(|| "Saved".to_owned(), |class| format!("Saved: it is an {}", class.label())))
        }
        ["answers", dimension] => {
            let dimension = Dimension::from_key(dimension).ok_or(ServiceError::NotFound)?;
            classes::change_answer(ctx, id, dimension, values).await?;
            fine(here, "Answer saved")
        }
        ["appointment"] => {
            classes::plan_once(ctx, id, values, once).await?;
            fine(here, "Appointment saved")
        }
        ["appointment", "invite"] => {
            classes::send_invite(ctx, id).await?;
            fine(here, "The invite is on its way")
        }
        ["appointment", "answer"] => {
            let said = classes::note_answer(ctx, id, values).await?;
            fine(here, if said == InviteState::Accepted { "Noted: they accepted" } else { "Noted: they declined" })
        }
        ["appointment", "cancel"] => {
            classes::cancel_appointment(ctx, id, values).await?;
            fine(here, "Appointment cancelled")
        }
        ["interim"] => {
            classes::add_interim_once(ctx, id, values, once).await?;
            fine(here, "Project added")
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// Whoever was invited answers, without an account.
pub async fn answer(ctx: &Ctx, token: &str, values: &FormValues) -> Result<Fine, ServiceError> {
    classes::invites::answer(ctx, token, values).await?;
    fine(crate::routes::invite(token), "")
}
