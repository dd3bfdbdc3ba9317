//! Everybody who sees a lead or a contact that went along hears of it, and its history says it.

use domain::event::{Subject, TextChange};
use domain::{Account, Audience, ContactId, EventKind, Lead, LeadId, MergeId};
use store::Tx;
use store::account_merges::MovedLead;
use store::events::NewEvent;

use crate::ctx::Ctx;
use crate::error::Result;

/// Leads or contacts that are told of at once.
const AT_ONCE: usize = 500;

/// From which account to which.
#[derive(Clone, Copy, Debug)]
pub(super) struct Between<'a> {
    pub from: &'a Account,
    pub to: &'a Account,
}

/// Records that leads and contacts of a merge hang on another account now.
pub(super) async fn tell_of_moved(ctx: &Ctx, tx: &mut Tx, merge: MergeId, between: Between<'_>) -> Result<()> {
    tell_of_leads(ctx, tx, merge, between).await?;
    tell_of_contacts(ctx, tx, merge, between).await
}

async fn tell_of_leads(ctx: &Ctx, tx: &mut Tx, merge: MergeId, between: Between<'_>) -> Result<()> {
    let mut after = LeadId(0);
    loop {
        let moved = tx.account_merges().moved_leads(merge, after, AT_ONCE as i64).await?;
        let Some(last) = moved.last() else { return Ok(()) };
        after = last.id;
        let ids: Vec<LeadId> = moved.iter().map(|moved| moved.id).collect();
        let leads = tx.leads().find_many(&ids).await?;
        let of = |lead: &Lead| moved.iter().find(|moved| moved.id == lead.id).and_then(|moved| lead_event(ctx, lead, *moved, between));
        let events: Vec<NewEvent> = leads.iter().filter_map(of).collect();
        if !events.is_empty() {
            tx.events().record_many(&events).await?;
        }
    }
}

/// `None` for a lead that hangs elsewhere by now.
fn lead_event(ctx: &Ctx, lead: &Lead, moved: MovedLead, between: Between<'_>) -> Option<NewEvent> {
    let Between { from, to } = between;
    let is_delegated = moved.is_delegated && lead.distributor == Some(to.id);
    let mut changes = Vec::new();
    if moved.is_of_account && lead.account.id == to.id {
        changes.push(change("Account", between));
    }
    if is_delegated {
        changes.push(change("Distributor", between));
    }
    if changes.is_empty() {
        return None;
    }
    let audience = lead.audience();
    let before = is_delegated.then(|| Audience { distributor: Some(from.id), ..audience.clone() });
    let kind = EventKind::RecordChanged { name: lead.full_name.clone(), changes };
    let event = event(ctx, Subject::Lead, lead.id.0, lead.version, kind);
    Some(NewEvent { lead: Some(lead.id), before, after: Some(audience), ..event })
}

async fn tell_of_contacts(ctx: &Ctx, tx: &mut Tx, merge: MergeId, between: Between<'_>) -> Result<()> {
    let mut after = ContactId(0);
    loop {
        let moved = tx.account_merges().moved_contacts(merge, between.to.id, after, AT_ONCE as i64).await?;
        let Some((last, ..)) = moved.last() else { return Ok(()) };
        after = *last;
        let of = |(id, version, name): (ContactId, i64, String)| {
            event(ctx, Subject::Contact, id.0, version, EventKind::RecordChanged { name, changes: vec![change("Account", between)] })
        };
        let events: Vec<NewEvent> = moved.into_iter().map(of).collect();
        tx.events().record_many(&events).await?;
    }
}

fn change(what: &str, between: Between<'_>) -> TextChange {
    TextChange { what: what.to_owned(), old: between.from.name.clone(), new: between.to.name.clone() }
}

fn event(ctx: &Ctx, subject: Subject, subject_id: i64, version: i64, kind: EventKind) -> NewEvent {
    let actor = ctx.actor.as_ref().map(|actor| actor.id);
    NewEvent { at: ctx.now(), actor, subject, subject_id, lead: None, version, kind, before: None, after: None }
}
