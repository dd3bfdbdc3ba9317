//! Cells of files that people open in a spreadsheet.

/// Stands at the beginning of a file: without it spreadsheets take UTF-8 for something else.
pub(crate) const MARK: &str = "\u{FEFF}";

/// A cell that a spreadsheet does not run: what looks like a formula gets an apostrophe, which importing takes off again.
pub(crate) fn neutral(cell: &str) -> String {
    if looks_like_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Whether a spreadsheet would take a cell for a formula. Plain numbers with a sign, such as phone numbers, are none.
pub(crate) fn looks_like_formula(cell: &str) -> bool {
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
