//! The statements of a list: its arms one after the other, from where a page starts.

use domain::lead_filter::Cursor;
use domain::{LeadRow, LeadSort, SortKey};

use super::Leads;
use super::arms::{Arm, counted, joined};
use super::condition::{Condition, Measure, Resolved};
use super::list::From;
use crate::dialect::driven_by;
use crate::sql::Sql;

/// Leads of a page of the list.
const PAGE: i64 = 50;

impl Leads<'_> {
    /// Appends a subquery's text: these columns of the leads of all arms, each lead once, no more than `most`.
    pub(super) fn push_members(&self, sql: &mut Sql, filter: &Resolved, arms: &[Arm], columns: &str, most: i64) {
        for (index, arm) in counted(arms, filter, self.limits()).iter().enumerate() {
            let joint = if index > 0 { " union " } else { "" };
            sql.push(&format!("{joint}select {columns} from (select {columns} from lead l"));
            self.push_arm(sql, filter, arm, arm.driver);
            sql.push(" limit ").push_bind(most).push(&format!(") arm{index}"));
        }
        sql.push(" limit ").push_bind(most);
    }

    pub(super) fn page_sql(&self, filter: &Resolved, arms: &[Arm], from: &From, limit: i64, columns: &str) -> Sql {
        let mut sql = Sql::new(format!("select {columns}, a.name as account_name from ("));
        self.push_page(&mut sql, filter, arms, from, limit, " join lead l on l.id = page.id join account a on a.id = l.account_id");
        sql
    }

    /// The numbers alone of a page.
    pub(super) fn numbers_sql(&self, filter: &Resolved, arms: &[Arm], from: &From, limit: i64) -> Sql {
        let mut sql = Sql::new("select page.id from (");
        self.push_page(&mut sql, filter, arms, from, limit, "");
        sql
    }

    /// Appends where a page's numbers come from, what is joined to them, and their order.
    fn push_page(&self, sql: &mut Sql, filter: &Resolved, arms: &[Arm], from: &From, limit: i64, joined_to: &str) {
        let column = sort_column(filter.sort.key);
        let (cursor, forwards) = match from {
            From::Start => (None, true),
            From::After(cursor) => (Some(cursor), true),
            From::Before(cursor) => (Some(cursor), false),
        };
        let descending = filter.sort.descending == forwards;
        let direction = if descending { "desc" } else { "asc" };
        let order = |alias: &str, sort: &str| match filter.sort.key {
            SortKey::Number => format!(" order by {alias}.id {direction}"),
            _ => format!(" order by {alias}.{sort} {direction}, {alias}.id {direction}"),
        };
        for (index, arm) in joined(arms, filter).iter().enumerate() {
            let joint = if index > 0 { " union " } else { "" };
            sql.push(&format!("{joint}select arm{index}.id, arm{index}.sort_value from (select l.id, l.{column} as sort_value from lead l"));
            self.push_arm(sql, filter, arm, arm.driver);
            push_cursor(sql, filter.sort.key, cursor, descending);
            sql.push(&order("l", column)).push(" limit ").push_bind(limit).push(&format!(") arm{index}"));
        }
        sql.push(") page").push(joined_to).push(&order("page", "sort_value")).push(" limit ").push_bind(limit);
    }

    /// The lead that stands at a place along a sort's index.
    pub(super) fn edge_sql(&self, sort: LeadSort, place: i64) -> Sql {
        let column = sort_column(sort.key);
        let direction = if sort.descending { "desc" } else { "asc" };
        let hint = driven_by(self.0.engine(), Some(sort_index(sort.key)));
        let mut sql = Sql::new(format!("select l.{column} as sort_value, l.id as id from lead l{hint} where l.deleted_at is null"));
        push_cursor(&mut sql, sort.key, None, sort.descending);
        sql.push(&format!(" order by l.{column} {direction}, l.id {direction} limit 1 offset ")).push_bind(place);
        sql
    }

    /// The last lead of the first page that an arm finds along a sort's index up to a place; nothing where there is no such page.
    pub(super) fn beginning_sql(&self, filter: &Resolved, arm: &Arm, (value, id): (i64, i64)) -> Sql {
        let column = sort_column(filter.sort.key);
        let (direction, within) = if filter.sort.descending { ("desc", ">=") } else { ("asc", "<=") };
        let mut sql = Sql::new("select l.id from lead l");
        self.push_arm(&mut sql, filter, arm, arm.driver);
        push_cursor(&mut sql, filter.sort.key, None, filter.sort.descending);
        sql.push(&format!(" and (l.{column}, l.id) {within} (")).push_bind(value).push(", ").push_bind(id);
        sql.push(&format!(") order by l.{column} {direction}, l.id {direction} limit 1 offset ")).push_bind(PAGE - 1);
        sql
    }

    /// Appends an arm's index hint and conditions.
    fn push_arm(&self, sql: &mut Sql, filter: &Resolved, arm: &Arm, driver: Option<usize>) {
        let engine = self.0.engine();
        let index = match (filter.deleted, driver) {
            (true, _) => Some("lead_deleted"),
            // What another table names is looked up in the narrowest index that has it all.
            (false, Some(driver)) => arm.conditions[driver].index().or(Some(sort_index(SortKey::Number))),
            (false, None) => Some(sort_index(filter.sort.key)),
        };
        sql.push(&driven_by(engine, index));
        sql.push(if filter.deleted { " where l.deleted_at is not null" } else { " where l.deleted_at is null" });
        for (index, condition) in arm.conditions.iter().enumerate() {
            sql.push(" and (");
            condition.push(sql, engine, driver == Some(index));
            sql.push(")");
            // The two look-ups know the living only, and the deleted are few.
            if let (false, None, Condition::Between { measure: Measure::Created, from, to }) = (filter.deleted, driver, condition) {
                push_number_bounds(sql, engine, *from, *to);
            }
        }
    }
}

