//! Working on uploaded files: checking, importing, taking back. One file at a time; a person's pause or stop is seen within
//! half a second and simply ends the work, because a run notes in each transaction how far it came. What a server leaves
//! behind when it ends is taken up by the next one.

use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use domain::contact_event::NAMED_MAX;
use domain::import_file::{ImportOutcome, ImportPhase, ImportVerdict};
use domain::{ImportId, Timestamp};
use store::Engine;
use store::import_files::{HowFar, StoredFile};

use super::files::{refused_name, to_json};
use super::report::{ImportReport, Progress, RowVerdict, Verdict};
use super::{ImportWish, Mapping};
use crate::ctx::Ctx;
use crate::error::{NOT_SAVED, Result, ServiceError};

/// How often it is said how far the work came, and looked whether it should go on.
const BEAT: Duration = Duration::from_millis(500);
/// After this long without a beat another server takes a file up. Unit: milliseconds.
const STALE_MS: i64 = 10_000;
/// Waiting files that are looked at for one that this server can read.
const WAITING_MAX: i64 = 1000;
/// What is said of a file that another server has.
pub const ELSEWHERE: &str = "This waits for the server that took the file up, which is busy or does not run; it goes on by itself once that server \
    does. If the server is gone, stop this and import the file once more: rows that came in already are not added again";

/// Works on the oldest file that waits and that this server can read, if any; `false` when there is none. Dropping the future ends the
/// work in good order.
///
/// # Errors
/// What the store reports. What goes wrong with the file itself is noted at the file.
pub async fn work_on_next(ctx: &Ctx, spool: &Path) -> Result<bool> {
    let now = ctx.now();
    let stale = now.plus_ms(-STALE_MS);
    let Some(id) = next(ctx, spool, stale).await? else { return Ok(false) };
    let mut tx = ctx.store.begin().await?;
    let claimed = tx.import_files().claim(id, now, stale).await?;
    tx.save().await?;
    let Some(file) = claimed else { return Ok(false) };
    let started_in = file.phase;
    let latest = Mutex::new(None::<Progress>);
    let outcome = tokio::select! {
        outcome = attempt(ctx, spool, &file, &latest) => outcome,
        gone_on = keep_beating(ctx, &file, &latest) => return gone_on.map(|()| true),
    };
    let run = file.run;
    let mut done = StoredFile { bytes_done: file.bytes, rows_per_second: 0, ..file };
    match outcome {
        Ok(Finished { phase, report }) => {
            done.phase = phase;
            done.sentence.clear();
            if let Some(report) = report {
                done.run = report.run.or(run);
                done.rows_done = i64::try_from(report.rows).unwrap_or(i64::MAX);
                done.report = to_json(&outcome_of(report))?;
            }
        }
        Err(error) => {
            done.phase = ImportPhase::Failed;
            done.run = run.or(run_of(&latest));
            done.sentence = match error {
                ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence) => sentence.replace(&done.spool_name, &done.file_name),
                ServiceError::NotFound => "What it imported is no longer there".to_owned(),
                ServiceError::NotSaved(cause) => {
                    tracing::error!(import_file.id = done.id, error = ?cause, "a batch of an import was not saved");
                    format!("{NOT_SAVED}. What came in until then is there")
                }
                other => {
                    tracing::error!(import_file.id = done.id, error = ?other, "an import failed");
                    "Something went wrong on our side; what came in until then is there".to_owned()
                }
            };
        }
    }
    let is_over = matches!(done.phase, ImportPhase::Done | ImportPhase::Undone);
    let spooled = if is_over { std::mem::take(&mut done.spool_name) } else { String::new() };
    let mut tx = ctx.store.begin().await?;
    let is_noted = tx.import_files().change(&done, started_in).await?;
    tx.save().await?;
    // Whoever paused it just then goes on with the file, and finds all of it there.
    if is_over && is_noted {
        remove(&spool.join(&spooled));
    }
    Ok(true)
}

/// The oldest file that waits and that this server can work on. Of the others it is said what they wait for: each server has a spool
/// folder of its own, unless all share one.
async fn next(ctx: &Ctx, spool: &Path, stale: Timestamp) -> Result<Option<i64>> {
    let waiting = ctx.store.ask().await?.import_files().list_waiting(stale, WAITING_MAX).await?;
    for file in waiting {
        // On SQLite there is no other server: a file that is not here is nowhere, which the attempt says.
        let is_ours = ctx.store.engine() == Engine::Sqlite || file.phase == ImportPhase::Undoing || spool.join(&file.spool_name).exists();
        if is_ours {
            return Ok(Some(file.id));
        }
        if file.sentence.is_empty() {
            let mut tx = ctx.store.begin().await?;
            tx.import_files().say_why_it_waits(file.id, ELSEWHERE, stale).await?;
            tx.save().await?;
        }
    }
    Ok(None)
}

