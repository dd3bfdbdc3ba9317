//! Opening a database: pools, pragmas, migrations, and sentences for the operator when it cannot be opened.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgPool, Postgres, Transaction};
use tokio::sync::Notify;

use crate::error::{Result, StoreError};
use crate::file::reported;
use crate::group::Line;
use crate::readers::Readers;
use crate::sql::Sql;
use crate::tx::{Engine, Inner, PostgresTx, Tx, busy};
use crate::writer::{DURABLE, THROWN_AWAY, Writer};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// SQLite older than this loses writes when a WAL is reset (fixed upstream in 3.51.3).
const SQLITE_LEAST: &str = "3.51.3";

/// A database, opened and migrated. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pools: Pools,
    committed: Arc<Notify>,
    pub(crate) catalog: KeptCatalog,
    pub(crate) rules: KeptRules,
    pub(crate) clocks: KeptClocks,
    pub(crate) scores: KeptScores,
    estimates: Arc<crate::leads::Estimates>,
    counts: Arc<crate::leads::KeptCounts>,
    statements: Arc<AtomicU64>,
}

/// The catalog with its version, see [`crate::catalog_cache`].
type KeptCatalog = Arc<tokio::sync::Mutex<Option<(i64, Arc<domain::Catalog>)>>>;

/// Policies of clocks and hours of groups, with the version of the catalog that they were read at.
type KeptClocks = Arc<tokio::sync::Mutex<Option<(i64, Arc<domain::ClockBook>)>>>;

/// How leads are scored, with the version of the catalog that it was read at.
type KeptScores = Arc<tokio::sync::Mutex<Option<(i64, Arc<domain::ScoreBook>)>>>;

/// The rules of routing, see [`crate::rules_cache`].
type KeptRules = Arc<tokio::sync::Mutex<Option<Arc<domain::routing::Prepared>>>>;

#[derive(Clone, Debug)]
enum Pools {
    /// One writer, so that writes queue in the program instead of failing as busy; several readers beside it.
    Sqlite {
        line: Line,
        readers: Readers,
        /// For applying migrations, which sqlx does on a connection of its own.
        options: Arc<SqliteConnectOptions>,
        path: PathBuf,
    },
    Postgres(PgPool),
}

/// Connections of one pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    pub name: &'static str,
    pub idle: usize,
    pub used: usize,
    pub most: u32,
}

/// Whether a missing SQLite file is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenMissing {
    Create,
    Refuse,
}

