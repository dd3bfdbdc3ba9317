//! Restoring: the file is checked to its end, then loaded beside what is there, and only then takes its place.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::LeadId;
use tokio::sync::mpsc;

use super::format::{FileReader, Line, TableLine, sync_folder};
use super::{Progress, Summary, check, tables};
use crate::account_keys::KeysMade;
use crate::error::{Result, StoreError};
use crate::open::{self, Store};
use crate::sql::Sql;
use crate::tx::{Engine, Tx};

/// Rows are added in statements of about this size. Unit: bytes.
const PIECE: usize = 512 * 1024;
/// How often others are looked for who use the database, a tenth of a second apart.
const OTHERS_LOOKED_FOR: usize = 30;
/// Leads are made searchable so many at a time.
const LEADS: i64 = 500;

/// What became of it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Restored {
    #[serde(flatten)]
    pub summary: Summary,
    /// Where the SQLite file lies that was there before.
    pub kept: Option<PathBuf>,
}

/// Replaces what is in the database at `url` by a backup, whichever engine it came from. A backup of an older version is
/// brought up to date. When anything is wrong, everything stays as it was.
///
/// On SQLite nobody may serve the file meanwhile, which is for the caller to see to. On Postgres it is refused while
/// another program of ours is connected.
///
/// # Errors
/// [`StoreError::Backup`] or [`StoreError::Open`] with a sentence, or what the engine reports.
pub async fn restore(url: &str, path: &Path, progress: Progress<'_>) -> Result<Restored> {
    let file = path.to_owned();
    let summary = tokio::task::spawn_blocking(move || check(&file)).await.map_err(|_| interrupted())??;
    let newest = open::newest_migration();
    if summary.manifest.migration > newest {
        return Err(StoreError::Backup(format!(
            "{} was made by Leadwright {}, which is newer than this one. Restore it with that version.",
            path.display(),
            summary.manifest.program
        )));
    }
    let kept = match open::sqlite_path(url)? {
        Some(target) => into_sqlite(&target, path, &summary, progress).await?,
        None => {
            into_postgres(url, path, &summary, progress).await?;
            None
        }
    };
    Ok(Restored { summary, kept })
}

async fn into_sqlite(target: &Path, path: &Path, summary: &Summary, progress: Progress<'_>) -> Result<Option<PathBuf>> {
    let fresh = beside(target, ".restoring");
    remove_database(&fresh);
    let outcome = async {
        let store = open::open_for_loading(&fresh).await?;
        store.migrate_to(Some(summary.manifest.migration)).await?;
        let mut tx = store.begin().await?;
        fill(&mut tx, path, summary, progress).await?;
        tx.save().await?;
        store.migrate_to(None).await?;
        let mut tx = store.begin().await?;
        derive(&mut tx, progress).await?;
        let stray = tx.rows(Sql::new("select \"table\" as name from pragma_foreign_key_check limit 1")).await?;
        if let Some(row) = stray.first() {
            return Err(StoreError::Backup(format!("Rows of {} point to rows that are not in the backup.", row.text("name")?)));
        }
        tx.save().await?;
        store.analyze().await?;
        store.close().await;
        std::fs::File::open(&fresh).and_then(|file| file.sync_all()).map_err(|error| cannot_replace(target, &error))?;
        open::release(target).await?;
        replace(target, &fresh).map_err(|error| cannot_replace(target, &error))
    }
    .await;
    if outcome.is_err() {
        remove_database(&fresh);
    }
    outcome
}

async fn into_postgres(url: &str, path: &Path, summary: &Summary, progress: Progress<'_>) -> Result<()> {
    let store = Store::open_as_is(url).await?;
    let mut tx = store.begin().await?;
    until_alone(&mut tx).await?;
    tx.run(Sql::new("set local idle_in_transaction_session_timeout = 0")).await?;
    drop_all_tables(&mut tx).await?;
    tx.migrate_to(Some(summary.manifest.migration)).await?;
    fill(&mut tx, path, summary, progress).await?;
    tx.migrate_to(None).await?;
    derive(&mut tx, progress).await?;
    tx.save().await?;
    store.analyze().await?;
    store.close().await;
    Ok(())
}

