use super::*;
use crate::cast::{self, ANA, MAYA, NOW};
use crate::clock::hours::parse_spans;
use crate::clock::{Hours, Week};
use crate::text::{EmailAddress, Phone};
use crate::{FieldErrors, FormValues, LeadState, SiteZone};

const NUMBER: &str = "+441614960123";
const MINUTE_MS: i64 = 60_000;

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

fn at(text: &str, hour: i64, minute: i64) -> Timestamp {
    day(text).plus_ms(hour * HOUR_MS + minute * MINUTE_MS)
}

/// Clocks that go forward on Sunday, 29 March and back on Sunday, 25 October 2026, at one in the morning in UTC.
fn berlin() -> SiteZone {
    let minute = |text: &str| at(text, 1, 0).0 / MINUTE_MS;
    SiteZone::new(&[(minute("2025-10-26"), 60), (minute("2026-03-29"), 120), (minute("2026-10-25"), 60)])
}

/// Monday to Friday, 09:00 to 17:30, not on 25 December 2025.
fn office(zone: SiteZone) -> Hours {
    let open = ["09:00-17:30", "09:00-17:30", "09:00-17:30", "09:00-17:30", "09:00-17:30", "", ""];
    Hours::of(Week(open.map(|text| parse_spans(text).expect("hours"))), vec![day("2025-12-25")], zone)
}

/// Somebody who can be called and written to, in whose town one can ring at the door.
fn lead() -> Lead {
    let mut lead = cast::lead();
    lead.phones = vec![Phone { raw: "0161 496 0123".to_owned(), e164: Some(NUMBER.to_owned()) }];
    lead.emails = vec![EmailAddress::parse("jo@acme.test").expect("an address")];
    lead.address.city = "Leeds".to_owned();
    lead
}

fn attempt(channel: AttemptChannel, outcome: AttemptOutcome, at: Timestamp) -> Attempt {
    Attempt {
        id: AttemptId(1),
        lead: LeadId(1),
        by: MAYA,
        channel,
        outcome,
        at,
        entered_at: at,
        to: if channel == AttemptChannel::Call { NUMBER.to_owned() } else { String::new() },
        note: String::new(),
        said: Vec::new(),
        call_back_at: None,
        task: None,
    }
}

fn unanswered(channels: &[AttemptChannel], at: Timestamp) -> Vec<Attempt> {
    channels.iter().map(|channel| attempt(*channel, AttemptOutcome::NoAnswer, at)).collect()
}

/// What comes next: the channel, the time in UTC, and whether it has come.
fn next(lead: &Lead, attempts: &[Attempt], hours: &Hours, now: Timestamp) -> Option<(AttemptChannel, String, bool)> {
    let found = Cadence::default().propose(Tried { lead, attempts, promised_at: None }, hours, now)?;
    Some((found.channel, found.at.readable(), found.is_due))
}

fn shown(channel: AttemptChannel, at: &str, is_due: bool) -> Option<(AttemptChannel, String, bool)> {
    Some((channel, at.to_owned(), is_due))
}

#[test]
fn words_read_back() {
    for channel in AttemptChannel::ALL {
        assert_eq!(AttemptChannel::from_key(channel.key()), Some(channel));
        assert!(channel.outcomes().contains(&AttemptOutcome::Reached) && channel.outcomes().contains(&AttemptOutcome::NoAnswer));
    }
    for outcome in AttemptOutcome::ALL {
        assert_eq!(AttemptOutcome::from_key(outcome.key()), Some(outcome));
        assert!(AttemptChannel::ALL.iter().any(|channel| channel.outcomes().contains(&outcome)), "{outcome:?} can be chosen");
    }
    for point in VoicemailPoint::ALL {
        assert_eq!(VoicemailPoint::from_key(point.key()), Some(point));
    }
    for text in PlaybookText::ALL {
        assert_eq!(PlaybookText::from_key(text.key()), Some(text));
        assert!(!text.standard().is_empty() && AttemptChannel::ALL.into_iter().any(|channel| text.is_for(channel)), "{text:?}");
    }
}

