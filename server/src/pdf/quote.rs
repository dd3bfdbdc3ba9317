//! What stands on a quote, from the top: who offers, to whom, what it is called, the lines, what they come to, and the last words.

use domain::quote::QuotePaper;

use super::parts::{self, Firm, Line};
use super::sheet::{Look, Sheets};

/// Sets a quote. `logo` is the size of the picture in its own dots.
pub fn set(sheets: &mut Sheets<'_>, paper: &QuotePaper, logo: Option<(u32, u32)>) {
    let firm = Firm { site: &paper.site, sender: &paper.sender, footer: &paper.footer };
    parts::head(sheets, firm, logo);
    let contact = [paper.by.as_str(), paper.by_email.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let facts = [("Date", paper.date.readable_day()), ("Valid until", paper.valid_until.readable_day()), ("Contact", contact)];
    parts::facts(sheets, &paper.customer, &facts);
    parts::title(sheets, &format!("Quote {}", paper.name()), &paper.deal);
    if !paper.note.is_empty() {
        sheets.paragraph(&paper.note, Look::PLAIN);
        sheets.y += 12.0;
    }
    parts::column_heads(sheets);
    for line in &paper.lines {
        let sold = line.sold();
        parts::one_line(sheets, &Line { sold: &sold, for_what: "", behind: sold.period.behind().trim() }, &paper.currency);
    }
    if let Ok(totals) = paper.totals() {
        parts::totals(sheets, &totals, &paper.currency);
    }
    parts::end(sheets, firm);
}
