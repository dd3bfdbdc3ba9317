//! Lists of a text that very many leads have.
//!
//! The index of words knows no order but that of numbers, so all that have the text would have to be gathered before a page can be sorted
//! out of them. Where so many have it, a page's worth is among the first leads that meet everything else, in the list's
//! order: these are taken first, and the index of words says which of them have it.

use std::collections::HashSet;

use domain::{LeadId, Scope};

use super::Leads;
use super::condition::{Condition, Resolved};
use super::list::From;
use crate::dialect::search_among;
use crate::error::Result;
use crate::sql::{Row, Sql};

impl Leads<'_> {
    /// The numbers of a page in the order it is walked, no more than `limit`; `None` where this is not the way to it.
    pub(super) async fn page_of_common_words(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<Option<Vec<LeadId>>> {
        let Some((words, rest)) = self.without_common_words(filter).await? else { return Ok(None) };
        let arms = self.arms(&rest, scope).await?;
        if arms.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let ahead = self.limits().ahead;
        let first = numbers(&self.0.rows(self.numbers_sql(&rest, &arms, from, ahead)).await?)?;
        if first.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let having: HashSet<i64> = numbers(&self.0.rows(search_among(self.0.engine(), &words, &first)).await?)?.into_iter().collect();
        let is_whole = (first.len() as i64) < ahead;
        let found: Vec<LeadId> = first.into_iter().filter(|id| having.contains(id)).take(limit as usize).map(LeadId).collect();
        Ok((is_whole || found.len() as i64 == limit).then_some(found))
    }

    /// The words that so many leads have, and the filter without them.
    async fn without_common_words(&mut self, filter: &Resolved) -> Result<Option<(Vec<String>, Resolved)>> {
        let Some(at) = filter.conditions.iter().position(|condition| matches!(condition, Condition::Words(_))) else { return Ok(None) };
        if filter.deleted || self.estimate(&filter.conditions[at]).await? <= self.limits().many {
            return Ok(None);
        }
        let mut rest = filter.clone();
        let Condition::Words(words) = rest.conditions.remove(at) else { return Ok(None) };
        Ok(Some((words, rest)))
    }

    /// Rows of these leads, in the same order. One that was deleted meanwhile is left out.
    pub(super) async fn rows_in_order(&mut self, ids: &[LeadId], columns: &str) -> Result<Vec<Row>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new(format!(
            "select {columns}, a.name as account_name from lead l join account a on a.id = l.account_id where l.deleted_at is null and l.id in "
        ));
        sql.push_list(ids.iter().copied());
        let mut found = Vec::with_capacity(ids.len());
        for row in self.0.rows(sql).await? {
            let id = row.int("id")?;
            found.push((ids.iter().position(|known| known.0 == id), row));
        }
        found.sort_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, row)| row).collect())
    }
}

fn numbers(rows: &[Row]) -> Result<Vec<i64>> {
    rows.iter().map(|row| row.int("id")).collect()
}
