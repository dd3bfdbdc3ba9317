//! The list of leads: pages by key, whatever the filter, the sort and the scope, at a million rows.
//!
//! A scope is a union of reaches, so the list is a union of arms, one per reach, each cut to one page before they are
//! merged. Each arm is driven by one index. Which one is decided by looking: a condition that few leads meet drives,
//! and what it finds is sorted; when all conditions are met by many, the arm walks the sort's own index until it has a
//! page together. Both go through an index that carries all they compare (migration 0008), so that even the longest
//! walk, one that finds nothing, costs tens of milliseconds.

use domain::lead_filter::Cursor;
use domain::lead_views::Total;
use domain::{Lead, LeadId, LeadRow, Reach, Scope, SortKey};

use super::condition::{Condition, Measure, Resolved};
use super::{Leads, Limits, rows};
use crate::dialect::driven_by;
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

/// The leads of one reach that meet the filter.
#[derive(Clone)]
pub(super) struct Arm {
    /// The filter's, then the reach's.
    conditions: Vec<Condition>,
    /// Position in `conditions` of the one that drives; `None` walks the sort's index.
    driver: Option<usize>,
    /// The one with an index that fewest leads meet, for counting, where no order matters.
    narrowest: Option<usize>,
    /// What drives is met by few.
    pub(super) is_rare: bool,
    /// The index that drives may have to be gone through for longer than it takes to gather [`Limits::many`].
    is_long: bool,
}

