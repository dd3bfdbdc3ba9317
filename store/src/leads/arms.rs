//! The arms of a list, and which way each takes.
//!
//! Each arm is driven by one index. Which one is decided by looking: a condition that few leads meet drives,
//! and what it finds is sorted; when all conditions are met by many, the arm walks the sort's own index until it has a
//! page together. Both go through an index that carries all they compare (migrations 0008, 0041), so that even the longest
//! walk, one that finds nothing, costs tens of milliseconds.

use domain::{Reach, Scope, SortKey};

use super::condition::{Condition, Resolved};
use super::{Leads, Limits};
use crate::dialect::driven_by;
use crate::error::Result;
use crate::sql::Sql;

/// The leads of one reach that meet the filter.
#[derive(Clone)]
pub(super) struct Arm {
    /// The filter's, then the reach's.
    pub(super) conditions: Vec<Condition>,
    /// Position in `conditions` of the one that drives; `None` walks the sort's index.
    pub(super) driver: Option<usize>,
    /// How many leads meet each condition, as far as it was counted.
    met: Vec<i64>,
    /// What drives is met by few.
    pub(super) is_rare: bool,
    /// The index that drives may have to be gone through for longer than it takes to gather [`Limits::many`].
    is_long: bool,
}

impl Leads<'_> {
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
            self.look_for_few(&mut arm, filter).await?;
            self.look_along(&mut arm, filter).await?;
            arms.push(arm);
        }
        Ok(arms)
    }

    /// Many may meet each condition and yet hardly any all of them: a walk along the sort's index would then go on to its
    /// end. Counting tells. Where the finds are many it ends soon; where they are few, the same way gathers them.
    async fn look_for_few(&mut self, arm: &mut Arm, filter: &Resolved) -> Result<()> {
        if filter.deleted || !arm.is_long || arm.conditions.len() < 2 {
            return Ok(());
        }
        let Some(driver) = arm.cheapest(filter.conditions.len(), self.limits()) else { return Ok(()) };
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

    /// A walk along the sort's index may pass nearly all leads before the first that it looks for. Where its beginning holds no page, what
    /// the cheapest condition finds is gathered instead, unless that takes as long.
    async fn look_along(&mut self, arm: &mut Arm, filter: &Resolved) -> Result<()> {
        let is_by_name = filter.sort.key == SortKey::Name;
        if filter.deleted || is_by_name || !arm.is_long || arm.conditions.iter().any(|condition| condition.index().is_none()) {
            return Ok(());
        }
        let limits = self.limits();
        let Some(driver) = arm.cheapest(filter.conditions.len(), limits).filter(|driver| arm.driver != Some(*driver)) else { return Ok(()) };
        let estimates = std::sync::Arc::clone(&self.0.estimates);
        let holds_page = match estimates.find_beginning(&arm.conditions, filter.sort) {
            Some(holds_page) => holds_page,
            None => {
                let holds_page = self.begins_with_a_page(filter, arm).await?;
                estimates.keep_beginning(&arm.conditions, filter.sort, holds_page);
                holds_page
            }
        };
        if holds_page {
            return Ok(());
        }
        let condition = &arm.conditions[driver];
        let mut met = self.estimate(condition).await?;
        if met == limits.many + 1 {
            met = self.probe(condition, limits.most_gathered()).await?;
            estimates.keep(std::slice::from_ref(condition), met);
        }
        if met <= limits.most_gathered() {
            (arm.driver, arm.is_long) = (Some(driver), false);
        }
        Ok(())
    }

    /// Whether a page of leads that meet an arm's conditions is among the first along the way it goes.
    async fn begins_with_a_page(&mut self, filter: &Resolved, arm: &Arm) -> Result<bool> {
        let Some(edge) = self.0.row(self.edge_sql(filter.sort, self.limits().along)).await? else { return Ok(true) };
        let sql = self.beginning_sql(filter, arm, (edge.int("sort_value")?, edge.int("id")?));
        Ok(self.0.row(sql).await?.is_some())
    }

    /// How many leads meet a condition: exactly when they are few, else at least roughly.
    pub(super) async fn estimate(&mut self, condition: &Condition) -> Result<i64> {
        if !condition.can_drive() {
            return Ok(i64::MAX);
        }
        let estimates = std::sync::Arc::clone(&self.0.estimates);
        if let Some(met) = estimates.find(std::slice::from_ref(condition)) {
            return Ok(met);
        }
        let Limits { some, many, .. } = estimates.limits;
        let is_counted_far = condition.index().is_some() || matches!(condition, Condition::Words(_));
        let met =
            if self.is_of_very_many(condition).await? { i64::MAX } else { self.probe(condition, if is_counted_far { many } else { some }).await? };
        estimates.keep(std::slice::from_ref(condition), met);
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
            Condition::Class(classes) => {
                sql.push("lead_class where class in ").push_list(classes.iter().map(|class| class.key()));
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
            Some(smallest) if gathers => Some(smallest),
            _ => least(&in_order),
        };
        let is_long = driver.is_none_or(|driver| met[driver] > limits.many);
        Self { met: met.to_vec(), driver, is_rare, is_long, conditions }
    }

    /// The condition whose leads are gone through soonest when they are counted; `own` of them are the filter's. One of these is worth
    /// as much as it costs to all reaches, and comes first.
    fn cheapest(&self, own: usize, limits: Limits) -> Option<usize> {
        // A search finds all it finds at once, and that takes longer than any other condition: better once than for each reach.
        let search = self.conditions[..own].iter().position(|condition| matches!(condition, Condition::Words(_)));
        if search.is_some_and(|search| self.met[search] <= limits.some) {
            return search;
        }
        let cost = |index: &usize| {
            let each = if self.conditions[*index].index().is_none() { LOOK_UP } else { 1 };
            self.met[*index].saturating_mul(each)
        };
        let can_drive = |index: &usize| self.conditions[*index].can_drive() && self.met[*index] < i64::MAX;
        let all = (0..self.conditions.len()).filter(can_drive).min_by_key(cost);
        let of_filter = (0..own).filter(can_drive).min_by_key(cost).filter(|index| cost(index) <= limits.many);
        match (of_filter, all) {
            (Some(of_filter), Some(any)) if cost(&of_filter) <= cost(&any).saturating_mul(2) => Some(of_filter),
            (_, any) => any,
        }
    }
}

