//! The catalog is read with each request and changed a few times a day, so it is kept in memory and checked by its
//! version: a counter that grows in the transaction of each change, whichever process makes it.

use std::sync::Arc;

use domain::Catalog;

use crate::error::Result;
use crate::open::Store;
use crate::sql::Sql;

/// Name of the counter.
pub(crate) const VERSION: &str = "catalog";

impl Store {
    /// What is configured, as of the last committed change.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn catalog(&self) -> Result<Arc<Catalog>> {
        let mut tx = self.read().await?;
        let row = tx.row(Sql::new("select value from counter where name = $1").bind(VERSION)).await?;
        let version = row.map(|row| row.int("value")).transpose()?.unwrap_or(0);
        let mut kept = self.catalog.lock().await;
        if let Some((kept_version, catalog)) = kept.as_ref()
            && *kept_version == version
            && version > 0
        {
            return Ok(Arc::clone(catalog));
        }
        let catalog = Arc::new(tx.catalog().load().await?);
        *kept = Some((version, Arc::clone(&catalog)));
        Ok(catalog)
    }
}
