//! How good scores are, judged by leads that were held back: the site's own, or those of a file.

use std::collections::BTreeMap;
use std::path::Path;

use domain::scoring::{Examples, Feature, PARTS, Report, TooLittle};
use sha2::{Digest as _, Sha256};

use super::learn::{gather, learn};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Leads that ended, one way or the other.
    pub leads: usize,
    /// Rows of a file that do not say how they ended.
    pub skipped: usize,
    pub outcome: std::result::Result<Report, TooLittle>,
    /// What was not learned from, because it says how a lead ended, by name.
    pub left_out: Vec<String>,
}

/// Learns from the site's closed leads and judges by those held back. Nothing is kept.
///
/// # Errors
/// What the store reports.
pub async fn cli_evaluate(ctx: &Ctx) -> Result<Evaluation> {
    let catalog = ctx.catalog().await?;
    evaluate(gather(ctx).await?, 0, |feature| feature.title(&catalog)).await
}

/// The same with the rows of a CSV file. `outcome` is the heading of the column that says how each ended (1, yes, won, true; 0, no, lost,
/// false), `id` of the one that identifies it, else the first. Held back is one row in five: those of which the SHA-256 digest of the
/// identifier, as a number, can be divided by five.
///
/// # Errors
/// [`ServiceError::Refused`] with a sentence about the file.
pub async fn cli_evaluate_file(path: &Path, outcome: &str, id: Option<&str>) -> Result<Evaluation> {
    let (path, outcome, id) = (path.to_owned(), outcome.to_owned(), id.map(str::to_owned));
    let read = tokio::task::spawn_blocking(move || read_file(&path, &outcome, id.as_deref())).await;
    let (examples, skipped) = read.map_err(|error| ServiceError::Internal(Box::new(error)))?.map_err(ServiceError::Refused)?;
    let name = |feature: &Feature| match feature {
        Feature::Extra(name) => name.clone(),
        other => format!("{other:?}"),
    };
    evaluate(examples, skipped, name).await
}

async fn evaluate(examples: Examples, skipped: usize, name: impl Fn(&Feature) -> String) -> Result<Evaluation> {
    let leads = examples.len();
    let outcome = learn(examples).await?.map(|(_, report)| report);
    let left_out = outcome.iter().flat_map(|report| &report.left_out).map(name).collect();
    Ok(Evaluation { leads, skipped, outcome, left_out })
}

fn read_file(path: &Path, outcome: &str, id: Option<&str>) -> std::result::Result<(Examples, usize), String> {
    let broken = |error: csv::Error| format!("{} cannot be read ({error})", path.display());
    let mut reader = csv::Reader::from_path(path).map_err(broken)?;
    let headings = reader.headers().map_err(broken)?.clone();
    let find = |name: &str| headings.iter().position(|heading| heading.trim().eq_ignore_ascii_case(name.trim()));
    let lacks = |name: &str| format!("{} has no column “{name}”; its columns are {}", path.display(), headings.iter().collect::<Vec<_>>().join(", "));
    let outcome = find(outcome).ok_or_else(|| lacks(outcome))?;
    let id = id.map_or(Some(0), find).ok_or_else(|| lacks(id.unwrap_or_default()))?;
    let (mut examples, mut skipped) = (Examples::default(), 0);
    for row in reader.records() {
        let row = row.map_err(broken)?;
        let Some(won) = row.get(outcome).and_then(is_won) else {
            skipped += 1;
            continue;
        };
        let cells = headings.iter().zip(&row).enumerate().filter(|(at, (_, text))| *at != outcome && *at != id && !text.trim().is_empty());
        let features: BTreeMap<Feature, String> =
            cells.map(|(_, (heading, text))| (Feature::Extra(heading.trim().to_owned()), text.trim().to_owned())).collect();
        examples.add(features, won, part_of_text(row.get(id).unwrap_or_default()));
    }
    Ok((examples, skipped))
}

fn is_won(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "1" | "yes" | "true" | "won" => Some(true),
        "0" | "no" | "false" | "lost" => Some(false),
        _ => None,
    }
}

/// The digest of an identifier modulo the number of parts.
fn part_of_text(id: &str) -> u8 {
    let parts = u32::from(PARTS);
    let rest = Sha256::digest(id.as_bytes()).iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % parts);
    u8::try_from(rest).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_the_part_of_its_digest() {
        assert_eq!(["", "lead", "abc"].map(part_of_text), [4, 1, 0]);
    }

    #[test]
    fn how_a_lead_ended_is_said_in_several_ways() {
        assert_eq!(["1", " Won ", "0", "LOST", "open", ""].map(is_won), [Some(true), Some(true), Some(false), Some(false), None, None]);
    }
}
