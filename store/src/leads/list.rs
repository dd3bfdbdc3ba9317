//! The list of leads: pages by key, whatever the filter, the sort and the scope, at a million rows.
//!
//! A scope is a union of reaches, so the list is a union of [arms](super::arms), one per reach, each cut to one page
//! before they are merged.

use domain::lead_filter::Cursor;
use domain::lead_views::Total;
use domain::{EventId, Lead, LeadId, LeadRow, Scope, UserId};

use super::arms::Arm;
use super::condition::Resolved;
use super::list_sql::cursor_of;
use super::{Leads, Limits, rows};
use crate::error::Result;
use crate::sql::{Row, Sql};

/// One page of a list: of its rows, or of whole leads.
#[derive(Clone, Debug)]
pub struct LeadPage<R = LeadRow> {
    pub rows: Vec<R>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<Cursor>,
    /// Where the page before starts; `None` at the beginning.
    pub previous: Option<Cursor>,
}

/// From where a page goes, and in which direction.
#[derive(Clone, Debug, Default)]
pub enum From {
    #[default]
    Start,
    After(Cursor),
    Before(Cursor),
}

impl Leads<'_> {
    /// A page of leads within a scope.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<LeadPage> {
        let arms = self.arms(filter, scope).await?;
        self.page_of_rows(filter, scope, &arms, from, limit).await
    }

    /// The first pages of several lists, in their order.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn first_pages(&mut self, filters: &[Resolved], scope: &Scope, limit: i64) -> Result<Vec<LeadPage>> {
        let beginnings = self.beginnings_of_common_words(filters, scope, limit + 1).await?;
        let mut pages = Vec::with_capacity(filters.len());
        for (filter, beginning) in filters.iter().zip(beginnings) {
            pages.push(match beginning {
                Some(ids) => {
                    let found = self.rows_in_order(&ids, rows::ROW_COLUMNS).await?;
                    to_page(&found, &From::Start, limit, rows::to_row, |row| cursor_of(row, filter.sort.key))?
                }
                None => self.list(filter, scope, &From::Start, limit).await?,
            });
        }
        Ok(pages)
    }

    /// The same page with how many leads the list has, as far as that is cheap to say.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_counted(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<(LeadPage, Total)> {
        let arms = self.arms(filter, scope).await?;
        let page = self.page_of_rows(filter, scope, &arms, from, limit).await?;
        let total = self.total_beside(filter, &arms, from, &page).await?;
        Ok((page, total))
    }

    /// The same page with each lead whole.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_whole(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<LeadPage<Lead>> {
        let arms = self.arms(filter, scope).await?;
        self.page_of_leads(filter, scope, &arms, from, limit).await
    }

    /// Both: whole leads, and how many the list has.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_whole_counted(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<(LeadPage<Lead>, Total)> {
        let arms = self.arms(filter, scope).await?;
        let page = self.page_of_leads(filter, scope, &arms, from, limit).await?;
        let total = self.total_beside(filter, &arms, from, &page).await?;
        Ok((page, total))
    }

    async fn page_of_leads(&mut self, filter: &Resolved, scope: &Scope, arms: &[Arm], from: &From, limit: i64) -> Result<LeadPage<Lead>> {
        let place = |lead: &Lead| cursor_of(&rows::row_of(lead), filter.sort.key);
        let mut page = self.page(filter, scope, arms, (from, limit), (rows::COLUMNS, rows::to_lead), place).await?;
        page.rows = self.complete(page.rows).await?;
        Ok(page)
    }

    async fn total_beside<R>(&mut self, filter: &Resolved, arms: &[Arm], from: &From, page: &LeadPage<R>) -> Result<Total> {
        let is_whole = matches!(from, From::Start) && page.next.is_none();
        if is_whole { Ok(Total::Exactly(page.rows.len() as i64)) } else { self.total_of(filter, arms).await }
    }

    async fn page_of_rows(&mut self, filter: &Resolved, scope: &Scope, arms: &[Arm], from: &From, limit: i64) -> Result<LeadPage> {
        let place = |row: &LeadRow| cursor_of(row, filter.sort.key);
        self.page(filter, scope, arms, (from, limit), (rows::ROW_COLUMNS, rows::to_row), place).await
    }

    async fn page<R>(
        &mut self,
        filter: &Resolved,
        scope: &Scope,
        arms: &[Arm],
        (from, limit): (&From, i64),
        (columns, read): (&str, fn(&Row) -> Result<R>),
        place: impl Fn(&R) -> Cursor,
    ) -> Result<LeadPage<R>> {
        if arms.is_empty() {
            return Ok(LeadPage { rows: Vec::new(), next: None, previous: None });
        }
        let found = match self.page_of_common_words(filter, scope, from, limit + 1).await? {
            Some(ids) => self.rows_in_order(&ids, columns).await?,
            None => self.0.rows(self.page_sql(filter, arms, from, limit + 1, columns)).await?,
        };
        to_page(&found, from, limit, read, place)
    }

    /// How many leads the list has, as far as that is cheap to say.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn total(&mut self, filter: &Resolved, scope: &Scope) -> Result<Total> {
        let arms = self.arms(filter, scope).await?;
        self.total_of(filter, &arms).await
    }

    async fn total_of(&mut self, filter: &Resolved, arms: &[Arm]) -> Result<Total> {
        if arms.iter().all(|arm| arm.is_rare) {
            return Ok(Total::Exactly(self.count(filter, arms, i64::MAX).await?));
        }
        // One index answers alone, so counting stops after as many rows as it counts.
        if !filter.deleted && arms.iter().any(|arm| arm.conditions.len() > 1) {
            return Ok(Total::Unknown);
        }
        let rare = self.limits().rare;
        // One arm's leads are those that meet its conditions. More than would be counted were there a moment ago.
        let estimates = std::sync::Arc::clone(&self.0.estimates);
        let alone = if let [arm] = arms { (!filter.deleted).then_some(&arm.conditions) } else { None };
        if alone.and_then(|conditions| estimates.find(conditions)).is_some_and(|met| met > rare) {
            return Ok(Total::AtLeast(rare));
        }
        let count = self.count(filter, arms, rare + 1).await?;
        // Of one condition it is known how many meet it; this has none.
        if alone.is_some_and(Vec::is_empty) && count > rare {
            estimates.keep(&[], count);
        }
        Ok(if count > rare { Total::AtLeast(rare) } else { Total::Exactly(count) })
    }

    /// How many leads the list has, counted no further than `most`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_up_to(&mut self, filter: &Resolved, scope: &Scope, most: i64) -> Result<i64> {
        let arms = self.arms(filter, scope).await?;
        self.count(filter, &arms, most).await
    }

    /// The same for a person, where `newest` is the event that was the newest just before: while none follows, what was counted then is still so.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_as_of(&mut self, newest: EventId, user: UserId, filter: &Resolved, scope: &Scope, most: i64) -> Result<i64> {
        let counts = std::sync::Arc::clone(&self.0.counts);
        if let Some(count) = counts.find(newest, user, filter, scope, most) {
            return Ok(count);
        }
        let count = self.count_up_to(filter, scope, most).await?;
        counts.keep(newest, user, filter, scope, most, count);
        Ok(count)
    }

    pub(super) fn limits(&self) -> Limits {
        self.0.estimates.limits
    }

    pub(super) async fn count(&mut self, filter: &Resolved, arms: &[Arm], most: i64) -> Result<i64> {
        if arms.is_empty() {
            return Ok(0);
        }
        let mut sql = Sql::new("select count(*) as total from (");
        self.push_members(&mut sql, filter, arms, "id", most);
        sql.push(") counted");
        let row = self.0.row(sql).await?;
        row.map_or(Ok(0), |row| row.int("total"))
    }

    /// Those of the given leads that the list has, for keeping an open list in step.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn among(&mut self, filter: &Resolved, scope: &Scope, ids: &[LeadId]) -> Result<Vec<LeadRow>> {
        let engine = self.0.engine();
        let mut sql = Sql::new(format!(
            "select {}, a.name as account_name from lead l join account a on a.id = l.account_id where l.id in ",
            rows::ROW_COLUMNS
        ));
        sql.push_list(ids.iter().copied());
        sql.push(if filter.deleted { " and l.deleted_at is not null" } else { " and l.deleted_at is null" });
        super::push_scope(&mut sql, engine, scope);
        for condition in &filter.conditions {
            sql.push(" and (");
            condition.push(&mut sql, engine, false);
            sql.push(")");
        }
        sql.push(" order by l.id");
        self.0.rows(sql).await?.iter().map(rows::to_row).collect()
    }

    /// The statement behind a page, for looking at its plan.
    ///
    /// # Errors
    /// What the engine reports while looking which index should drive.
    pub async fn explain(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<Vec<String>> {
        let arms = self.arms(filter, scope).await?;
        if arms.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = self.page_sql(filter, &arms, from, limit + 1, rows::ROW_COLUMNS);
        let prefix = if self.0.engine() == crate::Engine::Sqlite { "explain query plan " } else { "explain " };
        sql.text = format!("{prefix}{}", sql.text);
        Ok(self.0.rows(sql).await?.iter().map(crate::Row::all_text).collect())
    }
}

/// A page of what was found, which is one more where the list goes on.
fn to_page<R>(found: &[Row], from: &From, limit: i64, read: fn(&Row) -> Result<R>, place: impl Fn(&R) -> Cursor) -> Result<LeadPage<R>> {
    let more = found.len() as i64 > limit;
    let mut rows = found.iter().take(limit as usize).map(read).collect::<Result<Vec<_>>>()?;
    let backwards = matches!(from, From::Before(_));
    if backwards {
        rows.reverse();
    }
    let next = if backwards || more { rows.last().map(&place) } else { None };
    let previous = if matches!(from, From::After(_)) || (backwards && more) { rows.first().map(&place) } else { None };
    Ok(LeadPage { rows, next, previous })
}
