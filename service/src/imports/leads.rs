//! Importing leads.

use std::collections::HashMap;

use domain::{AccountId, Finding};
use store::StoreError;

use super::draft::{Draft, Drafter};
use super::known::{Decided, Known, decide};
use super::lists::Lists;
use super::opened::{Read, Refusal};
use super::repeats::{Earlier, Judged, added_again, judge};
use super::report::{ImportReport, Verdict, count_in};
use super::routed::needs_owner;
use super::update::update;
use super::write::{Built, Origin, People, REMEMBERED, Writer};
use super::{Job, Verdict::Created};
use crate::error::{Result, ServiceError};
use crate::routing::Router;

/// New leads after which the planner's figures are renewed.
const MANY: i64 = 50_000;
/// How often a batch is tried when somebody imports the same rows at the same moment, or when the database gives it up for another
/// transaction.
const TRIES: usize = 3;

pub(super) async fn import(mut job: Job<'_>) -> Result<ImportReport> {
    let site = job.ctx.store.catalog().await?.site.clone();
    let drafter = Drafter::new(&job.opened, &site, job.errors.is_wanted()).map_err(ServiceError::Refused)?;
    let mut lists = Lists::load(job.ctx, &job.opened.columns, job.is_dry).await?;
    if let Some(partner) = &job.opened.mapping.partner {
        lists.default_to_partner(partner);
    }
    job.begin().await?;
    let before = job.tally.counts;
    let router = if job.opened.mapping.routes() { Some(Router::load(job.ctx).await?) } else { None };
    let origin = |run| Origin { run, file_name: job.file_name.clone(), started_by: job.started_by, now: job.ctx.now() };
    let mut writer = job.run.map(|run| Writer::new(origin(run), router));
    let mut earlier = Earlier::default();
    // Those that a dry run would know by then.
    let mut accounts = HashMap::new();
    let mut rows = job.opened.read(job.from, move |row, cells| drafter.draft(row, cells));
    while let Some(read) = rows.recv().await {
        let read = read.map_err(ServiceError::Refused)?;
        let bytes = read.bytes;
        match &mut writer {
            Some(writer) => {
                write(&mut job, &mut lists, writer, &mut earlier, read).await?;
                job.is_after_cut = false;
            }
            None => rehearse(&mut job, &mut lists, &mut accounts, &mut earlier, &read).await?,
        }
        job.tell(bytes, before);
    }
    if job.tally.counts.created - before.created >= MANY {
        job.ctx.store.analyze().await?;
    }
    job.finish().await
}

/// Writes a batch: changes in short transactions, then what is new, with how far the run came, in one.
async fn write(job: &mut Job<'_>, lists: &mut Lists, writer: &mut Writer, earlier: &mut Earlier, mut read: Read<Draft>) -> Result<()> {
    job.refuse(&read)?;
    job.tally.counts.rows = job.tally.counts.rows.max(i64::try_from(read.last).unwrap_or(i64::MAX));
    // Without a choice for them, leads that are there tell which rows came in before.
    let is_chosen = job.opened.mapping.repeats.is_some();
    let repeated = if is_chosen { earlier.repeated(&read.rows) } else { vec![false; read.rows.len()] };
    let mut settled = HashMap::new();
    if is_chosen {
        let judged = judge(job, &read.rows, &repeated).await?;
        settled = update(job, lists, &read.rows, &judged).await?;
        take_other_keys(job, &mut read.rows, &judged).await?;
    }
    let mut tries = 0;
    loop {
        tries += 1;
        match try_write(job, lists, writer, &read.rows, (&repeated, &settled)).await {
            // Two transactions waited for each other, and this one was undone.
            Err(ServiceError::Busy) if tries < TRIES => {}
            // Somebody imports the same rows at this moment: look again which are there.
            Err(ServiceError::Internal(cause))
                if tries < TRIES && cause.downcast_ref::<StoreError>().is_some_and(StoreError::is_unique_violation) => {}
            other => return other,
        }
    }
}

/// Rows that are added again do so beside the leads with which they came in before.
async fn take_other_keys(job: &Job<'_>, drafts: &mut [Draft], judged: &[Judged]) -> Result<()> {
    let Some(run) = job.run else { return Ok(()) };
    let new: Vec<usize> = judged.iter().filter(|row| row.verdict == Created).map(|row| row.index).collect();
    let keys: Vec<&str> = new.iter().map(|index| drafts[*index].key.as_str()).collect();
    let known = job.ctx.store.read().await?.imports().known_keys(&keys).await?;
    for index in new {
        let draft = &mut drafts[index];
        if known.contains_key(&draft.key) {
            draft.key = added_again(&draft.key, run);
        }
    }
    Ok(())
}

/// Rows that repeat an earlier one, and rows whose verdict stands already.
type Settled<'s> = (&'s [bool], &'s HashMap<usize, Verdict>);

