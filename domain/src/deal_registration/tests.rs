use super::*;

const NOW: Timestamp = Timestamp(1_764_000_000_000);

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn blank() -> DealRegistration {
    let opportunity = Named { id: OpportunityId(1), name: "Wireless".to_owned() };
    let vendor = Named { id: AccountId(2), name: "Vendor House".to_owned() };
    DealRegistration::blank(LeadId(1), opportunity, vendor, UserId(1), NOW)
}

fn after(one: &DealRegistration, step: RegistrationStep, text: &str) -> DealRegistration {
    assert!(step.fits(one.state), "{step:?} from {:?}", one.state);
    one.after(step, &form(text), NOW, &SiteZone::default()).expect("it fits")
}

fn approved() -> DealRegistration {
    after(&after(&blank(), RegistrationStep::Submit, ""), RegistrationStep::Approve, "reference=D-17&until=2026-02-22")
}

fn error(one: &DealRegistration, step: RegistrationStep, text: &str, field: &str) -> String {
    let errors = one.after(step, &form(text), NOW, &SiteZone::default()).expect_err("it is refused");
    errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned()
}

#[test]
fn words_read_back() {
    for state in RegistrationState::ALL {
        assert_eq!(RegistrationState::from_key(state.key()), Some(state));
    }
    for step in RegistrationStep::ALL {
        assert_eq!(RegistrationStep::from_key(step.key()), Some(step));
    }
}

#[test]
fn a_deal_is_submitted_returned_approved_and_extended() {
    let submitted = after(&blank(), RegistrationStep::Submit, "");
    assert_eq!((submitted.state, submitted.submitted_at, submitted.look_at), (RegistrationState::Submitted, Some(NOW), None));
    let returned = after(&submitted, RegistrationStep::Return, "reason=Who+decides?");
    assert_eq!((returned.state, returned.reason.as_str(), returned.decided_at), (RegistrationState::Returned, "Who decides?", Some(NOW)));
    let again = after(&returned, RegistrationStep::Submit, "");
    assert_eq!((again.reason.as_str(), again.decided_at), ("", None));
    let approved = after(&again, RegistrationStep::Approve, "reference=D-17&until=2026-02-22");
    assert_eq!((approved.state, approved.reference.as_str()), (RegistrationState::Approved, "D-17"));
    assert_eq!(approved.protection, Some(Protection { from: day("2025-11-24"), until: day("2026-02-22") }));
    let extended = after(&approved, RegistrationStep::Extend, "until=2026-05-01");
    assert_eq!((extended.state, extended.reference.as_str()), (RegistrationState::Extended, "D-17"));
    assert_eq!(extended.protection, Some(Protection { from: day("2025-11-24"), until: day("2026-05-01") }));
    assert_eq!(extended.version, 6);
}

#[test]
fn each_step_fits_some_states_only() {
    use RegistrationState::{Approved, Expired, Extended, Rejected, Returned, Submitted, ToRegister};
    let fitting = |step: RegistrationStep| RegistrationState::ALL.into_iter().filter(|state| step.fits(*state)).collect::<Vec<_>>();
    assert_eq!(fitting(RegistrationStep::Submit), [ToRegister, Returned, Rejected, Expired]);
    assert_eq!(fitting(RegistrationStep::Return), [Submitted]);
    assert_eq!(fitting(RegistrationStep::Approve), [Submitted]);
    assert_eq!(fitting(RegistrationStep::Reject), [Submitted, Approved, Extended]);
    assert_eq!(fitting(RegistrationStep::Extend), [Approved, Extended]);
    assert!(RegistrationStep::Reject.is_settling(Approved) && !RegistrationStep::Reject.is_settling(Submitted));
    assert!(!RegistrationStep::Extend.is_settling(Approved));
}

#[test]
fn what_has_to_be_said_is_asked_for_at_its_field() {
    let submitted = after(&blank(), RegistrationStep::Submit, "");
    assert_eq!(error(&submitted, RegistrationStep::Approve, "until=2026-02-22", "reference"), "Enter what the vendor calls it");
    assert_eq!(error(&submitted, RegistrationStep::Approve, "reference=D&until=soon", "until"), "Enter a date like 2026-11-24");
    assert_eq!(error(&submitted, RegistrationStep::Approve, "reference=D&until=2025-11-23", "until"), "Enter 24 Nov 2025 or a later day");
    assert_eq!(error(&submitted, RegistrationStep::Approve, "reference=D&until=2028-11-24", "until"), "Enter a day within two years");
    assert_eq!(error(&submitted, RegistrationStep::Reject, "reason=+", "reason"), "Enter the reason");
    assert_eq!(error(&submitted, RegistrationStep::Return, "", "reason"), "Enter the reason");
    assert_eq!(error(&approved(), RegistrationStep::Extend, "until=2026-02-22", "until"), "Enter 23 Feb 2026 or a later day");
}

#[test]
fn a_protection_is_over_when_its_last_day_is() {
    let approved = approved();
    assert_eq!(approved.state_on(day("2026-02-22")), RegistrationState::Approved);
    assert_eq!(approved.state_on(day("2026-02-23")), RegistrationState::Expired);
    assert_eq!(approved.left_words(day("2026-02-08")).as_deref(), Some("protected until 22 Feb 2026, 14 days left"));
    assert_eq!(approved.left_words(day("2026-02-23")), None);
    assert_eq!(blank().left_words(day("2026-02-08")), None);
}

#[test]
fn somebody_is_reminded_two_weeks_and_three_days_before_the_end() {
    let (approved, zone) = (approved(), SiteZone::default());
    let first = day("2026-02-08").plus_ms(8 * HOUR_MS);
    let second = day("2026-02-19").plus_ms(8 * HOUR_MS);
    let end = day("2026-02-23");
    assert_eq!(approved.look_at, Some(first));
    assert_eq!(approved.next_look(first, &zone), Some(second));
    assert_eq!(approved.next_look(second, &zone), Some(end));
    assert_eq!(approved.next_look(end, &zone), Some(end), "whoever comes late finds it over");
    let rejected = after(&approved, RegistrationStep::Reject, "reason=Withdrawn");
    assert_eq!((rejected.look_at, rejected.protection), (None, None));
}

#[test]
fn what_changed_is_told_in_words() {
    let (submitted, approved) = (after(&blank(), RegistrationStep::Submit, ""), approved());
    let told: Vec<String> = approved.changes_since(&submitted).into_iter().map(|change| format!("{}: {}", change.what, change.new)).collect();
    assert_eq!(told, ["Reference: D-17", "Protected until: 22 Feb 2026"]);
}
