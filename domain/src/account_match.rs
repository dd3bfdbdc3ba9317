//! Which account is this? What a caller, a form or a row says about a company, held against accounts that may be it.
//!
//! The service looks up what may be meant (`service/src/matching/`); here it is judged: how strongly each sign speaks, what
//! two signs say together, and where they contradict. `docs/matching.md` has the rules in words.

use serde::{Deserialize, Serialize};

use crate::match_key::{country_key, name_key, postcode_key, street_key};
use crate::text::fold;
use crate::{AccountId, AccountKind, Address, ContactId, Named, UserId};

/// Most matches that are shown.
pub const MATCHES_MAX: usize = 8;
/// More accounts than this in one postcode, and it says nothing about which of them is meant.
const NEIGHBOURS_MAX: usize = 5;

/// What is known about a company. Each part may be empty or half typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sought {
    pub company: String,
    /// E-mail addresses or domains, comma-separated.
    pub email: String,
    /// Phone numbers, comma-separated.
    pub phone: String,
    pub address: Address,
}

/// A sign by which an account is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    Name,
    Domain,
    Location,
    /// A contact's number.
    Phone,
    /// A contact's address.
    Email,
}

impl MatchBy {
    const ALL: [MatchBy; 5] = [MatchBy::Name, MatchBy::Domain, MatchBy::Location, MatchBy::Phone, MatchBy::Email];

    fn what(self) -> &'static str {
        match self {
            MatchBy::Name => "the company name",
            MatchBy::Domain => "the e-mail domain",
            MatchBy::Location => "the address",
            MatchBy::Phone => "the phone number",
            MatchBy::Email => "the e-mail address",
        }
    }
}

/// How sure it is, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    Possible,
    Likely,
    Certain,
}

impl Strength {
    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Strength::Possible => "Possible",
            Strength::Likely => "Likely",
            Strength::Certain => "Certain",
        }
    }
}

/// Why an account is among the matches, or what speaks against it where the signs disagree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchReason {
    pub by: MatchBy,
    pub strength: Strength,
    /// A sentence for people.
    pub text: String,
}

/// An account that may be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountMatch {
    pub account: AccountId,
    pub name: String,
    pub kinds: Vec<AccountKind>,
    pub primary_rep: Option<UserId>,
    /// Who there has the e-mail address or the number.
    pub contact: Option<Named<ContactId>>,
    pub strength: Strength,
    /// Strongest first; what speaks against it comes last.
    pub reasons: Vec<MatchReason>,
    /// Whether strong signs of another kind point to other accounts. Then nothing is certain.
    pub disagrees: bool,
}

/// What is sought, as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SoughtKeys {
    pub company: String,
    /// Domains of the company, with those above them down to the one that was registered; lower case.
    pub domains: Vec<String>,
    pub address: Address,
    /// Keys of the address's postcode, see [`crate::match_key::postcode_keys`].
    pub postcodes: Vec<String>,
}

/// An account that was looked up, with what may tell that it is the one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub account: Named<AccountId>,
    pub kinds: Vec<AccountKind>,
    pub primary_rep: Option<UserId>,
    /// Its e-mail domains, lower case; others than the sought ones do no harm.
    pub domains: Vec<String>,
    pub places: Vec<Address>,
    pub people: Vec<Person>,
}

/// Somebody at an account who has a sought number or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub contact: Named<ContactId>,
    /// [`MatchBy::Phone`] or [`MatchBy::Email`].
    pub by: MatchBy,
    /// The number or address.
    pub value: String,
}

/// Judges candidates: those that may be meant, surest first, at most [`MATCHES_MAX`].
#[must_use]
pub fn account_matches(sought: &SoughtKeys, candidates: &[Candidate]) -> Vec<AccountMatch> {
    let signs = Signs::of(sought, candidates);
    let mut matches: Vec<AccountMatch> = candidates.iter().filter_map(|candidate| signs.judge(candidate)).collect();
    mark_disagreement(&mut matches);
    matches.sort_by_cached_key(|found| {
        let supporting = found.reasons.iter().filter(|reason| reason.strength > Strength::Possible).count();
        (std::cmp::Reverse((found.strength, supporting, found.reasons.len())), fold(&found.name), found.account)
    });
    matches.truncate(MATCHES_MAX);
    matches
}

/// What is sought, and how many share it.
struct Signs<'a> {
    sought: &'a SoughtKeys,
    name: String,
    street: String,
    country: String,
    candidates: &'a [Candidate],
    is_crowded: bool,
}

