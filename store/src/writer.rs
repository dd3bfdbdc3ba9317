//! The one connection that writes to SQLite's file.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::OpenFlags;
use tokio::sync::{Mutex, mpsc};

use crate::error::{Result, StoreError};
use crate::file::{AHEAD, File, FileRow, Timed, reported};
use crate::sql::{Each, Sql};

/// What is said to have been saved is on the disk.
pub(crate) const DURABLE: &str = "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -65536";
/// For a new file that is thrown away when anything goes wrong: nothing is written twice for safety's sake.
pub(crate) const THROWN_AWAY: &str = "pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off; pragma cache_size = -262144";

/// The connection. Cheap to clone; who uses it has its turn (`group.rs`).
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    pragmas: &'static str,
    /// Not there once it is closed. Taken before a statement goes to its thread and held until it ends, also when nobody waits for
    /// its outcome any more: what is undone then, is undone after it.
    file: Arc<Mutex<Option<File>>>,
}

impl Writer {
    /// Opens a file that is there.
    ///
    /// # Errors
    /// What SQLite reports.
    pub(crate) fn open(path: PathBuf, pragmas: &'static str) -> rusqlite::Result<Self> {
        let file = open(&path, pragmas)?;
        Ok(Self { path, pragmas, file: Arc::new(Mutex::new(Some(file))) })
    }

    /// Runs a statement for its effect; gives the number of rows it touched.
    ///
    /// # Errors
    /// What SQLite reports; [`StoreError::Busy`] when it was closed.
    pub(crate) async fn run(&self, sql: Sql) -> Result<u64> {
        self.with(sql, File::run).await
    }

    /// Runs a statement once for each row of values.
    ///
    /// # Errors
    /// As [`Writer::run`].
    pub(crate) async fn run_each(&self, each: Each) -> Result<()> {
        self.with(each, File::run_each).await
    }

    /// The first `most` rows of a query.
    ///
    /// # Errors
    /// As [`Writer::run`].
    pub(crate) async fn rows(&self, sql: Sql, most: usize) -> Result<Vec<FileRow>> {
        self.with(sql, move |file, sql| file.rows(sql, most)).await
    }

    async fn with<S, T>(&self, statement: S, work: impl FnOnce(&mut File, &S) -> rusqlite::Result<T> + Send + 'static) -> Result<T>
    where
        S: Timed + Send + 'static,
        T: Send + 'static,
    {
        // A statement that somebody gave up may still run.
        let quick = self.file.try_lock().ok().filter(|file| file.as_ref().is_some_and(|file| file.is_quick(&statement)));
        let Some(mut file) = quick else {
            return self.in_a_thread(move |file| work(file, &statement)).await;
        };
        let outcome = file.as_mut().map(|file| work(file, &statement));
        drop(file);
        // Many quick statements after one another must leave room for others as well.
        tokio::task::coop::consume_budget().await;
        outcome.ok_or(StoreError::Busy)?.map_err(reported)
    }

    async fn in_a_thread<T: Send + 'static>(&self, work: impl FnOnce(&mut File) -> rusqlite::Result<T> + Send + 'static) -> Result<T> {
        let mut file = Arc::clone(&self.file).lock_owned().await;
        let work = move || file.as_mut().map(work);
        let outcome = tokio::task::spawn_blocking(work).await.map_err(|_stopped| StoreError::Busy)?;
        outcome.ok_or(StoreError::Busy)?.map_err(reported)
    }

    /// Begins, or ends, what may have to wait for another program or for the disk.
    ///
    /// # Errors
    /// As [`Writer::run`].
    pub(crate) async fn execute(&self, statements: &'static str) -> Result<()> {
        self.in_a_thread(move |file| file.connection().execute_batch(statements)).await
    }

    /// Undoes whatever is open; a connection that cannot even do that is replaced.
    pub(crate) async fn give_up(&self) {
        let (path, pragmas) = (self.path.clone(), self.pragmas);
        let mut kept = Arc::clone(&self.file).lock_owned().await;
        let undo = move || {
            let Some(file) = kept.as_ref() else { return };
            if !file.connection().is_autocommit() && file.connection().execute_batch("rollback").is_err() {
                drop(kept.take());
                match open(&path, pragmas) {
                    Ok(file) => *kept = Some(file),
                    Err(error) => tracing::error!(%error, "the database cannot be opened again; nothing can be saved until the next start"),
                }
            }
        };
        // Only the end of the program stops it, and that undoes as well.
        let _stopped = tokio::task::spawn_blocking(undo).await;
    }

    /// Rows of a query as they come, for what does not fit into memory. Further statements wait until it has ended.
    pub(crate) fn stream(&self, sql: Sql) -> impl futures::Stream<Item = Result<FileRow>> + Send + 'static {
        let (sent, received) = mpsc::channel(AHEAD);
        let writer = self.clone();
        tokio::spawn(async move {
            let rows = sent.clone();
            let read = move |file: &mut File| file.each_row(&sql, |row| Ok(rows.blocking_send(Ok(row.read()?)).is_ok()));
            if let Err(error) = writer.in_a_thread(read).await {
                // Where nobody listens any more, nobody misses it.
                let _told = sent.send(Err(error)).await;
            }
        });
        futures::stream::unfold(received, |mut received| async move { received.recv().await.map(|row| (row, received)) })
    }

    /// Closes it, with what SQLite's planner learned since it was opened. Who asks later is told that the store is busy.
    pub(crate) async fn close(&self) {
        let mut kept = Arc::clone(&self.file).lock_owned().await;
        let close = move || {
            let Some(file) = kept.take() else { return };
            if let Err(error) = file.connection().execute_batch("pragma analysis_limit = 400; pragma optimize") {
                tracing::debug!(%error, "the planner's figures were not brought up to date");
            }
        };
        let _stopped = tokio::task::spawn_blocking(close).await;
    }
}

fn open(path: &std::path::Path, pragmas: &str) -> rusqlite::Result<File> {
    File::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, pragmas)
}
