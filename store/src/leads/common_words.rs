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
        let first = self.first(&rest, scope, from).await?;
        let having = self.having(&words, &first).await?;
        Ok(self.page_among(first, &having, limit))
    }

    /// The same of the beginnings of several lists, with `None` for each that has to be gone about alone. The index of words is gone through once
    /// for those that ask for the same words.
    pub(super) async fn beginnings_of_common_words(&mut self, filters: &[Resolved], scope: &Scope, limit: i64) -> Result<Vec<Option<Vec<LeadId>>>> {
        let (mut words, mut all) = (None, Vec::new());
        let mut firsts = Vec::with_capacity(filters.len());
        for filter in filters {
            let first = match self.without_common_words(filter).await? {
                Some((theirs, rest)) if *words.get_or_insert_with(|| theirs.clone()) == theirs => Some(self.first(&rest, scope, &From::Start).await?),
                _ => None,
            };
            all.extend(first.iter().flatten().copied());
            firsts.push(first);
        }
        let having = self.having(&words.unwrap_or_default(), &all).await?;
        Ok(firsts.into_iter().map(|first| self.page_among(first?, &having, limit)).collect())
    }

    /// The first leads of a list, as many as are looked through for a page.
    async fn first(&mut self, filter: &Resolved, scope: &Scope, from: &From) -> Result<Vec<i64>> {
        let arms = self.arms(filter, scope).await?;
        if arms.is_empty() {
            return Ok(Vec::new());
        }
        let ahead = self.limits().ahead;
        numbers(&self.0.rows(self.numbers_sql(filter, &arms, from, ahead)).await?)
    }

    /// Which of these leads have the words.
    async fn having(&mut self, words: &[String], ids: &[i64]) -> Result<HashSet<i64>> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        Ok(numbers(&self.0.rows(search_among(self.0.engine(), words, ids)).await?)?.into_iter().collect())
    }

    /// A page out of the first leads of a list; `None` where it may go on behind them.
    fn page_among(&self, first: Vec<i64>, having: &HashSet<i64>, limit: i64) -> Option<Vec<LeadId>> {
        let is_whole = (first.len() as i64) < self.limits().ahead;
        let found: Vec<LeadId> = first.into_iter().filter(|id| having.contains(id)).take(limit as usize).map(LeadId).collect();
        (is_whole || found.len() as i64 == limit).then_some(found)
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
