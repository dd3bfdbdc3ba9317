//! An uploaded file on its way to becoming leads: what the import page shows.

use serde::{Deserialize, Serialize};

use crate::{AccountId, ImportId, Named, Timestamp, UserId};

/// How far a file came. What the program works on by itself is [`ImportPhase::is_working`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportPhase {
    /// Uploaded: somebody says which column goes where.
    Mapping,
    /// A dry run goes over the rows.
    Checking,
    /// The dry run is done.
    Checked,
    Importing,
    Paused,
    /// Given up before the end; what came in until then is there.
    Stopped,
    Done,
    /// What it added is being taken back.
    Undoing,
    Undone,
    Failed,
}

impl ImportPhase {
    /// Every phase, in order.
    pub const ALL: [ImportPhase; 10] = [
        ImportPhase::Mapping,
        ImportPhase::Checking,
        ImportPhase::Checked,
        ImportPhase::Importing,
        ImportPhase::Paused,
        ImportPhase::Stopped,
        ImportPhase::Done,
        ImportPhase::Undoing,
        ImportPhase::Undone,
        ImportPhase::Failed,
    ];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ImportPhase::Mapping => "mapping",
            ImportPhase::Checking => "checking",
            ImportPhase::Checked => "checked",
            ImportPhase::Importing => "importing",
            ImportPhase::Paused => "paused",
            ImportPhase::Stopped => "stopped",
            ImportPhase::Done => "done",
            ImportPhase::Undoing => "undoing",
            ImportPhase::Undone => "undone",
            ImportPhase::Failed => "failed",
        }
    }

    /// Reads [`ImportPhase::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.key() == key)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ImportPhase::Mapping => "Columns to be chosen",
            ImportPhase::Checking => "Being checked",
            ImportPhase::Checked => "Checked, nothing imported yet",
            ImportPhase::Importing => "Being imported",
            ImportPhase::Paused => "Paused",
            ImportPhase::Stopped => "Stopped",
            ImportPhase::Done => "Imported",
            ImportPhase::Undoing => "Being taken back",
            ImportPhase::Undone => "Taken back",
            ImportPhase::Failed => "Failed",
        }
    }

    /// Whether the program is at work and the person waits.
    #[must_use]
    pub fn is_working(self) -> bool {
        matches!(self, ImportPhase::Checking | ImportPhase::Importing | ImportPhase::Undoing)
    }
}

/// What a person wants done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStep {
    Import,
    Pause,
    Continue,
    Stop,
    Undo,
    /// Removes the file and forgets it.
    Discard,
}

impl ImportStep {
    /// Every step.
    pub const ALL: [ImportStep; 6] =
        [ImportStep::Import, ImportStep::Pause, ImportStep::Continue, ImportStep::Stop, ImportStep::Undo, ImportStep::Discard];

    /// The word in the address.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ImportStep::Import => "run",
            ImportStep::Pause => "pause",
            ImportStep::Continue => "continue",
            ImportStep::Stop => "stop",
            ImportStep::Undo => "undo",
            ImportStep::Discard => "discard",
        }
    }

    /// Reads [`ImportStep::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }

    /// The verb on its button.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ImportStep::Import => "Import",
            ImportStep::Pause => "Pause",
            ImportStep::Continue => "Continue",
            ImportStep::Stop => "Stop",
            ImportStep::Undo => "Take it all back",
            ImportStep::Discard => "Remove the file",
        }
    }

    /// The phase it leads to; `None` where it does not fit.
    #[must_use]
    pub fn from(self, phase: ImportPhase, has_run: bool) -> Option<ImportPhase> {
        use ImportPhase as P;
        match (self, phase) {
            (ImportStep::Import, P::Checked) | (ImportStep::Continue, P::Paused) => Some(P::Importing),
            (ImportStep::Continue, P::Failed) if has_run => Some(P::Importing),
            (ImportStep::Pause, P::Importing) => Some(P::Paused),
            (ImportStep::Stop, P::Checking) => Some(P::Mapping),
            (ImportStep::Stop, P::Importing | P::Paused) => Some(P::Stopped),
            (ImportStep::Undo, P::Done | P::Stopped | P::Failed) if has_run => Some(P::Undoing),
            (ImportStep::Discard, P::Mapping | P::Checked) => Some(P::Stopped),
            (ImportStep::Discard, P::Failed) if !has_run => Some(P::Stopped),
            _ => None,
        }
    }
}

/// What becomes of a row that came in before: that has the identifier of an earlier one or, without any, the e-mail
/// address and company of a lead that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeats {
    Skip,
    /// The lead is changed as if by hand.
    Update,
    Create,
}

