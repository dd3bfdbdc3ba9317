//! O1: the program's size, its memory, its start. B1 and B2: backing up while it serves, and restoring.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::report::Report;
use crate::server::{Server, database, remove, url};
use crate::{Plan, Result, median};

/// Measures them.
///
/// # Errors
/// When something does not answer.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    if !plan.wants(&["O1", "O1B", "O1C", "B1", "B2"]) {
        return Ok(());
    }
    report.add("O1", std::fs::metadata(&plan.binary)?.len() as f64 / 1e6, "with the site's files inside".to_owned());
    let database = database(plan, plan.leads, "start").await?;
    let cookie = Server::start(plan, &database).await?.sign_in("manager@demo.test").await?;
    let (mut starts, mut memories) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let started = Instant::now();
        let server = Server::spawn(plan, &database)?;
        server.until_ready("/leads", &cookie).await?;
        starts.push(started.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_secs(2)).await;
        memories.push(server.memory() / 1e6);
    }
    report.add("O1b", median(memories.clone()), format!("{memories:.0?} MB, two seconds after the first page"));
    report.add("O1c", median(starts.clone()), format!("{starts:.0?} ms; the file was in the system's cache"));
    if plan.wants(&["B1", "B2"]) {
        backup(plan, report, &database).await?;
    }
    remove(&database);
    Ok(())
}

async fn backup(plan: &Plan, report: &mut Report, database: &std::path::Path) -> Result<()> {
    let file = plan.folder.join("bench.backup");
    let server = Server::start(plan, database).await?;
    let run = |words: [&str; 3]| -> Result<serde_json::Value> {
        let output = Command::new(&plan.binary).args(words).env("LEADWRIGHT_DATABASE_URL", url(database)).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    let path = file.to_string_lossy().into_owned();
    let per_second = |figures: &serde_json::Value| figures["rows"].as_f64().unwrap_or(f64::NAN) / figures["seconds"].as_f64().unwrap_or(f64::NAN);
    let describe = |figures: &serde_json::Value| {
        format!("{} rows, {} bytes, {:.1} s", figures["rows"], figures["bytes"], figures["seconds"].as_f64().unwrap_or(f64::NAN))
    };
    let taken = run(["backup", &path, "--json"])?;
    report.add("B1", per_second(&taken), describe(&taken));
    drop(server);
    let restored = run(["restore", &path, "--json"])?;
    report.add("B2", per_second(&restored), describe(&restored));
    if let Some(kept) = restored["kept"].as_str() {
        remove(std::path::Path::new(kept));
    }
    std::fs::remove_file(file)?;
    Ok(())
}
