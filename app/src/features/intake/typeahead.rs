//! Matches while one types: asked for once the person rests, and walked through with the arrow keys.

use std::future::Future;
use std::time::Duration;

use domain::intake::Caller;
use leptos::prelude::*;

use crate::wire_error::WireError;

/// Rest between keystrokes before the server is asked. Unit: milliseconds.
const REST_MS: u64 = 120;

/// The matches of one field, or of several.
#[derive(Clone, Copy)]
pub struct Typeahead {
    /// Id of the list.
    pub id: &'static str,
    pub found: RwSignal<Vec<Caller>>,
    /// The one that Enter takes.
    pub current: RwSignal<Option<usize>>,
    asked: StoredValue<String>,
}

impl Typeahead {
    /// A list that is closed.
    #[must_use]
    pub fn new(id: &'static str) -> Self {
        Self { id, found: RwSignal::new(Vec::new()), current: RwSignal::new(None), asked: StoredValue::new(String::new()) }
    }

    /// Asks once nothing else is asked for a moment; an answer that a later question overtook is dropped. `key` tells one
    /// question from another; an empty one closes the list.
    pub fn ask_after_rest<F>(self, key: String, is_empty: bool, ask: impl FnOnce() -> F + 'static)
    where
        F: Future<Output = Result<Vec<Caller>, WireError>> + 'static,
    {
        if self.asked.with_value(|asked| *asked == key) {
            return;
        }
        self.asked.set_value(key.clone());
        if is_empty {
            self.close();
            return;
        }
        let is_still_asked = move |key: &String| self.asked.try_with_value(|asked| asked == key).unwrap_or(false);
        let later = move || {
            if !is_still_asked(&key) {
                return;
            }
            leptos::task::spawn_local(async move {
                let Ok(callers) = ask().await else { return };
                if is_still_asked(&key) {
                    let _gone = self.current.try_set(None);
                    let _gone = self.found.try_set(callers);
                }
            });
        };
        set_timeout(later, Duration::from_millis(REST_MS));
    }

    /// Closes the list.
    pub fn close(self) {
        self.current.set(None);
        self.found.set(Vec::new());
    }

    /// Goes to the next match, or the one before.
    #[cfg(feature = "hydrate")]
    pub fn step(self, forwards: bool) {
        let count = self.found.with_untracked(Vec::len);
        let next = match (self.current.get_untracked(), forwards) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
        };
        self.current.set(Some(next));
    }

    /// The match that Enter takes.
    #[cfg(feature = "hydrate")]
    pub fn chosen(self) -> Option<Caller> {
        let at = self.current.get_untracked()?;
        self.found.with_untracked(|found| found.get(at).cloned())
    }
}
