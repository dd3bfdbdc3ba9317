//! What leads are filtered by: values of a facet, bounds of a range.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

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
}

impl Facet {
    /// Every facet, in the order of the filter panel.
    pub const ALL: [Facet; 9] =
        [Facet::State, Facet::Status, Facet::Owner, Facet::Group, Facet::Source, Facet::Category, Facet::Offering, Facet::Tag, Facet::Type];

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
        }
    }
}

/// A bound of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    CreatedFrom,
    CreatedTo,
    ScoreFrom,
    ScoreTo,
    AmountFrom,
    AmountTo,
}

impl Bound {
    /// Every bound, in the order of the filter panel.
    pub const ALL: [Bound; 6] = [Bound::CreatedFrom, Bound::CreatedTo, Bound::ScoreFrom, Bound::ScoreTo, Bound::AmountFrom, Bound::AmountTo];

    /// The word in the address.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Bound::CreatedFrom => "created_from",
            Bound::CreatedTo => "created_to",
            Bound::ScoreFrom => "score_from",
            Bound::ScoreTo => "score_to",
            Bound::AmountFrom => "amount_from",
            Bound::AmountTo => "amount_to",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Bound::CreatedFrom => "Created from",
            Bound::CreatedTo => "Created until",
            Bound::ScoreFrom => "Score at least",
            Bound::ScoreTo => "Score at most",
            Bound::AmountFrom => "Amount at least",
            Bound::AmountTo => "Amount at most",
        }
    }

    pub(super) fn accepts(self, text: &str) -> bool {
        match self {
            Bound::CreatedFrom | Bound::CreatedTo => Timestamp::parse_day(text).is_some(),
            Bound::ScoreFrom | Bound::ScoreTo => text.parse::<i64>().is_ok_and(|n| n.abs() <= 1_000_000),
            Bound::AmountFrom | Bound::AmountTo => text.parse::<i64>().is_ok_and(|n| (0..=1_000_000_000_000).contains(&n)),
        }
    }
}
