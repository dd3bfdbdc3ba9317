//! Routing, step by step, with the cast.

use proptest::prelude::*;

use super::*;
use crate::cast::{self, ACME, ADA, ANA, INES, MARTIN, MAYA, NORTH, NORTHWIND, SOUTH};
use crate::match_key::name_key;
use crate::{Absence, AccountId, ChoiceId, ChoiceList, GroupId, Hindrance, TerritoryId, UserId};

const QUARTER: Quarter = Quarter { year: 2025, quarter: 4 };

fn cloud() -> ChoiceId {
    cast::choice(ChoiceList::Offering, "Cloud")
}

/// A lead of Acme in Leeds, which is no customer yet.
fn facts() -> LeadFacts {
    LeadFacts {
        account: Some(ACME),
        company: "Acme Ltd".to_owned(),
        is_customer: false,
        salesperson: None,
        name_key: name_key("Acme Ltd"),
        domains: vec!["mail.acme.test".to_owned(), "acme.test".to_owned()],
        spot: Spot { country: "gb".to_owned(), state: "yorkshire".to_owned(), postcode: "ls11aa".to_owned() },
        offerings: vec![cloud()],
        quarter: QUARTER,
        intake_owner: None,
        taken_by: None,
    }
}

/// Everybody of the cast is there.
fn house() -> House {
    let people = [ADA, ANA, INES, MARTIN, MAYA].map(|user| (user, PersonNow { gone: None, deputy: None }));
    let group = |members: Vec<UserId>| GroupNow { members, ..GroupNow::default() };
    House { people: people.into(), groups: [(NORTH, group(vec![ANA, INES, MAYA])), (SOUTH, group(vec![ANA]))].into() }
}

fn absent(mut house: House, user: UserId, deputy: Option<UserId>) -> House {
    house.people.insert(user, PersonNow { gone: Some(Hindrance::Absent { until: None }), deputy });
    house
}

fn gone(mut house: House, user: UserId) -> House {
    house.people.insert(user, PersonNow { gone: Some(Hindrance::Inactive), deputy: Some(ANA) });
    house.people.get_mut(&user).expect("of the house").deputy = None;
    house
}

fn place(text: &str) -> Place {
    Place::parse(text).expect("a place")
}

fn territory(number: i64, name: &str, manager: Option<UserId>, group: Option<GroupId>, places: &[&str]) -> Territory {
    Territory { number: TerritoryId(number), name: name.to_owned(), manager, group, places: places.iter().map(|text| place(text)).collect() }
}

fn covers(mut coverage: Vec<Coverage>) -> RuleBook {
    coverage.iter_mut().zip(1..).for_each(|(cover, number)| cover.number = number);
    RuleBook { version: 1, coverage, ..RuleBook::default() }
}

fn territories(territories: Vec<Territory>) -> RuleBook {
    RuleBook { version: 1, territories, ..RuleBook::default() }
}

fn route(book: &RuleBook, facts: &LeadFacts, house: &House) -> Decision {
    decide(&Prepared::new(book.clone()), facts, house).decision
}

fn won(decision: &Decision) -> Step {
    decision.steps.last().expect("a step").step
}

fn sentence(decision: &Decision, facts: &LeadFacts) -> String {
    explain(decision, facts, cast::NOW, &cast::catalog()).sentence
}

#[test]
fn a_customer_s_lead_goes_to_its_salesperson_before_any_other_rule() {
    let book = RuleBook { coverage: covers(vec![Coverage::of_account(ACME, "Acme Ltd", ANA)]).coverage, ..RuleBook::default() };
    let customer = LeadFacts { is_customer: true, salesperson: Some(MAYA), ..facts() };
    for (facts, owner, reason) in [
        (customer.clone(), Some(MAYA), "Maya Lind is the salesperson of the customer Acme Ltd"),
        (LeadFacts { salesperson: None, ..customer.clone() }, Some(ANA), "The customer Acme Ltd has no salesperson"),
        (LeadFacts { is_customer: false, ..customer.clone() }, Some(ANA), "Acme Ltd is no customer"),
        (LeadFacts { account: None, ..customer.clone() }, None, "Acme Ltd was not known before"),
    ] {
        let decision = route(&book, &facts, &house());
        assert_eq!(decision.owner, owner, "{reason}");
        assert_eq!(explain(&decision, &facts, cast::NOW, &cast::catalog()).steps[0].reason, reason);
    }
    let decision = route(&book, &customer, &house());
    assert_eq!(sentence(&decision, &customer), "Went to Maya Lind, who is the salesperson of the customer Acme Ltd.");
}

