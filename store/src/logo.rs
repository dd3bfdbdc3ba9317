//! The firm's logo. The catalog says which it is; its content is read only by who shows it.

use crate::catalog::CatalogStore;
use crate::error::Result;
use crate::sql::Sql;

/// A logo as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLogo {
    /// Of the content.
    pub digest: String,
    pub content_type: String,
    /// In Base64.
    pub content: String,
}

impl CatalogStore<'_> {
    /// Which logo there is.
    ///
    /// # Errors
    /// What the engine reports.
    pub(crate) async fn logo_digest(&mut self) -> Result<Option<String>> {
        let row = self.tx().row(Sql::new("select digest from site_logo where id = 1")).await?;
        row.map(|row| row.text("digest")).transpose()
    }

    /// The logo.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn logo(&mut self) -> Result<Option<StoredLogo>> {
        let row = self.tx().row(Sql::new("select digest, content_type, content from site_logo where id = 1")).await?;
        row.map(|row| Ok(StoredLogo { digest: row.text("digest")?, content_type: row.text("content_type")?, content: row.text("content")? }))
            .transpose()
    }

    /// Puts a logo in the place of the one before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_logo(&mut self, logo: &StoredLogo) -> Result<()> {
        let sql = Sql::new(
            "insert into site_logo (id, digest, content_type, content) values (1, $1, $2, $3)
             on conflict (id) do update set digest = excluded.digest, content_type = excluded.content_type, content = excluded.content",
        );
        self.tx().run(sql.bind(&logo.digest).bind(&logo.content_type).bind(&logo.content)).await.map(|_| ())
    }

    /// Removes the logo.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_logo(&mut self) -> Result<()> {
        self.tx().run(Sql::new("delete from site_logo where id = 1")).await.map(|_| ())
    }
}