impl Store {
    /// The same database with other limits for lists, so that a few leads make a list take each of its ways.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn with_list_limits(&self, limits: crate::leads::Limits) -> Self {
        Self { estimates: Arc::new(crate::leads::Estimates::with_limits(limits)), ..self.clone() }
    }

    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`) and applies migrations.
    ///
    /// # Errors
    /// [`StoreError::Open`] with a sentence saying what is wrong and what to do.
    pub async fn connect(url: &str, when_missing: WhenMissing) -> Result<Self> {
        let store = Self::open(url, when_missing).await?;
        store.back_up_before_migrating().await?;
        store.migrate_to(None).await?;
        store.make_missing_keys().await?;
        Ok(store)
    }

    /// Opens an existing database and leaves its tables as they are: for looking at it, and for backups.
    ///
    /// # Errors
    /// As [`Store::connect`].
    pub async fn open_as_is(url: &str) -> Result<Self> {
        Self::open(url, WhenMissing::Refuse).await
    }

    async fn open(url: &str, when_missing: WhenMissing) -> Result<Self> {
        let committed = Arc::new(Notify::new());
        let pools = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url).await?
        } else if url.starts_with("sqlite:") {
            open_sqlite(url, when_missing, &committed).await?
        } else {
            return Err(StoreError::Open(format!(
                "“{}” is no database address; use sqlite:data/leadwright.db or postgres://…",
                without_password(url)
            )));
        };
        Ok(Self::of(pools, committed))
    }

    fn of(pools: Pools, committed: Arc<Notify>) -> Self {
        Self {
            pools,
            committed,
            catalog: Arc::default(),
            rules: Arc::default(),
            clocks: Arc::default(),
            scores: Arc::default(),
            estimates: Arc::default(),
            counts: Arc::default(),
            statements: Arc::default(),
        }
    }

    /// The engine behind the store.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// The SQLite file, where there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.pools {
            Pools::Sqlite { path, .. } => Some(path),
            Pools::Postgres(_) => None,
        }
    }

    /// How many connections are open, for the metrics.
    #[must_use]
    pub fn pools(&self) -> Vec<PoolUse> {
        match &self.pools {
            Pools::Sqlite { line, readers, .. } => vec![line.in_use(), readers.in_use()],
            Pools::Postgres(pool) => {
                let (open, idle) = (pool.size() as usize, pool.num_idle());
                vec![PoolUse { name: "all", idle, used: open.saturating_sub(idle), most: pool.options().get_max_connections() }]
            }
        }
    }

    /// Starts a writing transaction. On SQLite it waits for the one writer.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database stays locked, else what the engine reports.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { line, .. } => Inner::Sqlite(line.turn().await?),
            Pools::Postgres(pool) => Inner::Postgres(PostgresTx::Within(begun(pool, "begin").await?)),
        };
        Ok(self.tx(inner, Some(Arc::clone(&self.committed))))
    }

    /// Starts a reading transaction: one consistent view, never waits for a writer.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn read(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => {
                let mut reader = readers.lend().await?;
                reader.begin()?;
                Inner::File(reader)
            }
            Pools::Postgres(pool) => Inner::Postgres(PostgresTx::Within(begun(pool, "begin isolation level repeatable read read only").await?)),
        };
        Ok(self.tx(inner, None))
    }

    /// For reading what one statement tells, or several that need no common view: without a transaction, whose beginning
    /// and end would be as dear as the statement itself. Each sees what is committed when it runs.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn ask(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => Inner::File(readers.lend().await?),
            Pools::Postgres(pool) => Inner::Postgres(PostgresTx::Asking(pool.acquire().await.map_err(busy)?)),
        };
        Ok(self.tx_of(inner, None))
    }

    /// A transaction, which is begun and ended.
    fn tx(&self, inner: Inner, committed: Option<Arc<Notify>>) -> Tx {
        self.statements.fetch_add(2, Ordering::Relaxed);
        self.tx_of(inner, committed)
    }

    fn tx_of(&self, inner: Inner, committed: Option<Arc<Notify>>) -> Tx {
        Tx {
            inner,
            recorded: false,
            committed,
            estimates: Arc::clone(&self.estimates),
            counts: Arc::clone(&self.counts),
            statements: Arc::clone(&self.statements),
        }
    }

    /// How many statements were run so far; each transaction counts as two more, for it is begun and ended.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Resolves when this process committed events.
    pub fn committed(&self) -> Arc<Notify> {
        Arc::clone(&self.committed)
    }

    /// A connection that hears of commits by other processes, on Postgres; `None` on SQLite, where one asks
    /// [`crate::events::Events::last_id`] now and then.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn listener(&self) -> Result<Option<PgListener>> {
        match &self.pools {
            Pools::Sqlite { .. } => Ok(None),
            Pools::Postgres(pool) => {
                let mut listener = PgListener::connect_with(pool).await?;
                listener.listen("leadwright").await?;
                Ok(Some(listener))
            }
        }
    }

    /// Lets SQLite gather what its planner needs after a bulk load; Postgres does so by itself, but not at once.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn analyze(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { line, .. } => {
                let turn = line.turn().await?;
                turn.writer().run(Sql::new("analyze")).await?;
                turn.save(false).await
            }
            Pools::Postgres(pool) => sqlx::query("analyze").execute(pool).await.map(|_| ()).map_err(busy),
        }
    }

    /// Waits for open statements and closes every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { line, readers, .. } => {
                readers.close().await;
                line.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Applies migrations up to a version, or all.
    ///
    /// # Errors
    /// [`StoreError::Open`] with a sentence.
    pub(crate) async fn migrate_to(&self, version: Option<i64>) -> Result<()> {
        let version = version.unwrap_or_else(newest_migration);
        let outcome = match &self.pools {
            Pools::Sqlite { options, .. } => {
                let mut connection = options.connect().await.map_err(busy)?;
                let outcome = SQLITE_MIGRATIONS.run_to(version, &mut connection).await;
                connection.close().await.map_err(busy)?;
                outcome
            }
            Pools::Postgres(pool) => POSTGRES_MIGRATIONS.run_to(version, pool).await,
        };
        outcome.map_err(cannot_migrate)
    }

    /// Where migrations are to come, what is there is backed up first: on SQLite into a file beside the database, of which
    /// the last few stay. On Postgres that is for the operator to decide, and only said.
    async fn back_up_before_migrating(&self) -> Result<()> {
        let mut tx = self.read().await?;
        let applied = tx.migration().await?;
        if applied.is_none_or(|applied| applied >= newest_migration()) || tx.row(Sql::new("select id from app_user limit 1")).await?.is_none() {
            return Ok(());
        }
        drop(tx);
        let Some(path) = self.path() else {
            tracing::info!("the database is brought up to date; `leadwright backup FILE` beforehand keeps the way back open");
            return Ok(());
        };
        let made_at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64);
        let file = crate::backup::before_migration(path, newest_migration());
        tracing::info!(file = %file.display(), "the database is backed up before it is brought up to date");
        self.backup(&file, made_at, &|_| ()).await?;
        crate::backup::forget_old(path);
        Ok(())
    }
}

/// The newest migration that this program knows; the same on both engines.
#[must_use]
pub fn newest_migration() -> i64 {
    SQLITE_MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn cannot_migrate(error: MigrateError) -> StoreError {
    StoreError::Open(match error {
        MigrateError::VersionMissing(version) => format!(
            "The database is newer than this program: it has migration {version}, which this program does not know. Start the newer program, or restore a backup made by this one."
        ),
        MigrateError::VersionMismatch(version) => format!(
            "Migration {version} in the database is not the one of this program. It was changed after it ran; restore a backup, or use the program that made this database."
        ),
        other => {
            let cause = other.to_string();
            if is_read_only(&cause) {
                read_only()
            } else if is_locked(&cause) {
                locked()
            } else {
                format!("The database could not be brought up to date: {cause}.")
            }
        }
    })
}

impl Tx {
    /// The newest migration in this database; `None` where none ever ran.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn migration(&mut self) -> Result<Option<i64>> {
        let table = match self.engine() {
            Engine::Sqlite => "select name as found from sqlite_master where name = '_sqlx_migrations'",
            Engine::Postgres => "select cast(to_regclass('_sqlx_migrations') as text) as found",
        };
        if self.row(Sql::new(table)).await?.map(|row| row.opt_text("found")).transpose()?.flatten().is_none() {
            return Ok(None);
        }
        self.row(Sql::new("select max(version) as version from _sqlx_migrations where success")).await?.map_or(Ok(None), |row| row.opt_int("version"))
    }

    /// Applies migrations within this transaction, on Postgres. SQLite's need a file of their own.
    pub(crate) async fn migrate_to(&mut self, version: Option<i64>) -> Result<()> {
        let version = version.unwrap_or_else(newest_migration);
        match &mut self.inner {
            Inner::File(_) | Inner::Sqlite(_) => Ok(()),
            Inner::Postgres(tx) => POSTGRES_MIGRATIONS.run_to(version, &mut **tx).await.map_err(cannot_migrate),
        }
    }
}

/// The file behind an address; `None` for Postgres.
///
/// # Errors
/// [`StoreError::Open`] for a database in memory, and for what is no address.
pub(crate) fn sqlite_path(url: &str) -> Result<Option<PathBuf>> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    Ok(Some(sqlite_options(url)?.get_filename().to_path_buf()))
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url).ok().filter(|_| !url.contains(":memory:"));
    options.ok_or_else(|| StoreError::Open(format!("“{url}” is no file; use sqlite:data/leadwright.db")))
}

/// A new file that is thrown away when anything goes wrong: nothing is written twice for safety's sake.
pub(crate) async fn open_for_loading(path: &Path) -> Result<Store> {
    prepare_file(path, WhenMissing::Create)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .disable_statement_logging()
        .pragma("temp_store", "memory");
    // Makes the file.
    options.connect().await.map_err(busy)?.close().await.map_err(busy)?;
    let writer = Writer::open(path.to_owned(), THROWN_AWAY).map_err(reported)?;
    let committed = Arc::new(Notify::new());
    let line = Line::new(writer, Arc::clone(&committed));
    Ok(Store::of(Pools::Sqlite { readers: Readers::new(path.to_owned()), line, options: Arc::new(options), path: path.to_owned() }, committed))
}

/// Brings what is in the write-ahead log into the file, which is about to be replaced. A damaged file is left as it is.
///
/// # Errors
/// [`StoreError::Open`] when another program has it open.
pub(crate) async fn release(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(2)).disable_statement_logging();
    let Ok(mut connection) = options.connect().await else { return Ok(()) };
    let busy: std::result::Result<i64, _> = sqlx::query_scalar("pragma wal_checkpoint(truncate)").fetch_one(&mut connection).await;
    // A file that cannot even be closed is one that cannot be read.
    let _closed = connection.close().await;
    if busy.is_ok_and(|busy| busy != 0) { Err(StoreError::Open(locked())) } else { Ok(()) }
}

async fn open_sqlite(url: &str, when_missing: WhenMissing, committed: &Arc<Notify>) -> Result<Pools> {
    let options = sqlite_options(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging()
        .pragma("temp_store", "memory");
    let path = options.get_filename().to_path_buf();
    prepare_file(&path, when_missing)?;
    let options = options.create_if_missing(when_missing == WhenMissing::Create);
    let explain = |cause: String| {
        StoreError::Open(if is_read_only(&cause) {
            read_only()
        } else if is_locked(&cause) {
            locked()
        } else if cause.contains("not a database") {
            format!("{url} is not a Leadwright database. Choose another file, or move this one away to start with an empty one.")
        } else if cause.contains("malformed") {
            format!("{url} is damaged ({cause}). Restore the last backup: `leadwright restore FILE`.")
        } else {
            format!("{url} cannot be opened ({cause}). See that the folder exists and may be written to.")
        })
    };
    let looked_at = async {
        let mut connection = options.connect().await?;
        let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(version)
    };
    let version = looked_at.await.map_err(|error| explain(error.to_string()))?;
    if version_parts(&version) < version_parts(SQLITE_LEAST) {
        return Err(StoreError::Open(format!(
            "This build carries SQLite {version}, which can lose writes; it needs {SQLITE_LEAST} or later. Rebuild it with the locked dependencies."
        )));
    }
    let writer = Writer::open(path.clone(), DURABLE).map_err(|error| explain(error.to_string()))?;
    let line = Line::new(writer, Arc::clone(committed));
    Ok(Pools::Sqlite { line, readers: Readers::new(path.clone()), options: Arc::new(options), path })
}

fn prepare_file(path: &Path, when_missing: WhenMissing) -> Result<()> {
    if path.exists() {
        let read_only_file = path.metadata().is_ok_and(|meta| meta.permissions().readonly());
        return if read_only_file { Err(StoreError::Open(read_only())) } else { Ok(()) };
    }
    if when_missing == WhenMissing::Refuse {
        return Err(StoreError::Open(format!(
            "There is no database at {}. Start `leadwright serve` once to make it, or set LEADWRIGHT_DATABASE_URL.",
            path.display()
        )));
    }
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|error| {
        StoreError::Open(format!("The folder {} cannot be made ({error}). Make it, or set LEADWRIGHT_DATABASE_URL.", folder.display()))
    })
}

async fn open_postgres(url: &str) -> Result<Pools> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::Open(format!("“{}” is no Postgres address ({error}).", without_password(url))))?
        .statement_cache_capacity(400)
        .disable_statement_logging()
        .application_name("leadwright")
        .options([("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")]);
    let pool = PgPoolOptions::new().max_connections(10).acquire_timeout(Duration::from_secs(10)).connect_with(options).await.map_err(|error| {
        StoreError::Open(format!("Postgres at {} does not answer ({error}). Start it, or check LEADWRIGHT_DATABASE_URL.", without_password(url)))
    })?;
    Ok(Pools::Postgres(pool))
}

fn version_parts(version: &str) -> Vec<u32> {
    version.split('.').filter_map(|part| part.parse().ok()).collect()
}

fn is_read_only(cause: &str) -> bool {
    cause.contains("readonly") || cause.contains("read-only")
}

fn is_locked(cause: &str) -> bool {
    cause.contains("locked")
}

fn read_only() -> String {
    "The database can be read but not written. Give this user write access to the file and its folder.".to_owned()
}

fn locked() -> String {
    "The database is locked by another program. Stop that program, then try again.".to_owned()
}

/// An address that may stand in a message: what is between `:` and `@` is left out.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}…{}", &url[..scheme + 3], &url[at..]),
        _ => url.to_owned(),
    }
}

/// Begins a transaction, all the way even where nobody waits for it any more: a connection that is given back while its transaction is beginning would
/// stay within it, and spoil the next.
async fn begun(pool: &PgPool, statement: &'static str) -> Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    begun.await.unwrap_or(Err(sqlx::Error::PoolClosed)).map_err(busy)
}