impl<'a> Signs<'a> {
    fn of(sought: &'a SoughtKeys, candidates: &'a [Candidate]) -> Self {
        let is_near = |candidate: &&Candidate| candidate.places.iter().any(|place| sought.postcodes.contains(&postcode_key(place)));
        Self {
            sought,
            name: name_key(&sought.company),
            street: street_key(&sought.address),
            country: country_key(&sought.address.country),
            candidates,
            is_crowded: candidates.iter().filter(is_near).count() > NEIGHBOURS_MAX,
        }
    }

    fn judge(&self, candidate: &Candidate) -> Option<AccountMatch> {
        let people = [MatchBy::Phone, MatchBy::Email].map(|by| self.by_person(candidate, by));
        let mut reasons: Vec<MatchReason> =
            [self.by_name(candidate), self.by_domain(candidate), self.by_location(candidate)].into_iter().chain(people).flatten().collect();
        let is_only_near = reasons.iter().all(|reason| reason.by == MatchBy::Location && reason.strength == Strength::Possible);
        if is_only_near && self.is_crowded {
            return None;
        }
        let strongest = reasons.iter().map(|reason| reason.strength).max()?;
        // Two signs of different kinds that agree are more than each alone.
        let strength = if reasons.iter().filter(|reason| reason.strength >= Strength::Likely).count() > 1 { Strength::Certain } else { strongest };
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.strength));
        let contact = [MatchBy::Email, MatchBy::Phone].into_iter().find_map(|by| candidate.people.iter().find(|person| person.by == by));
        Some(AccountMatch {
            account: candidate.account.id,
            name: candidate.account.name.clone(),
            kinds: candidate.kinds.clone(),
            primary_rep: candidate.primary_rep,
            contact: contact.map(|person| person.contact.clone()),
            strength,
            reasons,
            disagrees: false,
        })
    }

    fn by_name(&self, candidate: &Candidate) -> Option<MatchReason> {
        let theirs = name_key(&candidate.account.name);
        let (strength, text) = if self.name.is_empty() || theirs.is_empty() {
            return None;
        } else if theirs == self.name && fold(&candidate.account.name) == fold(&self.sought.company) {
            (Strength::Likely, "This is their name")
        } else if theirs == self.name {
            (Strength::Likely, "This is their name but for spelling or legal form")
        } else if theirs.starts_with(&self.name) {
            (Strength::Possible, "Their name begins like this")
        } else if self.name.strip_prefix(&theirs).is_some_and(|rest| rest.starts_with(' ')) {
            (Strength::Possible, "The name begins with theirs")
        } else {
            return None;
        };
        Some(MatchReason { by: MatchBy::Name, strength, text: text.to_owned() })
    }

    fn by_domain(&self, candidate: &Candidate) -> Option<MatchReason> {
        let domain = self.sought.domains.iter().find(|domain| candidate.domains.contains(domain))?;
        // Parents and their subsidiaries: then the name or the place tells which one it is.
        let is_shared = self.candidates.iter().filter(|other| other.domains.contains(domain)).count() > 1;
        Some(if is_shared {
            let text = format!("The e-mail domain {domain} is theirs, and that of other accounts");
            MatchReason { by: MatchBy::Domain, strength: Strength::Likely, text }
        } else {
            MatchReason { by: MatchBy::Domain, strength: Strength::Certain, text: format!("The e-mail domain {domain} is theirs") }
        })
    }

    fn by_location(&self, candidate: &Candidate) -> Option<MatchReason> {
        let found = candidate.places.iter().filter_map(|place| self.by_place(place)).max_by_key(|(strength, _)| *strength)?;
        Some(MatchReason { by: MatchBy::Location, strength: found.0, text: found.1 })
    }

    fn by_place(&self, place: &Address) -> Option<(Strength, String)> {
        let postcode = postcode_key(place);
        let is_near = self.sought.postcodes.contains(&postcode);
        let country = country_key(&place.country);
        let is_abroad = !self.country.is_empty() && !country.is_empty() && country != self.country;
        if !self.street.is_empty() && !is_abroad && street_key(place) == self.street {
            let is_contradicted = !is_near && !postcode.is_empty() && !self.sought.postcodes.is_empty();
            let strength = if is_contradicted { Strength::Possible } else { Strength::Likely };
            return Some((strength, format!("They are at {}, {}", place.street, place.city)));
        }
        is_near.then(|| (Strength::Possible, format!("They are in the same postcode, {}", place.postcode)))
    }

    fn by_person(&self, candidate: &Candidate, by: MatchBy) -> Option<MatchReason> {
        let person = candidate.people.iter().find(|person| person.by == by)?;
        let Person { contact, value, .. } = person;
        if by == MatchBy::Phone {
            // A switchboard serves a whole building, and numbers move on to others.
            return Some(MatchReason { by, strength: Strength::Likely, text: format!("{} there has the number {value}", contact.name) });
        }
        let has_it = |other: &&Candidate| other.people.iter().any(|person| person.by == by && person.value == *value);
        let is_shared = self.candidates.iter().filter(has_it).count() > 1;
        let strength = if is_shared { Strength::Likely } else { Strength::Certain };
        Some(MatchReason { by, strength, text: format!("{} there has the address {value}", contact.name) })
    }
}

