//! `leadwright import FILE.csv`.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use domain::ImportId;
use service::imports::{self, ImportReport, ImportWish, Progress, Verdict};
use store::WhenMissing;

use crate::cli::{ImportArgs, explain, open};
use crate::config::Config;

/// Imports, checks, or takes an earlier run back.
///
/// # Errors
/// A sentence saying what to do.
pub async fn run(config: &Config, args: ImportArgs) -> Result<(), String> {
    let written = args.map.as_deref().map(read_mapping).transpose()?;
    let ctx = open(config, WhenMissing::Create).await?;
    let outcome = match (args.undo, args.file) {
        (Some(run), _) => undo(&ctx, ImportId(run), args.json).await,
        (None, Some(path)) => {
            let wish = ImportWish { path, dry_run: args.dry_run, errors_to: args.errors.clone(), ..ImportWish::default() };
            let report = import(&ctx, wish, written).await;
            report.map(|report| show(&report, args.json, args.dry_run, args.errors.as_deref()))
        }
        (None, None) => Err("Name a CSV file.".to_owned()),
    };
    ctx.store.close().await;
    outcome
}

/// The text of a mapping file, with the name that a sentence about it begins with.
fn read_mapping(path: &Path) -> Result<(String, String), String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read ({error}).", path.display()))?;
    Ok((path.display().to_string(), text))
}

async fn import(ctx: &service::Ctx, mut wish: ImportWish, written: Option<(String, String)>) -> Result<ImportReport, String> {
    if let Some((name, text)) = written {
        let mapping = imports::cli_read_mapping(ctx, &text).await.map_err(|error| format!("{name}: {}", explain(error)))?;
        wish.map = Some(mapping);
    }
    imports::cli_run(ctx, wish, &tell).await.map_err(explain)
}

async fn undo(ctx: &service::Ctx, run: ImportId, is_json: bool) -> Result<(), String> {
    let report = match imports::cli_undo(ctx, run).await {
        Err(service::ServiceError::NotFound) => return Err(format!("There is no import {run}.")),
        other => other.map_err(explain)?,
    };
    if is_json {
        println!("{}", serde_json::json!(report));
        return Ok(());
    }
    println!("{} leads, {} accounts and {} contacts were deleted.", report.deleted, report.accounts_deleted, report.contacts_deleted);
    if report.restored > 0 {
        println!("{} leads are what they were before.", report.restored);
    }
    if report.kept > 0 {
        println!("{} leads stay, because somebody worked on them since.", report.kept);
    }
    Ok(())
}

fn show(report: &ImportReport, is_json: bool, is_dry: bool, errors: Option<&Path>) {
    if is_json {
        let figures = serde_json::json!({
            "rows": report.rows, "created": report.created, "updated": report.updated, "skipped": report.skipped, "refused": report.refused,
            "seconds": report.seconds, "run": report.run,
        });
        println!("{figures}");
        return;
    }
    for verdict in &report.verdicts {
        let what = match &verdict.verdict {
            Verdict::Created => "new",
            Verdict::Updated(_) => "updated",
            Verdict::Skipped(_) => "skipped",
            Verdict::Refused(_) => "refused",
        };
        let reason = verdict.reason();
        println!("row {}: {}: {what}{}{reason}", verdict.row, verdict.name, if reason.is_empty() { "" } else { ": " });
    }
    if !is_dry {
        for found in report.matches.iter().take(20) {
            println!("row {}: {}: {}", found.row, found.name, found.reason());
        }
        for refusal in report.refusals.iter().take(20) {
            if let Verdict::Refused(reason) = &refusal.verdict {
                println!("row {}: refused: {reason}", refusal.row);
            }
        }
    }
    for note in report.notes.iter().take(40) {
        println!("{} ({} {})", note.text, note.rows, if note.rows == 1 { "row" } else { "rows" });
    }
    let would = if is_dry { "Nothing was changed. It would be: " } else { "" };
    println!(
        "{would}{} rows: {} new, {} updated, {} skipped, {} refused, in {:.1} s.",
        report.rows, report.created, report.updated, report.skipped, report.refused, report.seconds
    );
    if let (Some(errors), true) = (errors, report.refused > 0) {
        println!("The refused rows are in {}: mend them there and import that file.", errors.display());
    }
    if let Some(run) = report.run.filter(|_| report.created + report.updated > 0) {
        println!("`leadwright import --undo {run}` takes it back.");
    }
}

/// Progress on one line of the terminal; elsewhere nothing, as figures follow at the end.
fn tell(progress: Progress) {
    let mut out = std::io::stderr();
    if !out.is_terminal() {
        return;
    }
    let percent = progress.bytes * 100 / progress.of_bytes.max(1);
    let left = progress.seconds_left.map_or_else(String::new, |seconds| format!(", {seconds:.0} s left"));
    let end = if progress.bytes == progress.of_bytes { "\n" } else { "" };
    let told = write!(out, "\r{} rows, {percent} %, {:.0} rows/s{left}   {end}", progress.rows, progress.rows_per_second);
    // Nobody reads along any more, which is no reason to stop.
    drop(told);
}
