//! Importing CSV files: leads, and the accounts, offerings and people that another program keeps beside them.
//!
//! A file is looked at first (`opened`: encoding, delimiter, headings, what it is about), then read in a thread of its own
//! (`splitter`, `draft`) while the rows before are written (`write`), a couple of thousand to a transaction that also
//! notes how far it came. To add a heading that is understood: `guess`; a way to write a value: `cells`.

mod cells;
mod classes;
mod companies;
mod draft;
mod errors_file;
mod files;
mod guess;
mod known;
mod leads;
mod lists;
mod mapping;
mod offerings;
mod opened;
mod reading;
mod repeats;
mod report;
mod routed;
mod splitter;
mod staff;
mod undo;
mod update;
mod work;
mod write;

use std::path::{Path, PathBuf};
use std::time::Instant;

use domain::{Action, ImportId, UserId};
use store::imports::{ImportRun, RowCounts};

pub use self::classes::ClassColumn;
pub use self::files::{Arrived, choose_columns, do_step, find_file, homes, list_files, refused_rows, take_file};
pub use self::guess::FileKind;
pub use self::mapping::{Home, Mapping};
pub use self::report::{ImportReport, Note, Progress, RowVerdict, UndoReport, Verdict};
pub use self::undo::{cli_undo, undo};
pub use self::work::{ELSEWHERE, tidy, work_on_next};

use self::errors_file::ErrorsFile;
use self::opened::{Opened, Read};
use self::report::Tally;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::seed::seed_defaults;

/// Rows of a dry run whose verdicts are told.
const VERDICTS: usize = 20;
/// Runs that are listed.
const RUNS: i64 = 50;

/// What to import, and how.
#[derive(Clone, Debug, Default)]
pub struct ImportWish {
    pub path: PathBuf,
    /// What events call the file; its own name where there is none.
    pub file_name: Option<String>,
    /// Without one, headings and content decide.
    pub map: Option<Mapping>,
    /// Check everything, change nothing.
    pub dry_run: bool,
    /// Where refused rows go, each with its reason.
    pub errors_to: Option<PathBuf>,
    /// For whom the program imports; a signed-in person imports for themself.
    pub started_by: Option<UserId>,
}

/// What a file looks like before anything is imported.
#[derive(Clone, Debug)]
pub struct Inspection {
    pub kind: FileKind,
    /// As encodings are called: `UTF-8`, `windows-1252`.
    pub encoding: &'static str,
    pub delimiter: char,
    pub headings: Vec<String>,
    /// The guess, to be looked over.
    pub mapping: Mapping,
    /// The first rows.
    pub sample: Vec<Vec<String>>,
}

/// Imports a file for the person who acts. An interrupted run of the same file and mapping goes on where it stopped.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators (for a file of people or offerings, administrators);
/// [`ServiceError::Refused`] with a sentence about the file or the mapping, nothing imported; what the store reports,
/// with the transactions until then saved.
pub async fn run(ctx: &Ctx, wish: ImportWish, progress: &(dyn Fn(Progress) + Sync)) -> Result<ImportReport> {
    let actor = ctx.require(Action::ImportLeads)?.id;
    import(ctx, ImportWish { started_by: Some(actor), ..wish }, progress).await
}

/// Imports a file for the program itself, as the command line does: whoever can start it may.
///
/// # Errors
/// As [`run`], but for [`ServiceError::Forbidden`].
pub async fn cli_run(ctx: &Ctx, wish: ImportWish, progress: &(dyn Fn(Progress) + Sync)) -> Result<ImportReport> {
    import(ctx, wish, progress).await
}

/// Looks at a file.
///
/// # Errors
/// As [`run`].
pub async fn inspect(ctx: &Ctx, path: &Path, map: Option<Mapping>) -> Result<Inspection> {
    ctx.require(Action::ImportLeads)?;
    let opened = look(ctx, path, map).await?;
    Ok(Inspection {
        kind: opened.kind,
        encoding: opened.survey.encoding.name(),
        delimiter: char::from(opened.delimiter),
        headings: opened.headings,
        mapping: opened.mapping,
        sample: opened.sample.into_iter().take(10).collect(),
    })
}

/// Reads a mapping file that the command line was given, see [`Mapping::from_toml_with`].
///
/// # Errors
/// [`ServiceError::Refused`] with a sentence that names the entry.
pub async fn cli_read_mapping(ctx: &Ctx, text: &str) -> Result<Mapping> {
    seed_defaults(ctx).await?;
    Mapping::from_toml_with(text, &ctx.store.catalog().await?.fields).map_err(ServiceError::Refused)
}

/// The latest runs, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators.
pub async fn list_runs(ctx: &Ctx) -> Result<Vec<ImportRun>> {
    ctx.require(Action::ImportLeads)?;
    Ok(ctx.store.read().await?.imports().list(RUNS).await?)
}

