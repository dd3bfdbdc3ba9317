//! What stands on a quote, from the top: who offers, to whom, what it is called, the lines, what they come to, and the last words.

use domain::quote::{QuotePaper, ROUNDING};
use domain::{Period, QuoteLine, Share, money};
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

/// Sets a quote. `logo` is the size of the picture in its own dots.
pub fn set(sheets: &mut Sheets<'_>, paper: &QuotePaper, logo: Option<(u32, u32)>) {
    head(sheets, paper, logo);
    facts(sheets, paper);
    if !paper.note.is_empty() {
        sheets.paragraph(&paper.note, Look::PLAIN);
        sheets.y += 12.0;
    }
    column_heads(sheets);
    for line in &paper.lines {
        one_line(sheets, line, &paper.currency);
    }
    totals(sheets, paper);
    sheets.y += 12.0;
    sheets.paragraph(ROUNDING, Look::PALE);
    if !paper.footer.is_empty() {
        sheets.y += 10.0;
        sheets.paragraph(&paper.footer, Look::PLAIN);
    }
}

/// Who offers: the logo or the name at the left, the address at the right.
fn head(sheets: &mut Sheets<'_>, paper: &QuotePaper, logo: Option<(u32, u32)>) {
    let top = sheets.y;
    let mut left_end = top;
    match logo.and_then(logo_size) {
        Some(size) => {
            sheets.picture(LEFT, top, size);
            left_end += size.height();
        }
        None => {
            let look = Look { size: 14.0, ..Look::STRONG };
            sheets.text_at(LEFT, top, &paper.site, look);
            left_end += look.leading();
        }
    }
    let mut y = top;
    sheets.text_to(RIGHT, y, &paper.site, Look::STRONG);
    y += Look::STRONG.leading();
    for line in sheets.faces.broken(&paper.sender, Look::PALE.size, Weight::Regular, (RIGHT - LEFT) / 2.0).into_iter().take(8) {
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

/// To whom at the left; what it is called, when it was made and until when it is valid at the right.
fn facts(sheets: &mut Sheets<'_>, paper: &QuotePaper) {
    let top = sheets.y;
    let mut y = top;
    for line in &paper.customer {
        for part in sheets.faces.broken(line, Look::PLAIN.size, Weight::Regular, (RIGHT - LEFT) / 2.0) {
            sheets.text_at(LEFT, y, &part, Look::PLAIN);
            y += Look::PLAIN.leading();
        }
    }
    let mut right = top;
    let contact = [paper.by.as_str(), paper.by_email.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    for (what, value) in [("Date", paper.date.readable_day()), ("Valid until", paper.valid_until.readable_day()), ("Contact", contact)] {
        if !value.is_empty() {
            sheets.text_to(RIGHT, right, &format!("{what}: {value}"), Look::PLAIN);
            right += Look::PLAIN.leading();
        }
    }
    sheets.y = y.max(right) + 22.0;
    let title = format!("Quote {}", paper.name());
    sheets.paragraph(&title, Look::HEADING);
    sheets.paragraph(&paper.deal, Look::PALE);
    sheets.y += 10.0;
}

fn column_heads(sheets: &mut Sheets<'_>) {
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

fn one_line(sheets: &mut Sheets<'_>, line: &QuoteLine, currency: &str) {
    let title = sheets.faces.broken(line.title(), Look::STRONG.size, Weight::Bold, TEXT);
    let details = sheets.faces.broken(line.details(), Look::PALE.size, Weight::Regular, TEXT);
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
    if line.period != Period::Once {
        sheets.text_to(RIGHT, below, line.period.behind().trim(), Look::PALE);
        below += Look::PALE.leading();
    }
    if line.discount != Share::NOTHING {
        sheets.text_to(PRICE, y + Look::PLAIN.leading(), &format!("{} off", line.discount.display()), Look::PALE);
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
fn totals(sheets: &mut Sheets<'_>, paper: &QuotePaper) {
    let Ok(totals) = paper.totals() else { return };
    let amount = |minor: i64| money::exact(minor, &paper.currency);
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
