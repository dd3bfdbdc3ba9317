//! Forms of what leads belong to: opportunities, accounts, contacts and their threshold, distributors, and files that are imported.

use domain::import_file::ImportStep;
use domain::{AccountId, ContactId, FormValues, MergeId, OpportunityId, TerritoryId, ThresholdId, ThresholdState};
use service::merging::Undone;
use service::once::Once;
use service::{Ctx, ServiceError, accounts, configuration, contacts, distributors, imports, merging, opportunities, qualification, twins};

use super::{Fine, fine, number_in};

pub async fn route(ctx: &Ctx, parts: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    match parts {
        ["opportunities", number] => {
            opportunities::change_opportunity(ctx, OpportunityId(number_in(number)?), values).await?;
            fine(format!("/leads/{}", values.get("lead")), "Opportunity saved")
        }
        ["accounts", "new"] => {
            let id = accounts::add_account_once(ctx, values, once).await?;
            fine(crate::routes::account(id.id), "Account added")
        }
        ["accounts", number, "edit"] => {
            let id = AccountId(number_in(number)?);
            accounts::change_account(ctx, id, values).await?;
            fine(crate::routes::account(id), "Account saved")
        }
        ["accounts", number, "merge", other] => {
            let (kept, other) = (AccountId(number_in(number)?), AccountId(number_in(other)?));
            merging::merge(ctx, kept, other, values).await?;
            fine(crate::routes::account(kept), "Merged; for 30 days it can be taken back")
        }
        ["accounts", number, "supplier", what @ ..] => super::deals::supplier(ctx, AccountId(number_in(number)?), what, values).await,
        ["accounts", "merges", number, "undo"] => {
            let undone = merging::undo(ctx, MergeId(number_in(number)?)).await?;
            fine(crate::routes::account(undone.account), undone_words(&undone))
        }
        ["accounts", "duplicates", one, other, what] => {
            let (one, other) = (AccountId(number_in(one)?), AccountId(number_in(other)?));
            match *what {
                "dismiss" => {
                    twins::dismiss(ctx, one, other).await?;
                    fine("/accounts/duplicates", "They are not offered again")
                }
                "restore" => {
                    twins::restore(ctx, one, other).await?;
                    fine("/accounts/duplicates", "They are offered again")
                }
                _ => Err(ServiceError::NotFound),
            }
        }
        ["contacts", "new"] => {
            let id = contacts::add_contact_once(ctx, values, once).await?;
            fine(crate::routes::contact(id.id), "Contact added")
        }
        ["contacts", number, "edit"] => {
            let id = ContactId(number_in(number)?);
            contacts::change_contact(ctx, id, values).await?;
            fine(crate::routes::contact(id), "Contact saved")
        }
        ["contacts", number, "pull"] => {
            let lead = qualification::pull(ctx, ContactId(number_in(number)?)).await?;
            fine(format!("/leads/{lead}"), "The contact is a lead now")
        }
        ["thresholds", ..] => threshold(ctx, &parts[1..], values).await,
        _ => Err(ServiceError::NotFound),
    }
}

fn undone_words(undone: &Undone) -> String {
    match undone.stays.as_slice() {
        [] => format!("The merge is taken back; account {} is there again", undone.other),
        stays => format!("The merge is taken back; what was changed since stays as it is: {}", stays.join(", ")),
    }
}

async fn threshold(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/thresholds";
    let [number, what] = parts else {
        qualification::propose(ctx, values).await?;
        return fine(here, "Proposed");
    };
    let id = ThresholdId(number_in(number)?);
    match *what {
        "accept" => {
            let outcome = qualification::answer(ctx, id, true, values).await?;
            fine(here, if outcome == ThresholdState::Agreed { "Accepted, and so it is agreed" } else { "Accepted" })
        }
        "decline" => {
            qualification::answer(ctx, id, false, values).await?;
            fine(here, "Declined")
        }
        "withdraw" => {
            qualification::withdraw(ctx, id).await?;
            fine(here, "Proposal withdrawn")
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// Naming the distributors of a territory, and saying which are call centres.
pub async fn distributor(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    match parts {
        ["territories", number, "distributor"] => {
            let warnings = configuration::name_distributor(ctx, TerritoryId(number_in(number)?), values).await?;
            fine(crate::routes::TERRITORIES, with_warnings("Saved who is named", &warnings))
        }
        ["distributors", number, "call-centre"] => {
            let distributor = distributors::mark_call_centre(ctx, AccountId(number_in(number)?), values).await?;
            fine(crate::routes::TERRITORIES, format!("Saved where {} answers from", distributor.name))
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// What was done, and what is to be said of it.
pub fn with_warnings(done: &str, warnings: &[String]) -> String {
    std::iter::once(done).chain(warnings.iter().map(String::as_str)).collect::<Vec<_>>().join(". ")
}

pub async fn import(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    match parts {
        [number, "columns"] => {
            let id = number_in(number)?;
            imports::choose_columns(ctx, id, values).await?;
            fine(format!("/import/{id}"), "The rows are being checked")
        }
        [number, step] => {
            let (id, step) = (number_in(number)?, ImportStep::from_key(step).ok_or(ServiceError::NotFound)?);
            imports::do_step(ctx, id, step).await?;
            fine(format!("/import/{id}"), step_words(step))
        }
        _ => Err(ServiceError::NotFound),
    }
}

fn step_words(step: ImportStep) -> &'static str {
    match step {
        ImportStep::Import | ImportStep::Continue => "The import runs",
        ImportStep::Pause => "Paused",
        ImportStep::Stop => "Stopped",
        ImportStep::Undo => "The import is being taken back",
        ImportStep::Discard => "The file is gone",
    }
}
