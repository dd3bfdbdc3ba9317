//! A list of leads as a spreadsheet. Every cell is a number or a text, so that nothing in it is ever run as a formula.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::export::Export;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Rows that a sheet can have, but for the headings.
const ROWS_MAX: u32 = 1_048_575;
/// Characters that a cell can have.
const CELL_MAX: usize = 32_767;

impl Export {
    /// The whole file, written to a temporary file row by row, so that its size does not matter to the memory.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] when a sheet cannot hold so many leads; what the store reports.
    pub async fn xlsx(&self, ctx: &Ctx) -> Result<File> {
        let headings = self.headings(ctx).await?;
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(broken)?;
        sheet.set_name("Leads").map_err(broken)?;
        sheet.set_freeze_panes(1, 0).map_err(broken)?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0_u16..).zip(&headings) {
            sheet.set_column_width(column, 18).map_err(broken)?;
            sheet.write_string_with_format(0, column, &heading.text, &bold).map_err(broken)?;
        }
        let (mut row, mut after) = (0, None);
        loop {
            let found = self.lines(ctx, after).await?;
            for line in found.lines {
                if row == ROWS_MAX {
                    return Err(ServiceError::Refused("A spreadsheet holds at most 1,048,575 leads; narrow the list, or take CSV".to_owned()));
                }
                row += 1;
                for ((column, cell), heading) in (0_u16..).zip(&line).zip(&headings) {
                    match cell.parse::<f64>() {
                        Ok(number) if heading.is_number => sheet.write_number(row, column, number).map_err(broken)?,
                        _ if cell.is_empty() => continue,
                        _ => sheet.write_string(row, column, cell.chars().take(CELL_MAX).collect::<String>()).map_err(broken)?,
                    };
                }
            }
            match found.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        // Compressing a million rows takes seconds.
        let written = tokio::task::spawn_blocking(move || -> std::result::Result<File, XlsxError> {
            let mut file = tempfile::tempfile()?;
            workbook.save_to_writer(&mut file)?;
            file.seek(SeekFrom::Start(0))?;
            Ok(file)
        });
        written.await.map_err(|error| ServiceError::Internal(Box::new(error)))?.map_err(broken)
    }
}

fn broken(error: XlsxError) -> ServiceError {
    ServiceError::Internal(Box::new(error))
}
