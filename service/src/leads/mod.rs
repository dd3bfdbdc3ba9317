//! What a person can do with leads.

mod act;
mod add;
mod board;
pub mod bulk;
mod cells;
mod change;
pub mod confirmation;
mod dates;
mod delegation;
mod export;
mod export_xlsx;
mod groups;
mod list;
mod notes;
pub mod parts;
mod read;
pub mod referral;
pub mod registration;

pub(crate) use act::move_within;
pub use act::{Followed, act, act_once};
pub(crate) use add::{Arriving, Company, arrive, arrive_of, blank, first_opportunity};
pub use add::{add, add_once};
pub use board::{board, board_news, board_page};
pub use change::{Changed, Edit, change};
pub(crate) use change::{apply, write, write_contact};
pub use dates::change_expected;
pub(crate) use delegation::{CANDIDATES_MAX, frozen, not_theirs_to_give, not_theirs_to_say, says_whose};
pub use delegation::{Delegated, accept_delegated, decline_delegated, delegate, delegated_to, take_back};
pub use export::{Export, Lines, Piece};
pub use groups::grouped;
pub use list::{PAGE_SIZE, PageOf, Whole, counters, find_as_typed, list, list_shown, list_whole, neighbours, rows_among};
pub use notes::{SAID, comment, comment_once, say, share_note, share_note_once};
pub(crate) use notes::{read_done_at, read_to_come};
pub use read::{find, find_alone, timeline};

use domain::event::Subject;
use domain::{Action, Event, EventKind, Lead, LeadId, Scope, Target};
use store::Tx;
use store::events::NewEvent;

use crate::clocks;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::scoring;

/// Loads a lead through the actor's scope.
pub(crate) async fn visible(ctx: &Ctx, tx: &mut Tx, id: LeadId) -> Result<Lead> {
    let scope = Scope::of(ctx.actor()?);
    tx.leads().find_visible(id, &scope).await?.ok_or(ServiceError::NotFound)
}

/// Loads a lead to change it: whoever changes it at the same moment waits until this transaction ends.
pub(crate) async fn held(ctx: &Ctx, tx: &mut Tx, id: LeadId) -> Result<Lead> {
    ctx.actor()?;
    tx.leads().hold(id).await?;
    visible(ctx, tx, id).await
}

/// Refuses with a sentence saying who can.
pub(crate) fn require(ctx: &Ctx, action: Action, lead: &Lead) -> Result<()> {
    let actor = ctx.actor()?;
    if domain::can(actor, action, Target::Lead(&lead.audience(), lead.state.life_cycle())) {
        return Ok(());
    }
    let sentence = if lead.deleted_at.is_some() {
        "This lead is deleted; restore it first"
    } else if action == Action::EditLead && !lead.state.life_cycle().is_open() {
        "This lead is closed; reopen it to change it"
    } else if action == Action::RouteLead {
        "Only who manages an open lead can have it routed again"
    } else if action == Action::DelegateLead {
        "Only who manages an open lead can delegate it"
    } else if action == Action::AnswerDelegation {
        "Only the people of its distributor answer for it, while it is open"
    } else if action == Action::ReclaimLead {
        "Only who manages an open lead, or delegated it, can take it back or remind whoever has it"
    } else if action == Action::ConvertLead {
        "Only people of the house who work this lead can make a customer of it"
    } else if matches!(action, Action::DeleteLead | Action::RestoreLead) {
        "Only its owner, a manager of its group or an administrator can do this"
    } else {
        "Only its owner, its team and managers can change this lead"
    };
    Err(ServiceError::Forbidden(sentence.to_owned()))
}

/// Saves a changed lead with its event, which it gives back. `read` is the lead as this transaction read it. Whether it waits to be
/// touched, and what becomes of its clocks, follow from the change.
pub(crate) async fn save(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, read: &Lead, kind: EventKind) -> Result<Event> {
    lead.handover = crate::radar::after_change(ctx, tx, lead, read, &kind).await?;
    save_as_is(ctx, tx, lead, read, kind).await
}

/// The same where the lead says itself whether it waits.
pub(crate) async fn save_as_is(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, read: &Lead, kind: EventKind) -> Result<Event> {
    // That others were told changes nothing of the lead: an import can still be taken back, and whoever read it may save.
    if !matches!(kind, EventKind::Escalated { .. }) {
        lead.version = read.version + 1;
        lead.updated_at = ctx.now();
    }
    lead.latest.take_in(&kind, ctx.now());
    scoring::before_change(ctx, tx, lead, read).await?;
    if !tx.leads().change(lead, read).await? {
        return Err(ServiceError::Busy);
    }
    let (before, after) = (read.audience(), lead.audience());
    let event = NewEvent {
        at: ctx.now(),
        actor: ctx.actor.as_ref().map(|actor| actor.id),
        subject: Subject::Lead,
        subject_id: lead.id.0,
        lead: Some(lead.id),
        version: lead.version,
        kind: kind.clone(),
        before: (before != after).then_some(before),
        after: Some(after),
    };
    let (at, actor, version) = (event.at, event.actor, event.version);
    let id = tx.events().record(event).await?;
    let event = Event { id, at, actor, version, kind };
    clocks::after_change(ctx, tx, lead, read, &event).await?;
    Ok(event)
}
