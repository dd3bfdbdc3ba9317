//! Papers for customers as PDF: what they file. A `quote` and an `invoice` are set of `parts`, line by line from the top; how text is measured and broken is
//! in `text`, and how pages are filled in `sheet`. The objects of the file are the library's, `krilla`.

mod invoice;
mod parts;
mod quote;
mod sheet;
mod text;

use domain::invoice::InvoicePaper;
use domain::logo::LogoKind;
use domain::quote::QuotePaper;
use krilla::Document;
use krilla::error::KrillaError;
use krilla::image::Image;
use krilla::metadata::Metadata;

use self::sheet::Sheets;
use self::text::Faces;

/// Why a paper could not be set.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("the font cannot be read")]
    Font,
    #[error("the file could not be written: {0:?}")]
    Written(KrillaError),
}

/// The firm's logo, as it is kept.
pub type Logo = Option<(LogoKind, Vec<u8>)>;

/// Sets a quote, under the firm's logo where it has one. A logo that cannot be read is left out.
///
/// # Errors
/// What the library reports.
pub fn set_quote(paper: &QuotePaper, logo: Logo) -> Result<Vec<u8>, PdfError> {
    set((&paper.site, format!("Quote {}", paper.name())), logo, |sheets, logo| quote::set(sheets, paper, logo))
}

/// Sets an invoice, a proforma or a credit note, likewise.
///
/// # Errors
/// What the library reports.
pub fn set_invoice(paper: &InvoicePaper, logo: Logo) -> Result<Vec<u8>, PdfError> {
    set((&paper.site, invoice::name(&paper.invoice)), logo, |sheets, logo| invoice::set(sheets, paper, logo))
}

