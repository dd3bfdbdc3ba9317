//! A transaction on either engine, and running statements in it.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row as _, Transaction};

use crate::error::{Result, StoreError};
use crate::group::Turn;
use crate::readers::Reader;
use crate::sql::{Each, Row, Sql, Value};

/// Values of one statement, fewer than the 65,535 that Postgres takes.
const VALUES_MOST: usize = 30_000;

/// Which database is behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// An open transaction. Dropping it rolls back; [`Tx::save`] commits.
///
/// The nouns hang off it: `tx.leads().find(id)`, `tx.people()...`.
#[derive(Debug)]
pub struct Tx {
    pub(crate) inner: Inner,
    /// Whether committing makes events visible that live lists wait for.
    pub(crate) recorded: bool,
    pub(crate) committed: Option<std::sync::Arc<tokio::sync::Notify>>,
    pub(crate) estimates: std::sync::Arc<crate::leads::Estimates>,
    pub(crate) counts: std::sync::Arc<crate::leads::KeptCounts>,
    pub(crate) statements: std::sync::Arc<AtomicU64>,
}

#[derive(Debug)]
pub(crate) enum Inner {
    /// Who reads SQLite's file.
    File(Reader),
    /// Who writes to it.
    Sqlite(Turn),
    Postgres(PostgresTx),
}

/// Postgres' transactions, and a connection where none is needed.
#[derive(Debug)]
pub(crate) enum PostgresTx {
    Asking(PoolConnection<Postgres>),
    Within(Transaction<'static, Postgres>),
}

impl Deref for PostgresTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match self {
            PostgresTx::Asking(connection) => connection,
            PostgresTx::Within(tx) => tx,
        }
    }
}

impl DerefMut for PostgresTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self {
            PostgresTx::Asking(connection) => connection,
            PostgresTx::Within(tx) => tx,
        }
    }
}

