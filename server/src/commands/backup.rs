//! `leadwright backup` and `leadwright restore`: see [`store::backup`].

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use service::Clock;
use store::Store;
use store::backup::Summary;

use crate::cli::{BackupArgs, RestoreArgs, with_causes};
use crate::config::Config;
use crate::lock;

/// Progress is shown about every so many rows.
const SHOWN_EVERY: u64 = 50_000;

/// Writes a backup. The database's tables stay as they are, so that a newer program can back up what an older one serves.
///
/// # Errors
/// A sentence saying what to do.
pub async fn back_up(config: &Config, args: BackupArgs) -> Result<(), String> {
    let started = Instant::now();
    let store = Store::open_as_is(&config.database_url).await.map_err(|error| with_causes(&error))?;
    let progress = Progress::default();
    let outcome = store.backup(&args.file, Clock::System.now().0, &|rows| progress.show(rows)).await;
    progress.end();
    store.close().await;
    let summary = outcome.map_err(|error| with_causes(&error))?;
    let seconds = started.elapsed().as_secs_f64();
    if args.json {
        println!("{}", figures(&summary, seconds, None));
    } else {
        println!(
            "{} rows of {} leads and all else are in {}, {}, after {seconds:.1} s.",
            summary.total(),
            leads(&summary),
            args.file.display(),
            size(&summary)
        );
    }
    Ok(())
}

/// Restores one, or only checks it.
///
/// # Errors
/// A sentence saying what to do.
pub async fn restore(config: &Config, args: RestoreArgs) -> Result<(), String> {
    let started = Instant::now();
    if args.dry_run {
        let summary = store::backup::check(&args.file).map_err(|error| with_causes(&error))?;
        if args.json {
            println!("{}", figures(&summary, started.elapsed().as_secs_f64(), None));
        } else {
            println!(
                "{} is sound: {} rows, {} leads, made by Leadwright {}.",
                args.file.display(),
                summary.total(),
                leads(&summary),
                summary.manifest.program
            );
        }
        return Ok(());
    }
    let _lock = lock::take(&config.database_url)?;
    let progress = Progress::default();
    let outcome = store::backup::restore(&config.database_url, &args.file, &|rows| progress.show(rows)).await;
    progress.end();
    let restored = outcome.map_err(|error| with_causes(&error))?;
    let (summary, seconds) = (&restored.summary, started.elapsed().as_secs_f64());
    if args.json {
        println!("{}", figures(summary, seconds, restored.kept.as_deref()));
        return Ok(());
    }
    println!("{} rows of {} leads and all else were restored in {seconds:.1} s.", summary.total(), leads(summary));
    if let Some(kept) = restored.kept {
        println!("What was there before is in {}; remove it when you need it no longer.", kept.display());
    }
    Ok(())
}

fn figures(summary: &Summary, seconds: f64, kept: Option<&std::path::Path>) -> serde_json::Value {
    serde_json::json!({
        "rows": summary.total(), "tables": summary.rows, "bytes": summary.bytes, "seconds": seconds, "kept": kept,
        "program": summary.manifest.program, "engine": summary.manifest.engine, "migration": summary.manifest.migration,
        "made_at": summary.manifest.made_at,
    })
}

fn leads(summary: &Summary) -> u64 {
    summary.rows.get("lead").copied().unwrap_or(0)
}

fn size(summary: &Summary) -> String {
    format!("{:.1} MB", summary.bytes as f64 / 1e6)
}

/// Rows done, on one line of the terminal; elsewhere nothing, as figures follow at the end.
struct Progress {
    started: Instant,
    shown: AtomicU64,
}

impl Default for Progress {
    fn default() -> Self {
        Self { started: Instant::now(), shown: AtomicU64::new(0) }
    }
}

impl Progress {
    fn show(&self, rows: u64) {
        // Fewer than before: another step began.
        let shown = self.shown.load(Ordering::Relaxed);
        if (shown..shown + SHOWN_EVERY).contains(&rows) || !std::io::stderr().is_terminal() {
            return;
        }
        self.shown.store(rows, Ordering::Relaxed);
        eprint!("\r{rows} rows, {:.0} s   ", self.started.elapsed().as_secs_f64());
    }

    fn end(&self) {
        if self.shown.load(Ordering::Relaxed) > 0 {
            eprintln!();
        }
    }
}