#[test]
fn the_first_attempt_is_a_call_as_soon_as_somebody_works() {
    let (lead, hours) = (lead(), office(SiteZone::default()));
    // NOW is a Monday, 16:00.
    assert_eq!(next(&lead, &[], &hours, NOW), shown(AttemptChannel::Call, "24 Nov 2025, 16:00", true));
    let evening = Lead { created_at: at("2025-11-28", 17, 29), ..lead.clone() };
    let now = at("2025-11-28", 20, 0);
    assert_eq!(next(&evening, &[], &hours, now), shown(AttemptChannel::Call, "1 Dec 2025, 09:00", false), "over the weekend");
    let handed = Lead { handover: crate::Handover::begun(at("2025-12-24", 18, 0), None, None, 24), ..lead };
    assert_eq!(next(&handed, &[], &hours, at("2025-12-24", 18, 0)), shown(AttemptChannel::Call, "26 Dec 2025, 09:00", false), "over a holiday");
}

#[test]
fn steps_are_so_many_hours_of_work_apart() {
    let (lead, hours) = (lead(), office(SiteZone::default()));
    let called = unanswered(&[AttemptChannel::Call], at("2025-11-28", 16, 50));
    let now = at("2025-11-28", 16, 51);
    assert_eq!(
        next(&lead, &called, &hours, now),
        shown(AttemptChannel::Email, "1 Dec 2025, 09:30", false),
        "20 minutes after it begins, by quarters"
    );
    let both = unanswered(&[AttemptChannel::Call, AttemptChannel::Email], at("2025-12-24", 16, 30));
    assert_eq!(next(&lead, &both, &hours, at("2025-12-24", 17, 0)), shown(AttemptChannel::Call, "26 Dec 2025, 16:00", false));
    // What is late is proposed for now, or for when work begins.
    assert_eq!(next(&lead, &both, &hours, at("2025-12-29", 10, 7)), shown(AttemptChannel::Call, "29 Dec 2025, 10:15", true));
    assert_eq!(next(&lead, &both, &hours, at("2025-12-28", 10, 7)), shown(AttemptChannel::Call, "29 Dec 2025, 09:00", true));
}

#[test]
fn hours_of_work_are_those_of_the_season() {
    let (lead, hours) = (lead(), office(berlin()));
    // Friday, 16:00 in Berlin: an hour and a half are left; the rest is Monday from nine, an hour earlier in UTC.
    let spring = unanswered(&[AttemptChannel::Call, AttemptChannel::Email], at("2026-03-27", 15, 0));
    assert_eq!(next(&lead, &spring, &hours, at("2026-03-27", 15, 1)), shown(AttemptChannel::Call, "30 Mar 2026, 13:30", false));
    let autumn = unanswered(&[AttemptChannel::Call, AttemptChannel::Email], at("2026-10-23", 14, 0));
    assert_eq!(next(&lead, &autumn, &hours, at("2026-10-23", 14, 1)), shown(AttemptChannel::Call, "26 Oct 2026, 14:30", false));
}

#[test]
fn no_time_that_is_proposed_is_outside_of_working_hours_or_over() {
    use AttemptChannel::{Call, Email, Social};
    let lead = lead();
    let cadence = Cadence::default();
    let all = [Call, Email, Call, Social, Call, Email, Call];
    for (hours, from) in [(office(SiteZone::default()), "2025-12-15"), (office(berlin()), "2026-03-20"), (office(berlin()), "2026-10-16")] {
        for nth in 0..1200 {
            let now = day(from).plus_ms(nth * 23 * MINUTE_MS + 1);
            let tried = unanswered(&all[..usize::try_from(nth % 7).expect("few")], now.plus_ms(-(nth % 5) * 9 * HOUR_MS));
            let found = cadence.propose(Tried { lead: &lead, attempts: &tried, promised_at: None }, &hours, now).expect("a proposal");
            assert_eq!(hours.next_open(found.at), found.at, "{now:?}");
            assert!(found.at >= now, "{now:?}");
            let call_back = cadence.call_back_at(&hours, now);
            assert!(hours.next_open(call_back) == call_back && call_back > now, "{now:?}");
        }
    }
}

#[test]
fn what_was_tried_decides_what_comes_next() {
    use AttemptChannel::{Call, Email, Social};
    let (lead, hours) = (lead(), Hours::Plain);
    let channel = |tried: &[AttemptChannel]| next(&lead, &unanswered(tried, NOW), &hours, NOW).map(|(channel, ..)| channel);
    assert_eq!(channel(&[Call]), Some(Email));
    assert_eq!(channel(&[Call, Call, Call]), Some(Email), "who calls again and again is told to write");
    assert_eq!(channel(&[Email]), Some(Call));
    assert_eq!(channel(&[Call, Email, Call]), Some(Social));
    let all = [Call, Email, Call, Social, Call, Email, Call];
    assert_eq!(channel(&all), None);
    assert!(Cadence::default().is_through(&lead, &unanswered(&all, NOW)));
    assert!(!Cadence::default().is_through(&lead, &unanswered(&all[1..], NOW)) && !Cadence::default().is_through(&lead, &[]));
}

