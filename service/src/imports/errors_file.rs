//! The file of refused rows: the columns as they were and the reason behind them, to be mended and imported again.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use super::opened::{ERROR_HEADING, Refusal};

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

    /// Adds a row.
    ///
    /// # Errors
    /// A sentence, when the file cannot be written.
    pub(super) fn add(&mut self, refusal: &Refusal) -> Result<(), String> {
        let Some(path) = &self.path else { return Ok(()) };
        let unwritable = |error: &dyn std::fmt::Display| format!("The refused rows cannot be written to {} ({error})", path.display());
        if self.writer.is_none() {
            let mut file = File::create(path).map_err(|error| unwritable(&error))?;
            // Without this mark spreadsheets take UTF-8 for something else.
            file.write_all(b"\xEF\xBB\xBF").map_err(|error| unwritable(&error))?;
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

/// A cell that a spreadsheet does not run: what looks like a formula gets an apostrophe, which importing takes off again.
fn neutral(cell: &str) -> String {
    if looks_like_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Whether a spreadsheet would take a cell for a formula. Plain numbers with a sign, such as phone numbers, are none.
pub(super) fn looks_like_formula(cell: &str) -> bool {
    let is_number = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || ".,()-/".contains(c));
    match cell.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !is_number(&cell[1..]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_numbers() {
        for text in ["=1+1", "@SUM(A1)", "-2+cmd|' /C calc'!A0", "+A1"] {
            assert!(looks_like_formula(text), "{text}");
        }
        for text in ["", "+44 161 496 0123", "-12.50", "Ana", "a=b"] {
            assert!(!looks_like_formula(text), "{text}");
        }
    }
}
