//! Rows out of a CSV text, in bounded memory whatever the text is: a cell or row that is too big is read to its end
//! and refused, without being kept. (The `csv` crate keeps a row whole, however long.)

use std::io::{self, Read};

/// Most bytes of a cell.
pub(super) const CELL_MAX: usize = 100_000;
/// Most columns of a file.
pub(super) const COLUMNS_MAX: usize = 500;
/// Most bytes of a row.
const ROW_MAX: usize = 4_000_000;

/// Why a row cannot be taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The column, counted from 0.
    CellTooBig(usize),
    RowTooBig,
    TooManyColumns,
    /// A quote was opened and never closed; so many lines were taken for part of the cell.
    QuoteOpen {
        column: usize,
        lines: u64,
    },
}

/// One row as bytes; kept and filled again for the next.
#[derive(Debug, Default)]
pub(super) struct RawRow {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// As a spreadsheet counts: the headings are row 1.
    pub number: u64,
    pub flaw: Option<Flaw>,
}

impl RawRow {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all cells.
    pub(super) fn weight(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &[u8]> {
        self.ends.iter().enumerate().map(|(index, end)| &self.bytes[if index == 0 { 0 } else { self.ends[index - 1] }..*end])
    }

    pub(super) fn is_blank(&self) -> bool {
        self.flaw.is_none() && self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// Reads rows.
pub(super) struct Splitter<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    delimiter: u8,
    number: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote within quotes: a second one is a quote, anything else ends the quoted part.
    QuoteSeen,
}

impl<R: Read> Splitter<R> {
    pub(super) fn new(input: R, delimiter: u8) -> Self {
        Self { input, buffer: vec![0; 128 * 1024], start: 0, end: 0, delimiter, number: 0 }
    }

    fn fill(&mut self) -> io::Result<bool> {
        self.start = 0;
        self.end = self.input.read(&mut self.buffer)?;
        Ok(self.end > 0)
    }

    /// The next row that is not a blank line; `false` at the end.
    pub(super) fn next(&mut self, row: &mut RawRow) -> io::Result<bool> {
        loop {
            if !self.read_row(row)? {
                return Ok(false);
            }
            self.number += 1;
            row.number = self.number;
            if !row.is_blank() {
                return Ok(true);
            }
        }
    }

    fn read_row(&mut self, row: &mut RawRow) -> io::Result<bool> {
        row.bytes.clear();
        row.ends.clear();
        row.flaw = None;
        let mut state = State::CellStart;
        let mut is_begun = false;
        let mut cell_start = 0;
        let mut quoted_lines = 0;
        // The column, also where cells are no longer kept.
        let mut column = 0;
        loop {
            if self.start == self.end && !self.fill()? {
                if !is_begun {
                    return Ok(false);
                }
                if state == State::Quoted {
                    row.flaw = Some(Flaw::QuoteOpen { column, lines: quoted_lines });
                }
                row.ends.push(row.bytes.len());
                return Ok(true);
            }
            is_begun = true;
            // Runs of ordinary bytes are copied at once.
            let delimiter = self.delimiter;
            let waiting = &self.buffer[self.start..self.end];
            let is_plain = |byte: u8| match state {
                State::Quoted => byte != b'"' && byte != b'\n',
                State::Plain => byte != delimiter && byte != b'\n' && byte != b'\r',
                State::CellStart | State::QuoteSeen => false,
            };
            let run = waiting.iter().position(|byte| !is_plain(*byte)).unwrap_or(waiting.len());
            if run > 0 {
                keep(row, &waiting[..run], cell_start, column);
                self.start += run;
                continue;
            }
            let byte = waiting[0];
            self.start += 1;
            match state {
                State::Quoted if byte == b'"' => state = State::QuoteSeen,
                State::Quoted => {
                    quoted_lines += 1;
                    keep(row, b"\n", cell_start, column);
                }
                State::QuoteSeen if byte == b'"' => {
                    keep(row, b"\"", cell_start, column);
                    state = State::Quoted;
                }
                State::CellStart if byte == b'"' => {
                    state = State::Quoted;
                    quoted_lines = 0;
                }
                _ if byte == delimiter => {
                    column += 1;
                    if column >= COLUMNS_MAX * 2 {
                        row.flaw.get_or_insert(Flaw::TooManyColumns);
                    } else {
                        row.ends.push(row.bytes.len());
                    }
                    cell_start = row.bytes.len();
                    state = State::CellStart;
                }
                _ if byte == b'\n' => {
                    row.ends.push(row.bytes.len());
                    return Ok(true);
                }
                // Windows ends lines with two characters, old Macs with this one alone.
                _ if byte == b'\r' => {
                    if self.start < self.end || self.fill()? {
                        self.start += usize::from(self.buffer[self.start] == b'\n');
                    }
                    row.ends.push(row.bytes.len());
                    return Ok(true);
                }
                _ => {
                    keep(row, &[byte], cell_start, column);
                    state = State::Plain;
                }
            }
        }
    }
}

fn keep(row: &mut RawRow, bytes: &[u8], cell_start: usize, column: usize) {
    if row.flaw.is_some() {
        return;
    }
    if row.bytes.len() + bytes.len() - cell_start.min(row.bytes.len()) > CELL_MAX {
        row.flaw = Some(Flaw::CellTooBig(column));
    } else if row.bytes.len() + bytes.len() > ROW_MAX {
        row.flaw = Some(Flaw::RowTooBig);
    } else {
        row.bytes.extend_from_slice(bytes);
    }
}

/// The character between the cells, from the beginning of a text: the one that gives the most columns in most rows.
pub(super) fn guess_delimiter(head: &[u8]) -> u8 {
    let score = |delimiter: &u8| {
        let mut splitter = Splitter::new(head, *delimiter);
        let mut row = RawRow::default();
        let mut lengths = Vec::new();
        while lengths.len() < 30 && splitter.next(&mut row).unwrap_or(false) {
            lengths.push(row.len());
        }
        let Some(first) = lengths.first().copied() else { return 0 };
        let others = &lengths[1..];
        let same = others.iter().filter(|length| **length == first).count();
        (first - 1) * (1 + 10 * same) / (1 + others.len())
    };
    let scored = [b',', b';', b'\t', b'|'].map(|delimiter| (score(&delimiter), delimiter));
    scored.into_iter().rev().max_by_key(|(score, _)| *score).filter(|(score, _)| *score > 0).map_or(b',', |(_, delimiter)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>, Option<Flaw>)> {
        let mut splitter = Splitter::new(text.as_bytes(), b',');
        let mut row = RawRow::default();
        let mut rows = Vec::new();
        while splitter.next(&mut row).unwrap() {
            rows.push((row.number, row.cells().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(), row.flaw.clone()));
        }
        rows
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows(text).into_iter().map(|(_, cells, _)| cells).collect()
    }

    #[test]
    fn quotes_hold_delimiters_quotes_and_lines() {
        assert_eq!(cells("a,b\n\"x, \"\"y\"\"\nz\",\"\"\n"), [vec!["a", "b"], vec!["x, \"y\"\nz", ""]]);
        assert_eq!(cells("5\" pipe,\"a\"b\r\n,\r\n1"), [vec!["5\" pipe", "ab"], vec!["1"]]);
        assert_eq!(cells("a\rb\r"), [["a"], ["b"]]);
    }

    #[test]
    fn blank_lines_count_but_do_not_come() {
        assert_eq!(rows("a\n\n\nb\n").iter().map(|row| row.0).collect::<Vec<_>>(), [1, 4]);
        assert!(rows("").is_empty() && rows("\n\n").is_empty());
    }

    #[test]
    fn an_open_quote_swallows_the_rest_and_is_named() {
        let read = rows("a,b\n1,\"two\n3,4\n5,6\n");
        assert_eq!((read[1].0, read[1].2.clone()), (2, Some(Flaw::QuoteOpen { column: 1, lines: 3 })));
    }

    #[test]
    fn big_cells_are_named_and_not_kept() {
        let text = format!("a,b\nx,{}\n1,2\n", "y".repeat(CELL_MAX + 1));
        let read = rows(&text);
        assert_eq!(read[1].2, Some(Flaw::CellTooBig(1)));
        assert_eq!(read[2].1, ["1", "2"]);
        let million = rows(&",".repeat(1_000_000));
        assert_eq!((million[0].2.clone(), million[0].1.len() < 1100), (Some(Flaw::TooManyColumns), true));
    }

    #[test]
    fn delimiters_are_guessed() {
        for (text, delimiter) in
            [("a,b\n1,2\n", b','), ("a;b\n1,5;2\n3;4\n", b';'), ("a\tb,c\n1\t2\n", b'\t'), ("one\ntwo\n", b','), ("a|b|c\n1|2|3\n", b'|')]
        {
            assert_eq!(guess_delimiter(text.as_bytes()), delimiter, "{text}");
        }
    }
}
