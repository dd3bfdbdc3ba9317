//! `leadwright demo`: fills an empty database with believable demo data.

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use service::Ctx;
use service::demo::DemoReport;
use store::WhenMissing;

use crate::cli::{DemoArgs, explain, open};
use crate::config::Config;

/// Fills the database and says what it made.
///
/// # Errors
/// A sentence saying what to do.
pub async fn run(config: &Config, args: DemoArgs) -> Result<(), String> {
    let ctx = open(config, WhenMissing::Create).await?;
    let report = fill(&ctx, args.leads).await?;
    ctx.store.close().await;
    if args.json {
        println!("{}", serde_json::to_string(&report).map_err(|error| error.to_string())?);
    } else {
        println!("{} leads, {} accounts and {} contacts in {:.1} s.", report.leads, report.accounts, report.contacts, report.seconds);
        println!("Sign in as manager@demo.test with the password demo.");
    }
    Ok(())
}

/// Fills the database, with progress on standard error.
///
/// # Errors
/// A sentence saying what to do.
pub(super) async fn fill(ctx: &Ctx, leads: u64) -> Result<DemoReport, String> {
    let progress = Progress::new();
    let report = service::demo::fill(ctx, leads, &|done, wanted| progress.show(done, wanted)).await;
    progress.end();
    report.map_err(explain)
}

/// How far it came, how fast, and how long it will take; silent for what takes less than a second.
struct Progress {
    started: Instant,
    shown: Cell<Instant>,
    /// Where an interrupted filling went on.
    first: Cell<Option<u64>>,
    has_shown: Cell<bool>,
    is_terminal: bool,
}

impl Progress {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            started: now,
            shown: Cell::new(now),
            first: Cell::new(None),
            has_shown: Cell::new(false),
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    fn show(&self, done: u64, wanted: u64) {
        let first = self.first.get().unwrap_or(done);
        self.first.set(Some(first));
        let pause = if self.is_terminal { Duration::from_secs(1) } else { Duration::from_secs(10) };
        if self.shown.get().elapsed() < pause {
            return;
        }
        self.shown.set(Instant::now());
        self.has_shown.set(true);
        let per_second = (done - first) as f64 / self.started.elapsed().as_secs_f64();
        let left = if per_second > 0.0 { format!(", {:.0} s left", (wanted - done) as f64 / per_second) } else { String::new() };
        let (before, after) = if self.is_terminal { ("\r", "      ") } else { ("", "\n") };
        eprint!("{before}{done} of {wanted} demo leads, {per_second:.0} a second{left}{after}");
        let _flushed = std::io::stderr().flush();
    }

    fn end(&self) {
        if self.has_shown.get() && self.is_terminal {
            eprintln!();
        }
    }
}
