//! How distributors do with the leads that were delegated to them, by quarter (C2-20, C2-21).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::DelegationState;
use crate::routing::Quarter;
use crate::{AccountId, LifeCycle, Named, Timestamp};

/// What became of one delegation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub distributor: Named<AccountId>,
    pub quarter: Quarter,
    pub state: DelegationState,
    pub delegated_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    /// How the lead stands; `None` when it was deleted.
    pub lead: Option<LifeCycle>,
}

impl Outcome {
    /// How long it took until somebody accepted it, also when it was taken back since. Unit: milliseconds.
    fn accepted_after_ms(&self) -> Option<i64> {
        let at = self.answered_at.filter(|_| self.state != DelegationState::Declined)?;
        Some((at.0 - self.delegated_at.0).max(0))
    }
}

/// A distributor in a quarter: how many leads were delegated to it then, and what became of them until now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub distributor: Named<AccountId>,
    pub quarter: Quarter,
    pub delegated: i64,
    pub accepted: i64,
    pub declined: i64,
    /// With it and open, and nobody answered yet.
    #[serde(default)]
    pub waiting: i64,
    /// Of those that are with it.
    pub won: i64,
    pub lost: i64,
    /// With it and open, accepted or not.
    pub open: i64,
    /// Half of what was accepted took no longer. Unit: milliseconds.
    pub median_accept_ms: Option<i64>,
}

impl Progress {
    /// One in which nothing was delegated.
    #[must_use]
    pub fn nothing(distributor: Named<AccountId>, quarter: Quarter) -> Self {
        Self { distributor, quarter, delegated: 0, accepted: 0, declined: 0, waiting: 0, won: 0, lost: 0, open: 0, median_accept_ms: None }
    }

    /// How many of those that were won or lost were won; `None` before there are any. Unit: percent.
    #[must_use]
    pub fn win_rate(&self) -> Option<i64> {
        let closed = self.won + self.lost;
        (closed > 0).then(|| (self.won * 100 + closed / 2) / closed)
    }
}

/// The newest quarter first; within it who won most, then who accepted most, then by name.
#[must_use]
pub fn league(outcomes: &[Outcome]) -> Vec<Progress> {
    let mut groups: BTreeMap<(Quarter, AccountId), Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        groups.entry((outcome.quarter, outcome.distributor.id)).or_default().push(outcome);
    }
    let mut rows: Vec<Progress> = groups.into_values().filter_map(|of_one| progress(&of_one)).collect();
    rows.sort_by(|one, other| {
        let newest = other.quarter.cmp(&one.quarter);
        newest
            .then(other.won.cmp(&one.won))
            .then(other.accepted.cmp(&one.accepted))
            .then_with(|| one.distributor.name.cmp(&other.distributor.name))
            .then(one.distributor.id.cmp(&other.distributor.id))
    });
    rows
}

fn progress(outcomes: &[&Outcome]) -> Option<Progress> {
    let first = outcomes.first()?;
    let count = |is_so: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| is_so(outcome)).count() as i64;
    let is_with_it = |outcome: &Outcome| matches!(outcome.state, DelegationState::Waiting | DelegationState::Accepted);
    let mut took: Vec<i64> = outcomes.iter().filter_map(|outcome| outcome.accepted_after_ms()).collect();
    took.sort_unstable();
    Some(Progress {
        distributor: first.distributor.clone(),
        quarter: first.quarter,
        delegated: outcomes.len() as i64,
        accepted: took.len() as i64,
        declined: count(&|outcome| outcome.state == DelegationState::Declined),
        waiting: count(&|outcome| outcome.state == DelegationState::Waiting && outcome.lead.is_some_and(LifeCycle::is_open)),
        won: count(&|outcome| is_with_it(outcome) && outcome.lead == Some(LifeCycle::Won)),
        lost: count(&|outcome| is_with_it(outcome) && outcome.lead == Some(LifeCycle::Lost)),
        open: count(&|outcome| is_with_it(outcome) && outcome.lead.is_some_and(LifeCycle::is_open)),
        median_accept_ms: median(&took),
    })
}

/// The middle of values in order; of two in the middle what is half way between.
fn median(sorted: &[i64]) -> Option<i64> {
    let upper = sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(*upper);
    }
    let lower = sorted.get(sorted.len() / 2 - 1)?;
    Some(lower + (upper - lower) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HOUR_MS;

    fn outcome(id: i64, quarter: u8, state: DelegationState, hours: Option<i64>, lead: LifeCycle) -> Outcome {
        Outcome {
            distributor: Named { id: AccountId(id), name: format!("Firm {id}") },
            quarter: Quarter { year: 2026, quarter },
            state,
            delegated_at: Timestamp(0),
            answered_at: hours.map(|hours| Timestamp(hours * HOUR_MS)),
            lead: Some(lead),
        }
    }

    #[test]
    fn a_league_counts_each_distributor_by_quarter() {
        use DelegationState::{Accepted, Declined, TakenBack, Waiting};
        let mut gone = outcome(1, 4, Accepted, Some(9), LifeCycle::Pending);
        gone.lead = None;
        let rows = league(&[
            outcome(2, 4, Accepted, Some(1), LifeCycle::Won),
            outcome(1, 4, Accepted, Some(2), LifeCycle::InProgress),
            outcome(1, 4, Accepted, Some(5), LifeCycle::Lost),
            outcome(1, 4, TakenBack, Some(8), LifeCycle::Won),
            gone,
            outcome(1, 4, Declined, Some(1), LifeCycle::Won),
            outcome(1, 4, Waiting, None, LifeCycle::Pending),
            outcome(1, 3, Waiting, None, LifeCycle::Won),
        ]);
        let who: Vec<_> = rows.iter().map(|row| (row.distributor.id.0, row.quarter.quarter)).collect();
        assert_eq!(who, [(2, 4), (1, 4), (1, 3)], "the newest quarter first, in it who won most");
        let firm = &rows[1];
        assert_eq!((firm.delegated, firm.accepted, firm.declined, firm.waiting), (6, 4, 1, 1));
        assert_eq!((firm.win_rate(), rows[0].win_rate(), rows[2].win_rate()), (Some(0), Some(100), Some(100)));
        assert_eq!((firm.won, firm.lost, firm.open), (0, 1, 2), "what was won after it was taken back is not theirs");
        assert_eq!(firm.median_accept_ms, Some(6 * HOUR_MS + HOUR_MS / 2));
        assert_eq!((rows[0].median_accept_ms, rows[2].median_accept_ms), (Some(HOUR_MS), None));
        assert_eq!(league(&[]), []);
    }
}
