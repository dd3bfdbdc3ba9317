//! A file before it is taken apart: what it is, how it is written, and its content as UTF-8, piece by piece.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use sha2::{Digest as _, Sha256};

/// Bytes read at once.
const PIECE: usize = 256 * 1024;
/// Bytes of doubtful encoding that the guesser looks at.
const GUESSED: u64 = 4 * 1024 * 1024;

/// What a first look at a file gives.
#[derive(Clone, Debug)]
pub(super) struct Survey {
    pub bytes: u64,
    /// SHA-256 of the content.
    pub digest: String,
    pub encoding: &'static Encoding,
}

/// Reads the file once, in constant memory.
///
/// # Errors
/// A sentence: it cannot be read, is empty, or is no CSV file.
pub(super) fn survey(path: &Path) -> Result<Survey, String> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!("There is no file {}. Check its name and folder", path.display()),
        _ => format!("{name} cannot be read ({error})"),
    };
    let mut file = File::open(path).map_err(unreadable)?;
    if file.metadata().is_ok_and(|meta| meta.is_dir()) {
        return Err(format!("{} is a folder; name one CSV file in it", path.display()));
    }
    let mut hash = Sha256::new();
    let mut look = Look::default();
    let mut piece = vec![0; PIECE];
    loop {
        let length = file.read(&mut piece).map_err(unreadable)?;
        if length == 0 {
            break;
        }
        let read = &piece[..length];
        if look.bytes == 0
            && let Some(kind) = other_kind(read)
        {
            return Err(format!("{name} is {kind}, not a CSV file. Save it as CSV first, then import that"));
        }
        hash.update(read);
        look.at(read);
    }
    if look.bytes == 0 {
        return Err(format!("{name} is empty"));
    }
    let (bytes, nuls) = (look.bytes, look.nuls);
    let encoding = look.encoding();
    if nuls > bytes / 50 && encoding != UTF_16LE && encoding != UTF_16BE {
        return Err(format!("{name} is not a text file: it is full of NUL bytes. Save it as CSV (UTF-8) first, then import that"));
    }
    let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Survey { bytes, digest, encoding })
}

/// What the file is, where its first bytes say that it is something else.
fn other_kind(head: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "an Excel workbook or a ZIP archive"),
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook"),
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"GIF8", "a picture"),
        (b"\x1F\x8B", "a compressed file"),
        (b"SQLite format 3", "a database"),
        (b"\x7FELF", "a program"),
    ];
    KINDS.into_iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| kind)
}

/// What was seen of the content so far.
#[derive(Default)]
struct Look {
    bytes: u64,
    nuls: u64,
    mark: Option<&'static Encoding>,
    /// A character cut by the end of a piece.
    rest: Vec<u8>,
    /// Characters beyond ASCII that are right in UTF-8, and bytes that are not.
    right: u64,
    wrong: u64,
    guesser: Option<chardetng::EncodingDetector>,
    guessed: u64,
}

impl Look {
    fn at(&mut self, piece: &[u8]) {
        if self.bytes == 0 {
            self.mark = Encoding::for_bom(piece).map(|(encoding, _)| encoding);
        }
        self.bytes += piece.len() as u64;
        self.nuls += piece.iter().filter(|byte| **byte == 0).count() as u64;
        if self.mark.is_some() {
            return;
        }
        if self.guessed < GUESSED && !piece.is_ascii() {
            self.guessed += piece.len() as u64;
            self.guesser.get_or_insert_with(chardetng::EncodingDetector::new).feed(piece, false);
        }
        if self.rest.is_empty() && piece.is_ascii() {
            return;
        }
        let joined = [std::mem::take(&mut self.rest).as_slice(), piece].concat();
        for chunk in joined.utf8_chunks() {
            self.right += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            self.wrong += chunk.invalid().len() as u64;
        }
        // What is cut off at the end is looked at again together with what follows.
        if let Err(error) = std::str::from_utf8(&joined[joined.len().saturating_sub(3)..])
            && error.error_len().is_none()
        {
            let cut = joined.len().saturating_sub(3) + error.valid_up_to();
            self.rest = joined[cut..].to_vec();
            self.wrong -= self.rest.len() as u64;
        }
    }

