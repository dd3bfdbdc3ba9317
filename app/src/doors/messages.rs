//! Forms of messages to the persons of leads, of their templates and plans, and the one at which people unsubscribe.

use domain::nurture::NurtureWish;
use domain::{FormValues, LeadId, MessageTemplateId, NurturePlanId};
use service::once::Once;
use service::{Ctx, ServiceError, messages, nurture};

use super::{Fine, fine, number_in};
use crate::routes;

/// Those whose address begins with the lead's.
pub async fn of_lead(ctx: &Ctx, id: LeadId, what: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    match what {
        ["messages"] => {
            let sent = messages::send_once(ctx, id, values, once).await?;
            fine(routes::lead(id, ""), format!("The message to {} is on its way", sent.to))
        }
        ["unsubscribe"] => {
            let email = messages::unsubscribe_for(ctx, id, values).await?;
            fine(routes::message(id, None), format!("Noted: {email} gets no more messages"))
        }
        ["nurture"] => {
            nurture::begin(ctx, id, values).await?;
            fine(routes::message(id, None), "The plan has begun")
        }
        ["nurture", wish] => {
            let wish = NurtureWish::from_key(wish).ok_or(ServiceError::NotFound)?;
            nurture::change(ctx, id, wish).await?;
            let told = match wish {
                NurtureWish::Pause => "The plan is paused",
                NurtureWish::Resume => "The plan goes on",
                NurtureWish::Stop => "The plan is stopped",
            };
            fine(routes::message(id, None), told)
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// Whoever gets messages says that they want none any more, or again.
pub async fn end_subscription(ctx: &Ctx, token: &str, values: &FormValues) -> Result<Fine, ServiceError> {
    messages::end_subscription(ctx, token, values).await?;
    fine(routes::unsubscribe(token), "")
}

/// Those below `/admin/messages`.
pub async fn template(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/messages";
    let [number, what @ ..] = parts else {
        messages::add_template(ctx, values).await?;
        return fine(here, "Template added");
    };
    let id = MessageTemplateId(number_in(number)?);
    match what {
        [] => {
            messages::change_template(ctx, id, values).await?;
            fine(here, "Template saved")
        }
        ["remove"] => {
            messages::remove_template(ctx, id, values).await?;
            fine(here, "Template removed")
        }
        ["restore"] => {
            messages::restore_template(ctx, id, values).await?;
            fine(here, "Template is back")
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// Those below `/admin/nurture`.
pub async fn plan(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/nurture";
    let [number, what @ ..] = parts else {
        nurture::add_plan(ctx, values).await?;
        return fine(here, "Plan added");
    };
    let id = NurturePlanId(number_in(number)?);
    match what {
        [] => {
            nurture::change_plan(ctx, id, values).await?;
            fine(here, "Plan saved")
        }
        ["remove"] => {
            nurture::remove_plan(ctx, id, values).await?;
            fine(here, "Plan removed")
        }
        ["restore"] => {
            nurture::restore_plan(ctx, id, values).await?;
            fine(here, "Plan is back")
        }
        _ => Err(ServiceError::NotFound),
    }
}
