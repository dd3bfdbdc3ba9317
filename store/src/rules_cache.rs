//! The rule book is looked into with each lead that arrives and changed a few times a week, so it is kept in memory, made
//! ready, and checked by its version, as the catalog is.

use std::sync::Arc;

use domain::routing::Prepared;

use crate::error::Result;
use crate::open::Store;

/// Name of the counter that is the version.
pub(crate) const VERSION: &str = "rule_book";

impl Store {
    /// The rules of routing, as of the last committed change.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn rule_book(&self) -> Result<Arc<Prepared>> {
        let version = self.ask().await?.routing().version().await?;
        let mut kept = self.rules.lock().await;
        if let Some(book) = kept.as_ref().filter(|book| book.book().version >= version) {
            return Ok(Arc::clone(book));
        }
        let mut tx = self.read().await?;
        let version = tx.routing().version().await?;
        let book = Arc::new(Prepared::new(tx.routing().load(version).await?));
        *kept = Some(Arc::clone(&book));
        Ok(book)
    }
}
