//! Importing a file of accounts: what Leadwright has no field for is kept in the account's history.

use std::collections::HashMap;

use domain::account::{AccountLocation, Address};
use domain::event::{Subject, TextChange};
use domain::text::{fold, line};
use domain::{AccountId, AccountKind, EventKind, Finding};
use store::Tx;
use store::account_bearers::Bearers;
use store::accounts::NewAccount;
use store::events::NewEvent;

use super::Job;
use super::cells::squash;
use super::opened::Read;
use super::report::{ImportReport, Verdict};
use crate::error::{Result, ServiceError};
use crate::matching::{Said, of_many};

/// Events of an account that are looked through.
const EVENTS: i64 = 100;

/// A company as its row has it.
#[derive(Debug)]
pub(super) struct Company {
    row: u64,
    name: String,
    website: String,
    office: String,
    /// Everything but the name, by its label.
    facts: Vec<TextChange>,
}

pub(super) async fn import(mut job: Job<'_>) -> Result<ImportReport> {
    let columns = |names: &[&str]| job.opened.headings.iter().position(|heading| names.contains(&squash(heading).as_str()));
    let name = columns(&["account", "accountname", "company", "companyname"]).unwrap_or(0);
    let (website, office) = (columns(&["website", "url"]), columns(&["officelocation", "country", "location"]));
    let labels: Vec<String> = job.opened.headings.iter().map(|heading| label(heading)).collect();
    let region = job.ctx.store.catalog().await?.site.region.clone();
    job.begin().await?;
    let before = job.tally.counts;
    let mut rows = job.opened.read(job.from, move |row, cells| {
        let at = |column: Option<usize>| line(column.map_or("", |column| cells[column])).map_err(|error| error.to_string());
        let facts = labels.iter().zip(cells).enumerate().filter(|(column, (_, cell))| *column != name && !cell.is_empty());
        let company = Company {
            row: row.number,
            name: at(Some(name))?,
            website: at(website)?,
            office: at(office)?,
            facts: facts.map(|(_, (label, cell))| TextChange { what: label.clone(), old: String::new(), new: (*cell).to_owned() }).collect(),
        };
        if company.name.is_empty() { Err("The row names no account".to_owned()) } else { Ok(company) }
    });
    while let Some(read) = rows.recv().await {
        let read = read.map_err(ServiceError::Refused)?;
        let bytes = read.bytes;
        job.refuse(&read)?;
        write(&mut job, &region, read).await?;
        job.tell(bytes, before);
    }
    job.finish().await
}

async fn write(job: &mut Job<'_>, region: &str, read: Read<Company>) -> Result<()> {
    let mut tx = job.ctx.store.begin().await?;
    let names: Vec<String> = read.rows.iter().map(|company| fold(&company.name)).collect();
    let mut known = tx.imports().accounts_named(&names.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let mut findings = seek(job, &mut tx, region, &known, &read.rows).await?;
    job.tally.counts.rows = i64::try_from(read.last).unwrap_or(i64::MAX);
    for company in &read.rows {
        let there = known.get(&fold(&company.name)).copied();
        let finding = if there.is_none() { findings.remove(&company.row) } else { None };
        let found = finding.as_ref().and_then(Finding::account).map(|account| account.id);
        let verdict = match there.or(found) {
            Some(id) => complete(job, &mut tx, id, company).await?,
            None => {
                if !job.is_dry {
                    known.insert(fold(&company.name), add(job, &mut tx, company).await?);
                }
                Verdict::Created
            }
        };
        job.tally.count_found(company.row, &company.name, verdict, finding);
    }
    let Some(run) = job.run else { return Ok(()) };
    tx.imports().advance(run, job.tally.counts, None).await?;
    Ok(tx.save().await?)
}

/// What the spelling of names says of rows whose name no account bears, by the rows' numbers: in one statement, and only where it
/// says anything. Accounts that this run made are known by their names alone, as for leads.
async fn seek(job: &Job<'_>, tx: &mut Tx, region: &str, known: &HashMap<String, AccountId>, rows: &[Company]) -> Result<HashMap<u64, Finding>> {
    let nowhere = Address::default();
    let open: Vec<&Company> = rows.iter().filter(|company| !known.contains_key(&fold(&company.name))).collect();
    let said: Vec<Said<'_>> = open.iter().map(|company| Said { company: &company.name, emails: &[], phones: &[], address: &nowhere }).collect();
    let findings = of_many(tx, region, job.run, &mut Bearers::default(), &said).await?;
    let numbered = open.iter().map(|company| company.row).zip(findings);
    Ok(numbered.filter(|(_, finding)| !finding.proposals.is_empty()).collect())
}

async fn add(job: &Job<'_>, tx: &mut Tx, company: &Company) -> Result<AccountId> {
    let id = AccountId(tx.take_numbers("account", 1).await?);
    let new = NewAccount {
        id,
        name: company.name.clone(),
        kinds: vec![AccountKind::Prospect],
        primary_rep: None,
        website: company.website.clone(),
        domains: Vec::new(),
        locations: offices(company),
        import: job.run,
        now: job.ctx.now(),
    };
    tx.accounts().add(&new).await?;
    let added = event(job, id, 1, EventKind::RecordAdded { name: company.name.clone() });
    // Part of adding it, so the version stays: nobody touched the account since.
    let facts = event(job, id, 1, changed(company));
    tx.events().record_many(&[added, facts]).await?;
    Ok(id)
}

/// Brings what the row says to an account that is there, unless its history has it.
async fn complete(job: &Job<'_>, tx: &mut Tx, id: AccountId, company: &Company) -> Result<Verdict> {
    let is_told = |kind: &EventKind| matches!(kind, EventKind::RecordChanged { changes, .. } if *changes == company.facts);
    let events = tx.events().of_subject(Subject::Account, id.0, EVENTS).await?;
    if company.facts.is_empty() || events.iter().any(|event| is_told(&event.kind)) {
        return Ok(Verdict::Skipped(format!("already there as account # {id}")));
    }
    let Some(mut account) = tx.accounts().find(id).await? else { return Ok(Verdict::Skipped("deleted meanwhile".to_owned())) };
    if job.is_dry {
        return Ok(updated(company));
    }
    let read = account.version;
    account.version += 1;
    account.updated_at = job.ctx.now();
    if account.locations.is_empty() {
        account.locations = offices(company);
    }
    if account.website.is_empty() {
        account.website.clone_from(&company.website);
    }
    if !tx.accounts().change(&account, read).await? {
        return Err(ServiceError::Busy);
    }
    tx.events().record(event(job, id, account.version, changed(company))).await?;
    Ok(updated(company))
}

fn updated(company: &Company) -> Verdict {
    Verdict::Updated(company.facts.iter().map(|fact| fact.what.clone()).collect::<Vec<_>>().join(", "))
}

fn offices(company: &Company) -> Vec<AccountLocation> {
    if company.office.is_empty() {
        return Vec::new();
    }
    vec![AccountLocation { name: "Office".to_owned(), address: Address { country: company.office.clone(), ..Address::default() } }]
}

fn changed(company: &Company) -> EventKind {
    EventKind::RecordChanged { name: company.name.clone(), changes: company.facts.clone() }
}

fn event(job: &Job<'_>, id: AccountId, version: i64, kind: EventKind) -> NewEvent {
    NewEvent {
        at: job.ctx.now(),
        actor: job.started_by,
        subject: Subject::Account,
        subject_id: id.0,
        lead: None,
        version,
        kind,
        before: None,
        after: None,
    }
}

/// A heading as people write it: `year_established` is "Year established".
pub(super) fn label(heading: &str) -> String {
    let words = heading.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
