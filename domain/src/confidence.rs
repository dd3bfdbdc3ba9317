//! How sure we are that a contact is worth a lead: what they did, each with its weight, halved each half-life.
//!
//! One half-life for all kinds keeps the order of contacts whatever the time is: all of them fade alike. So what is stored is
//! no confidence, which would be wrong a minute later, but a [`Rank`] that holds until the contact does something.
//! docs/qualification.md explains it.

use serde::{Deserialize, Serialize};

use crate::{DAY_MS, Timestamp};

/// Most days of a half-life: ten years.
pub const HALF_LIFE_MAX: i64 = 3650;

/// After how long what somebody did counts half. Unit: whole days, 1 to [`HALF_LIFE_MAX`]. Source: /admin/event-kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HalfLife(i64);

impl HalfLife {
    /// Until somebody changes it: 30 days.
    pub const STANDARD: HalfLife = HalfLife(30);

    /// A number of days, where it is one that makes sense.
    #[must_use]
    pub fn of_days(days: i64) -> Option<Self> {
        (1..=HALF_LIFE_MAX).contains(&days).then_some(Self(days))
    }

    /// Unit: days.
    #[must_use]
    pub fn days(self) -> i64 {
        self.0
    }

    /// Unit: milliseconds.
    #[must_use]
    pub fn ms(self) -> i64 {
        self.0 * DAY_MS
    }

    /// How many half-lives a stretch of milliseconds is.
    fn in_half_lives(self, ms: i64) -> f64 {
        ms as f64 / self.ms() as f64
    }

    /// What is left of a weight after so long; what is yet to come counts whole.
    #[must_use]
    pub fn left(self, weight: f64, age_ms: i64) -> f64 {
        weight * (-self.in_half_lives(age_ms.max(0))).exp2()
    }
}

/// Parts of one in which a [`Rank`] is counted.
const PARTS: f64 = 1_000_000.0;

/// A sum of fading weights as a number that does not fade: the binary logarithm of what the sum would have been in 1970. Of two
/// contacts the one with the higher rank has the higher confidence, now and at any time. Unit: millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rank(pub i64);

impl Rank {
    /// What one thing that somebody did brings; `None` for what counts nothing.
    #[must_use]
    pub fn of(weight: i64, at: Timestamp, half_life: HalfLife) -> Option<Self> {
        (weight > 0).then(|| Self::from_exponent((weight as f64).log2() + half_life.in_half_lives(at.0)))
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Rank) -> Self {
        let (more, less) = (self.max(other).exponent(), self.min(other).exponent());
        Self::from_exponent(more + (less - more).exp2().ln_1p() / std::f64::consts::LN_2)
    }

    /// Several together; `None` for none.
    pub fn sum(ranks: impl IntoIterator<Item = Rank>) -> Option<Self> {
        ranks.into_iter().reduce(Rank::and)
    }

    /// The confidence at a moment.
    #[must_use]
    pub fn confidence(self, now: Timestamp, half_life: HalfLife) -> f64 {
        (self.exponent() - half_life.in_half_lives(now.0)).exp2()
    }

    fn exponent(self) -> f64 {
        self.0 as f64 / PARTS
    }

    fn from_exponent(exponent: f64) -> Self {
        Self((exponent * PARTS).round() as i64)
    }
}

/// The confidence of a rank in whole points, as people read it and as the threshold is held against it.
#[must_use]
pub fn points(rank: Option<Rank>, now: Timestamp, half_life: HalfLife) -> i64 {
    rank.map_or(0, |rank| rank.confidence(now, half_life).round() as i64)
}

