//! Leads that are found as one types: the newest that match, quickly rather than completely.

use domain::{LeadRow, Scope};

use super::{Leads, push_scope, rows};
use crate::dialect::push_search;
use crate::error::Result;
use crate::sql::Sql;

impl Leads<'_> {
    /// The newest leads within a scope of which each word begins a searched word, looked for among the `looked_at` newest
    /// that match. The list itself finds all of them.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_quickly(&mut self, words: &[String], scope: &Scope, looked_at: i64, limit: i64) -> Result<Vec<LeadRow>> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let engine = self.0.engine();
        let mut sql = Sql::new(format!(
            "select {}, a.name as account_name from lead l join account a on a.id = l.account_id where l.id in (",
            rows::ROW_COLUMNS
        ));
        push_search(&mut sql, engine, words);
        sql.push(" order by 1 desc limit ").push_bind(looked_at).push(") and l.deleted_at is null");
        push_scope(&mut sql, engine, scope);
        sql.push(" order by l.id desc limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(rows::to_row).collect()
    }
}
