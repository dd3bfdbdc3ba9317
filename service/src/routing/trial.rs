//! A trial run: where past leads would have gone by rules that are not in force yet. It writes nothing but how far it is.
//!
//! Leads are read in pages, outside of the transaction that notes what was found. Whoever goes on with a run says how many
//! leads it had tried when they read it, so of two who do so at once one is too late, and one that was stopped stays so.

use std::sync::Arc;

use domain::routing::{House, Prepared, RuleChange, TrialBooks, TrialFound, TrialHouses, TrialReport, TrialRun, TrialState, TriedForm};
use domain::{Action, Catalog, DAY_MS, FormValues, LeadId, TrialId};
use store::Tx;
use store::rule_trials::TrialWork;

use super::Router;
use crate::configuration::{RuleForm, read_draft};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Leads of a trial run at most, the newest.
pub const TRIAL_LEADS: i64 = 100_000;
/// How long one that ended can be looked at. Unit: milliseconds.
const KEPT_MS: i64 = 30 * DAY_MS;

/// The rules in force and those that are tried.
struct Books {
    in_force: Arc<Prepared>,
    tried: Arc<Prepared>,
}

/// Begins a trial run of what a form about the rules would change, or of the rules as they are. The program goes on with it,
/// see [`work_on_trials`].
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the form's fields;
/// [`ServiceError::Refused`] for a form that changes nothing.
pub async fn begin_trial(ctx: &Ctx, form: Option<(RuleForm, &FormValues)>) -> Result<TrialId> {
    let user = ctx.require(Action::Configure)?.id;
    let catalog = ctx.catalog().await?;
    let in_force = ctx.store.rule_book().await?;
    let mut tx = ctx.store.read().await?;
    let (mut change, mut draft) = (None, None);
    if let Some((form, values)) = form {
        let read = read_draft(&mut tx, form, values, (in_force.book(), &*catalog)).await?;
        let read = read.ok_or_else(|| ServiceError::Refused("This changes nothing about who gets leads, so there is nothing to try".to_owned()))?;
        draft = Some(TriedForm { address: form.address(), fields: values.encode(), words: read.words() });
        change = Some(read.change);
    }
    let books = Books::of(in_force, change.as_ref());
    let houses =
        TrialHouses { in_force: house(ctx, &mut tx, &books.in_force, &catalog).await?, tried: house(ctx, &mut tx, &books.tried, &catalog).await? };
    let decided = tx.routing().count_newest(TRIAL_LEADS).await?;
    drop(tx);

    let run = TrialRun {
        id: TrialId(0),
        user,
        draft,
        rules_version: books.in_force.book().version,
        state: TrialState::Running,
        total: decided.map_or(0, |decided| decided.leads),
        found: TrialFound::default(),
        started_at: ctx.now(),
        ended_at: None,
    };
    let (after, last) = decided.map_or((LeadId(0), LeadId(0)), |decided| (LeadId(decided.first.0 - 1), decided.last));
    let mut tx = ctx.store.begin().await?;
    tx.rule_trials().forget(ctx.now().plus_ms(-KEPT_MS)).await?;
    let id = tx.rule_trials().add(&TrialWork { run, change, houses, after, last }).await?;
    tx.save().await?;
    Ok(id)
}

/// How far a trial run is, and what it found so far, whoever began it.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn trial(ctx: &Ctx, id: TrialId) -> Result<TrialReport> {
    ctx.require(Action::Configure)?;
    let mut tx = ctx.store.ask().await?;
    let run = tx.rule_trials().find(id).await?.ok_or(ServiceError::NotFound)?.run;
    let is_current = tx.routing().version().await? == run.rules_version;
    Ok(TrialReport { run, now: ctx.now(), is_current })
}

/// Stops a trial run; what it found so far stays.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Refused`] when it has ended.
pub async fn stop_trial(ctx: &Ctx, id: TrialId) -> Result<()> {
    ctx.require(Action::Configure)?;
    let mut tx = ctx.store.begin().await?;
    if tx.rule_trials().stop(id, ctx.now()).await? {
        return Ok(tx.save().await?);
    }
    tx.rule_trials().find(id).await?.ok_or(ServiceError::NotFound)?;
    Err(ServiceError::Refused("This has ended already".to_owned()))
}

/// Goes on with the oldest trial run until it ends, reading `at_once` leads at a time; `false` when there is none, or another
/// process is at it. For the program itself.
///
/// # Errors
/// What the store reports; the run waits for the next call then.
pub async fn work_on_trials(ctx: &Ctx, at_once: i64) -> Result<bool> {
    let waiting = ctx.store.ask().await?.rule_trials().find_at_work().await?;
    let Some(id) = waiting else { return Ok(false) };
    let found = ctx.store.ask().await?.rule_trials().find(id).await?;
    let Some(mut work) = found else { return Ok(false) };
    let books = books_of(ctx, &work).await?;
    let mut is_any_done = false;
    while work.run.state == TrialState::Running && step(ctx, &mut work, &books, at_once).await? {
        is_any_done = true;
    }
    Ok(is_any_done)
}

/// Does one batch; `false` when it was stopped, or somebody else did it meanwhile.
async fn step(ctx: &Ctx, work: &mut TrialWork, books: &Books, at_once: i64) -> Result<bool> {
    let done = work.run.found.leads;
    let page = ctx.store.ask().await?.routing().list_newest(work.after, work.last, at_once).await?;
    let both = TrialBooks { in_force: &books.in_force, tried: &books.tried };
    for (lead, stored) in &page {
        work.run.found.try_lead(*lead, &stored.inputs.facts, &stored.decision, both, &mut work.houses);
        work.after = *lead;
    }
    if (page.len() as i64) < at_once {
        let run = &mut work.run;
        (run.state, run.ended_at) = (TrialState::Done, Some(ctx.now()));
        // Leads may have been deleted meanwhile.
        run.total = run.found.leads;
        work.houses = TrialHouses::default();
    }
    let mut tx = ctx.store.begin().await?;
    let is_noted = tx.rule_trials().go_on(done, work).await?;
    tx.save().await?;
    Ok(is_noted)
}

impl Books {
    fn of(in_force: Arc<Prepared>, change: Option<&RuleChange>) -> Self {
        let tried = change.map_or_else(|| Arc::clone(&in_force), |change| Arc::new(Prepared::new(in_force.book().clone().with(change))));
        Self { in_force, tried }
    }
}

/// The books of a run, also when the rules were changed since it was begun.
async fn books_of(ctx: &Ctx, work: &TrialWork) -> Result<Books> {
    let version = work.run.rules_version;
    let mut in_force = ctx.store.rule_book().await?;
    if in_force.book().version != version {
        in_force = Arc::new(Prepared::new(ctx.store.ask().await?.routing().load(version).await?));
    }
    Ok(Books::of(in_force, work.change.as_ref()))
}

/// People and groups as a book asks for them.
async fn house(ctx: &Ctx, tx: &mut Tx, book: &Arc<Prepared>, catalog: &Catalog) -> Result<House> {
    Router { book: Arc::clone(book), intake_owner: None }.house(ctx, tx, catalog).await
}
