//! Files uploaded on the import page, and what is remembered of each supplier's files.

use domain::import_file::ImportPhase;
use domain::text::fold;
use domain::{ImportId, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

const COLUMNS: &str = "id, file_name, spool_name, bytes, supplier, preview, mapping, phase, sentence, report, run_id, rows_done, bytes_done,
    rows_per_second, added_by_id, added_at";

/// Statements about uploaded files.
#[derive(Debug)]
pub struct ImportFiles<'t>(&'t mut Tx);

impl Tx {
    /// Uploaded files.
    pub fn import_files(&mut self) -> ImportFiles<'_> {
        ImportFiles(self)
    }
}

/// An uploaded file as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub id: i64,
    pub file_name: String,
    /// Its name in the spool folder; empty once it is gone.
    pub spool_name: String,
    pub bytes: i64,
    pub supplier: String,
    /// JSON.
    pub preview: String,
    /// TOML; empty until it is chosen.
    pub mapping: String,
    pub phase: ImportPhase,
    pub sentence: String,
    /// JSON; empty before the first check.
    pub report: String,
    pub run: Option<ImportId>,
    pub rows_done: i64,
    pub bytes_done: i64,
    pub rows_per_second: i64,
    pub added_by: UserId,
    pub added_at: Timestamp,
}

/// A file that waits for the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub id: i64,
    pub spool_name: String,
    pub phase: ImportPhase,
    pub sentence: String,
}

/// How far the work on a file came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HowFar {
    pub rows: i64,
    pub bytes: i64,
    pub rows_per_second: i64,
    /// The run that importing it began.
    pub run: Option<ImportId>,
}

