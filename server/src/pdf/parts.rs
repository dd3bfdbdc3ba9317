//! What papers for customers have in common, from the top: whose they are, to whom, the lines, what they come to, and the last words.

use domain::quote::{ROUNDING, Sold, Totals};
use domain::{Period, money};
use krilla::geom::Size;

use super::sheet::{LEFT, Look, RIGHT, Sheets};
use super::text::Weight;

/// The most room for the logo.
const LOGO: (f32, f32) = (160.0, 48.0);
/// Where the columns of the lines end; the first one begins at the left.
const QUANTITY: f32 = RIGHT - 222.0;
const PRICE: f32 = RIGHT - 128.0;
const TAX: f32 = RIGHT - 84.0;
/// How wide the text of a line is.
const TEXT: f32 = QUANTITY - 62.0 - LEFT;

/// Whose paper it is.
#[derive(Clone, Copy)]
pub struct Firm<'a> {
    pub site: &'a str,
    /// Its address, in lines; may be empty.
    pub sender: &'a str,
    /// The last lines; may be empty.
    pub footer: &'a str,
}

/// A line as it is set.
pub struct Line<'a> {
    pub sold: &'a Sold,
    /// Which days it is for; may be empty.
    pub for_what: &'a str,
    /// How often it is paid, below its amount; may be empty.
    pub behind: &'a str,
}

/// How amounts are rounded, and the firm's last lines.
pub fn end(sheets: &mut Sheets<'_>, firm: Firm<'_>) {
    sheets.y += 12.0;
    sheets.paragraph(ROUNDING, Look::PALE);
    if !firm.footer.is_empty() {
        sheets.y += 10.0;
        sheets.paragraph(firm.footer, Look::PLAIN);
    }
}

/// Whose it is: the logo or the name at the left, the address at the right.
pub fn head(sheets: &mut Sheets<'_>, firm: Firm<'_>, logo: Option<(u32, u32)>) {
    let top = sheets.y;
    let mut left_end = top;
    match logo.and_then(logo_size) {
        Some(size) => {
            sheets.picture(LEFT, top, size);
            left_end += size.height();
        }
        None => {
            let look = Look { size: 14.0, ..Look::STRONG };
            sheets.text_at(LEFT, top, firm.site, look);
            left_end += look.leading();
        }
    }
    let mut y = top;
    sheets.text_to(RIGHT, y, firm.site, Look::STRONG);
    y += Look::STRONG.leading();
    for line in sheets.faces.broken(firm.sender, Look::PALE.size, Weight::Regular, (RIGHT - LEFT) / 2.0).into_iter().take(8) {
        sheets.text_to(RIGHT, y, &line, Look::PALE);
        y += Look::PALE.leading();
    }
    sheets.y = left_end.max(y) + 30.0;
}

/// As large as there is room for, and never larger than it is.
fn logo_size((width, height): (u32, u32)) -> Option<Size> {
    let (width, height) = (width as f32, height as f32);
    let scale = (LOGO.0 / width).min(LOGO.1 / height).min(1.0);
    Size::from_wh(width * scale, height * scale)
}

/// To whom at the left, in lines; what is said of the paper at the right.
pub fn facts(sheets: &mut Sheets<'_>, to: &[String], facts: &[(&str, String)]) {
    let top = sheets.y;
    let mut y = top;
    for line in to {
        for part in sheets.faces.broken(line, Look::PLAIN.size, Weight::Regular, (RIGHT - LEFT) / 2.0) {
            sheets.text_at(LEFT, y, &part, Look::PLAIN);
            y += Look::PLAIN.leading();
        }
    }
    let mut right = top;
    for (what, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        sheets.text_to(RIGHT, right, &format!("{what}: {value}"), Look::PLAIN);
        right += Look::PLAIN.leading();
    }
    sheets.y = y.max(right) + 22.0;
}

/// What it is called, and what stands below that; may be empty.
pub fn title(sheets: &mut Sheets<'_>, title: &str, below: &str) {
    sheets.paragraph(title, Look::HEADING);
    sheets.paragraph(below, Look::PALE);
    sheets.y += 10.0;
}

