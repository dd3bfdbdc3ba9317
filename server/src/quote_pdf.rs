//! A quote as a PDF: what the customer files. Its parts are set in `parts`, line by line from the top; how text is measured and broken is in `text`,
//! and how pages are filled in `sheet`. The objects of the file are the library's, `krilla`.

mod parts;
mod sheet;
mod text;

use domain::logo::LogoKind;
use domain::quote::QuotePaper;
use krilla::Document;
use krilla::error::KrillaError;
use krilla::image::Image;
use krilla::metadata::Metadata;

use self::sheet::Sheets;
use self::text::Faces;

/// Why a quote could not be set.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("the font cannot be read")]
    Font,
    #[error("the file could not be written: {0:?}")]
    Written(KrillaError),
}

/// Sets a quote, under the firm's logo where it has one. A logo that cannot be read is left out.
///
/// # Errors
/// What the library reports.
pub fn set(paper: &QuotePaper, logo: Option<(LogoKind, Vec<u8>)>) -> Result<Vec<u8>, PdfError> {
    let faces = Faces::read().ok_or(PdfError::Font)?;
    let picture = logo.and_then(|(kind, bytes)| read_picture(kind, bytes));
    let mut sheets = Sheets::new(&faces);
    parts::set(&mut sheets, paper, picture.as_ref().map(Image::size));
    let mut document = Document::new();
    let title = format!("Quote {}", paper.name());
    let metadata = Metadata::new().title(title).authors(vec![paper.site.clone()]).language("en".to_owned());
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
    use domain::{Period, QuoteLine, QuoteLineId, Share, Timestamp};

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

    fn pages(pdf: &[u8]) -> usize {
        let text = String::from_utf8_lossy(pdf);
        text.matches("/Type /Page").count() - text.matches("/Type /Pages").count()
    }

    #[test]
    fn a_quote_is_a_pdf_of_as_many_pages_as_it_needs() {
        let short = set(&paper(2), None).unwrap();
        assert!(short.starts_with(b"%PDF-"), "{:?}", &short[..8]);
        assert!(short.len() < 200_000, "the font is cut to what is used: {} bytes", short.len());
        let faces = Faces::read().unwrap();
        let sheets = |lines: usize| {
            let mut sheets = Sheets::new(&faces);
            parts::set(&mut sheets, &paper(lines), None);
            sheets.count()
        };
        assert_eq!((sheets(0), sheets(2)), (1, 1));
        assert!(sheets(100) > 3, "{}", sheets(100));
        assert!(pages(&set(&paper(100), None).unwrap()) <= sheets(100));
    }

    #[test]
    fn a_logo_is_set_and_one_that_cannot_be_read_is_left_out() {
        let with = set(&paper(1), Some((LogoKind::Png, DOT.to_vec()))).unwrap();
        let without = set(&paper(1), Some((LogoKind::Png, b"\x89PNG\r\n\x1a\nno".to_vec()))).unwrap();
        assert!(with.len() > without.len());
    }
}
