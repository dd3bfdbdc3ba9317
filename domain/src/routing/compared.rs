//! How many leads went, and would go, to each of some: to each territory, to each distributor. Every lead counts once for what
//! was and once for what would be, so rows, the rest and those of none are all leads together.

use serde::{Deserialize, Serialize};

/// Rows that one tells apart; what is kept does not grow with the rules.
const ROWS_MAX: usize = 500;

/// How many leads went, and would go, to something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeAfter {
    pub had: i64,
    pub would_have: i64,
}

/// A row of a [`Compared`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRow<T> {
    pub what: T,
    pub leads: BeforeAfter,
}

/// Leads by what they went, and would go, to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared<T> {
    /// In the order in which they were met.
    pub rows: Vec<ComparedRow<T>>,
    /// Of what was met when there were as many rows as are told apart.
    pub others: BeforeAfter,
    /// Leads that went, and would go, to none.
    pub none: BeforeAfter,
}

impl<T> Default for Compared<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), others: BeforeAfter::default(), none: BeforeAfter::default() }
    }
}

impl BeforeAfter {
    /// How many more; below zero for fewer.
    #[must_use]
    pub fn difference(self) -> i64 {
        self.would_have - self.had
    }

    fn add(&mut self, leads: BeforeAfter) {
        self.had += leads.had;
        self.would_have += leads.would_have;
    }
}

impl<T> Compared<T> {
    /// Counts a lead: where it went, and where it would go. `is_same` says whether two are one and the same.
    pub(super) fn count(&mut self, had: Option<T>, would_have: Option<T>, is_same: impl Fn(&T, &T) -> bool) {
        self.add(had, BeforeAfter { had: 1, would_have: 0 }, &is_same);
        self.add(would_have, BeforeAfter { had: 0, would_have: 1 }, &is_same);
    }

    /// All that was counted.
    #[must_use]
    pub fn total(&self) -> BeforeAfter {
        let mut total = self.none;
        total.add(self.others);
        self.rows.iter().for_each(|row| total.add(row.leads));
        total
    }

    fn add(&mut self, what: Option<T>, leads: BeforeAfter, is_same: &impl Fn(&T, &T) -> bool) {
        let Some(what) = what else { return self.none.add(leads) };
        let has_room = self.rows.len() < ROWS_MAX;
        match self.rows.iter_mut().find(|row| is_same(&row.what, &what)) {
            Some(row) => row.leads.add(leads),
            None if has_room => self.rows.push(ComparedRow { what, leads }),
            None => self.others.add(leads),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lead_counts_once_before_and_once_after() {
        let mut compared = Compared::default();
        for (had, would_have) in [(Some(1), Some(2)), (Some(1), Some(1)), (None, Some(2)), (Some(3), None), (None, None)] {
            compared.count(had, would_have, |one, other| one == other);
        }
        let row = |what, had, would_have| ComparedRow { what, leads: BeforeAfter { had, would_have } };
        assert_eq!(compared.rows, [row(1, 2, 1), row(2, 0, 2), row(3, 1, 0)]);
        assert_eq!((compared.none, compared.others), (BeforeAfter { had: 2, would_have: 2 }, BeforeAfter::default()));
        assert_eq!(compared.total(), BeforeAfter { had: 5, would_have: 5 });
        assert_eq!(compared.rows.iter().map(|row| row.leads.difference()).collect::<Vec<_>>(), [-1, 2, -1]);
    }

    #[test]
    fn rows_beyond_the_last_are_counted_together() {
        let mut compared = Compared::default();
        for number in 0..ROWS_MAX + 2 {
            compared.count(Some(number), Some(0), |one, other| one == other);
        }
        let all = i64::try_from(ROWS_MAX).unwrap() + 2;
        assert_eq!((compared.rows.len(), compared.others), (ROWS_MAX, BeforeAfter { had: 2, would_have: 0 }));
        assert_eq!(compared.rows[0].leads, BeforeAfter { had: 1, would_have: all });
        assert_eq!(compared.total(), BeforeAfter { had: all, would_have: all });
    }
}