impl ImportFiles<'_> {
    /// Adds a file; its number is taken here.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, file: &StoredFile) -> Result<i64> {
        let id = self.0.take_numbers("import_file", 1).await?;
        let sql = Sql::new(
            "insert into import_file (id, file_name, spool_name, bytes, supplier, preview, mapping, phase, sentence, report, run_id, rows_done,
             bytes_done, rows_per_second, added_by_id, added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        );
        let sql = sql.bind(id).bind(&file.file_name).bind(&file.spool_name).bind(file.bytes).bind(&file.supplier).bind(&file.preview);
        let sql = sql.bind(&file.mapping).bind(file.phase.key()).bind(&file.sentence).bind(&file.report).bind(file.run);
        let sql = sql.bind(file.rows_done).bind(file.bytes_done).bind(file.rows_per_second).bind(file.added_by).bind(file.added_at);
        self.0.run(sql).await?;
        Ok(id)
    }

    /// A file that this person may know of: their own; any with `None`.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: i64, of: Option<UserId>) -> Result<Option<StoredFile>> {
        let mut sql = Sql::new(format!("select {COLUMNS} from import_file where id = $1")).bind(id);
        if let Some(user) = of {
            sql.push(" and added_by_id = ").push_bind(user);
        }
        self.0.row(sql).await?.as_ref().map(to_file).transpose()
    }

    /// The latest files of a person, or of everybody, newest first.
    ///
    /// # Errors
    /// As [`ImportFiles::find`].
    pub async fn list(&mut self, of: Option<UserId>, limit: i64) -> Result<Vec<StoredFile>> {
        let mut sql = Sql::new(format!("select {COLUMNS} from import_file"));
        if let Some(user) = of {
            sql.push(" where added_by_id = ").push_bind(user);
        }
        sql.push(" order by id desc limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_file).collect()
    }

    /// Saves a file that is in the phase it was read in; `false` when it went on meanwhile.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, file: &StoredFile, read_in: ImportPhase) -> Result<bool> {
        let sql = Sql::new(
            "update import_file set spool_name = $1, supplier = $2, mapping = $3, phase = $4, sentence = $5, report = $6, run_id = $7,
             rows_done = $8, bytes_done = $9, rows_per_second = $10, beat_at = null where id = $11 and phase = $12",
        );
        let sql = sql.bind(&file.spool_name).bind(&file.supplier).bind(&file.mapping).bind(file.phase.key()).bind(&file.sentence);
        let sql = sql.bind(&file.report).bind(file.run).bind(file.rows_done).bind(file.bytes_done).bind(file.rows_per_second);
        Ok(self.0.run(sql.bind(file.id).bind(read_in.key())).await? > 0)
    }

    /// Files that wait for the program and that nobody worked on since `stale`, oldest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_waiting(&mut self, stale: Timestamp, limit: i64) -> Result<Vec<Waiting>> {
        let sql = Sql::new(
            "select id, spool_name, phase, sentence from import_file where phase in ('checking', 'importing', 'undoing')
             and (beat_at is null or beat_at < $1) order by id limit $2",
        );
        let rows = self.0.rows(sql.bind(stale).bind(limit)).await?;
        let waiting = |row: &Row| {
            Ok(Waiting { id: row.int("id")?, spool_name: row.text("spool_name")?, phase: to_phase(row)?, sentence: row.text("sentence")? })
        };
        rows.iter().map(waiting).collect()
    }

    /// Takes a file that waits for the program and that nobody worked on since `stale`, so that no other server does. What was said of
    /// its waiting is said no longer.
    ///
    /// # Errors
    /// As [`ImportFiles::find`].
    pub async fn claim(&mut self, id: i64, now: Timestamp, stale: Timestamp) -> Result<Option<StoredFile>> {
        let sql = Sql::new(format!(
            "update import_file set beat_at = $1, sentence = '' where id = $2 and phase in ('checking', 'importing', 'undoing')
             and (beat_at is null or beat_at < $3) returning {COLUMNS}"
        ));
        self.0.row(sql.bind(now).bind(id).bind(stale)).await?.as_ref().map(to_file).transpose()
    }

    /// Says why a file waits that nobody worked on since `stale`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn say_why_it_waits(&mut self, id: i64, sentence: &str, stale: Timestamp) -> Result<()> {
        let sql = Sql::new(
            "update import_file set sentence = $1 where id = $2 and phase in ('checking', 'importing', 'undoing')
             and (beat_at is null or beat_at < $3)",
        );
        self.0.run(sql.bind(sentence).bind(id).bind(stale)).await.map(|_| ())
    }

    /// Notes how far the work came and that it goes on; gives the phase, which a person may have changed.
    ///
    /// # Errors
    /// As [`ImportFiles::find`].
    pub async fn beat(&mut self, id: i64, came: &HowFar, now: Timestamp) -> Result<Option<ImportPhase>> {
        let sql = Sql::new(
            "update import_file set rows_done = $1, bytes_done = $2, rows_per_second = $3, run_id = $4, beat_at = $5 where id = $6
             returning id, phase",
        );
        let sql = sql.bind(came.rows).bind(came.bytes).bind(came.rows_per_second).bind(came.run).bind(now).bind(id);
        let row = self.0.row(sql).await?;
        row.as_ref().map(to_phase).transpose()
    }

    /// Names in the spool folder that are still needed.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn spooled(&mut self) -> Result<Vec<String>> {
        let rows = self.0.rows(Sql::new("select spool_name from import_file where spool_name <> '' and phase <> 'stopped' order by id")).await?;
        rows.iter().map(|row| row.text("spool_name")).collect()
    }

    /// Remembers which column goes where in a supplier's files.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remember(&mut self, supplier: &str, mapping: &str, now: Timestamp) -> Result<()> {
        let sql = Sql::new(
            "insert into import_mapping (supplier_folded, supplier, mapping, saved_at) values ($1, $2, $3, $4)
             on conflict (supplier_folded) do update set supplier = excluded.supplier, mapping = excluded.mapping, saved_at = excluded.saved_at",
        );
        self.0.run(sql.bind(fold(supplier)).bind(supplier).bind(mapping).bind(now)).await.map(|_| ())
    }

    /// What is remembered of a supplier's files, as TOML.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn mapping_of(&mut self, supplier: &str) -> Result<Option<String>> {
        let sql = Sql::new("select mapping from import_mapping where supplier_folded = $1").bind(fold(supplier));
        self.0.row(sql).await?.map(|row| row.text("mapping")).transpose()
    }

    /// Suppliers that are remembered, by name.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn suppliers(&mut self) -> Result<Vec<String>> {
        let rows = self.0.rows(Sql::new("select supplier from import_mapping order by supplier_folded limit 500")).await?;
        rows.iter().map(|row| row.text("supplier")).collect()
    }
}

fn to_phase(row: &Row) -> Result<ImportPhase> {
    let phase = row.text("phase")?;
    ImportPhase::from_key(&phase).ok_or(StoreError::Inconsistent { table: "import_file", column: "phase", id: row.int("id")? })
}

fn to_file(row: &Row) -> Result<StoredFile> {
    Ok(StoredFile {
        id: row.int("id")?,
        file_name: row.text("file_name")?,
        spool_name: row.text("spool_name")?,
        bytes: row.int("bytes")?,
        supplier: row.text("supplier")?,
        preview: row.text("preview")?,
        mapping: row.text("mapping")?,
        phase: to_phase(row)?,
        sentence: row.text("sentence")?,
        report: row.text("report")?,
        run: row.opt_int("run_id")?.map(ImportId),
        rows_done: row.int("rows_done")?,
        bytes_done: row.int("bytes_done")?,
        rows_per_second: row.int("rows_per_second")?,
        added_by: UserId(row.int("added_by_id")?),
        added_at: row.time("added_at")?,
    })
}
