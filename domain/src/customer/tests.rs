use proptest::prelude::*;

use super::*;
use crate::cast::{self, NOW};
use crate::product::Period;
use crate::{DAY_MS, Lead};

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

/// Numbers as typed, without a plan.
fn phone(text: &str) -> Result<Phone, TextError> {
    Ok(Phone { raw: text.to_owned(), e164: None })
}

fn lead() -> Lead {
    let email = |text| EmailAddress::parse(text).expect("an address");
    Lead {
        emails: vec![email("jo@acme.example"), email("office@acme.example")],
        phones: vec![phone("0161 496 0123").expect("a number")],
        contact_email: "office@acme.example".to_owned(),
        address: Address { street: "1 High St".to_owned(), city: "Leeds".to_owned(), postcode: "LS1 1AA".to_owned(), ..Address::default() },
        ..cast::lead()
    }
}

fn service(period: Period, start: &str, end: &str) -> Service {
    let blank = Service::blank(CustomerId(1), "GBP", day(start), NOW);
    Service { sold: crate::Sold { period, ..crate::Sold::blank() }, end: Timestamp::parse_day(end), ..blank }
}

/// The first days of its periods, in order.
fn begins(mut one: Service, most: usize) -> Vec<String> {
    let mut days = Vec::new();
    while let Some(period) = one.next_period().filter(|_| days.len() < most) {
        days.push(period.from.day());
        one.billed_from = Some(period.from);
    }
    days
}

#[test]
fn a_customer_is_what_the_lead_knew() {
    let customer = Customer::of_lead(&lead(), day("2025-11-24"), NOW);
    assert_eq!(customer.name, "Acme");
    let emails: Vec<_> = customer.emails.iter().map(EmailAddress::as_str).collect();
    assert_eq!(emails, ["office@acme.example", "jo@acme.example"], "the one that is written to comes first");
    assert_eq!(customer.address_lines(), ["Acme", "1 High St", "LS1 1AA Leeds"]);
    assert_eq!(Customer::given_number(CustomerId(42)), "C-00042");
}

#[test]
fn what_is_typed_reads_back() {
    let catalog = cast::catalog();
    let known = Customer { number: "K-7".to_owned(), tax_id: "GB 1".to_owned(), ..Customer::of_lead(&lead(), day("2025-11-24"), NOW) };
    let customer = Customer { born_on: Some(day("1961-04-05")), ..known };
    let (mut other, mut errors) = (Customer::of_lead(&cast::lead(), NOW, NOW), FieldErrors::default());
    other.fill(&customer.typed(), &catalog, &phone, &mut errors);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(other, customer);
    assert!(other.changes_since(&customer, &catalog).is_empty());
}

#[test]
fn what_cannot_be_is_refused_at_its_field() {
    let (mut customer, mut errors) = (Customer::of_lead(&lead(), NOW, NOW), FieldErrors::default());
    let typed = format!("name=+&billing=x&emails=jo&since=soon&partner=9999&born_on=2099-01-01&number={}", "7".repeat(41));
    customer.fill(&form(&typed), &cast::catalog(), &phone, &mut errors);
    for field in ["name", "billing", "emails", "since", "partner", "born_on", "number"] {
        assert!(errors.get(field).is_some(), "{field}");
    }
}

#[test]
fn words_read_back() {
    for state in CustomerState::ALL {
        assert_eq!(CustomerState::from_key(state.key()), Some(state));
    }
    for billing in Billing::ALL {
        assert_eq!(Billing::from_key(billing.key()), Some(billing));
    }
    let filter = CustomerFilter { query: "acme ltd".to_owned(), state: Some(CustomerState::Inactive) };
    assert_eq!(CustomerFilter::from_query(&filter.to_query()), filter);
    assert_eq!(CustomerFilter::default().to_query(), "");
    assert_eq!(CustomerFilter::from_query(&format!("q={}", "é+".repeat(5000))).words().len(), 100, "as long as a search among leads");
}

#[test]
fn a_service_is_planned_active_ended_or_stopped() {
    let one = service(Period::Month, "2025-11-10", "2025-12-09");
    let state = |day_: &str| one.state_on(day(day_));
    assert_eq!(state("2025-11-09"), ServiceState::Planned);
    assert_eq!((state("2025-11-10"), state("2025-12-09")), (ServiceState::Active, ServiceState::Active));
    assert_eq!(state("2025-12-10"), ServiceState::Ended);
    let stopped = Service { stopped_on: Some(day("2025-11-20")), ..one };
    assert_eq!(stopped.state_on(day("2025-11-19")), ServiceState::Active);
    assert_eq!(stopped.state_on(day("2025-11-20")), ServiceState::Stopped);
    assert_eq!(stopped.last_day(), Some(day("2025-11-19")));
}

