//! Reading from SQLite's file.
//!
//! A page is read in a handful of statements with some fifty rows each, and what they cost was not SQLite: every row
//! crossed a channel, with each of its values copied by the engine first. Here a statement takes all its rows where it
//! runs: where it is asked if it is a quick one, else in a thread of its own (`file.rs`). Who writes: `group.rs`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::error::{Result, StoreError};
use crate::file::{AHEAD, File, FileRow, reported};
use crate::open::PoolUse;
use crate::sql::Sql;

/// So many read at once; who comes later waits for one of them.
const AT_ONCE: usize = 4;
/// How long one waits at most.
const WAITS_AT_MOST: Duration = Duration::from_secs(10);

/// Connections to one file that only read. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Readers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<File>>,
}

/// A connection in use; idle again when dropped, whatever became of the one who read.
#[derive(Debug)]
struct Lent {
    file: Option<File>,
    readers: Readers,
    _place: OwnedSemaphorePermit,
}

const THERE_UNTIL_DROPPED: &str = "a connection is lent until it is dropped";

/// Someone who reads. What one statement sees, the next sees too only after [`Reader::begin`].
#[derive(Debug)]
pub(crate) struct Reader {
    /// Away while a statement runs.
    lent: Option<Lent>,
}

impl Readers {
    /// Readers of a file that another connection has made.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(Arc::new(Shared { path, places: Arc::new(Semaphore::new(AT_ONCE)), idle: Mutex::default() }))
    }

    /// Waits for a connection.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when none becomes free, or when the store was closed; what SQLite reports on opening.
    pub(crate) async fn lend(&self) -> Result<Reader> {
        let Ok(Ok(place)) = tokio::time::timeout(WAITS_AT_MOST, Arc::clone(&self.0.places).acquire_owned()).await else {
            return Err(StoreError::Busy);
        };
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let file = idle.map_or_else(|| self.open(), Ok)?;
        Ok(Reader { lent: Some(Lent { file: Some(file), readers: self.clone(), _place: place }) })
    }

    fn open(&self) -> Result<File> {
        let open = || {
            let file = File::open(&self.0.path, OpenFlags::SQLITE_OPEN_READ_ONLY, "pragma cache_size = -65536")?;
            // Else each statement is parsed anew whenever it is bound, to see whether what is bound fits an index of part of a table.
            file.connection().set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            Ok(file)
        };
        open().map_err(reported)
    }

    /// How many there are, for the metrics.
    pub(crate) fn in_use(&self) -> PoolUse {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).len();
        PoolUse { name: "readers", idle, used: AT_ONCE - self.0.places.available_permits(), most: AT_ONCE as u32 }
    }

    /// Waits until nobody reads any more, and closes all connections. Who asks later is told that the store is busy.
    pub(crate) async fn close(&self) {
        // Closed before: then there is nobody to wait for.
        if let Ok(all) = self.0.places.acquire_many(AT_ONCE as u32).await {
            self.0.places.close();
            drop(all);
        }
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(file) = self.file.take() else { return };
        // One that cannot even be told to stop reading is not used again.
        if file.connection().is_autocommit() || file.connection().execute_batch("rollback").is_ok() {
            self.readers.0.idle.lock().unwrap_or_else(PoisonError::into_inner).push(file);
        }
    }
}

impl Lent {
    fn file(&mut self) -> &mut File {
        self.file.as_mut().expect(THERE_UNTIL_DROPPED)
    }
}

impl Reader {
    /// From here on all statements see the same.
    ///
    /// # Errors
    /// What SQLite reports.
    pub(crate) fn begin(&mut self) -> Result<()> {
        // Nothing is read before the first statement, so there is nothing to wait for.
        self.lent.as_mut().map_or(Err(StoreError::Busy), |lent| lent.file().connection().execute_batch("begin").map_err(reported))
    }

    /// The first `most` rows of a query.
    ///
    /// # Errors
    /// What SQLite reports.
    pub(crate) async fn rows(&mut self, sql: Sql, most: usize) -> Result<Vec<FileRow>> {
        // It is away when an earlier statement was given up half way.
        let mut lent = self.lent.take().ok_or(StoreError::Busy)?;
        let (lent, outcome) = if lent.file().is_quick(&sql) {
            let outcome = lent.file().rows(&sql, most);
            (lent, outcome)
        } else {
            let read = move || {
                let outcome = lent.file().rows(&sql, most);
                (lent, outcome)
            };
            tokio::task::spawn_blocking(read).await.map_err(|_stopped| StoreError::Busy)?
        };
        self.lent = Some(lent);
        // Many quick statements after one another must leave room for others as well.
        tokio::task::coop::consume_budget().await;
        outcome.map_err(reported)
    }

    /// Rows of a query as they come, for what does not fit into memory. Further statements need the stream to have ended.
    pub(crate) fn stream(&mut self, sql: Sql) -> impl futures::Stream<Item = Result<FileRow>> + Send + '_ {
        let (sent, received) = mpsc::channel(AHEAD);
        let mut lent = self.lent.take();
        let reading = tokio::task::spawn_blocking(move || {
            let outcome = match &mut lent {
                Some(lent) => lent.file().each_row(&sql, |row| Ok(sent.blocking_send(Ok(row.read()?)).is_ok())).map_err(reported),
                None => Err(StoreError::Busy),
            };
            if let Err(error) = outcome {
                // Where nobody listens any more, nobody misses it.
                let _told = sent.blocking_send(Err(error));
            }
            lent
        });
        futures::stream::unfold((self, received, Some(reading)), |(reader, mut received, mut reading)| async move {
            if let Some(row) = received.recv().await {
                return Some((row, (reader, received, reading)));
            }
            match reading.take()?.await {
                Ok(lent) => {
                    reader.lent = lent;
                    None
                }
                // What was cut off must not look whole.
                Err(_stopped) => Some((Err(StoreError::Busy), (reader, received, reading))),
            }
        })
    }
}
