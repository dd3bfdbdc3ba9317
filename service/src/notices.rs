//! Telling people what concerns them, in the application and by mail. Both are written in the transaction of the change that they
//! tell of, so that neither is there without the other; mails wait in the outbox and [`crate::outbox`] sends them. The words are configured, see
//! [`crate::configuration`].

use domain::bulk::{BulkKind, BulkRun};
use domain::lead_filter::Cursor;
use domain::referral::notice_of;
use domain::routing::Quarter;
use domain::ticket::TicketsShown;
use domain::{
    Addressees, AuditArea, Catalog, EmailAddress, EventKind, FormValues, HelpRequest, Lead, LeadAction, LeadState, MergeField, MergeValues, NoticeId,
    NoticeKind, NoticeRow, Opportunity, Page, Task, Threshold, Ticket, TicketFilter, UserId, Wording,
};
use store::Tx;
use store::notices::{NewNotice, Reader};
use store::outbox::NewMail;

use crate::audit;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::form_parts::{is_ticked, only_differences, only_fields, yes_or_no};

pub use domain::Copies;

/// What a notice is about.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    Lead(&'a Lead),
    /// So many leads of the one who gets it.
    Many(i64),
    /// The distributor of a territory, for a quarter.
    Territory(&'a str, Quarter),
    /// A proposed threshold.
    Threshold(&'a Threshold),
    /// Whether a field manager accepts it; the state is what became of it.
    Answer(&'a Threshold, bool),
    /// A task, and the lead that it is about.
    Task(&'a Task, Option<&'a Lead>),
    /// A ticket of a lead.
    Ticket(&'a Ticket, &'a Lead),
}

/// Something that people are to be told.
#[derive(Clone, Debug)]
pub struct Notice<'a> {
    pub kind: NoticeKind,
    pub about: About<'a>,
    pub to: Vec<UserId>,
    pub copies: Copies,
    /// What is said with it, in somebody's own words; may be empty.
    pub note: String,
}

impl<'a> Notice<'a> {
    /// A notice of a lead, without copies and note.
    #[must_use]
    pub fn of(kind: NoticeKind, lead: &'a Lead, to: Vec<UserId>) -> Self {
        Self { kind, about: About::Lead(lead), to, copies: Copies::default(), note: String::new() }
    }
}

/// Tells people in the transaction of what it tells of, in the application and by mail; gives how many mails. Everybody gets one, also
/// who is named twice. Who cannot sign in any more is told nothing; who wants no mails, see [`change_own`], gets none.
///
/// # Errors
/// What the store reports.
pub async fn queue(ctx: &Ctx, tx: &mut Tx, notice: Notice<'_>) -> Result<usize> {
    let asked: Vec<UserId> = notice.to.iter().chain(&notice.copies.users).copied().collect();
    let readers = tx.notices().readers(&asked).await?;
    let told = readers.clone();
    let by_mail = readers.into_iter().filter(|reader| reader.by_mail);
    let (to, copies): (Vec<Reader>, Vec<Reader>) = by_mail.partition(|reader| notice.to.contains(&reader.user));
    let mut seen: Vec<String> = to.iter().chain(&copies).map(|reader| reader.mailbox.email.to_lowercase()).collect();
    let mut outside = Vec::new();
    for address in &notice.copies.addresses {
        if !seen.contains(&address.folded()) {
            seen.push(address.folded());
            outside.push(domain::Mailbox { name: String::new(), email: address.as_str().to_owned() });
        }
    }
    if seen.is_empty() && told.is_empty() {
        return Ok(0);
    }
    let catalog = ctx.catalog().await?;
    let wording = tx.notices().wording(notice.kind).await?;
    let mut values = values(ctx, tx, &notice, &catalog).await?;
    let lead = match notice.about {
        About::Lead(lead) => Some(lead.id),
        About::Task(task, _) => task.lead,
        About::Ticket(ticket, _) => Some(ticket.lead),
        About::Many(_) | About::Territory(..) | About::Threshold(_) | About::Answer(..) => None,
    };
    let path = path(&notice);
    let mut fresh = Vec::new();
    for reader in told {
        values.set(MergeField::Person, &reader.mailbox.name);
        let words = subject(&wording, &values, notice.kind);
        fresh.push(NewNotice { user: reader.user, kind: notice.kind, lead, words, path: path.clone(), at: ctx.now() });
    }
    tx.notices().add(fresh).await?;
    let copied: Vec<domain::Mailbox> = copies.iter().map(|reader| reader.mailbox.clone()).chain(outside).collect();
    let mut mails = Vec::new();
    for reader in &to {
        values.set(MergeField::Person, &reader.mailbox.name);
        let addressees = Addressees { to: vec![reader.mailbox.clone()], copies: copied.clone() };
        mails.push((Some(reader.user), reader.mailbox.clone(), addressees, values.clone()));
    }
    // A copy is one of the mail to whoever it is for, whether they want it by mail or not; who gave a lead to themselves gets none.
    let of_owner = match notice.about {
        About::Lead(lead) if notice.to.is_empty() => lead.owner,
        _ => None,
    };
    let names: Vec<String> = notice.to.iter().chain(&of_owner).map(|user| catalog.person_name(*user)).collect();
    values.set(MergeField::Person, names.join(", "));
    for (nth, mailbox) in copied.iter().enumerate() {
        let addressees = Addressees { to: to.iter().map(|reader| reader.mailbox.clone()).collect(), copies: copied.clone() };
        mails.push((copies.get(nth).map(|reader| reader.user), mailbox.clone(), addressees, values.clone()));
    }
    let mail = |(user, recipient, addressees, values): (Option<UserId>, domain::Mailbox, Addressees, MergeValues)| {
        let subject = subject(&wording, &values, notice.kind);
        let body = wording.body_with(&values);
        NewMail { message_id: message_id(ctx), lead, user, recipient, addressees, subject, body, at: ctx.now() }
    };
    let mails: Vec<NewMail> = mails.into_iter().map(mail).collect();
    let count = mails.len();
    tx.outbox().queue(mails).await?;
    Ok(count)
}

/// What it says in a line.
fn subject(wording: &Wording, values: &MergeValues, kind: NoticeKind) -> String {
    let subject = wording.subject_with(values);
    if subject.is_empty() { kind.label().to_owned() } else { subject }
}

/// Where it leads, within the site.
fn path(notice: &Notice<'_>) -> String {
    match notice.about {
        About::Many(_) if notice.kind == NoticeKind::LeadsUntouched => "/radar".to_owned(),
        About::Many(_) if notice.kind == NoticeKind::ClocksOverdue => "/leads?view=all".to_owned(),
        About::Many(_) => "/leads?view=mine".to_owned(),
        About::Territory(..) => "/territories".to_owned(),
        About::Threshold(_) | About::Answer(..) => "/thresholds".to_owned(),
        About::Task(_, Some(lead)) => format!("/leads/{}", lead.id),
        About::Task(_, None) => "/tasks".to_owned(),
        About::Ticket(ticket, _) => {
            let shown = if ticket.closed.is_some() { TicketsShown::Closed } else { TicketsShown::Open };
            format!("/tickets?{}", TicketFilter::of_lead(ticket.lead, shown).to_query())
        }
        // The lead need not be its referrer's to see.
        About::Lead(_) if notice.kind.is_of_referral() => "/refer".to_owned(),
        About::Lead(lead) => format!("/leads/{}", lead.id),
    }
}

/// A name that no other mail has, nor an invite.
pub(crate) fn message_id(ctx: &Ctx) -> String {
    let host = ctx.mail.sender.rsplit_once('@').map_or("leadwright.invalid", |(_, host)| host);
    format!("{:032x}@{host}", rand::random::<u128>())
}

/// What the merge fields stand for, but for who gets the mail.
async fn values(ctx: &Ctx, tx: &mut Tx, notice: &Notice<'_>, catalog: &Catalog) -> Result<MergeValues> {
    let mut values = MergeValues::default();
    values.set(MergeField::Link, format!("{}{}", ctx.mail.public_url, path(notice)));
    values.set(MergeField::By, ctx.actor.as_ref().map_or(catalog.site.name.as_str(), |actor| &actor.name));
    values.set(MergeField::Note, &notice.note);
    values.set(MergeField::Site, &catalog.site.name);
    match notice.about {
        About::Many(count) => values.set(MergeField::Count, count.to_string()),
        About::Territory(name, quarter) => {
            values.set(MergeField::Territory, name);
            values.set(MergeField::Quarter, quarter.to_string());
        }
        About::Threshold(threshold) => set_threshold(&mut values, threshold),
        About::Answer(threshold, accepts) => {
            set_threshold(&mut values, threshold);
            values.set(MergeField::Answer, if accepts { "accepted" } else { "declined" });
            values.set(MergeField::Outcome, threshold.state.label());
        }
        About::Task(task, lead) => {
            values.set(MergeField::Task, &task.title);
            values.set(MergeField::Due, task.due.map_or_else(String::new, |due| due.words(&catalog.site.zone)));
            if let Some(lead) = lead {
                set_lead(&mut values, lead, catalog);
            }
        }
        About::Ticket(ticket, lead) => {
            values.set(MergeField::Ticket, &ticket.title);
            set_lead(&mut values, lead, catalog);
        }
        About::Lead(lead) => {
            let opportunity = tx.opportunities().of_lead(lead.id).await?.into_iter().next();
            set_lead(&mut values, lead, catalog);
            set_opportunity(&mut values, opportunity.as_ref(), catalog);
        }
    }
    // Words that were written when a kind still had more fields say no more than it has.
    values.0.retain(|field, _| notice.kind.fields().any(|offered| offered == *field));
    Ok(values)
}

fn set_threshold(values: &mut MergeValues, threshold: &Threshold) {
    values.set(MergeField::Points, threshold.points.to_string());
    values.set(MergeField::FromDay, threshold.from.readable_day());
}

fn set_lead(values: &mut MergeValues, lead: &Lead, catalog: &Catalog) {
    let offerings: Vec<String> = lead.offerings.iter().map(|id| catalog.choice_name(*id)).collect();
    values.set(MergeField::LeadNumber, lead.id.to_string());
    values.set(MergeField::LeadName, &lead.full_name);
    values.set(MergeField::Account, &lead.account.name);
    values.set(MergeField::Phone, lead.phone().unwrap_or_default());
    values.set(MergeField::Email, lead.email().unwrap_or_default());
    values.set(MergeField::Offerings, offerings.join(", "));
    values.set(MergeField::Source, lead.source.map_or_else(String::new, |id| catalog.choice_name(id)));
    values.set(MergeField::Message, &lead.message);
    if let LeadState::Lost { reason, .. } = lead.state {
        values.set(MergeField::Reason, catalog.choice_name(reason));
    }
}

fn set_opportunity(values: &mut MergeValues, opportunity: Option<&Opportunity>, catalog: &Catalog) {
    let Some(opportunity) = opportunity else { return };
    values.set(MergeField::Opportunity, format!("{}, {}", opportunity.name, catalog.choice_name(opportunity.stage)));
    values.set_time(MergeField::FollowUp, opportunity.follow_up_at.map(|at| catalog.site.zone.local_due(at)));
}

/// Tells the owner of a lead, when it was not theirs before and somebody else did it.
pub(crate) async fn tell_owner(ctx: &Ctx, tx: &mut Tx, lead: &Lead, before: Option<UserId>) -> Result<()> {
    let actor = ctx.actor.as_ref().map(|actor| actor.id);
    if let Some(owner) = lead.owner.filter(|owner| before != Some(*owner) && actor != Some(*owner)) {
        queue(ctx, tx, Notice::of(NoticeKind::LeadForYou, lead, vec![owner])).await?;
    }
    Ok(())
}

/// Tells of a lead that the rules or a call gave away: its owner or the people among whom one may accept it, and who has a copy. Who
/// did it knows.
pub(crate) async fn tell_routed(ctx: &Ctx, tx: &mut Tx, lead: &Lead, mut copies: Copies, catalog: &Catalog) -> Result<()> {
    let (kind, mut to) = match lead.owner {
        Some(owner) => (NoticeKind::LeadForYou, vec![owner]),
        None => (NoticeKind::LeadToAccept, lead.group.and_then(|id| catalog.group(id)).map(|group| group.members.clone()).unwrap_or_default()),
    };
    if let Some(actor) = &ctx.actor {
        to.retain(|user| *user != actor.id);
        copies.users.retain(|user| *user != actor.id);
    }
    queue(ctx, tx, Notice { copies, ..Notice::of(kind, lead, to) }).await?;
    Ok(())
}

/// Tells whoever referred a lead what became of it by an action that was done, unless they did it themselves. That somebody looks after it
/// is told once.
pub(crate) async fn tell_referrer(ctx: &Ctx, tx: &mut Tx, lead: &Lead, action: LeadAction) -> Result<()> {
    let Some(kind) = notice_of(action) else { return Ok(()) };
    let Some(referral) = tx.referrals().find(lead.id).await? else { return Ok(()) };
    let is_first = referral.accepted_at.is_none();
    if is_first {
        tx.referrals().note_accepted(lead.id, ctx.now()).await?;
    }
    let is_own = ctx.actor.as_ref().is_some_and(|actor| actor.id == referral.by);
    let is_news = is_first || kind != NoticeKind::ReferralAccepted;
    if is_news && !is_own {
        queue(ctx, tx, Notice::of(kind, lead, vec![referral.by])).await?;
    }
    Ok(())
}

/// Asks the field managers who have not answered a proposal, other than who proposed it.
pub(crate) async fn tell_of_proposal(ctx: &Ctx, tx: &mut Tx, threshold: &Threshold) -> Result<()> {
    let asked = threshold.answers.iter().map(|answer| answer.user).filter(|user| threshold.asks(*user)).collect();
    let about = About::Threshold(threshold);
    let notice = Notice { kind: NoticeKind::ThresholdProposed, about, to: asked, copies: Copies::default(), note: threshold.note.clone() };
    queue(ctx, tx, notice).await?;
    Ok(())
}

/// Tells whoever proposed a threshold what a field manager said, unless that is the same person.
pub(crate) async fn tell_of_answer(ctx: &Ctx, tx: &mut Tx, threshold: &Threshold, accepts: bool, reason: String) -> Result<()> {
    if ctx.actor.as_ref().is_some_and(|actor| actor.id == threshold.proposed_by) {
        return Ok(());
    }
    let (about, to) = (About::Answer(threshold, accepts), vec![threshold.proposed_by]);
    queue(ctx, tx, Notice { kind: NoticeKind::ThresholdAnswered, about, to, copies: Copies::default(), note: reason }).await?;
    Ok(())
}

/// Tells the assignee of a task that it is theirs, or that it is due soon.
pub(crate) async fn tell_of_task(ctx: &Ctx, tx: &mut Tx, kind: NoticeKind, task: &Task, lead: Option<&Lead>) -> Result<()> {
    let (about, to) = (About::Task(task, lead), vec![task.assignee]);
    queue(ctx, tx, Notice { kind, about, to, copies: Copies::default(), note: task.note.clone() }).await?;
    Ok(())
}

/// Tells the assignee of a ticket that it is theirs, or who opened it that it is closed and how that was solved.
pub(crate) async fn tell_of_ticket(ctx: &Ctx, tx: &mut Tx, kind: NoticeKind, ticket: &Ticket, lead: &Lead) -> Result<()> {
    let (to, note) = match kind {
        NoticeKind::TicketClosed => (ticket.opened_by, &ticket.answer),
        _ => (ticket.assignee, &ticket.details),
    };
    let about = About::Ticket(ticket, lead);
    queue(ctx, tx, Notice { kind, about, to: vec![to], copies: Copies::default(), note: note.clone() }).await?;
    Ok(())
}

/// Tells somebody that their help with a lead is asked for, or that their request is answered.
pub(crate) async fn tell_of_help(ctx: &Ctx, tx: &mut Tx, kind: NoticeKind, lead: &Lead, to: UserId, note: String) -> Result<()> {
    queue(ctx, tx, Notice { note, ..Notice::of(kind, lead, vec![to]) }).await?;
    Ok(())
}

/// Asks somebody outside for help with a lead. The mail says what was written for them, and nothing of the lead but its number.
pub(crate) async fn ask_outside(ctx: &Ctx, tx: &mut Tx, lead: &Lead, request: &HelpRequest, address: &EmailAddress) -> Result<()> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let zone = &catalog.site.zone;
    let due = request.due(zone).map(|due| format!("Wanted by: {}", due.words(zone)));
    let begin = format!("Hello,\n\n{} of {} asks for your help: {}", actor.name, catalog.site.name, request.title);
    let details = Some(request.details.clone()).filter(|details| !details.is_empty());
    let end = format!("Answer to {}, and name number {}.", actor.email, lead.id);
    let body = [Some(begin), details, due, Some(end)].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let recipient = domain::Mailbox { name: String::new(), email: address.as_str().to_owned() };
    let mail = NewMail {
        message_id: message_id(ctx),
        lead: Some(lead.id),
        user: None,
        addressees: Addressees { to: vec![recipient.clone()], copies: Vec::new() },
        recipient,
        subject: format!("{} (#{})", request.title, lead.id),
        body,
        at: ctx.now(),
    };
    tx.outbox().queue(vec![mail]).await?;
    Ok(())
}

