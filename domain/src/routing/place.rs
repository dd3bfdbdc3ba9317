//! Places: where a lead is, and the countries, states and postcodes that a territory is made of.

use serde::{Deserialize, Serialize};

use crate::Address;
use crate::match_key::{country_key, postcode_key, state_key};
use crate::text::line;

/// Where a lead is, as keys for comparing; each may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// See [`country_key`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// See [`state_key`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// The postcode without signs, lower case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postcode: String,
}

impl Spot {
    /// Where an address is. One that names no country but something else is in `home` (two letters).
    #[must_use]
    pub fn of(address: &Address, home: &str) -> Self {
        let key = postcode_key(address);
        let (country, postcode) = key.split_once('|').unwrap_or_default();
        let mut spot = Self { country: country.to_owned(), state: state_key(&address.state), postcode: postcode.to_owned() };
        if spot.country.is_empty() {
            spot.country = country_key(&address.country);
        }
        if spot.country.is_empty() && *address != Address::default() {
            spot.country = home.to_lowercase();
        }
        spot
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.country.is_empty()
    }

    /// The key of a location that is covered directly: `gb|ls11aa`. Empty without a postcode.
    #[must_use]
    pub fn location(&self) -> String {
        if self.postcode.is_empty() { String::new() } else { format!("{}|{}", self.country, self.postcode) }
    }

    /// As people read it: `GB, LS11AA`.
    #[must_use]
    pub fn readable(&self) -> String {
        let country = if self.country.len() == 2 { self.country.to_uppercase() } else { self.country.clone() };
        let within = if self.postcode.is_empty() { self.state.clone() } else { self.postcode.to_uppercase() };
        [country, within].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// What of a country belongs to a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    Country,
    /// See [`state_key`].
    State(String),
    /// Postcodes that begin with `from`, with `to`, or lie between: lower case, without signs.
    Postcodes {
        from: String,
        to: String,
    },
}

/// A place of a territory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// As it was typed: `GB, LS*`.
    pub text: String,
    /// See [`country_key`].
    pub country: String,
    pub within: Within,
}

/// Most places of a territory.
pub const PLACES_MAX: usize = 500;

impl Place {
    /// Reads a line: `France`, `US, Oregon`, `GB, LS*`, `DE, 10000-14999`, `GB, LS11 5QD`.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = line(text).map_err(|error| error.to_string())?;
        let (country, rest) = text.split_once(',').map_or((text.as_str(), ""), |(country, rest)| (country, rest.trim()));
        let country = country_key(country);
        if country.is_empty() || country.bytes().any(|byte| byte.is_ascii_digit()) {
            return Err(format!("Begin “{text}” with a country, like “GB, LS*”"));
        }
        let within = if rest.is_empty() {
            Within::Country
        } else if rest.ends_with('*') || rest.bytes().any(|byte| byte.is_ascii_digit()) {
            postcodes(rest).ok_or_else(|| format!("Write the postcodes of “{text}” like “LS*”, “97201” or “10000-14999”, the lower first"))?
        } else {
            Within::State(state_key(rest))
        };
        Ok(Self { text, country, within })
    }

    /// Reads several, one a line; empty lines do not count.
    ///
    /// # Errors
    /// A sentence for the field, about the first line that is wrong.
    pub fn parse_lines(text: &str) -> Result<Vec<Self>, String> {
        let mut places: Vec<Self> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let place = Self::parse(line)?;
            if !places.iter().any(|known| known.country == place.country && known.within == place.within) {
                places.push(place);
            }
        }
        if places.len() > PLACES_MAX {
            return Err(format!("A territory has at most {PLACES_MAX} places"));
        }
        Ok(places)
    }
}

fn postcodes(text: &str) -> Option<Within> {
    let plain = |part: &str| part.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    // A dash is also part of postcodes: "00-950" is one. Both ends of a range are as long, or the dash stands free.
    let ends = text.split_once(" - ").or_else(|| text.split_once('-').filter(|(from, to)| plain(from).len() == plain(to).len()));
    let (from, to) = ends.unwrap_or((text, text));
    let (from, to) = (plain(from), plain(to));
    let is_range = !from.is_empty() && !to.is_empty() && from <= above(&to);
    is_range.then_some(Within::Postcodes { from, to })
}

/// Sorts behind every postcode that begins with `to`.
pub(super) fn above(to: &str) -> String {
    format!("{to}\u{10FFFF}")
}

/// Whether a postcode lies between two, which may be beginnings.
pub(super) fn lies_between(postcode: &str, from: &str, to: &str) -> bool {
    from <= postcode && (postcode <= to || postcode.starts_with(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_people_write_them() {
        let range = |from: &str, to: &str| Within::Postcodes { from: from.to_owned(), to: to.to_owned() };
        for (text, country, within) in [
            ("France", "fr", Within::Country),
            (" United Kingdom ", "gb", Within::Country),
            ("US, Oregon", "us", Within::State("oregon".to_owned())),
            ("GB, LS*", "gb", range("ls", "ls")),
            ("gb, LS11 5QD", "gb", range("ls115qd", "ls115qd")),
            ("DE, 10000 - 14999", "de", range("10000", "14999")),
            ("DE, 10-14", "de", range("10", "14")),
            ("PL, 00-950", "pl", range("00950", "00950")),
        ] {
            let place = Place::parse(text).expect(text);
            assert_eq!((place.country.as_str(), place.within), (country, within), "{text}");
        }
        for text in ["", ", Oregon", "10115", "DE, 14999-10000", "DE, -*"] {
            assert!(Place::parse(text).is_err(), "{text}");
        }
        assert_eq!(Place::parse_lines("FR\n\n france \nDE").expect("places").len(), 2, "the same place twice is one");
    }

    #[test]
    fn a_range_holds_what_begins_with_its_ends() {
        for (postcode, from, to, lies) in [
            ("ls115qd", "ls", "ls", true),
            ("l11aa", "ls", "ls", false),
            ("10115", "10", "14", true),
            ("14999", "10", "14", true),
            ("15000", "10", "14", false),
            ("97201", "97201", "97201", true),
        ] {
            assert_eq!(lies_between(postcode, from, to), lies, "{postcode} {from} {to}");
        }
    }

    #[test]
    fn an_address_without_a_country_is_at_home() {
        let address = |country: &str, state: &str, postcode: &str| Address {
            country: country.to_owned(),
            state: state.to_owned(),
            postcode: postcode.to_owned(),
            ..Address::default()
        };
        assert_eq!(Spot::of(&address("", "", "LS1 1AA"), "GB").location(), "gb|ls11aa");
        assert_eq!(Spot::of(&address("USA", "Oregon", ""), "GB").readable(), "US, oregon");
        assert!(Spot::of(&Address::default(), "GB").is_empty());
    }
}
