//! The terms of a filter as chips, each of which can be taken away.

use super::LeadFilter;
use super::custom::{Comparison, CustomTerm};
use super::facet::Facet;
use crate::{Catalog, LeadClass, LifeCycle};

/// One removable term of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub label: String,
    /// The canonical query string without this term.
    pub without: String,
}

impl LeadFilter {
    /// Its removable terms, for chips. Names are already what people read, but for states, classes, `me` and `none`.
    #[must_use]
    pub fn terms(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        if !self.query.is_empty() {
            let without = Self { query: String::new(), ..self.clone() };
            terms.push(Term { label: format!("“{}”", self.query), without: without.to_query() });
        }
        for (index, (facet, value)) in self.facets.iter().enumerate() {
            let mut without = self.clone();
            without.facets.remove(index);
            let shown = match (facet, value.as_str()) {
                (Facet::State, key) => LifeCycle::from_key(key).map_or(key, |state| state.label()),
                (Facet::Class, key) => LeadClass::from_key(key).map_or(key, |class| class.label()),
                (Facet::Owner, "me") => "me",
                (Facet::Owner | Facet::Group | Facet::Source | Facet::Category, "none") => "nobody",
                (_, name) => name,
            };
            terms.push(Term { label: format!("{}: {shown}", facet.label()), without: without.to_query() });
        }
        for (index, (bound, value)) in self.bounds.iter().enumerate() {
            let mut without = self.clone();
            without.bounds.remove(index);
            terms.push(Term { label: format!("{}: {}", bound.label(), bound.words(value)), without: without.to_query() });
        }
        terms
    }

    /// Its removable terms about fields that an administrator added.
    #[must_use]
    pub fn custom_terms(&self, catalog: &Catalog) -> Vec<Term> {
        let term = |(index, term): (usize, &CustomTerm)| {
            let mut without = self.clone();
            without.custom.remove(index);
            let name = catalog.field(term.field).map_or("A removed field", |field| field.name.as_str());
            let how = match term.comparison {
                Comparison::Is => "",
                Comparison::From => " from",
                Comparison::To => " until",
            };
            Term { label: format!("{name}{how}: {}", term.value), without: without.to_query() }
        };
        self.custom.iter().enumerate().map(term).collect()
    }
}
