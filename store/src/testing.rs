//! Tests on both engines. Each runs on a fresh database of its own, which is removed afterwards, also when it fails.
//!
//! ```ignore
//! store::both_engines!(a_user_is_found_by_address, |store| async move { … });
//! ```
//!
//! Postgres is used where `LEADWRIGHT_TEST_POSTGRES_URL` names a server; without it that half says so and passes. What
//! ran is noted in the file that `LEADWRIGHT_TEST_ENGINE_LOG` names, one line each, so that `make test` can compare.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{FutureExt as _, TryStreamExt as _};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::backup::tables;
use crate::{Engine, Sql, Store, WhenMissing};

/// Makes two tests of one: `NAME::sqlite` and `NAME::postgres`. The test takes the [`Store`] and gives a future.
#[macro_export]
macro_rules! both_engines {
    ($(#[$attribute:meta])* $name:ident, $test:expr $(,)?) => {
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing of its file")]
            use super::*;

            const NAME: &str = module_path!();

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::testing::on_engine($crate::Engine::Sqlite, NAME, $test).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::testing::on_engine($crate::Engine::Postgres, NAME, $test).await;
            }
        }
    };
}

/// Runs a test on one engine, with an empty, migrated database.
///
/// # Panics
/// When the test does, or when the database cannot be made.
pub async fn on_engine<F, T>(engine: Engine, name: &str, test: F)
where
    F: FnOnce(Store) -> T,
    T: Future<Output = ()>,
{
    match engine {
        Engine::Sqlite => {
            let outcome = AssertUnwindSafe(only_on_sqlite(test)).catch_unwind().await;
            note("sqlite", name);
            outcome.unwrap_or_else(|panic| resume_unwind(panic));
        }
        Engine::Postgres => on_postgres(name, test).await,
    }
}

/// Runs a test of what only SQLite has, which is in no comparison of the engines.
///
/// # Panics
/// When the test does, or when the database cannot be made.
pub async fn only_on_sqlite<F, T>(test: F)
where
    F: FnOnce(Store) -> T,
    T: Future<Output = ()>,
{
    let folder = std::env::temp_dir().join(unique_name());
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let store = Store::connect(&format!("sqlite:{}", folder.join("test.db").display()), WhenMissing::Create).await.expect("a fresh SQLite file");
    let outcome = AssertUnwindSafe(test(store.clone())).catch_unwind().await;
    store.close().await;
    std::fs::remove_dir_all(&folder).expect("the test's folder goes away");
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

async fn on_postgres<F, T>(name: &str, test: F)
where
    F: FnOnce(Store) -> T,
    T: Future<Output = ()>,
{
    let Some(server) = std::env::var("LEADWRIGHT_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()) else {
        eprintln!("skipped on Postgres: LEADWRIGHT_TEST_POSTGRES_URL is not set ({name})");
        return;
    };
    let database = unique_name();
    on_server(&server, &format!("create database {database}")).await;
    let run = async {
        let store = Store::connect(&with_database(&server, &database), WhenMissing::Refuse).await.expect("a fresh Postgres database");
        let outcome = AssertUnwindSafe(test(store.clone())).catch_unwind().await;
        store.close().await;
        outcome.unwrap_or_else(|panic| resume_unwind(panic));
    };
    let outcome = AssertUnwindSafe(run).catch_unwind().await;
    on_server(&server, &format!("drop database {database} with (force)")).await;
    note("postgres", name);
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

/// Every row of every table, but for tables of these names: what has to be the same before and after a refusal.
///
/// # Panics
/// When the database cannot be read.
pub async fn everything_but(store: &Store, left_out: &[&str]) -> BTreeMap<String, Vec<String>> {
    let mut tx = store.read().await.expect("the database is open");
    let engine = tx.engine();
    let mut everything = BTreeMap::new();
    for table in tables::of(&mut tx).await.expect("its tables") {
        if !left_out.contains(&table.name.as_str()) {
            let mut rows: Vec<String> = tx.texts(tables::read_all(&table, engine)).try_collect().await.expect("their rows");
            rows.sort();
            everything.insert(table.name, rows);
        }
    }
    everything
}

/// The columns of every table, in the order in which [`everything_but`] gives them.
///
/// # Panics
/// When the database cannot be read.
pub async fn columns(store: &Store) -> BTreeMap<String, Vec<String>> {
    let tables = tables::of(&mut store.read().await.expect("the database is open")).await.expect("its tables");
    tables.into_iter().map(|table| (table.name, table.columns.into_iter().map(|column| column.name).collect())).collect()
}

async fn on_server(server: &str, statement: &str) {
    let mut connection = PgConnection::connect(server).await.expect("LEADWRIGHT_TEST_POSTGRES_URL names a server that answers");
    connection.execute(AssertSqlSafe(statement.to_owned())).await.expect("databases for tests are made and dropped");
    connection.close().await.expect("the connection closes");
}

/// The address under which a test's database can be opened anew.
///
/// # Panics
/// When the database does not tell its name.
pub async fn url_of(store: &Store) -> String {
    if let Some(path) = store.path() {
        return format!("sqlite:{}", path.display());
    }
    let server = std::env::var("LEADWRIGHT_TEST_POSTGRES_URL").expect("the test runs on Postgres");
    let mut tx = store.read().await.expect("the database is open");
    let row = tx.row(Sql::new("select cast(current_database() as text) as name")).await.expect("an answer").expect("a row");
    with_database(&server, &row.text("name").expect("a name"))
}

/// The same server, another database; what stands behind `?` is kept.
fn with_database(server: &str, database: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, String::new()), |(address, query)| (address, format!("?{query}")));
    let (scheme, rest) = address.split_once("://").expect("a Postgres address has a scheme");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    format!("{scheme}://{host}/{database}{query}")
}

