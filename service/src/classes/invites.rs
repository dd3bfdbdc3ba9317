//! Invites on their way: the mail that brings one, the private address at which it is answered without an account, and answers that come by mail.

use domain::ics::Reply;
use domain::lead_class::InvitePage;
use domain::lead_class::invite::Invite;
use domain::{Addressees, Appointment, AppointmentStep, Catalog, EmailAddress, FieldErrors, FormValues, InviteState, Lead, LeadId, Mailbox, Scope};
use store::Tx;
use store::outbox::NewMail;

use super::appointments::{answered, note_step};
use super::known;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::notices;
use crate::people::{new_token, token_hash};

/// Longest secret that is looked for.
const TOKEN_MAX: usize = 100;

/// Queues the mail that tells who was invited of an appointment as it is now. Each has an address of its own at which it is answered; those of
/// earlier mails lead to the same.
pub(super) async fn tell(ctx: &Ctx, tx: &mut Tx, appointment: &Appointment, agenda: &str, catalog: &Catalog) -> Result<()> {
    let Some(attendee) = &appointment.attendee else { return Ok(()) };
    let mut link = String::new();
    if appointment.ended_at.is_none() {
        let token = new_token();
        tx.appointments().add_link(&token_hash(&token), appointment.id).await?;
        link = format!("{}/invites/{token}", ctx.mail.public_url);
    }
    let organizer = match appointment.organizer.and_then(|organizer| catalog.person(organizer)) {
        Some(person) => Mailbox { name: person.name.clone(), email: person.email.clone() },
        None => Mailbox { name: catalog.site.name.clone(), email: ctx.mail.sender.clone() },
    };
    let invite = Invite {
        appointment,
        attendee,
        organizer: &organizer,
        answers_to: &ctx.mail.sender,
        site: &catalog.site.name,
        agenda,
        link: &link,
        zone: &catalog.site.zone,
        now: ctx.now(),
    };
    let mail = NewMail {
        message_id: notices::message_id(ctx),
        lead: Some(appointment.lead),
        user: None,
        recipient: attendee.clone(),
        addressees: Addressees { to: vec![attendee.clone()], copies: Vec::new() },
        subject: invite.subject(),
        body: invite.body(),
        at: ctx.now(),
    };
    Ok(tx.appointments().queue_mail(mail, &invite.calendar()).await?)
}

/// The invite at a private address, for whoever knows it.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing.
pub async fn find(ctx: &Ctx, token: &str) -> Result<InvitePage> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let appointment = by_link(&mut tx, token).await?;
    let lead = tx.leads().find_visible(appointment.lead, &Scope::All).await?;
    if lead.is_none_or(|lead| lead.deleted_at.is_some()) {
        return Err(ServiceError::NotFound);
    }
    let agenda = known(&mut tx, appointment.lead).await?.agenda;
    Ok(InvitePage {
        site: catalog.site.name.clone(),
        logo: catalog.site.logo.clone(),
        organizer: appointment.organizer.map_or_else(|| catalog.site.name.clone(), |organizer| catalog.person_name(organizer)),
        kind: appointment.kind,
        when: catalog.site.zone.readable(appointment.at),
        minutes: appointment.minutes,
        is_cancelled: appointment.ended_at.is_some(),
        is_over: appointment.is_past(ctx.now()),
        state: appointment.invite,
        place: appointment.place,
        agenda,
    })
}

/// Answers the invite at a private address: `answer` is `accepted` or `declined`. Sent twice, it is one answer.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing; [`ServiceError::Invalid`] at the answer; [`ServiceError::Refused`] when it was
/// called off, or is over.
pub async fn answer(ctx: &Ctx, token: &str, form: &FormValues) -> Result<InviteState> {
    // Who is signed in here by chance is not who answers.
    let ctx = &Ctx { actor: None, ..ctx.clone() };
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let found = by_link(&mut tx, token).await?;
    let (mut lead, mut appointment) = held_with_lead(&mut tx, &found).await?.ok_or(ServiceError::NotFound)?;
    let said = said_in(form, "answer", "Choose whether you come")?;
    if appointment.ended_at.is_some() {
        return Err(ServiceError::Refused("This appointment was cancelled, so there is nothing to answer any more".to_owned()));
    }
    if appointment.is_past(ctx.now()) {
        return Err(ServiceError::Refused("This appointment is over, so there is nothing to answer any more".to_owned()));
    }
    if answered(ctx, &mut tx, &mut lead, &mut appointment, said, BY_LINK.to_owned(), &catalog).await? {
        tx.save().await?;
    }
    Ok(said)
}

