//! What whoever edits the rules is warned of: rules that never fire, that hide each other, or that lead to somebody who is
//! no longer there. Nothing of it is refused: a rule may be meant for later.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::place::{Within, above};
use super::{CoverBy, Coverage, Quarter, Receiver, RuleBook, Step, Territory};
use crate::delegation::call_centre_warning;
use crate::match_key::name_key;
use crate::{AccountId, Catalog, GroupId, TerritoryId, UserId};

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Steps,
    Coverage(i64),
    Territory(TerritoryId),
    Specialist(i64),
    Fallback,
}

/// Something that whoever edits the rules should look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Warning {
    pub about: About,
    pub text: String,
}

/// Everything that is odd about a book.
#[must_use]
pub fn warnings(book: &RuleBook, catalog: &Catalog) -> Vec<Warning> {
    let mut checker = Checker { book, catalog, found: Vec::new() };
    checker.steps();
    checker.coverage();
    checker.hidden_names();
    checker.territories();
    checker.overlaps();
    checker.hidden_places();
    checker.specialists();
    checker.fallback();
    checker.found
}

/// Territories whose distributor, in a quarter or the next, is one of those that answer from a central call centre (C2-17).
#[must_use]
pub fn call_centre_warnings(book: &RuleBook, quarter: Quarter, call_centres: &[AccountId]) -> Vec<Warning> {
    let mut found = Vec::new();
    for territory in &book.territories {
        let named = [quarter, quarter.next()].into_iter().filter_map(|quarter| book.nomination(territory.number, quarter));
        let marked = named.filter(|named| named.distributor.is_some_and(|id| call_centres.contains(&id)));
        for named in marked {
            let warning = Warning { about: About::Territory(territory.number), text: call_centre_warning(&named.name) };
            if !found.contains(&warning) {
                found.push(warning);
            }
        }
    }
    found
}

struct Checker<'a> {
    book: &'a RuleBook,
    catalog: &'a Catalog,
    found: Vec<Warning>,
}