    fn encoding(self) -> &'static Encoding {
        if let Some(mark) = self.mark {
            return mark;
        }
        let wrong = self.wrong + self.rest.len() as u64;
        // A few broken bytes among many right ones are broken rows, not another encoding.
        if wrong == 0 || self.right > wrong * 10 {
            return UTF_8;
        }
        self.guesser.map_or(UTF_8, |mut guesser| {
            guesser.feed(b"", true);
            guesser.guess(None, false)
        })
    }
}

/// The content as UTF-8, without a byte order mark. Text that claims to be UTF-8 is passed on as it is, so that the rows
/// with wrong bytes can be named. `consumed` counts bytes of the file.
///
/// # Errors
/// What the operating system says.
pub(super) fn open(path: &Path, survey: &Survey, consumed: Arc<AtomicU64>) -> io::Result<Box<dyn Read + Send>> {
    let file = Counted { file: File::open(path)?, consumed };
    if survey.encoding == UTF_8 {
        return Ok(Box::new(BufReader::new(WithoutMark { inner: file, is_begun: false })));
    }
    let decoder = survey.encoding.new_decoder_with_bom_removal();
    // Buffered, because whoever reads may ask for a single byte, which a character may not fit into.
    Ok(Box::new(BufReader::new(Decoded { inner: file, decoder, encoded: vec![0; 64 * 1024], start: 0, end: 0, is_over: false })))
}

struct Counted {
    file: File,
    consumed: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(into)?;
        self.consumed.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

struct WithoutMark<R> {
    inner: R,
    is_begun: bool,
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        if self.is_begun || length < 3 {
            self.is_begun = true;
            return Ok(length);
        }
        self.is_begun = true;
        if !into.starts_with(b"\xEF\xBB\xBF") {
            return Ok(length);
        }
        into.copy_within(3..length, 0);
        if length > 3 { Ok(length - 3) } else { self.inner.read(into) }
    }
}

struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    encoded: Vec<u8>,
    start: usize,
    end: usize,
    is_over: bool,
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // The decoder wants room for a whole character.
        if into.len() < 16 {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        loop {
            if self.start == self.end && !self.is_over {
                self.start = 0;
                self.end = self.inner.read(&mut self.encoded)?;
                self.is_over = self.end == 0;
            }
            let (result, read, written, _) = self.decoder.decode_to_utf8(&self.encoded[self.start..self.end], into, self.is_over);
            self.start += read;
            if written > 0 || (self.is_over && result == CoderResult::InputEmpty) {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(bytes: &[u8]) -> (String, String) {
        let path = std::env::temp_dir().join(format!("leadwright-reading-{}-{}", std::process::id(), bytes.len()));
        std::fs::write(&path, bytes).expect("a file");
        let survey = survey(&path).expect("a text");
        let mut text = String::new();
        open(&path, &survey, Arc::default()).expect("the file").read_to_string(&mut text).expect("its content");
        let mut one_by_one = Vec::new();
        let mut reader = open(&path, &survey, Arc::default()).expect("the file");
        let mut byte = [0];
        while reader.read(&mut byte).expect("its content") == 1 {
            one_by_one.push(byte[0]);
        }
        assert_eq!(one_by_one, text.as_bytes());
        std::fs::remove_file(&path).expect("the file goes away");
        (survey.encoding.name().to_owned(), text)
    }

    #[test]
    fn encodings_are_recognised() {
        let text = "Name,Ort\nJürgen Groß,Köln\n";
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let big_endian: Vec<u8> = [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin 1")).collect();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), "UTF-8"),
            (utf16, "UTF-16LE"),
            (big_endian, "UTF-16BE"),
            (windows, "windows-1252"),
        ] {
            assert_eq!(content(&bytes), (encoding.to_owned(), text.to_owned()), "{encoding}");
        }
    }

    #[test]
    fn characters_cut_by_a_piece_are_right() {
        let mut look = Look::default();
        for byte in "Köln €5 \u{1F600}".as_bytes() {
            look.at(&[*byte]);
        }
        assert_eq!((look.right, look.wrong, look.rest.len()), (3, 0, 0));
        assert_eq!(look.encoding(), UTF_8);
    }

    #[test]
    fn a_few_broken_bytes_do_not_change_the_encoding() {
        let mut look = Look::default();
        look.at(&["ü".repeat(50).as_bytes(), b"\xFF", "ü".repeat(50).as_bytes()].concat());
        assert_eq!(look.encoding(), UTF_8);
    }
}