/// A lead that another table names takes as long to look up as passing so many in an index.
const LOOK_UP: i64 = 20;

/// One arm in place of all that take the same way: it is gone once, and finds what any of their reaches has.
pub(super) fn joined(arms: &[Arm], filter: &Resolved) -> Vec<Arm> {
    let own = filter.conditions.len();
    // A search finds all it finds at once, and that takes longer than any other condition: better once than in each arm.
    let search = filter.conditions.iter().position(|condition| matches!(condition, Condition::Words(_)));
    let along = |driver| arms.iter().any(|arm| arm.driver == driver).then_some(Way::Along(driver));
    let is_long = arms.iter().any(|arm| arm.is_long).then_some(Way::Along(None));
    let all = search.and_then(|search| along(Some(search)).or(is_long));
    let way_of = |arm: &Arm| match arm.driver {
        Some(driver) if driver < own => Way::Along(Some(driver)),
        Some(_) if !arm.is_long => Way::Alone,
        _ => Way::Along(None),
    };
    // Who walks along the sort's index for one arm finds those of the others on the way, and has a page together sooner.
    let is_walked = arms.iter().any(|arm| way_of(arm) == Way::Along(None));
    let mut ways: Vec<(Way, Vec<&Arm>)> = Vec::new();
    for arm in arms {
        let way = match way_of(arm) {
            Way::Alone if is_walked => Way::Along(None),
            way => way,
        };
        let way = all.unwrap_or(way);
        match ways.iter_mut().find(|(known, _)| *known == way && way != Way::Alone) {
            Some((_, together)) => together.push(arm),
            None => ways.push((way, vec![arm])),
        }
    }
    ways.into_iter().map(|(way, together)| way.join(&together, filter)).collect()
}

/// The same for counting, where no order matters: what takes least to go through leads. Where that is a condition of the filter, one
/// walk serves all reaches and stops once it has found enough; one for each would go on to its end wherever a reach has hardly any.
pub(super) fn counted(arms: &[Arm], filter: &Resolved, limits: Limits) -> Vec<Arm> {
    let own = filter.conditions.len();
    let mut ways: Vec<(Way, Vec<Arm>)> = Vec::new();
    for arm in arms {
        let arm = Arm { driver: arm.cheapest(own, limits).or(arm.driver), ..arm.clone() };
        let way = if arm.driver.is_some_and(|driver| driver >= own) { Way::Alone } else { Way::Along(arm.driver) };
        match ways.iter_mut().find(|(known, _)| *known == way && way != Way::Alone) {
            Some((_, together)) => together.push(arm),
            None => ways.push((way, vec![arm])),
        }
    }
    ways.into_iter().map(|(way, together)| way.join(&together.iter().collect::<Vec<_>>(), filter)).collect()
}

/// What arms must have in common to become one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A condition of the filter leads, or the sort's index.
    Along(Option<usize>),
    /// The arm's own reach leads.
    Alone,
}

impl Way {
    /// One arm that finds what any of these does, which all take this way.
    fn join(self, together: &[&Arm], filter: &Resolved) -> Arm {
        match (self, together) {
            (Way::Along(driver), [first, _, ..]) => {
                let own = filter.conditions.len();
                let reaches = together.iter().flat_map(|arm| arm.conditions[own..].iter().cloned()).collect();
                let conditions = filter.conditions.iter().cloned().chain([Condition::AnyOf(reaches)]).collect();
                Arm { conditions, driver, ..(*first).clone() }
            }
            _ => together[0].clone(),
        }
    }
}
