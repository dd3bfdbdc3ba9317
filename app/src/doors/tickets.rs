//! Forms of tickets.

use domain::{FormValues, TicketFilter, TicketId};
use service::once::Once;
use service::{Ctx, ServiceError, tickets};

use super::{Fine, fine, number_in, ours};

pub async fn ticket(ctx: &Ctx, parts: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    let (ticket, told) = match parts {
        [] => (tickets::add_once(ctx, values, once).await?, "Ticket opened"),
        [number, what @ ..] => {
            let id = TicketId(number_in(number)?);
            match what {
                [] => (tickets::change(ctx, id, values).await?, "Ticket saved"),
                ["close"] => (tickets::close(ctx, id, values).await?, "Ticket closed"),
                ["reopen"] => (tickets::reopen(ctx, id).await?, "Ticket reopened"),
                ["remove"] => (tickets::remove(ctx, id).await?, "Ticket removed"),
                ["restore"] => (tickets::restore(ctx, id).await?, "Ticket is back"),
                _ => return Err(ServiceError::NotFound),
            }
        }
    };
    // Where it was sent from, else the tickets of its lead.
    let of_lead = || crate::routes::tickets(TicketFilter { lead: Some(ticket.lead), ..TicketFilter::default() });
    fine(ours(values.get("back")).map_or_else(of_lead, str::to_owned), told)
}
