//! What `leadwright doctor` asks the database.

use crate::error::Result;
use crate::sql::Sql;
use crate::tx::{Engine, Tx};

/// Statements about the database's own health.
#[derive(Debug)]
pub struct Health<'t>(&'t mut Tx);

impl Tx {
    /// The database's own health.
    pub fn health(&mut self) -> Health<'_> {
        Health(self)
    }
}

impl Health<'_> {
    /// What the engine finds wrong with its files: on SQLite pages and rows that contradict each other and rows that point
    /// nowhere, on Postgres indexes that were left unfinished. It goes through all of a SQLite file.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn faults(&mut self) -> Result<Vec<String>> {
        let sql = match self.0.engine() {
            Engine::Sqlite => {
                "select quick_check as fault from pragma_quick_check where quick_check <> 'ok'
                 union all select 'a row of ' || \"table\" || ' points to a row of ' || parent || ' that is gone' from pragma_foreign_key_check"
            }
            Engine::Postgres => {
                "select 'the index ' || cast(cast(indexrelid as regclass) as text) || ' is not valid' as fault from pg_index where not indisvalid"
            }
        };
        let rows = self.0.rows(Sql::new(sql)).await?;
        rows.iter().take(20).map(|row| row.text("fault")).collect()
    }

    /// When the newest event happened, by the clock of the program that recorded it. Unit: milliseconds since 1970.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn newest_event_at(&mut self) -> Result<Option<i64>> {
        self.0.row(Sql::new("select at from event order by id desc limit 1")).await?.map(|row| row.int("at")).transpose()
    }

    /// How many people can sign in as administrator.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn administrators(&mut self) -> Result<i64> {
        let row = self.0.row(Sql::new("select count(*) as count from app_user where role = 'administrator' and disabled_at is null")).await?;
        row.map_or(Ok(0), |row| row.int("count"))
    }

    /// The engine's version, as it calls itself.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn version(&mut self) -> Result<String> {
        let sql = match self.0.engine() {
            Engine::Sqlite => "select 'SQLite ' || sqlite_version() as version",
            Engine::Postgres => "select 'PostgreSQL ' || current_setting('server_version') as version",
        };
        self.0.row(Sql::new(sql)).await?.map_or(Ok(String::new()), |row| row.text("version"))
    }
}