#[test]
fn who_was_reached_is_not_tried_and_who_did_not_come_is_tried_anew() {
    let (lead, hours) = (lead(), Hours::Plain);
    let mut attempts = unanswered(&[AttemptChannel::Call, AttemptChannel::Email], NOW);
    attempts.push(attempt(AttemptChannel::Call, AttemptOutcome::Reached, NOW));
    assert_eq!(next(&lead, &attempts, &hours, NOW), None);
    assert!(!Cadence::default().is_through(&lead, &attempts));
    attempts.push(attempt(AttemptChannel::Call, AttemptOutcome::NoShow, NOW));
    let found = Cadence::default().propose(Tried { lead: &lead, attempts: &attempts, promised_at: None }, &hours, NOW).expect("a proposal");
    assert_eq!((found.channel, found.why, found.is_due), (AttemptChannel::Call, Reason::NoShow, true));
    attempts.push(attempt(AttemptChannel::Call, AttemptOutcome::NoAnswer, NOW));
    let found = Cadence::default().propose(Tried { lead: &lead, attempts: &attempts, promised_at: None }, &hours, NOW).expect("a proposal");
    assert_eq!((found.channel, found.why), (AttemptChannel::Email, Reason::Unanswered(1)));
}

#[test]
fn what_cannot_be_tried_is_passed_over() {
    let hours = Hours::Plain;
    let channel = |lead: &Lead, attempts: &[Attempt]| next(lead, attempts, &hours, NOW).map(|(channel, ..)| channel);
    let without_phone = Lead { phones: Vec::new(), ..lead() };
    assert_eq!(channel(&without_phone, &[]), Some(AttemptChannel::Email));
    let bare = Lead { emails: Vec::new(), ..without_phone };
    assert_eq!(channel(&bare, &[]), Some(AttemptChannel::Social));
    let wrong = [attempt(AttemptChannel::Call, AttemptOutcome::WrongNumber, NOW)];
    assert!(numbers_left(&lead(), &wrong).is_empty());
    assert_eq!(channel(&lead(), &wrong), Some(AttemptChannel::Email));
    let mut with_another = lead();
    with_another.phones.push(Phone { raw: "0161 496 0199".to_owned(), e164: Some("+441614960199".to_owned()) });
    assert_eq!(numbers_left(&with_another, &wrong), ["+441614960199"]);
    let closed = Lead { state: LeadState::Won { at: NOW }, ..lead() };
    assert_eq!(channel(&closed, &[]), None);
    assert_eq!(channel(&Lead { deleted_at: Some(NOW), ..lead() }, &[]), None);
}

#[test]
fn a_promise_comes_before_every_step_and_stands_as_it_was_made() {
    let (lead, hours) = (lead(), office(SiteZone::default()));
    let left = [attempt(AttemptChannel::Call, AttemptOutcome::Voicemail, NOW)];
    let promised = |promised_at: Timestamp, now: Timestamp| {
        let tried = Tried { lead: &lead, attempts: &left, promised_at: Some(promised_at) };
        Cadence::default().propose(tried, &hours, now).map(|found| (found.channel, found.at, found.is_due, found.why))
    };
    let evening = at("2025-11-25", 19, 0);
    assert_eq!(promised(evening, NOW), Some((AttemptChannel::Call, evening, false, Reason::Promised)));
    let missed = at("2025-11-29", 12, 0);
    assert_eq!(promised(evening, missed), Some((AttemptChannel::Call, at("2025-12-01", 9, 0), true, Reason::Promised)));
    let wrong = [attempt(AttemptChannel::Call, AttemptOutcome::WrongNumber, NOW)];
    let found = Cadence::default().propose(Tried { lead: &lead, attempts: &wrong, promised_at: Some(evening) }, &hours, NOW);
    assert_eq!(found.map(|found| found.channel), Some(AttemptChannel::Email), "nobody can be called there");
}

