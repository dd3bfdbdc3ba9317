//! What a person can do to reach the person of a lead: log an attempt, and read what was tried and what to try next. The rules are
//! `domain::attempt`'s; docs/attempts.md has them in words.

use domain::attempt::{ASK_RECEPTION, AttemptFigures, AttemptForm, AttemptsView, CALL_BACK, PlaybookRow, Tried, addresses_left, numbers_left};
use domain::clock::Hours;
use domain::{
    Attempt, AttemptChannel, AttemptId, AttemptOutcome, Catalog, DAY_MS, Due, EventKind, FieldErrors, FormValues, Lead, LeadId, Scope, SiteZone,
    Timestamp, may_add_task, may_change_task,
};
use store::Tx;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, read_done_at, read_to_come, save};
use crate::nurture;
use crate::once::{self, Once};
use crate::tasks::{self, NewTask};

/// Attempts that are shown, and that decide what comes next.
const SHOWN_MOST: i64 = 200;
/// Over how long it is told how persistent somebody was. Unit: days.
const LATELY_DAYS: i64 = 30;
/// How long before the promised moment one is reminded of it. Unit: minutes.
const REMIND_MINUTES: i64 = 15;

/// What became of an attempt that was logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    pub attempt: Attempt,
    /// Whether a task was made to ask reception for a number, because there is none, or none left.
    pub asks_reception: bool,
}

/// Logs an attempt from a form on an open lead, see [`AttemptForm::read`], with `done_at` where it was made earlier. A voicemail makes the
/// call-back a task of whoever left it, at the time that was promised, else when the cadence says; a call at that time, and reaching
/// them, finishes it. What was planned as it was proposed is finished too. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Forbidden`]; [`ServiceError::NotFound`].
pub async fn log_once(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<Logged> {
    let actor = ctx.actor()?;
    let (catalog, book) = (ctx.catalog().await?, ctx.clock_book().await?);
    let (now, zone) = (ctx.now(), &catalog.site.zone);
    let mut tx = ctx.store.begin().await?;
    let read = held(ctx, &mut tx, id).await?;
    if !may_add_task(actor, Some(&read)) {
        let sentence = if read.deleted_at.is_some() {
            "This lead is deleted; restore it first"
        } else {
            "This lead is closed; reopen it to go on trying to reach them"
        };
        return Err(ServiceError::Forbidden(sentence.to_owned()));
    }
    let (asked, at) = read_form(form, &read, zone, now)?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        let attempt = tx.attempts().find(AttemptId(made)).await?.ok_or(ServiceError::NotFound)?;
        return Ok(Logged { attempt, asks_reception: false });
    }
    let hours = book.hours_for(read.group, &catalog.site);
    let call_back_at = match (asked.outcome, asked.call_back_at) {
        (AttemptOutcome::Voicemail, None) => Some(tx.attempts().cadence().await?.call_back_at(&hours, now)),
        (_, call_back_at) => call_back_at,
    };
    let mut attempt = Attempt {
        id: AttemptId(tx.take_numbers("attempt", 1).await?),
        lead: id,
        by: actor.id,
        channel: asked.channel,
        outcome: asked.outcome,
        at,
        entered_at: now,
        to: asked.to,
        note: asked.note,
        said: asked.said,
        call_back_at,
        task: None,
    };
    let mut lead = read.clone();
    save(ctx, &mut tx, &mut lead, &read, attempt.happening()).await?;
    let mut lead = finish_done(ctx, &mut tx, lead, &attempt, &catalog).await?;
    // A call of before the plan, entered later, is what the plan knew of.
    let plan_since = tx.nurture().latest(lead.id).await?.map(|present| present.started_at);
    if attempt.outcome == AttemptOutcome::Reached && plan_since.is_some_and(|since| since <= attempt.at) {
        lead = nurture::stop(ctx, &mut tx, lead, "They were reached").await?;
    }
    if let Some(at) = call_back_at {
        let promise = NewTask { title: CALL_BACK, due: Due { at, all_day: false }, remind: Some(REMIND_MINUTES) };
        let (task, saved) = tasks::add_with(ctx, &mut tx, &lead, promise, &catalog).await?;
        (attempt.task, lead) = (Some(task), saved);
    }
    let asks_reception = ask_reception(ctx, &mut tx, &lead, &attempt, &hours, &catalog).await?;
    tx.attempts().add(&attempt).await?;
    once::note(ctx, &mut tx, once, attempt.id.0).await?;
    tx.save().await?;
    Ok(Logged { attempt, asks_reception })
}

