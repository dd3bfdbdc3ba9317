//! Do two accounts look like one firm? What both have in common, what speaks against it, and how much it is in all.
//!
//! The service looks up which pairs to ask about (`service/src/twins.rs`); `docs/merging.md` has the rules in words.

use serde::{Deserialize, Serialize};

use crate::account::AccountLocation;
use crate::match_key::{name_key, postcode_key, street_key};
use crate::text::fold;
use crate::{Account, AccountId, AccountKind, Timestamp, UserId};

/// A pair with fewer points is not offered.
pub const POINTS_MIN: i64 = 20;

/// What is known of an account that may be another one, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwinFacts {
    pub account: Account,
    /// Numbers of its contacts in E.164 form.
    pub phones: Vec<String>,
}

/// How much two accounts look like one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    /// The more, the more likely they are one; may be negative.
    pub points: i64,
    /// What they have in common, as sentences.
    pub reasons: Vec<String>,
    /// What speaks against it, as sentences.
    pub differences: Vec<String>,
}

impl Likeness {
    /// Whether the pair is worth looking at.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.points >= POINTS_MIN
    }

    fn speaks_for(&mut self, points: i64, sentence: impl Into<String>) {
        self.points += points;
        self.reasons.push(sentence.into());
    }

    fn speaks_against(&mut self, points: i64, sentence: &str) {
        self.points -= points;
        self.differences.push(sentence.to_owned());
    }
}

/// Holds two accounts against each other. The order does not matter but for the wording.
#[must_use]
pub fn likeness(one: &TwinFacts, other: &TwinFacts) -> Likeness {
    let mut likeness = Likeness::default();
    judge_names(&mut likeness, &one.account.name, &other.account.name);
    judge_domains(&mut likeness, &one.account.domains, &other.account.domains);
    judge_places(&mut likeness, &one.account.locations, &other.account.locations);
    if let Some(phone) = one.phones.iter().find(|phone| other.phones.contains(phone)) {
        likeness.speaks_for(20, format!("Somebody at each has the number {phone}"));
    }
    likeness
}

fn judge_names(likeness: &mut Likeness, one: &str, other: &str) {
    if fold(one) == fold(other) {
        likeness.speaks_for(60, "They have the same name");
    } else if !name_key(one).is_empty() && name_key(one) == name_key(other) {
        likeness.speaks_for(50, "They have the same name but for spelling or legal form");
    } else {
        likeness.speaks_against(10, "Their names differ");
    }
}

fn judge_domains(likeness: &mut Likeness, one: &[String], other: &[String]) {
    if let Some(domain) = one.iter().find(|domain| other.contains(domain)) {
        likeness.speaks_for(30, format!("Both have the e-mail domain {domain}"));
    } else if !one.is_empty() && !other.is_empty() {
        likeness.speaks_against(20, "They have no e-mail domain in common");
    }
}

fn judge_places(likeness: &mut Likeness, one: &[AccountLocation], other: &[AccountLocation]) {
    let in_common = |key: fn(&crate::Address) -> String| {
        let theirs: Vec<String> = other.iter().map(|place| key(&place.address)).filter(|key| !key.is_empty()).collect();
        one.iter().find(|place| theirs.contains(&key(&place.address)))
    };
    if let Some(place) = in_common(street_key) {
        likeness.speaks_for(25, format!("Both are at {}, {}", place.address.street, place.address.city));
    } else if let Some(place) = in_common(postcode_key) {
        likeness.speaks_for(5, format!("Both are in the postcode {}", place.address.postcode));
    } else if !one.is_empty() && !other.is_empty() {
        likeness.speaks_against(15, "They have no place in common");
    }
}

/// Which pairs a list shows, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwinList {
    /// Those to be worked off, with the most points first.
    Open,
    /// Those that are not the same, the last dismissed first.
    Dismissed,
}

/// One of a pair, as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwinAccount {
    pub id: AccountId,
    pub name: String,
    pub kinds: Vec<AccountKind>,
    pub primary_rep: Option<UserId>,
}

impl From<&Account> for TwinAccount {
    fn from(account: &Account) -> Self {
        Self { id: account.id, name: account.name.clone(), kinds: account.kinds.clone(), primary_rep: account.primary_rep }
    }
}

/// A pair of accounts that look like one firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twins {
    /// The older of them.
    pub one: TwinAccount,
    pub other: TwinAccount,
    pub points: i64,
    pub reasons: Vec<String>,
    pub differences: Vec<String>,
    /// Who said that they are not the same, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<(UserId, Timestamp)>,
    /// Whether the person may make one of them.
    pub may_merge: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Address;

    fn facts(name: &str, domains: &[&str], street: &str, phones: &[&str]) -> TwinFacts {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let mut account = Account { name: name.to_owned(), domains: texts(domains), ..Account::blank(AccountId(1), Timestamp(0)) };
        if !street.is_empty() {
            let address = Address { street: street.to_owned(), city: "Leeds".to_owned(), ..Address::default() };
            account.locations.push(AccountLocation { name: "Office".to_owned(), address });
        }
        TwinFacts { account, phones: texts(phones) }
    }

    #[test]
    fn the_same_name_is_enough_unless_much_speaks_against_it() {
        let acme = facts("Acme Ltd", &["acme.test"], "1 Quay Street", &[]);
        let same = likeness(&acme, &facts("ACME", &[], "", &[]));
        assert_eq!((same.points, same.is_enough()), (50, true));
        assert_eq!(same.reasons, ["They have the same name but for spelling or legal form"]);
        let elsewhere = likeness(&acme, &facts("ACME", &["acme.example"], "9 Mill Lane", &[]));
        assert_eq!((elsewhere.points, elsewhere.is_enough()), (15, false));
        assert_eq!(elsewhere.differences, ["They have no e-mail domain in common", "They have no place in common"]);
    }

    #[test]
    fn a_domain_is_enough_but_not_for_sites_of_one_firm() {
        let north = facts("Northwind North", &["northwind.test"], "1 Quay Street", &[]);
        assert!(likeness(&north, &facts("Northwind Logistics", &["northwind.test"], "", &[])).is_enough());
        assert!(!likeness(&north, &facts("Northwind South", &["northwind.test"], "9 Mill Lane", &[])).is_enough());
    }

    #[test]
    fn a_building_is_not_enough_but_with_a_number_it_is() {
        let acme = facts("Acme", &[], "1 Quay Street", &["+441"]);
        assert_eq!(likeness(&acme, &facts("Brew", &[], "1 Quay St.", &[])).points, 15);
        let both = likeness(&acme, &facts("Brew", &[], "1 Quay St.", &["+441"]));
        assert_eq!((both.points, both.reasons.len(), both.differences.len()), (35, 2, 1));
    }
}
