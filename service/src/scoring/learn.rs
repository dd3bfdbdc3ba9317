//! The program's own work for scores: learning once a day, or when it is asked for, and scoring leads anew.

use domain::scoring::{Examples, Model, Report, TooLittle, Training, part_of};
use domain::{AuditArea, DAY_MS, EventKind, HOUR_MS, LeadId};
use store::scoring::ScoreWork;

use super::anew;
use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// The newest closed leads are learned from, so many at most.
const LEARNED_MOST: usize = 100_000;
/// Leads that are read at once.
const READ_AT_ONCE: i64 = 1000;
/// Leads that are scored anew in one transaction: others wait for it on SQLite, so it is short.
const SCORED_AT_ONCE: i64 = 200;
/// After so long a training that has not ended was given up.
pub(crate) const GIVEN_UP_AFTER_MS: i64 = HOUR_MS;

/// Does one step of what has to be done: a training that is due, else some leads that have to be scored anew; `false` when there is nothing
/// to do. For the program itself.
///
/// # Errors
/// What the store reports; the next call begins where this one did.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let work = ctx.store.ask().await?.scoring().work().await?;
    if is_due(ctx, &work).await? && train(ctx).await? {
        return Ok(true);
    }
    match work.rescore_after {
        Some(after) => rescore(ctx, work.round, after).await,
        None => Ok(false),
    }
}

/// Whether somebody asked for a training, or the model in use is a day old.
async fn is_due(ctx: &Ctx, work: &ScoreWork) -> Result<bool> {
    if work.asked_at.is_some() {
        return Ok(true);
    }
    if !work.uses_model {
        return Ok(false);
    }
    let last = ctx.store.ask().await?.scoring().last_training().await?;
    Ok(last.is_none_or(|(at, _)| at.plus_ms(DAY_MS) <= ctx.now()))
}

/// Learns, and keeps what was learned; `false` when another process is at it.
async fn train(ctx: &Ctx) -> Result<bool> {
    let mut tx = ctx.store.begin().await?;
    if !tx.scoring().begin_training(ctx.now(), ctx.now().plus_ms(-GIVEN_UP_AFTER_MS)).await? {
        return Ok(false);
    }
    tx.save().await?;
    let done = learn_and_keep(ctx).await;
    if done.is_err() {
        let mut tx = ctx.store.begin().await?;
        tx.scoring().give_up_training().await?;
        tx.save().await?;
    }
    done.map(|()| true)
}

async fn learn_and_keep(ctx: &Ctx) -> Result<()> {
    let (model, outcome) = match learn(gather(ctx).await?).await? {
        Ok((model, report)) => (Some(model), Training::Learned(report)),
        Err(too_little) => (None, Training::Refused(too_little)),
    };
    let mut tx = ctx.store.begin().await?;
    let version = tx.scoring().end_training(ctx.now(), model.as_ref(), &outcome).await?;
    if model.is_some() && tx.scoring().work().await?.uses_model {
        tx.scoring().rescore_all().await?;
    }
    let changed = Changed { area: AuditArea::Configuration, actor: None, subject_id: version, version: 0 };
    let name = match &outcome {
        Training::Learned(report) => format!("a training of the scores: {} leads were learned from", report.leads),
        Training::Refused(TooLittle { won, lost }) => {
            format!("a training of the scores: {won} won and {lost} lost leads are too little to learn from")
        }
    };
    audit::catalog_changed(ctx, &mut tx, changed, EventKind::RecordAdded { name }).await?;
    Ok(tx.save().await?)
}

/// The closed leads of the site, to learn from.
pub(super) async fn gather(ctx: &Ctx) -> Result<Examples> {
    let mut examples = Examples::default();
    let mut before = LeadId(i64::MAX);
    while examples.len() < LEARNED_MOST {
        let page = ctx.store.ask().await?.scoring().ended_before(before, READ_AT_ONCE).await?;
        let is_last = (page.len() as i64) < READ_AT_ONCE;
        for lead in page {
            examples.add(lead.facts.features(), lead.won, part_of(lead.id));
            before = lead.id;
        }
        if is_last {
            break;
        }
        // People come first.
        tokio::task::yield_now().await;
    }
    Ok(examples)
}

/// Learns in a thread of its own, so that nobody waits.
pub(super) async fn learn(examples: Examples) -> Result<std::result::Result<(Model, Report), TooLittle>> {
    let learned = tokio::task::spawn_blocking(move || examples.learn()).await;
    learned.map_err(|error| ServiceError::Internal(Box::new(error)))
}

/// Scores the next open leads anew; `true` also when it was another process that did.
async fn rescore(ctx: &Ctx, round: i64, after: LeadId) -> Result<bool> {
    // Read after the round: a change of the book that this misses begins another.
    let book = ctx.store.score_book().await?;
    let mut tx = ctx.store.read().await?;
    let page = tx.scoring().open_after(after, SCORED_AT_ONCE).await?;
    let scores = anew(&mut tx, &book, &page).await?;
    drop(tx);
    let last = page.last().filter(|_| page.len() as i64 == SCORED_AT_ONCE).map(|lead| lead.id);
    let mut tx = ctx.store.begin().await?;
    if tx.scoring().go_on(round, after, last).await? {
        tx.scoring().put(&scores).await?;
        tx.save().await?;
    }
    Ok(true)
}