/// What stands beside an answer that came by the private address.
const BY_LINK: &str = "Answered at the address in the invite";

/// What a form says of an invite.
pub(super) fn said_in(form: &FormValues, field: &str, otherwise: &str) -> Result<InviteState> {
    match form.get(field).trim() {
        "accepted" => Ok(InviteState::Accepted),
        "declined" => Ok(InviteState::Declined),
        _ => Err(FieldErrors::at(field, otherwise).into()),
    }
}

async fn by_link(tx: &mut Tx, token: &str) -> Result<Appointment> {
    if token.is_empty() || token.len() > TOKEN_MAX {
        return Err(ServiceError::NotFound);
    }
    tx.appointments().find_by_link(&token_hash(token)).await?.ok_or(ServiceError::NotFound)
}

/// An appointment as it is once its lead is held, and that; `None` where the lead is deleted.
async fn held_with_lead(tx: &mut Tx, found: &Appointment) -> Result<Option<(Lead, Appointment)>> {
    tx.leads().hold(found.lead).await?;
    let lead = tx.leads().find_visible(found.lead, &Scope::All).await?.filter(|lead| lead.deleted_at.is_none());
    let appointment = tx.appointments().find(found.id).await?;
    Ok(lead.zip(appointment))
}

/// What became of an answer that came by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replied {
    /// No invite of ours is of this name.
    Unknown,
    /// It counts, or says what was known.
    Counted(LeadId),
    /// It changes nothing, for this reason.
    NotCounted(LeadId, &'static str),
}

const NOT_INVITED: &str = "It answers an invite that went to another address, so the invite stays as it is";
const EARLIER: &str = "It answers the invite as it was before it was changed, so the invite stays as it is";
const TOO_LATE: &str = "It answers an invite to an appointment that was cancelled or is over";

/// Takes in an answer that a calendar program sent. It counts when it names the invite that went to the address it comes from, as it is now.
pub(crate) async fn take_reply(ctx: &Ctx, tx: &mut Tx, reply: &Reply, sender: Option<&EmailAddress>, catalog: &Catalog) -> Result<Replied> {
    let Some(found) = tx.appointments().find_by_uid(&reply.uid).await? else { return Ok(Replied::Unknown) };
    let Some((mut lead, mut appointment)) = held_with_lead(tx, &found).await? else { return Ok(Replied::Unknown) };
    let invited = appointment.attendee.as_ref().map(|attendee| attendee.email.to_lowercase());
    let from = sender.map(EmailAddress::folded);
    let said = invited.as_ref().filter(|invited| from.as_ref() == Some(*invited)).and_then(|invited| reply.of(invited));
    let refusal = match said {
        None => Some(NOT_INVITED),
        Some(_) if reply.sequence < appointment.sequence => Some(EARLIER),
        Some(_) if appointment.is_past(ctx.now()) => Some(TOO_LATE),
        Some(_) => None,
    };
    if let (Some(said), None) = (said, refusal) {
        answered(ctx, tx, &mut lead, &mut appointment, said.into(), String::new(), catalog).await?;
        return Ok(Replied::Counted(lead.id));
    }
    let why = refusal.unwrap_or(NOT_INVITED);
    let text = from.map_or_else(|| why.to_owned(), |from| format!("From {from}: {why}"));
    note_step(ctx, tx, &mut lead, &appointment, AppointmentStep::Refused, text).await?;
    Ok(Replied::NotCounted(lead.id, why))
}
