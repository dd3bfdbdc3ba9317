//! Documents of a lead. What a file is, is judged by its first bytes, never by its name or by what the browser says.

use serde::{Deserialize, Serialize};

use crate::{DocumentId, LeadId, Timestamp, UserId};

/// Most bytes of a document.
pub const SIZE_MOST: usize = 10 * 1024 * 1024;
/// Longest name. Unit: characters.
pub const NAME_MOST: usize = 200;

/// What kind of file a document is. HTML and SVG are none of them: they can hold scripts, and are text or nothing known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    Pdf,
    Png,
    Jpeg,
    Webp,
    Gif,
    /// Text documents, spreadsheets and slides of today's office programs, and plain archives.
    Zip,
    /// The same of former office programs.
    Office,
    /// Anything else. Browsers are told that it is bytes.
    Other,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [DocumentKind; 8] = [
        DocumentKind::Pdf,
        DocumentKind::Png,
        DocumentKind::Jpeg,
        DocumentKind::Webp,
        DocumentKind::Gif,
        DocumentKind::Zip,
        DocumentKind::Office,
        DocumentKind::Other,
    ];

    /// Judges a file by its first bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [b'%', b'P', b'D', b'F', b'-', ..] => DocumentKind::Pdf,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => DocumentKind::Png,
            [0xff, 0xd8, 0xff, ..] => DocumentKind::Jpeg,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => DocumentKind::Webp,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => DocumentKind::Gif,
            [b'P', b'K', 3, 4, ..] => DocumentKind::Zip,
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => DocumentKind::Office,
            _ => DocumentKind::Other,
        }
    }

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            DocumentKind::Pdf => "pdf",
            DocumentKind::Png => "png",
            DocumentKind::Jpeg => "jpeg",
            DocumentKind::Webp => "webp",
            DocumentKind::Gif => "gif",
            DocumentKind::Zip => "zip",
            DocumentKind::Office => "office",
            DocumentKind::Other => "other",
        }
    }

    /// Reads [`DocumentKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            DocumentKind::Pdf => "PDF",
            DocumentKind::Png => "PNG picture",
            DocumentKind::Jpeg => "JPEG picture",
            DocumentKind::Webp => "WebP picture",
            DocumentKind::Gif => "GIF picture",
            DocumentKind::Zip => "Office document or archive",
            DocumentKind::Office => "Office document",
            DocumentKind::Other => "File",
        }
    }

    /// What browsers are told that it is.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            DocumentKind::Pdf => "application/pdf",
            DocumentKind::Png => "image/png",
            DocumentKind::Jpeg => "image/jpeg",
            DocumentKind::Webp => "image/webp",
            DocumentKind::Gif => "image/gif",
            DocumentKind::Zip | DocumentKind::Office | DocumentKind::Other => "application/octet-stream",
        }
    }

    /// The endings of names that only such a file may have; none where nothing is said by the ending.
    fn endings(self) -> &'static [&'static str] {
        match self {
            DocumentKind::Pdf => &["pdf"],
            DocumentKind::Png => &["png"],
            DocumentKind::Jpeg => &["jpg", "jpeg"],
            DocumentKind::Webp => &["webp"],
            DocumentKind::Gif => &["gif"],
            DocumentKind::Zip => &["docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"],
            DocumentKind::Office => &["doc", "xls", "ppt"],
            DocumentKind::Other => &[],
        }
    }
}

/// A document of a lead, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub id: DocumentId,
    pub lead: LeadId,
    pub name: String,
    pub kind: DocumentKind,
    /// Unit: bytes.
    pub size: i64,
    /// Whether it may be shown to the customer.
    pub for_customer: bool,
    pub added_by: UserId,
    pub added_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
}

/// The name of a file as it is kept: without the folders before it, without what does not print, and not too long.
#[must_use]
pub fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    // What turns the direction of writing makes `exe` look like another ending.
    let prints = |c: &char| !c.is_control() && !matches!(*c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    last.chars().filter(prints).take(NAME_MOST).collect::<String>().trim().to_owned()
}

/// Judges what was sent as a document of this name.
///
/// # Errors
/// The sentence for its field: nothing, too much, or a file whose name says that it is something else.
pub fn judge(name: &str, bytes: &[u8]) -> Result<DocumentKind, String> {
    if name.is_empty() {
        return Err("Choose a file".to_owned());
    }
    if bytes.is_empty() {
        return Err("This file is empty".to_owned());
    }
    if bytes.len() > SIZE_MOST {
        return Err(format!("The file is larger than {}; send a smaller one, or a link in a comment", size_words(SIZE_MOST as i64)));
    }
    let kind = DocumentKind::of(bytes);
    let ending = name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase());
    let said = DocumentKind::ALL.into_iter().find(|kind| kind.endings().contains(&ending.as_str()));
    match said {
        Some(said) if said != kind => Err(format!("Its name says .{ending}, but its content is something else")),
        _ => Ok(kind),
    }
}

/// A size in the fewest words: `12 kB`, `3.4 MB`.
#[must_use]
pub fn size_words(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} kB", bytes / 1024),
        _ if bytes % 1_048_576 == 0 => format!("{} MB", bytes / 1_048_576),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_judged_by_its_bytes() {
        assert_eq!(judge("offer.pdf", b"%PDF-1.7 ..."), Ok(DocumentKind::Pdf));
        assert_eq!(judge("plan.XLSX", b"PK\x03\x04..."), Ok(DocumentKind::Zip));
        assert_eq!(judge("notes.txt", b"Hello"), Ok(DocumentKind::Other));
        assert_eq!(judge("page.html", b"<script>1</script>"), Ok(DocumentKind::Other));
        assert_eq!(judge("picture", b"\xff\xd8\xff\xe0"), Ok(DocumentKind::Jpeg));
        assert_eq!(DocumentKind::Other.content_type(), "application/octet-stream");
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::from_key(kind.key()), Some(kind));
        }
    }

    #[test]
    fn a_file_that_lies_about_itself_is_refused() {
        for (name, bytes) in
            [("offer.pdf", &b"<script>1</script>"[..]), ("a.png", &b"%PDF-1.7"[..]), ("a.docx", &b"MZ\x90"[..]), ("a.gif", &b"\xff\xd8\xff"[..])]
        {
            assert!(judge(name, bytes).is_err_and(|sentence| sentence.contains("something else")), "{name}");
        }
        assert!(judge("a.txt", &vec![b'a'; SIZE_MOST + 1]).is_err_and(|sentence| sentence.contains("10 MB")));
        assert!(judge("a.txt", b"").is_err() && judge("", b"a").is_err());
    }

    #[test]
    fn names_lose_their_folders_and_what_does_not_print() {
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("C:\\Users\\Jo\\offer.pdf"), "offer.pdf");
        assert_eq!(file_name("a\u{0}b\r\n\u{202e}fdp.exe"), "abfdp.exe");
        assert_eq!(file_name(&"a".repeat(1000)).len(), NAME_MOST);
    }

    #[test]
    fn sizes_are_told_in_the_fewest_words() {
        assert_eq!([size_words(12), size_words(12_300), size_words(3_600_000), size_words(10_485_760)], ["12 bytes", "12 kB", "3.4 MB", "10 MB"]);
    }
}
