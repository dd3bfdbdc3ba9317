//! What was promised, what was measured, and the table of both.

use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{Plan, Result};

/// A figure that the product promises.
struct Promise {
    id: &'static str,
    what: &'static str,
    unit: &'static str,
    must: f64,
    aim: f64,
    more_is_better: bool,
}

const fn at_least(id: &'static str, what: &'static str, unit: &'static str, must: f64, aim: f64) -> Promise {
    Promise { id, what, unit, must, aim, more_is_better: true }
}

const fn at_most(id: &'static str, what: &'static str, unit: &'static str, must: f64, aim: f64) -> Promise {
    Promise { id, what, unit, must, aim, more_is_better: false }
}

/// In the order of the table.
const PROMISES: [Promise; 31] = [
    at_least("P5", "rendered lead list, requests/s ÷ nginx, same bytes", "", 0.015, 0.05),
    at_least("P6", "lead list as JSON, requests/s ÷ its SQL in a loop", "", 0.35, 0.70),
    at_least("P7", "durable changes/s over HTTP ÷ bare commits/s", "", 0.8, 3.0),
    at_most("P8", "typeahead, p95", "ms", 20.0, 10.0),
    at_most("P9", "list page 10,000 ÷ page 1, time", "", 1.5, 1.05),
    at_least("P11", "CSV import, rows/s ÷ bare bulk insert", "", 0.15, 0.5),
    at_most("P14", "list, open, save: large ÷ 10k leads, p50, the worst", "", 1.5, 1.1),
    at_least("P15", "routing decisions/s, 100k covered accounts, 10k rules", "", 200_000.0, 1_000_000.0),
    at_most("F1", "first load of the list: wasm, js, css, html", "kB", 250.0, 120.0),
    at_most("F2", "registration page, all bytes", "kB", 30.0, 14.0),
    at_most("F4", "interaction to next paint, p98, CPU 4x slower", "ms", 100.0, 50.0),
    at_most("F5", "largest contentful paint, CPU 4x slower, 1.6 Mbit/s", "ms", 1800.0, 1000.0),
    at_most("F5b", "layout shift while the list loads", "", 0.0, 0.0),
    at_most("F6", "scrolling: rows in the page", "", 200.0, 80.0),
    at_most("F6b", "scrolling: frames over 50 ms", "%", 0.5, 0.0),
    at_least("L1", "live clients with p99 under 100 ms, 10 changes/s", "", 5_000.0, 20_000.0),
    at_most("L2", "memory per idle live client", "kB", 20.0, 6.0),
    at_least("L4", "list requests/s with 5,000 live clients ÷ without", "", 0.7, 0.95),
    at_most("O1", "the program's file", "MB", 60.0, 30.0),
    at_most("O1b", "memory, idle", "MB", 80.0, 40.0),
    at_most("O1c", "cold start to the first page", "ms", 1000.0, 150.0),
    at_most("S13", "hostile searches and filters, the slowest", "ms", 250.0, 250.0),
    at_most("W1", "opening a lead with 5,000 timeline entries, p95", "ms", 100.0, 100.0),
    at_most("W2", "one sweep of 100,000 running clocks", "s", 1.0, 1.0),
    at_most("W3", "training the scoring model, 100,000 leads, one core", "s", 10.0, 10.0),
    at_least("W4", "My day on a phone, Lighthouse's points for speed", "", 90.0, 100.0),
    at_least("W4b", "the same for accessibility", "", 100.0, 100.0),
    at_least("W5", "a lead on a phone, Lighthouse's points for speed", "", 90.0, 100.0),
    at_least("W5b", "the same for accessibility", "", 100.0, 100.0),
    at_least("B1", "backup while serving, rows/s", "", 0.0, 0.0),
    at_least("B2", "restore, rows/s", "", 0.0, 0.0),
];

/// A measured figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    pub id: String,
    pub value: f64,
    /// Both sides of a ratio, and the spread.
    pub detail: String,
}

/// All that was measured.
#[derive(Debug)]
pub struct Report {
    machine: String,
    figures: Vec<Figure>,
}

