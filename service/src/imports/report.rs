//! What an import tells while it runs and when it is done.

use std::collections::BTreeMap;

use domain::{Finding, ImportId, LeadId};
use serde::Serialize;

use super::guess::FileKind;

/// Different remarks that are told one by one.
const NOTES_MAX: usize = 200;
/// Refused rows that the report names; the file of refused rows has them all. As many changed and as many skipped ones.
const NAMED_MAX: usize = 100;

/// How far an import came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// `None` in a dry run.
    pub run: Option<ImportId>,
    pub rows: u64,
    pub bytes: u64,
    pub of_bytes: u64,
    pub rows_per_second: f64,
    /// Unit: seconds; `None` while it cannot be told.
    pub seconds_left: Option<f64>,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Created,
    /// With what was changed.
    Updated(String),
    /// With the reason.
    Skipped(String),
    /// With the reason.
    Refused(String),
}

/// A row with what became of it, or would have in a dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowVerdict {
    /// As a spreadsheet counts: the headings are row 1.
    pub row: u64,
    /// Whom or what the row is about.
    pub name: String,
    pub verdict: Verdict,
    /// What its signs say of the account, where none bears its company's name and they say anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
}

impl RowVerdict {
    /// What people read behind the verdict; may be empty.
    #[must_use]
    pub fn reason(&self) -> String {
        let reason = match &self.verdict {
            Verdict::Created => "",
            Verdict::Updated(reason) | Verdict::Skipped(reason) | Verdict::Refused(reason) => reason.as_str(),
        };
        let of_account = self.finding.as_ref().map(Finding::of_row).unwrap_or_default();
        if reason.is_empty() || of_account.is_empty() { format!("{reason}{of_account}") } else { format!("{reason}; {of_account}") }
    }
}

/// Something that was decided for several rows alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    pub text: String,
    pub rows: u64,
}

/// What an import did, or would have done in a dry run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportReport {
    pub kind: FileKind,
    /// Rows of the file but for headings and blank lines: the sum of the next four.
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    pub skipped: u64,
    pub refused: u64,
    pub seconds: f64,
    /// `None` for a dry run.
    pub run: Option<ImportId>,
    /// Whether an interrupted run was taken up again.
    pub is_resumed: bool,
    /// Names matched although they are spelled differently, names that were added, values that were kept as they are.
    pub notes: Vec<Note>,
    /// The first refused rows.
    pub refusals: Vec<RowVerdict>,
    /// The first rows that changed a lead, and the first that were skipped.
    pub repeats: Vec<RowVerdict>,
    /// The first rows whose account was found by its signs, and the first whose account may be one that is known.
    pub matches: Vec<RowVerdict>,
    /// The first rows of a dry run.
    pub verdicts: Vec<RowVerdict>,
}

/// Remarks, counted.
#[derive(Debug, Default)]
pub(super) struct Notes(BTreeMap<String, u64>);

impl Notes {
    pub(super) fn add(&mut self, text: String) {
        if let Some(rows) = self.0.get_mut(&text) {
            *rows += 1;
        } else if self.0.len() < NOTES_MAX {
            self.0.insert(text, 1);
        } else {
            *self.0.entry("Further remarks, not listed".to_owned()).or_default() += 1;
        }
    }

    pub(super) fn into_list(self) -> Vec<Note> {
        let mut notes: Vec<Note> = self.0.into_iter().map(|(text, rows)| Note { text, rows }).collect();
        notes.sort_by_key(|note| std::cmp::Reverse(note.rows));
        notes
    }
}

/// Counts while an import runs.
#[derive(Debug)]
pub(super) struct Tally {
    pub counts: store::imports::RowCounts,
    pub notes: Notes,
    refusals: Vec<RowVerdict>,
    updates: Vec<RowVerdict>,
    skips: Vec<RowVerdict>,
    found: Vec<RowVerdict>,
    doubts: Vec<RowVerdict>,
    verdicts: Vec<RowVerdict>,
    /// Rows of which the verdict is kept.
    wanted: usize,
}

