//! What stands on an invoice, a proforma or a credit note, from the top: who bills, to whom, what it is called and when it is due, the lines with the days that
//! they are for, what they come to, what was paid, and the last words.

use domain::invoice::InvoicePaper;
use domain::quote::Totals;
use domain::{Invoice, InvoiceKind, InvoiceState, money};

use super::parts::{self, Firm, Line};
use super::sheet::{Look, Sheets};

/// Sets one. `logo` is the size of the picture in its own dots.
pub fn set(sheets: &mut Sheets<'_>, paper: &InvoicePaper, logo: Option<(u32, u32)>) {
    let invoice = &paper.invoice;
    let firm = Firm { site: &paper.site, sender: &paper.sender, footer: &paper.footer };
    parts::head(sheets, firm, logo);
    let due = if invoice.kind == InvoiceKind::CreditNote { String::new() } else { invoice.due_on.readable_day() };
    let facts = [
        ("Date", invoice.issued_on.readable_day()),
        ("To be paid until", due),
        ("Customer", paper.customer_number.clone()),
        ("Identification", invoice.tax_id.clone()),
    ];
    parts::facts(sheets, &invoice.to, &facts);
    parts::title(sheets, &name(invoice), &below(invoice));
    parts::column_heads(sheets);
    for line in &invoice.lines {
        parts::one_line(sheets, &Line { sold: &line.sold, for_what: &line.period_words(), behind: "" }, &invoice.currency);
    }
    if let Ok(totals) = invoice.totals() {
        // What is billed is one period of each: there is nothing to add up by period.
        parts::totals(sheets, &Totals { periods: Vec::new(), ..totals }, &invoice.currency);
    }
    paid(sheets, invoice);
    parts::end(sheets, firm);
}

/// What it is called: `Invoice INV-2026-00007`.
pub fn name(invoice: &Invoice) -> String {
    format!("{} {}", invoice.kind.label(), invoice.name())
}

/// Of what it was made, and what became of it.
fn below(invoice: &Invoice) -> String {
    let made_of = invoice.made_of.as_ref().map(|of| match invoice.kind {
        InvoiceKind::CreditNote => format!("Cancels {}", of.name),
        InvoiceKind::Invoice | InvoiceKind::Proforma => format!("Of {}", of.name),
    });
    let cancelled = (invoice.state() == InvoiceState::Cancelled).then(|| match &invoice.became {
        Some(became) => format!("Cancelled by {}", became.name),
        None => "Cancelled".to_owned(),
    });
    [made_of, cancelled].into_iter().flatten().collect::<Vec<_>>().join(". ")
}

/// What was paid, and what is left.
fn paid(sheets: &mut Sheets<'_>, invoice: &Invoice) {
    let amount = |minor: i64| money::exact(minor, &invoice.currency);
    let mut rows: Vec<(String, String, Look)> = invoice
        .payments
        .iter()
        .map(|payment| (format!("Paid on {}", payment.paid_on.readable_day()), amount(payment.amount_minor), Look::PLAIN))
        .collect();
    if !rows.is_empty() && invoice.state() == InvoiceState::Open {
        rows.push(("Left to pay".to_owned(), amount(invoice.left_minor()), Look::STRONG));
    }
    parts::sums(sheets, rows);
}
