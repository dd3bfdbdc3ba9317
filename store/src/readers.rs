//! Reading from SQLite's file.
//!
//! A page is read in a handful of statements with some fifty rows each, and what they cost was not SQLite: every row
//! crossed a channel, with each of its values copied by the engine first. Here a statement crosses to another thread once,
//! takes its rows there and comes back with them. Writing stays with sqlx (`group.rs`).

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::error::{Result, StoreError};
use crate::open::PoolUse;
use crate::sql::{Sql, Value};

/// So many read at once; who comes later waits for one of them.
const AT_ONCE: usize = 4;
/// How long one waits at most.
const WAITS_AT_MOST: Duration = Duration::from_secs(10);
/// How long SQLite waits where a file is locked.
const LOCKED_AT_MOST: Duration = Duration::from_secs(10);
/// Statements that a connection keeps prepared.
const PREPARED: usize = 400;
/// Rows that may be ahead of who takes them as they come.
const AHEAD: usize = 256;

/// Connections to one file that only read. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Readers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

/// A connection in use; idle again when dropped, whatever became of the one who read.
#[derive(Debug)]
struct Lent {
    connection: Option<Connection>,
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
        let connection = idle.map_or_else(|| self.open(), Ok)?;
        Ok(Reader { lent: Some(Lent { connection: Some(connection), readers: self.clone(), _place: place }) })
    }

    fn open(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(&self.0.path, flags)?;
            connection.busy_timeout(LOCKED_AT_MOST)?;
            connection.set_prepared_statement_cache_capacity(PREPARED);
            connection.execute_batch("pragma cache_size = -65536; pragma temp_store = memory;")?;
            // Else each statement is parsed anew whenever it is bound, to see whether what is bound fits an index of part of a table.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            Ok(connection)
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
        let Some(connection) = self.connection.take() else { return };
        // One that cannot even be told to stop reading is not used again.
        if connection.is_autocommit() || connection.execute_batch("rollback").is_ok() {
            self.readers.0.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

impl Lent {
    fn connection(&self) -> &Connection {
        self.connection.as_ref().expect(THERE_UNTIL_DROPPED)
    }
}

impl Reader {
    /// From here on all statements see the same.
    ///
    /// # Errors
    /// What SQLite reports.
    pub(crate) fn begin(&self) -> Result<()> {
        // Nothing is read before the first statement, so there is nothing to wait for.
        self.lent.as_ref().map_or(Err(StoreError::Busy), |lent| lent.connection().execute_batch("begin").map_err(reported))
    }

    /// The first `most` rows of a query.
    ///
    /// # Errors
    /// What SQLite reports.
    pub(crate) async fn rows(&mut self, sql: Sql, most: usize) -> Result<Vec<FileRow>> {
        // It is away when an earlier statement was given up half way.
        let lent = self.lent.take().ok_or(StoreError::Busy)?;
        let read = move || {
            let mut found = Vec::new();
            let outcome = each_row(lent.connection(), &sql, |row| {
                found.push(row);
                found.len() < most
            });
            (lent, outcome.map(|()| found))
        };
        let (lent, outcome) = tokio::task::spawn_blocking(read).await.map_err(|_stopped| StoreError::Busy)?;
        self.lent = Some(lent);
        outcome.map_err(reported)
    }

    /// Rows of a query as they come, for what does not fit into memory. Further statements need the stream to have ended.
    pub(crate) fn stream(&mut self, sql: Sql) -> impl futures::Stream<Item = Result<FileRow>> + Send + '_ {
        let (sent, received) = mpsc::channel(AHEAD);
        let lent = self.lent.take();
        let reading = tokio::task::spawn_blocking(move || {
            let outcome = match &lent {
                Some(lent) => each_row(lent.connection(), &sql, |row| sent.blocking_send(Ok(row)).is_ok()).map_err(reported),
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

/// Takes the rows of a query one after the other, until `take` has enough.
fn each_row(connection: &Connection, sql: &Sql, mut take: impl FnMut(FileRow) -> bool) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(&sql.text)?;
    for place in 1..=statement.parameter_count() {
        // `$7` is the seventh value wherever it stands; a plain `?` is the next.
        let number = statement.parameter_name(place).and_then(|name| name[1..].parse().ok()).unwrap_or(place);
        match sql.values.get(number - 1) {
            Some(Value::Int(number)) => statement.raw_bind_parameter(place, number)?,
            Some(Value::Text(text)) => statement.raw_bind_parameter(place, text)?,
            Some(Value::Bool(flag)) => statement.raw_bind_parameter(place, flag)?,
            None => return Err(rusqlite::Error::InvalidParameterCount(sql.values.len(), number)),
        }
    }
    let columns: Arc<[Box<str>]> = statement.column_names().into_iter().map(Box::from).collect();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if !take(FileRow::read(row, &columns)?) {
            break;
        }
    }
    Ok(())
}

fn reported(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => StoreError::Busy,
        _ => StoreError::Reading(error),
    }
}

/// A row, with its texts one behind the other.
#[derive(Debug)]
pub struct FileRow {
    columns: Arc<[Box<str>]>,
    values: Box<[Slot]>,
    texts: Box<str>,
}

#[derive(Debug)]
enum Slot {
    Null,
    Int(i64),
    Text(Range<usize>),
    /// What no statement of ours asks for.
    Other,
}

impl FileRow {
    fn read(row: &rusqlite::Row<'_>, columns: &Arc<[Box<str>]>) -> rusqlite::Result<Self> {
        let mut texts = String::new();
        let mut values = Vec::with_capacity(columns.len());
        for index in 0..columns.len() {
            values.push(match row.get_ref(index)? {
                ValueRef::Null => Slot::Null,
                ValueRef::Integer(number) => Slot::Int(number),
                ValueRef::Text(text) => {
                    let start = texts.len();
                    texts.push_str(std::str::from_utf8(text)?);
                    Slot::Text(start..texts.len())
                }
                ValueRef::Real(_) | ValueRef::Blob(_) => Slot::Other,
            });
        }
        Ok(Self { columns: Arc::clone(columns), values: values.into(), texts: texts.into() })
    }

    fn slot(&self, column: &str) -> Result<&Slot> {
        let place = self.columns.iter().rposition(|name| **name == *column);
        place.map(|place| &self.values[place]).ok_or_else(|| StoreError::Driver(sqlx::Error::ColumnNotFound(column.to_owned())))
    }

    /// A whole number; `None` for null.
    pub(crate) fn int(&self, column: &str) -> Result<Option<i64>> {
        match self.slot(column)? {
            Slot::Null => Ok(None),
            Slot::Int(number) => Ok(Some(*number)),
            _ => Err(unexpected(column, "a whole number")),
        }
    }

    /// A text; `None` for null.
    pub(crate) fn text(&self, column: &str) -> Result<Option<&str>> {
        match self.slot(column)? {
            Slot::Null => Ok(None),
            Slot::Text(range) => Ok(Some(&self.texts[range.clone()])),
            _ => Err(unexpected(column, "a text")),
        }
    }

    /// What the first column holds, which is a text.
    pub(crate) fn first_text(&self) -> Result<String> {
        let name = self.columns.first().map_or("", |name| name);
        self.text(name)?.map(str::to_owned).ok_or_else(|| unexpected(name, "a text"))
    }

    /// All texts in it.
    pub(crate) fn all_text(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter_map(|slot| if let Slot::Text(range) = slot { Some(&self.texts[range.clone()]) } else { None })
    }
}

/// The error for a column that holds something else than `wanted`.
pub(crate) fn unexpected(column: &str, wanted: &str) -> StoreError {
    StoreError::Driver(sqlx::Error::ColumnDecode { index: column.to_owned(), source: format!("it is not {wanted}").into() })
}