/// Sets what `fill` puts on the sheets; it is given the size of the logo in its own dots.
fn set((site, title): (&str, String), logo: Logo, fill: impl FnOnce(&mut Sheets<'_>, Option<(u32, u32)>)) -> Result<Vec<u8>, PdfError> {
    let faces = Faces::read().ok_or(PdfError::Font)?;
    let picture = logo.and_then(|(kind, bytes)| read_picture(kind, bytes));
    let mut sheets = Sheets::new(&faces);
    fill(&mut sheets, picture.as_ref().map(Image::size));
    let mut document = Document::new();
    let metadata = Metadata::new().title(title).authors(vec![site.to_owned()]).language("en".to_owned());
    document.set_metadata(metadata);
    sheets.draw(&mut document, picture.as_ref());
    document.finish().map_err(PdfError::Written)
}

fn read_picture(kind: LogoKind, bytes: Vec<u8>) -> Option<Image> {
    let read = match kind {
        LogoKind::Png => Image::from_png(bytes.into(), true),
        LogoKind::Jpeg => Image::from_jpeg(bytes.into(), true),
        LogoKind::Webp => Image::from_webp(bytes.into(), true),
    };
    read.ok()
}

#[cfg(test)]
mod tests {
    use domain::customer::BillingPeriod;
    use domain::invoice::{InvoiceNumber, Payment};
    use domain::quote::Sold;
    use domain::{CustomerId, Invoice, InvoiceId, InvoiceKind, InvoiceLine, Named, Period, QuoteLine, QuoteLineId, Share, Timestamp};

    use super::*;

    /// A picture of one dot.
    #[rustfmt::skip]
    const DOT: [u8; 70] = [
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01,
        0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41,
        0x54, 0x78, 0xda, 0x63, 0x64, 0xf8, 0xcf, 0x50, 0x0f, 0x00, 0x03, 0x86, 0x01, 0x80, 0x5a, 0x34, 0x7d, 0x6b, 0x00, 0x00,
        0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
    ];

    fn paper(lines: usize) -> QuotePaper {
        let line = |id: i64| QuoteLine {
            id: QuoteLineId(id),
            text: format!("Managed wireless {id}\nAccess points, looked after; Zażółć gęślą jaźń, Ωμέγα, Привет, 漢字"),
            price_minor: 12_050,
            tax: Share::parse("20").unwrap(),
            discount: Share::parse("5").unwrap(),
            period: if id % 3 == 0 { Period::Month } else { Period::Once },
            ..QuoteLine::blank()
        };
        QuotePaper {
            site: "Harbour IT".to_owned(),
            sender: "1 Quay Street\nHull HU1 1AA".to_owned(),
            footer: "Payment within 14 days.\nBank: GB00 0000".to_owned(),
            reference: "Q-2026-7".to_owned(),
            revision: 2,
            date: Timestamp::parse_day("2026-11-28").unwrap(),
            valid_until: Timestamp::parse_day("2026-12-08").unwrap(),
            currency: "GBP".to_owned(),
            customer: vec!["Jo Field".to_owned(), "Acme".to_owned(), "Leeds".to_owned()],
            deal: "Clinic".to_owned(),
            by: "Maya Lind".to_owned(),
            by_email: "maya@house.test".to_owned(),
            note: "Thank you for your call.\n\nA second paragraph, and a word that is too long: ".to_owned() + &"x".repeat(300),
            lines: (1..=lines as i64).map(line).collect(),
        }
    }

    fn bill(kind: InvoiceKind, lines: usize) -> InvoicePaper {
        let day = |text: &str| Timestamp::parse_day(text).unwrap();
        let line = |nth: usize| InvoiceLine {
            service: None,
            sold: Sold { text: format!("Seat {nth}\nLooked after"), price_minor: 1250, period: Period::Month, ..Sold::blank() },
            of: BillingPeriod { from: day("2026-11-28"), until: Some(day("2026-12-27")) },
        };
        let invoice = Invoice {
            id: InvoiceId(1),
            version: 1,
            kind,
            number: InvoiceNumber { kind, year: 2026, number: 7 },
            customer: Named { id: CustomerId(1), name: "Acme".to_owned() },
            currency: "GBP".to_owned(),
            issued_on: day("2026-11-28"),
            due_on: day("2026-12-12"),
            to: vec!["Acme".to_owned(), "1 Long Row".to_owned()],
            tax_id: "GB 123".to_owned(),
            lines: (1..=lines).map(line).collect(),
            payments: vec![Payment { amount_minor: 500, paid_on: day("2026-11-28"), note: String::new() }],
            made_of: None,
            became: None,
            cancelled_at: None,
            reason: String::new(),
            sent_to: String::new(),
            sent_at: None,
            created_by: None,
            created_at: day("2026-11-28"),
            updated_at: day("2026-11-28"),
        };
        InvoicePaper {
            site: "Harbour IT".to_owned(),
            sender: "1 Quay Street\nHull HU1 1AA".to_owned(),
            footer: "Bank: GB00 0000".to_owned(),
            customer_number: "C-00001".to_owned(),
            invoice,
        }
    }

    #[test]
    fn an_invoice_is_set_on_the_same_sheets() {
        let faces = Faces::read().unwrap();
        for kind in InvoiceKind::ALL {
            let sheets = |lines: usize| {
                let mut sheets = Sheets::new(&faces);
                invoice::set(&mut sheets, &bill(kind, lines), None);
                sheets.count()
            };
            assert_eq!((sheets(0), sheets(2)), (1, 1), "{kind:?}");
            assert!(sheets(100) > 3, "{kind:?}: {}", sheets(100));
            let file = set_invoice(&bill(kind, 3), Some((LogoKind::Png, DOT.to_vec()))).unwrap();
            assert!(file.starts_with(b"%PDF-") && file.len() < 200_000, "{kind:?}: {}", file.len());
        }
    }

    fn pages(pdf: &[u8]) -> usize {
        let text = String::from_utf8_lossy(pdf);
        text.matches("/Type /Page").count() - text.matches("/Type /Pages").count()
    }

    #[test]
    fn a_quote_is_a_pdf_of_as_many_pages_as_it_needs() {
        let short = set_quote(&paper(2), None).unwrap();
        assert!(short.starts_with(b"%PDF-"), "{:?}", &short[..8]);
        assert!(short.len() < 200_000, "the font is cut to what is used: {} bytes", short.len());
        let faces = Faces::read().unwrap();
        let sheets = |lines: usize| {
            let mut sheets = Sheets::new(&faces);
            quote::set(&mut sheets, &paper(lines), None);
            sheets.count()
        };
        assert_eq!((sheets(0), sheets(2)), (1, 1));
        assert!(sheets(100) > 3, "{}", sheets(100));
        assert!(pages(&set_quote(&paper(100), None).unwrap()) <= sheets(100));
    }

    #[test]
    fn a_logo_is_set_and_one_that_cannot_be_read_is_left_out() {
        let with = set_quote(&paper(1), Some((LogoKind::Png, DOT.to_vec()))).unwrap();
        let without = set_quote(&paper(1), Some((LogoKind::Png, b"\x89PNG\r\n\x1a\nno".to_vec()))).unwrap();
        assert!(with.len() > without.len());
    }
}
