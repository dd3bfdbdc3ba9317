//! The rules of the book, each a row of its own.

use serde::{Deserialize, Serialize};

use super::{Place, Receiver, RuleKind, Settings};
use crate::match_key::{name_key, postcode_key};
use crate::{AccountId, Address, ChoiceId, GroupId, SiteTime, TerritoryId, Timestamp, UserId};

/// By what a lead is covered, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverBy {
    Account,
    /// The company's name, as `name_key` compares it.
    Name,
    /// An e-mail domain, and those below it.
    Domain,
    /// A country and a postcode.
    Location,
}

impl CoverBy {
    /// Each of them, in the order in which they are tried.
    pub const ALL: [CoverBy; 4] = [CoverBy::Account, CoverBy::Name, CoverBy::Domain, CoverBy::Location];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            CoverBy::Account => "account",
            CoverBy::Name => "name",
            CoverBy::Domain => "domain",
            CoverBy::Location => "location",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            CoverBy::Account => "Account",
            CoverBy::Name => "Company name",
            CoverBy::Domain => "E-mail domain",
            CoverBy::Location => "Location",
        }
    }

    /// It in a sentence: `the domain acme.test`.
    #[must_use]
    pub fn in_words(self, what: &str) -> String {
        match self {
            CoverBy::Account => format!("the account {what}"),
            CoverBy::Name => format!("the company name {what}"),
            CoverBy::Domain => format!("the domain {what}"),
            CoverBy::Location => format!("the location {what}"),
        }
    }

    /// Reads [`CoverBy::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.key() == key)
    }
}

/// "This account, name, domain or location belongs to that person" (C2-13).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Coverage {
    pub number: i64,
    pub by: CoverBy,
    /// As people read it: the account's name, the domain.
    pub what: String,
    /// What is compared: the account's number, or a key of `match_key`.
    pub key: String,
    pub person: UserId,
}

impl Coverage {
    /// Of an account.
    #[must_use]
    pub fn of_account(account: AccountId, name: &str, person: UserId) -> Self {
        Self { number: 0, by: CoverBy::Account, what: name.to_owned(), key: account.to_string(), person }
    }

    /// Of every account of a name.
    #[must_use]
    pub fn of_name(name: &str, person: UserId) -> Self {
        Self { number: 0, by: CoverBy::Name, what: name.to_owned(), key: name_key(name), person }
    }

    /// Of a domain, lower case.
    #[must_use]
    pub fn of_domain(domain: &str, person: UserId) -> Self {
        Self { number: 0, by: CoverBy::Domain, what: domain.to_owned(), key: domain.to_owned(), person }
    }

    /// Of a location, written as a country and a postcode: `GB, LS11 5QD`. `None` for what is none.
    #[must_use]
    pub fn of_location(text: &str, person: UserId) -> Option<Self> {
        let (country, postcode) = text.split_once(',')?;
        let key = postcode_key(&Address { country: country.to_owned(), postcode: postcode.to_owned(), ..Address::default() });
        let is_whole = key.split_once('|').is_some_and(|(country, _)| !country.is_empty());
        is_whole.then(|| Self { number: 0, by: CoverBy::Location, what: text.to_owned(), key, person })
    }
}

/// Places with who is in charge of them (C2-12).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Territory {
    pub number: TerritoryId,
    pub name: String,
    /// The regional manager.
    pub manager: Option<UserId>,
    /// Gets the leads by [`Step::GroupByPlace`].
    pub group: Option<GroupId>,
    pub places: Vec<Place>,
}

/// Who knows most about an offering.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Specialist {
    pub number: i64,
    pub offering: ChoiceId,
    pub to: Receiver,
}

/// A calendar quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quarter {
    pub year: u16,
    /// 1 to 4.
    pub quarter: u8,
}

impl Quarter {
    /// The quarter that it is where the site is.
    #[must_use]
    pub fn at(time: SiteTime) -> Self {
        let day = time.today().day();
        let part = |range: std::ops::Range<usize>| day.get(range).and_then(|digits| digits.parse::<u16>().ok());
        let month = part(5..7).unwrap_or(1).max(1);
        Self { year: part(0..4).unwrap_or(1970), quarter: u8::try_from((month - 1) / 3 + 1).unwrap_or(1) }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        if self.quarter < 4 { Self { quarter: self.quarter + 1, ..self } } else { Self { year: self.year + 1, quarter: 1 } }
    }

    /// The one before it.
    #[must_use]
    pub fn previous(self) -> Self {
        if self.quarter > 1 { Self { quarter: self.quarter - 1, ..self } } else { Self { year: self.year.saturating_sub(1), quarter: 4 } }
    }

    /// The day on which it begins, as days are stored; `None` for years before days are.
    #[must_use]
    pub fn begins_on(self) -> Option<Timestamp> {
        Timestamp::parse_day(&format!("{:04}-{:02}-01", self.year, 3 * self.quarter.saturating_sub(1) + 1))
    }