/// Whoever was just stopped may need a moment to go.
async fn until_alone(tx: &mut Tx) -> Result<()> {
    let others = "select count(*) as count from pg_stat_activity
        where datname = current_database() and application_name = 'leadwright' and pid <> pg_backend_pid() and state is not null";
    for _ in 0..OTHERS_LOOKED_FOR {
        // Else the transaction would see the same again.
        tx.row(Sql::new("select 1 as one from pg_stat_clear_snapshot()")).await?;
        if tx.row(Sql::new(others)).await?.is_none_or(|row| row.int("count").is_ok_and(|count| count == 0)) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(StoreError::Backup("Another Leadwright is using this database. Stop it, then restore.".to_owned()))
}

/// Makes room in a database of ours; in one that holds something else, nothing is touched.
async fn drop_all_tables(tx: &mut Tx) -> Result<()> {
    let tables = "select quote_ident(cast(table_name as text)) as name from information_schema.tables
        where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1";
    let names = tx.rows(Sql::new(tables)).await?.iter().map(|row| row.text("name")).collect::<Result<Vec<_>>>()?;
    if names.is_empty() {
        return Ok(());
    }
    if tx.migration().await?.is_none() {
        return Err(StoreError::Backup(
            "This Postgres database holds tables that are not Leadwright's. Restore into a database of its own.".to_owned(),
        ));
    }
    tx.run(Sql::new(format!("drop table {} cascade", names.join(", ")))).await?;
    Ok(())
}

/// Loads all rows into empty tables of the file's own version.
async fn fill(tx: &mut Tx, path: &Path, summary: &Summary, progress: Progress<'_>) -> Result<()> {
    let (away, back) = tables::constraints(tx).await?;
    for statement in away {
        tx.run(Sql::new(statement)).await?;
    }
    let known: HashMap<String, tables::Table> = tables::of(tx).await?.into_iter().map(|table| (table.name.clone(), table)).collect();
    // What migrations put in is in the backup, too.
    for table in known.keys() {
        tx.run(Sql::new(format!("delete from {}", tables::quoted(table)))).await?;
    }
    let (pieces, mut received) = mpsc::channel(4);
    let file = path.to_owned();
    let reader = tokio::task::spawn_blocking(move || read(&file, &pieces));
    let (mut statement, mut table, mut done) = (String::new(), String::new(), 0);
    let mut rows = BTreeMap::new();
    while let Some(piece) = received.recv().await {
        match piece {
            Piece::Table(line) => {
                statement = add_rows(tx.engine(), &line, &known)?;
                rows.insert(line.table.clone(), 0);
                table = line.table;
            }
            Piece::Rows(json) => {
                let added = tx.run(Sql::new(statement.clone()).bind(json)).await?;
                *rows.entry(table.clone()).or_default() += added;
                done += added;
                progress(done);
            }
        }
    }
    reader.await.map_err(|_| interrupted())??;
    if rows != summary.rows {
        return Err(StoreError::Backup(format!("{} changed while it was read, so nothing was changed. Try again.", path.display())));
    }
    for statement in back {
        tx.run(Sql::new(statement)).await?;
    }
    Ok(())
}

fn add_rows(engine: Engine, line: &TableLine, known: &HashMap<String, tables::Table>) -> Result<String> {
    let strange = |what: &str| StoreError::Backup(format!("The backup holds {what}, which this program does not know. Nothing was changed."));
    let table = known.get(&line.table).ok_or_else(|| strange(&format!("a table {}", line.table)))?;
    let columns = line.columns.iter().map(|name| {
        let column = table.columns.iter().find(|column| column.name == *name);
        column.cloned().ok_or_else(|| strange(&format!("a column {name} of {}", line.table)))
    });
    Ok(tables::add_rows(&table.name, &columns.collect::<Result<Vec<_>>>()?, engine))
}

enum Piece {
    Table(TableLine),
    Rows(String),
}

/// Reads the file, rows together in JSON arrays. Stops early when nobody receives any more.
fn read(path: &Path, pieces: &mpsc::Sender<Piece>) -> Result<()> {
    let mut file = FileReader::open(path)?;
    let mut rows = String::new();
    loop {
        let line = file.next()?;
        let is_row = matches!(line, Line::Row(_));
        if !rows.is_empty() && (!is_row || rows.len() >= PIECE) {
            rows.push(']');
            if pieces.blocking_send(Piece::Rows(std::mem::take(&mut rows))).is_err() {
                return Ok(());
            }
        }
        match line {
            Line::Row(row) => {
                rows.push(if rows.is_empty() { '[' } else { ',' });
                rows.push_str(&row);
            }
            Line::Table(table) => {
                if pieces.blocking_send(Piece::Table(table)).is_err() {
                    return Ok(());
                }
            }
            Line::End => return Ok(()),
        }
    }
}

/// Makes what is derived from the rows: the words that leads are found by, and what accounts are matched by where an older
/// backup has none. To add something derived, add it here.
pub(super) async fn derive(tx: &mut Tx, progress: Progress<'_>) -> Result<()> {
    let mut keys = KeysMade::default();
    while tx.accounts().make_missing_keys(&mut keys).await? > 0 {}
    let (mut last, mut done) = (0, 0);
    loop {
        let sql = Sql::new("select id from lead where id > $1 order by id limit $2");
        let rows = tx.rows(sql.bind(last).bind(LEADS)).await?;
        let ids = rows.iter().map(|row| row.int("id").map(LeadId)).collect::<Result<Vec<_>>>()?;
        let Some(newest) = ids.last() else { return Ok(()) };
        last = newest.0;
        tx.leads().make_searchable(&ids).await?;
        done += ids.len() as u64;
        progress(done);
    }
}

/// Puts the new file into the place of the old one, which stays beside it under another name.
fn replace(target: &Path, fresh: &Path) -> std::io::Result<Option<PathBuf>> {
    let kept = target.exists().then(|| beside(target, ".before-restore"));
    if let Some(kept) = &kept {
        remove_database(kept);
        std::fs::hard_link(target, kept).or_else(|_| std::fs::copy(target, kept).map(|_| ()))?;
        // Only where the old file was damaged: else it was emptied before.
        if beside(target, "-wal").exists() {
            std::fs::rename(beside(target, "-wal"), beside(kept, "-wal"))?;
        }
        if beside(target, "-shm").exists() {
            std::fs::remove_file(beside(target, "-shm"))?;
        }
    }
    std::fs::rename(fresh, target)?;
    sync_folder(target)?;
    Ok(kept)
}

fn remove_database(path: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        // Most are not there.
        let _removed = std::fs::remove_file(beside(path, end));
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn interrupted() -> StoreError {
    StoreError::Backup("It was interrupted; nothing was changed. Start it again.".to_owned())
}

fn cannot_replace(target: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Backup(format!("{} cannot be replaced ({error}); it was left as it is.", target.display()))
}