impl Leads<'_> {
    /// A page of leads within a scope.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<LeadPage> {
        let arms = self.arms(filter, scope).await?;
        self.page_of_rows(filter, &arms, from, limit).await
    }

    /// The same page with how many leads the list has, as far as that is cheap to say.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_counted(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<(LeadPage, Total)> {
        let arms = self.arms(filter, scope).await?;
        let page = self.page_of_rows(filter, &arms, from, limit).await?;
        let total = self.total_beside(filter, &arms, from, &page).await?;
        Ok((page, total))
    }

    /// The same page with each lead whole.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_whole(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<LeadPage<Lead>> {
        let arms = self.arms(filter, scope).await?;
        self.page_of_leads(filter, &arms, from, limit).await
    }

    /// Both: whole leads, and how many the list has.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_whole_counted(&mut self, filter: &Resolved, scope: &Scope, from: &From, limit: i64) -> Result<(LeadPage<Lead>, Total)> {
        let arms = self.arms(filter, scope).await?;
        let page = self.page_of_leads(filter, &arms, from, limit).await?;
        let total = self.total_beside(filter, &arms, from, &page).await?;
        Ok((page, total))
    }

    async fn page_of_leads(&mut self, filter: &Resolved, arms: &[Arm], from: &From, limit: i64) -> Result<LeadPage<Lead>> {
        let place = |lead: &Lead| cursor_of(&rows::row_of(lead), filter.sort.key);
        let mut page = self.page(filter, arms, from, limit, (rows::COLUMNS, rows::to_lead), place).await?;
        page.rows = self.complete(page.rows).await?;
        Ok(page)
    }

    async fn total_beside<R>(&mut self, filter: &Resolved, arms: &[Arm], from: &From, page: &LeadPage<R>) -> Result<Total> {
        let is_whole = matches!(from, From::Start) && page.next.is_none();
        if is_whole { Ok(Total::Exactly(page.rows.len() as i64)) } else { self.total_of(filter, arms).await }
    }

    async fn page_of_rows(&mut self, filter: &Resolved, arms: &[Arm], from: &From, limit: i64) -> Result<LeadPage> {
        let place = |row: &LeadRow| cursor_of(row, filter.sort.key);
        self.page(filter, arms, from, limit, (rows::ROW_COLUMNS, rows::to_row), place).await
    }

    async fn page<R>(
        &mut self,
        filter: &Resolved,
        arms: &[Arm],
        from: &From,
        limit: i64,
        (columns, read): (&str, fn(&Row) -> Result<R>),
        place: impl Fn(&R) -> Cursor,
    ) -> Result<LeadPage<R>> {
        if arms.is_empty() {
            return Ok(LeadPage { rows: Vec::new(), next: None, previous: None });
        }
        let sql = self.page_sql(filter, arms, from, limit + 1, columns);
        let mut found = self.0.rows(sql).await?;
        let more = found.len() as i64 > limit;
        found.truncate(limit as usize);
        let mut rows = found.iter().map(read).collect::<Result<Vec<_>>>()?;
        let backwards = matches!(from, From::Before(_));
        if backwards {
            rows.reverse();
        }
        let next = if backwards || more { rows.last().map(&place) } else { None };
        let previous = if matches!(from, From::After(_)) || (backwards && more) { rows.first().map(&place) } else { None };
        Ok(LeadPage { rows, next, previous })
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

    pub(super) fn limits(&self) -> Limits {
        self.0.estimates.limits
    }

    async fn count(&mut self, filter: &Resolved, arms: &[Arm], most: i64) -> Result<i64> {
        if arms.is_empty() {
            return Ok(0);
        }
        let mut sql = Sql::new("select count(*) as total from (");
        self.push_members(&mut sql, filter, arms, "id", most);
        sql.push(") counted");
        let row = self.0.row(sql).await?;
        row.map_or(Ok(0), |row| row.int("total"))
    }

    /// Appends a subquery's text: these columns of the leads of all arms, each lead once, no more than `most`.
    pub(super) fn push_members(&self, sql: &mut Sql, filter: &Resolved, arms: &[Arm], columns: &str, most: i64) {
        for (index, arm) in arms.iter().enumerate() {
            let joint = if index > 0 { " union " } else { "" };
            sql.push(&format!("{joint}select {columns} from (select {columns} from lead l"));
            self.push_arm(sql, filter, arm, arm.driver.or(arm.narrowest));
            sql.push(" limit ").push_bind(most).push(&format!(") arm{index}"));
        }
        sql.push(" limit ").push_bind(most);
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
        super::push_scope(&mut sql, scope);
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

    pub(super) async fn arms(&mut self, filter: &Resolved, scope: &Scope) -> Result<Vec<Arm>> {
        let reaches: Vec<Option<&Reach>> = match scope {
            Scope::All => vec![None],
            Scope::Any(reaches) if !filter.implied.is_empty() && filter.implied.iter().all(|reach| reaches.contains(reach)) => vec![None],
            Scope::Any(reaches) => reaches.iter().map(Some).collect(),
        };
        let mut met = Vec::new();
        for condition in &filter.conditions {
            met.push(if filter.deleted { i64::MAX } else { self.estimate(condition).await? });
        }
        let mut arms = Vec::with_capacity(reaches.len());
        for reach in reaches.into_iter().map(|reach| reach.map(Condition::of_reach)) {
            if reach.as_ref().is_some_and(|reach| filter.conditions.iter().any(|condition| condition.excludes(reach))) {
                continue;
            }
            let mut met = met.clone();
            if let Some(reach) = &reach {
                met.push(if filter.deleted { i64::MAX } else { self.estimate(reach).await? });
            }
            let mut arm = Arm::new(filter.conditions.iter().cloned().chain(reach).collect(), &met, filter, self.limits());
            self.look_for_few(&mut arm, &met, filter).await?;
            arms.push(arm);
        }
        Ok(arms)
    }

    /// Many may meet each condition and yet hardly any all of them: a walk along the sort's index would then go on to its
    /// end. Counting tells. Where the finds are many it ends soon; where they are few, the same way gathers them.
    async fn look_for_few(&mut self, arm: &mut Arm, met: &[i64], filter: &Resolved) -> Result<()> {
        if filter.deleted || !arm.is_long || arm.conditions.len() < 2 {
            return Ok(());
        }
        let indexed = |index: &usize| arm.conditions[*index].can_drive() && arm.conditions[*index].index().is_some();
        let Some(driver) = (0..arm.conditions.len()).filter(indexed).min_by_key(|index| met[*index]) else { return Ok(()) };
        // What is not in the index would have to be looked up for each lead.
        if arm.conditions.iter().any(|condition| condition.index().is_none()) {
            return Ok(());
        }
        let estimates = std::sync::Arc::clone(&self.0.estimates);
        let rare = estimates.limits.rare;
        let found = match estimates.find(&arm.conditions) {
            Some(found) => found,
            None => {
                let along = Arm { driver: Some(driver), ..arm.clone() };
                let found = self.count(filter, &[along], rare + 1).await?;
                estimates.keep(&arm.conditions, found);
                found
            }
        };
        if found <= rare {
            (arm.driver, arm.is_rare, arm.is_long) = (Some(driver), true, false);
        }
        Ok(())
    }

    /// How many leads meet a condition: exactly when they are few, else at least roughly.
    async fn estimate(&mut self, condition: &Condition) -> Result<i64> {
        if !condition.can_drive() {
            return Ok(i64::MAX);
        }
        let estimates = std::sync::Arc::clone(&self.0.estimates);
        if let Some(met) = estimates.find(std::slice::from_ref(condition)) {
            return Ok(met);
        }
        let Limits { rare, some, many } = estimates.limits;
        let met = self.probe(condition, if condition.index().is_some() { many } else { some }).await?;
        if met > rare {
            estimates.keep(std::slice::from_ref(condition), met);
        }
        Ok(met)
    }

    /// Counts the leads that meet a condition, up to one more than `most`.
    async fn probe(&mut self, condition: &Condition, most: i64) -> Result<i64> {
        let engine = self.0.engine();
        let mut sql = Sql::new("select count(*) as met from (select 1 as one from ");
        match condition {
            Condition::Nothing => return Ok(0),
            Condition::Offering(ids) => {
                sql.push("lead_offering where offering_id in ").push_list(ids.iter().copied());
            }
            Condition::Tag(tags) => {
                sql.push("lead_tag where tag in ").push_list(tags.iter().map(String::as_str));
            }
            Condition::Team(user) => {
                sql.push("lead_team where user_id = ").push_bind(*user);
            }
            Condition::Words(words) => {
                sql.push("(");
                crate::dialect::push_search(&mut sql, engine, words);
                sql.push(") found");
            }
            indexed => {
                sql.push("lead l").push(&driven_by(engine, indexed.index())).push(" where l.deleted_at is null and ");
                indexed.push(&mut sql, engine, true);
            }
        }
        sql.push(" limit ").push_bind(most + 1).push(") capped");
        let row = self.0.row(sql).await?;
        row.map_or(Ok(0), |row| row.int("met"))
    }

    fn page_sql(&self, filter: &Resolved, arms: &[Arm], from: &From, limit: i64, columns: &str) -> Sql {
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
        let mut sql = Sql::new(format!("select {columns}, a.name as account_name from ("));
        for (index, arm) in joined(arms, filter).iter().enumerate() {
            let joint = if index > 0 { " union " } else { "" };
            sql.push(&format!("{joint}select arm{index}.id, arm{index}.sort_value from (select l.id, l.{column} as sort_value from lead l"));
            self.push_arm(&mut sql, filter, arm, arm.driver);
            push_cursor(&mut sql, filter.sort.key, cursor, descending);
            sql.push(&order("l", column)).push(" limit ").push_bind(limit).push(&format!(") arm{index}"));
        }
        sql.push(") page join lead l on l.id = page.id join account a on a.id = l.account_id");
        sql.push(&order("page", "sort_value")).push(" limit ").push_bind(limit);
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

impl Arm {
    /// Decides which condition drives, given how many leads meet each.
    fn new(conditions: Vec<Condition>, met: &[i64], filter: &Resolved, limits: Limits) -> Self {
        let least = |fits: &dyn Fn(usize) -> bool| (0..conditions.len()).filter(|index| fits(*index)).min_by_key(|index| met[*index]);
        let in_order = |index: usize| conditions[index].is_in_order_of(filter.sort.key);
        // The name is in no index but its own.
        let is_by_name = filter.sort.key == SortKey::Name;
        let most = |index: usize| match conditions.len() {
            1 if is_by_name => limits.rare,
            2.. if !is_by_name && conditions[index].index().is_some() => limits.many,
            _ => limits.some,
        };
        let smallest = least(&|_| true);
        let is_rare = smallest.is_some_and(|index| met[index] <= limits.rare);
        let gathers = smallest.is_some_and(|index| is_rare || (met[index] <= most(index) && !in_order(index)));
        let driver = match smallest {
            _ if filter.deleted => None,
            smallest if gathers => smallest,
            _ => least(&in_order),
        };
        let narrowest = least(&|index| conditions[index].index().is_some());
        Self { driver, narrowest, is_rare, is_long: driver.is_none_or(|driver| met[driver] > limits.many), conditions }
    }
}

/// One arm in place of all that take the same way: it is gone once, and finds what any of their reaches has.
fn joined(arms: &[Arm], filter: &Resolved) -> Vec<Arm> {
    let own = filter.conditions.len();
    // A search finds all it finds at once, and that takes longer than any other condition: better once than in each arm.
    let search = filter.conditions.iter().position(|condition| matches!(condition, Condition::Words(_)));
    let along = |driver| arms.iter().any(|arm| arm.driver == driver).then_some(Way::Along(driver));
    let is_long = arms.iter().any(|arm| arm.is_long).then_some(Way::Along(None));
    let all = search.and_then(|search| along(Some(search)).or(is_long));
    let mut ways: Vec<(Way, Vec<&Arm>)> = Vec::new();
    for arm in arms {
        let way = match arm.driver {
            Some(driver) if driver < own => Way::Along(Some(driver)),
            Some(_) if !arm.is_long => Way::Alone,
            _ => Way::Along(None),
        };
        let way = all.unwrap_or(way);
        match ways.iter_mut().find(|(known, _)| *known == way && way != Way::Alone) {
            Some((_, together)) => together.push(arm),
            None => ways.push((way, vec![arm])),
        }
    }
    let join = |(way, together): (Way, Vec<&Arm>)| match (way, together.as_slice()) {
        (Way::Along(driver), [first, _, ..]) => {
            let reaches = together.iter().flat_map(|arm| arm.conditions[own..].iter().cloned()).collect();
            let conditions = filter.conditions.iter().cloned().chain([Condition::AnyOf(reaches)]).collect();
            Arm { conditions, driver, ..**first }
        }
        (_, together) => together[0].clone(),
    };
    ways.into_iter().map(join).collect()
}

/// What arms must have in common to become one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A condition of the filter leads, or the sort's index.
    Along(Option<usize>),
    /// The arm's own reach leads.
    Alone,
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

fn cursor_of(row: &LeadRow, key: SortKey) -> Cursor {
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

fn sort_index(key: SortKey) -> &'static str {
    match key {
        SortKey::Number => "lead_number",
        SortKey::Updated => "lead_updated",
        SortKey::Score => "lead_score",
        SortKey::Amount => "lead_amount",
        SortKey::Name => "lead_name",
    }
}