/// Tells the new owner of many leads once, when the run that gave them has ended.
pub(crate) async fn tell_of_run(ctx: &Ctx, tx: &mut Tx, run: &BulkRun) -> Result<()> {
    let owner = run.value.parse().ok().map(UserId).filter(|owner| run.kind == BulkKind::Owner && *owner != run.user && run.changed > 0);
    if let Some(owner) = owner {
        let about = About::Many(run.changed);
        let notice = Notice { kind: NoticeKind::LeadsForYou, about, to: vec![owner], copies: Copies::default(), note: String::new() };
        queue(ctx, tx, notice).await?;
    }
    Ok(())
}

/// Notices on a page.
pub const PAGE_SIZE: usize = 50;

/// How long notices are kept once they are read, in milliseconds.
const KEPT_MS: i64 = 90 * domain::DAY_MS;

/// What one was told oneself, newest first. `before` is the text of a cursor.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`].
pub async fn list(ctx: &Ctx, before: Option<&str>) -> Result<Page<NoticeRow>> {
    let user = ctx.actor()?.id;
    let before = before.and_then(Cursor::parse).map(|cursor| cursor.id);
    let rows = ctx.store.ask().await?.notices().list(user, before, PAGE_SIZE as i64 + 1).await?;
    Ok(Page::forwards(rows, PAGE_SIZE, |row| Cursor { value: String::new(), id: row.id.0 }))
}