/// A name that no other test uses, nor one of an earlier run that was killed and left its database behind.
fn unique_name() -> String {
    static COUNTER: AtomicUsize = AtomicUsize::new(0);
    let started = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
    format!("lw_{}_{}_{started:x}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

fn note(engine: &str, name: &str) {
    append("LEADWRIGHT_TEST_ENGINE_LOG", &format!("{engine} {name}"));
}

/// Adds a line to the file that a variable names, if it does.
fn append(variable: &str, line: &str) {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("the log of tests can be opened");
    file.write_all(format!("{line}\n").as_bytes()).expect("the log of tests can be written");
}

/// A file or folder of the published data sets, in the folder that `LEADWRIGHT_DATA` names, else beside the checkout. `None` where there
/// is none, which is noted in the file that `LEADWRIGHT_TEST_SKIP_LOG` names, so that `make test` says what was not tested.
///
/// # Panics
/// When `LEADWRIGHT_DATA` is set and it is not there: then it is expected.
#[must_use]
pub fn published(name: &str) -> Option<PathBuf> {
    let found = published_in(std::env::var_os("LEADWRIGHT_DATA").filter(|folder| !folder.is_empty()).map(PathBuf::from), name);
    if found.is_none() {
        eprintln!("skipped: {name} of the published data is not there (LEADWRIGHT_DATA names their folder)");
        append("LEADWRIGHT_TEST_SKIP_LOG", name);
    }
    found
}

fn published_in(named: Option<PathBuf>, name: &str) -> Option<PathBuf> {
    let is_expected = named.is_some();
    let path = named.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"))).join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(!is_expected, "LEADWRIGHT_DATA is set, and {} is not there", path.display());
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_data_are_skipped_only_where_nobody_expects_them() {
        assert_eq!(published_in(Some(PathBuf::from(env!("CARGO_MANIFEST_DIR"))), "src"), Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")));
        assert_eq!(published_in(None, "no-such-file"), None);
    }

    #[test]
    #[should_panic(expected = "LEADWRIGHT_DATA is set")]
    fn published_data_that_are_expected_and_not_there_fail() {
        let _found = published_in(Some(PathBuf::from(env!("CARGO_MANIFEST_DIR"))), "no-such-file");
    }
}
