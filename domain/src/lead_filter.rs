//! What a list of leads shows, as a value: read from an address, written back in one canonical form, and able to say
//! itself without one of its terms, so that links, chips, the API and saved views share it.

mod address;
mod custom;
mod facet;
mod sort;
mod terms;
#[cfg(test)]
mod tests;
mod view;

pub use address::{QUERY_MAX, TERMS_MAX, sought};
pub use custom::{Comparison, CustomTerm};
pub use facet::{Bound, Facet, TODAY, day_of};
pub use sort::{Cursor, LeadSort, SortKey};
pub use terms::Term;
pub use view::LeadView;

use serde::{Deserialize, Serialize};

use crate::CustomFieldId;

/// What a list of leads shows. Values are names, as people read them in the address; the service finds the ids.
/// An owner is an e-mail address, `me` or `none`; a group is a name or `none`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadFilter {
    pub view: LeadView,
    /// Words that must all begin a word of the lead's name, company, e-mail addresses or phone numbers.
    pub query: String,
    /// Facet and one of its values; several of one facet mean "any of these".
    pub facets: Vec<(Facet, String)>,
    /// Bounds as typed: days for dates, see [`day_of`], whole major units for amounts.
    pub bounds: Vec<(Bound, String)>,
    /// Terms about fields that an administrator added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<CustomTerm>,
    pub sort: LeadSort,
}

impl LeadFilter {
    /// The values of one facet.
    pub fn values(&self, facet: Facet) -> impl Iterator<Item = &str> {
        self.facets.iter().filter(move |(f, _)| *f == facet).map(|(_, value)| value.as_str())
    }

    /// The text of one bound.
    #[must_use]
    pub fn bound(&self, bound: Bound) -> Option<&str> {
        self.bounds.iter().find(|(b, _)| *b == bound).map(|(_, text)| text.as_str())
    }

    /// The value of a term about a field that an administrator added; empty when there is none.
    #[must_use]
    pub fn custom_value(&self, field: CustomFieldId, comparison: Comparison) -> &str {
        let found = self.custom.iter().find(|term| term.field == field && term.comparison == comparison);
        found.map_or("", |term| term.value.as_str())
    }

    /// The same list in another view. Filters stay.
    #[must_use]
    pub fn with_view(&self, view: LeadView) -> Self {
        Self { view, ..self.clone() }
    }

    /// The same list of one lead type. Statuses go: another type's are others.
    #[must_use]
    pub fn of_type(&self, name: &str) -> Self {
        let mut filter = self.clone();
        filter.facets.retain(|(facet, _)| !matches!(facet, Facet::Type | Facet::Status));
        filter.facets.push((Facet::Type, name.to_owned()));
        filter.facets.sort();
        filter
    }

    /// The same list sorted by another key; choosing the current key turns the direction round.
    #[must_use]
    pub fn sorted_by(&self, key: SortKey) -> Self {
        let descending = if self.sort.key == key { !self.sort.descending } else { key != SortKey::Name };
        Self { sort: LeadSort { key, descending }, ..self.clone() }
    }

    /// Whether anything but view and sort narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.query.is_empty() || !self.facets.is_empty() || !self.bounds.is_empty() || !self.custom.is_empty()
    }
}