/// The run that importing the file began.
fn run_of(latest: &Mutex<Option<Progress>>) -> Option<ImportId> {
    latest.lock().unwrap_or_else(PoisonError::into_inner).and_then(|progress| progress.run)
}

/// Removes uploads that nobody needs any more and that have lain there for a while: those of stopped runs, and those that
/// never arrived completely. One that is just arriving is not known yet, but young.
///
/// # Errors
/// What the store reports.
pub async fn tidy(ctx: &Ctx, spool: &Path, older_than: Duration) -> Result<()> {
    let wanted = ctx.store.read().await?.import_files().spooled().await?;
    let Ok(entries) = std::fs::read_dir(spool) else { return Ok(()) };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let age = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok()).unwrap_or_default();
        if name.starts_with("upload-") && !wanted.contains(&name) && age >= older_than {
            remove(&entry.path());
        }
    }
    Ok(())
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(path = %path.display(), %error, "a file stays in the spool folder");
    }
}

struct Finished {
    phase: ImportPhase,
    report: Option<ImportReport>,
}

/// Does what the phase asks for, as the person who uploaded the file.
async fn attempt(ctx: &Ctx, spool: &Path, file: &StoredFile, latest: &Mutex<Option<Progress>>) -> Result<Finished> {
    let actor = ctx.store.read().await?.people().load_actor(file.added_by).await?;
    let actor = actor.ok_or_else(|| ServiceError::Refused("Who uploaded this file is no longer active".to_owned()))?;
    let ctx = ctx.acting_as(actor);
    if file.phase == ImportPhase::Undoing {
        let run = file.run.ok_or(ServiceError::NotFound)?;
        super::undo(&ctx, run).await?;
        return Ok(Finished { phase: ImportPhase::Undone, report: None });
    }
    let is_check = file.phase == ImportPhase::Checking;
    let map = if file.mapping.is_empty() { None } else { Some(Mapping::from_toml(&file.mapping).map_err(ServiceError::Refused)?) };
    // Whoever sent a lead sheet sent its leads.
    let supplier = Some(file.supplier.clone()).filter(|supplier| !supplier.is_empty());
    let map = map.map(|map| Mapping { partner: map.partner.clone().or(supplier), ..map });
    let wish = ImportWish {
        path: spool.join(&file.spool_name),
        file_name: Some(file.file_name.clone()),
        map,
        dry_run: is_check,
        errors_to: Some(spool.join(refused_name(file.id))),
        started_by: None,
    };
    let progress = |now: Progress| *latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    let report = super::run(&ctx, wish, &progress).await?;
    Ok(Finished { phase: if is_check { ImportPhase::Checked } else { ImportPhase::Done }, report: Some(report) })
}

/// Says how far the work came until a person wants it otherwise.
async fn keep_beating(ctx: &Ctx, file: &StoredFile, latest: &Mutex<Option<Progress>>) -> Result<()> {
    loop {
        tokio::time::sleep(BEAT).await;
        let progress = *latest.lock().unwrap_or_else(PoisonError::into_inner);
        let figure = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let came = HowFar {
            rows: progress.map_or(file.rows_done, |now| figure(now.rows)),
            bytes: progress.map_or(file.bytes_done, |now| figure(now.bytes)),
            rows_per_second: progress.map_or(0, |now| now.rows_per_second.round() as i64),
            run: file.run.or(run_of(latest)),
        };
        let mut tx = ctx.store.begin().await?;
        let phase = tx.import_files().beat(file.id, &came, ctx.now()).await?;
        tx.save().await?;
        if phase != Some(file.phase) {
            return Ok(());
        }
    }
}

fn outcome_of(report: ImportReport) -> ImportOutcome {
    let verdict = |one: RowVerdict| {
        let verdict = match one.verdict {
            Verdict::Created => "new",
            Verdict::Updated(_) => "changed",
            Verdict::Skipped(_) => "skipped",
            Verdict::Refused(_) => "refused",
        };
        let reason = one.reason();
        let accounts = one.finding.map(|finding| finding.proposals.into_iter().take(NAMED_MAX).map(|proposal| proposal.account).collect::<Vec<_>>());
        ImportVerdict { row: one.row, name: one.name, verdict: verdict.to_owned(), reason, accounts: accounts.unwrap_or_default() }
    };
    let named = report.repeats.into_iter().chain(report.refusals).chain(report.matches);
    let mut verdicts: Vec<ImportVerdict> = report.verdicts.into_iter().chain(named).map(verdict).collect();
    verdicts.sort_by_key(|verdict| verdict.row);
    verdicts.dedup_by_key(|verdict| verdict.row);
    ImportOutcome {
        rows: report.rows,
        created: report.created,
        updated: report.updated,
        skipped: report.skipped,
        refused: report.refused,
        seconds: report.seconds.round() as u64,
        notes: report.notes.into_iter().map(|note| (note.text, note.rows)).collect(),
        verdicts,
    }
}