#[test]
fn a_promise_is_kept_by_the_call_at_its_time_and_by_reaching_them() {
    use AttemptOutcome::{NoAnswer, Reached, Voicemail};
    let promised_at = at("2025-11-25", 10, 0);
    let keeps = |channel, outcome, at| attempt(channel, outcome, at).keeps(promised_at);
    assert!(keeps(AttemptChannel::Call, NoAnswer, promised_at) && keeps(AttemptChannel::Call, NoAnswer, promised_at.plus_ms(-HOUR_MS)));
    assert!(!keeps(AttemptChannel::Call, NoAnswer, NOW), "the same evening is not the promised morning");
    assert!(keeps(AttemptChannel::Call, Voicemail, NOW), "another promise takes its place");
    assert!(keeps(AttemptChannel::Email, Reached, NOW));
    assert!(!keeps(AttemptChannel::Email, NoAnswer, promised_at), "a mail is no call");
}

#[test]
fn what_was_planned_as_it_was_proposed_is_done_by_the_attempt() {
    let call = attempt(AttemptChannel::Call, AttemptOutcome::NoAnswer, NOW);
    let planned = Task { title: AttemptChannel::Call.request().to_owned(), ..Task::blank(MAYA, Some(LeadId(1)), NOW) };
    assert!(call.does(&planned));
    assert!(!attempt(AttemptChannel::Email, AttemptOutcome::NoAnswer, NOW).does(&planned));
    for other in [
        Task { assignee: ANA, ..planned.clone() },
        Task { lead: Some(LeadId(2)), ..planned.clone() },
        Task { deleted_at: Some(NOW), ..planned.clone() },
        Task { title: "Call them about the quote".to_owned(), ..planned },
    ] {
        assert!(!call.does(&other), "{other:?}");
    }
}

#[test]
fn what_helps_after_an_attempt_is_the_text_of_its_channel() {
    use AttemptOutcome::{Blocked, NoAnswer, NoShow, WrongNumber};
    let after = PlaybookText::after;
    assert_eq!(after(AttemptChannel::Call, Blocked), Some(PlaybookText::Reception));
    assert_eq!(after(AttemptChannel::Visit, NoShow), Some(PlaybookText::NoShow));
    assert_eq!(after(AttemptChannel::Call, WrongNumber), Some(PlaybookText::WrongNumber));
    assert_eq!((after(AttemptChannel::Email, WrongNumber), after(AttemptChannel::Call, NoAnswer)), (None, None));
}

#[test]
fn a_cadence_reads_back_as_it_is_typed() {
    let standard = Cadence::default();
    assert_eq!(Cadence::parse_steps(&standard.steps_text()), Ok(standard.steps));
    let typed = Cadence::parse_steps(" Call 0\n\nE-mail   12\r\nvisit 500").expect("steps");
    assert_eq!(Cadence { steps: typed, call_back_hours: 8 }.steps_text(), "call 0\nemail 12\nvisit 500");
    for line in ["pigeon 4", "call", "call soon", "call -1", "4"] {
        assert_eq!(Cadence::parse_steps(line), Err(CadenceError::NotAStep(line.to_owned())));
    }
    assert_eq!(Cadence::parse_steps("call 501"), Err(CadenceError::TooLong));
    assert_eq!(Cadence::parse_steps(" \n"), Err(CadenceError::NoSteps));
    assert_eq!(Cadence::parse_steps(&"call 1\n".repeat(STEPS_MOST + 1)), Err(CadenceError::TooMany));
}

fn read(text: &str) -> Result<AttemptForm, FieldErrors> {
    let mut errors = FieldErrors::default();
    let found = AttemptForm::read(&FormValues::decode(text.as_bytes()), &lead(), &berlin(), NOW, &mut errors);
    found.ok_or(errors)
}

#[test]
fn two_words_are_an_attempt() {
    let reached = read("channel=call&outcome=reached&call_back=2025-11-25&said=date").expect("an attempt");
    assert_eq!((reached.to.as_str(), reached.call_back_at, reached.said), (NUMBER, None, Vec::new()), "the rest is a voicemail's");
    assert_eq!(read("channel=email&outcome=no_answer").expect("an attempt").to, "jo@acme.test");
    assert_eq!(read("channel=call&outcome=blocked&to=0161+4960000").expect("an attempt").to, "0161 4960000");
    assert_eq!(read("channel=call&outcome=wrong_number&to=0161+496+0123").expect("an attempt").to, NUMBER, "as the lead has it");
    assert_eq!(read("channel=email&outcome=no_answer&to=JO@acme.test").expect("an attempt").to, "jo@acme.test");
    assert_eq!(read("channel=visit&outcome=reached").expect("an attempt").to, "");
    let left = read("channel=call&outcome=voicemail&said=&said=time&said=date&said=time").expect("an attempt");
    assert_eq!((left.call_back_at, left.said), (None, vec![VoicemailPoint::Date, VoicemailPoint::Time]));
    let promised = |text: &str| read(&format!("channel=call&outcome=voicemail&{text}")).expect("an attempt").call_back_at;
    assert_eq!(promised("call_back=2025-11-25&call_back_time=10:30"), Some(at("2025-11-25", 9, 30)));
    assert_eq!(promised("call_back=2025-11-25"), Some(at("2025-11-25", 8, 0)), "nine o'clock in Berlin");
}