    /// As it is stored; sorts as quarters follow one another.
    #[must_use]
    pub fn key(self) -> String {
        format!("{:04}-Q{}", self.year, self.quarter)
    }

    /// Reads [`Quarter::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let (year, quarter) = key.split_once("-Q")?;
        let quarter = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        Some(Self { year: year.parse().ok()?, quarter })
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} Q{}", self.year, self.quarter)
    }
}

/// The distributor that was named for a territory, from a quarter on until another is named (C2-18, C2-22).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Nomination {
    pub number: i64,
    pub territory: TerritoryId,
    pub quarter: Quarter,
    /// `None`: none from then on.
    pub distributor: Option<AccountId>,
    /// The distributor's name.
    pub name: String,
    /// Who named it; not known of early ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// A row of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    Coverage(Coverage),
    Territory(Territory),
    Specialist(Specialist),
    Nomination(Nomination),
    Settings(Settings),
}

impl Rule {
    /// What kind of rule it is.
    #[must_use]
    pub fn kind(&self) -> RuleKind {
        match self {
            Rule::Coverage(_) => RuleKind::Coverage,
            Rule::Territory(_) => RuleKind::Territory,
            Rule::Specialist(_) => RuleKind::Specialist,
            Rule::Nomination(_) => RuleKind::Nomination,
            Rule::Settings(_) => RuleKind::Settings,
        }
    }

    /// Its number among those of its kind; there is one of the settings.
    #[must_use]
    pub fn number(&self) -> i64 {
        match self {
            Rule::Coverage(cover) => cover.number,
            Rule::Territory(territory) => territory.number.0,
            Rule::Specialist(specialist) => specialist.number,
            Rule::Nomination(nomination) => nomination.number,
            Rule::Settings(_) => 1,
        }
    }

    /// It as JSON.
    ///
    /// # Errors
    /// Never for a rule that was read.
    pub fn body(&self) -> serde_json::Result<String> {
        match self {
            Rule::Coverage(cover) => serde_json::to_string(cover),
            Rule::Territory(territory) => serde_json::to_string(territory),
            Rule::Specialist(specialist) => serde_json::to_string(specialist),
            Rule::Nomination(nomination) => serde_json::to_string(nomination),
            Rule::Settings(settings) => serde_json::to_string(settings),
        }
    }

    /// Reads [`Rule::body`] back.
    ///
    /// # Errors
    /// What is no such rule.
    pub fn read(kind: RuleKind, body: &str) -> serde_json::Result<Self> {
        Ok(match kind {
            RuleKind::Coverage => Rule::Coverage(serde_json::from_str(body)?),
            RuleKind::Territory => Rule::Territory(serde_json::from_str(body)?),
            RuleKind::Specialist => Rule::Specialist(serde_json::from_str(body)?),
            RuleKind::Nomination => Rule::Nomination(serde_json::from_str(body)?),
            RuleKind::Settings => Rule::Settings(serde_json::from_str(body)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_the_site_s() {
        let at = |day: &str, ahead_ms| Quarter::at(SiteTime { now: Timestamp::parse_day(day).expect("a day").plus_ms(crate::DAY_MS - 1), ahead_ms });
        assert_eq!(at("2026-11-24", 0).to_string(), "2026 Q4");
        assert_eq!(at("2026-12-31", 0).to_string(), "2026 Q4");
        assert_eq!(at("2026-12-31", crate::HOUR_MS).to_string(), "2027 Q1");
        assert_eq!((at("2026-03-31", 0).next(), at("2026-12-01", 0).next().to_string().as_str()), (at("2026-04-01", 0), "2027 Q1"));
    }

    #[test]
    fn a_quarter_begins_on_a_day_and_reads_back() {
        for (quarter, day) in [(1, "2026-01-01"), (2, "2026-04-01"), (3, "2026-07-01"), (4, "2026-10-01")] {
            let quarter = Quarter { year: 2026, quarter };
            assert_eq!(quarter.begins_on(), Timestamp::parse_day(day));
            assert_eq!(Quarter::from_key(&quarter.key()), Some(quarter));
            assert_eq!(quarter.next().previous(), quarter);
        }
        assert_eq!(Quarter { year: 2026, quarter: 4 }.key(), "2026-Q4");
        assert_eq!([Quarter::from_key("2026-Q5"), Quarter::from_key("2026"), Quarter::from_key("x-Q1")], [None; 3]);
    }

    #[test]
    fn a_location_is_a_country_and_a_postcode() {
        let key = |text: &str| Coverage::of_location(text, UserId(1)).map(|cover| cover.key);
        assert_eq!(key("GB, LS11 5QD").as_deref(), Some("gb|ls115qd"));
        for text in ["LS11 5QD", "GB,", ", LS11 5QD", ""] {
            assert_eq!(key(text), None, "{text}");
        }
    }
}
