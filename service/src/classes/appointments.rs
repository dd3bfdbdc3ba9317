//! Planning an appointment with the person of a lead, changing it, calling it off, sending its invite, and noting what they said to it.

use domain::lead_class::Timescale;
use domain::text::note;
use domain::{
    Appointment, AppointmentId, AppointmentStep, Catalog, EventKind, FieldErrors, FormValues, InviteState, Lead, LeadClass, LeadId, Mailbox,
    NoticeKind, Qualification,
};
use store::Tx;

use super::{editable, invites, known, require_read, write};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::save;
use crate::notices::{self, Notice};
use crate::once::{self, Once};

/// What is to be done about the invite of an appointment that is saved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Later,
    Send,
    /// Somebody else sent it, and it was accepted.
    AcceptedElsewhere,
}

impl Wish {
    fn read(form: &FormValues) -> std::result::Result<Self, &'static str> {
        match form.get("invite").trim() {
            "" | "later" => Ok(Wish::Later),
            "send" => Ok(Wish::Send),
            "accepted" => Ok(Wish::AcceptedElsewhere),
            _ => Err("Choose from the list"),
        }
    }
}

/// Plans an appointment, see [`Appointment::fill`]; with a `version` it changes the one that was read. `invite` says whether its invite is sent now
/// (`send`), was sent and accepted elsewhere (`accepted`), or neither (`later`). Who was invited is told of every change. For a form that may
/// be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] where another is planned, and when somebody changed it since;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn plan_once(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<AppointmentId> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let mut lead = editable(ctx, &mut tx, id).await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(AppointmentId(made));
    }
    let present = tx.appointments().present(id).await?;
    let made = match (form.find("version"), present) {
        (Some(_), Some(present)) => change(ctx, &mut tx, &mut lead, present, form, &catalog).await?,
        (Some(_), None) => return Err(refused("This appointment was cancelled meanwhile; load the page again to plan another")),
        (None, Some(present)) if !present.is_past(ctx.now()) => {
            return Err(refused("An appointment is planned already; change it, or cancel it first"));
        }
        (None, present) => add(ctx, &mut tx, &mut lead, present, form, &catalog).await?,
    };
    once::note(ctx, &mut tx, once, made.0).await?;
    tx.save().await?;
    Ok(made)
}

/// Adds one. That before is over, and gives way to it.
async fn add(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, past: Option<Appointment>, form: &FormValues, catalog: &Catalog) -> Result<AppointmentId> {
    let zone = &catalog.site.zone;
    let actor = ctx.actor()?.id;
    let known = known(tx, lead.id).await?;
    let organizer = known.organizer(lead).or(Some(actor));
    let mut errors = FieldErrors::default();
    let mut new = Appointment::blank(lead.id, notices::message_id(ctx), organizer, Some(actor), ctx.now());
    new.fill(form, zone, &mut errors);
    let wish = errors.take("invite", Wish::read(form)).unwrap_or(Wish::Later);
    if wish == Wish::Send {
        check_invite(lead, &new, &mut errors);
    }
    check_time(ctx, &new, &mut errors);
    errors.into_result()?;
    if let Some(past) = past {
        let mut over = Appointment { ended_at: Some(ctx.now()), ..past.clone() };
        put(ctx, tx, &mut over, past.version).await?;
    }
    new.id = AppointmentId(tx.take_numbers("appointment", 1).await?);
    tx.appointments().add_many(std::slice::from_ref(&new)).await?;
    note_step(ctx, tx, lead, &new, AppointmentStep::Planned, new.place.clone()).await?;
    match wish {
        Wish::Later => {}
        Wish::Send => invite(ctx, tx, lead, &mut new, &known, catalog).await?,
        Wish::AcceptedElsewhere => {
            answered(ctx, tx, lead, &mut new, InviteState::Accepted, ELSEWHERE.to_owned(), catalog).await?;
        }
    }
    Ok(new.id)
}

/// What stands beside an invite that was accepted, and that somebody else had sent.
const ELSEWHERE: &str = "The invite was sent by somebody else";

