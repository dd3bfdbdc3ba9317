//! Which rows of the list are selected. Each carries the version that is shown, so that a change of many leaves alone what
//! somebody else changed. Without script the boxes are fields of the bar's form.

use domain::{LeadId, LeadRow};
use leptos::prelude::*;

/// The form that the boxes belong to.
pub const FORM: &str = "bulk";

/// The selected leads, each once, with the version that was read.
#[derive(Clone, Copy)]
pub struct Selection {
    chosen: RwSignal<Vec<(LeadId, i64)>>,
    /// The loaded rows, in the list's order; known once the table is there.
    rows: RwSignal<Option<RwSignal<Vec<LeadRow>>>>,
    /// Where a click with Shift begins.
    anchor: StoredValue<Option<LeadId>>,
}

impl Selection {
    /// Nothing selected.
    pub fn new() -> Self {
        Self { chosen: RwSignal::new(Vec::new()), rows: RwSignal::new(None), anchor: StoredValue::new(None) }
    }

    /// The rows that can be selected.
    pub fn follow(self, rows: RwSignal<Vec<LeadRow>>) {
        self.rows.set(Some(rows));
    }

    pub fn is_empty(self) -> bool {
        self.chosen.with(Vec::is_empty)
    }

    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers hear keys"))]
    pub fn is_empty_untracked(self) -> bool {
        self.chosen.with_untracked(Vec::is_empty)
    }

    pub fn count(self) -> usize {
        self.chosen.with(Vec::len)
    }

    /// What the form sends: `NUMBER:VERSION`, comma-separated.
    pub fn text(self) -> String {
        self.chosen.with(|chosen| chosen.iter().map(|(lead, version)| format!("{lead}:{version}")).collect::<Vec<_>>().join(","))
    }

    pub fn clear(self) {
        self.chosen.update(Vec::clear);
    }

    fn has(self, id: LeadId) -> bool {
        self.chosen.with(|chosen| has(chosen, id))
    }

    /// Whether a row is selected now.
    pub fn has_untracked(self, id: LeadId) -> bool {
        self.chosen.with_untracked(|chosen| has(chosen, id))
    }

    /// Is told when another row is selected, or no longer.
    pub fn track(self) {
        self.chosen.track();
    }

    /// Selects a row, or no longer; with `is_range` all from the row turned last to this one.
    pub fn turn(self, id: LeadId, is_range: bool) {
        let Some(rows) = self.rows.get_untracked() else { return };
        let wanted = !self.chosen.with_untracked(|chosen| has(chosen, id));
        rows.with_untracked(|rows| {
            let at = |id: LeadId| rows.iter().position(|row| row.id == id);
            let Some(here) = at(id) else { return };
            let from = self.anchor.get_value().filter(|_| is_range).and_then(at).unwrap_or(here);
            self.set(&rows[from.min(here)..=from.max(here)], wanted);
        });
        self.anchor.set_value(Some(id));
    }

    fn set(self, rows: &[LeadRow], wanted: bool) {
        self.chosen.update(|chosen| {
            chosen.retain(|(id, _)| !rows.iter().any(|row| row.id == *id));
            if wanted {
                chosen.extend(rows.iter().map(|row| (row.id, row.version)));
            }
        });
    }
}

fn has(chosen: &[(LeadId, i64)], wanted: LeadId) -> bool {
    chosen.iter().any(|(id, _)| *id == wanted)
}

/// The box of all rows that are loaded. Server: none, because only a script can tick the others.
#[component]
pub fn SelectPage(selection: Selection) -> impl IntoView {
    let now = expect_context::<crate::context::Now>();
    let all = move || selection.rows.get().is_some_and(|rows| rows.with(|rows| !rows.is_empty() && rows.iter().all(|row| selection.has(row.id))));
    let turn = move |_| {
        let wanted = !untrack(all);
        if let Some(rows) = selection.rows.get_untracked() {
            rows.with_untracked(|rows| selection.set(rows, wanted));
        }
    };
    move || {
        now.0
            .with(Option::is_some)
            .then(|| view! { <input type="checkbox" aria-label="Select all rows that are loaded" prop:checked=all on:click=turn /> })
    }
}