#[test]
fn coverage_is_by_account_then_name_then_domain_then_location() {
    let all = [
        Coverage::of_account(ACME, "Acme Ltd", MAYA),
        Coverage::of_name("ACME limited", ANA),
        Coverage::of_domain("acme.test", INES),
        Coverage::of_location("GB, LS1 1AA", MARTIN).expect("a location"),
    ];
    for (from, owner, says) in [
        (0, MAYA, "Went to Maya Lind, who looks after the account Acme Ltd."),
        (1, ANA, "Went to Ana Reyes, who looks after the company name ACME limited."),
        (2, INES, "Went to Ines Intake, who looks after the domain acme.test."),
        (3, MARTIN, "Went to Martin North, who looks after the location GB, LS1 1AA."),
    ] {
        let decision = route(&covers(all[from..].to_vec()), &facts(), &house());
        assert_eq!((decision.owner, sentence(&decision, &facts()).as_str()), (Some(owner), says));
        let Found::Covered { differs, .. } = &decision.steps.last().expect("a step").found else { panic!("{decision:?}") };
        assert_eq!(differs.len(), 3 - from, "who else is pointed to is kept");
    }
    let elsewhere = LeadFacts { account: None, name_key: String::new(), domains: Vec::new(), spot: Spot::default(), ..facts() };
    assert_eq!(won(&route(&covers(all.to_vec()), &elsewhere, &house())), Step::Fallback);
}

/// Northwind, named for a territory.
fn named(territory: TerritoryId, quarter: Quarter) -> Nomination {
    Nomination { number: 1, territory, quarter, distributor: Some(NORTHWIND), name: "Northwind".to_owned(), by: None, at: None }
}

#[test]
fn an_account_that_is_no_customer_is_looked_after_by_its_primary_rep() {
    let with_rep = LeadFacts { salesperson: Some(MAYA), ..facts() };
    let book = covers(vec![Coverage::of_domain("acme.test", INES)]);
    let decision = route(&book, &with_rep, &house());
    assert_eq!((decision.owner, sentence(&decision, &with_rep).as_str()), (Some(MAYA), "Went to Maya Lind, who looks after the account Acme Ltd."));
    let Found::Covered { differs, .. } = &decision.steps[1].found else { panic!("{decision:?}") };
    assert_eq!(differs, &[(CoverBy::Domain, "acme.test".to_owned(), INES)]);
    let ruled = covers(vec![Coverage::of_account(ACME, "Acme Ltd", ANA)]);
    assert_eq!(route(&ruled, &with_rep, &house()).owner, Some(ANA), "a rule about the account counts first");
    let customer = LeadFacts { is_customer: true, ..with_rep };
    let mut off = book;
    off.settings.steps.iter_mut().filter(|setting| setting.step == Step::ExistingCustomer).for_each(|setting| setting.is_on = false);
    assert_eq!(route(&off, &customer, &house()).owner, Some(INES), "a customer's rep has a step of their own");
}

