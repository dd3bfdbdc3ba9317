//! Walking a list from page to page.

use domain::lead_views::Total;
use store::Engine;
use store::leads::{From, Resolved};

use super::*;

pub(crate) fn ids(rows: &[domain::LeadRow]) -> Vec<i64> {
    rows.iter().map(|row| row.id.0).collect()
}

/// Walks a list to its end and back to its beginning; each way must show each expected lead once, in order.
pub(crate) async fn assert_walks(tx: &mut Tx, filter: &Resolved, scope: &Scope, expected: &[i64], what: &str) {
    let limit = (expected.len() as i64 / 3).max(3);
    let mut page = tx.leads().list(filter, scope, &From::Start, limit).await.unwrap();
    assert_eq!(page.previous, None, "{what}");
    let mut seen = ids(&page.rows);
    while let Some(next) = page.next {
        assert_eq!(page.rows.len() as i64, limit, "{what}");
        page = tx.leads().list(filter, scope, &From::After(next), limit).await.unwrap();
        assert!(!page.rows.is_empty(), "{what}");
        seen.extend(ids(&page.rows));
    }
    assert_eq!(seen, expected, "forwards: {what}");
    let mut seen = ids(&page.rows);
    while let Some(previous) = page.previous {
        page = tx.leads().list(filter, scope, &From::Before(previous), limit).await.unwrap();
        assert!(!page.rows.is_empty() && page.next.is_some(), "{what}");
        seen.splice(0..0, ids(&page.rows));
    }
    assert_eq!(seen, expected, "backwards: {what}");
}

pub(crate) async fn assert_counts(tx: &mut Tx, filter: &Resolved, scope: &Scope, expected: &[i64], what: &str) {
    let count = expected.len() as i64;
    assert_eq!(tx.leads().total(filter, scope).await.unwrap(), Total::Exactly(count), "{what}");
    for most in [1, 20, 1000] {
        assert_eq!(tx.leads().count_up_to(filter, scope, most).await.unwrap(), count.min(most), "{what}, up to {most}");
    }
}

/// That SQLite reads leads through an index; while it walks (a search with a range) it never goes through all of it. The
/// index of the unclaimed has only those.
pub(crate) async fn assert_planned(tx: &mut Tx, filter: &Resolved, scope: &Scope, from: &From, is_walk: bool, what: &str) {
    if tx.engine() != Engine::Sqlite || matches!(scope, Scope::Any(reaches) if reaches.is_empty()) {
        return;
    }
    for step in tx.leads().explain(filter, scope, from, 50).await.unwrap() {
        let reads_leads = ["SCAN l", "SCAN lead", "SCAN c"].iter().any(|scan| step == *scan || step.starts_with(&format!("{scan} ")));
        let is_narrow = step.contains("lead_unclaimed") || (!is_walk && step.contains("USING"));
        assert!(!reads_leads || is_narrow, "{what}: {step}");
    }
}
