//! Forms of what hangs on a lead: notes on offerings, competitors, requests for help and documents. The one that takes a file is
//! the server's.

use domain::lead_parts::HelpStep;
use domain::{ChoiceId, DocumentId, FormValues, HelpRequestId, LeadId};
use service::leads::parts;
use service::once::Once;
use service::{Ctx, ServiceError};

use super::{Fine, fine, number_in, ours};

/// Those whose address begins with the lead's.
pub async fn of_lead(ctx: &Ctx, id: LeadId, what: &[&str], values: &FormValues, once: Option<&Once>, here: String) -> Result<Fine, ServiceError> {
    match what {
        ["offerings", offering, "note"] => {
            parts::change_offering_note(ctx, id, ChoiceId(number_in(offering)?), values).await?;
            fine(here, "Note saved")
        }
        ["competitors"] => {
            parts::add_competitor(ctx, id, values).await?;
            fine(here, "Competitor added")
        }
        ["competitors", firm] => {
            parts::change_competitor(ctx, id, ChoiceId(number_in(firm)?), values).await?;
            fine(here, "Competitor saved")
        }
        ["competitors", firm, "remove"] => {
            parts::remove_competitor(ctx, id, ChoiceId(number_in(firm)?)).await?;
            fine(here, "Competitor removed")
        }
        ["competitors", firm, "restore"] => {
            parts::restore_competitor(ctx, id, ChoiceId(number_in(firm)?)).await?;
            fine(here, "Competitor is back")
        }
        ["help"] => {
            parts::ask_for_help(ctx, id, values, once).await?;
            fine(here, "Help asked for")
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// What is done with a request for help that was made.
pub async fn help(ctx: &Ctx, address: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, step] = address else { return Err(ServiceError::NotFound) };
    let id = HelpRequestId(number_in(number)?);
    let step = HelpStep::from_key(step).ok_or(ServiceError::NotFound)?;
    let request = parts::step_help(ctx, id, step, values).await?;
    let told = match step {
        HelpStep::Answer => "Answer saved",
        HelpStep::Close => "Request closed",
        HelpStep::Reopen => "Request reopened",
    };
    fine(back_to(request.lead, values), told)
}

/// What is done with a document that is there.
pub async fn document(ctx: &Ctx, address: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, what @ ..] = address else { return Err(ServiceError::NotFound) };
    let id = DocumentId(number_in(number)?);
    let (document, told) = match what {
        [] => (parts::change_document(ctx, id, values).await?, "Document saved"),
        ["remove"] => (parts::remove_document(ctx, id).await?, "Document removed"),
        ["restore"] => (parts::restore_document(ctx, id).await?, "Document is back"),
        _ => return Err(ServiceError::NotFound),
    };
    fine(back_to(document.lead, values), told)
}

fn back_to(lead: LeadId, values: &FormValues) -> String {
    ours(values.get("back")).map_or_else(|| crate::routes::lead(lead, ""), str::to_owned)
}
