//! A file that can be imported: its encoding, delimiter, headings and what they mean; and reading its rows in a thread of
//! their own.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::Catalog;
use domain::money::minor_digits;
use domain::text::fold;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::cells::squash;
use super::guess::{self, FileKind};
use super::mapping::{Columns, Mapping};
use super::reading::{self, Survey};
use super::splitter::{CELL_MAX, COLUMNS_MAX, Flaw, RawRow, Splitter, guess_delimiter};

/// Heading of the column that the file of refused rows has more than the imported one.
pub(super) const ERROR_HEADING: &str = "import error";
/// Rows looked at to guess a mapping.
const SAMPLE: usize = 200;
/// Bytes of a cell looked at for that.
const SAMPLE_CELL: usize = 300;
/// Rows of one transaction.
pub(super) const BATCH: usize = 2000;
/// Bytes after which a transaction has enough, however few rows that are.
const BATCH_BYTES: usize = 4_000_000;

/// A file with what is known before its rows are read.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    pub path: PathBuf,
    pub survey: Survey,
    pub delimiter: u8,
    /// Without the column of errors.
    pub headings: Vec<String>,
    pub kind: FileKind,
    pub mapping: Mapping,
    pub columns: Columns,
    /// The first rows.
    pub sample: Vec<Vec<String>>,
    /// The column with the reasons of an earlier refusal.
    pub error_column: Option<usize>,
    /// Whether a line that names the delimiter stands before the headings.
    has_preface: bool,
}

/// A row that cannot be imported.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub row: u64,
    pub cells: Vec<String>,
    pub reason: String,
}

/// Rows that were read, in the order of the file.
#[derive(Debug)]
pub(super) struct Read<T> {
    pub rows: Vec<T>,
    pub refused: Vec<Refusal>,
    /// The last row.
    pub last: u64,
    /// Bytes of the file read so far.
    pub bytes: u64,
}

impl Opened {
    /// Looks at a file. Blocks.
    ///
    /// # Errors
    /// A sentence saying what is wrong with the file or the mapping.
    pub(super) fn look(path: &Path, mapping: Option<Mapping>, catalog: &Catalog) -> Result<Self, String> {
        let survey = reading::survey(path)?;
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let broken = |error: std::io::Error| format!("{name} cannot be read ({error})");
        let mut head = Vec::new();
        reading::open(path, &survey, Arc::default()).map_err(broken)?.take(64 * 1024).read_to_end(&mut head).map_err(broken)?;
        let preface = head.strip_prefix(b"sep=").and_then(|rest| rest.first().copied());
        let delimiter = preface.unwrap_or_else(|| guess_delimiter(&head));

        let mut splitter = Splitter::new(reading::open(path, &survey, Arc::default()).map_err(broken)?, delimiter);
        let mut row = RawRow::default();
        if preface.is_some() {
            splitter.next(&mut row).map_err(broken)?;
        }
        if !splitter.next(&mut row).map_err(broken)? {
            return Err(format!("{name} has only blank lines"));
        }
        let all = headings(&row, &name)?;
        let mut sample = Vec::new();
        while sample.len() < SAMPLE && splitter.next(&mut row).map_err(broken)? {
            if row.flaw.is_none() {
                sample.push(
                    row.cells().map(|cell| String::from_utf8_lossy(&cell[..cell.len().min(SAMPLE_CELL)]).trim().to_owned()).collect::<Vec<_>>(),
                );
            } else if sample.is_empty() {
                sample.push(Vec::new());
            }
        }
        if sample.is_empty() {
            return Err(format!("{name} has headings but no rows"));
        }
        let error_column = all.iter().position(|heading| fold(heading) == ERROR_HEADING);
        let headings: Vec<String> =
            all.iter().enumerate().filter(|(index, _)| Some(*index) != error_column).map(|(_, heading)| heading.clone()).collect();
        if let Some(error_column) = error_column {
            sample.iter_mut().filter(|row| row.len() > error_column).for_each(|row| drop(row.remove(error_column)));
        }
        let kind = if mapping.is_some() { FileKind::Leads } else { guess::kind(&headings) };
        let site = &catalog.site;
        let guessed = || guess::mapping(&headings, &sample, &site.region, minor_digits(&site.currency) as usize, &catalog.fields);
        let mapping = mapping.unwrap_or_else(guessed);
        mapping.fits(catalog)?;
        let columns = Columns::of(&headings, &mapping)?;
        let has_preface = preface.is_some();
        Ok(Self { path: path.to_owned(), survey, delimiter, headings, kind, mapping, columns, sample, error_column, has_preface })
    }