/// Where strong signs of two kinds have no account in common, each account that they point to is told of the others.
fn mark_disagreement(matches: &mut [AccountMatch]) {
    let pointed_to = MatchBy::ALL.map(|by| {
        let has_it = |found: &&AccountMatch| found.reasons.iter().any(|reason| reason.by == by && reason.strength >= Strength::Likely);
        let accounts: Vec<(AccountId, String)> = matches.iter().filter(has_it).map(|found| (found.account, found.name.clone())).collect();
        (by, accounts)
    });
    for (_, accounts) in &pointed_to {
        for (other, others) in &pointed_to {
            let is_common = others.iter().any(|account| accounts.contains(account));
            let Some((_, first)) = others.first().filter(|_| !is_common) else { continue };
            let among = if others.len() > 1 { " and others" } else { "" };
            for found in matches.iter_mut().filter(|found| accounts.iter().any(|(id, _)| *id == found.account)) {
                found.disagrees = true;
                found.strength = found.strength.min(Strength::Likely);
                let contrary =
                    MatchReason { by: *other, strength: Strength::Possible, text: format!("But {} points to {first}{among}", other.what()) };
                if !found.reasons.contains(&contrary) {
                    found.reasons.push(contrary);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use Strength::{Certain, Likely, Possible};

    use super::*;
    use crate::match_key::postcode_keys;

    fn account(id: i64, name: &str) -> Candidate {
        let account = Named { id: AccountId(id), name: name.to_owned() };
        Candidate { account, kinds: Vec::new(), primary_rep: None, domains: Vec::new(), places: Vec::new(), people: Vec::new() }
    }

    fn with_domain(id: i64, name: &str) -> Candidate {
        Candidate { domains: vec!["northwind.test".to_owned(), "other.test".to_owned()], ..account(id, name) }
    }

    fn at(street: &str, city: &str, postcode: &str) -> Address {
        Address { street: street.to_owned(), city: city.to_owned(), postcode: postcode.to_owned(), ..Address::default() }
    }

    fn person(by: MatchBy, value: &str) -> Person {
        Person { contact: Named { id: ContactId(7), name: "Jo Field".to_owned() }, by, value: value.to_owned() }
    }

    fn company(name: &str) -> SoughtKeys {
        SoughtKeys { company: name.to_owned(), ..SoughtKeys::default() }
    }

    fn from_northwind(name: &str) -> SoughtKeys {
        SoughtKeys { domains: vec!["eu.northwind.test".to_owned(), "northwind.test".to_owned()], ..company(name) }
    }

    fn in_place(address: Address) -> SoughtKeys {
        SoughtKeys { postcodes: postcode_keys(&address, "GB"), address, ..SoughtKeys::default() }
    }

    /// Number, strength and whether it disagrees, in the order found.
    fn found(sought: &SoughtKeys, candidates: &[Candidate]) -> Vec<(i64, Strength, bool)> {
        account_matches(sought, candidates).iter().map(|found| (found.account.0, found.strength, found.disagrees)).collect()
    }

    #[test]
    fn a_name_is_likely_its_beginning_possible() {
        let candidates = [account(1, "Harbour Dental Care"), account(2, "Harbour Dental Ltd"), account(3, "Harbour"), account(4, "Quay Dental")];
        assert_eq!(found(&company("harbour dental"), &candidates), [(2, Likely, false), (3, Possible, false), (1, Possible, false)]);
        assert_eq!(found(&company(""), &candidates), []);
        let texts = account_matches(&company("Harbour Dental Ltd"), &candidates[1..2]);
        assert_eq!(texts[0].reasons[0].text, "This is their name");
    }

    #[test]
    fn a_domain_of_one_account_is_certain() {
        let matches = account_matches(&from_northwind(""), &[with_domain(1, "Northwind")]);
        assert_eq!((matches[0].strength, matches[0].reasons[0].text.as_str()), (Certain, "The e-mail domain northwind.test is theirs"));
    }

    #[test]
    fn among_those_who_share_a_domain_the_name_decides() {
        let subsidiaries = [with_domain(1, "Northwind Logistics"), with_domain(2, "Northwind Retail Ltd")];
        assert_eq!(found(&from_northwind(""), &subsidiaries), [(1, Likely, false), (2, Likely, false)]);
        assert_eq!(found(&from_northwind("northwind retail"), &subsidiaries), [(2, Certain, false), (1, Likely, false)]);
        let placed = Candidate { places: vec![at("1 Quay Street", "Leeds", "LS1 4AP")], ..with_domain(2, "Northwind Retail") };
        let sought = SoughtKeys { domains: vec!["northwind.test".to_owned()], ..in_place(at("1 Quay St", "Leeds", "")) };
        assert_eq!(found(&sought, &[subsidiaries[0].clone(), placed]), [(2, Certain, false), (1, Likely, false)]);
    }

    #[test]
    fn signs_that_contradict_are_told_and_nothing_is_certain() {
        let candidates = [with_domain(1, "Northwind Ltd"), account(2, "Acme"), account(3, "Acme Tools")];
        let matches = account_matches(&from_northwind("Acme Inc"), &candidates);
        let told: Vec<_> = matches.iter().map(|found| (found.account.0, found.strength, found.disagrees)).collect();
        assert_eq!(told, [(2, Likely, true), (1, Likely, true), (3, Possible, false)]);
        let texts = |nth: usize| matches[nth].reasons.iter().map(|reason| reason.text.as_str()).collect::<Vec<_>>();
        assert_eq!(texts(0), ["This is their name but for spelling or legal form", "But the e-mail domain points to Northwind Ltd"]);
        assert_eq!(texts(1), ["The e-mail domain northwind.test is theirs", "But the company name points to Acme"]);
    }

    #[test]
    fn a_known_address_is_certain_and_a_number_likely() {
        let by_phone = Candidate { people: vec![person(MatchBy::Phone, "+44161")], ..account(1, "Acme") };
        let by_email = Candidate { people: vec![person(MatchBy::Email, "jo@acme.test")], ..account(2, "Acme Tools") };
        assert_eq!(found(&SoughtKeys::default(), std::slice::from_ref(&by_phone)), [(1, Likely, false)]);
        let matches = account_matches(&SoughtKeys::default(), std::slice::from_ref(&by_email));
        assert_eq!((matches[0].strength, matches[0].contact.as_ref().map(|contact| contact.id)), (Certain, Some(ContactId(7))));
        assert_eq!(matches[0].reasons[0].text, "Jo Field there has the address jo@acme.test");
        assert_eq!(found(&company("acme"), std::slice::from_ref(&by_phone)), [(1, Certain, false)]);
        assert_eq!(found(&SoughtKeys::default(), &[by_phone, by_email]), [(1, Likely, true), (2, Likely, true)]);
    }

    #[test]
    fn a_street_with_its_number_is_likely_a_postcode_possible() {
        let here = Candidate { places: vec![at("9 Mill Lane", "York", ""), at("1 Quay Street", "Leeds", "LS1 4AP")], ..account(1, "Acme") };
        let near = Candidate { places: vec![at("3 Quay Street", "Leeds", "ls14ap")], ..account(2, "Brew") };
        let sought = in_place(at("Quay St. 1", "leeds", "LS1 4AP"));
        assert_eq!(found(&sought, &[near.clone(), here.clone()]), [(1, Likely, false), (2, Possible, false)]);
        assert_eq!(found(&in_place(at("1 Quay Street", "Leeds", "LS9 9ZZ")), std::slice::from_ref(&here)), [(1, Possible, false)]);
        let abroad = Address { country: "Canada".to_owned(), ..at("1 Quay Street", "Leeds", "") };
        let at_home = Candidate { places: vec![Address { country: "UK".to_owned(), ..at("1 Quay Street", "Leeds", "") }], ..account(3, "C") };
        assert_eq!(found(&in_place(abroad), &[at_home]), []);
    }

    #[test]
    fn a_postcode_of_many_says_nothing_alone() {
        let near = |id: i64| Candidate { places: vec![at("", "Leeds", "LS1 4AP")], ..account(id, &format!("Firm {id}")) };
        let sought = in_place(at("", "", "LS1 4AP"));
        let five: Vec<_> = (1..=5).map(near).collect();
        assert_eq!(found(&sought, &five).len(), 5);
        let six: Vec<_> = (1..=6).map(near).collect();
        assert_eq!(found(&sought, &six), []);
        let named = SoughtKeys { company: "Firm 3".to_owned(), ..sought };
        let matches = account_matches(&named, &six);
        assert_eq!((matches.len(), matches[0].account, matches[0].reasons.len()), (1, AccountId(3), 2));
    }

    #[test]
    fn at_most_eight_are_shown_the_surest_first() {
        let mut many: Vec<_> = (1..=20).map(|id| account(id, &format!("Firm {id:02}"))).collect();
        many.push(account(99, "Firm"));
        let matches = account_matches(&company("firm"), &many);
        assert_eq!((matches.len(), matches[0].account, matches[1].account), (MATCHES_MAX, AccountId(99), AccountId(1)));
    }
}
