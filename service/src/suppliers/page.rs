//! What a supplier reads at its private address.

use std::collections::BTreeMap;

use domain::countdown::days_left;
use domain::supplier::{ClassScore, Progress, SentLead, SupplierPage, ToldProblem};
use domain::{Catalog, GroupId, LeadId, LeadProblem, Timestamp};
use store::suppliers::SuppliedLead;

use super::dues;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::people::token_hash;

/// Leads of one page.
const PAGE: usize = 50;
/// Problems of one page.
const PROBLEMS_MAX: i64 = 1_000;
/// Leads that the scorecard counts: the newest.
const COUNTED_MAX: i64 = 2_000;
/// Reasons of losses that are named.
const REASONS_MAX: usize = 5;
/// Longest secret that is looked for.
const TOKEN_MAX: usize = 100;

/// What stands at a private address, for whoever knows it: leads of the supplier and of nobody else, newest first, those before a number where it is
/// given; on the first page with the scorecard.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing.
pub async fn open(ctx: &Ctx, token: &str, before: Option<LeadId>) -> Result<SupplierPage> {
    if token.is_empty() || token.len() > TOKEN_MAX {
        return Err(ServiceError::NotFound);
    }
    let (catalog, book) = (ctx.catalog().await?, ctx.clock_book().await?);
    let mut tx = ctx.store.read().await?;
    let opened = tx.suppliers().open(&token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    let mut rows = tx.suppliers().list_leads(opened.partner, before, PAGE as i64 + 1).await?;
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let ids: Vec<LeadId> = rows.iter().map(|row| row.id).collect();
    let groups: Vec<(LeadId, Option<GroupId>)> = rows.iter().map(|row| (row.id, row.group)).collect();
    let mut due = dues(&mut tx, &groups, &book, &catalog).await?;
    let mut problems: BTreeMap<LeadId, Vec<LeadProblem>> = BTreeMap::new();
    for problem in tx.suppliers().problems_of(&ids, PROBLEMS_MAX).await? {
        if problem.partner == Some(opened.partner) {
            problems.entry(problem.lead).or_default().push(problem);
        } else if problem.waits() {
            // It was noted for who was the partner before.
            due.remove(&problem.lead);
        }
    }
    let (mut scores, mut reasons, mut counted) = (Vec::new(), Vec::new(), None);
    if before.is_none() {
        let found = tx.suppliers().outcomes(opened.partner, COUNTED_MAX).await?;
        scores = ClassScore::of(&found.outcomes);
        reasons = found.reasons.into_iter().map(|(reason, leads)| (catalog.choice_name(reason), leads)).collect();
        reasons.sort_by(|one: &(String, i64), other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        reasons.truncate(REASONS_MAX);
        counted = Some(COUNTED_MAX).filter(|most| scores.iter().map(|score| score.leads).sum::<i64>() >= *most);
    }
    let next = rows.last().filter(|_| has_more).map(|row| row.id);
    let leads = rows
        .into_iter()
        .map(|row| {
            let (known, due_at) = (problems.remove(&row.id).unwrap_or_default(), due.get(&row.id).copied());
            sent(row, known, due_at, &catalog, ctx.now())
        })
        .collect();
    let (site, logo) = (catalog.site.name.clone(), catalog.site.logo.clone());
    Ok(SupplierPage { site, logo, supplier: opened.name, leads, next, scores, reasons, counted })
}

/// A lead as its supplier reads of it.
fn sent(row: SuppliedLead, problems: Vec<LeadProblem>, due_at: Option<Timestamp>, catalog: &Catalog, now: Timestamp) -> SentLead {
    let zone = &catalog.site.zone;
    let told = |problem: LeadProblem| {
        let told_on = zone.readable_day(problem.told_at?);
        Some(ToldProblem { reason: problem.reason, words: problem.words, told_on, is_settled: problem.settled_at.is_some() })
    };
    let to_be_told = due_at.map(|due_at| {
        let day = zone.local(due_at).start_of_day();
        format!("{}, {}", day.readable_day(), days_left(day, zone.at(now).today()))
    });
    SentLead {
        number: row.id,
        full_name: row.full_name,
        company: row.company,
        sent_on: zone.readable_day(row.created_at),
        class: row.class,
        status: catalog.status(row.status).map_or_else(String::new, |status| status.name.clone()),
        progress: Progress::of(row.state, row.activity_at.is_some(), row.contacted_at.is_some()),
        who: row.owner.map(|owner| catalog.person_name(owner)),
        closed_on: row.closed_at.map(|at| zone.readable_day(at)),
        lost_because: row.lost_reason.map(|reason| catalog.choice_name(reason)),
        problems: problems.into_iter().filter_map(told).collect(),
        to_be_told,
    }
}
