//! Which column goes where, and what its values mean: guessed, or given as a TOML file.

use std::collections::BTreeMap;

use domain::LeadField;
use domain::import_file::Repeats;
use domain::text::fold;
use serde::{Deserialize, Serialize};

/// Where a column goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Field(LeadField),
    Company,
    FirstName,
    LastName,
    /// The row's identity at its supplier.
    ImportKey,
    Type,
    /// The life cycle state: pending, in progress, won, lost, cancelled.
    State,
    CreatedAt,
    ClosedAt,
    LostReason,
    /// Kept with the lead under its heading.
    Extra,
    /// Left out.
    Ignored,
}

impl Home {
    /// Its name in a mapping file.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            // "state" is the life cycle, as in the API.
            Home::Field(LeadField::State) => "province",
            Home::Field(field) => field.key(),
            Home::Company => "company",
            Home::FirstName => "first_name",
            Home::LastName => "last_name",
            Home::ImportKey => "import_key",
            Home::Type => "type",
            Home::State => "state",
            Home::CreatedAt => "created_at",
            Home::ClosedAt => "closed_at",
            Home::LostReason => "lost_reason",
            Home::Extra => "extra",
            Home::Ignored => "ignore",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Home::Field(field) => field.label(),
            Home::Company => "Company",
            Home::FirstName => "First name",
            Home::LastName => "Last name",
            Home::ImportKey => "Identifier",
            Home::Type => "Lead type",
            Home::State => "State",
            Home::CreatedAt => "Start date",
            Home::ClosedAt => "Closed on",
            Home::LostReason => "Reason of the loss",
            Home::Extra => "Kept as it is",
            Home::Ignored => "Left out",
        }
    }

    /// Every home, in the order a form offers them.
    pub fn all() -> impl Iterator<Item = Home> {
        let others = [
            Home::Company,
            Home::FirstName,
            Home::LastName,
            Home::ImportKey,
            Home::Type,
            Home::State,
            Home::CreatedAt,
            Home::ClosedAt,
            Home::LostReason,
            Home::Extra,
            Home::Ignored,
        ];
        LeadField::ALL.into_iter().map(Home::Field).chain(others)
    }

    /// Reads [`Home::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::all().find(|home| home.key() == key)
    }

    /// Whether several columns may go there; their values are then joined.
    #[must_use]
    pub(super) fn takes_several(self) -> bool {
        matches!(
            self,
            Home::Extra
                | Home::Ignored
                | Home::Field(LeadField::Phones | LeadField::Emails | LeadField::Message | LeadField::Offerings | LeadField::Tags | LeadField::Team)
        )
    }
}

/// A mapping as its file holds it: `[columns]` from headings to homes, `[values.HOME]` from what stands in a cell to what
/// it means. A column that is not named is kept as it is. `repeats` and `clear_empty` say what becomes of rows that came
/// in before, see [`super::repeats`]; `route` what becomes of those without an owner, see [`super::routed`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Without it only a row that says the same as an earlier one, or has its identifier, is skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeats>,
    /// Whether an empty cell empties the field of a lead that is changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clear_empty: bool,
    /// Whether the rules of routing give the leads to somebody that the file names neither owner nor group for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<bool>,
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// A sentence that names the entry.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let mapping: Mapping = toml::from_str(text).map_err(|error| format!("The mapping is no TOML that can be read: {}", error.message()))?;
        let keys = || Home::all().map(Home::key).collect::<Vec<_>>().join(", ");
        for (heading, key) in &mapping.columns {
            Home::from_key(key).ok_or_else(|| format!("The mapping sends “{heading}” to “{key}”, which is none of: {}", keys()))?;
        }
        for key in mapping.values.keys() {
            Home::from_key(key).ok_or_else(|| format!("The mapping has values for “{key}”, which is none of: {}", keys()))?;
        }
        Ok(mapping)
    }

    /// Whether the rules of routing are asked.
    #[must_use]
    pub fn routes(&self) -> bool {
        self.route == Some(true)
    }

    /// Writes it as a mapping file, to be looked over and given back.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }
}

/// A mapping applied to the headings of one file.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub headings: Vec<String>,
    pub homes: Vec<Home>,
    /// For each column what its values mean, by the folded value.
    values: Vec<BTreeMap<String, String>>,
}

impl Columns {
    /// Applies a mapping.
    ///
    /// # Errors
    /// A sentence: a heading that the file does not have, or two columns for one home.
    pub(super) fn of(headings: &[String], mapping: &Mapping) -> Result<Self, String> {
        for heading in mapping.columns.keys() {
            if !headings.iter().any(|known| fold(known) == fold(heading)) {
                return Err(format!("The mapping names a column “{heading}”, which the file does not have. It has: {}", headings.join(", ")));
            }
        }
        let home_of = |heading: &String| {
            let entry = mapping.columns.iter().find(|(name, _)| fold(name) == fold(heading));
            entry.and_then(|(_, key)| Home::from_key(key)).unwrap_or(Home::Extra)
        };
        let homes: Vec<Home> = headings.iter().map(home_of).collect();
        for (index, home) in homes.iter().enumerate() {
            if let Some(earlier) = homes[..index].iter().position(|known| known == home).filter(|_| !home.takes_several()) {
                return Err(format!(
                    "The mapping sends both “{}” and “{}” to {}; only one can go there",
                    headings[earlier],
                    headings[index],
                    home.key()
                ));
            }
        }
        let meanings = |home: &Home| {
            let known = mapping.values.get(home.key()).into_iter().flatten();
            known.map(|(from, to)| (fold(from), to.clone())).collect::<BTreeMap<_, _>>()
        };
        let values = homes.iter().map(meanings).collect();
        Ok(Self { headings: headings.to_vec(), homes, values })
    }

    /// What a cell means.
    pub(super) fn meaning<'a>(&'a self, column: usize, cell: &'a str) -> &'a str {
        if self.values[column].is_empty() {
            return cell;
        }
        self.values[column].get(&fold(cell)).map_or(cell, String::as_str)
    }

    pub(super) fn position(&self, home: Home) -> Option<usize> {
        self.homes.iter().position(|known| *known == home)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_reads_back_as_written() {
        let text = "repeats = \"update\"\nclear_empty = true\nroute = true\n[columns]\n\"Deal value\" = \"target_amount\"\nWho = \"full_name\"\n\n[values.status]\nClosed = \"won\"\n";
        let mapping = Mapping::from_toml(text).expect("a mapping");
        assert_eq!(Mapping::from_toml(&mapping.to_toml()), Ok(mapping.clone()));
        let headings = ["who", "Deal value", "Colour"].map(str::to_owned);
        let columns = Columns::of(&headings, &mapping).expect("columns");
        assert_eq!(columns.homes, [Home::Field(LeadField::FullName), Home::Field(LeadField::TargetAmount), Home::Extra]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(Mapping::from_toml("[columns]\nA = \"colour\"").unwrap_err().contains("colour"));
        assert!(Mapping::from_toml("[colums]\nA = \"status\"").is_err());
        let mapping = Mapping::from_toml("[columns]\nA = \"status\"\nB = \"status\"").expect("a mapping");
        assert!(Columns::of(&["A".to_owned()], &mapping).unwrap_err().contains("“B”"));
        assert!(Columns::of(&["A".to_owned(), "B".to_owned()], &mapping).unwrap_err().contains("only one"));
    }

    #[test]
    fn every_home_has_its_own_key() {
        for home in Home::all() {
            assert_eq!(Home::from_key(home.key()), Some(home));
        }
    }
}
