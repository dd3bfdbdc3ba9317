//! The catalog is read with each request and changed a few times a day, so it is kept in memory and checked by its
//! version: a counter that grows in the transaction of each change, whichever process makes it.

use std::sync::Arc;

use domain::Catalog;

use crate::error::Result;
use crate::open::Store;
use crate::sql::Sql;

/// Name of the counter.
pub(crate) const VERSION: &str = "catalog";

/// A column that tells the version beside what else a statement reads, for [`Store::catalog_at`].
pub(crate) const CATALOG_VERSION: &str = "coalesce((select value from counter where name = 'catalog'), 0) as catalog_version";

impl Store {
    /// What is configured, as of the last committed change.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn catalog(&self) -> Result<Arc<Catalog>> {
        let row = self.ask().await?.row(Sql::new("select value from counter where name = $1").bind(VERSION)).await?;
        self.catalog_at(row.map(|row| row.int("value")).transpose()?.unwrap_or(0)).await
    }

    /// What was configured at a version that was just read, or later; reads nothing while that is in memory.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn catalog_at(&self, version: i64) -> Result<Arc<Catalog>> {
        let mut kept = self.catalog.lock().await;
        if let Some((kept_version, catalog)) = kept.as_ref()
            && *kept_version >= version
            && version > 0
        {
            return Ok(Arc::clone(catalog));
        }
        let mut tx = self.read().await?;
        let row = tx.row(Sql::new("select value from counter where name = $1").bind(VERSION)).await?;
        let version = row.map(|row| row.int("value")).transpose()?.unwrap_or(0);
        let catalog = Arc::new(tx.catalog().load().await?);
        *kept = Some((version, Arc::clone(&catalog)));
        Ok(catalog)
    }
}
