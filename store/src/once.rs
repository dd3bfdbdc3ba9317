//! Idempotency keys: what a program sends twice is done once.

use domain::Timestamp;

use crate::error::Result;
use crate::sql::Sql;
use crate::tx::Tx;

/// Statements about idempotency keys.
#[derive(Debug)]
pub struct OnceKeys<'t>(&'t mut Tx);

impl Tx {
    /// Idempotency keys.
    pub fn once_keys(&mut self) -> OnceKeys<'_> {
        OnceKeys(self)
    }
}

impl OnceKeys<'_> {
    /// The number of what came with a key before, and the digest of what was sent.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find(&mut self, key: &str) -> Result<Option<(i64, String)>> {
        let row = self.0.row(Sql::new("select made_id, digest from once_key where key = $1").bind(key)).await?;
        row.map(|row| Ok((row.int("made_id")?, row.text("digest")?))).transpose()
    }

    /// Notes what came with a key.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when it was noted meanwhile.
    pub async fn add(&mut self, key: &str, digest: &str, made: i64, at: Timestamp) -> Result<()> {
        let sql = Sql::new("insert into once_key (key, digest, made_id, at) values ($1, $2, $3, $4)");
        self.0.run(sql.bind(key).bind(digest).bind(made).bind(at)).await.map_err(|error| error.or_conflict("This key"))?;
        Ok(())
    }

    /// Forgets the keys that are older.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget_before(&mut self, at: Timestamp) -> Result<()> {
        self.0.run(Sql::new("delete from once_key where at < $1").bind(at)).await.map(|_| ())
    }
}
