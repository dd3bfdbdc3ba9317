//! What a person can do with what hangs on a lead: notes on offerings, competitors, requests for help and documents.

mod competitors;
mod documents;
mod help;
mod offering_notes;

pub use competitors::{add_competitor, change_competitor, remove_competitor, restore_competitor};
pub use documents::{Upload, add_document, change_document, document_content, remove_document, require_add_document, restore_document};
pub use help::{ask_for_help, step_help};
pub use offering_notes::change_offering_note;

use domain::event::TextChange;
use domain::lead_parts::LeadParts;
use domain::{EventKind, Lead, LeadId, LifeCycle, PartKind, PartStep, may_see_help};
use store::Tx;

use super::{save, visible};
use crate::ctx::Ctx;
use crate::error::Result;

/// Requests for help, documents, and tickets, that the page of a lead shows.
const SHOWN_MOST: i64 = 200;

/// All of it, as far as the person may know of it.
///
/// # Errors
/// [`crate::ServiceError::NotFound`] for an absent lead and for one the person may not know of.
pub async fn load(ctx: &Ctx, id: LeadId) -> Result<LeadParts> {
    let actor = ctx.actor()?;
    let mut tx = ctx.store.read().await?;
    let lead = visible(ctx, &mut tx, id).await?;
    let mut notes = tx.lead_parts().list_notes(id).await?;
    notes.retain(|note| lead.offerings.contains(&note.offering));
    let mut competitors = tx.lead_parts().list_competitors(id).await?;
    competitors.retain(|competitor| competitor.removed_at.is_none());
    let mut help = tx.lead_parts().list_help(id, SHOWN_MOST).await?;
    help.retain(|request| may_see_help(actor, request, &lead));
    let documents = tx.lead_parts().list_documents(id, SHOWN_MOST).await?;
    let shows_account = lead.state.life_cycle() == LifeCycle::Won && actor.role.is_internal();
    let account = if shows_account { tx.accounts().find(lead.account.id).await? } else { None };
    let tickets = tx.tickets().of_lead(id, SHOWN_MOST).await?;
    Ok(LeadParts { notes, competitors, help, documents, tickets, account })
}

/// Records what became of a part. `read` is the lead as this transaction read it.
pub(crate) async fn record(
    ctx: &Ctx,
    tx: &mut Tx,
    read: &Lead,
    (part, step): (PartKind, PartStep),
    name: &str,
    changes: Vec<TextChange>,
) -> Result<()> {
    let mut lead = read.clone();
    save(ctx, tx, &mut lead, read, EventKind::Part { part, step, name: name.to_owned(), changes }).await?;
    Ok(())
}
