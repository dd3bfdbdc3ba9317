//! A connection to SQLite's file: its prepared statements, how long each takes, and the rows they give.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::OpenFlags;
use rusqlite::types::ValueRef;

use crate::error::{Result, StoreError};
use crate::sql::{Each, Sql, Value};

/// How long SQLite waits where a file is locked.
const LOCKED_AT_MOST: Duration = Duration::from_secs(10);
/// Statements that a connection keeps prepared.
const PREPARED: usize = 400;
/// Rows that may be ahead of who takes them as they come.
pub(crate) const AHEAD: usize = 256;
/// So many statements are known by how long they take.
const TIMED: usize = 4 * PREPARED;
/// What a statement may take where it is asked, in a thread that has others to serve. A way to another thread and back
/// costs some 20 µs.
const QUICK: Duration = Duration::from_micros(200);

/// A connection.
#[derive(Debug)]
pub(crate) struct File {
    connection: rusqlite::Connection,
    /// How long statements take each time, by the hash of their text: the longest so far, forgotten by and by.
    times: HashMap<u64, Duration, BuildHasherDefault<DefaultHasher>>,
}

impl File {
    /// Opens a file that is there.
    ///
    /// # Errors
    /// What SQLite reports.
    pub(crate) fn open(path: &Path, flags: OpenFlags, pragmas: &str) -> rusqlite::Result<Self> {
        let connection = rusqlite::Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(LOCKED_AT_MOST)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        connection.execute_batch("pragma temp_store = memory")?;
        connection.execute_batch(pragmas)?;
        Ok(Self { connection, times: HashMap::default() })
    }

    /// The connection itself.
    pub(crate) fn connection(&self) -> &rusqlite::Connection {
        &self.connection
    }

    /// Whether a statement was quick so far: then it is run where it is asked. What is new here takes a thread of its own.
    pub(crate) fn is_quick(&self, statement: &impl Timed) -> bool {
        let took = self.times.get(&self.times.hasher().hash_one(statement.text()));
        took.is_some_and(|took| took.saturating_mul(statement.times()) < QUICK)
    }

    /// Runs a statement for its effect; gives the number of rows it touched.
    pub(crate) fn run(&mut self, sql: &Sql) -> rusqlite::Result<u64> {
        self.each_row(sql, |_| Ok(true))?;
        Ok(self.connection.changes())
    }

    /// Runs a statement once for each row of values.
    pub(crate) fn run_each(&mut self, each: &Each) -> rusqlite::Result<()> {
        self.timed(each, |connection| {
            let mut statement = connection.prepare_cached(&each.text)?;
            for row in &each.rows {
                for (place, value) in (1..).zip(row) {
                    bind(&mut statement, place, value)?;
                }
                statement.raw_execute()?;
            }
            Ok(())
        })
    }

    /// The first `most` rows of a query.
    pub(crate) fn rows(&mut self, sql: &Sql, most: usize) -> rusqlite::Result<Vec<FileRow>> {
        let mut found = Vec::new();
        self.each_row(sql, |row| {
            found.push(row.read()?);
            Ok(found.len() < most)
        })?;
        Ok(found)
    }

    /// The rows of a query, one after the other, until `take` has enough.
    pub(crate) fn each_row(&mut self, sql: &Sql, take: impl FnMut(Current<'_, '_>) -> rusqlite::Result<bool>) -> rusqlite::Result<()> {
        self.timed(sql, |connection| step_through(connection, sql, take))
    }

    /// Does it, and remembers how long it took each time.
    fn timed(&mut self, statement: &impl Timed, work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<()>) -> rusqlite::Result<()> {
        let since = Instant::now();
        let outcome = work(&self.connection);
        if self.times.len() >= TIMED {
            self.times.clear();
        }
        let known = self.times.entry(self.times.hasher().hash_one(statement.text())).or_default();
        *known = (since.elapsed() / statement.times().max(1)).max(*known * 7 / 8);
        outcome
    }
}

/// What a connection knows by how long it takes.
pub(crate) trait Timed {
    /// Its text.
    fn text(&self) -> &str;

    /// How often it runs.
    fn times(&self) -> u32;
}

impl Timed for Sql {
    fn text(&self) -> &str {
        &self.text
    }

    fn times(&self) -> u32 {
        1
    }
}

impl Timed for Each {
    fn text(&self) -> &str {
        &self.text
    }

    fn times(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, place: usize, value: &Value) -> rusqlite::Result<()> {
    match value {
        Value::Int(number) => statement.raw_bind_parameter(place, number),
        Value::Text(text) => statement.raw_bind_parameter(place, text),
        Value::Bool(flag) => statement.raw_bind_parameter(place, flag),
    }
}

fn step_through(
    connection: &rusqlite::Connection,
    sql: &Sql,
    mut take: impl FnMut(Current<'_, '_>) -> rusqlite::Result<bool>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(&sql.text)?;
    for place in 1..=statement.parameter_count() {
        // `$7` is the seventh value wherever it stands; a plain `?` is the next.
        let number = statement.parameter_name(place).and_then(|name| name[1..].parse().ok()).unwrap_or(place);
        let value = sql.values.get(number - 1).ok_or(rusqlite::Error::InvalidParameterCount(sql.values.len(), number))?;
        bind(&mut statement, place, value)?;
    }
    let mut columns: Option<Arc<[Box<str>]>> = None;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let columns = columns.get_or_insert_with(|| row.as_ref().column_names().into_iter().map(Box::from).collect());
        if !take(Current { row, columns })? {
            break;
        }
    }
    Ok(())
}

/// The row at which a query stands.
pub(crate) struct Current<'row, 'statement> {
    row: &'row rusqlite::Row<'statement>,
    columns: &'row Arc<[Box<str>]>,
}

impl Current<'_, '_> {
    /// The row, copied.
    pub(crate) fn read(&self) -> rusqlite::Result<FileRow> {
        FileRow::read(self.row, self.columns)
    }
}

/// What SQLite reports, as the store's error.
pub(crate) fn reported(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => StoreError::Busy,
        _ => StoreError::Sqlite(error),
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
