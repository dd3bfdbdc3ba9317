//! What a person can do with tickets: what the person of a lead wants solved. The rules are `domain::ticket`'s and
//! `domain::permission`'s; docs/tickets.md has them in words.

mod change;

pub use change::{add_once, change, close, remove, reopen, restore};

use std::collections::BTreeMap;

use domain::ticket::{TicketListing, TicketRow, TicketsOfLead};
use domain::{Lead, LeadId, Scope, Ticket, TicketFilter, TicketId, may_add_ticket, may_change_ticket};
use store::Tx;
use store::tickets::{TicketCursor, TicketsOf};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::visible;

/// Tickets of one page.
pub const PAGE: usize = 50;

/// A page of the tickets that a filter names, as far as the person may know of them: those of a lead, or one's own. Who leads nobody sees
/// only of single leads what others have. A cursor that somebody made up begins at the start.
///
/// # Errors
/// [`ServiceError::NotFound`] for a lead out of sight; what the store reports.
pub async fn list(ctx: &Ctx, filter: TicketFilter, after: Option<&str>, limit: usize) -> Result<TicketListing> {
    let actor = ctx.actor()?;
    let scope = Scope::of(actor);
    let of = TicketsOf { scope: &scope, lead: filter.lead, assignee: filter.person(actor), shown: filter.shown };
    let mut tx = ctx.store.read().await?;
    let lead = match filter.lead {
        Some(id) => Some(visible(ctx, &mut tx, id).await?),
        None => None,
    };
    let mut tickets = tx.tickets().list(of, after.and_then(TicketCursor::parse), limit as i64 + 1).await?;
    let has_more = tickets.len() > limit;
    tickets.truncate(limit);
    let next = tickets.last().filter(|_| has_more).map(|ticket| TicketCursor::of(ticket, filter.shown).text());
    let leads = leads_of(&mut tx, &tickets).await?;
    let row = |ticket: Ticket| {
        let lead = leads.get(&ticket.lead)?;
        let may_change = may_change_ticket(actor, &ticket, lead);
        Some(TicketRow { ticket, lead_name: lead.full_name.clone(), account: lead.account.clone(), may_change })
    };
    let of = lead.map(|lead| TicketsOfLead {
        lead: lead.id,
        is_delegated: lead.distributor.is_some(),
        may_add: may_add_ticket(actor, &lead),
        full_name: lead.full_name,
        account: lead.account,
    });
    Ok(TicketListing { rows: tickets.into_iter().filter_map(row).collect(), next, of })
}

/// One ticket, which is not removed.
///
/// # Errors
/// [`ServiceError::NotFound`] for an absent one and for one the person may not know of.
pub async fn find(ctx: &Ctx, id: TicketId) -> Result<Ticket> {
    let mut tx = ctx.store.read().await?;
    let ticket = tx.tickets().find(id).await?.filter(|ticket| ticket.deleted_at.is_none()).ok_or(ServiceError::NotFound)?;
    visible(ctx, &mut tx, ticket.lead).await?;
    Ok(ticket)
}

/// The leads that tickets are of.
async fn leads_of(tx: &mut Tx, tickets: &[Ticket]) -> Result<BTreeMap<LeadId, Lead>> {
    let mut ids: Vec<LeadId> = tickets.iter().map(|ticket| ticket.lead).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(tx.leads().find_many(&ids).await?.into_iter().map(|lead| (lead.id, lead)).collect())
}
