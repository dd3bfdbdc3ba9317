//! A trial run: where leads that were decided about before would go by other rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Decision, House, LeadFacts, Prepared, Receiver, decide};

/// What a trial run found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Leads that were decided about.
    pub leads: usize,
    /// Those that would go elsewhere.
    pub moved: usize,
    /// Everybody for whom it makes a difference, those for whom it makes the greatest first.
    pub rows: Vec<TrialRow>,
}

/// How many leads somebody got, and would get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TrialRow {
    /// `None`: whoever takes it.
    pub to: Option<Receiver>,
    pub had: usize,
    pub would_have: usize,
}

/// Decides anew about leads, with the house as it is, and counts the difference. Turns go round and loads grow as they would.
#[must_use]
pub fn trial<'d>(book: &Prepared, mut house: House, decided: impl IntoIterator<Item = (&'d LeadFacts, &'d Decision)>) -> Trial {
    let mut counts: BTreeMap<Option<String>, TrialRow> = BTreeMap::new();
    let mut count = |to: Option<Receiver>, add: fn(&mut TrialRow)| {
        add(counts.entry(to.map(Receiver::key)).or_insert(TrialRow { to, had: 0, would_have: 0 }));
    };
    let mut found = Trial::default();
    for (facts, old) in decided {
        let new = decide(book, facts, &house).decision;
        if let (Some(group), Some(user)) = (new.group, new.owner)
            && let Some(now) = house.groups.get_mut(&group)
        {
            now.last = Some(user);
            *now.loads.entry(user).or_default() += 1;
        }
        let (had, would_have) = (receiver(old), receiver(&new));
        found.leads += 1;
        if had != would_have {
            found.moved += 1;
            count(had, |row| row.had += 1);
            count(would_have, |row| row.would_have += 1);
        }
    }
    found.rows = counts.into_values().filter(|row| row.had != row.would_have).collect();
    found.rows.sort_by_key(|row| std::cmp::Reverse(row.had.abs_diff(row.would_have)));
    found
}

fn receiver(decision: &Decision) -> Option<Receiver> {
    decision.owner.map(Receiver::Person).or(decision.group.map(Receiver::Group))
}
