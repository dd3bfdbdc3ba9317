//! Filling what accounts are matched by (`domain/src/match_key.rs`) where a migration left it empty. It is made in Rust,
//! so no migration can. [`crate::accounts`] keeps it in step from then on.

use domain::Address;
use domain::match_key::{name_key, postcode_key, street_key};

use crate::accounts::{Accounts, to_location};
use crate::error::Result;
use crate::open::Store;
use crate::sql::{Row, Sql, Value};
use crate::tx::Engine;

/// Rows of one step.
const BATCH: i64 = 2000;

impl Store {
    /// Makes the keys that are missing, some thousand in a transaction: whatever stops it, the next start goes on.
    pub(crate) async fn make_missing_keys(&self) -> Result<()> {
        if !self.ask().await?.accounts().lack_keys().await? {
            return Ok(());
        }
        tracing::info!("accounts are made ready to be matched; this is done once");
        let mut done = KeysMade::default();
        loop {
            let mut tx = self.begin().await?;
            let made = tx.accounts().make_missing_keys(&mut done).await?;
            tx.save().await?;
            if made == 0 {
                return Ok(());
            }
        }
    }
}

/// How far it is: nothing is missing before these accounts.
#[derive(Debug, Default)]
pub(crate) struct KeysMade {
    names: i64,
    places: i64,
}

impl Accounts<'_> {
    async fn lack_keys(&mut self) -> Result<bool> {
        let names = self.0.row(Sql::new("select id from account where name_key is null limit 1")).await?;
        let places = self.0.row(Sql::new("select account_id from account_location where postcode_key is null limit 1")).await?;
        Ok(names.is_some() || places.is_some())
    }

    /// Makes some of the keys that are missing; gives how many rows had none.
    ///
    /// # Errors
    /// What the engine reports.
    pub(crate) async fn make_missing_keys(&mut self, done: &mut KeysMade) -> Result<usize> {
        // Two programs that start at once take turns. On SQLite there is one writer anyway.
        if self.0.engine() == Engine::Postgres {
            self.0.row(Sql::new("select 1 as one from pg_advisory_xact_lock(hashtextextended('account keys', 0))")).await?;
        }
        Ok(self.make_names(&mut done.names).await? + self.make_places(&mut done.places).await?)
    }

    async fn make_names(&mut self, done: &mut i64) -> Result<usize> {
        let sql = Sql::new("select id, name from account where name_key is null and id > $1 order by id limit $2");
        let rows = self.0.rows(sql.bind(*done).bind(BATCH)).await?;
        let keys = rows.iter().map(|row| Ok(vec![Value::from(row.int("id")?), name_key(&row.text("name")?).into()])).collect::<Result<Vec<_>>>()?;
        self.write("update account set name_key = made.column2 from (values ", keys, ") made where id = made.column1").await?;
        *done = rows.last().map_or(Ok(*done), |row| row.int("id"))?;
        Ok(rows.len())
    }

    async fn make_places(&mut self, done: &mut i64) -> Result<usize> {
        let sql = Sql::new(
            "select account_id, position, name, street, city, postcode, state, country from account_location
             where postcode_key is null and account_id >= $1 order by account_id, position limit $2",
        );
        let rows = self.0.rows(sql.bind(*done).bind(BATCH)).await?;
        let keys = rows.iter().map(place_keys).collect::<Result<Vec<_>>>()?;
        let set = "update account_location set postcode_key = made.column3, street_key = made.column4 from (values ";
        self.write(set, keys, ") made where account_id = made.column1 and position = made.column2").await?;
        *done = rows.last().map_or(Ok(*done), |row| row.int("account_id"))?;
        Ok(rows.len())
    }

    async fn write(&mut self, before: &str, rows: Vec<Vec<Value>>, behind: &str) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new(before);
        sql.push_rows(rows).push(behind);
        self.0.run(sql).await?;
        Ok(())
    }
}

fn place_keys(row: &Row) -> Result<Vec<Value>> {
    let address: Address = to_location(row)?.address;
    Ok(vec![row.int("account_id")?.into(), row.int("position")?.into(), postcode_key(&address).into(), street_key(&address).into()])
}