#[test]
fn a_territory_s_manager_gets_what_is_in_it_and_knows_the_distributor() {
    let mut book = territories(vec![
        territory(1, "Britain", Some(ANA), None, &["GB"]),
        territory(2, "Yorkshire", Some(MARTIN), None, &["GB, Yorkshire"]),
        territory(3, "Leeds", Some(MAYA), None, &["GB, LS*", "DE, 10-14"]),
        territory(4, "Leeds centre", Some(INES), None, &["GB, LS1 *"]),
    ]);
    let spot =
        |country: &str, state: &str, postcode: &str| Spot { country: country.to_owned(), state: state.to_owned(), postcode: postcode.to_owned() };
    for (spot, owner) in [
        (spot("gb", "yorkshire", "ls11aa"), Some(INES)),
        (spot("gb", "yorkshire", "ls285qd"), Some(MAYA)),
        (spot("gb", "yorkshire", "lz1"), Some(MARTIN)),
        (spot("gb", "", "hu11aa"), Some(ANA)),
        (spot("gb", "", ""), Some(ANA)),
        (spot("de", "", "10115"), Some(MAYA)),
        (spot("de", "", "15000"), None),
        (Spot::default(), None),
    ] {
        let facts = LeadFacts { spot, ..facts() };
        assert_eq!(route(&book, &facts, &house()).owner, owner, "{:?}", facts.spot);
    }
    let quarter = Quarter { year: 2025, quarter: 3 };
    book.nominations = vec![named(TerritoryId(4), quarter)];
    let decision = route(&book, &facts(), &house());
    assert_eq!((decision.owner, decision.distributor), (Some(INES), Some(NORTHWIND)));
    let says = "Went to Ines Intake, who manages the territory Leeds centre. The distributor for this quarter is Northwind.";
    assert_eq!(sentence(&decision, &facts()), says);
}

#[test]
fn a_specialist_gets_what_they_know_most_about() {
    let specialist = |to| RuleBook { specialists: vec![Specialist { number: 1, offering: cloud(), to }], ..RuleBook::default() };
    let decision = route(&specialist(Receiver::Person(INES)), &facts(), &house());
    assert_eq!((decision.owner, sentence(&decision, &facts()).as_str()), (Some(INES), "Went to Ines Intake, who knows most about Cloud."));
    let decision = route(&specialist(Receiver::Group(SOUTH)), &facts(), &house());
    assert_eq!((decision.owner, decision.group), (None, Some(SOUTH)));
    let other = LeadFacts { offerings: vec![cast::choice(ChoiceList::Offering, "Training")], ..facts() };
    assert_eq!(won(&route(&specialist(Receiver::Person(INES)), &other, &house())), Step::Fallback);
}

#[test]
fn a_group_by_place_accepts_takes_turns_or_goes_by_load() {
    let book = |way| RuleBook {
        settings: Settings { ways: vec![(NORTH, way)], ..Settings::default() },
        ..territories(vec![territory(1, "Yorkshire", None, Some(NORTH), &["GB, Yorkshire"])])
    };
    let mut house = house();
    let decision = route(&book(Way::Accept), &facts(), &house);
    assert_eq!((decision.owner, decision.group, decision.turn()), (None, Some(NORTH), None));
    assert_eq!(sentence(&decision, &facts()), "Waits for the group North, which works the territory Yorkshire. One of them has to accept it.");
    for (last, next) in [(None, ANA), (Some(ANA), INES), (Some(INES), MAYA), (Some(MAYA), ANA), (Some(MARTIN), MAYA)] {
        house.groups.get_mut(&NORTH).expect("a group").last = last;
        assert_eq!(route(&book(Way::RoundRobin), &facts(), &house).turn(), Some((NORTH, next)), "after {last:?}");
    }
    let without_ana = absent(house.clone(), ANA, Some(MARTIN));
    let decision = route(&book(Way::RoundRobin), &facts(), &without_ana);
    assert_eq!(decision.owner, Some(MAYA), "whose turn it was last decides, also when they are elsewhere");
    house.groups.get_mut(&NORTH).expect("a group").loads = [(ANA, 3), (INES, 1), (MAYA, 1)].into();
    let decision = route(&book(Way::ByLoad), &facts(), &house);
    assert_eq!((decision.owner, decision.group, decision.turn()), (Some(INES), Some(NORTH), None));
    let nobody = [ANA, INES, MAYA].into_iter().fold(house, |house, user| absent(house, user, None));
    let decision = route(&book(Way::ByLoad), &facts(), &nobody);
    assert_eq!((decision.owner, decision.group, decision.steps.last().expect("a step").passed_over.len()), (None, Some(NORTH), 3));
}