#[test]
fn what_is_wrong_with_an_attempt_is_said_at_its_field() {
    for (text, field) in [
        ("outcome=reached", "channel"),
        ("channel=pigeon&outcome=reached", "channel"),
        ("channel=call", "outcome"),
        ("channel=email&outcome=voicemail", "outcome"),
        ("channel=visit&outcome=wrong_number", "outcome"),
        ("channel=call&outcome=voicemail&said=hello", "said"),
        ("channel=call&outcome=voicemail&call_back=soon", "call_back"),
        ("channel=call&outcome=voicemail&call_back=2025-11-24&call_back_time=09:00", "call_back"),
        ("channel=call&outcome=voicemail&call_back=2025-11-25&call_back_time=noon", "call_back_time"),
        ("channel=call&outcome=voicemail&call_back_time=10:00", "call_back"),
    ] {
        let errors = read(text).expect_err("refused");
        assert!(errors.get(field).is_some() && errors.0.len() == 1, "{text}: {errors:?}");
    }
    assert!(read(&format!("channel=call&outcome=reached&note={}", "x".repeat(20_000))).expect_err("too long").get("note").is_some());
}

#[test]
fn an_attempt_is_told_in_a_sentence() {
    let told = |attempt: &Attempt| attempt.happening().sentence();
    let call = attempt(AttemptChannel::Call, AttemptOutcome::Voicemail, NOW);
    assert_eq!(told(&call), "called +441614960123: voicemail");
    let late = Attempt { entered_at: NOW.plus_ms(HOUR_MS), ..attempt(AttemptChannel::Visit, AttemptOutcome::NoAnswer, NOW) };
    assert_eq!(told(&late), "visited them: nobody there, 24 Nov 2025, 16:00 UTC");
    assert_eq!(late.happening().done_at(), Some(NOW));
    let mail = Attempt { to: "jo@acme.test".to_owned(), ..attempt(AttemptChannel::Email, AttemptOutcome::NoAnswer, NOW) };
    assert_eq!(told(&mail), "wrote an e-mail to jo@acme.test: sent");
    assert!(mail.happening().is_contact() && call.happening().is_contact() && !late.happening().is_contact());
    assert_eq!(VoicemailPoint::told(&[]), None);
    assert_eq!(VoicemailPoint::told(&VoicemailPoint::ALL).as_deref(), Some("The message said all that it has to"));
    let some = VoicemailPoint::told(&[VoicemailPoint::Date, VoicemailPoint::Time, VoicemailPoint::Reason]);
    assert_eq!(some.as_deref(), Some("The message said: date, time, reason; it left out: how to reach us, that we call back"));
}

#[test]
fn attempts_are_counted_by_channel_and_by_person() {
    let counts =
        [(AttemptChannel::Social, MAYA, 1, NOW), (AttemptChannel::Call, ANA, 3, NOW.plus_ms(-HOUR_MS)), (AttemptChannel::Call, MAYA, 1, NOW)];
    let figures = AttemptFigures::of(&counts);
    assert_eq!((figures.total, figures.first_at), (5, Some(NOW.plus_ms(-HOUR_MS))));
    assert_eq!(figures.by_channel, [(AttemptChannel::Call, 4), (AttemptChannel::Social, 1)]);
    assert_eq!(figures.by_person, [(ANA, 3), (MAYA, 2)]);
    assert_eq!(AttemptFigures::of(&[]), AttemptFigures::default());
}

#[test]
fn no_standard_text_misleads_anybody() {
    let reception = PlaybookText::Reception.standard();
    assert!(reception.contains("Never say that you are expected") && reception.contains("department"));
    let rows = PlaybookRow::all(&[(PlaybookText::Email, "Ours".to_owned())]);
    assert_eq!(rows.len(), PlaybookText::ALL.len());
    let changed: Vec<_> = rows.iter().filter(|row| row.is_changed).map(|row| (row.text, row.body.as_str())).collect();
    assert_eq!(changed, [(PlaybookText::Email, "Ours")]);
}