/// Logs that a message went to the person of a held lead: an attempt by e-mail, of which the timeline says `text`. Gives the lead as it was
/// saved last.
pub(crate) async fn log_message(ctx: &Ctx, tx: &mut Tx, read: &Lead, (to, subject): (&str, &str), text: String, catalog: &Catalog) -> Result<Lead> {
    let now = ctx.now();
    let attempt = Attempt {
        id: AttemptId(tx.take_numbers("attempt", 1).await?),
        lead: read.id,
        by: ctx.actor()?.id,
        channel: AttemptChannel::Email,
        outcome: AttemptOutcome::NoAnswer,
        at: now,
        entered_at: now,
        to: to.to_owned(),
        note: subject.to_owned(),
        said: Vec::new(),
        call_back_at: None,
        task: None,
    };
    let mut happening = attempt.happening();
    if let EventKind::Attempted { note, .. } = &mut happening {
        *note = text;
    }
    let mut lead = read.clone();
    save(ctx, tx, &mut lead, read, happening).await?;
    let lead = finish_done(ctx, tx, lead, &attempt, catalog).await?;
    tx.attempts().add(&attempt).await?;
    Ok(lead)
}

/// What was entered, see [`AttemptForm::read`], and when it was made: now, or `done_at`, a day and a time by the site's clocks,
/// `2026-11-24T09:30`, or a moment in RFC 3339. Programs send `call_back_at` likewise, instead of a day and a time.
fn read_form(form: &FormValues, lead: &Lead, zone: &SiteZone, now: Timestamp) -> std::result::Result<(AttemptForm, Timestamp), FieldErrors> {
    let mut errors = FieldErrors::default();
    let done_at = match form.get("done_at").trim() {
        "" => None,
        typed => errors.take("done_at", read_done_at(typed, zone, now)),
    };
    let promised_at = match form.get("call_back_at").trim() {
        "" => None,
        typed => errors.take("call_back_at", read_to_come(typed, zone, now)),
    };
    if promised_at.is_some() && form.get("outcome") != AttemptOutcome::Voicemail.key() {
        errors.add("call_back_at", "Only a voicemail has one");
    }
    let Some(asked) = AttemptForm::read(form, lead, zone, now, &mut errors) else { return Err(errors) };
    let call_back_at = promised_at.or(asked.call_back_at);
    Ok((AttemptForm { call_back_at, ..asked }, done_at.unwrap_or(now)))
}

/// Finishes the tasks that an attempt does: those that hold a promise which it keeps, and one that was planned as it was proposed, as far as
/// whoever made it may. Gives the lead as it was saved last.
async fn finish_done(ctx: &Ctx, tx: &mut Tx, mut lead: Lead, attempt: &Attempt, catalog: &Catalog) -> Result<Lead> {
    let promises = tx.attempts().list_promises(lead.id).await?;
    for task in tasks::of_lead(tx, lead.id).await? {
        let keeps = promises.contains(&task.id) && attempt.keeps(task.due.map_or(attempt.at, |due| due.at));
        if (keeps || attempt.does(&task)) && may_change_task(ctx.actor()?, &task, Some(&lead)) {
            lead = tasks::finish_with(ctx, tx, &lead, &task, catalog).await?;
        }
    }
    Ok(lead)
}