async fn try_write(job: &mut Job<'_>, lists: &mut Lists, writer: &mut Writer, drafts: &[Draft], (repeated, settled): Settled<'_>) -> Result<()> {
    let Some(run) = job.run else { return Ok(()) };
    let mut judged = judge(job, drafts, repeated).await?;
    settle_in(&mut judged, settled);
    let built = build(job, lists, &mut judged, drafts).await?;
    let mut counts = job.tally.counts;
    for row in &judged {
        count_in(&mut counts, &row.verdict);
    }
    let mut tx = job.ctx.store.begin().await?;
    let added = if built.is_empty() { None } else { Some(writer.add(job.ctx, &mut tx, built, lists).await?) };
    tx.imports().advance(run, counts, None).await?;
    tx.save().await?;
    let mut findings = HashMap::new();
    if let Some(mut added) = added {
        findings = std::mem::take(&mut added.findings);
        writer.remember(added);
    }
    settle(job, drafts, judged, findings)
}

/// What a batch would become. Nothing is written, so rows that are alike are remembered here.
async fn rehearse(
    job: &mut Job<'_>,
    lists: &mut Lists,
    accounts: &mut HashMap<String, AccountId>,
    earlier: &mut Earlier,
    read: &Read<Draft>,
) -> Result<()> {
    job.refuse(read)?;
    let repeated = earlier.repeated(&read.rows);
    let mut judged = judge(job, &read.rows, &repeated).await?;
    let settled = update(job, lists, &read.rows, &judged).await?;
    settle_in(&mut judged, &settled);
    let built = build(job, lists, &mut judged, &read.rows).await?;
    let findings = look(job, lists, accounts, &built).await?;
    settle(job, &read.rows, judged, findings)
}

/// What the signs of a batch's rows say of their accounts, by the rows' numbers. Names of accounts that they would bring are
/// remembered, as an import knows them.
async fn look(job: &Job<'_>, lists: &Lists, accounts: &mut HashMap<String, AccountId>, built: &[Built<'_>]) -> Result<HashMap<u64, Finding>> {
    if built.is_empty() {
        return Ok(HashMap::new());
    }
    let mut tx = job.ctx.store.read().await?;
    let people = People::find(&mut tx, built).await?;
    let known = Known { region: &lists.catalog.site.region, run: None, remembered: accounts, people: &people };
    let Decided { findings, named, new, .. } = decide(&mut tx, known, built).await?;
    if accounts.len() > REMEMBERED {
        accounts.clear();
    }
    accounts.extend(named);
    // They have no numbers, which nobody asks for.
    accounts.extend(new.into_iter().filter(|(_, name)| !name.is_empty()).map(|(_, name)| (name, AccountId(0))));
    Ok(findings.into_iter().map(|(place, finding)| (built[place].0.row, finding)).collect())
}

fn settle_in(judged: &mut [Judged], settled: &HashMap<usize, Verdict>) {
    for row in judged {
        if let Some(verdict) = settled.get(&row.index) {
            row.verdict = verdict.clone();
        }
    }
}

/// Makes leads of the drafts that are new; one that cannot become a lead is refused.
async fn build<'d>(job: &mut Job<'_>, lists: &mut Lists, judged: &mut [Judged], drafts: &'d [Draft]) -> Result<Vec<Built<'d>>> {
    let new: Vec<&Draft> = judged.iter().filter(|row| row.verdict == Created).map(|row| &drafts[row.index]).collect();
    lists.complete(job.ctx, &new, &mut job.tally.notes).await?;
    let mut built = Vec::with_capacity(new.len());
    let places = judged.iter_mut().filter(|row| row.verdict == Created);
    for (row, draft) in places.zip(new) {
        match lists.lead(draft, job.started_by, job.ctx.now(), &mut job.tally.notes) {
            Ok(lead) => {
                if job.opened.mapping.routes() && needs_owner(&lead) {
                    job.tally.notes.add("No owner or group: the rules of routing say whose the lead becomes".to_owned());
                }
                built.push((draft, lead));
            }
            Err(reason) => row.verdict = Verdict::Refused(reason),
        }
    }
    Ok(built)
}

fn settle(job: &mut Job<'_>, drafts: &[Draft], judged: Vec<Judged>, mut findings: HashMap<u64, Finding>) -> Result<()> {
    for Judged { index, verdict, .. } in judged {
        let draft = &drafts[index];
        if let Verdict::Refused(reason) = &verdict {
            let refusal = Refusal { row: draft.row, cells: draft.cells.clone(), reason: reason.clone() };
            job.errors.add(&refusal).map_err(ServiceError::Refused)?;
        }
        job.tally.count_found(draft.row, &draft.full_name, verdict, findings.remove(&draft.row));
    }
    Ok(())
}