/// When somebody first reached so many points at or after `from`: what they did comes with its weight, earliest first.
#[must_use]
pub fn first_reached(done: &[(Timestamp, i64)], half_life: HalfLife, wanted: i64, from: Timestamp) -> Option<Timestamp> {
    let (mut sum, mut last) = (0.0, Timestamp::default());
    for (at, weight) in done {
        sum = half_life.left(sum, at.0 - last.0) + *weight as f64;
        last = *at;
        if *at >= from && sum.round() as i64 >= wanted {
            return Some(*at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cast::NOW;

    const MONTH: HalfLife = HalfLife::STANDARD;

    fn days_ago(days: i64) -> Timestamp {
        NOW.plus_ms(-days * DAY_MS)
    }

    #[test]
    fn what_somebody_did_counts_half_after_a_half_life() {
        let rank = Rank::of(40, days_ago(30), MONTH);
        assert_eq!([0, 30, 60].map(|days| points(rank, NOW.plus_ms(days * DAY_MS), MONTH)), [20, 10, 5]);
        assert_eq!(points(Rank::of(0, NOW, MONTH), NOW, MONTH), 0);
        assert_eq!(MONTH.left(40.0, -DAY_MS), 40.0);
    }

    #[test]
    fn things_done_at_once_add_up() {
        let rank = Rank::sum([25, 20, 5].into_iter().filter_map(|weight| Rank::of(weight, NOW, MONTH)));
        assert_eq!(points(rank, NOW, MONTH), 50);
        assert_eq!(Rank::sum([]), None);
    }

    #[test]
    fn a_threshold_is_reached_by_the_act_that_reaches_it() {
        let done = [(days_ago(60), 40), (days_ago(30), 20), (days_ago(1), 30)];
        assert_eq!(first_reached(&done, MONTH, 40, days_ago(90)), Some(days_ago(60)));
        assert_eq!(first_reached(&done, MONTH, 40, days_ago(59)), Some(days_ago(30)));
        assert_eq!(first_reached(&done, MONTH, 50, days_ago(59)), Some(days_ago(1)));
        assert_eq!(first_reached(&done, MONTH, 60, days_ago(90)), None);
    }

    #[test]
    fn half_lives_make_sense() {
        assert_eq!([0, 1, HALF_LIFE_MAX, HALF_LIFE_MAX + 1].map(|days| HalfLife::of_days(days).is_some()), [false, true, true, false]);
    }

    fn some_acts() -> impl Strategy<Value = Vec<(i64, i64)>> {
        proptest::collection::vec((0_i64..1000, 0_i64..2000 * DAY_MS), 0..30)
    }

    fn some_half_life() -> impl Strategy<Value = HalfLife> {
        (1..=HALF_LIFE_MAX).prop_map(HalfLife)
    }

    fn rank_of(acts: &[(i64, i64)], half_life: HalfLife) -> Option<Rank> {
        Rank::sum(acts.iter().filter_map(|(weight, ago)| Rank::of(*weight, NOW.plus_ms(-ago), half_life)))
    }

    proptest! {
        #[test]
        fn a_rank_is_the_sum_of_faded_weights(acts in some_acts(), half_life in some_half_life(), later in 0_i64..400) {
            let now = NOW.plus_ms(later * DAY_MS);
            let sum: f64 = acts.iter().map(|(weight, ago)| half_life.left(*weight as f64, ago + later * DAY_MS)).sum();
            let confidence = rank_of(&acts, half_life).map_or(0.0, |rank| rank.confidence(now, half_life));
            prop_assert!((confidence - sum).abs() <= 0.001 + sum * 0.0001, "{confidence} {sum}");
        }

        #[test]
        fn the_order_of_ranks_is_the_order_of_confidences_at_any_time(a in some_acts(), b in some_acts(), half_life in some_half_life(), later in 0_i64..400) {
            if let (Some(a), Some(b)) = (rank_of(&a, half_life), rank_of(&b, half_life)) {
                let at = |rank: Rank| rank.confidence(NOW.plus_ms(later * DAY_MS), half_life);
                prop_assert!(a != b || at(a) == at(b));
                prop_assert!(a <= b || at(a) >= at(b));
            }
        }

        #[test]
        fn it_does_not_matter_what_was_heard_of_first(acts in some_acts(), half_life in some_half_life()) {
            let backwards: Vec<(i64, i64)> = acts.iter().rev().copied().collect();
            match (rank_of(&acts, half_life), rank_of(&backwards, half_life)) {
                (Some(a), Some(b)) => prop_assert!((a.0 - b.0).abs() <= 60),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }
}
