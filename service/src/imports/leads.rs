//! Importing leads.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use store::StoreError;

use super::draft::{Draft, Drafter};
use super::lists::Lists;
use super::opened::{Read, Refusal};
use super::report::{ImportReport, Verdict, there_already};
use super::write::{Built, Origin, Writer};
use super::{Job, Verdict::Created};
use crate::error::{Result, ServiceError};

/// New leads after which the planner's figures are renewed.
const MANY: i64 = 50_000;
/// How often a batch is tried when somebody imports the same rows at the same moment.
const TRIES: usize = 3;

pub(super) async fn import(mut job: Job<'_>) -> Result<ImportReport> {
    let site = job.ctx.store.catalog().await?.site.clone();
    let drafter = Drafter::new(&job.opened, &site, job.errors.is_wanted()).map_err(ServiceError::Refused)?;
    let mut lists = Lists::load(job.ctx, &job.opened.headings, job.is_dry).await?;
    job.begin().await?;
    let before = job.tally.counts;
    let mut writer = job.run.map(|run| Writer::new(Origin { run, file_name: job.file_name.clone(), started_by: job.started_by, now: job.ctx.now() }));
    let mut seen = HashSet::new();
    let mut rows = job.opened.read(job.from, move |row, cells| drafter.draft(row, cells));
    while let Some(read) = rows.recv().await {
        let mut read = read.map_err(ServiceError::Refused)?;
        let bytes = read.bytes;
        match &mut writer {
            Some(writer) => write(&mut job, &mut lists, writer, read).await?,
            None => rehearse(&mut job, &mut lists, &mut seen, &mut read).await?,
        }
        job.tell(bytes, before);
    }
    if job.tally.counts.created - before.created >= MANY {
        job.ctx.store.analyze().await?;
    }
    job.finish().await
}

/// Writes a batch, with how far the run came, in one transaction.
async fn write(job: &mut Job<'_>, lists: &mut Lists, writer: &mut Writer, read: Read<Draft>) -> Result<()> {
    job.refuse(&read)?;
    job.tally.counts.rows = job.tally.counts.rows.max(i64::try_from(read.last).unwrap_or(i64::MAX));
    let mut tries = 0;
    loop {
        tries += 1;
        match try_write(job, lists, writer, &read.rows).await {
            // Somebody imports the same rows at this moment: look again which are there.
            Err(ServiceError::Internal(cause))
                if tries < TRIES && cause.downcast_ref::<StoreError>().is_some_and(StoreError::is_unique_violation) => {}
            other => return other,
        }
    }
}

async fn try_write(job: &mut Job<'_>, lists: &mut Lists, writer: &mut Writer, drafts: &[Draft]) -> Result<()> {
    let Some(run) = job.run else { return Ok(()) };
    let mut judged = judge(job, drafts, |_| false).await?;
    let built = build(job, lists, &mut judged, drafts).await?;
    let mut counts = job.tally.counts;
    for (_, verdict) in &judged {
        match verdict {
            Verdict::Created => counts.created += 1,
            Verdict::Updated => counts.updated += 1,
            Verdict::Skipped(_) => counts.skipped += 1,
            Verdict::Refused(_) => counts.refused += 1,
        }
    }
    let mut tx = job.ctx.store.begin().await?;
    let added = if built.is_empty() { None } else { Some(writer.add(&mut tx, built, lists).await?) };
    tx.imports().advance(run, counts, None).await?;
    tx.save().await?;
    if let Some(added) = added {
        writer.remember(added);
    }
    settle(job, drafts, judged)
}

/// What a batch would become. Nothing is written, so rows that are alike are remembered here.
async fn rehearse(job: &mut Job<'_>, lists: &mut Lists, seen: &mut HashSet<u64>, read: &mut Read<Draft>) -> Result<()> {
    job.refuse(read)?;
    let mut judged = judge(job, &read.rows, |key| {
        let mut hash = DefaultHasher::new();
        key.hash(&mut hash);
        !seen.insert(hash.finish())
    })
    .await?;
    build(job, lists, &mut judged, &read.rows).await?;
    settle(job, &read.rows, judged)
}

/// A draft's place in the batch and its verdict.
type Judged = (usize, Verdict);

/// Which drafts are there already, from an earlier run or an earlier row.
async fn judge(job: &Job<'_>, drafts: &[Draft], mut is_seen: impl FnMut(&str) -> bool) -> Result<Vec<Judged>> {
    let keys: Vec<&str> = drafts.iter().map(|draft| draft.key.as_str()).collect();
    let known = job.ctx.store.read().await?.imports().known_keys(&keys).await?;
    let mut first: HashMap<&str, u64> = HashMap::new();
    let judged = drafts.iter().enumerate().map(|(index, draft)| {
        let earlier = *first.entry(&draft.key).or_insert(draft.row);
        let verdict = if let Some(lead) = known.get(&draft.key) {
            there_already(*lead)
        } else if earlier != draft.row {
            Verdict::Skipped(format!("the same as row {earlier}"))
        } else if is_seen(&draft.key) {
            Verdict::Skipped("the same as an earlier row".to_owned())
        } else {
            Created
        };
        (index, verdict)
    });
    Ok(judged.collect())
}

/// Makes leads of the drafts that are new; one that cannot become a lead is refused.
async fn build<'d>(job: &mut Job<'_>, lists: &mut Lists, judged: &mut [Judged], drafts: &'d [Draft]) -> Result<Vec<Built<'d>>> {
    let new: Vec<&Draft> = judged.iter().filter(|(_, verdict)| *verdict == Created).map(|(index, _)| &drafts[*index]).collect();
    lists.complete(job.ctx, &new, &mut job.tally.notes).await?;
    let mut built = Vec::with_capacity(new.len());
    let places = judged.iter_mut().filter(|(_, verdict)| *verdict == Created);
    for ((_, verdict), draft) in places.zip(new) {
        match lists.lead(draft, job.started_by, job.ctx.now(), &mut job.tally.notes) {
            Ok(lead) => built.push((draft, lead)),
            Err(reason) => *verdict = Verdict::Refused(reason),
        }
    }
    Ok(built)
}

fn settle(job: &mut Job<'_>, drafts: &[Draft], judged: Vec<Judged>) -> Result<()> {
    for (index, verdict) in judged {
        let draft = &drafts[index];
        if let Verdict::Refused(reason) = &verdict {
            let refusal = Refusal { row: draft.row, cells: draft.cells.clone(), reason: reason.clone() };
            job.errors.add(&refusal).map_err(ServiceError::Refused)?;
        }
        job.tally.count(draft.row, &draft.full_name, verdict);
    }
    Ok(())
}
