use super::*;
use crate::cast::{self, ADA, ANA, MAYA, NORTH, SALES};
use crate::text::{EmailAddress, Phone, TextError};
use crate::{Lead, Role, Timestamp};

/// As the service reads numbers: eleven digits after a zero are British.
fn phone(text: &str) -> Result<Phone, TextError> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return Err(TextError::NotAPhone(text.to_owned()));
    }
    Ok(Phone { raw: text.to_owned(), e164: digits.strip_prefix('0').filter(|core| core.len() == 10).map(|core| format!("+44{core}")) })
}

fn parse(field: LeadField, typed: &[&str]) -> Result<FieldValue, String> {
    field.parse(typed, "GBP", &cast::catalog(), &phone)
}

fn refused(field: LeadField, text: &str) -> String {
    parse(field, &[text]).expect_err(text)
}

/// A lead with something in every field.
fn full_lead() -> Lead {
    let choice = |list, name| Some(cast::choice(list, name));
    Lead {
        full_name: "Jo Field".to_owned(),
        phones: vec![phone("0161 496 0123").unwrap(), phone("ext 12").unwrap()],
        emails: vec![EmailAddress::parse("Jo@acme.test").unwrap(), EmailAddress::parse("field@acme.test").unwrap()],
        contact_phone: "ext 12".to_owned(),
        contact_email: "field@acme.test".to_owned(),
        owner: Some(MAYA),
        group: Some(NORTH),
        team: vec![ADA, ANA],
        source: choice(ChoiceList::Source, "Web"),
        category: choice(ChoiceList::Category, "Customer"),
        partner: choice(ChoiceList::Partner, "Vendor House"),
        location: choice(ChoiceList::Location, "Leeds"),
        offerings: vec![cast::choice(ChoiceList::Offering, "Managed IT"), cast::choice(ChoiceList::Offering, "Training")],
        tags: vec!["trade fair".to_owned(), "vip".to_owned()],
        priority: choice(ChoiceList::Priority, "Urgent"),
        importance: choice(ChoiceList::Importance, "High"),
        probability: Some(40),
        target_amount_minor: 1_250_050,
        score: -7,
        expected_at: Timestamp::parse_day("2026-02-28"),
        address: crate::Address {
            street: "1 Quay".to_owned(),
            city: "Hull".to_owned(),
            postcode: "HU1 1AA".to_owned(),
            state: "Yorkshire".to_owned(),
            country: "GB".to_owned(),
        },
        message: "First line\nsecond line".to_owned(),
        ..cast::lead()
    }
}

fn assert_reads_back(lead: &Lead) {
    for field in LeadField::ALL {
        let value = field.value(lead);
        let typed = value.typed(&lead.currency);
        let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        assert_eq!(parse(field, &typed), Ok(value), "{field:?}");
    }
}

#[test]
fn every_field_reads_back_as_it_is_shown_in_a_form() {
    assert_reads_back(&full_lead());
    assert_reads_back(&cast::lead());
}

#[test]
fn every_field_but_status_can_be_set() {
    let full = full_lead();
    let mut lead = cast::lead();
    for field in LeadField::ALL {
        lead.set(field, field.value(&full));
    }
    assert_eq!(lead, full);
    lead.set(LeadField::Status, FieldValue::Status(cast::status(SALES, "Won")));
    lead.set(LeadField::Score, FieldValue::Text("high".to_owned()));
    assert_eq!(lead, full);
}

#[test]
fn every_field_has_a_key_of_its_own() {
    for field in LeadField::ALL {
        assert_eq!(LeadField::from_key(field.key()), Some(field));
    }
}

#[test]
fn choices_people_and_groups_are_found_by_name_too() {
    let web = FieldValue::Choice(Some(cast::choice(ChoiceList::Source, "Web")));
    assert_eq!(parse(LeadField::Source, &[" WEB "]), Ok(web));
    assert_eq!(parse(LeadField::Owner, &["maya  lind"]), Ok(FieldValue::Person(Some(MAYA))));
    assert_eq!(parse(LeadField::Owner, &["Maya.Lind@house.test"]), Ok(FieldValue::Person(Some(MAYA))));
    assert_eq!(parse(LeadField::Group, &["north"]), Ok(FieldValue::Group(Some(NORTH))));
}

