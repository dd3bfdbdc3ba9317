//! What was counted for a person, kept while nothing happens: each page shows how many leads are theirs, and most pages change none.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::{EventId, Scope, UserId};

use super::condition::{Condition, Resolved};

const ENTRIES_MAX: usize = 5_000;

#[derive(Debug)]
struct Kept {
    newest: EventId,
    scope: Scope,
    most: i64,
    count: i64,
}

/// Shared by all transactions of a store. Every change of a lead, of what is configured and of who may see what comes with an event, and
/// events become visible in the order of their numbers, so a count is right for as long as the newest event stays the newest.
#[derive(Debug, Default)]
pub(crate) struct KeptCounts(Mutex<HashMap<(UserId, Vec<Condition>), Kept>>);

impl KeptCounts {
    pub(super) fn find(&self, newest: EventId, user: UserId, filter: &Resolved, scope: &Scope, most: i64) -> Option<i64> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(&(user, filter.conditions.clone()))?;
        (found.newest == newest && found.most == most && found.scope == *scope).then_some(found.count)
    }

    pub(super) fn keep(&self, newest: EventId, user: UserId, filter: &Resolved, scope: &Scope, most: i64, count: i64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ENTRIES_MAX {
            kept.clear();
        }
        kept.insert((user, filter.conditions.clone()), Kept { newest, scope: scope.clone(), most, count });
    }
}
