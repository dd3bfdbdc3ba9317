//! Whose the leads of a batch are: the account of the name that a row says, else the one where somebody of the row's name has its
//! address or number, else the one that its signs point to, as at every other door (docs/matching.md), else a new one. Accounts
//! that this run itself made are known by their names alone: rows of one file tell apart what they name apart.

use std::collections::{HashMap, HashSet};

use domain::text::fold;
use domain::{AccountId, Finding, ImportId, Named};
use store::Tx;
use store::account_bearers::Bearers;

use super::write::{Built, People, points_of};
use crate::error::Result;
use crate::matching::{Said, of_many};

/// Where the accounts of a batch are looked for.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    /// The site's.
    pub region: &'k str,
    /// `None` in a dry run.
    pub run: Option<ImportId>,
    /// Accounts of earlier batches, by their folded names.
    pub remembered: &'k HashMap<String, AccountId>,
    pub people: &'k People,
}

/// The account of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// It was there before.
    Known(AccountId),
    /// The row's signs point to it.
    Found(Named<AccountId>),
    /// The place of a new one among the new ones.
    New(usize),
}

/// Whose the rows of a batch are.
#[derive(Debug, Default)]
pub(super) struct Decided {
    /// In the order of the rows.
    pub whose: Vec<Whose>,
    /// What the signs say of rows whose account none of the names tells, by the row's place; only where they say anything.
    pub findings: HashMap<usize, Finding>,
    /// Accounts that bear the name of a row, by their folded names.
    pub named: HashMap<String, AccountId>,
    /// For each new account the place of the row that brings it, and its folded name, empty for somebody without a company.
    pub new: Vec<(usize, String)>,
}

/// Decides it, with one statement for the names and one for the signs; where a row's signs point to an account that is known, with
/// another one for the rows that say the same name.
///
/// # Errors
/// What the store reports.
pub(super) async fn decide(tx: &mut Tx, known: Known<'_>, built: &[Built<'_>]) -> Result<Decided> {
    let names: Vec<String> = built.iter().map(|(draft, _)| fold(&draft.company)).collect();
    let mut unknown: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty() && !known.remembered.contains_key(*name)).collect();
    unknown.sort_unstable();
    unknown.dedup();
    let named = tx.imports().accounts_named(&unknown).await?;
    let there = |row: usize| -> Option<AccountId> {
        let (name, (draft, _)) = (&names[row], &built[row]);
        if name.is_empty() { known.people.account_of(draft) } else { known.remembered.get(name).or_else(|| named.get(name)).copied() }
    };
    let there: Vec<Option<AccountId>> = (0..built.len()).map(there).collect();
    let mut sought = seek(tx, known, built, &names, &there).await?;
    let mut decided = Decided::default();
    // New accounts of this batch: by name, and by somebody's address or number and name.
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    let mut by_person: HashMap<(String, String), usize> = HashMap::new();
    for (row, (draft, _)) in built.iter().enumerate() {
        let name = names[row].as_str();
        let persons: Vec<(String, String)> =
            if name.is_empty() { points_of(draft).into_iter().map(|point| (point, fold(&draft.full_name))).collect() } else { Vec::new() };
        let earlier = if name.is_empty() { persons.iter().find_map(|person| by_person.get(person)) } else { by_name.get(name) };
        if let Some(place) = earlier {
            decided.whose.push(Whose::New(*place));
            continue;
        }
        if let Some(id) = there[row] {
            decided.whose.push(Whose::Known(id));
            continue;
        }
        let finding = sought.remove(&row).filter(|finding| !finding.proposals.is_empty());
        let found = finding.as_ref().and_then(Finding::account).cloned();
        decided.findings.extend(finding.map(|finding| (row, finding)));
        if let Some(account) = found {
            decided.whose.push(Whose::Found(account));
            continue;
        }
        let place = decided.new.len();
        decided.whose.push(Whose::New(place));
        decided.new.push((row, name.to_owned()));
        if name.is_empty() {
            by_person.extend(persons.into_iter().map(|person| (person, place)));
        } else {
            by_name.insert(name, place);
        }
    }
    decided.named = named;
    Ok(decided)
}

/// What the signs of rows say whose account is not there. Of the rows of one name the first is asked: its new account is that of
/// the others, too.
async fn seek(tx: &mut Tx, known: Known<'_>, built: &[Built<'_>], names: &[String], there: &[Option<AccountId>]) -> Result<HashMap<usize, Finding>> {
    let mut seen: HashSet<&str> = HashSet::new();
    let open = (0..built.len()).filter(|row| there[*row].is_none());
    let (first, others): (Vec<usize>, Vec<usize>) = open.partition(|row| names[*row].is_empty() || seen.insert(names[*row].as_str()));
    let mut bearers = Bearers::default();
    let mut findings = ask(tx, known, built, &mut bearers, &first).await?;
    let is_found = findings.iter().filter(|(_, finding)| finding.account().is_some());
    let found: HashSet<&str> = is_found.map(|(row, _)| names[*row].as_str()).collect();
    let others: Vec<usize> = others.into_iter().filter(|row| found.contains(names[*row].as_str())).collect();
    let more = ask(tx, known, built, &mut bearers, &others).await?;
    findings.extend(more);
    Ok(findings)
}

async fn ask(tx: &mut Tx, known: Known<'_>, built: &[Built<'_>], bearers: &mut Bearers, rows: &[usize]) -> Result<HashMap<usize, Finding>> {
    let said = |row: &usize| {
        let (draft, lead) = &built[*row];
        Said::by_lead(&draft.company, lead)
    };
    let said: Vec<Said<'_>> = rows.iter().map(said).collect();
    let findings = of_many(tx, known.region, known.run, bearers, &said).await?;
    Ok(rows.iter().copied().zip(findings).collect())
}