impl Report {
    /// Nothing yet, on this machine.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        Self { machine: machine(plan), figures: Vec::new() }
    }

    /// Notes a figure and says so at once: measuring takes long.
    pub fn add(&mut self, id: &str, value: f64, detail: String) {
        eprintln!("    {id}: {} ({detail})", short(value));
        self.figures.push(Figure { id: id.to_owned(), value, detail });
    }

    /// Writes what was measured, for [`Report::finish`] in a later run.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let lines = self.figures.iter().map(serde_json::to_string).collect::<std::result::Result<Vec<_>, _>>()?;
        std::fs::write(folder.join("server.jsonl"), lines.join("\n") + "\n")?;
        Ok(())
    }

    /// Takes figures from a file of one per line, where it exists.
    ///
    /// # Errors
    /// When a line is no figure.
    pub fn take_over(&mut self, file: &Path) -> Result<()> {
        let Ok(text) = std::fs::read_to_string(file) else { return Ok(()) };
        for line in text.lines().filter(|line| !line.is_empty()) {
            self.figures.push(serde_json::from_str(line)?);
        }
        Ok(())
    }

    /// Prints the table and writes it beside the figures.
    ///
    /// # Errors
    /// When a file cannot be written or read.
    pub fn finish(mut self, folder: &Path) -> Result<()> {
        self.take_over(&folder.join("server.jsonl"))?;
        let table = self.table()?;
        print!("{table}");
        std::fs::write(folder.join("table.txt"), &table)?;
        let rows: Vec<_> = PROMISES
            .iter()
            .filter_map(|promise| Some((promise, self.find(promise.id)?)))
            .map(|(promise, figure)| {
                serde_json::json!({
                    "id": promise.id, "what": promise.what, "unit": promise.unit, "measured": figure.value, "must": promise.must, "aim": promise.aim,
                    "held": promise.held(figure.value), "detail": figure.detail,
                })
            })
            .collect();
        std::fs::write(folder.join("table.json"), serde_json::to_string_pretty(&serde_json::json!({ "machine": self.machine, "figures": rows }))?)?;
        Ok(())
    }

    fn find(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.id == id)
    }

    fn table(&self) -> Result<String> {
        let mut text = format!("{}\n\n{:4} {:54} {:>10} {:>8} {:>8}  held?\n", self.machine, "id", "what", "measured", "must", "aim");
        for promise in &PROMISES {
            let (measured, held, detail) = match self.find(promise.id) {
                Some(figure) => (short(figure.value), promise.held(figure.value), figure.detail.as_str()),
                None => ("-".to_owned(), "not measured", ""),
            };
            let (must, aim) = if promise.must == 0.0 && promise.more_is_better {
                ("-".to_owned(), "-".to_owned())
            } else {
                (short(promise.must), short(promise.aim))
            };
            let what = if promise.unit.is_empty() { promise.what.to_owned() } else { format!("{}, {}", promise.what, promise.unit) };
            writeln!(text, "{:4} {what:54} {measured:>10} {must:>8} {aim:>8}  {held:12} {detail}", promise.id)?;
        }
        Ok(text)
    }
}

impl Promise {
    fn held(&self, value: f64) -> &'static str {
        let meets = |bound: f64| if self.more_is_better { value >= bound } else { value <= bound };
        if self.must == 0.0 && self.more_is_better {
            "-"
        } else if meets(self.aim) {
            "yes, and aim"
        } else if meets(self.must) {
            "yes"
        } else {
            "NO"
        }
    }
}

fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

fn machine(plan: &Plan) -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processor =
        read("/proc/cpuinfo").lines().find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, name)| name.trim().to_owned()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory: u64 =
        read("/proc/meminfo").lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok()).unwrap_or(0);
    let load = read("/proc/loadavg").split_whitespace().next().unwrap_or("?").to_owned();
    format!(
        "{}, {} cores, {:.0} GB, Linux {}; load at the start {load}; {} leads, {} rounds of {} s, medians; server on core {}, client on core {}",
        processor.unwrap_or_else(|| "processor unknown".to_owned()),
        std::env::var("BENCH_CORES").unwrap_or_else(|_| cores.to_string()),
        memory as f64 / 1e6,
        read("/proc/sys/kernel/osrelease").trim(),
        plan.leads,
        plan.rounds,
        plan.seconds,
        crate::server::SERVER_CORE,
        crate::server::CLIENT_CORE,
    )
}