/// What the columns of the lines are.
pub fn column_heads(sheets: &mut Sheets<'_>) {
    sheets.make_room(60.0);
    let y = sheets.y;
    sheets.text_at(LEFT, y, "What", Look::PALE);
    for (end, word) in [(QUANTITY, "Quantity"), (PRICE, "Price"), (TAX, "Tax"), (RIGHT, "Without tax")] {
        sheets.text_to(end, y, word, Look::PALE);
    }
    sheets.y += Look::PALE.leading() + 3.0;
    sheets.rule();
    sheets.y += 5.0;
}

/// A line, over as many sheets as it needs.
pub fn one_line(sheets: &mut Sheets<'_>, Line { sold: line, for_what, behind }: &Line<'_>, currency: &str) {
    let title = sheets.faces.broken(line.title(), Look::STRONG.size, Weight::Bold, TEXT);
    let mut details = sheets.faces.broken(line.details(), Look::PALE.size, Weight::Regular, TEXT);
    details.extend(sheets.faces.broken(for_what, Look::PALE.size, Weight::Regular, TEXT));
    let beginning = title.len() as f32 * Look::STRONG.leading() + Look::PALE.leading();
    if sheets.make_room(beginning) {
        column_heads(sheets);
    }
    let y = sheets.y;
    let amount = line.amounts(currency).map_or_else(|_| String::new(), |amounts| money::exact(amounts.net_minor, currency));
    sheets.text_to(QUANTITY, y, &line.quantity_words(), Look::PLAIN);
    sheets.text_to(PRICE, y, &money::exact(line.price_minor, currency), Look::PLAIN);
    sheets.text_to(TAX, y, &line.tax.display(), Look::PLAIN);
    sheets.text_to(RIGHT, y, &amount, Look::PLAIN);
    let mut below = y + Look::PLAIN.leading();
    if !behind.is_empty() {
        sheets.text_to(RIGHT, below, behind, Look::PALE);
        below += Look::PALE.leading();
    }
    if let Some(off) = line.discount.off() {
        sheets.text_to(PRICE, y + Look::PLAIN.leading(), &off, Look::PALE);
        below = below.max(y + Look::PLAIN.leading() + Look::PALE.leading());
    }
    for part in &title {
        let y = sheets.y;
        sheets.text_at(LEFT, y, part, Look::STRONG);
        sheets.y += Look::STRONG.leading();
    }
    for part in &details {
        if sheets.make_room(Look::PALE.leading()) {
            column_heads(sheets);
            below = 0.0;
        }
        let y = sheets.y;
        sheets.text_at(LEFT, y, part, Look::PALE);
        sheets.y += Look::PALE.leading();
    }
    sheets.y = sheets.y.max(below) + 3.0;
    sheets.rule();
    sheets.y += 5.0;
}

/// By how often it is paid and by rate of tax where there are several, and all of it.
pub fn totals(sheets: &mut Sheets<'_>, totals: &Totals, currency: &str) {
    let amount = |minor: i64| money::exact(minor, currency);
    let mut rows: Vec<(String, String, Look)> = Vec::new();
    let has_several = totals.periods.len() > 1;
    for (period, sum) in totals.periods.iter().filter(|_| has_several) {
        rows.push((format!("{}, with tax", period.label()), amount(sum.total()), Look::PLAIN));
    }
    rows.push(("Without tax".to_owned(), amount(totals.all.net_minor), Look::PLAIN));
    for (rate, sum) in &totals.taxes {
        rows.push((format!("{} tax on {}", rate.display(), amount(sum.net_minor)), amount(sum.tax_minor), Look::PLAIN));
    }
    let word = match totals.periods.as_slice() {
        [(period, _)] if *period != Period::Once => format!("Total, {}", period.label().to_lowercase()),
        _ => "Total".to_owned(),
    };
    rows.push((word, amount(totals.all.total()), Look { size: 12.0, ..Look::STRONG }));
    sheets.y += 4.0;
    sums(sheets, rows);
}

/// Words and amounts, one below the other at the right.
pub fn sums(sheets: &mut Sheets<'_>, rows: Vec<(String, String, Look)>) {
    let height: f32 = rows.iter().map(|(_, _, look)| look.leading() + 2.0).sum();
    sheets.make_room(height.min(300.0));
    for (what, value, look) in rows {
        sheets.make_room(look.leading());
        let y = sheets.y;
        sheets.text_to(TAX - 10.0, y, &what, look);
        sheets.text_to(RIGHT, y, &value, look);
        sheets.y += look.leading() + 2.0;
    }
}
