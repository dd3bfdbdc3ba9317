//! Taking a backup while others read and write.

use std::path::Path;

use futures::TryStreamExt as _;
use tokio::sync::mpsc;

use super::format::{FileReader, FileWriter, Manifest, TableLine};
use super::{Progress, Summary, part_of, tables};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::tx::Engine;

/// Lines are handed over in pieces of about this size. Unit: bytes.
const PIECE: usize = 256 * 1024;

enum Piece {
    Table(TableLine),
    Rows { lines: String, count: u64 },
    End,
}

impl Store {
    /// Writes everything to a file, as it was at one moment: what was committed before is in it, what is committed
    /// meanwhile is not. Writers do not wait for it. The file appears under its name when it is complete.
    ///
    /// # Errors
    /// [`StoreError::Backup`] with a sentence, or what the engine reports.
    pub async fn backup(&self, path: &Path, made_at: i64, progress: Progress<'_>) -> Result<Summary> {
        if path.exists() && FileReader::open(path).is_err() {
            return Err(StoreError::Backup(format!("{} exists and is no backup, so it is not written over. Name another file.", path.display())));
        }
        let mut tx = self.read().await?;
        let Some(migration) = tx.migration().await? else {
            return Err(StoreError::Backup("The database is empty. Start `leadwright serve` once to fill it.".to_owned()));
        };
        let engine = tx.engine();
        let manifest = Manifest::new(if engine == Engine::Sqlite { "sqlite" } else { "postgres" }, migration, made_at);
        let (pieces, received) = mpsc::channel(8);
        let target = path.to_owned();
        let writer = tokio::task::spawn_blocking(move || write(&target, manifest, received));
        let mut done = 0;
        'tables: for table in tables::of(&mut tx).await? {
            let columns = table.columns.iter().map(|column| column.name.clone()).collect();
            if pieces.send(Piece::Table(TableLine { table: table.name.clone(), columns })).await.is_err() {
                break;
            }
            let mut rows = tx.texts(tables::read_all(&table, engine));
            let (mut lines, mut count) = (String::with_capacity(PIECE * 2), 0);
            while let Some(line) = rows.try_next().await? {
                lines.push_str(&line);
                lines.push('\n');
                count += 1;
                if lines.len() >= PIECE {
                    done += count;
                    progress(done);
                    if pieces.send(Piece::Rows { lines: std::mem::take(&mut lines), count: std::mem::take(&mut count) }).await.is_err() {
                        break 'tables;
                    }
                }
            }
            done += count;
            if pieces.send(Piece::Rows { lines, count }).await.is_err() {
                break;
            }
        }
        // Where nobody receives any more, the writer says why.
        let _sent = pieces.send(Piece::End).await;
        drop(pieces);
        writer.await.map_err(|_| StoreError::Backup("The backup was interrupted. Start it again.".to_owned()))?
    }
}

fn write(path: &Path, manifest: Manifest, mut pieces: mpsc::Receiver<Piece>) -> Result<Summary> {
    let mut write = || {
        let mut file = FileWriter::begin(path, manifest.clone())?;
        while let Some(piece) = pieces.blocking_recv() {
            match piece {
                Piece::Table(table) => file.table(&table)?,
                Piece::Rows { lines, count } => file.rows(&lines, count)?,
                Piece::End => return file.finish(),
            }
        }
        Err(StoreError::Backup("The backup was interrupted. Start it again.".to_owned()))
    };
    let outcome = write();
    if outcome.is_err() {
        // It may be missing already.
        let _removed = std::fs::remove_file(part_of(path));
    }
    outcome
}
