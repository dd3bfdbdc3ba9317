//! A trial run: where leads that were decided about before would go by other rules.

use serde::{Deserialize, Serialize};

use super::{Compared, Decision, Found, House, LeadFacts, Prepared, Receiver, Step, decide};
use crate::{AccountId, LeadId, Named, Timestamp, TrialId, UserId};

/// Pairs of who had and who would have leads that a trial tells apart.
const MOVES_MAX: usize = 500;
/// Leads that it names for each.
const EXAMPLES: usize = 3;

/// How far a trial run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialState {
    Running,
    /// Somebody stopped it; what it found so far stays.
    Stopped,
    Done,
}

impl TrialState {
    const ALL: [TrialState; 3] = [TrialState::Running, TrialState::Stopped, TrialState::Done];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            TrialState::Running => "running",
            TrialState::Stopped => "stopped",
            TrialState::Done => "done",
        }
    }

    /// Reads [`TrialState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A trial run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialRun {
    pub id: TrialId,
    pub user: UserId,
    /// The form that would save what is tried; `None` where the rules are tried as they are.
    pub draft: Option<TriedForm>,
    /// The version of the book that it was begun with.
    pub rules_version: i64,
    pub state: TrialState,
    /// Leads that it is about.
    pub total: i64,
    pub found: TrialFound,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// A form about the rules that was not saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedForm {
    /// Where it is posted to.
    pub address: String,
    /// Its fields, urlencoded.
    pub fields: String,
    /// What it would change: "the domain acme.com: Maya Lind".
    pub words: String,
}

/// What a trial run found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialFound {
    /// Leads that were decided about anew.
    pub leads: i64,
    /// Those that would go to somebody else than they did.
    pub moved: i64,
    /// Those that would go to somebody else than by the rules in force, for rules have changed since the leads came.
    pub by_change: i64,
    /// By which step leads went, and would go, in the order in which they were met.
    pub steps: Vec<StepCount>,
    /// Everybody for whom it makes a difference, in the order in which they were met.
    pub receivers: Vec<ReceiverCount>,
    /// From whom to whom, in the order in which they were met.
    pub moves: Vec<TrialMove>,
    /// Leads that would go between others.
    pub other_moves: i64,
    /// By the names of territories: those whose manager or group got, and would get, leads. Runs of before this was counted have none.
    #[serde(default)]
    pub territories: Compared<String>,
    /// Distributors that were named for the territory's manager to delegate to, and would be.
    #[serde(default)]
    pub distributors: Compared<Named<AccountId>>,
}

/// How many leads went, and would go, by a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StepCount {
    pub step: Step,
    pub had: i64,
    pub would_have: i64,
}

/// How many leads somebody got, and would get, of those that would go elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReceiverCount {
    /// `None`: whoever takes it.
    pub to: Option<Receiver>,
    pub had: i64,
    pub would_have: i64,
}

/// Leads that went to one and would go to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialMove {
    /// `None`: whoever takes it.
    pub from: Option<Receiver>,
    pub to: Option<Receiver>,
    pub leads: i64,
    /// The first of them.
    pub examples: Vec<LeadId>,
}

/// The house as it would be after the leads so far: whose turn it is, and who has how many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialHouses {
    /// By the rules in force.
    pub in_force: House,
    /// By those that are tried.
    pub tried: House,
}

/// The two books of a trial run.
#[derive(Clone, Copy, Debug)]
pub struct TrialBooks<'b> {
    pub in_force: &'b Prepared,
    pub tried: &'b Prepared,
}

impl TrialFound {
    /// Decides anew about a lead. Turns go round and loads grow as they would.
    pub fn try_lead(&mut self, lead: LeadId, facts: &LeadFacts, old: &Decision, books: TrialBooks<'_>, houses: &mut TrialHouses) {
        let in_force = decide_next(books.in_force, facts, &mut houses.in_force);
        let tried = decide_next(books.tried, facts, &mut houses.tried);
        let (had, would_have) = (receiver(old), receiver(&tried));
        self.leads += 1;
        if receiver(&in_force) != would_have {
            self.by_change += 1;
        }
        for (decision, add) in [(old, (1, 0)), (&tried, (0, 1))] {
            if let Some(last) = decision.steps.last() {
                self.count_step(last.step, add);
            }
        }
        if had != would_have {
            self.moved += 1;
            self.count_receiver(had, (1, 0));
            self.count_receiver(would_have, (0, 1));
            self.count_move(had, would_have, lead);
        }
        let before = territory(old).map(|name| name_now(name, books).to_owned());
        self.territories.count(before, territory(&tried).map(str::to_owned), |one, other| one == other);
        self.distributors.count(distributor(old), distributor(&tried), |one, other| one.id == other.id);
    }

    /// How many leads ended, and would end, at the fallback.
    #[must_use]
    pub fn at_fallback(&self) -> (i64, i64) {
        self.steps.iter().find(|count| count.step == Step::Fallback).map_or((0, 0), |count| (count.had, count.would_have))
    }