async fn change(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, before: Appointment, form: &FormValues, catalog: &Catalog) -> Result<AppointmentId> {
    let zone = &catalog.site.zone;
    require_read(form, before.version)?;
    let mut errors = FieldErrors::default();
    let mut after = before.clone();
    after.fill(form, zone, &mut errors);
    let wish = errors.take("invite", Wish::read(form)).unwrap_or(Wish::Later);
    let changes = after.changes_since(&before, zone);
    let has_to_be_told = before.was_sent() && !changes.is_empty();
    let sends = has_to_be_told || (wish == Wish::Send && !before.was_sent());
    if sends {
        check_invite(lead, &after, &mut errors);
    }
    if sends || after.at != before.at {
        check_time(ctx, &after, &mut errors);
    }
    errors.into_result()?;
    if !changes.is_empty() {
        put(ctx, tx, &mut after, before.version).await?;
        let kind = EventKind::Appointment { step: AppointmentStep::Changed, kind: after.kind, when: after.at, changes, text: String::new() };
        let read = lead.clone();
        save(ctx, tx, lead, &read, kind).await?;
    }
    if sends {
        after.sequence += i64::from(has_to_be_told);
        let known = known(tx, lead.id).await?;
        invite(ctx, tx, lead, &mut after, &known, catalog).await?;
    } else if wish == Wish::AcceptedElsewhere && !before.was_sent() {
        answered(ctx, tx, lead, &mut after, InviteState::Accepted, ELSEWHERE.to_owned(), catalog).await?;
    }
    Ok(after.id)
}

/// Sends the invite, for the first time or once more as it is.
///
/// # Errors
/// [`ServiceError::Refused`] where there is nothing to invite to, or nobody to write to; [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn send_invite(ctx: &Ctx, id: LeadId) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let mut lead = editable(ctx, &mut tx, id).await?;
    let mut appointment = tx.appointments().present(id).await?.ok_or_else(|| refused(NOTHING_PLANNED))?;
    if appointment.invite == InviteState::Accepted && !appointment.was_sent() {
        return Err(refused("It was accepted already, and somebody else had sent the invite"));
    }
    let mut errors = FieldErrors::default();
    check_invite(&lead, &appointment, &mut errors);
    check_time(ctx, &appointment, &mut errors);
    if let Some(sentence) = errors.0.into_values().next() {
        return Err(ServiceError::Refused(sentence));
    }
    let known = known(&mut tx, id).await?;
    let (said, answered_at) = (appointment.invite, appointment.answered_at);
    let is_first = !appointment.was_sent();
    invite(ctx, &mut tx, &mut lead, &mut appointment, &known, &catalog).await?;
    if !is_first {
        // It is the same invite, and they may have answered it.
        (appointment.invite, appointment.answered_at) = (said, answered_at);
        let expected = appointment.version;
        put(ctx, &mut tx, &mut appointment, expected).await?;
    }
    Ok(tx.save().await?)
}

const NOTHING_PLANNED: &str = "No appointment is planned with them";

/// Calls an appointment off, with a `reason` for the timeline; who was invited is told.
///
/// # Errors
/// As [`send_invite`]; [`ServiceError::Invalid`] at the reason.
pub async fn cancel_appointment(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let mut lead = editable(ctx, &mut tx, id).await?;
    let before = tx.appointments().present(id).await?.ok_or_else(|| refused(NOTHING_PLANNED))?;
    require_read(form, before.version)?;
    let reason = note(form.get("reason")).map_err(|error| FieldErrors::at("reason", error.to_string()))?;
    let mut after = Appointment { ended_at: Some(ctx.now()), ..before.clone() };
    let has_to_be_told = before.was_sent() && !before.is_past(ctx.now());
    after.sequence += i64::from(has_to_be_told);
    put(ctx, &mut tx, &mut after, before.version).await?;
    if has_to_be_told {
        let known = known(&mut tx, id).await?;
        invites::tell(ctx, &mut tx, &after, &known.agenda, &catalog).await?;
    }
    note_step(ctx, &mut tx, &mut lead, &after, AppointmentStep::Cancelled, reason).await?;
    follow(ctx, &mut tx, &mut lead, &after, &catalog).await?;
    Ok(tx.save().await?)
}

/// Notes what the person said to the invite in another way than by answering it: `said` is `accepted` or `declined`.
///
/// # Errors
/// As [`send_invite`]; [`ServiceError::Invalid`] at `said`.
pub async fn note_answer(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<InviteState> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let mut lead = editable(ctx, &mut tx, id).await?;
    let mut appointment = tx.appointments().present(id).await?.ok_or_else(|| refused(NOTHING_PLANNED))?;
    let said = invites::said_in(form, "said", "Choose what they said")?;
    if answered(ctx, &mut tx, &mut lead, &mut appointment, said, String::new(), &catalog).await? {
        tx.save().await?;
    }
    Ok(said)
}

/// Says what keeps an invite from being sent.
fn check_invite(lead: &Lead, appointment: &Appointment, errors: &mut FieldErrors) {
    if appointment.attendee.is_none() && lead.email().is_none() {
        errors.add("invite", "They have no e-mail address to send an invite to; add one first");
    }
}

