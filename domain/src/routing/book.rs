//! The rule book: what an administrator fills in. Each rule is a row of its own that ends and begins anew when it changes,
//! so that the book of every version can be read again. The rules themselves are in [`super::rules`].

use serde::{Deserialize, Serialize};

use super::{Coverage, Nomination, Quarter, Specialist, Territory};
use crate::{GroupId, TerritoryId, UserId};

/// A step of routing. They are tried in the order of the book; the first that finds somebody wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// An existing customer's salesperson (C0-22).
    ExistingCustomer,
    /// Whoever looks after the account, its name, domain or location.
    DirectCoverage,
    /// The regional manager of the place, who delegates to the distributor named for the quarter.
    Territory,
    /// The specialist for an offering.
    Specialist,
    /// The group of the place.
    GroupByPlace,
    /// Gets what nobody else does; always the last (C0-23).
    Fallback,
}

impl Step {
    /// Those that can be ordered and switched off, in the order of a new site (C2-23).
    pub const STANDARD: [Step; 5] = [Step::ExistingCustomer, Step::DirectCoverage, Step::Territory, Step::Specialist, Step::GroupByPlace];

    /// The word stored, used in addresses and said by the API.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Step::ExistingCustomer => "existing_customer",
            Step::DirectCoverage => "direct_coverage",
            Step::Territory => "territory",
            Step::Specialist => "specialist",
            Step::GroupByPlace => "group_by_place",
            Step::Fallback => "fallback",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Step::ExistingCustomer => "Existing customer",
            Step::DirectCoverage => "Direct coverage",
            Step::Territory => "Territory",
            Step::Specialist => "Specialist",
            Step::GroupByPlace => "Group by place",
            Step::Fallback => "Fallback",
        }
    }

    /// Who gets the lead by it.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Step::ExistingCustomer => "The salesperson of the account, when it is a customer",
            Step::DirectCoverage => "Who looks after the account, its name, domain or location",
            Step::Territory => "The manager of the territory, who delegates to the distributor named for the quarter",
            Step::Specialist => "The specialist for what the lead is interested in",
            Step::GroupByPlace => "The group of the territory",
            Step::Fallback => "Who gets what nobody else does, and who has a copy",
        }
    }

    /// Reads [`Step::key`] back, but for the fallback's.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::STANDARD.into_iter().find(|step| step.key() == key)
    }
}

/// How a lead finds its person within a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// It waits until one of them accepts it.
    #[default]
    Accept,
    /// They take turns.
    RoundRobin,
    /// Whoever has the fewest open leads gets it.
    ByLoad,
}

impl Way {
    /// Every way, in the order of forms.
    pub const ALL: [Way; 3] = [Way::Accept, Way::RoundRobin, Way::ByLoad];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Way::Accept => "accept",
            Way::RoundRobin => "round_robin",
            Way::ByLoad => "by_load",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Way::Accept => "Somebody accepts it",
            Way::RoundRobin => "They take turns",
            Way::ByLoad => "Who has the fewest open leads",
        }
    }

    /// Reads [`Way::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }
}

/// A person or a group that gets leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    Person(UserId),
    Group(GroupId),
}

impl Receiver {
    /// The word used in forms: `person-7`, `group-3`.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Receiver::Person(user) => format!("person-{user}"),
            Receiver::Group(group) => format!("group-{group}"),
        }
    }

    /// Reads [`Receiver::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        match key.split_once('-')? {
            ("person", number) => number.parse().ok().map(Receiver::Person),
            ("group", number) => number.parse().ok().map(Receiver::Group),
            _ => None,
        }
    }
}

/// Who gets what no rule fits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallback {
    /// `None`: the intake owner, for a call; else the group of whoever took it down, or the site's intake group.
    pub to: Option<Receiver>,
    /// Who has a copy.
    pub copies: Vec<UserId>,
}

/// A step with whether it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StepSetting {
    pub step: Step,
    pub is_on: bool,
}

/// What there is one of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Every step of [`Step::STANDARD`] once, in the order in which they are tried.
    pub steps: Vec<StepSetting>,
    /// How groups give leads to their people; those that are not here leave them for somebody to accept.
    pub ways: Vec<(GroupId, Way)>,
    pub fallback: Fallback,
}