impl Checker<'_> {
    fn warn(&mut self, about: About, text: String) {
        self.found.push(Warning { about, text });
    }

    fn is_inactive(&self, user: UserId) -> bool {
        !self.catalog.possible_owners().any(|person| person.id == user)
    }

    /// Why nobody gets anything by a receiver.
    fn dead_end(&self, to: Receiver) -> Option<String> {
        match to {
            Receiver::Person(user) if self.is_inactive(user) => Some(self.left(user)),
            Receiver::Group(group) => self.retired(group),
            Receiver::Person(_) => None,
        }
    }

    fn retired(&self, id: GroupId) -> Option<String> {
        let group = self.catalog.group(id).filter(|group| group.retired)?;
        Some(format!("The group {} is retired, so it gets nothing", group.name))
    }

    fn left(&self, user: UserId) -> String {
        format!("{} can no longer sign in, so nothing goes there", self.catalog.person_name(user))
    }

    fn steps(&mut self) {
        let settings = &self.book.settings;
        let off = |step| !settings.is_on(step);
        let has = |by: fn(&Territory) -> bool| self.book.territories.iter().any(by);
        let idle = [
            (Step::DirectCoverage, !self.book.coverage.is_empty()),
            (Step::Territory, has(|territory| territory.manager.is_some())),
            (Step::Specialist, !self.book.specialists.is_empty()),
            (Step::GroupByPlace, has(|territory| territory.group.is_some())),
        ];
        for (step, _) in idle.into_iter().filter(|(step, has_rules)| *has_rules && off(*step)) {
            self.warn(About::Steps, format!("“{}” is switched off, so none of its rules can fire", step.label()));
        }
    }

    fn coverage(&mut self) {
        for cover in &self.book.coverage {
            if self.is_inactive(cover.person) {
                self.warn(About::Coverage(cover.number), self.left(cover.person));
            }
        }
    }

    /// Company names of which an account is somebody else's: an account counts before its name.
    fn hidden_names(&mut self) {
        let names: BTreeMap<&str, &Coverage> =
            self.book.coverage.iter().filter(|cover| cover.by == CoverBy::Name).map(|cover| (cover.key.as_str(), cover)).collect();
        // Making a key of each account is dear where there are many.
        if names.is_empty() {
            return;
        }
        for account in self.book.coverage.iter().filter(|cover| cover.by == CoverBy::Account) {
            if let Some(name) = names.get(name_key(&account.what).as_str()).filter(|name| name.person != account.person)
                && !self.is_inactive(account.person)
            {
                let text = format!("The company name {} gets no lead of the account {}: the account comes first", name.what, account.what);
                self.warn(About::Coverage(name.number), text);
            }
        }
    }

    fn territories(&mut self) {
        let settings = &self.book.settings;
        for territory in &self.book.territories {
            let about = About::Territory(territory.number);
            if territory.places.is_empty() {
                self.warn(about, "It has no places, so it never gets a lead".to_owned());
            }
            if territory.manager.is_none() && territory.group.is_none() {
                self.warn(about, "It has neither manager nor group, so it never gets a lead".to_owned());
            }
            if let Some(manager) = territory.manager.filter(|manager| self.is_inactive(*manager)) {
                self.warn(about, self.left(manager));
            }
            if let Some(text) = territory.group.and_then(|group| self.retired(group)) {
                self.warn(about, text);
            }
            if territory.manager.is_some() && territory.group.is_some() && settings.is_before(Step::GroupByPlace, Step::Territory) {
                self.warn(about, "Its group hides its manager: “Group by place” comes before “Territory”".to_owned());
            }
        }
    }

    /// Places of two territories that lie within each other on the same level. A narrower place within a wider one is meant.
    fn overlaps(&mut self) {
        let mut whole: BTreeMap<(&str, Option<&str>), &Territory> = BTreeMap::new();
        let mut ranges: BTreeMap<&str, Vec<(&str, String, &str, &Territory)>> = BTreeMap::new();
        let mut found = Vec::new();
        for (territory, place) in self.book.territories.iter().flat_map(|territory| territory.places.iter().map(move |place| (territory, place))) {
            let state = match &place.within {
                Within::Country => None,
                Within::State(state) => Some(state.as_str()),
                Within::Postcodes { from, to } => {
                    ranges.entry(&place.country).or_default().push((from, above(to), &place.text, territory));
                    continue;
                }
            };
            let first = *whole.entry((&place.country, state)).or_insert(territory);
            if first.number != territory.number {
                found.push((first, territory, place.text.as_str()));
            }
        }
        for of_country in ranges.values_mut() {
            of_country.sort_by(|one, other| one.0.cmp(other.0).then_with(|| other.1.cmp(&one.1)));
            let mut widest: Option<(&str, &Territory)> = None;
            for (from, end, text, territory) in &*of_country {
                if let Some((_, wide)) = widest.filter(|(reached, wide)| from <= reached && wide.number != territory.number) {
                    found.push((wide, territory, text));
                }
                if widest.is_none_or(|(reached, _)| reached < end.as_str()) {
                    widest = Some((end, territory));
                }
            }
        }
        for (one, other, place) in found {
            self.warn(About::Territory(other.number), format!("“{place}” overlaps the territory {}", one.name));
        }
    }

    /// Single postcodes of territories that somebody looks after directly, where that comes first.
    fn hidden_places(&mut self) {
        let settings = &self.book.settings;
        let is_first = |step| settings.is_before(Step::DirectCoverage, step);
        let locations: BTreeMap<&str, &Coverage> =
            self.book.coverage.iter().filter(|cover| cover.by == CoverBy::Location).map(|cover| (cover.key.as_str(), cover)).collect();
        for territory in &self.book.territories {
            let gives_first =
                (territory.manager.is_some() && !is_first(Step::Territory)) || (territory.group.is_some() && !is_first(Step::GroupByPlace));
            if gives_first || locations.is_empty() {
                continue;
            }
            for place in &territory.places {
                let Within::Postcodes { from, to } = &place.within else { continue };
                if from != to {
                    continue;
                }
                let cover = locations.get(format!("{}|{from}", place.country).as_str()).filter(|cover| !self.is_inactive(cover.person));
                if let Some(cover) = cover {
                    let text = format!("“{}” gets no lead: direct coverage of {} comes first", place.text, cover.what);
                    self.warn(About::Territory(territory.number), text);
                }
            }
        }
    }

    fn specialists(&mut self) {
        for specialist in &self.book.specialists {
            let about = About::Specialist(specialist.number);
            if let Some(choice) = self.catalog.choice(specialist.offering).filter(|choice| choice.retired) {
                self.warn(about, format!("“{}” is retired, so hardly any lead asks for it", choice.name));
            }
            if let Some(text) = self.dead_end(specialist.to) {
                self.warn(about, text);
            }
        }
    }

    fn fallback(&mut self) {
        let fallback = &self.book.settings.fallback;
        if let Some(text) = fallback.to.and_then(|to| self.dead_end(to)) {
            self.warn(About::Fallback, text);
        }
        for user in &fallback.copies {
            if self.is_inactive(*user) {
                self.warn(About::Fallback, self.left(*user));
            }
        }
    }
}
