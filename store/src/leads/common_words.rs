//! Lists of a text that very many leads have.
//!
//! The index of words knows no order but that of numbers, so all that have the text would have to be gathered before a page can be sorted
//! out of them. Where so many have it, a page's worth is among the first leads that meet everything else, in the list's
//! order: these are taken first, and the index of words says which of them have it.
//!
//! It would take long to say which have a word that begins with one letter, because it brings together all those words
//! first. Nearly every lead has one, so the leads themselves are looked at, a few pages' worth at a time.

use std::collections::HashSet;

use domain::{LeadId, Scope};

use unicode_normalization::UnicodeNormalization as _;

use super::Leads;
use super::condition::{Condition, Resolved};
use super::list::From;
use super::write::searched;
use crate::dialect::search_among;
use crate::error::Result;
use crate::sql::{Row, Sql};
use crate::tx::Engine;

/// So many of the newest leads tell whether a letter begins a word of very many.
const SAMPLE: i64 = 200;
/// Of this many leads, one has to.
const SHARE: usize = 5;

impl Leads<'_> {
    /// The numbers of a page in the order it is walked, no more than `limit`; `None` where this is not the way to it.
    pub(super) async fn page_of_common_words(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<Option<Vec<LeadId>>> {
        let Some((words, rest)) = self.without_common_words(filter).await? else { return Ok(None) };
        let first = self.first(&rest, scope, from).await?;
        if let Some(letter) = self.letter(&words) {
            return self.page_by_letter(letter, &first, limit).await;
        }
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
        let words = words.unwrap_or_default();
        if let Some(letter) = self.letter(&words) {
            let mut pages = Vec::with_capacity(firsts.len());
            for first in firsts {
                pages.push(match first {
                    Some(first) => self.page_by_letter(letter, &first, limit).await?,
                    None => None,
                });
            }
            return Ok(pages);
        }
        let having = self.having(&words, &all).await?;
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

    /// The letter, where nothing is looked for but words that begin with one, and the engine's index is slow to find them.
    fn letter(&self, words: &[String]) -> Option<char> {
        let [word] = words else { return None };
        let is_letter = word.chars().count() == 1 && self.0.engine() == Engine::Sqlite;
        word.nfd().next().filter(|_| is_letter)
    }

    /// The same page as [`Leads::page_among`] gives, by looking at the leads, no more of them than it takes.
    async fn page_by_letter(&mut self, letter: char, first: &[i64], limit: i64) -> Result<Option<Vec<LeadId>>> {
        let mut found = Vec::new();
        for some in first.chunks(2 * limit.max(1) as usize) {
            found.extend(self.beginning_with(letter, some).await?);
            if found.len() as i64 >= limit {
                found.truncate(limit as usize);
                return Ok(Some(found));
            }
        }
        let is_whole = (first.len() as i64) < self.limits().ahead;
        Ok(is_whole.then_some(found))
    }

    /// Which of these leads, in the same order, have a word that begins with a letter.
    async fn beginning_with(&mut self, letter: char, ids: &[i64]) -> Result<Vec<LeadId>> {
        let ids: Vec<LeadId> = ids.iter().copied().map(LeadId).collect();
        let leads = self.find_many(&ids).await?;
        let begins = |word: &str| word.nfd().next() == Some(letter);
        Ok(leads.iter().filter(|lead| searched(lead).split(' ').any(begins)).map(|lead| lead.id).collect())
    }

    /// Whether very many leads of a large database are sure to have a word that begins with a letter, judged by the newest.
    pub(super) async fn is_of_very_many(&mut self, condition: &Condition) -> Result<bool> {
        let Condition::Words(words) = condition else { return Ok(false) };
        let Some(letter) = self.letter(words) else { return Ok(false) };
        let newest = numbers(&self.0.rows(Sql::new("select id from lead order by id desc limit $1").bind(SAMPLE)).await?)?;
        let at_least = SHARE as i64 * self.limits().many;
        if newest.first().is_none_or(|newest| *newest < at_least) {
            return Ok(false);
        }
        Ok(self.beginning_with(letter, &newest).await?.len() * SHARE >= newest.len())
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
