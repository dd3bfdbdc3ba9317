//! A decision in words that a rep understands: one sentence, and a reason for each step.

use serde::{Deserialize, Serialize};

use super::{CoverBy, Decision, Found, Given, LeadFacts, PassedOver, Receiver, Step, StepOutcome, StepTried, Way};
use crate::{Catalog, GroupId, SiteTime, Timestamp, UserId};

/// Why a lead went where it went, as pages show it and the API says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub sentence: String,
    pub owner: Option<UserId>,
    pub group: Option<GroupId>,
    /// Name of the distributor for the quarter, to whom the owner may delegate it.
    pub distributor: Option<String>,
    /// Who has a copy.
    pub copies: Vec<UserId>,
    pub at: Timestamp,
    pub rules_version: i64,
    /// In the order in which they were tried; none for people from outside.
    pub steps: Vec<WhyStep>,
}

/// What became of a step, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyStep {
    pub step: Step,
    pub outcome: StepOutcome,
    pub reason: String,
}

/// Tells of a decision of a moment.
#[must_use]
pub fn explain(decision: &Decision, facts: &LeadFacts, at: Timestamp, catalog: &Catalog) -> Why {
    let teller = Teller { facts, catalog, at };
    let steps = decision.steps.iter().map(|tried| WhyStep { step: tried.step, outcome: tried.outcome(), reason: teller.reason(tried) });
    Why {
        sentence: decision.steps.last().map_or_else(|| "Nobody decided".to_owned(), |last| teller.sentence(last)),
        owner: decision.owner,
        group: decision.group,
        distributor: decision.steps.last().and_then(|won| named(&won.found)).map(str::to_owned),
        copies: decision.copies.clone(),
        at,
        rules_version: decision.version,
        steps: steps.collect(),
    }
}

struct Teller<'a> {
    facts: &'a LeadFacts,
    catalog: &'a Catalog,
    at: Timestamp,
}

