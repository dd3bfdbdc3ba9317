//! Forms of quotes and their lines, of products, and the one at which customers answer.

use domain::{FormValues, LeadId, ProductId, QuoteId, QuoteLineId, QuoteStep};
use service::once::Once;
use service::{Ctx, ServiceError, products, quotes};

use super::{Fine, fine, number_in};
use crate::routes;

/// Begins a quote for a deal of a lead.
pub async fn of_lead(ctx: &Ctx, id: LeadId, values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    let quote = quotes::add_once(ctx, id, values, once).await?;
    fine(routes::quote(quote), "Put in what you offer, line by line")
}

/// Those below `/quotes`.
pub async fn quote(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, what @ ..] = parts else { return Err(ServiceError::NotFound) };
    let id = QuoteId(number_in(number)?);
    let here = routes::quote(id);
    match what {
        [] => {
            quotes::change(ctx, id, values).await?;
            fine(here, "Saved")
        }
        ["taxes"] => {
            quotes::take_over_taxes(ctx, id, values).await?;
            fine(here, "The lines have the rates of today")
        }
        ["remove"] => {
            let lead = quotes::remove(ctx, id, values).await?;
            fine(format!("{}#quotes", routes::lead(lead, "")), "Quote removed")
        }
        ["steps", step] => {
            let step = QuoteStep::from_key(step).ok_or(ServiceError::NotFound)?;
            match step {
                QuoteStep::Send => quotes::send(ctx, id, values).await?,
                QuoteStep::Revise => quotes::revise(ctx, id, values).await?,
                QuoteStep::Review | QuoteStep::Accept | QuoteStep::Deny => quotes::note_step(ctx, id, step, values).await?,
            }
            fine(here, step.done())
        }
        ["lines"] => {
            quotes::add_line(ctx, id, values).await?;
            fine(here, "Line added")
        }
        ["lines", line, what @ ..] => {
            let line = QuoteLineId(number_in(line)?);
            match what {
                [] => {
                    quotes::change_line(ctx, id, line, values).await?;
                    fine(here, "Line saved")
                }
                ["move"] => {
                    quotes::move_line(ctx, id, line, values).await?;
                    fine(here, "Line moved")
                }
                ["remove"] => {
                    quotes::remove_line(ctx, id, line, values).await?;
                    fine(here, "Line taken out")
                }
                _ => Err(ServiceError::NotFound),
            }
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// A customer answers at the private address of a quote.
pub async fn answer(ctx: &Ctx, token: &str, values: &FormValues) -> Result<Fine, ServiceError> {
    quotes::answer(ctx, token, values).await?;
    fine(routes::public_quote(token), "")
}

/// Those below `/products`.
pub async fn product(ctx: &Ctx, parts: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    let here = routes::PRODUCTS;
    let [number, what @ ..] = parts else {
        products::add(ctx, values, once).await?;
        return fine(here, "Product added");
    };
    if let ("settings", []) = (*number, what) {
        quotes::change_settings(ctx, values).await?;
        return fine(here, "Saved how quotes are made");
    }
    let id = ProductId(number_in(number)?);
    match what {
        [] => {
            products::change(ctx, id, values).await?;
            fine(here, "Product saved")
        }
        ["remove"] => {
            products::remove(ctx, id, values).await?;
            fine(here, "Product removed")
        }
        ["restore"] => {
            products::restore(ctx, id, values).await?;
            fine(here, "Product is back")
        }
        _ => Err(ServiceError::NotFound),
    }
}
