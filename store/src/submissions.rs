//! Submissions of the public form: the same one sent twice makes one lead.

use domain::{LeadId, Timestamp};

use crate::error::Result;
use crate::sql::Sql;
use crate::tx::Tx;

/// Statements about submissions.
#[derive(Debug)]
pub struct Submissions<'t>(&'t mut Tx);

impl Tx {
    /// Submissions of the public form.
    pub fn submissions(&mut self) -> Submissions<'_> {
        Submissions(self)
    }
}

impl Submissions<'_> {
    /// The lead that a submission made, with the digest of what was sent.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find(&mut self, key: &str) -> Result<Option<(LeadId, String)>> {
        let row = self.0.row(Sql::new("select lead_id, digest from submission where key = $1").bind(key)).await?;
        row.map(|row| Ok((LeadId(row.int("lead_id")?), row.text("digest")?))).transpose()
    }

    /// Notes what a submission made.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when it was noted meanwhile.
    pub async fn add(&mut self, key: &str, digest: &str, lead: LeadId, at: Timestamp) -> Result<()> {
        let sql = Sql::new("insert into submission (key, digest, lead_id, at) values ($1, $2, $3, $4)");
        self.0.run(sql.bind(key).bind(digest).bind(lead).bind(at)).await.map_err(|error| error.or_conflict("This form"))?;
        Ok(())
    }
}
