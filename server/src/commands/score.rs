//! `leadwright score evaluate`: how good the scores are that closed leads teach, judged by leads that were held back.

use domain::scoring::Report;
use serde_json::json;
use service::scoring::{self, Evaluation};
use store::WhenMissing;

use crate::cli::{ScoreCommand, explain, open};
use crate::config::Config;

/// Evaluates, and prints the figures.
///
/// # Errors
/// A sentence saying what to do, or that there is too little to learn from.
pub async fn run(config: &Config, command: ScoreCommand) -> Result<(), String> {
    let ScoreCommand::Evaluate { data, outcome, id, json } = command;
    let found = match data {
        Some(path) => scoring::cli_evaluate_file(&path, &outcome, id.as_deref()).await.map_err(explain)?,
        None => {
            let ctx = open(config, WhenMissing::Refuse).await?;
            let found = scoring::cli_evaluate(&ctx).await.map_err(explain);
            ctx.store.close().await;
            found?
        }
    };
    let report = match &found.outcome {
        Ok(report) => report,
        Err(too_little) => {
            if json {
                println!("{}", json!({ "auc": null, "brier": null, "rows": found.leads, "won": too_little.won, "lost": too_little.lost }));
            }
            return Err(format!("{too_little}."));
        }
    };
    if json {
        println!("{}", figures(&found, report));
    } else {
        tell(&found, report);
    }
    Ok(())
}

/// The figures for machines; `rows` are those that the figures are of.
fn figures(found: &Evaluation, report: &Report) -> serde_json::Value {
    let figures = &report.figures;
    let calibration: Vec<_> = figures.calibration.iter().map(|group| json!({ "leads": group.leads, "said": group.said, "was": group.was })).collect();
    let lift: Vec<_> = figures.lift.iter().map(|lift| json!({ "top_percent": lift.top, "of_won": lift.of_won })).collect();
    json!({
        "auc": figures.auc,
        "brier": figures.brier,
        "rows": figures.leads,
        "won": figures.won,
        "brier_of_average": figures.brier_of_share,
        "calibration_error": figures.off_by,
        "calibration": calibration,
        "lift": lift,
        "learned_from": report.leads,
        "left_out": found.left_out,
        "skipped": found.skipped,
    })
}

fn tell(found: &Evaluation, report: &Report) {
    let figures = &report.figures;
    println!(
        "Learned from {} closed leads, {} of them won; judged by {} others, {} of them won.",
        report.leads, report.won, figures.leads, figures.won
    );
    if found.skipped > 0 {
        println!("{} rows do not say how they ended, and were left out.", found.skipped);
    }
    for name in &found.left_out {
        println!("Left out, because it says how a lead ended: {name}.");
    }
    println!("AUC    {:.3}  of a won and a lost lead, how often the won one has the higher score", figures.auc);
    println!("Brier  {:.3}  {:.3} if every lead were given the average", figures.brier, figures.brier_of_share);
    println!("Off by {:.1} %  on average, over ten groups of leads:", figures.off_by * 100.0);
    for group in &figures.calibration {
        println!("       said {:3.0} %, was {:3.0} %, of {} leads", group.said * 100.0, group.was * 100.0, group.leads);
    }
    for lift in &figures.lift {
        println!("The best {:2} % of the leads hold {:3.0} % of those that were won.", lift.top, lift.of_won * 100.0);
    }
}