/// Plans to ask reception for a number, where the last one turned out to be wrong, or there was none when somebody first tried to reach them, and
/// nobody plans that already (C1-10).
async fn ask_reception(ctx: &Ctx, tx: &mut Tx, lead: &Lead, attempt: &Attempt, hours: &Hours, catalog: &Catalog) -> Result<bool> {
    let mut attempts = tx.attempts().of_lead(lead.id, SHOWN_MOST).await?;
    let is_wrong = (attempt.channel, attempt.outcome) == (AttemptChannel::Call, AttemptOutcome::WrongNumber);
    let is_first = attempts.is_empty() && attempt.outcome != AttemptOutcome::Reached;
    if !is_wrong && !is_first {
        return Ok(false);
    }
    attempts.push(attempt.clone());
    let is_planned = tasks::of_lead(tx, lead.id).await?.iter().any(|task| task.is_open() && task.title == ASK_RECEPTION);
    if is_planned || !numbers_left(lead, &attempts).is_empty() {
        return Ok(false);
    }
    let zone = &catalog.site.zone;
    let day = zone.local(hours.next_open(ctx.now())).start_of_day();
    tasks::add_with(ctx, tx, lead, NewTask { title: ASK_RECEPTION, due: Due::on(day, zone), remind: None }, catalog).await?;
    Ok(true)
}

/// After a change of a held lead that brought a number: what was planned to get one is finished, as far as whoever changed it may. `lead` is
/// then as it was saved last.
pub(crate) async fn after_number(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, read: &Lead, catalog: &Catalog) -> Result<()> {
    let Some(actor) = &ctx.actor else { return Ok(()) };
    if lead.phones.iter().all(|phone| read.phones.contains(phone)) {
        return Ok(());
    }
    for task in tasks::of_lead(tx, lead.id).await? {
        if task.is_open() && task.title == ASK_RECEPTION && may_change_task(actor, &task, Some(lead)) {
            *lead = tasks::finish_with(ctx, tx, lead, &task, catalog).await?;
        }
    }
    Ok(())
}

/// What was tried to reach the person of a lead, by whom and how often, and what to try next.
///
/// # Errors
/// [`ServiceError::NotFound`] for an absent lead and for one the person may not know of.
pub async fn view(ctx: &Ctx, id: LeadId) -> Result<AttemptsView> {
    let actor = ctx.actor()?;
    let (catalog, book) = (ctx.catalog().await?, ctx.clock_book().await?);
    let (now, scope) = (ctx.now(), Scope::of(actor));
    let mut tx = ctx.store.read().await?;
    let lead = tx.leads().find_visible(id, &scope).await?.ok_or(ServiceError::NotFound)?;
    let hours = book.hours_for(lead.group, &catalog.site);
    let cadence = tx.attempts().cadence().await?;
    let mut attempts = tx.attempts().of_lead(id, SHOWN_MOST).await?;
    attempts.reverse();
    let promised_at = promised_at(&mut tx, id, &hours, &catalog.site.zone).await?;
    let persistence = match lead.owner.filter(|_| actor.role.is_internal()) {
        Some(owner) => Some(tx.attempts().count_of_person(&scope, owner, now.plus_ms(-LATELY_DAYS * DAY_MS), LATELY_DAYS).await?),
        None => None,
    };
    let figures = AttemptFigures::of(&tx.attempts().count_of_lead(id).await?);
    let texts = PlaybookRow::all(&tx.attempts().list_changed_texts().await?);
    let proposal = cadence.propose(Tried { lead: &lead, attempts: &attempts, promised_at }, &hours, now);
    let may_log = may_add_task(actor, Some(&lead));
    let is_through = may_log && proposal.is_none() && cadence.is_through(&lead, &attempts);
    let (numbers, addresses) = (numbers_left(&lead, &attempts), addresses_left(&lead, &attempts));
    attempts.reverse();
    Ok(AttemptsView {
        attempts,
        figures,
        persistence,
        proposal,
        is_through,
        call_back_at: cadence.call_back_at(&hours, now),
        numbers,
        addresses,
        texts,
        may_log,
        nurture: tx.nurture().line(id).await?,
    })
}

/// When the call is to be made that was promised last: what its task says now, which may have been moved since. On a day without a
/// time it is when work begins.
async fn promised_at(tx: &mut Tx, lead: LeadId, hours: &Hours, zone: &SiteZone) -> Result<Option<Timestamp>> {
    let Some(id) = tx.attempts().list_promises(lead).await?.into_iter().next() else { return Ok(None) };
    let due = tx.tasks().find(id).await?.and_then(|task| task.due);
    Ok(due.map(|due| if due.all_day { hours.next_open(zone.start_of(due.day(zone))) } else { due.at }))
}