macro_rules! bound {
    ($sql:expr) => {{
        let Sql { text, values } = $sql;
        let mut query = sqlx::query(AssertSqlSafe(text));
        for value in values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bool(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Tx {
    /// The engine behind this transaction.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::File(_) | Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    fn prepare(&self, sql: &mut Sql) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        if self.engine() == Engine::Sqlite {
            sql.for_sqlite();
        }
    }

    /// Runs a statement for its effect; gives the number of rows it touched.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn run(&mut self, mut sql: Sql) -> Result<u64> {
        self.prepare(&mut sql);
        let result = match &mut self.inner {
            // SQLite itself refuses what is more than reading.
            Inner::File(reader) => return reader.rows(sql, usize::MAX).await.map(|rows| rows.len() as u64),
            Inner::Sqlite(turn) => return turn.writer().run(sql).await,
            Inner::Postgres(tx) => bound!(sql).execute(&mut **tx).await.map(|done| done.rows_affected()),
        };
        result.map_err(busy)
    }

    /// Adds rows of equal length to `into`, such as `lead_tag (lead_id, tag)`; `rest`, such as ` on conflict do nothing`, stands behind the values.
    ///
    /// # Errors
    /// What the engine reports.
    pub(crate) async fn insert_rows(&mut self, into: &str, rows: Vec<Vec<Value>>, rest: &str) -> Result<()> {
        let Some(values) = rows.first().map(Vec::len) else { return Ok(()) };
        if self.engine() == Engine::Sqlite {
            return self.run_each(format!("insert into {into} values ({}){rest}", vec!["?"; values].join(", ")), rows).await;
        }
        let at_once = (VALUES_MOST / values.max(1)).max(1);
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let mut sql = Sql::new(format!("insert into {into} values "));
            sql.push_rows(rows.by_ref().take(at_once)).push(rest);
            self.run(sql).await?;
        }
        Ok(())
    }

    /// Runs a statement of SQLite once for each row of values, which are its `?` in order. A statement of one row is read once and needs no way back
    /// for half of its rows; with statements of hundreds an import took 16 % longer.
    ///
    /// # Errors
    /// What SQLite reports; rows before the one that failed stay until the transaction is undone.
    pub(crate) async fn run_each(&mut self, text: String, rows: Vec<Vec<Value>>) -> Result<()> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &mut self.inner {
            Inner::Sqlite(turn) => turn.writer().run_each(Each { text, rows }).await,
            Inner::File(_) | Inner::Postgres(_) => {
                Err(StoreError::Driver(sqlx::Error::Protocol("only who writes to SQLite runs a statement for each row".to_owned())))
            }
        }
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn rows(&mut self, mut sql: Sql) -> Result<Vec<Row>> {
        self.prepare(&mut sql);
        match &mut self.inner {
            Inner::File(reader) => Ok(reader.rows(sql, usize::MAX).await?.into_iter().map(Row::File).collect()),
            Inner::Sqlite(turn) => Ok(turn.writer().rows(sql, usize::MAX).await?.into_iter().map(Row::File).collect()),
            Inner::Postgres(tx) => {
                let rows = bound!(sql).fetch_all(&mut **tx).await.map_err(busy)?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// The first column of all rows of a query, as they come, for what does not fit into memory.
    pub(crate) fn texts(&mut self, mut sql: Sql) -> BoxStream<'_, Result<String>> {
        self.prepare(&mut sql);
        match &mut self.inner {
            Inner::File(reader) => reader.stream(sql).map(|row| row?.first_text()).boxed(),
            Inner::Sqlite(turn) => turn.writer().stream(sql).map(|row| row?.first_text()).boxed(),
            Inner::Postgres(tx) => bound!(sql).fetch(&mut **tx).map_err(busy).map(|row| Ok(row?.try_get(0)?)).boxed(),
        }
    }

    /// The first row of a query, if any.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn row(&mut self, mut sql: Sql) -> Result<Option<Row>> {
        self.prepare(&mut sql);
        match &mut self.inner {
            Inner::File(reader) => Ok(reader.rows(sql, 1).await?.pop().map(Row::File)),
            Inner::Sqlite(turn) => Ok(turn.writer().rows(sql, 1).await?.pop().map(Row::File)),
            Inner::Postgres(tx) => Ok(bound!(sql).fetch_optional(&mut **tx).await.map_err(busy)?.map(Row::Postgres)),
        }
    }

    /// Takes the next `count` numbers of a kind and gives the first. In Postgres the counter's row stays locked until
    /// commit, which keeps numbers in commit order; the live stream relies on that for events.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_numbers(&mut self, name: &str, count: i64) -> Result<i64> {
        let sql = Sql::new(
            "insert into counter (name, value) values ($1, $2)
             on conflict (name) do update set value = counter.value + excluded.value returning value",
        );
        let row = self.row(sql.bind(name).bind(count)).await?;
        let last = row.ok_or(StoreError::Inconsistent { table: "counter", column: "value", id: 0 })?.int("value")?;
        Ok(last - count + 1)
    }

    /// Commits. Live lists are told when events were recorded.
    ///
    /// # Errors
    /// What the engine reports; nothing is saved then.
    pub async fn save(mut self) -> Result<()> {
        if self.recorded && matches!(self.inner, Inner::Postgres(_)) {
            self.run(Sql::new("select pg_notify('leadwright', '')")).await?;
        }
        match self.inner {
            Inner::File(_) | Inner::Postgres(PostgresTx::Asking(_)) => {}
            // The group tells of events itself, also of those whose caller went away.
            Inner::Sqlite(turn) => return turn.save(self.recorded).await,
            Inner::Postgres(PostgresTx::Within(tx)) => tx.commit().await.map_err(busy)?,
        }
        if let (true, Some(committed)) = (self.recorded, &self.committed) {
            committed.notify_waiters();
        }
        Ok(())
    }
}

/// SQLITE_BUSY and its kin, and an exhausted pool, are "try again", not failures of the program.
pub(crate) fn busy(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::PoolTimedOut => StoreError::Busy,
        sqlx::Error::Database(cause) if matches!(cause.code().as_deref(), Some("5" | "261" | "517" | "55P03" | "40001" | "40P01")) => {
            StoreError::Busy
        }
        _ => StoreError::Driver(error),
    }
}
