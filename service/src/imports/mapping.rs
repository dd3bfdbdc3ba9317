//! Which column goes where, and what its values mean: guessed, or given as a TOML file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::import_file::Repeats;
use domain::text::fold;
use domain::{Catalog, CustomField, LeadField};
use serde::{Deserialize, Serialize};

use super::classes::ClassColumn;

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
    /// How it is qualified.
    Class(ClassColumn),
    /// Kept with the lead under its heading.
    Extra,
    /// Left out.
    Ignored,
}

impl Home {
    /// Its name in a mapping file; of a field that an administrator added, `custom_` and its number.
    #[must_use]
    pub fn key(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            // "state" is the life cycle, as in the API.
            Home::Field(LeadField::State) => "province",
            Home::Field(field) => return field.form_name(),
            Home::Company => "company",
            Home::FirstName => "first_name",
            Home::LastName => "last_name",
            Home::ImportKey => "import_key",
            Home::Type => "type",
            Home::State => "state",
            Home::CreatedAt => "created_at",
            Home::ClosedAt => "closed_at",
            Home::LostReason => "lost_reason",
            Home::Class(column) => column.key(),
            Home::Extra => "extra",
            Home::Ignored => "ignore",
        })
    }

    /// What people call it.
    #[must_use]
    pub fn title(self, catalog: &Catalog) -> String {
        let label = match self {
            Home::Field(field) => return field.title(catalog),
            Home::Company => "Company",
            Home::FirstName => "First name",
            Home::LastName => "Last name",
            Home::ImportKey => "Identifier",
            Home::Type => "Lead type",
            Home::State => "State",
            Home::CreatedAt => "Start date",
            Home::ClosedAt => "Closed on",
            Home::LostReason => "Reason of the loss",
            Home::Class(column) => return column.title(catalog),
            Home::Extra => "Kept as it is",
            Home::Ignored => "Left out",
        };
        label.to_owned()
    }

    /// Every home that there is without an administrator's doing, in the order a form offers them.
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
        LeadField::ALL.into_iter().map(Home::Field).chain(others).chain(ClassColumn::ALL.into_iter().map(Home::Class))
    }

    /// Every home that columns can have, fields that an administrator added before what is kept or left out.
    pub fn offered(catalog: &Catalog) -> impl Iterator<Item = Home> {
        let is_last = |home: &Home| matches!(home, Home::Extra | Home::Ignored);
        let own = catalog.fields.iter().filter(|field| !field.retired).map(|field| Home::Field(LeadField::Custom(field.id)));
        Self::all().filter(move |home| !is_last(home)).chain(own).chain(Self::all().filter(is_last))
    }

    /// Whether columns can have it, or its field is retired or was removed.
    #[must_use]
    pub fn is_offered(self, catalog: &Catalog) -> bool {
        match self {
            Home::Field(LeadField::Custom(id)) => catalog.field(id).is_some_and(|field| !field.retired),
            _ => true,
        }
    }

    /// Reads [`Home::key`] back. Whether there is a field of this number is not judged here.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let own = LeadField::from_key(key).filter(|field| matches!(field, LeadField::Custom(_)));
        own.map(Home::Field).or_else(|| Self::all().find(|home| home.key() == key))
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
    /// The partner of new leads whose rows name none, by its name in the list of partners; one that is not in there is nobody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

impl Mapping {
    /// Reads a mapping as the program wrote it.
    ///
    /// # Errors
    /// A sentence that names the entry.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        Self::from_toml_with(text, &[])
    }

    /// Reads a mapping as a person wrote it: fields that an administrator added may go by their names.
    ///
    /// # Errors
    /// A sentence that names the entry.
    pub fn from_toml_with(text: &str, own: &[CustomField]) -> Result<Self, String> {
        let mut mapping: Mapping = toml::from_str(text).map_err(|error| format!("The mapping is no TOML that can be read: {}", error.message()))?;
        for (heading, key) in &mut mapping.columns {
            *key = written_key(key, own).map_err(|why| format!("The mapping sends “{heading}” to “{key}”, {why}"))?;
        }
        let mut values = BTreeMap::new();
        for (key, meanings) in mapping.values {
            let written = written_key(&key, own).map_err(|why| format!("The mapping has values for “{key}”, {why}"))?;
            values.insert(written, meanings);
        }
        mapping.values = values;
        Ok(mapping)
    }

    /// Whether every column goes to a field that is there.
    ///
    /// # Errors
    /// A sentence that names the column.
    pub(super) fn fits(&self, catalog: &Catalog) -> Result<(), String> {
        let gone = self.columns.iter().find(|(_, key)| Home::from_key(key).is_some_and(|home| !home.is_offered(catalog)));
        gone.map_or(Ok(()), |(heading, _)| Err(format!("The mapping sends “{heading}” to a field that is not there any more. Choose where it goes")))
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

/// The key of what a person calls a home.
fn written_key(said: &str, own: &[CustomField]) -> Result<String, String> {
    if Home::from_key(said).is_some() {
        return Ok(said.to_owned());
    }
    let key = |field: &CustomField| LeadField::Custom(field.id).form_name().into_owned();
    let offered = || own.iter().filter(|field| !field.retired);
    let named: Vec<String> = offered().filter(|field| fold(&field.name) == fold(said)).map(key).collect();
    match named.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let keys = Home::all().map(|home| home.key().into_owned()).chain(offered().map(|field| field.name.clone()));
            Err(format!("which is none of: {}", keys.collect::<Vec<_>>().join(", ")))
        }
        several => Err(format!("which is the name of several fields; say one of: {}", several.join(", "))),
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
            let known = mapping.values.get(&*home.key()).into_iter().flatten();
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
    use domain::{CustomFieldId, CustomKind};

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
        for home in Home::all().chain([Home::Field(LeadField::Custom(CustomFieldId(7)))]) {
            assert_eq!(Home::from_key(&home.key()), Some(home));
        }
    }

    #[test]
    fn own_fields_go_by_their_names_or_numbers() {
        let field = |id, name: &str| CustomField {
            id: CustomFieldId(id),
            name: name.to_owned(),
            lead_type: None,
            kind: CustomKind::Text,
            options: Vec::new(),
            required: false,
            default: String::new(),
            position: id,
            retired: false,
        };
        let own = [field(7, "Seats"), field(8, "Tier"), field(9, "tier")];
        let text = "[columns]\nA = \"seats\"\nB = \"custom_8\"\n[values.Seats]\nfew = \"1\"\n";
        let mapping = Mapping::from_toml_with(text, &own).expect("a mapping");
        assert_eq!(mapping.columns.values().collect::<Vec<_>>(), ["custom_7", "custom_8"]);
        assert_eq!(mapping.values.keys().collect::<Vec<_>>(), ["custom_7"]);
        assert_eq!(Mapping::from_toml(&mapping.to_toml()), Ok(mapping));
        let several = Mapping::from_toml_with("[columns]\nA = \"Tier\"", &own).unwrap_err();
        assert!(several.contains("custom_8, custom_9"), "{several}");
        let none = Mapping::from_toml_with("[columns]\nA = \"Colour\"", &own).unwrap_err();
        assert!(none.contains("Seats"), "{none}");
    }
}
