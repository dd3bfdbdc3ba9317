//! How many leads meet a condition, counted a while ago. It only decides which way a list takes, so being late is harmless.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::condition::Condition;

const KEPT: Duration = Duration::from_secs(60);
const ENTRIES_MAX: usize = 5_000;

/// Shared by all transactions of a store. Only what took long to count is kept.
#[derive(Debug, Default)]
pub(crate) struct Estimates(Mutex<HashMap<Condition, (Instant, i64)>>);

impl Estimates {
    pub(super) fn find(&self, condition: &Condition) -> Option<i64> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(condition).filter(|(at, _)| at.elapsed() < KEPT).map(|(_, met)| *met)
    }

    pub(super) fn keep(&self, condition: &Condition, met: i64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ENTRIES_MAX {
            kept.clear();
        }
        kept.insert(condition.clone(), (Instant::now(), met));
    }
}
