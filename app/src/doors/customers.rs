//! Forms of conversions, of customers with their services, and of invoices.

use domain::conversion::Made;
use domain::{ConversionId, CustomerId, CustomerState, FormValues, InvoiceId, LeadId, ServiceId};
use service::once::Once;
use service::{Ctx, ServiceError, conversion, customers, invoices};

use super::{Fine, fine, number_in};
use crate::routes;

/// The step of the wizard at which a form stands.
pub fn page_of_step(number: &str, what: &[&str]) -> String {
    let step = match what {
        ["quotes"] | ["discard"] => 1,
        ["customer"] => 2,
        _ => 3,
    };
    number.parse().map_or_else(|_| format!("/leads/{number}/convert"), |number| routes::convert(LeadId(number), step))
}

/// Those of the wizard. Each keeps what was chosen and typed, and leads to the next step.
pub async fn convert(ctx: &Ctx, id: LeadId, what: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    let services = routes::convert(id, 3);
    match what {
        ["quotes"] => {
            conversion::choose_quotes(ctx, id, values).await?;
            fine(if values.get("go") == "services" { services } else { routes::convert(id, 2) }, "")
        }
        ["customer"] if values.get("go") == "convert" => finish(ctx, id, values, once).await,
        ["customer"] => {
            conversion::keep_customer(ctx, id, values).await?;
            fine(if values.get("back") == "1" { routes::convert(id, 1) } else { services }, "")
        }
        ["services"] => {
            conversion::add_service(ctx, id, values).await?;
            fine(services, "Service added")
        }
        ["services", key] => {
            conversion::change_service(ctx, id, number_in(key)?, values).await?;
            fine(services, "Service saved")
        }
        ["services", key, "remove"] => {
            conversion::remove_service(ctx, id, number_in(key)?).await?;
            fine(services, "Service removed")
        }
        ["taxes"] => {
            conversion::take_over_taxes(ctx, id).await?;
            fine(services, "The services have the rates of today")
        }
        ["discard"] => {
            conversion::discard(ctx, id).await?;
            fine(routes::lead(id, ""), "What you chose for the conversion is forgotten")
        }
        ["finish"] => finish(ctx, id, values, once).await,
        _ => Err(ServiceError::NotFound),
    }
}

/// Converts it. What is wrong keeps it from being converted, and not from being kept.
async fn finish(ctx: &Ctx, id: LeadId, values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    let made = match conversion::convert(ctx, id, values, once).await {
        Err(ServiceError::Invalid(errors)) => {
            match conversion::keep_customer(ctx, id, values).await {
                Ok(()) | Err(ServiceError::Invalid(_)) => {}
                Err(error) => return Err(error),
            }
            return Err(ServiceError::Invalid(errors));
        }
        made => made?,
    };
    converted(made)
}

/// A lead became a customer, whose page is next.
pub fn converted(made: Made) -> Result<Fine, ServiceError> {
    let and = made.invoice.map_or_else(String::new, |invoice| format!(", with {}", invoice.name));
    fine(routes::customer(made.customer.id), format!("The lead is won, and is customer {}{and}", made.customer.name))
}

/// Those below `/conversions`.
pub async fn conversion(ctx: &Ctx, parts: &[&str]) -> Result<Fine, ServiceError> {
    let [number, "undo"] = parts else { return Err(ServiceError::NotFound) };
    let lead = conversion::undo(ctx, ConversionId(number_in(number)?)).await?;
    fine(routes::lead(lead, ""), "Taken back: everything is as it was before")
}

/// Those below `/customers`.
pub async fn customer(ctx: &Ctx, parts: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    let [number, what @ ..] = parts else { return Err(ServiceError::NotFound) };
    if let ("settings", []) = (*number, what) {
        conversion::change_settings(ctx, values).await?;
        return fine(routes::CUSTOMERS, "Saved how leads are converted");
    }
    let id = CustomerId(number_in(number)?);
    let here = routes::customer(id);
    match what {
        [] => {
            customers::change(ctx, id, values).await?;
            fine(here, "Saved")
        }
        ["states", state] => {
            let state = CustomerState::from_key(state).ok_or(ServiceError::NotFound)?;
            customers::change_state(ctx, id, state, values).await?;
            fine(here, format!("The customer is {}", state.label().to_lowercase()))
        }
        ["services"] => {
            customers::add_service(ctx, id, values, once).await?;
            fine(here, "Service added")
        }
        ["bill"] => {
            let made = invoices::bill(ctx, id, once).await?;
            match made.as_slice() {
                [] => fine(here, "Nothing is due today"),
                [one] => fine(routes::invoice(*one), "Invoice made"),
                several => fine(here, format!("{} invoices made", several.len())),
            }
        }
        ["opportunities"] => {
            let lead = customers::open_again(ctx, id, values, once).await?;
            fine(routes::lead(lead, ""), "A new opportunity of this customer")
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// Those below `/services`.
pub async fn service(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, what @ ..] = parts else { return Err(ServiceError::NotFound) };
    let id = ServiceId(number_in(number)?);
    let (customer, said) = match what {
        [] => (customers::change_service(ctx, id, values).await?, "Service saved"),
        ["stop"] => (customers::stop_service(ctx, id, values).await?, "Service stopped"),
        ["resume"] => (customers::resume_service(ctx, id).await?, "The service goes on"),
        _ => return Err(ServiceError::NotFound),
    };
    fine(routes::customer(customer), said)
}

/// Those below `/invoices`.
pub async fn invoice(ctx: &Ctx, parts: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    let [number, what @ ..] = parts else { return Err(ServiceError::NotFound) };
    let id = InvoiceId(number_in(number)?);
    match what {
        ["send"] => {
            invoices::send(ctx, id, values).await?;
            fine(routes::invoice(id), "Sent")
        }
        ["payments", nth, "remove"] => {
            invoices::remove_payment(ctx, id, number_in(nth)?, values).await?;
            fine(routes::invoice(id), "Payment removed")
        }
        ["payments"] => match invoices::pay(ctx, id, values, once).await? {
            Some(made) => fine(routes::invoice(made), "Paid: the proforma became this invoice, and the customer is active"),
            None => fine(routes::invoice(id), "Payment noted"),
        },
        ["cancel"] => match invoices::cancel(ctx, id, values).await? {
            Some(made) => fine(routes::invoice(made), "Cancelled: this is its credit note"),
            None => fine(routes::invoice(id), "Cancelled"),
        },
        _ => Err(ServiceError::NotFound),
    }
}