/// Numbers grow with time, so a span of creation times is a span of numbers, found with two look-ups.
fn push_number_bounds(sql: &mut Sql, engine: crate::Engine, from: Option<i64>, to: Option<i64>) {
    let hint = driven_by(engine, Some("lead_created"));
    if let Some(from) = from {
        sql.push(&format!(" and l.id >= coalesce((select c.id from lead c{hint} where c.deleted_at is null and c.created_at >= "));
        sql.push_bind(from).push(" order by c.created_at, c.id limit 1), 9223372036854775807)");
    }
    if let Some(to) = to {
        sql.push(&format!(" and l.id <= coalesce((select c.id from lead c{hint} where c.deleted_at is null and c.created_at <= "));
        sql.push_bind(to).push(" order by c.created_at desc, c.id desc limit 1), 0)");
    }
}

/// The first page is cut like the others, at the end of the numbers, so that it is a search and never a scan.
fn push_cursor(sql: &mut Sql, key: SortKey, cursor: Option<&Cursor>, descending: bool) {
    let than = if descending { "<" } else { ">" };
    let column = sort_column(key);
    let edge = if descending { i64::MAX } else { i64::MIN };
    match (key, cursor) {
        (SortKey::Number, cursor) => {
            sql.push(&format!(" and l.id {than} ")).push_bind(cursor.map_or(edge, |cursor| cursor.id));
        }
        (SortKey::Name, None) => {
            sql.push(if descending { " and l.name_folded <= " } else { " and l.name_folded >= " });
            sql.push_bind(if descending { "\u{10FFFF}" } else { "" });
        }
        (_, None) => {
            sql.push(&format!(" and l.{column} {than}= ")).push_bind(edge);
        }
        (SortKey::Name, Some(cursor)) => {
            sql.push(&format!(" and (l.{column}, l.id) {than} (")).push_bind(&cursor.value).push(", ").push_bind(cursor.id).push(")");
        }
        (_, Some(cursor)) => {
            let value: i64 = cursor.value.parse().unwrap_or(edge);
            sql.push(&format!(" and (l.{column}, l.id) {than} (")).push_bind(value).push(", ").push_bind(cursor.id).push(")");
        }
    }
}

pub(super) fn cursor_of(row: &LeadRow, key: SortKey) -> Cursor {
    let value = match key {
        SortKey::Number => String::new(),
        SortKey::Updated => row.updated_at.0.to_string(),
        SortKey::Score => row.score.to_string(),
        SortKey::Amount => row.target_amount_minor.to_string(),
        SortKey::Name => domain::text::fold(&row.full_name),
    };
    Cursor { value, id: row.id.0 }
}

fn sort_column(key: SortKey) -> &'static str {
    match key {
        SortKey::Number => "id",
        SortKey::Updated => "updated_at",
        SortKey::Score => "score",
        SortKey::Amount => "target_amount_minor",
        SortKey::Name => "name_folded",
    }
}

pub(super) fn sort_index(key: SortKey) -> &'static str {
    match key {
        SortKey::Number => "lead_number",
        SortKey::Updated => "lead_updated",
        SortKey::Score => "lead_score",
        SortKey::Amount => "lead_amount",
        SortKey::Name => "lead_name",
    }
}
