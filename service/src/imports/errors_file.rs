//! The file of refused rows: the columns as they were and the reason behind them, to be mended and imported again.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use super::opened::{ERROR_HEADING, Refusal};
use crate::spreadsheet::{MARK, neutral};

/// Writes refused rows; the file is made with the first.
pub(super) struct ErrorsFile {
    path: Option<PathBuf>,
    headings: Vec<String>,
    writer: Option<csv::Writer<File>>,
}

impl ErrorsFile {
    pub(super) fn new(path: Option<PathBuf>, headings: &[String]) -> Self {
        Self { path, headings: headings.to_vec(), writer: None }
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.path.is_some()
    }

    /// Adds a row.
    ///
    /// # Errors
    /// A sentence, when the file cannot be written.
    pub(super) fn add(&mut self, refusal: &Refusal) -> Result<(), String> {
        let Some(path) = &self.path else { return Ok(()) };
        let unwritable = |error: &dyn std::fmt::Display| format!("The refused rows cannot be written to {} ({error})", path.display());
        if self.writer.is_none() {
            let mut file = File::create(path).map_err(|error| unwritable(&error))?;
            file.write_all(MARK.as_bytes()).map_err(|error| unwritable(&error))?;
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
            writer.write_record(self.headings.iter().map(String::as_str).chain([ERROR_HEADING])).map_err(|error| unwritable(&error))?;
            self.writer = Some(writer);
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        // A short row is filled up, so that the reason stands in its column.
        let missing = self.headings.len().saturating_sub(refusal.cells.len());
        let cells = refusal.cells.iter().map(|cell| neutral(cell)).chain(std::iter::repeat_n(String::new(), missing));
        writer.write_record(cells.chain([format!("Row {}: {}", refusal.row, refusal.reason)])).map_err(|error| unwritable(&error))
    }

    /// Sees that everything is on the disk.
    ///
    /// # Errors
    /// A sentence, when it is not.
    pub(super) fn finish(self) -> Result<(), String> {
        let Some(mut writer) = self.writer else { return Ok(()) };
        writer.flush().map_err(|error| format!("The refused rows cannot be written ({error})"))
    }
}