/// Marks what one was told as read, up to the notice in the field `last`, so that what came meanwhile stays unread.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`]; [`crate::ServiceError::Invalid`] at the field.
pub async fn mark_read(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let user = ctx.actor()?.id;
    only_fields(form, &["last"])?;
    let last = form.get("last").parse().map_err(|_| domain::FieldErrors::at("last", "Enter the number of a notice"))?;
    let mut tx = ctx.store.begin().await?;
    tx.notices().read_up_to(user, NoticeId(last), ctx.now()).await?;
    Ok(tx.save().await?)
}

/// Forgets what was read long ago, with the old mails.
pub(crate) async fn tidy(ctx: &Ctx, tx: &mut Tx) -> Result<()> {
    tx.notices().forget_read_before(ctx.now().plus_ms(-KEPT_MS)).await?;
    Ok(())
}

/// Whether one gets notices by mail oneself.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`].
pub async fn find_own(ctx: &Ctx) -> Result<bool> {
    let user = ctx.actor()?.id;
    Ok(ctx.store.ask().await?.notices().gets_notices(user).await?)
}

/// Says whether one wants them. Field: `gets_notices`, ticked or not.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`]; [`crate::ServiceError::Invalid`] when the form has other fields.
pub async fn change_own(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let actor = ctx.actor()?;
    only_fields(form, &["gets_notices"])?;
    let Some(wants) = is_ticked(form, "gets_notices") else { return Ok(()) };
    let mut tx = ctx.store.begin().await?;
    let before = tx.notices().gets_notices(actor.id).await?;
    if wants != before {
        tx.notices().change_gets_notices(actor.id, wants).await?;
        let changes = only_differences([("Notices by mail", yes_or_no(before), yes_or_no(wants))]);
        let kind = EventKind::RecordChanged { name: actor.name.clone(), changes };
        audit::write(ctx, &mut tx, AuditArea::People, audit::Who { actor: Some(actor.id), address: &ctx.address }, &kind).await?;
        tx.save().await?;
    }
    Ok(())
}