#[test]
fn what_no_rule_fits_goes_to_the_fallback_with_its_copies() {
    let fallback =
        |to| RuleBook { settings: Settings { fallback: Fallback { to, copies: vec![ADA, INES] }, ..Settings::default() }, ..RuleBook::default() };
    let decision = route(&fallback(Some(Receiver::Person(INES))), &facts(), &house());
    assert_eq!((decision.owner, decision.copies.as_slice()), (Some(INES), &[ADA][..]), "no copy for who gets it");
    let taken_by = LeadFacts { taken_by: Some(SOUTH), ..facts() };
    let decision = route(&fallback(Some(Receiver::Person(INES))), &taken_by, &gone(house(), INES));
    assert_eq!((decision.owner, decision.group), (None, Some(SOUTH)), "inactive people never receive");
    let decision = route(&RuleBook::default(), &taken_by, &house());
    assert_eq!((decision.owner, decision.group, decision.copies.len()), (None, Some(SOUTH), 0));
    let call = LeadFacts { intake_owner: Some(ADA), ..taken_by };
    let decision = route(&fallback(None), &call, &house());
    assert_eq!((decision.owner, decision.group, decision.copies.as_slice()), (Some(ADA), None, &[INES][..]), "a call ends at the intake owner");
    assert_eq!(sentence(&decision, &call), "Went to Ada Admin, who is the intake owner and gets what no rule fits.");
    let decision = route(&fallback(Some(Receiver::Person(INES))), &call, &gone(house(), INES));
    assert_eq!((decision.owner, decision.steps.last().expect("a step").passed_over.len()), (Some(ADA), 1));
    assert_eq!(route(&RuleBook::default(), &call, &gone(house(), ADA)).group, Some(SOUTH), "and at the group without one");
    let decision = route(&RuleBook::default(), &facts(), &house());
    assert_eq!((decision.owner, decision.group), (None, None));
    assert_eq!(sentence(&decision, &facts()), "Waits for whoever takes it, because no rule fits.");
}

#[test]
fn who_is_absent_passes_it_to_their_deputy_and_who_left_gets_nothing() {
    let book = covers(vec![Coverage::of_account(ACME, "Acme Ltd", MAYA), Coverage::of_domain("acme.test", INES)]);
    let decision = route(&book, &facts(), &absent(house(), MAYA, Some(ANA)));
    assert_eq!(decision.owner, Some(ANA));
    let says = "Went to Ana Reyes, who stands in for Maya Lind (absent). Maya Lind looks after the account Acme Ltd.";
    assert_eq!(sentence(&decision, &facts()), says);
    let chain = absent(absent(house(), MAYA, Some(ANA)), ANA, Some(MARTIN));
    assert_eq!(route(&book, &facts(), &chain).owner, Some(MARTIN), "a deputy's deputy");
    let nobody = route(&book, &facts(), &gone(house(), MAYA));
    assert_eq!((won(&nobody), nobody.steps[1].outcome()), (Step::Fallback, StepOutcome::PassedOver));
    let why = explain(&nobody, &facts(), cast::NOW, &cast::catalog());
    assert!(why.steps[1].reason.ends_with("Maya Lind is inactive, and nobody stands in"), "{}", why.steps[1].reason);
    let busy = PersonNow { gone: None, deputy: Some(ANA) };
    let mut house = house();
    house.people.insert(MAYA, busy);
    assert_eq!(route(&book, &facts(), &house).owner, Some(MAYA), "who is busy gets leads all the same");
}

#[test]
fn steps_are_tried_in_the_book_s_order_and_can_be_switched_off() {
    let mut book = covers(vec![Coverage::of_account(ACME, "Acme Ltd", MAYA)]);
    book.specialists = vec![Specialist { number: 1, offering: cloud(), to: Receiver::Person(INES) }];
    assert_eq!(route(&book, &facts(), &house()).owner, Some(MAYA));
    book.settings.steps.reverse();
    assert_eq!(route(&book, &facts(), &house()).owner, Some(INES));
    book.settings.steps.iter_mut().filter(|setting| setting.step == Step::Specialist).for_each(|setting| setting.is_on = false);
    let decision = route(&book, &facts(), &house());
    assert!(decision.owner == Some(MAYA) && decision.steps.iter().all(|tried| tried.step != Step::Specialist));
}

