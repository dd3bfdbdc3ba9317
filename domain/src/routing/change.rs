//! A change of the book that is not in force yet: what a form about the rules would do.

use super::{Rule, RuleBook, RuleKind, Settings};

/// One rule put into the book, or taken out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleChange {
    /// In the place of the one of its number. One that gets its number when it is saved has 0.
    Put(Rule),
    End(RuleKind, i64),
}

impl RuleBook {
    /// The book as it would be with a change. What is new stands behind all others of its kind, as its number will.
    #[must_use]
    pub fn with(mut self, change: &RuleChange) -> Self {
        match change {
            RuleChange::Put(Rule::Coverage(cover)) => put(&mut self.coverage, cover, |known| known.number),
            RuleChange::Put(Rule::Territory(territory)) => put(&mut self.territories, territory, |known| known.number.0),
            RuleChange::Put(Rule::Specialist(specialist)) => put(&mut self.specialists, specialist, |known| known.number),
            RuleChange::Put(Rule::Nomination(nomination)) => put(&mut self.nominations, nomination, |known| known.number),
            RuleChange::Put(Rule::Settings(settings)) => self.settings = settings.clone(),
            RuleChange::End(RuleKind::Coverage, number) => self.coverage.retain(|known| known.number != *number),
            RuleChange::End(RuleKind::Territory, number) => self.territories.retain(|known| known.number.0 != *number),
            RuleChange::End(RuleKind::Specialist, number) => self.specialists.retain(|known| known.number != *number),
            RuleChange::End(RuleKind::Nomination, number) => self.nominations.retain(|known| known.number != *number),
            RuleChange::End(RuleKind::Settings, _) => self.settings = Settings::default(),
        }
        self
    }
}

fn put<R: Clone>(rules: &mut Vec<R>, rule: &R, number: impl Fn(&R) -> i64) {
    let wanted = number(rule);
    match rules.iter_mut().find(|known| number(known) == wanted) {
        Some(known) => known.clone_from(rule),
        None => rules.push(rule.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;
    use crate::routing::Coverage;

    #[test]
    fn a_rule_takes_the_place_of_its_number_or_stands_behind_all_others() {
        let cover = |number, person| Coverage { number, ..Coverage::of_domain("acme.test", UserId(person)) };
        let book = RuleBook { coverage: vec![cover(1, 7), cover(2, 8)], ..RuleBook::default() };
        let with = |change| book.clone().with(&change).coverage;
        assert_eq!(with(RuleChange::Put(Rule::Coverage(cover(1, 9)))), [cover(1, 9), cover(2, 8)]);
        assert_eq!(with(RuleChange::Put(Rule::Coverage(cover(0, 9)))), [cover(1, 7), cover(2, 8), cover(0, 9)]);
        assert_eq!(with(RuleChange::End(RuleKind::Coverage, 1)), [cover(2, 8)]);
        assert_eq!(with(RuleChange::End(RuleKind::Territory, 1)), book.coverage);
        let settings = Settings { steps: Vec::new(), ..Settings::default() };
        let changed = book.clone().with(&RuleChange::Put(Rule::Settings(settings.clone())));
        assert_eq!((changed.settings.clone(), changed.coverage.len()), (settings, 2));
        assert_eq!(changed.with(&RuleChange::End(RuleKind::Settings, 1)), book);
    }
}