impl Repeats {
    /// Every choice.
    pub const ALL: [Repeats; 3] = [Repeats::Skip, Repeats::Update, Repeats::Create];

    /// The word in forms and mappings.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Repeats::Skip => "skip",
            Repeats::Update => "update",
            Repeats::Create => "create",
        }
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Repeats::Skip => "Skip them",
            Repeats::Update => "Change their leads",
            Repeats::Create => "Add them as new leads",
        }
    }

    /// Reads [`Repeats::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|repeats| repeats.key() == key)
    }
}

/// What a file looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// What its rows are: leads, accounts, offerings or people.
    pub kind: String,
    pub encoding: String,
    pub delimiter: char,
    pub headings: Vec<String>,
    /// For each heading the key of the home it would go to.
    pub guess: Vec<String>,
    /// The first rows.
    pub sample: Vec<Vec<String>>,
    /// What the supplier's last file did with rows that came in before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeats>,
    /// Whether its empty cells emptied fields.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clears: bool,
    /// Whether the rules of routing gave its leads without an owner to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routes: Option<bool>,
}

/// A row with what became of it, or would have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportVerdict {
    /// As a spreadsheet counts: the headings are row 1.
    pub row: u64,
    pub name: String,
    /// New, changed, skipped or refused.
    pub verdict: String,
    /// Why it was skipped or refused, or what was found of its account.
    pub reason: String,
    /// The accounts that the reason names first; a report of before they were sought has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Named<AccountId>>,
}

/// What a check or an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOutcome {
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    pub skipped: u64,
    pub refused: u64,
    pub seconds: u64,
    /// Remarks, each with the rows it is true of.
    pub notes: Vec<(String, u64)>,
    /// The first rows of a check, and the first that were changed, skipped and refused.
    pub verdicts: Vec<ImportVerdict>,
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    pub id: i64,
    pub file_name: String,
    pub bytes: i64,
    pub supplier: String,
    pub preview: ImportPreview,
    /// For each heading the key of the home chosen for it; empty until they are chosen.
    pub homes: Vec<String>,
    /// What is chosen for rows that came in before; `None` until it is.
    pub repeats: Option<Repeats>,
    /// Whether an empty cell empties the field of a lead that is changed.
    pub clears: bool,
    /// Whether the rules of routing give leads without an owner to somebody; `None` until it is chosen.
    pub routes: Option<bool>,
    pub phase: ImportPhase,
    /// Why it failed.
    pub sentence: String,
    pub outcome: Option<ImportOutcome>,
    pub run: Option<ImportId>,
    pub rows_done: i64,
    pub bytes_done: i64,
    pub rows_per_second: i64,
    pub added_by: UserId,
    pub added_at: Timestamp,
}

impl ImportFile {
    /// How much of the file was read. Unit: percent.
    #[must_use]
    pub fn percent(&self) -> i64 {
        if self.bytes == 0 { 0 } else { (self.bytes_done.saturating_mul(100) / self.bytes).clamp(0, 100) }
    }

    /// What can be done with it now.
    #[must_use]
    pub fn steps(&self) -> Vec<ImportStep> {
        ImportStep::ALL.into_iter().filter(|step| step.from(self.phase, self.run.is_some()).is_some()).collect()
    }
}

/// What the import page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPage {
    /// Newest first, without their previews.
    pub files: Vec<ImportFile>,
    /// Suppliers whose mappings are remembered.
    pub suppliers: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back() {
        assert!(ImportPhase::ALL.into_iter().all(|phase| ImportPhase::from_key(phase.key()) == Some(phase)));
        assert!(ImportStep::ALL.into_iter().all(|step| ImportStep::from_key(step.key()) == Some(step)));
        assert!(Repeats::ALL.into_iter().all(|repeats| Repeats::from_key(repeats.key()) == Some(repeats)));
    }

    #[test]
    fn what_is_done_cannot_be_done_again() {
        assert_eq!(ImportStep::Import.from(ImportPhase::Checked, false), Some(ImportPhase::Importing));
        assert_eq!(ImportStep::Import.from(ImportPhase::Done, true), None);
        assert_eq!(ImportStep::Pause.from(ImportPhase::Checking, false), None);
        assert_eq!(ImportStep::Continue.from(ImportPhase::Paused, true), Some(ImportPhase::Importing));
        assert_eq!(ImportStep::Undo.from(ImportPhase::Done, true), Some(ImportPhase::Undoing));
        assert_eq!(ImportStep::Undo.from(ImportPhase::Failed, false), None);
        assert_eq!(ImportStep::Undo.from(ImportPhase::Undone, true), None);
    }
}