#[test]
fn an_editor_is_warned_of_what_cannot_be_meant() {
    let catalog = {
        let mut catalog = cast::catalog();
        catalog.people.iter_mut().filter(|person| person.id == ANA).for_each(|person| person.disabled = true);
        catalog
    };
    let mut book = territories(vec![
        territory(1, "Britain", Some(MARTIN), None, &["GB", "DE, 10-14"]),
        territory(2, "Leeds", Some(ANA), None, &["GB, LS*", "UK", "DE, 13500-15000"]),
        territory(3, "Nowhere", None, None, &[]),
    ]);
    book.coverage = covers(vec![Coverage::of_domain("acme.test", ANA)]).coverage;
    book.settings.fallback = Fallback { to: Some(Receiver::Person(ANA)), copies: Vec::new() };
    book.settings.steps.iter_mut().filter(|setting| setting.step == Step::DirectCoverage).for_each(|setting| setting.is_on = false);
    let found: Vec<(About, String)> = warnings(&book, &catalog).into_iter().map(|warning| (warning.about, warning.text)).collect();
    let left = "Ana Reyes can no longer sign in, so nothing goes there";
    let expected = [
        (About::Steps, "“Direct coverage” is switched off, so none of its rules can fire"),
        (About::Coverage(1), left),
        (About::Territory(TerritoryId(2)), left),
        (About::Territory(TerritoryId(3)), "It has no places, so it never gets a lead"),
        (About::Territory(TerritoryId(3)), "It has neither manager nor group, so it never gets a lead"),
        (About::Territory(TerritoryId(2)), "“UK” overlaps the territory Britain"),
        (About::Territory(TerritoryId(2)), "“DE, 13500-15000” overlaps the territory Britain"),
        (About::Fallback, left),
    ];
    assert_eq!(found, expected.map(|(about, text)| (about, text.to_owned())));
    assert_eq!(warnings(&RuleBook::default(), &catalog), []);
}

/// Tries rules on leads that were decided about by others, with the numbers from 1.
fn tried(in_force: &RuleBook, tried: &RuleBook, facts: &[LeadFacts], decisions: &[Decision]) -> TrialFound {
    let (in_force, tried) = (Prepared::new(in_force.clone()), Prepared::new(tried.clone()));
    let mut houses = TrialHouses { in_force: house(), tried: house() };
    let mut found = TrialFound::default();
    for ((facts, old), number) in facts.iter().zip(decisions).zip(1..) {
        found.try_lead(crate::LeadId(number), facts, old, TrialBooks { in_force: &in_force, tried: &tried }, &mut houses);
    }
    found
}

#[test]
fn an_editor_is_warned_of_rules_that_others_always_come_before() {
    let catalog = cast::catalog();
    let mut book = covers(vec![
        Coverage::of_account(ACME, "Acme Ltd", ANA),
        Coverage::of_name("ACME", MAYA),
        Coverage::of_location("GB, LS11 5QD", INES).expect("a location"),
    ]);
    book.territories =
        vec![territory(1, "Leeds", Some(MARTIN), Some(NORTH), &["GB, LS*", "GB, LS11 5QD"]), territory(2, "Empty", None, Some(SOUTH), &["DE"])];
    let found = |book: &RuleBook| warnings(book, &catalog).into_iter().map(|warning| (warning.about, warning.text)).collect::<Vec<_>>();
    let name = (About::Coverage(2), "The company name ACME gets no lead of the account Acme Ltd: the account comes first".to_owned());
    let leeds = About::Territory(TerritoryId(1));
    let place = (leeds, "“GB, LS11 5QD” gets no lead: direct coverage of GB, LS11 5QD comes first".to_owned());
    assert_eq!(found(&book), [name.clone(), place]);
    // One and the same person is meant, and the order is turned around.
    book.coverage[0].person = MAYA;
    book.settings.steps.reverse();
    let group = (leeds, "Its group hides its manager: “Group by place” comes before “Territory”".to_owned());
    assert_eq!(found(&book), [group]);
}