    /// What tells a run of this file with this mapping from others.
    pub(super) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.survey.digest);
        hash.update(self.mapping.to_toml());
        hex(&hash.finalize())
    }

    /// The supplier's part of import keys: files with the same headings, in any order, come from the same program.
    pub(super) fn supplier(&self) -> String {
        let mut squashed: Vec<String> = self.headings.iter().map(|heading| squash(heading)).collect();
        squashed.sort();
        hex(&Sha256::digest(squashed.join("\n")))[..12].to_owned()
    }

    /// Reads the rows in a thread of its own, a few batches ahead; each goes through `take` there. Rows up to `from` were
    /// handled before: of those, only the refused ones come.
    pub(super) fn read<T: Send + 'static>(
        &self,
        from: u64,
        take: impl Fn(&RawRow, &[&str]) -> Result<T, String> + Send + 'static,
    ) -> mpsc::Receiver<Result<Read<T>, String>> {
        let (sender, receiver) = mpsc::channel(2);
        let opened = self.clone();
        // A thread rather than the runtime's pool: it waits for the writer most of the time.
        std::thread::spawn(move || {
            if let Err(sentence) = opened.read_all(from, take, &sender) {
                // When nobody listens any more the import was given up.
                let _told = sender.blocking_send(Err(sentence));
            }
        });
        receiver
    }

    fn read_all<T>(
        &self,
        from: u64,
        take: impl Fn(&RawRow, &[&str]) -> Result<T, String>,
        sender: &mpsc::Sender<Result<Read<T>, String>>,
    ) -> Result<(), String> {
        let broken =
            |error: std::io::Error| format!("Reading the file failed in the middle ({error}); start the import again, it goes on where it stopped");
        let consumed = Arc::new(AtomicU64::new(0));
        let mut splitter = Splitter::new(reading::open(&self.path, &self.survey, Arc::clone(&consumed)).map_err(broken)?, self.delimiter);
        let mut row = RawRow::default();
        for _ in 0..=usize::from(self.has_preface) {
            splitter.next(&mut row).map_err(broken)?;
        }
        let mut batch = Read { rows: Vec::with_capacity(BATCH), refused: Vec::new(), last: 0, bytes: 0 };
        let mut weight = 0;
        while splitter.next(&mut row).map_err(broken)? {
            let is_past = row.number <= from;
            match self.cells(&row).and_then(|cells| take(&row, &cells)) {
                Ok(taken) if !is_past => batch.rows.push(taken),
                Ok(_) => {}
                Err(reason) => batch.refused.push(self.refusal(&row, reason)),
            }
            batch.last = row.number;
            weight += row.weight();
            if batch.rows.len() + batch.refused.len() >= BATCH || weight >= BATCH_BYTES {
                weight = 0;
                batch.bytes = consumed.load(Ordering::Relaxed);
                let full = std::mem::replace(&mut batch, Read { rows: Vec::with_capacity(BATCH), refused: Vec::new(), last: row.number, bytes: 0 });
                if sender.blocking_send(Ok(full)).is_err() {
                    return Ok(());
                }
            }
        }
        batch.bytes = self.survey.bytes;
        let _told = sender.blocking_send(Ok(batch));
        Ok(())
    }

    /// The cells of a row without the column of errors, trimmed.
    fn cells<'r>(&self, row: &'r RawRow) -> Result<Vec<&'r str>, String> {
        if let Some(flaw) = &row.flaw {
            return Err(self.flaw(flaw));
        }
        let expected = self.headings.len() + usize::from(self.error_column.is_some());
        if row.len() != expected {
            let columns = |count: usize| if count == 1 { "1 column".to_owned() } else { format!("{count} columns") };
            return Err(format!("The row has {}, the headings have {expected}", columns(row.len())));
        }
        let mut cells = Vec::with_capacity(expected);
        for (index, bytes) in row.cells().enumerate() {
            let cell = std::str::from_utf8(bytes).map_err(|_| format!("{} has bytes that are not UTF-8", self.column(index)))?;
            if Some(index) == self.error_column {
                continue;
            }
            if cell.contains('\0') {
                return Err(format!("{} has a NUL character", self.column(index)));
            }
            cells.push(cell.trim());
        }
        Ok(cells)
    }

    fn flaw(&self, flaw: &Flaw) -> String {
        match flaw {
            Flaw::CellTooBig(column) => format!("{} is longer than {} kB", self.column(*column), CELL_MAX / 1000),
            Flaw::RowTooBig => "The row is longer than 4 MB".to_owned(),
            Flaw::TooManyColumns => format!("The row has more than {COLUMNS_MAX} columns"),
            Flaw::QuoteOpen { column, lines } => format!(
                "A quote is opened in {} and never closed, so that the rest of the file ({lines} lines) was taken for part of it. Close the quote, then import these rows again",
                self.column(*column)
            ),
        }
    }

    /// A column as a person finds it.
    fn column(&self, index: usize) -> String {
        let place = match self.error_column {
            Some(error) if error < index => index - 1,
            _ => index,
        };
        self.headings.get(place).map_or_else(|| format!("column {}", index + 1), |heading| format!("column {} “{heading}”", index + 1))
    }

    fn refusal(&self, row: &RawRow, reason: String) -> Refusal {
        let cells = row.cells().enumerate().filter(|(index, _)| Some(*index) != self.error_column);
        Refusal { row: row.number, cells: cells.map(|(_, cell)| String::from_utf8_lossy(cell).into_owned()).collect(), reason }
    }
}

fn headings(row: &RawRow, name: &str) -> Result<Vec<String>, String> {
    match &row.flaw {
        Some(Flaw::TooManyColumns) => return Err(too_many(name)),
        Some(Flaw::QuoteOpen { .. }) => {
            return Err(format!("{name} opens a quote in row {} and never closes it, so that no headings can be read", row.number));
        }
        Some(Flaw::CellTooBig(_) | Flaw::RowTooBig) => {
            return Err(format!("{name} does not look like a CSV file: row {} is longer than any row of headings", row.number));
        }
        None => {}
    }
    if row.len() > COLUMNS_MAX {
        return Err(too_many(name));
    }
    let mut seen = HashSet::new();
    let mut headings = Vec::new();
    for (index, cell) in row.cells().enumerate() {
        let text = String::from_utf8_lossy(cell);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.contains('\0') {
            return Err(format!("{name} has a NUL character in its headings; save it as CSV (UTF-8) first, then import that"));
        }
        let heading = if text.is_empty() { format!("Column {}", index + 1) } else { text };
        if !seen.insert(fold(&heading)) {
            return Err(format!("{name} has two columns “{heading}”. Rename one of them"));
        }
        headings.push(heading);
    }
    Ok(headings)
}

fn too_many(name: &str) -> String {
    format!("{name} has more than {COLUMNS_MAX} columns. Delete those that are not needed")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
