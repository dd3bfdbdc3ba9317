//! The steps. A pure function of what is known of the lead, the rule book and the house; the same always gives the same.

use super::{CoverBy, Coverage, Decision, Found, Given, House, Inputs, LeadFacts, PassedOver, Prepared, Receiver, Step, StepTried, Territory, Way};
use crate::reach::stand_in;
use crate::{AccountId, GroupId, Hindrance, UserId};

/// A decision with the part of the house that it asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    pub decision: Decision,
    people: Vec<UserId>,
    groups: Vec<GroupId>,
}

impl Routed {
    /// What has to be kept so that the decision can be made once more.
    #[must_use]
    pub fn inputs(&self, facts: LeadFacts, house: &House) -> Inputs {
        let people = self.people.iter().filter_map(|id| house.people.get(id).map(|person| (*id, *person)));
        let groups = self.groups.iter().filter_map(|id| house.groups.get(id).map(|group| (*id, group.clone())));
        Inputs { facts, house: House { people: people.collect(), groups: groups.collect() } }
    }
}

/// Decides who gets a lead.
#[must_use]
pub fn decide(book: &Prepared, facts: &LeadFacts, house: &House) -> Routed {
    let mut run = Run { book, facts, house, people: Vec::new(), groups: Vec::new(), distributor: None };
    let settings = &book.book().settings;
    let mut steps = Vec::with_capacity(settings.steps.len() + 1);
    let on = settings.steps.iter().filter(|setting| setting.is_on).map(|setting| setting.step);
    for step in on.chain([Step::Fallback]) {
        let tried = run.try_step(step);
        let is_over = tried.given.is_some();
        steps.push(tried);
        if is_over {
            break;
        }
    }
    let (owner, group) = match steps.last().and_then(|last| last.given) {
        Some(Given::Person(user)) => (Some(user), None),
        Some(Given::Group { group, user, .. }) => (user, Some(group)),
        Some(Given::Nobody) | None => (None, None),
    };
    let is_fallback = steps.last().is_some_and(|last| last.step == Step::Fallback);
    let copies = if is_fallback { settings.fallback.copies.iter().copied().filter(|user| Some(*user) != owner).collect() } else { Vec::new() };
    let decision = Decision { owner, group, distributor: run.distributor, copies, steps, version: book.book().version };
    Routed { decision, people: run.people, groups: run.groups }
}

struct Run<'a> {
    book: &'a Prepared,
    facts: &'a LeadFacts,
    house: &'a House,
    people: Vec<UserId>,
    groups: Vec<GroupId>,
    distributor: Option<AccountId>,
}

/// Who a step gives the lead to, and who was passed over on the way.
type Handed = (Option<Given>, Vec<PassedOver>);

impl<'a> Run<'a> {
    fn try_step(&mut self, step: Step) -> StepTried {
        match step {
            Step::ExistingCustomer => self.existing_customer(),
            Step::DirectCoverage => self.direct_coverage(),
            Step::Territory => self.territory(),
            Step::Specialist => self.specialist(),
            Step::GroupByPlace => self.group_by_place(),
            Step::Fallback => self.fallback(),
        }
    }

    fn existing_customer(&mut self) -> StepTried {
        let step = Step::ExistingCustomer;
        match self.facts.salesperson {
            _ if self.facts.account.is_none() => none(step, Found::NewAccount),
            _ if !self.facts.is_customer => none(step, Found::NotACustomer),
            None => none(step, Found::NoSalesperson),
            Some(user) => {
                let handed = self.hand_person(user);
                tried(step, Found::Salesperson(user), handed)
            }
        }
    }

    fn direct_coverage(&mut self) -> StepTried {
        let step = Step::DirectCoverage;
        let (book, facts) = (self.book, self.facts);
        let by_key = |by, key: &str| if key.is_empty() { None } else { book.cover_of(by, key) };
        let of_rule = |cover: &'a Coverage| (cover.by, cover.what.as_str(), cover.person);
        // A customer's rep has a step of their own.
        let rep = facts.salesperson.filter(|_| facts.account.is_some() && !facts.is_customer);
        // A key is made only where there is something to find.
        let location = if facts.spot.postcode.is_empty() { None } else { by_key(CoverBy::Location, &facts.spot.location()) };
        let signs = [
            facts.account.and_then(|account| book.cover_of_account(account)).map(of_rule),
            rep.map(|rep| (CoverBy::Account, facts.company.as_str(), rep)),
            by_key(CoverBy::Name, &facts.name_key).map(of_rule),
            facts.domains.iter().find_map(|domain| by_key(CoverBy::Domain, domain)).map(of_rule),
            location.map(of_rule),
        ];
        let mut signs = signs.into_iter().flatten();
        let Some((by, what, person)) = signs.next() else { return none(step, Found::NotCovered) };
        let others = signs.filter(|(_, _, other)| *other != person);
        let differs = others.map(|(by, what, other)| (by, what.to_owned(), other)).collect();
        let handed = self.hand_person(person);
        tried(step, Found::Covered { by, what: what.to_owned(), person, differs }, handed)
    }