#[test]
fn the_same_ticks_are_the_same_value_whatever_their_order() {
    assert_eq!(parse(LeadField::Team, &["Maya Lind", "", "2", "Ana Reyes"]), Ok(FieldValue::People(vec![ANA, MAYA])));
    let tags = parse(LeadField::Tags, &["VIP, #trade  fair; vip"]);
    assert_eq!(tags, Ok(LeadField::Tags.value(&full_lead())));
    let offerings = parse(LeadField::Offerings, &["Training", "Managed IT", "Training"]);
    assert_eq!(offerings, Ok(LeadField::Offerings.value(&full_lead())));
}

#[test]
fn what_makes_no_sense_is_refused_with_a_sentence() {
    assert_eq!(refused(LeadField::FullName, " "), "Enter a name");
    assert_eq!(refused(LeadField::City, &"x".repeat(201)), "Use at most 200 characters");
    assert_eq!(refused(LeadField::Emails, "jo@acme.test, jo"), "Enter an e-mail address like name@example.com; “jo” is not one");
    assert_eq!(refused(LeadField::Phones, "call me"), "Enter a phone number with its digits; “call me” is not one");
    assert_eq!(refused(LeadField::Status, "Won"), "Choose a status");
    assert_eq!(refused(LeadField::Tags, &"x".repeat(41)), "Use at most 40 characters");
    assert_eq!(refused(LeadField::Tags, &(0..21).map(|n| n.to_string()).collect::<Vec<_>>().join(",")), "Use at most 20 of them");
    assert_eq!(refused(LeadField::Source, "Leeds"), "“Leeds” is not in the list");
    assert_eq!(refused(LeadField::Probability, "101"), "Enter a whole number from 0 to 100");
    assert_eq!(refused(LeadField::Score, ""), "Enter a whole number from -1000 to 1000");
    assert_eq!(refused(LeadField::TargetAmount, "lots"), "Enter an amount like 12,500 or 99.50");
    assert_eq!(refused(LeadField::Expected, "tomorrow"), "Enter a date like 2026-11-24");
    assert_eq!(refused(LeadField::Group, "West"), "Choose a group from the list");
}

#[test]
fn only_people_of_the_house_who_work_here_own_leads() {
    assert_eq!(refused(LeadField::Owner, "Nobody"), "Choose a person from the list");
    assert_eq!(refused(LeadField::Owner, "Dora Dist"), "Dora Dist is with a distributor; leads are delegated to them, not owned");
    let mut catalog = cast::catalog();
    catalog.people.iter_mut().filter(|person| person.role == Role::Rep).for_each(|person| person.disabled = true);
    let owner = LeadField::Owner.parse(&["Maya Lind"], "GBP", &catalog, &phone);
    assert_eq!(owner, Err("Maya Lind no longer works here; choose someone else".to_owned()));
}

#[test]
fn a_name_that_two_people_bear_means_neither() {
    let mut catalog = cast::catalog();
    catalog.people.iter_mut().filter(|person| person.role == Role::Rep).for_each(|person| person.name = "Sam Twin".to_owned());
    assert!(LeadField::Owner.parse(&["Sam Twin"], "GBP", &catalog, &phone).is_err());
    assert_eq!(LeadField::Owner.parse(&["6"], "GBP", &catalog, &phone), Ok(FieldValue::Person(Some(MAYA))));
}

#[test]
fn history_shows_names_and_nothing_for_nothing() {
    let shown = |field: LeadField, lead: &Lead| field.value(lead).display("GBP", &cast::catalog());
    let full = full_lead();
    assert_eq!(shown(LeadField::Phones, &full), "+441614960123, ext 12");
    assert_eq!(shown(LeadField::Status, &full), "New enquiry");
    assert_eq!(shown(LeadField::Team, &full), "Ada Admin, Ana Reyes");
    assert_eq!(shown(LeadField::Offerings, &full), "Managed IT, Training");
    assert_eq!(shown(LeadField::TargetAmount, &full), "£12,500.50");
    assert_eq!(shown(LeadField::Expected, &full), "2026-02-28");
    for field in [LeadField::Owner, LeadField::Group, LeadField::Source, LeadField::TargetAmount, LeadField::Probability, LeadField::Expected] {
        assert_eq!(shown(field, &cast::lead()), "", "{field:?}");
    }
}
