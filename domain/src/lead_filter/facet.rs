//! What leads are filtered by: values of a facet, bounds of a range.

use serde::{Deserialize, Serialize};

use crate::{DAY_MS, Timestamp};

/// A filter term that may name several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    State,
    Status,
    Type,
    Owner,
    Group,
    Source,
    Category,
    Offering,
    Tag,
    /// Its qualification class, or none.
    Class,
}

impl Facet {
    /// Every facet, in the order of the filter panel.
    pub const ALL: [Facet; 10] = [
        Facet::State,
        Facet::Status,
        Facet::Class,
        Facet::Owner,
        Facet::Group,
        Facet::Source,
        Facet::Category,
        Facet::Offering,
        Facet::Tag,
        Facet::Type,
    ];

    /// The word in the address.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Facet::State => "state",
            Facet::Status => "status",
            Facet::Type => "type",
            Facet::Owner => "owner",
            Facet::Group => "group",
            Facet::Source => "source",
            Facet::Category => "category",
            Facet::Offering => "offering",
            Facet::Tag => "tag",
            Facet::Class => "class",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Facet::State => "State",
            Facet::Status => "Status",
            Facet::Type => "Type",
            Facet::Owner => "Owner",
            Facet::Group => "Group",
            Facet::Source => "Source",
            Facet::Category => "Category",
            Facet::Offering => "Interested in",
            Facet::Tag => "Tag",
            Facet::Class => "Class",
        }
    }
}

/// A bound of a range, in the order of the filter panel and of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    CreatedFrom,
    CreatedTo,
    UpdatedFrom,
    UpdatedTo,
    ExpectedFrom,
    ExpectedTo,
    ClosedFrom,
    ClosedTo,
    LastActivityFrom,
    LastActivityTo,
    ScoreFrom,
    ScoreTo,
    AmountFrom,
    AmountTo,
}

/// What whole numbers a bound takes, from the least to the most; a day where there is none.
type Numbers = Option<(i64, i64)>;

const DAY: Numbers = None;
const SCORE: Numbers = Some((-1_000_000, 1_000_000));
const AMOUNT: Numbers = Some((0, 1_000_000_000_000));

/// Of each bound, in their order: the word in the address, what people call it, and what it takes.
const BOUNDS: [(&str, &str, Numbers); 14] = [
    ("created_from", "Created from", DAY),
    ("created_to", "Created until", DAY),
    ("updated_from", "Updated from", DAY),
    ("updated_to", "Updated until", DAY),
    ("expected_from", "Expected completion from", DAY),
    ("expected_to", "Expected completion until", DAY),
    ("closed_from", "Closed from", DAY),
    ("closed_to", "Closed until", DAY),
    ("last_activity_from", "Last activity from", DAY),
    ("last_activity_to", "Last activity until", DAY),
    ("score_from", "Score at least", SCORE),
    ("score_to", "Score at most", SCORE),
    ("amount_from", "Amount at least", AMOUNT),
    ("amount_to", "Amount at most", AMOUNT),
];

impl Bound {
    /// Every bound, in their order.
    pub const ALL: [Bound; 14] = [
        Bound::CreatedFrom,
        Bound::CreatedTo,
        Bound::UpdatedFrom,
        Bound::UpdatedTo,
        Bound::ExpectedFrom,
        Bound::ExpectedTo,
        Bound::ClosedFrom,
        Bound::ClosedTo,
        Bound::LastActivityFrom,
        Bound::LastActivityTo,
        Bound::ScoreFrom,
        Bound::ScoreTo,
        Bound::AmountFrom,
        Bound::AmountTo,
    ];

    /// The word in the address.
    #[must_use]
    pub fn key(self) -> &'static str {
        BOUNDS[self as usize].0
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        BOUNDS[self as usize].1
    }

    /// Whether it bounds days; otherwise whole numbers.
    #[must_use]
    pub fn is_day(self) -> bool {
        BOUNDS[self as usize].2.is_none()
    }

    /// A value in words: a day that is counted from today as such.
    #[must_use]
    pub fn words(self, value: &str) -> String {
        let days = if self.is_day() { counted(value) } else { None };
        match days {
            None => value.to_owned(),
            Some(0) => "today".to_owned(),
            Some(1) => "tomorrow".to_owned(),
            Some(-1) => "yesterday".to_owned(),
            Some(days @ 2..) => format!("in {days} days"),
            Some(days) => format!("{} days ago", -days),
        }
    }

    pub(super) fn accepts(self, text: &str) -> bool {
        match BOUNDS[self as usize].2 {
            None => day_of(text, Timestamp(0)).is_some(),
            Some((least, most)) => text.parse::<i64>().is_ok_and(|number| (least..=most).contains(&number)),
        }
    }
}

/// What a day that is counted from today begins with.
pub const TODAY: &str = "today";
/// So many days may be counted, before and after today.
const DAYS_MOST: i64 = 3_660;

/// The day that a bound names: `2026-11-24`, or one that moves along: `today`, `today-7`, `today+30`. Days are written as their
/// start in UTC. `None` when it is no day.
#[must_use]
pub fn day_of(text: &str, today: Timestamp) -> Option<Timestamp> {
    counted(text).map(|days| today.plus_ms(days * DAY_MS)).or_else(|| Timestamp::parse_day(text))
}

/// How many days after today a text names; `None` when it does not count from today.
fn counted(text: &str) -> Option<i64> {
    let days = text.strip_prefix(TODAY)?;
    // A plus that an address carries as it is means a space.
    let days: i64 = if days.is_empty() { 0 } else { days.trim_start().parse().ok()? };
    (-DAYS_MOST..=DAYS_MOST).contains(&days).then_some(days)
}