impl Teller<'_> {
    /// "Went to Maya Chen, who looks after the account Acme."
    fn sentence(&self, won: &StepTried) -> String {
        let role = match &won.found {
            Found::Salesperson(_) => format!("is the salesperson of the customer {}", self.facts.company),
            Found::Covered { by, what, .. } => format!("looks after {}", by.in_words(what)),
            Found::Manager { territory, .. } => format!("manages the territory {territory}"),
            Found::Specialist { offering, .. } => format!("knows most about {}", self.catalog.choice_name(*offering)),
            Found::Group { territory, .. } => format!("works the territory {territory}"),
            Found::IntakeOwner(_) => "is the intake owner and gets what no rule fits".to_owned(),
            _ => "gets what no rule fits".to_owned(),
        };
        // "Acme Ltd." ends a sentence by itself.
        let role = role.trim_end_matches('.');
        let went = match won.given {
            Some(Given::Person(user)) => match won.passed_over.iter().find(|passed| passed.deputy.is_some()) {
                Some(PassedOver { user: wanted, why, .. }) => {
                    let (deputy, wanted, why) = (self.person(user), self.person(*wanted), why.words(self.time()));
                    format!("Went to {deputy}, who stands in for {wanted} ({why}). {wanted} {role}.")
                }
                None => format!("Went to {}, who {role}.", self.person(user)),
            },
            Some(Given::Group { group, user: Some(user), .. }) => {
                format!("Went to {} of the group {}, which {role}.", self.person(user), self.group(group))
            }
            Some(Given::Group { group, user: None, .. }) => format!("Waits for the group {}, which {role}.", self.group(group)),
            Some(Given::Nobody) | None => "Waits for whoever takes it, because no rule fits.".to_owned(),
        };
        format!("{went}{}{}", turn(won), delegates(won))
    }

    fn reason(&self, tried: &StepTried) -> String {
        let mut text = self.found(&tried.found);
        for PassedOver { user, why, deputy } in &tried.passed_over {
            let why = why.words(self.time());
            text.push_str(&match deputy {
                Some(deputy) => format!(". {} is {why}; {} stands in", self.person(*user), self.person(*deputy)),
                None if tried.given.is_some() => format!(". {} is {why}", self.person(*user)),
                None => format!(". {} is {why}, and nobody stands in", self.person(*user)),
            });
        }
        match tried.given {
            Some(Given::Group { way: Way::RoundRobin, user: Some(user), .. }) => text.push_str(&format!(". It is {}’s turn", self.person(user))),
            Some(Given::Group { way: Way::ByLoad, user: Some(user), .. }) => {
                text.push_str(&format!(". {} has the fewest open leads", self.person(user)));
            }
            Some(Given::Group { user: None, .. }) => text.push_str(". One of them has to accept it"),
            None if matches!(&tried.found, Found::Group { .. } | Found::Specialist { to: Receiver::Group(_), .. }) => {
                text.push_str(". The group is no longer used");
            }
            _ => {}
        }
        text
    }

    /// What was compared, and what came of it.
    fn found(&self, found: &Found) -> String {
        let company = &self.facts.company;
        match found {
            Found::NewAccount => format!("{company} was not known before"),
            Found::NotACustomer => format!("{company} is no customer"),
            Found::NoSalesperson => format!("The customer {company} has no salesperson"),
            Found::Salesperson(user) => format!("{} is the salesperson of the customer {company}", self.person(*user)),
            Found::NotCovered => format!("Nobody looks after {}", self.compared()),
            Found::Covered { by, what, person, differs } => {
                let mut text = format!("{} looks after {}", self.person(*person), by.in_words(what));
                for (by, what, person) in differs {
                    text.push_str(&format!(", though {} looks after {}", self.person(*person), by.in_words(what)));
                }
                text
            }
            Found::NoPlace => "It is not known where the lead is".to_owned(),
            Found::NoTerritory => format!("{} is in no territory", self.facts.spot.readable()),
            Found::Vacant { territory } => format!("{} is in the territory {territory}, which has nobody for this", self.facts.spot.readable()),
            Found::Manager { territory, manager, distributor } => {
                let mut text = format!("{} is in the territory {territory}, which {} manages", self.facts.spot.readable(), self.person(*manager));
                if let Some(distributor) = distributor {
                    text.push_str(&format!(" and may delegate to {distributor}, the distributor of {}", self.facts.quarter));
                }
                text
            }
            Found::Group { territory, group } => {
                format!("{} is in the territory {territory} of the group {}", self.facts.spot.readable(), self.group(*group))
            }
            Found::NoOffering => "It is not known what the lead is interested in".to_owned(),
            Found::NoSpecialist => {
                let names: Vec<_> = self.facts.offerings.iter().map(|id| self.catalog.choice_name(*id)).collect();
                format!("There is no specialist for {}", names.join(", "))
            }
            Found::Specialist { offering, to } => format!("{} knows most about {}", self.receiver(*to), self.catalog.choice_name(*offering)),
            Found::Fallback(to) => format!("{} gets what no rule fits", self.receiver(*to)),
            Found::IntakeOwner(user) => format!("No fallback is there, so {} gets it as the intake owner", self.person(*user)),
            Found::TakenBy(group) => format!("No fallback is named, so the group {} gets it", self.group(*group)),
            Found::Nobody => "No fallback is there, so whoever sees it may take it".to_owned(),
        }
    }

    /// What coverage was looked for by.
    fn compared(&self) -> String {
        let LeadFacts { company, domains, spot, .. } = self.facts;
        let account = self.facts.account.map(|_| CoverBy::Account.in_words(company));
        let name = (!company.is_empty()).then(|| CoverBy::Name.in_words(company));
        let domain = domains.first().map(|domain| CoverBy::Domain.in_words(domain));
        let location = (!spot.postcode.is_empty()).then(|| CoverBy::Location.in_words(&spot.readable()));
        [account, name, domain, location].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Days of an absence do not depend on the clock's place.
    fn time(&self) -> SiteTime {
        SiteTime { now: self.at, ahead_ms: 0 }
    }

    fn person(&self, user: UserId) -> String {
        self.catalog.person_name(user)
    }

    fn group(&self, group: GroupId) -> String {
        self.catalog.group(group).map_or_else(|| "of the house".to_owned(), |group| group.name.clone())
    }

    fn receiver(&self, to: Receiver) -> String {
        match to {
            Receiver::Person(user) => self.person(user),
            Receiver::Group(group) => format!("The group {}", self.group(group)),
        }
    }
}

/// How the group came to this person.
fn turn(won: &StepTried) -> &'static str {
    match won.given {
        Some(Given::Group { way: Way::RoundRobin, user: Some(_), .. }) => " It was their turn.",
        Some(Given::Group { way: Way::ByLoad, user: Some(_), .. }) => " They had the fewest open leads.",
        Some(Given::Group { user: None, .. }) => " One of them has to accept it.",
        _ => "",
    }
}

fn delegates(won: &StepTried) -> String {
    named(&won.found).map_or_else(String::new, |distributor| format!(" The distributor for this quarter is {distributor}."))
}

/// The distributor that was named.
fn named(found: &Found) -> Option<&str> {
    match found {
        Found::Manager { distributor, .. } => distributor.as_deref(),
        _ => None,
    }
}