    fn count_step(&mut self, step: Step, (had, would_have): (i64, i64)) {
        match self.steps.iter_mut().find(|count| count.step == step) {
            Some(count) => {
                count.had += had;
                count.would_have += would_have;
            }
            None => self.steps.push(StepCount { step, had, would_have }),
        }
    }

    fn count_receiver(&mut self, to: Option<Receiver>, (had, would_have): (i64, i64)) {
        match self.receivers.iter_mut().find(|count| count.to == to) {
            Some(count) => {
                count.had += had;
                count.would_have += would_have;
            }
            None => self.receivers.push(ReceiverCount { to, had, would_have }),
        }
    }

    fn count_move(&mut self, from: Option<Receiver>, to: Option<Receiver>, lead: LeadId) {
        let has_room = self.moves.len() < MOVES_MAX;
        match self.moves.iter_mut().find(|known| known.from == from && known.to == to) {
            Some(known) => {
                known.leads += 1;
                if known.examples.len() < EXAMPLES {
                    known.examples.push(lead);
                }
            }
            None if has_room => self.moves.push(TrialMove { from, to, leads: 1, examples: vec![lead] }),
            None => self.other_moves += 1,
        }
    }
}

/// A trial run as people look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialReport {
    pub run: TrialRun,
    /// When it was looked at, so that rate and time left can be told.
    pub now: Timestamp,
    /// Whether the rules are still those that it was begun with.
    pub is_current: bool,
}

impl TrialReport {
    /// Leads a second, and the seconds that are left; `None` before that can be said.
    #[must_use]
    pub fn pace(&self) -> Option<(i64, i64)> {
        let run = &self.run;
        if run.state != TrialState::Running {
            return None;
        }
        crate::pace(run.started_at, self.now, run.found.leads, run.total)
    }
}

/// Decides, with what that changes in the house.
fn decide_next(book: &Prepared, facts: &LeadFacts, house: &mut House) -> Decision {
    let decision = decide(book, facts, house).decision;
    if let (Some(group), Some(user)) = (decision.group, decision.owner)
        && let Some(now) = house.groups.get_mut(&group)
    {
        now.last = Some(user);
        *now.loads.entry(user).or_default() += 1;
    }
    decision
}

/// The territory by which a lead went, as it was called then.
fn territory(decision: &Decision) -> Option<&str> {
    match &decision.steps.last()?.found {
        Found::Manager { territory, .. } | Found::Group { territory, .. } => Some(territory),
        _ => None,
    }
}

/// What a territory would be called by the rules that are tried, so that a new name alone is no difference.
fn name_now<'a>(name: &'a str, books: TrialBooks<'a>) -> &'a str {
    let known = books.in_force.book().territories.iter().find(|territory| territory.name == name);
    let tried = known.and_then(|known| books.tried.book().territories.iter().find(|territory| territory.number == known.number));
    tried.map_or(name, |territory| territory.name.as_str())
}

/// The distributor that was named to whoever got the lead.
fn distributor(decision: &Decision) -> Option<Named<AccountId>> {
    let id = decision.distributor?;
    match &decision.steps.last()?.found {
        Found::Manager { distributor: Some(name), .. } => Some(Named { id, name: name.clone() }),
        _ => None,
    }
}

fn receiver(decision: &Decision) -> Option<Receiver> {
    decision.owner.map(Receiver::Person).or(decision.group.map(Receiver::Group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for state in TrialState::ALL {
            assert_eq!(TrialState::from_key(state.key()), Some(state));
        }
        assert_eq!(TrialState::from_key("undone"), None);
    }

    #[test]
    fn the_pace_tells_rate_and_time_left() {
        let found = TrialFound { leads: 4_000, ..TrialFound::default() };
        let run = TrialRun {
            id: TrialId(1),
            user: UserId(1),
            draft: None,
            rules_version: 0,
            state: TrialState::Running,
            total: 10_000,
            found,
            started_at: Timestamp(0),
            ended_at: None,
        };
        let report = |ms, state| TrialReport { run: TrialRun { state, ..run.clone() }, now: Timestamp(ms), is_current: true };
        assert_eq!(report(2_000, TrialState::Running).pace(), Some((2_000, 3)));
        assert_eq!(report(900, TrialState::Running).pace(), None);
        assert_eq!(report(2_000, TrialState::Stopped).pace(), None);
    }

    #[test]
    fn pairs_beyond_the_last_are_counted_together() {
        let mut found = TrialFound::default();
        let person = |number| Some(Receiver::Person(UserId(number)));
        for number in 0..i64::try_from(MOVES_MAX).unwrap() + 2 {
            found.count_move(None, person(number), LeadId(number));
        }
        for number in 10..14 {
            found.count_move(None, person(0), LeadId(number));
        }
        assert_eq!((found.moves.len(), found.other_moves), (MOVES_MAX, 2));
        assert_eq!(found.moves[0], TrialMove { from: None, to: person(0), leads: 5, examples: vec![LeadId(0), LeadId(10), LeadId(11)] });
    }
}