    fn territory(&mut self) -> StepTried {
        let step = Step::Territory;
        let territory = match self.territory_here() {
            Ok(territory) => territory,
            Err(found) => return none(step, found),
        };
        let name = territory.name.clone();
        let Some(manager) = territory.manager else { return none(step, Found::Vacant { territory: name }) };
        let named = self.book.distributor(territory.number, self.facts.quarter);
        let handed = self.hand_person(manager);
        if handed.0.is_some() {
            self.distributor = named.map(|(account, _)| account);
        }
        tried(step, Found::Manager { territory: name, manager, distributor: named.map(|(_, name)| name.to_owned()) }, handed)
    }

    fn specialist(&mut self) -> StepTried {
        let step = Step::Specialist;
        if self.facts.offerings.is_empty() {
            return none(step, Found::NoOffering);
        }
        let Some(specialist) = self.facts.offerings.iter().find_map(|offering| self.book.specialist(*offering)) else {
            return none(step, Found::NoSpecialist);
        };
        let handed = self.hand_receiver(specialist.to);
        tried(step, Found::Specialist { offering: specialist.offering, to: specialist.to }, handed)
    }

    fn group_by_place(&mut self) -> StepTried {
        let step = Step::GroupByPlace;
        let territory = match self.territory_here() {
            Ok(territory) => territory,
            Err(found) => return none(step, found),
        };
        let name = territory.name.clone();
        let Some(group) = territory.group else { return none(step, Found::Vacant { territory: name }) };
        let handed = self.hand_group(group);
        tried(step, Found::Group { territory: name, group }, handed)
    }

    /// Whoever was meant is passed over here too, but then it waits for whoever takes it.
    fn fallback(&mut self) -> StepTried {
        let step = Step::Fallback;
        let mut passed_over = Vec::new();
        let named = self.book.book().settings.fallback.to.map(|to| (to, Found::Fallback(to)));
        let intake_owner = self.facts.intake_owner.map(|user| (Receiver::Person(user), Found::IntakeOwner(user)));
        for (to, found) in named.into_iter().chain(intake_owner) {
            let (given, passed) = self.hand_receiver(to);
            passed_over.extend(passed);
            if given.is_some() {
                return tried(step, found, (given, passed_over));
            }
        }
        if let Some(group) = self.facts.taken_by
            && let (Some(given), passed) = self.hand_group(group)
        {
            passed_over.extend(passed);
            return tried(step, Found::TakenBy(group), (Some(given), passed_over));
        }
        tried(step, Found::Nobody, (Some(Given::Nobody), passed_over))
    }

    fn territory_here(&self) -> Result<&'a Territory, Found> {
        if self.facts.spot.is_empty() {
            return Err(Found::NoPlace);
        }
        self.book.territory_at(&self.facts.spot).ok_or(Found::NoTerritory)
    }

    fn hand_receiver(&mut self, to: Receiver) -> Handed {
        match to {
            Receiver::Person(user) => self.hand_person(user),
            Receiver::Group(group) => self.hand_group(group),
        }
    }

    /// To somebody, or to whoever stands in for them.
    fn hand_person(&mut self, user: UserId) -> Handed {
        let Some(why) = self.gone(user) else { return (Some(Given::Person(user)), Vec::new()) };
        let deputy = stand_in(user, |asked| (self.gone(asked).is_some(), self.house.people.get(&asked).and_then(|person| person.deputy)));
        (deputy.map(Given::Person), vec![PassedOver { user, why, deputy }])
    }

    /// Why nothing is given to somebody.
    fn gone(&mut self, user: UserId) -> Option<Hindrance> {
        if !self.people.contains(&user) {
            self.people.push(user);
        }
        self.house.people.get(&user).map_or(Some(Hindrance::Inactive), |person| person.gone)
    }

    /// To a group in its way; to nobody when it is not in use.
    fn hand_group(&mut self, group: GroupId) -> Handed {
        self.groups.push(group);
        let Some(now) = self.house.groups.get(&group) else { return (None, Vec::new()) };
        let way = self.book.book().settings.way_of(group);
        let mut in_turn = now.members.clone();
        match way {
            Way::Accept => return (Some(Given::Group { group, way, user: None }), Vec::new()),
            Way::RoundRobin => {
                let behind = now.last.and_then(|last| in_turn.iter().position(|user| *user > last)).unwrap_or(0);
                in_turn.rotate_left(behind);
            }
            Way::ByLoad => in_turn.sort_by_key(|user| now.loads.get(user).copied().unwrap_or(0)),
        }
        let mut passed_over = Vec::new();
        for user in in_turn {
            match self.gone(user) {
                None => return (Some(Given::Group { group, way, user: Some(user) }), passed_over),
                Some(why) => passed_over.push(PassedOver { user, why, deputy: None }),
            }
        }
        (Some(Given::Group { group, way, user: None }), passed_over)
    }
}

fn none(step: Step, found: Found) -> StepTried {
    StepTried { step, found, given: None, passed_over: Vec::new() }
}

fn tried(step: Step, found: Found, (given, passed_over): Handed) -> StepTried {
    StepTried { step, found, given, passed_over }
}