#[test]
fn a_trial_run_tells_who_would_have_whose_leads_and_by_which_step() {
    let before = covers(vec![Coverage::of_account(ACME, "Acme Ltd", MAYA)]);
    let after = covers(vec![Coverage::of_account(ACME, "Acme Ltd", ANA)]);
    let elsewhere = LeadFacts { account: None, name_key: String::new(), domains: Vec::new(), taken_by: Some(NORTH), ..facts() };
    let facts = [facts(), facts(), elsewhere];
    let decisions: Vec<Decision> = facts.iter().map(|facts| route(&before, facts, &house())).collect();
    let found = tried(&before, &after, &facts, &decisions);
    let (maya, ana) = (Some(Receiver::Person(MAYA)), Some(Receiver::Person(ANA)));
    assert_eq!((found.leads, found.moved, found.by_change, found.at_fallback()), (3, 2, 2, (1, 1)));
    let of = |to, had, would_have| ReceiverCount { to, had, would_have };
    assert_eq!(found.receivers, [of(maya, 2, 0), of(ana, 0, 2)]);
    let by = |step, leads| StepCount { step, had: leads, would_have: leads };
    assert_eq!(found.steps, [by(Step::DirectCoverage, 2), by(Step::Fallback, 1)]);
    let examples = vec![crate::LeadId(1), crate::LeadId(2)];
    assert_eq!(found.moves, [TrialMove { from: maya, to: ana, leads: 2, examples }]);
    let as_before = tried(&before, &before, &facts, &decisions);
    assert_eq!((as_before.moved, as_before.by_change, as_before.moves.len()), (0, 0, 0));
    // The rules changed since: what is tried moves nothing that they do not.
    let since = tried(&after, &after, &facts, &decisions);
    assert_eq!((since.moved, since.by_change), (2, 0));
}

#[test]
fn a_trial_run_tells_which_territories_and_distributors_would_have_more_or_less() {
    let quarter = Quarter { year: 2025, quarter: 3 };
    let mut before = territories(vec![
        territory(1, "Leeds", Some(MARTIN), None, &["GB, LS*"]),
        territory(2, "Hull", None, Some(NORTH), &["GB, HU*"]),
        territory(3, "York", Some(MARTIN), None, &["GB, YO*"]),
    ]);
    before.nominations = vec![named(TerritoryId(1), quarter)];
    // Leeds gives its centre to York, which has another distributor; Hull is called Humber; somebody looks after an account.
    let mut after = before.clone();
    after.territories[0].places = vec![place("GB, LS28*")];
    after.territories[1].name = "Humber".to_owned();
    after.territories[2].places.push(place("GB, LS1*"));
    after.nominations.push(Nomination {
        number: 2,
        distributor: Some(AccountId(77)),
        name: "Southwind".to_owned(),
        ..named(TerritoryId(3), quarter)
    });
    after.coverage = covers(vec![Coverage::of_account(AccountId(78), "Quay", ANA)]).coverage;
    let at = |postcode: &str| LeadFacts {
        account: None,
        spot: Spot { country: "gb".to_owned(), state: String::new(), postcode: postcode.to_owned() },
        ..facts()
    };
    let covered = LeadFacts { account: Some(AccountId(78)), ..at("ls285qd") };
    let facts = [at("ls11aa"), at("ls285qd"), at("hu11aa"), at("sw11aa"), covered];
    let decisions: Vec<Decision> = facts.iter().map(|facts| route(&before, facts, &house())).collect();
    let found = tried(&before, &after, &facts, &decisions);
    let row = |name: &str, had, would_have| ComparedRow { what: name.to_owned(), leads: BeforeAfter { had, would_have } };
    assert_eq!(found.territories.rows, [row("Leeds", 3, 1), row("York", 0, 1), row("Humber", 1, 1)], "a new name alone is no difference");
    assert_eq!(found.territories.none, BeforeAfter { had: 1, would_have: 2 });
    let names: Vec<_> = found.distributors.rows.iter().map(|row| (row.what.name.as_str(), row.leads.had, row.leads.would_have)).collect();
    assert_eq!(names, [("Northwind", 3, 1), ("Southwind", 0, 1)]);
    assert_eq!(found.distributors.none, BeforeAfter { had: 2, would_have: 3 });
    // One manager has both territories, so but for the covered account the leads stay with whom they are.
    assert_eq!((found.leads, found.moved), (5, 1));
    for total in [found.territories.total(), found.distributors.total()] {
        assert_eq!(total, BeforeAfter { had: 5, would_have: 5 }, "the rows add up");
    }
}