impl Tally {
    pub(super) fn new(counts: store::imports::RowCounts, wanted: usize) -> Self {
        Self {
            counts,
            notes: Notes::default(),
            refusals: Vec::new(),
            updates: Vec::new(),
            skips: Vec::new(),
            found: Vec::new(),
            doubts: Vec::new(),
            verdicts: Vec::new(),
            wanted,
        }
    }

    pub(super) fn count(&mut self, row: u64, name: &str, verdict: Verdict) {
        self.count_found(row, name, verdict, None);
    }

    /// The same of a row whose account was sought by its signs.
    pub(super) fn count_found(&mut self, row: u64, name: &str, verdict: Verdict, finding: Option<Finding>) {
        count_in(&mut self.counts, &verdict);
        let of_verdict = match verdict {
            Verdict::Created => None,
            Verdict::Updated(_) => Some(&mut self.updates),
            Verdict::Skipped(_) => Some(&mut self.skips),
            Verdict::Refused(_) => Some(&mut self.refusals),
        };
        let is_found = finding.as_ref().map(|finding| finding.account().is_some());
        let of_finding = match is_found {
            Some(true) => {
                self.notes
                    .add("The account was found by its e-mail domain, an address, a number, its place or another spelling of its name".to_owned());
                Some(&mut self.found)
            }
            Some(false) => {
                self.notes.add("A new account that may be one that is known; the rows say which".to_owned());
                Some(&mut self.doubts)
            }
            None => None,
        };
        let told = RowVerdict { row, name: name.to_owned(), verdict, finding };
        for named in of_verdict.into_iter().chain(of_finding).filter(|named| named.len() < NAMED_MAX) {
            named.push(told.clone());
        }
        if self.verdicts.len() < self.wanted {
            self.verdicts.push(told);
        }
    }

    pub(super) fn into_report(mut self, kind: FileKind, run: Option<ImportId>, is_resumed: bool, seconds: f64) -> ImportReport {
        self.refusals.sort_by_key(|verdict| verdict.row);
        self.verdicts.sort_by_key(|verdict| verdict.row);
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        let done = self.counts;
        let mut repeats: Vec<RowVerdict> = self.updates.into_iter().chain(self.skips).collect();
        repeats.sort_by_key(|verdict| verdict.row);
        let mut matches: Vec<RowVerdict> = self.found.into_iter().chain(self.doubts).collect();
        matches.sort_by_key(|verdict| verdict.row);
        ImportReport {
            kind,
            rows: count(done.created + done.updated + done.skipped + done.refused),
            created: count(done.created),
            updated: count(done.updated),
            skipped: count(done.skipped),
            refused: count(done.refused),
            seconds,
            run,
            is_resumed,
            notes: self.notes.into_list(),
            refusals: self.refusals,
            repeats,
            matches,
            verdicts: self.verdicts,
        }
    }
}

/// One more row of which this became.
pub(super) fn count_in(counts: &mut store::imports::RowCounts, verdict: &Verdict) {
    match verdict {
        Verdict::Created => counts.created += 1,
        Verdict::Updated(_) => counts.updated += 1,
        Verdict::Skipped(_) => counts.skipped += 1,
        Verdict::Refused(_) => counts.refused += 1,
    }
}

/// Said of a row that an earlier run, or an earlier row, brought already.
pub(super) fn there_already(lead: LeadId) -> Verdict {
    Verdict::Skipped(format!("already there as # {lead}"))
}

/// What taking a run back did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UndoReport {
    pub deleted: u64,
    /// Leads that it had changed and that are what they were before.
    pub restored: u64,
    /// Leads that somebody worked on since.
    pub kept: u64,
    pub accounts_deleted: u64,
    pub contacts_deleted: u64,
}
