//! The file: lines of JSON, compressed with gzip. First what it is; then, table by table, a line that names its columns
//! and a line for each row; at last the count of each table's rows and the SHA-256 of all lines before.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Summary, part_of};
use crate::error::{Result, StoreError};

/// Grows when an older program could not read a newer file.
const FORMAT: u32 = 1;
/// No row is longer: forms take at most a million characters. Unit: bytes.
const LINE_AT_MOST: u64 = 64 * 1024 * 1024;

/// What the file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format's version.
    pub leadwright_backup: u32,
    /// The program that made it.
    pub program: String,
    /// The engine it was made from.
    pub engine: String,
    /// The newest migration of its tables.
    pub migration: i64,
    /// Unit: milliseconds since 1970.
    pub made_at: i64,
}

impl Manifest {
    pub(super) fn new(engine: &str, migration: i64, made_at: i64) -> Self {
        Self { leadwright_backup: FORMAT, program: env!("CARGO_PKG_VERSION").to_owned(), engine: engine.to_owned(), migration, made_at }
    }
}

/// Begins a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TableLine {
    pub table: String,
    pub columns: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct EndLine {
    rows: BTreeMap<String, u64>,
    sha256: String,
}

/// Writes a file; it gets its name when it is finished.
pub(super) struct FileWriter {
    path: PathBuf,
    lines: GzEncoder<BufWriter<File>>,
    digest: Sha256,
    rows: BTreeMap<String, u64>,
    table: String,
    manifest: Manifest,
}

impl FileWriter {
    pub(super) fn begin(path: &Path, manifest: Manifest) -> Result<Self> {
        let part = part_of(path);
        let file = private_file(&part).map_err(|error| cannot_write(path, &error))?;
        // The fastest level: the database should not wait, and what is kept for long can be packed tighter by others.
        let lines = GzEncoder::new(BufWriter::with_capacity(1 << 20, file), Compression::fast());
        let mut writer =
            Self { path: path.to_owned(), lines, digest: Sha256::new(), rows: BTreeMap::new(), table: String::new(), manifest: manifest.clone() };
        writer.line(&json(&manifest)?)?;
        Ok(writer)
    }

    pub(super) fn table(&mut self, table: &TableLine) -> Result<()> {
        self.table.clone_from(&table.table);
        self.rows.insert(table.table.clone(), 0);
        self.line(&json(table)?)
    }

    /// Lines of the table begun last, each with its end.
    pub(super) fn rows(&mut self, lines: &str, count: u64) -> Result<()> {
        *self.rows.entry(self.table.clone()).or_default() += count;
        self.put(lines.as_bytes())
    }

    fn line(&mut self, line: &str) -> Result<()> {
        self.put(line.as_bytes())?;
        self.put(b"\n")
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.digest.update(bytes);
        self.lines.write_all(bytes).map_err(|error| cannot_write(&self.path, &error))
    }

    pub(super) fn finish(mut self) -> Result<Summary> {
        let end = EndLine { rows: self.rows.clone(), sha256: hex(&self.digest.finalize_reset()) };
        let end = json(&end)?;
        self.line(&end)?;
        let finish = || -> std::io::Result<u64> {
            let file = self.lines.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.sync_all()?;
            let bytes = file.metadata()?.len();
            std::fs::rename(part_of(&self.path), &self.path)?;
            sync_folder(&self.path)?;
            Ok(bytes)
        };
        let bytes = finish().map_err(|error| cannot_write(&self.path, &error))?;
        Ok(Summary { manifest: self.manifest, rows: self.rows, bytes })
    }
}

/// A new file that only this user can read: it holds everything.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// So that a name given to a file outlives a loss of power.
pub(super) fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// A line of a file that was begun to be read.
pub(super) enum Line {
    Table(TableLine),
    /// As it is written: a JSON array.
    Row(String),
    End,
}

/// Reads a file line by line; whether all of it is sound is known at [`Line::End`].
pub(super) struct FileReader {
    path: PathBuf,
    lines: BufReader<MultiGzDecoder<BufReader<File>>>,
    digest: Sha256,
    rows: BTreeMap<String, u64>,
    table: Option<TableLine>,
    pub(super) manifest: Manifest,
    bytes: u64,
}

