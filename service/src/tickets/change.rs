//! Opening a ticket, changing it, closing it with an answer, removing it, and taking that back.

use domain::ticket::{TicketClosed, TicketsShown};
use domain::{
    Catalog, FieldErrors, FormValues, Lead, LeadId, NoticeKind, PartKind, PartStep, Scope, Ticket, TicketId, may_add_ticket, may_be_given_task,
    may_change_ticket,
};
use store::Tx;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::held;
use crate::leads::parts::record;
use crate::notices;
use crate::once::{self, Once};
use crate::records::require_version;

/// Opens a ticket from a form: `lead` (a number), and the fields of [`Ticket::fill`]. Who is given it by somebody else is told. For a form
/// that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields, at `lead` also for one that is out of sight; [`ServiceError::Forbidden`].
pub async fn add_once(ctx: &Ctx, form: &FormValues, once: Option<&Once>) -> Result<Ticket> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let id = form.get("lead").trim().parse::<LeadId>().map_err(|_| FieldErrors::at("lead", "Enter the number of a lead"))?;
    let mut tx = ctx.store.begin().await?;
    let lead = match held(ctx, &mut tx, id).await {
        Err(ServiceError::NotFound) => return Err(FieldErrors::at("lead", "There is no such lead, or you do not see it").into()),
        found => found?,
    };
    if !may_add_ticket(actor, &lead) {
        return Err(ServiceError::Forbidden("This lead is deleted; restore it first".to_owned()));
    }
    let blank = Ticket::blank(actor.id, lead.id, ctx.now());
    let mut ticket = filled(ctx, &mut tx, &blank, &lead, form, &catalog).await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return tx.tickets().find(TicketId(made)).await?.ok_or(ServiceError::NotFound);
    }
    ticket.id = TicketId(tx.take_numbers("ticket", 1).await?);
    tx.tickets().add(&ticket).await?;
    let told = ticket.changes_since(&blank, &catalog).into_iter().filter(|change| change.what != "Title").collect();
    record(ctx, &mut tx, &lead, (PartKind::Ticket, PartStep::Added), &ticket.title, told).await?;
    tell_assignee(ctx, &mut tx, &ticket, &lead).await?;
    once::note(ctx, &mut tx, once, ticket.id.0).await?;
    tx.save().await?;
    Ok(ticket)
}

/// Changes the fields of a ticket that were sent, with the `version` that was read; `state` (`open` or `closed`) closes and reopens it in the
/// same step. Who opened it is told when somebody else closes it, if they still see its lead. Who closes it twice closes it once.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when it was changed since, or is closed and stays so;
/// [`ServiceError::Conflict`] for a program that read another version; [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn change(ctx: &Ctx, id: TicketId, form: &FormValues) -> Result<Ticket> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = changeable(ctx, &mut tx, id).await?;
    require_version(form, read.version)?;
    if form.find("version").is_some_and(|version| version.trim().parse() != Ok(read.version)) {
        return Err(ServiceError::Refused("Somebody changed this ticket meanwhile; load the page again to see it".to_owned()));
    }
    let closes = match form.find("state").map(TicketsShown::from_key) {
        None => read.closed.is_some(),
        Some(Some(TicketsShown::Open)) => false,
        Some(Some(TicketsShown::Closed)) => true,
        Some(_) => return Err(FieldErrors::at("state", "Choose open or closed").into()),
    };
    let mut ticket = filled(ctx, &mut tx, &read, &lead, form, &catalog).await?;
    let changes = ticket.changes_since(&read, &catalog);
    let step = match (read.closed.is_some(), closes) {
        (true, true) if !changes.is_empty() => return Err(ServiceError::Refused("This ticket is closed; reopen it to change it".to_owned())),
        (was, is) if was == is && changes.is_empty() => return Ok(read),
        (false, true) => PartStep::Closed,
        (true, false) => PartStep::Reopened,
        _ => PartStep::Changed,
    };
    match step {
        PartStep::Closed => ticket.closed = Some(TicketClosed { at: ctx.now(), by: ctx.actor()?.id }),
        PartStep::Reopened => ticket.closed = None,
        _ => {}
    }
    write(ctx, &mut tx, &mut ticket, &read).await?;
    record(ctx, &mut tx, &lead, (PartKind::Ticket, step), &ticket.title, changes).await?;
    if step == PartStep::Closed {
        tell_opener(ctx, &mut tx, &ticket, &lead).await?;
    } else if ticket.assignee != read.assignee {
        tell_assignee(ctx, &mut tx, &ticket, &lead).await?;
    }
    tx.save().await?;
    Ok(ticket)
}

/// Closes a ticket, with the `answer` that was sent, if any.
///
/// # Errors
/// As [`change`].
pub async fn close(ctx: &Ctx, id: TicketId, form: &FormValues) -> Result<Ticket> {
    let answer = form.find("answer").map(|answer| ("answer".to_owned(), answer.to_owned()));
    let state = ("state".to_owned(), TicketsShown::Closed.key().to_owned());
    change(ctx, id, &FormValues(answer.into_iter().chain([state]).collect())).await
}

