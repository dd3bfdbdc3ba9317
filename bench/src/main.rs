//! `make bench`: measures what the product promises, in ratios of which both sides are measured in one run, and writes
//! the table. Not a test: it fails only when something cannot be measured.
//!
//! [`server`] starts programs, pinned to one core, [`client`] asks them from the other; [`reading`], [`writing`],
//! [`live`], [`start`], [`routing`] and [`working`] measure; [`report`] holds the figures against what they must be. To add a figure: a line in
//! [`report::PROMISES`] and a measurement that names its id. What only a browser can tell comes from
//! `scripts/bench/browser.mjs`.

mod client;
mod live;
mod reading;
mod report;
mod routing;
mod server;
mod start;
mod working;
mod writing;

use std::path::PathBuf;

use report::Report;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program.
    pub binary: PathBuf,
    /// Where databases are kept and figures written.
    pub folder: PathBuf,
    /// Leads in the large database.
    pub leads: u64,
    /// Rounds of each measurement; the median counts.
    pub rounds: usize,
    /// How long one side is measured in a round. Unit: seconds.
    pub seconds: u64,
    /// Rows of the imported file.
    pub import_rows: usize,
    /// Live clients at most.
    pub live_clients: usize,
    /// Only these, where some are named.
    pub only: Vec<String>,
}

impl Plan {
    fn of_environment() -> Result<Self> {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let quick = text("QUICK").is_some_and(|quick| quick != "0");
        let only = text("ONLY").map(|list| list.split(',').map(|id| id.trim().to_uppercase()).collect()).unwrap_or_default();
        Ok(Self {
            binary: text("BENCH_BINARY").ok_or("BENCH_BINARY is not set; run make bench")?.into(),
            folder: text("BENCH_FOLDER").unwrap_or_else(|| "target/bench".to_owned()).into(),
            leads: if quick { 50_000 } else { 1_000_000 },
            rounds: if quick { 3 } else { 5 },
            seconds: if quick { 1 } else { 3 },
            import_rows: if quick { 10_000 } else { 100_000 },
            live_clients: if quick { 5_000 } else { 20_000 },
            only,
        })
    }

    /// Whether one of these figures is wanted.
    #[must_use]
    pub fn wants(&self, ids: &[&str]) -> bool {
        self.only.is_empty() || ids.iter().any(|id| self.only.iter().any(|wanted| wanted == id))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "bare") {
        println!("{}", bare(&words[1..]).await?);
        return Ok(());
    }
    let plan = Plan::of_environment()?;
    server::raise_file_limit();
    let mut report = Report::new(&plan);
    if words.first().is_some_and(|word| word == "table") {
        report.take_over(&plan.folder.join("browser.jsonl"))?;
        return report.finish(&plan.folder);
    }
    routing::measure(&plan, &mut report)?;
    start::measure(&plan, &mut report).await?;
    reading::measure(&plan, &mut report).await?;
    writing::measure(&plan, &mut report).await?;
    working::measure(&plan, &mut report).await?;
    live::measure(&plan, &mut report).await?;
    report.save(&plan.folder)
}

/// The other side of a ratio, which this program measures when it is started anew on the servers' core.
async fn bare(words: &[String]) -> Result<f64> {
    match words {
        [what, database, amount] if what == "select" => reading::bare_select(database, amount.parse()?).await,
        [what, database, amount] if what == "update" => writing::bare_update(database, amount.parse()?).await,
        [what, database, amount] if what == "insert" => writing::bare_insert(database, amount.parse()?).await,
        _ => Err("bare select|update DATABASE SECONDS, or bare insert DATABASE ROWS".into()),
    }
}

/// The middle one.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The value that a share of all is not above.
#[must_use]
pub fn percentile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get(((values.len() as f64 * share).ceil() as usize).saturating_sub(1).min(last)).copied().unwrap_or(f64::NAN)
}