#[test]
fn what_a_trial_run_found_before_it_told_territories_apart_reads_back() {
    let mut stored = serde_json::to_value(TrialFound { leads: 3, ..TrialFound::default() }).expect("JSON");
    let fields = stored.as_object_mut().expect("an object");
    assert!(fields.remove("territories").is_some() && fields.remove("distributors").is_some());
    assert_eq!(serde_json::from_value::<TrialFound>(stored).expect("what was found"), TrialFound { leads: 3, ..TrialFound::default() });
}

#[test]
fn in_a_trial_run_turns_go_round() {
    let settings = Settings { ways: vec![(NORTH, Way::RoundRobin)], ..Settings::default() };
    let before = RuleBook::default();
    let after = RuleBook { settings, ..RuleBook::default() };
    let facts: Vec<LeadFacts> =
        (0..4).map(|_| LeadFacts { account: None, name_key: String::new(), domains: Vec::new(), taken_by: Some(NORTH), ..facts() }).collect();
    let decisions: Vec<Decision> = facts.iter().map(|facts| route(&before, facts, &house())).collect();
    let found = tried(&before, &after, &facts, &decisions);
    let person = |user, leads| ReceiverCount { to: Some(Receiver::Person(user)), had: 0, would_have: leads };
    let waited = ReceiverCount { to: Some(Receiver::Group(NORTH)), had: 4, would_have: 0 };
    assert_eq!(found.receivers, [waited, person(ANA, 2), person(INES, 1), person(MAYA, 1)]);
}

prop_compose! {
    fn any_facts()(
        account in proptest::option::of(Just(ACME)),
        is_customer in any::<bool>(),
        salesperson in proptest::option::of(person()),
        with_domain in any::<bool>(),
        postcode in proptest::sample::select(vec!["", "ls11aa", "hu1"]),
        country in proptest::sample::select(vec!["", "gb", "fr"]),
        with_offering in any::<bool>(),
        intake_owner in proptest::option::of(person()),
        taken_by in proptest::option::of(proptest::sample::select(vec![NORTH, SOUTH, GroupId(9)])),
    ) -> LeadFacts {
        LeadFacts {
            account,
            is_customer,
            salesperson,
            domains: if with_domain { facts().domains } else { Vec::new() },
            spot: Spot { country: country.to_owned(), state: String::new(), postcode: postcode.to_owned() },
            offerings: if with_offering { vec![cloud()] } else { Vec::new() },
            intake_owner,
            taken_by,
            ..facts()
        }
    }
}

fn person() -> impl Strategy<Value = UserId> {
    proptest::sample::select(vec![ADA, ANA, INES, MARTIN, MAYA, UserId(99)])
}

prop_compose! {
    fn any_house()(
        gone in proptest::collection::vec((person(), proptest::option::of(person()), any::<bool>()), 0..5),
        last in proptest::option::of(person()),
        loads in proptest::collection::btree_map(person(), 0_i64..9, 0..4),
    ) -> House {
        let absence = Absence { from: cast::NOW, until: None };
        let why = |is_absent| if is_absent { Hindrance::Absent { until: absence.until } } else { Hindrance::Inactive };
        let mut house = house();
        house.people.extend(gone.into_iter().map(|(user, deputy, is_absent)| (user, PersonNow { gone: Some(why(is_absent)), deputy })));
        let north = house.groups.get_mut(&NORTH).expect("a group");
        (north.last, north.loads) = (last, loads);
        house
    }
}