async fn look(ctx: &Ctx, path: &Path, map: Option<Mapping>) -> Result<Opened> {
    let catalog = ctx.store.catalog().await?;
    let path = path.to_owned();
    let looked = tokio::task::spawn_blocking(move || Opened::look(&path, map, &catalog)).await;
    looked.map_err(|error| ServiceError::Internal(Box::new(error)))?.map_err(ServiceError::Refused)
}

async fn import(ctx: &Ctx, wish: ImportWish, progress: &(dyn Fn(Progress) + Sync)) -> Result<ImportReport> {
    let started = Instant::now();
    if wish.errors_to.as_ref().is_some_and(|errors| is_same_file(errors, &wish.path)) {
        return Err(ServiceError::Refused("The refused rows would overwrite the file they come from; give them another name".to_owned()));
    }
    seed_defaults(ctx).await?;
    let opened = look(ctx, &wish.path, wish.map.clone()).await?;
    if matches!(opened.kind, FileKind::Offerings | FileKind::People) && ctx.actor.is_some() {
        ctx.require(Action::ManagePeople)?;
    }
    let own_name = wish.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let job = Job {
        ctx,
        errors: ErrorsFile::new(wish.errors_to, &opened.headings),
        file_name: wish.file_name.unwrap_or(own_name),
        started_by: wish.started_by,
        is_dry: wish.dry_run,
        opened,
        started,
        progress,
        run: None,
        from: 0,
        is_resumed: false,
        is_after_cut: false,
        tally: Tally::new(RowCounts::default(), if wish.dry_run { VERDICTS } else { 0 }),
    };
    match job.opened.kind {
        FileKind::Leads => leads::import(job).await,
        FileKind::Accounts => companies::import(job).await,
        FileKind::Offerings => offerings::import(job).await,
        FileKind::People => staff::import(job).await,
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// One import while it runs.
struct Job<'c> {
    ctx: &'c Ctx,
    opened: Opened,
    file_name: String,
    started_by: Option<UserId>,
    is_dry: bool,
    started: Instant,
    progress: &'c (dyn Fn(Progress) + Sync),
    errors: ErrorsFile,
    /// `None` in a dry run.
    run: Option<ImportId>,
    /// The last row that an earlier run handled.
    from: u64,
    is_resumed: bool,
    /// Whether this is the batch at which an earlier run was interrupted, perhaps half way through.
    is_after_cut: bool,
    tally: Tally,
}

impl Job<'_> {
    /// Begins a run, or takes up the one that was interrupted.
    async fn begin(&mut self) -> Result<()> {
        if self.is_dry {
            return Ok(());
        }
        let digest = self.opened.digest();
        let mut tx = self.ctx.store.begin().await?;
        if let Some(run) = tx.imports().find_interrupted(&digest).await? {
            self.from = u64::try_from(run.done.rows).unwrap_or(0);
            (self.is_resumed, self.is_after_cut) = (true, true);
            self.run = Some(run.id);
            self.tally.counts = run.done;
            return Ok(());
        }
        self.run = Some(tx.imports().begin(&self.file_name, &digest, self.started_by, self.ctx.now()).await?);
        Ok(tx.save().await?)
    }

    /// Counts and files the rows that could not be read. Those of an earlier run are counted already.
    fn refuse<T>(&mut self, read: &Read<T>) -> Result<()> {
        for refusal in &read.refused {
            self.errors.add(refusal).map_err(ServiceError::Refused)?;
            if refusal.row > self.from {
                let name = refusal.cells.iter().find(|cell| !cell.is_empty()).map_or("", |cell| cell.as_str());
                let name: String = name.chars().take(60).collect();
                self.tally.count(refusal.row, &name, Verdict::Refused(refusal.reason.clone()));
            }
        }
        Ok(())
    }

    /// Tells how far it came.
    fn tell(&self, bytes: u64, before: RowCounts) {
        let rows = |counts: RowCounts| u64::try_from(counts.created + counts.updated + counts.skipped + counts.refused).unwrap_or(0);
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let left = self.opened.survey.bytes.saturating_sub(bytes);
        (self.progress)(Progress {
            run: self.run,
            rows: rows(self.tally.counts),
            bytes,
            of_bytes: self.opened.survey.bytes,
            rows_per_second: (rows(self.tally.counts) - rows(before)) as f64 / seconds,
            seconds_left: (bytes > 0).then(|| left as f64 / (bytes as f64 / seconds)),
        });
    }

    async fn finish(self) -> Result<ImportReport> {
        if let Some(run) = self.run {
            let mut tx = self.ctx.store.begin().await?;
            tx.imports().advance(run, self.tally.counts, Some(self.ctx.now())).await?;
            tx.save().await?;
        }
        self.errors.finish().map_err(ServiceError::Refused)?;
        Ok(self.tally.into_report(self.opened.kind, self.run, self.is_resumed, self.started.elapsed().as_secs_f64()))
    }
}