/// Refuses a time that has passed, where one was entered at all.
fn check_time(ctx: &Ctx, appointment: &Appointment, errors: &mut FieldErrors) {
    if appointment.at <= ctx.now() && errors.get("day").is_none() && errors.get("time").is_none() {
        errors.add("day", "Choose a time to come; nobody can meet at one that has passed");
    }
}

/// Invites the person of a lead to what it says now, so that it waits for their answer.
async fn invite(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, appointment: &mut Appointment, known: &Qualification, catalog: &Catalog) -> Result<()> {
    let whom = || lead.email().map(|email| Mailbox { name: lead.full_name.clone(), email: email.to_owned() });
    let expected = appointment.version;
    appointment.attendee = appointment.attendee.clone().or_else(whom);
    (appointment.invite, appointment.answered_at, appointment.sent_at) = (InviteState::Sent, None, Some(ctx.now()));
    put(ctx, tx, appointment, expected).await?;
    invites::tell(ctx, tx, appointment, &known.agenda, catalog).await?;
    let to = appointment.attendee.as_ref().map_or_else(String::new, ToString::to_string);
    note_step(ctx, tx, lead, appointment, AppointmentStep::Invited, to).await
}

/// Takes in what the person said to the invite, with all that follows from it; `false` when that was known. `text` is what is said with it.
pub(super) async fn answered(
    ctx: &Ctx,
    tx: &mut Tx,
    lead: &mut Lead,
    appointment: &mut Appointment,
    said: InviteState,
    text: String,
    catalog: &Catalog,
) -> Result<bool> {
    let Some(step) = AppointmentStep::of_answer(said).filter(|_| appointment.invite != said) else { return Ok(false) };
    let expected = appointment.version;
    (appointment.invite, appointment.answered_at) = (said, Some(ctx.now()));
    put(ctx, tx, appointment, expected).await?;
    note_step(ctx, tx, lead, appointment, step, text).await?;
    follow(ctx, tx, lead, appointment, catalog).await?;
    let by = ctx.actor.as_ref().map(|actor| actor.id);
    if let Some(organizer) = appointment.organizer.filter(|organizer| by != Some(*organizer)) {
        let note = format!("{}: {}", said.label(), appointment.words(&catalog.site.zone));
        notices::queue(ctx, tx, Notice { note, ..Notice::of(NoticeKind::InviteAnswered, lead, vec![organizer]) }).await?;
    }
    Ok(true)
}

/// What an answer or a cancellation does to the class of an open lead: an OQL whose invite is accepted is an AQL; an AQL whose appointment falls
/// through is an OQL again, within the days that were known before, or else those of that appointment.
async fn follow(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, appointment: &Appointment, catalog: &Catalog) -> Result<()> {
    if lead.deleted_at.is_some() || !lead.state.life_cycle().is_open() {
        return Ok(());
    }
    let before = known(tx, lead.id).await?;
    let (class, why) = match (before.class, appointment.ended_at, appointment.invite) {
        (Some(LeadClass::Oql), None, InviteState::Accepted) => (LeadClass::Aql, "the invite was accepted"),
        (Some(LeadClass::Aql), Some(_), _) => (LeadClass::Oql, "the appointment was cancelled"),
        (Some(LeadClass::Aql), None, InviteState::Declined) => (LeadClass::Oql, "the invite was declined"),
        _ => return Ok(()),
    };
    let mut after = Qualification { class: Some(class), ..before.clone() };
    if class == LeadClass::Oql && after.timescale.is_none() {
        let day = catalog.site.zone.local(appointment.at).start_of_day();
        after.timescale = Some(Timescale { from: day, to: day });
    }
    write(ctx, tx, lead, &before, after, why, catalog).await?;
    Ok(())
}

/// Writes the next version of an appointment.
async fn put(ctx: &Ctx, tx: &mut Tx, appointment: &mut Appointment, expected: i64) -> Result<()> {
    appointment.version = expected + 1;
    appointment.updated_at = ctx.now();
    if tx.appointments().change(appointment, expected).await? { Ok(()) } else { Err(ServiceError::Busy) }
}

/// Records what became of an appointment in the timeline of its lead.
pub(super) async fn note_step(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, of: &Appointment, step: AppointmentStep, text: String) -> Result<()> {
    let read = lead.clone();
    save(ctx, tx, lead, &read, EventKind::Appointment { step, kind: of.kind, when: of.at, changes: Vec::new(), text }).await?;
    Ok(())
}

fn refused(sentence: &str) -> ServiceError {
    ServiceError::Refused(sentence.to_owned())
}
