//! The rule book made ready for looking up: every question is a look into a table, however many rules there are.

use std::collections::HashMap;

use super::place::{Within, lies_between};
use super::{CoverBy, Coverage, Quarter, RuleBook, Specialist, Spot, Territory};
use crate::{AccountId, ChoiceId, TerritoryId};

/// A book with its tables.
#[derive(Debug, Default)]
pub struct Prepared {
    book: RuleBook,
    accounts: HashMap<AccountId, usize>,
    names: HashMap<String, usize>,
    domains: HashMap<String, usize>,
    locations: HashMap<String, usize>,
    countries: HashMap<String, Country>,
    specialists: HashMap<ChoiceId, usize>,
    /// Which nominations a territory has, the earliest quarter first.
    nominations: HashMap<TerritoryId, Vec<usize>>,
}

/// Territories within a country.
#[derive(Debug, Default)]
struct Country {
    whole: Option<usize>,
    states: HashMap<String, usize>,
    /// By where they begin.
    ranges: Vec<Range>,
}

#[derive(Debug)]
struct Range {
    from: String,
    to: String,
    /// The last end of this one and those before it: what lies behind it is in none of them.
    reaches: String,
    territory: usize,
}

impl Prepared {
    /// Makes a book ready. Of two rules for the same, the one with the lower number counts.
    #[must_use]
    pub fn new(book: RuleBook) -> Self {
        let mut prepared = Self::default();
        for (at, cover) in book.coverage.iter().enumerate() {
            if cover.by == CoverBy::Account {
                if let Ok(account) = cover.key.parse() {
                    prepared.accounts.entry(account).or_insert(at);
                }
                continue;
            }
            let table = match cover.by {
                CoverBy::Name => &mut prepared.names,
                CoverBy::Domain => &mut prepared.domains,
                CoverBy::Account | CoverBy::Location => &mut prepared.locations,
            };
            table.entry(cover.key.clone()).or_insert(at);
        }
        for (territory, place) in
            book.territories.iter().enumerate().flat_map(|(at, territory)| territory.places.iter().map(move |place| (at, place)))
        {
            let country = prepared.countries.entry(place.country.clone()).or_default();
            match &place.within {
                Within::Country => {
                    country.whole.get_or_insert(territory);
                }
                Within::State(state) => {
                    country.states.entry(state.clone()).or_insert(territory);
                }
                Within::Postcodes { from, to } => {
                    country.ranges.push(Range { from: from.clone(), to: to.clone(), reaches: super::place::above(to), territory });
                }
            }
        }
        prepared.countries.values_mut().for_each(Country::sort);
        for (at, specialist) in book.specialists.iter().enumerate() {
            prepared.specialists.entry(specialist.offering).or_insert(at);
        }
        for (at, named) in book.nominations.iter().enumerate() {
            prepared.nominations.entry(named.territory).or_default().push(at);
        }
        for of_territory in prepared.nominations.values_mut() {
            of_territory.sort_by_key(|at| book.nominations[*at].quarter);
        }
        prepared.book = book;
        prepared
    }

    /// The book.
    #[must_use]
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// Who looks after an account.
    #[must_use]
    pub fn cover_of_account(&self, account: AccountId) -> Option<&Coverage> {
        self.accounts.get(&account).map(|at| &self.book.coverage[*at])
    }

    /// Who looks after a name, a domain or a location, by its key.
    #[must_use]
    pub fn cover_of(&self, by: CoverBy, key: &str) -> Option<&Coverage> {
        let table = match by {
            CoverBy::Account => return key.parse().ok().and_then(|account| self.cover_of_account(account)),
            CoverBy::Name => &self.names,
            CoverBy::Domain => &self.domains,
            CoverBy::Location => &self.locations,
        };
        table.get(key).map(|at| &self.book.coverage[*at])
    }

    /// The territory in which somewhere is: by postcode, else by state, else by country.
    #[must_use]
    pub fn territory_at(&self, spot: &Spot) -> Option<&Territory> {
        let country = self.countries.get(&spot.country)?;
        let found = country.by_postcode(&spot.postcode).or_else(|| country.states.get(&spot.state).copied()).or(country.whole)?;
        self.book.territories.get(found)
    }

    /// The specialist for an offering.
    #[must_use]
    pub fn specialist(&self, offering: ChoiceId) -> Option<&Specialist> {
        self.specialists.get(&offering).map(|at| &self.book.specialists[*at])
    }

    /// The distributor of a territory as of a quarter, with its name.
    #[must_use]
    pub fn distributor(&self, territory: TerritoryId, quarter: Quarter) -> Option<(AccountId, &str)> {
        let named = self.nominations.get(&territory)?.iter().rev().map(|at| &self.book.nominations[*at]).find(|named| named.quarter <= quarter)?;
        Some((named.distributor?, &named.name))
    }
}

impl Country {
    fn sort(&mut self) {
        // Of two that begin alike the longer comes first, so that the narrower is found before it.
        self.ranges
            .sort_by(|one, other| one.from.cmp(&other.from).then_with(|| other.reaches.cmp(&one.reaches)).then(other.territory.cmp(&one.territory)));
        let mut reached = String::new();
        for range in &mut self.ranges {
            if range.reaches < reached {
                range.reaches.clone_from(&reached);
            }
            reached.clone_from(&range.reaches);
        }
    }

    /// The narrowest range around a postcode: backwards from the last that begins before it, as far as one may still reach it.
    fn by_postcode(&self, postcode: &str) -> Option<usize> {
        if postcode.is_empty() {
            return None;
        }
        let behind = self.ranges.partition_point(|range| range.from.as_str() <= postcode);
        for range in self.ranges[..behind].iter().rev() {
            if lies_between(postcode, &range.from, &range.to) {
                return Some(range.territory);
            }
            if range.reaches.as_str() < postcode {
                return None;
            }
        }
        None
    }
}