prop_compose! {
    fn any_book()(
        covered in proptest::collection::vec((0_usize..4, person()), 0..4),
        managers in proptest::collection::vec((proptest::option::of(person()), proptest::option::of(Just(NORTH)), 0_usize..3), 0..4),
        specialist in proptest::option::of(person()),
        fallback in proptest::option::of(person()),
        way in proptest::sample::select(Way::ALL.to_vec()),
        order in Just(Step::STANDARD.to_vec()).prop_shuffle(),
        on in proptest::collection::vec(any::<bool>(), 5),
    ) -> RuleBook {
        let cover = |(by, person): (usize, UserId)| match by {
            0 => Coverage::of_account(ACME, "Acme", person),
            1 => Coverage::of_name("Acme", person),
            2 => Coverage::of_domain("acme.test", person),
            _ => Coverage::of_location("GB, LS1 1AA", person).expect("a location"),
        };
        let region = |((manager, group, at), number): ((_, _, usize), i64)| territory(number, "Region", manager, group, &[["GB", "GB, LS*", "FR"][at]]);
        RuleBook {
            version: 3,
            coverage: covers(covered.into_iter().map(cover).collect()).coverage,
            territories: managers.into_iter().zip(1..).map(region).collect(),
            specialists: specialist.map(|user| Specialist { number: 1, offering: cloud(), to: Receiver::Person(user) }).into_iter().collect(),
            nominations: Vec::new(),
            settings: Settings {
                steps: order.into_iter().zip(on).map(|(step, is_on)| StepSetting { step, is_on }).collect(),
                ways: vec![(NORTH, way)],
                fallback: Fallback { to: fallback.map(Receiver::Person), copies: vec![ADA] },
            },
        }
    }
}

proptest! {
    #[test]
    fn what_was_stored_decides_the_same_once_more(book in any_book(), facts in any_facts(), house in any_house()) {
        let prepared = Prepared::new(book);
        let routed = decide(&prepared, &facts, &house);
        let stored = serde_json::to_string(&routed.inputs(facts, &house)).expect("JSON");
        let inputs: Inputs = serde_json::from_str(&stored).expect("inputs");
        let outcome = serde_json::to_string(&routed.decision).expect("JSON");
        prop_assert_eq!(&serde_json::from_str::<Decision>(&outcome).expect("a decision"), &routed.decision);
        let again = decide(&prepared, &inputs.facts, &inputs.house);
        prop_assert_eq!(&again.decision, &routed.decision);
        let why = explain(&again.decision, &inputs.facts, cast::NOW, &cast::catalog());
        prop_assert!(why.sentence.ends_with('.') && why.steps.iter().all(|step| !step.reason.is_empty()));
    }

    #[test]
    fn nobody_who_is_gone_gets_a_lead(book in any_book(), facts in any_facts(), house in any_house()) {
        let decision = decide(&Prepared::new(book), &facts, &house).decision;
        prop_assert!(decision.owner.is_none_or(|user| house.people.get(&user).is_some_and(|person| person.gone.is_none())));
        prop_assert_eq!(decision.steps.iter().filter(|tried| tried.given.is_some()).count(), 1);
    }
}

#[test]
fn a_call_centre_that_was_named_draws_a_warning() {
    let quarter = Quarter { year: 2026, quarter: 4 };
    let mut book = territories(vec![territory(4, "Leeds", Some(MARTIN), None, &["GB"]), territory(5, "Bonn", Some(MARTIN), None, &["DE"])]);
    book.nominations = vec![named(TerritoryId(4), quarter), Nomination { number: 2, ..named(TerritoryId(5), quarter.next()) }];
    let about =
        |quarter, marked: &[AccountId]| call_centre_warnings(&book, quarter, marked).into_iter().map(|warning| warning.about).collect::<Vec<_>>();
    assert_eq!(about(quarter, &[]), []);
    let (leeds, bonn) = (About::Territory(TerritoryId(4)), About::Territory(TerritoryId(5)));
    assert_eq!(about(quarter, &[NORTHWIND]), [leeds, bonn], "also of the next quarter");
    assert_eq!(about(quarter.previous(), &[NORTHWIND]), [leeds]);
    let text = &call_centre_warnings(&book, quarter, &[NORTHWIND])[0].text;
    assert!(text.starts_with("Northwind answers from a central call centre"), "{text}");
}