impl FileReader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let cannot_read = |error: std::io::Error| StoreError::Backup(format!("{} cannot be read ({error}).", path.display()));
        let file = File::open(path).map_err(cannot_read)?;
        let bytes = file.metadata().map_err(cannot_read)?.len();
        let manifest = Manifest::new("", 0, 0);
        let mut reader = Self {
            path: path.to_owned(),
            lines: BufReader::with_capacity(1 << 20, MultiGzDecoder::new(BufReader::new(file))),
            digest: Sha256::new(),
            rows: BTreeMap::new(),
            table: None,
            manifest,
            bytes,
        };
        let no_backup = || StoreError::Backup(format!("{} is no backup of Leadwright.", path.display()));
        let first = reader.line().map_err(|_| no_backup())?;
        reader.manifest = serde_json::from_str(&first).map_err(|_| no_backup())?;
        if reader.manifest.leadwright_backup > FORMAT {
            return Err(StoreError::Backup(format!(
                "{} was made by Leadwright {}, whose backups this one cannot read. Restore it with that version or a newer one.",
                path.display(),
                reader.manifest.program
            )));
        }
        Ok(reader)
    }

    /// The next line.
    pub(super) fn next(&mut self) -> Result<Line> {
        let before = self.digest.clone();
        let line = self.line()?;
        if line.starts_with('[') {
            let Some(table) = &self.table else { return Err(self.broken()) };
            *self.rows.entry(table.table.clone()).or_default() += 1;
            return Ok(Line::Row(line));
        }
        if let Ok(end) = serde_json::from_str::<EndLine>(&line) {
            let is_whole = end.sha256 == hex(&before.finalize()) && end.rows == self.rows && self.is_at_end();
            return if is_whole { Ok(Line::End) } else { Err(self.broken()) };
        }
        let table: TableLine = serde_json::from_str(&line).map_err(|_| self.broken())?;
        self.rows.insert(table.table.clone(), 0);
        self.table = Some(table.clone());
        Ok(Line::Table(table))
    }

    pub(super) fn summary(&self) -> Summary {
        Summary { manifest: self.manifest.clone(), rows: self.rows.clone(), bytes: self.bytes }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = Vec::new();
        let read = self.lines.by_ref().take(LINE_AT_MOST).read_until(b'\n', &mut line);
        if read.is_err() || line.pop() != Some(b'\n') {
            return Err(self.broken());
        }
        self.digest.update(&line);
        self.digest.update(b"\n");
        String::from_utf8(line).map_err(|_| self.broken())
    }

    /// Whether nothing follows; what the compression says about its content is compared here, too.
    fn is_at_end(&mut self) -> bool {
        self.lines.fill_buf().is_ok_and(<[u8]>::is_empty)
    }

    fn broken(&self) -> StoreError {
        StoreError::Backup(format!("{} is damaged or incomplete, so nothing was changed. Use another backup.", self.path.display()))
    }
}

/// Reads a file to its end: its checksum, its counts, and that nothing is missing.
///
/// # Errors
/// [`StoreError::Backup`] with a sentence.
pub fn check(path: &Path) -> Result<Summary> {
    let mut reader = FileReader::open(path)?;
    while !matches!(reader.next()?, Line::End) {}
    Ok(reader.summary())
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Backup(format!("The backup cannot be written ({error}).")))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Backup(format!("{} cannot be written ({error}). Free some space, or name another place.", path.display()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("leadwright-format-{}-{name}", std::process::id()));
        let mut writer = FileWriter::begin(&path, Manifest::new("sqlite", 7, 1)).unwrap();
        writer.table(&TableLine { table: "tag".to_owned(), columns: vec!["name".to_owned()] }).unwrap();
        writer.rows("[\"a\"]\n[\"b\"]\n", 2).unwrap();
        assert_eq!(writer.finish().unwrap().total(), 2);
        path
    }

    #[test]
    fn what_was_written_is_found_sound() {
        let path = written("sound");
        let summary = check(&path).unwrap();
        assert_eq!((summary.manifest.migration, summary.rows["tag"]), (7, 2));
        assert!(!part_of(&path).exists());
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn one_changed_or_missing_byte_is_noticed() {
        let path = written("broken");
        let sound = std::fs::read(&path).unwrap();
        for at in 10..sound.len() {
            let mut broken = sound.clone();
            broken[at] ^= 1;
            std::fs::write(&path, &broken).unwrap();
            assert!(check(&path).is_err(), "byte {at} of {}", sound.len());
            std::fs::write(&path, &sound[..at]).unwrap();
            assert!(check(&path).is_err(), "cut at {at} of {}", sound.len());
        }
        std::fs::write(&path, [&sound[..], b"more"].concat()).unwrap();
        assert!(check(&path).is_err());
        std::fs::write(&path, "hello").unwrap();
        assert!(check(&path).unwrap_err().to_string().contains("no backup"));
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn rows_that_were_exchanged_by_hand_are_noticed() {
        let path = written("exchanged");
        let mut text = String::new();
        MultiGzDecoder::new(File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
        let mut packed = GzEncoder::new(File::create(&path).unwrap(), Compression::fast());
        packed.write_all(text.replace("[\"a\"]", "[\"c\"]").as_bytes()).unwrap();
        packed.finish().unwrap();
        assert!(check(&path).unwrap_err().to_string().contains("damaged"));
        std::fs::remove_file(path).unwrap();
    }
}