#[test]
fn periods_are_counted_from_the_first_day() {
    let months = begins(service(Period::Month, "2025-01-31", ""), 5);
    assert_eq!(months, ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31"]);
    assert_eq!(begins(service(Period::Quarter, "2025-11-24", "2026-05-24"), 9), ["2025-11-24", "2026-02-24", "2026-05-24"]);
    assert_eq!(begins(service(Period::Year, "2024-02-29", ""), 3), ["2024-02-29", "2025-02-28", "2026-02-28"]);
    assert_eq!(begins(service(Period::Once, "2025-11-24", ""), 9), ["2025-11-24"]);
    let cut = service(Period::Month, "2025-11-24", "2025-12-01").next_period().expect("a period");
    assert_eq!(cut.until, Some(day("2025-12-01")));
    let stopped = Service { stopped_on: Some(day("2025-11-24")), ..service(Period::Month, "2025-11-24", "") };
    assert_eq!(stopped.next_period(), None, "stopped before it began");
}

#[test]
fn periods_are_due_on_their_first_day() {
    let one = service(Period::Month, "2025-11-24", "");
    let due = |today: &str, most| one.due_on(day(today), most).into_iter().map(|period| period.from.day()).collect::<Vec<_>>();
    assert!(due("2025-11-23", 9).is_empty());
    assert_eq!(due("2025-11-24", 9), ["2025-11-24"]);
    assert_eq!(due("2026-01-30", 9), ["2025-11-24", "2025-12-24", "2026-01-24"]);
    assert_eq!(due("2026-01-30", 2).len(), 2);
}

#[test]
fn periods_that_ended_are_passed_over_and_the_one_under_way_is_not() {
    let next = |mut one: Service, today: &str| {
        one.pass_ended(day(today));
        one.next_period().map_or_else(String::new, |period| period.from.day())
    };
    let month = |today: &str| next(service(Period::Month, "2025-11-24", ""), today);
    assert_eq!(month("2025-01-01"), "2025-11-24", "it is planned");
    assert_eq!(month("2025-12-23"), "2025-11-24", "its last day is not over");
    assert_eq!(month("2025-12-24"), "2025-12-24");
    assert_eq!(month("2026-02-02"), "2026-01-24");
    assert_eq!(next(service(Period::Month, "2025-11-24", "2025-12-31"), "2026-02-02"), "", "all of it is over");
    assert_eq!(next(service(Period::Once, "2025-11-24", ""), "2026-02-02"), "2025-11-24", "what is paid once does not end");
}

#[test]
fn an_end_before_the_start_is_refused_at_the_end() {
    let (mut one, mut errors) = (service(Period::Month, "2025-11-24", ""), FieldErrors::default());
    one.fill(&form("text=Seat&start=2025-12-24&end=2025-12-23"), &mut errors);
    assert!(errors.get("end").is_some_and(|sentence| sentence.contains("cannot end on 23 Dec 2025")), "{errors:?}");
    let (mut one, mut errors) = (service(Period::Month, "2025-11-24", "2026-01-01"), FieldErrors::default());
    one.fill(&form("text=Seat&end="), &mut errors);
    assert!(errors.is_empty() && one.end.is_none(), "an empty end is none");
}

proptest! {
    #[test]
    fn once_ended_periods_are_passed_over_only_the_one_under_way_is_due(
        start in 0_i64..40_000,
        length in proptest::option::of(0_i64..4_000),
        passed in -100_i64..4_000,
        period in proptest::sample::select(vec![Period::Month, Period::Quarter, Period::Year]),
    ) {
        let start = Timestamp(start * DAY_MS);
        let today = start.plus_ms(passed * DAY_MS);
        let end = length.map(|days| start.plus_ms(days * DAY_MS));
        let mut one = Service { start, end, ..service(period, "2025-01-01", "") };
        let mut under_way = one.due_on(today, 1_000);
        under_way.retain(|of| of.until.is_some_and(|until| until >= today));
        one.pass_ended(today);
        prop_assert!(under_way.len() <= 1);
        prop_assert_eq!(one.due_on(today, 1_000), under_way);
    }

    #[test]
    fn periods_follow_each_other_without_gap_or_overlap(
        start in 0_i64..40_000,
        length in proptest::option::of(0_i64..4_000),
        period in proptest::sample::select(vec![Period::Month, Period::Quarter, Period::Year]),
    ) {
        let start = Timestamp(start * DAY_MS);
        let end = length.map(|days| start.plus_ms(days * DAY_MS));
        let mut one = Service { start, end, ..service(period, "2025-01-01", "") };
        let mut next = start;
        for _ in 0..40 {
            let Some(of) = one.next_period() else { break };
            prop_assert_eq!(of.from, next);
            let until = of.until.expect("a last day");
            prop_assert!(until >= of.from && end.is_none_or(|end| until <= end));
            next = until.plus_ms(DAY_MS);
            one.billed_from = Some(of.from);
        }
    }
}
