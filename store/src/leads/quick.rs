//! Leads that are found as one types: the newest that match, quickly rather than completely.

use domain::{LeadRow, Reach, Scope};

use super::condition::Condition;
use super::{Leads, push_scope, rows};
use crate::dialect::{driven_by, push_among, push_search};
use crate::error::Result;
use crate::sql::Sql;

impl Leads<'_> {
    /// The newest leads within a scope of which each word begins a searched word. They are looked for among the `looked_at`
    /// newest that match; when those are not all and hold fewer than `limit` of the scope, among the scope's own leads.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_quickly(&mut self, words: &[String], scope: &Scope, looked_at: i64, limit: i64) -> Result<Vec<LeadRow>> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let engine = self.0.engine();
        let mut sql = found();
        push_search(&mut sql, engine, words);
        sql.push(" order by 1 desc limit ").push_bind(looked_at).push(") and l.deleted_at is null");
        push_scope(&mut sql, engine, scope);
        sql.push(" order by l.id desc limit ").push_bind(limit);
        let newest = self.0.rows(sql).await?;
        let is_full = i64::try_from(newest.len()).is_ok_and(|count| count >= limit);
        if let Scope::Any(reaches) = scope
            && !reaches.is_empty()
            && !is_full
            && self.has_more_matches(words, looked_at).await?
        {
            return self.find_among_own(words, reaches, limit).await;
        }
        newest.iter().map(rows::to_row).collect()
    }

    async fn has_more_matches(&mut self, words: &[String], than: i64) -> Result<bool> {
        let engine = self.0.engine();
        let mut sql = Sql::default();
        push_search(&mut sql, engine, words);
        sql.push(" order by 1 desc limit 1 offset ").push_bind(than);
        Ok(self.0.row(sql).await?.is_some())
    }

    /// Walks the matches, newest first, until enough of them are among the leads that the reaches' own indexes give.
    async fn find_among_own(&mut self, words: &[String], reaches: &[Reach], limit: i64) -> Result<Vec<LeadRow>> {
        let engine = self.0.engine();
        let mut sql = found();
        push_search(&mut sql, engine, words);
        push_among(&mut sql, engine);
        for (index, reach) in reaches.iter().enumerate() {
            let condition = Condition::of_reach(reach);
            sql.push(if index == 0 { "select l.id from lead l" } else { " union select l.id from lead l" });
            sql.push(&driven_by(engine, condition.index())).push(" where l.deleted_at is null and (");
            condition.push(&mut sql, engine, true);
            sql.push(")");
        }
        sql.push(") order by 1 desc limit ").push_bind(limit).push(") order by l.id desc");
        self.0.rows(sql).await?.iter().map(rows::to_row).collect()
    }
}

/// The rows of leads whose numbers a subquery gives, up to its opening bracket.
fn found() -> Sql {
    Sql::new(format!("select {}, a.name as account_name from lead l join account a on a.id = l.account_id where l.id in (", rows::ROW_COLUMNS))
}