/// Opens a closed ticket again; its answer stays until there is another.
///
/// # Errors
/// As [`change`].
pub async fn reopen(ctx: &Ctx, id: TicketId) -> Result<Ticket> {
    change(ctx, id, &FormValues(vec![("state".to_owned(), TicketsShown::Open.key().to_owned())])).await
}

/// Removes a ticket; [`restore`] brings it back.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn remove(ctx: &Ctx, id: TicketId) -> Result<Ticket> {
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = changeable(ctx, &mut tx, id).await?;
    let mut ticket = Ticket { deleted_at: Some(ctx.now()), ..read.clone() };
    write(ctx, &mut tx, &mut ticket, &read).await?;
    record(ctx, &mut tx, &lead, (PartKind::Ticket, PartStep::Removed), &ticket.title, Vec::new()).await?;
    tx.save().await?;
    Ok(ticket)
}

/// Brings a removed ticket back, as it was.
///
/// # Errors
/// As [`remove`].
pub async fn restore(ctx: &Ctx, id: TicketId) -> Result<Ticket> {
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = known(ctx, &mut tx, id).await?;
    require_change(ctx, &read, &lead)?;
    if read.deleted_at.is_none() {
        return Ok(read);
    }
    let mut ticket = Ticket { deleted_at: None, ..read.clone() };
    write(ctx, &mut tx, &mut ticket, &read).await?;
    record(ctx, &mut tx, &lead, (PartKind::Ticket, PartStep::Restored), &ticket.title, Vec::new()).await?;
    tx.save().await?;
    Ok(ticket)
}

/// A ticket with its lead, which is held; absent and invisible look the same. A removed one is there too.
async fn known(ctx: &Ctx, tx: &mut Tx, id: TicketId) -> Result<(Ticket, Lead)> {
    ctx.actor()?;
    let found = tx.tickets().find(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = held(ctx, tx, found.lead).await?;
    // Read again: whoever had its lead before may have changed it.
    let ticket = tx.tickets().find(id).await?.ok_or(ServiceError::NotFound)?;
    Ok((ticket, lead))
}

async fn changeable(ctx: &Ctx, tx: &mut Tx, id: TicketId) -> Result<(Ticket, Lead)> {
    let (ticket, lead) = known(ctx, tx, id).await?;
    if ticket.deleted_at.is_some() {
        return Err(ServiceError::NotFound);
    }
    require_change(ctx, &ticket, &lead)?;
    Ok((ticket, lead))
}

fn require_change(ctx: &Ctx, ticket: &Ticket, lead: &Lead) -> Result<()> {
    if may_change_ticket(ctx.actor()?, ticket, lead) {
        return Ok(());
    }
    Err(ServiceError::Forbidden("Only who has this ticket, who opened it, and who works its lead can change it".to_owned()))
}

/// A ticket with what the form says. Who gets it must be able to see its lead.
async fn filled(ctx: &Ctx, tx: &mut Tx, before: &Ticket, lead: &Lead, form: &FormValues, catalog: &Catalog) -> Result<Ticket> {
    let (mut ticket, mut errors) = (before.clone(), FieldErrors::default());
    ticket.fill(form, catalog, &mut errors);
    if ticket.assignee != before.assignee && ticket.assignee != ctx.actor()?.id {
        let assignee = tx.people().load_actor(ticket.assignee).await?;
        if !assignee.is_some_and(|assignee| may_be_given_task(&assignee, Some(lead))) {
            errors.add("assignee", "They do not see this lead; put them on its team first");
        }
    }
    errors.into_result()?;
    Ok(ticket)
}

/// Writes the next version of a ticket.
async fn write(ctx: &Ctx, tx: &mut Tx, ticket: &mut Ticket, read: &Ticket) -> Result<()> {
    ticket.version = read.version + 1;
    ticket.updated_at = ctx.now();
    if tx.tickets().change(ticket, read.version).await? { Ok(()) } else { Err(ServiceError::Busy) }
}

/// Tells whoever has a ticket now, unless they did it themselves.
async fn tell_assignee(ctx: &Ctx, tx: &mut Tx, ticket: &Ticket, lead: &Lead) -> Result<()> {
    if ctx.actor()?.id != ticket.assignee {
        notices::tell_of_ticket(ctx, tx, NoticeKind::TicketForYou, ticket, lead).await?;
    }
    Ok(())
}

/// Tells whoever opened a ticket that it is closed, unless they did it themselves, or do not see its lead any more.
async fn tell_opener(ctx: &Ctx, tx: &mut Tx, ticket: &Ticket, lead: &Lead) -> Result<()> {
    if ctx.actor()?.id == ticket.opened_by {
        return Ok(());
    }
    let opener = tx.people().load_actor(ticket.opened_by).await?;
    if opener.is_some_and(|opener| Scope::of(&opener).includes(&lead.audience())) {
        notices::tell_of_ticket(ctx, tx, NoticeKind::TicketClosed, ticket, lead).await?;
    }
    Ok(())
}
