//! A filter in an address: read leniently, written in one canonical form.

use super::LeadFilter;
use super::custom::CustomTerm;
use super::facet::{Bound, Facet};
use super::sort::LeadSort;
use super::view::LeadView;
use crate::{FormValues, LeadClass, LifeCycle};

/// Longest search text, in characters; the rest is ignored.
pub const QUERY_MAX: usize = 200;
/// Most terms of one filter; more are ignored.
pub const TERMS_MAX: usize = 60;

/// What is looked for when this was typed: what can be shown of it, with single spaces, no longer than [`QUERY_MAX`].
#[must_use]
pub fn sought(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(QUERY_MAX).collect::<String>().trim_end().to_owned()
}

impl LeadFilter {
    /// Reads a query string's pairs. What is unknown, empty or out of bounds is left out, so that an old link still opens.
    #[must_use]
    pub fn parse(values: &FormValues) -> Self {
        let view = LeadView::ALL.into_iter().find(|view| view.key() == values.get("view")).unwrap_or_default();
        let query = sought(values.get("q"));
        let mut facets: Vec<(Facet, String)> = Vec::new();
        for facet in Facet::ALL {
            for value in
                values.all(facet.key()).map(str::trim).filter(|value| !value.is_empty() && value.len() <= 200 && !value.contains(char::is_control))
            {
                // People write classes in capitals.
                let value = if facet == Facet::Class { value.to_ascii_lowercase() } else { value.to_owned() };
                let known = match facet {
                    Facet::State => LifeCycle::from_key(&value).is_some(),
                    Facet::Class => value == "none" || LeadClass::from_key(&value).is_some(),
                    _ => true,
                };
                let repeated = facets.iter().any(|(f, v)| *f == facet && *v == value);
                if known && !repeated && facets.len() < TERMS_MAX {
                    facets.push((facet, value));
                }
            }
        }
        facets.sort();
        let mut custom: Vec<CustomTerm> = Vec::new();
        for term in values.0.iter().filter_map(|(key, value)| CustomTerm::read(key, value)) {
            // Put where it belongs rather than sorted: browsers carry this, and another sort is some kilobytes.
            let place = custom.iter().position(|known| *known >= term).unwrap_or(custom.len());
            if custom.get(place) != Some(&term) && custom.len() < TERMS_MAX {
                custom.insert(place, term);
            }
        }
        let bounds = Bound::ALL
            .into_iter()
            .filter_map(|bound| {
                // A form may send a day and, where that was left empty, one that is counted from today.
                let text = values.all(bound.key()).map(str::trim).find(|text| bound.accepts(text))?;
                Some((bound, text.to_owned()))
            })
            .collect();
        let sort = LeadSort::parse(values.get("sort")).unwrap_or_default();
        Self { view, query, facets, bounds, custom, sort }
    }

    /// Reads a query string, with or without its `?`.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        Self::parse(&FormValues::decode(query.trim_start_matches('?').as_bytes()))
    }

    /// The canonical query string: defaults left out, terms in a fixed order; empty for the default list.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if self.view != LeadView::default() {
            out.append_pair("view", self.view.key());
        }
        if !self.query.is_empty() {
            out.append_pair("q", &self.query);
        }
        for (facet, value) in &self.facets {
            out.append_pair(facet.key(), value);
        }
        for (bound, value) in &self.bounds {
            out.append_pair(bound.key(), value);
        }
        for term in &self.custom {
            out.append_pair(&CustomTerm::key(term.field, term.comparison), &term.value);
        }
        if self.sort != LeadSort::default() {
            out.append_pair("sort", &self.sort.text());
        }
        out.finish()
    }
}
