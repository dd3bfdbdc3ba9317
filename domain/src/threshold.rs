//! The threshold above which a contact becomes a lead: an agreement. A version is proposed by one person, accepted by each field
//! manager whom it concerns, and in force from a day on. docs/qualification.md has the rules in words.

use serde::{Deserialize, Serialize};

use crate::{Catalog, ThresholdId, Timestamp, UserId};

/// Highest threshold. Unit: points.
pub const POINTS_MAX: i64 = 100_000;

/// What became of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdState {
    /// Waits for answers.
    Proposed,
    /// All have accepted.
    Agreed,
    Declined,
    /// Taken back by who proposed it.
    Withdrawn,
}

impl ThresholdState {
    /// Every state.
    pub const ALL: [ThresholdState; 4] = [ThresholdState::Proposed, ThresholdState::Agreed, ThresholdState::Declined, ThresholdState::Withdrawn];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ThresholdState::Proposed => "proposed",
            ThresholdState::Agreed => "agreed",
            ThresholdState::Declined => "declined",
            ThresholdState::Withdrawn => "withdrawn",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ThresholdState::Proposed => "Proposed",
            ThresholdState::Agreed => "Agreed",
            ThresholdState::Declined => "Declined",
            ThresholdState::Withdrawn => "Withdrawn",
        }
    }

    /// Reads [`ThresholdState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What a field manager said to a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub accepts: bool,
    /// Why; always there where it was declined.
    pub reason: String,
    pub at: Timestamp,
}

/// A field manager who is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub user: UserId,
    /// `None` until they answer.
    pub said: Option<Said>,
}

/// A version of the threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threshold {
    pub id: ThresholdId,
    /// Unit: points of confidence, 1 to [`POINTS_MAX`].
    pub points: i64,
    /// First day on which it may be in force, as its start in UTC.
    pub from: Timestamp,
    /// What was written to it; may be empty.
    pub note: String,
    pub proposed_by: UserId,
    pub proposed_at: Timestamp,
    pub state: ThresholdState,
    /// When it was agreed, declined or withdrawn.
    pub closed_at: Option<Timestamp>,
    /// In the order in which they are asked.
    pub answers: Vec<Answer>,
}

impl Threshold {
    /// Whether it waits for this person's answer.
    #[must_use]
    pub fn asks(&self, user: UserId) -> bool {
        self.state == ThresholdState::Proposed && self.answers.iter().any(|answer| answer.user == user && answer.said.is_none())
    }

    /// What becomes of a proposal by its answers. Who is no field manager any more need not answer.
    #[must_use]
    pub fn outcome(&self, managers: &[UserId]) -> ThresholdState {
        let is_declined = self.answers.iter().any(|answer| answer.said.as_ref().is_some_and(|said| !said.accepts));
        let is_missing = self.answers.iter().any(|answer| answer.said.is_none() && managers.contains(&answer.user));
        match (self.state, is_declined, is_missing) {
            (ThresholdState::Proposed, true, _) => ThresholdState::Declined,
            (ThresholdState::Proposed, false, false) => ThresholdState::Agreed,
            (state, ..) => state,
        }
    }
}

/// The version in force: of those agreed whose day has come, the newest.
#[must_use]
pub fn in_force(versions: &[Threshold], today: Timestamp) -> Option<&Threshold> {
    let holds = |version: &&Threshold| version.state == ThresholdState::Agreed && version.from <= today;
    versions.iter().filter(holds).max_by_key(|version| version.id)
}

/// Whom a threshold concerns: who manages a group today, once each.
#[must_use]
pub fn field_managers(catalog: &Catalog) -> Vec<UserId> {
    let mut managers: Vec<UserId> = Vec::new();
    for manager in catalog.groups.iter().filter(|group| !group.retired).filter_map(|group| group.manager) {
        let is_here = catalog.possible_owners().any(|person| person.id == manager);
        if is_here && !managers.contains(&manager) {
            managers.push(manager);
        }
    }
    managers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DAY_MS;
    use crate::cast::{self, ADA, ANA, MARTIN, NOW};

    fn version(id: i64, state: ThresholdState, from_in_days: i64) -> Threshold {
        Threshold {
            id: ThresholdId(id),
            points: id * 10,
            from: NOW.start_of_day().plus_ms(from_in_days * DAY_MS),
            note: String::new(),
            proposed_by: ADA,
            proposed_at: NOW,
            state,
            closed_at: None,
            answers: Vec::new(),
        }
    }

    fn answered(answers: &[(UserId, Option<bool>)]) -> Threshold {
        let said = |accepts: bool| Said { accepts, reason: String::new(), at: NOW };
        let answers = answers.iter().map(|(user, accepts)| Answer { user: *user, said: accepts.map(said) }).collect();
        Threshold { answers, ..version(1, ThresholdState::Proposed, 0) }
    }

    #[test]
    fn the_newest_agreement_whose_day_has_come_is_in_force() {
        use ThresholdState::{Agreed, Declined, Proposed};
        let today = NOW.start_of_day();
        let force = |versions: &[Threshold], day: i64| in_force(versions, today.plus_ms(day * DAY_MS)).map(|version| version.id.0);
        let versions = [version(1, Agreed, -9), version(2, Agreed, 3), version(3, Declined, -1), version(4, Proposed, -1)];
        assert_eq!([-10, 0, 2, 3, 9].map(|day| force(&versions, day)), [None, Some(1), Some(1), Some(2), Some(2)]);
        // What was agreed later stays, though the day of an earlier agreement comes.
        assert_eq!(force(&[version(2, Agreed, 3), version(5, Agreed, 1)], 4), Some(5));
    }

    #[test]
    fn all_have_to_accept_and_one_can_decline() {
        let managers = [MARTIN, ANA];
        let outcome = |answers: &[(UserId, Option<bool>)]| answered(answers).outcome(&managers);
        assert_eq!(outcome(&[(MARTIN, None), (ANA, Some(true))]), ThresholdState::Proposed);
        assert_eq!(outcome(&[(MARTIN, Some(true)), (ANA, Some(true))]), ThresholdState::Agreed);
        assert_eq!(outcome(&[(MARTIN, None), (ANA, Some(false))]), ThresholdState::Declined);
        assert_eq!(outcome(&[(ADA, None), (ANA, Some(true))]), ThresholdState::Agreed, "Ada manages nothing any more");
        assert!(answered(&[(MARTIN, None)]).asks(MARTIN) && !answered(&[(MARTIN, None)]).asks(ANA));
        assert!(!Threshold { state: ThresholdState::Withdrawn, ..answered(&[(MARTIN, None)]) }.asks(MARTIN));
    }

    #[test]
    fn it_concerns_who_manages_a_group() {
        let mut catalog = cast::catalog();
        assert_eq!(field_managers(&catalog), [MARTIN]);
        catalog.groups[1].manager = Some(MARTIN);
        assert_eq!(field_managers(&catalog), [MARTIN]);
        catalog.groups[1].manager = Some(ANA);
        catalog.groups[0].retired = true;
        assert_eq!(field_managers(&catalog), [ANA]);
        assert!(ThresholdState::ALL.into_iter().all(|state| ThresholdState::from_key(state.key()) == Some(state)));
    }
}