impl Default for Settings {
    fn default() -> Self {
        let steps = Step::STANDARD.map(|step| StepSetting { step, is_on: true }).to_vec();
        Self { steps, ways: Vec::new(), fallback: Fallback::default() }
    }
}

impl Settings {
    /// How a group gives leads to its people.
    #[must_use]
    pub fn way_of(&self, group: GroupId) -> Way {
        self.ways.iter().find(|(known, _)| *known == group).map(|(_, way)| *way).unwrap_or_default()
    }

    /// Whether a step is tried.
    #[must_use]
    pub fn is_on(&self, step: Step) -> bool {
        self.steps.iter().any(|setting| setting.step == step && setting.is_on)
    }

    /// Whether a step is tried before another.
    #[must_use]
    pub fn is_before(&self, step: Step, other: Step) -> bool {
        let at = |step| self.steps.iter().position(|setting| setting.step == step && setting.is_on);
        matches!((at(step), at(other)), (Some(at), Some(other)) if at < other)
    }
}

/// What kind of rule a row of the book is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleKind {
    Coverage,
    Territory,
    Specialist,
    Nomination,
    Settings,
}

impl RuleKind {
    /// Every kind.
    pub const ALL: [RuleKind; 5] = [RuleKind::Coverage, RuleKind::Territory, RuleKind::Specialist, RuleKind::Nomination, RuleKind::Settings];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            RuleKind::Coverage => "coverage",
            RuleKind::Territory => "territory",
            RuleKind::Specialist => "specialist",
            RuleKind::Nomination => "nomination",
            RuleKind::Settings => "settings",
        }
    }

    /// Reads [`RuleKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// All rules as of one version. A site that nobody configured has version 0: its customers' salespeople, else the intake
/// group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleBook {
    /// Grows by one with each change.
    pub version: i64,
    pub settings: Settings,
    pub coverage: Vec<Coverage>,
    pub territories: Vec<Territory>,
    pub specialists: Vec<Specialist>,
    pub nominations: Vec<Nomination>,
}

impl RuleBook {
    /// What was named for a territory as of a quarter.
    #[must_use]
    pub fn nomination(&self, territory: TerritoryId, quarter: Quarter) -> Option<&Nomination> {
        let named = self.nominations.iter().filter(|named| named.territory == territory && named.quarter <= quarter);
        named.max_by_key(|named| named.quarter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AccountId;
    use crate::routing::CoverBy;

    #[test]
    fn words_read_back() {
        for step in Step::STANDARD {
            assert_eq!(Step::from_key(step.key()), Some(step));
        }
        for way in Way::ALL {
            assert_eq!(Way::from_key(way.key()), Some(way));
        }
        for by in CoverBy::ALL {
            assert_eq!(CoverBy::from_key(by.key()), Some(by));
        }
        for kind in RuleKind::ALL {
            assert_eq!(RuleKind::from_key(kind.key()), Some(kind));
        }
        for receiver in [Receiver::Person(UserId(7)), Receiver::Group(GroupId(3))] {
            assert_eq!(Receiver::from_key(&receiver.key()), Some(receiver));
        }
        assert_eq!((Receiver::from_key("person-x"), Receiver::from_key("7")), (None, None));
    }

    #[test]
    fn who_was_named_stays_until_another_is() {
        let quarter = |quarter| Quarter { year: 2026, quarter };
        let named = |number, at, distributor| Nomination {
            number,
            territory: TerritoryId(1),
            quarter: quarter(at),
            distributor: Some(AccountId(distributor)),
            name: String::new(),
            by: None,
            at: None,
        };
        let book = RuleBook { nominations: vec![named(1, 4, 9), named(2, 2, 8)], ..RuleBook::default() };
        let at = |at| book.nomination(TerritoryId(1), quarter(at)).and_then(|named| named.distributor);
        assert_eq!([at(1), at(2), at(3), at(4)], [None, Some(AccountId(8)), Some(AccountId(8)), Some(AccountId(9))]);
        assert_eq!(book.nomination(TerritoryId(2), quarter(4)), None);
    }
}
