//! How many leads meet a condition, or several at once, counted a while ago. It only decides which way a list takes, so being late is harmless.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::LeadSort;

use super::condition::Condition;

const KEPT: Duration = Duration::from_secs(60);
/// Few become many sooner than many become few.
const FEW_KEPT: Duration = Duration::from_secs(5);
const ENTRIES_MAX: usize = 5_000;

/// Up to how many leads a list takes which way. Unit: leads.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// At most this many are gathered and sorted whatever it takes to look at each of them.
    pub rare: i64,
    /// At most this many are where the driving index carries all that is compared.
    pub some: i64,
    /// At most this many are where further conditions could leave a walk along the sort's index with hardly a find.
    pub many: i64,
    /// Of a list of a text that more than `many` have, so many of those that meet all else are looked at before all that have the text are gathered.
    pub ahead: i64,
    /// Whoever walks along the sort's index looks this far first.
    pub along: i64,
}

impl Limits {
    /// From this many on, gathering them takes as long as walking along the sort's index past all others.
    pub(super) fn most_gathered(self) -> i64 {
        self.many.saturating_mul(4)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { rare: 3000, some: 10_000, many: 100_000, ahead: 1000, along: 20_000 }
    }
}

/// What is looked for, along which sort's index.
type Walk = (Vec<Condition>, LeadSort);

/// Shared by all transactions of a store.
#[derive(Debug, Default)]
pub(crate) struct Estimates {
    kept: Mutex<HashMap<Vec<Condition>, (Instant, i64)>>,
    /// Whether the beginning of the sort's index holds a page of leads that meet these.
    beginnings: Mutex<HashMap<Walk, (Instant, bool)>>,
    pub(super) limits: Limits,
}

impl Estimates {
    #[cfg(feature = "testing")]
    pub(crate) fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    pub(super) fn find(&self, conditions: &[Condition]) -> Option<i64> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept_for = |met: i64| if conditions.len() == 1 && met <= self.limits.rare { FEW_KEPT } else { KEPT };
        kept.get(conditions).filter(|(at, met)| at.elapsed() < kept_for(*met)).map(|(_, met)| *met)
    }

    pub(super) fn keep(&self, conditions: &[Condition], met: i64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ENTRIES_MAX {
            kept.clear();
        }
        kept.insert(conditions.to_vec(), (Instant::now(), met));
    }

    pub(super) fn find_beginning(&self, conditions: &[Condition], sort: LeadSort) -> Option<bool> {
        let beginnings = self.beginnings.lock().unwrap_or_else(PoisonError::into_inner);
        beginnings.get(&(conditions.to_vec(), sort)).filter(|(at, _)| at.elapsed() < KEPT).map(|(_, holds_page)| *holds_page)
    }

    pub(super) fn keep_beginning(&self, conditions: &[Condition], sort: LeadSort, holds_page: bool) {
        let mut beginnings = self.beginnings.lock().unwrap_or_else(PoisonError::into_inner);
        if beginnings.len() >= ENTRIES_MAX {
            beginnings.clear();
        }
        beginnings.insert((conditions.to_vec(), sort), (Instant::now(), holds_page));
    }
}
