//! P15: decisions of routing, the pure engine on one core, with 100,000 covered accounts and 10,000 other rules.

use std::hint::black_box;
use std::time::{Duration, Instant};

use domain::routing::{
    Coverage, Fallback, GroupNow, House, LeadFacts, PersonNow, Place, Prepared, Quarter, Receiver, RuleBook, Settings, Specialist, Spot, Territory,
    Way, decide,
};
use domain::{AccountId, ChoiceId, GroupId, TerritoryId, UserId};

use crate::report::Report;
use crate::{Plan, Result, median};

/// Accounts covered one by one.
const COVERED: i64 = 100_000;
/// Names, domains, locations, territories and specialists together.
const RULES: i64 = 10_000;
const PEOPLE: i64 = 200;
/// Different leads that are decided about in turn.
const LEADS: i64 = 20_000;

/// Measures it.
///
/// # Errors
/// When a place of the made-up book cannot be read.
pub fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    if !plan.wants(&["P15"]) {
        return Ok(());
    }
    let book = Prepared::new(book()?);
    let (house, leads) = (house(), (0..LEADS).map(facts).collect::<Vec<_>>());
    let rates: Vec<f64> = (0..plan.rounds).map(|_| rate(&book, &house, &leads, Duration::from_secs(plan.seconds))).collect();
    report.add("P15", median(rates.clone()), format!("{rates:.0?} decisions/s; {COVERED} covered accounts, {RULES} rules"));
    Ok(())
}

fn rate(book: &Prepared, house: &House, leads: &[LeadFacts], time: Duration) -> f64 {
    let started = Instant::now();
    let mut decided = 0_u32;
    while started.elapsed() < time {
        for facts in leads {
            black_box(decide(book, facts, house));
        }
        decided += u32::try_from(leads.len()).unwrap_or(u32::MAX);
    }
    f64::from(decided) / started.elapsed().as_secs_f64()
}

fn person(number: i64) -> UserId {
    UserId(number % PEOPLE)
}

fn book() -> Result<RuleBook> {
    let of_account = |number: i64| Coverage { number, ..Coverage::of_account(AccountId(number), "An account", person(number)) };
    let mut coverage: Vec<Coverage> = (0..COVERED).map(of_account).collect();
    for number in 0..RULES / 4 {
        coverage.push(Coverage::of_name(&format!("Company {number}"), person(number)));
        coverage.push(Coverage::of_domain(&format!("company{number}.test"), person(number)));
    }
    let mut territories = Vec::new();
    for number in 0..RULES / 2 - 50 {
        let place = Place::parse(&format!("US, {number:05}"))?;
        let (manager, group) = (Some(person(number)).filter(|_| number % 2 == 0), Some(GroupId(number % 20)));
        territories.push(Territory { number: TerritoryId(number), name: format!("Territory {number}"), manager, group, places: vec![place] });
    }
    let specialists = (0..50).map(|number| Specialist { number, offering: ChoiceId(number), to: Receiver::Person(person(number)) }).collect();
    let settings = Settings {
        ways: (0..20).map(|group| (GroupId(group), Way::ALL[usize::try_from(group % 3).unwrap_or(0)])).collect(),
        fallback: Fallback { to: Some(Receiver::Person(person(1))), copies: vec![person(2), person(3)] },
        ..Settings::default()
    };
    Ok(RuleBook { version: 1, settings, coverage, territories, specialists, nominations: Vec::new() })
}

fn house() -> House {
    let people = (0..PEOPLE).map(|number| (UserId(number), PersonNow { gone: None, deputy: Some(person(number + 1)) }));
    let group = |number: i64| GroupNow { members: (number * 10..number * 10 + 10).map(UserId).collect(), ..GroupNow::default() };
    House { people: people.collect(), groups: (0..20).map(|number| (GroupId(number), group(number))).collect() }
}

/// A fifth each: an account, a name, a domain, a place, nothing that is known.
fn facts(number: i64) -> LeadFacts {
    let kind = number % 5;
    let only = |wanted: i64, text: String| if kind == wanted { text } else { String::new() };
    LeadFacts {
        account: Some(AccountId(if kind == 0 { number * 5 } else { COVERED + number })),
        company: format!("Company {number}"),
        is_customer: number % 10 == 0,
        salesperson: None,
        name_key: only(1, format!("company {}", number % (RULES / 4))),
        domains: vec![format!("mail.company{number}.test"), only(2, format!("company{}.test", number % (RULES / 4)))],
        spot: Spot { country: "us".to_owned(), state: String::new(), postcode: only(3, format!("{:05}", number % (RULES / 2 - 50))) },
        offerings: vec![ChoiceId(number % 100)],
        quarter: Quarter { year: 2026, quarter: 4 },
        intake_owner: None,
        taken_by: None,
    }
}
