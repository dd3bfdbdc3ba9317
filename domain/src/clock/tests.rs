use super::hours::{holidays_text, parse_holidays, parse_spans, spans_text};
use super::*;
use crate::cast::{self, INES, MAYA, NORTH, NOW, SOUTH};
use crate::{AppointmentKind, AppointmentStep, ChoiceList, DAY_MS, HOUR_MS, Handover, LeadState};

/// One minute, in milliseconds.
const MINUTE_MS: i64 = 60_000;

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

fn at(text: &str, hour: i64, minute: i64) -> Timestamp {
    day(text).plus_ms(hour * HOUR_MS + minute * MINUTE_MS)
}

/// Clocks that go forward on 29 March and back on 25 October 2026, at one in the morning in UTC.
fn berlin() -> SiteZone {
    let minute = |text: &str| at(text, 1, 0).0 / MINUTE_MS;
    SiteZone::new(&[(minute("2025-10-26"), 60), (minute("2026-03-29"), 120), (minute("2026-10-25"), 60)])
}

fn week(days: [&str; 7]) -> Week {
    Week(days.map(|text| parse_spans(text).expect("hours")))
}

const OFFICE: [&str; 7] = ["09:00-17:30", "09:00-17:30", "09:00-17:30", "09:00-17:30", "09:00-17:30", "", ""];

fn office() -> Hours {
    Hours::of(week(OFFICE), vec![day("2025-12-25")], SiteZone::default())
}

/// Round the clock, Sundays too.
fn always(zone: SiteZone) -> Hours {
    Hours::of(week(["00:00-24:00"; 7]), Vec::new(), zone)
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64).rem_euclid(most)
    }
}

#[test]
fn hours_read_back_as_written() {
    for text in ["", "09:00-17:30", "09:00-12:30, 13:30-17:00", "00:00-24:00"] {
        assert_eq!(spans_text(&parse_spans(text).expect("hours")), text);
    }
    assert_eq!(spans_text(&parse_spans(" 9:00 – 12:00,12:00-13:00 ").expect("hours")), "09:00-12:00, 12:00-13:00");
    let office = week(OFFICE);
    assert_eq!(Week::parse(&office.text()), Ok(office));
    assert_eq!(Week::of_site(&crate::catalog::WorkingHours::default()), week(OFFICE));
}

#[test]
fn what_are_no_hours_is_refused_by_name() {
    assert_eq!(parse_spans("nine to five"), Err(HoursError::NotHours("nine to five".to_owned())));
    assert_eq!(parse_spans("09:00-25:00"), Err(HoursError::NotHours("09:00-25:00".to_owned())));
    assert_eq!(parse_spans("12:00-12:00"), Err(HoursError::Backwards("12:00-12:00".to_owned())));
    assert_eq!(parse_spans("09:00-12:00, 11:00-13:00"), Err(HoursError::Overlapping("11:00-13:00".to_owned())));
    assert!(Week::parse("09:00-17:00").is_err(), "a week has seven days");
}

#[test]
fn holidays_are_days_in_order_with_what_people_write_beside_them() {
    let days = parse_holidays("2026-12-25 Christmas\n\n 2026-01-01\n2026-12-25").expect("days");
    assert_eq!(holidays_text(&days), "2026-01-01\n2026-12-25");
    assert_eq!(parse_holidays("Christmas"), Err(HoursError::NotADay("Christmas".to_owned())));
    let many: String = (0..=hours::HOLIDAYS_MAX as i64).map(|n| day("2026-01-01").plus_ms(n * DAY_MS).day() + "\n").collect();
    assert_eq!(parse_holidays(&many), Err(HoursError::TooManyDays));
}

#[test]
fn working_time_leaves_out_nights_weekends_and_holidays() {
    let hours = office();
    // NOW is a Monday, 16:00: an hour and a half are left of it.
    assert_eq!(hours.after(NOW, HOUR_MS), at("2025-11-24", 17, 0));
    assert_eq!(hours.after(NOW, 3 * HOUR_MS / 2), at("2025-11-24", 17, 30), "it ends with the day, not when the next begins");
    assert_eq!(hours.after(NOW, 2 * HOUR_MS), at("2025-11-25", 9, 30));
    assert_eq!(hours.after(at("2025-11-28", 17, 0), HOUR_MS), at("2025-12-01", 9, 30), "over the weekend");
    assert_eq!(hours.after(at("2025-12-24", 17, 0), HOUR_MS), at("2025-12-26", 9, 30), "over a holiday");
    assert_eq!(hours.next_open(at("2025-11-29", 12, 0)), at("2025-12-01", 9, 0));
    assert_eq!(hours.next_open(at("2025-11-24", 17, 30)), at("2025-11-25", 9, 0), "the last minute is not part of the day");
    assert_eq!(hours.next_open(NOW), NOW);
    assert_eq!(hours.between(at("2025-12-24", 17, 0), at("2025-12-26", 9, 30)), HOUR_MS);
    assert_eq!(hours.between(at("2025-11-29", 0, 0), at("2025-11-30", 23, 0)), 0);
    assert_eq!(hours.between(at("2025-11-25", 9, 30), NOW), -2 * HOUR_MS);
}

#[test]
fn a_break_at_noon_does_not_count() {
    let hours = Hours::of(week(["09:00-12:00, 13:00-17:00"; 7]), Vec::new(), SiteZone::default());
    assert_eq!(hours.after(at("2025-11-24", 11, 0), 2 * HOUR_MS), at("2025-11-24", 14, 0));
    assert_eq!(hours.between(at("2025-11-24", 11, 30), at("2025-11-24", 13, 30)), HOUR_MS);
}

#[test]
fn a_day_on_which_clocks_change_has_an_hour_less_or_more() {
    let hours = always(berlin());
    // The days begin at 23:00 and 22:00 in UTC.
    let spring = berlin().start_of(day("2026-03-29"));
    let autumn = berlin().start_of(day("2026-10-25"));
    assert_eq!(hours.between(spring, berlin().start_of(day("2026-03-30"))), 23 * HOUR_MS);
    assert_eq!(hours.between(autumn, berlin().start_of(day("2026-10-26"))), 25 * HOUR_MS);
    // From one to four by the clocks: two hours, then four.
    let night = Hours::of(week(["01:00-04:00"; 7]), Vec::new(), berlin());
    assert_eq!(night.between(spring, spring.plus_ms(DAY_MS)), 2 * HOUR_MS);
    assert_eq!(night.between(autumn, autumn.plus_ms(DAY_MS)), 4 * HOUR_MS);
    // An hour that the clocks leave out is open on no such day.
    let skipped = Hours::of(week(["02:00-03:00"; 7]), Vec::new(), berlin());
    assert_eq!(skipped.between(spring, spring.plus_ms(DAY_MS)), 0);
    assert_eq!(skipped.next_open(spring), at("2026-03-30", 0, 0));
    // Nine in the morning is nine by the clocks of its season.
    let office = Hours::of(week(["09:00-17:00"; 7]), Vec::new(), berlin());
    assert_eq!(office.after(at("2026-03-28", 15, 0), 2 * HOUR_MS), at("2026-03-29", 8, 0));
}

#[test]
fn what_is_added_is_what_is_between() {
    let week = week(["09:00-17:30", "08:00-12:00, 13:00-18:00", "", "00:00-24:00", "09:00-09:01", "01:30-02:30", "00:00-03:00"]);
    let hours = Hours::of(week, vec![day("2026-03-26"), day("2026-10-29")], berlin());
    let mut dice = Dice(7);
    for _ in 0..2_000 {
        let near = if dice.below(2) == 0 { day("2026-03-27") } else { day("2026-10-23") };
        let start = near.plus_ms(dice.below(4 * DAY_MS));
        let (one, other) = (dice.below(20 * HOUR_MS), dice.below(60 * HOUR_MS));
        let end = hours.after(start, one);
        assert_eq!(hours.between(start, end), one, "{} and {one}", start.rfc3339());
        assert_eq!(hours.between(end, start), -one);
        let later = hours.after(end, other);
        assert!(later >= end);
        assert_eq!(hours.between(start, later), one + other);
        assert_eq!(hours.between(start, end) + hours.between(end, later), hours.between(start, later));
        let open = hours.next_open(start);
        assert_eq!((hours.between(start, open), hours.between(open, open.plus_ms(1))), (0, 1), "the next open moment is open");
    }
}

#[test]
fn a_week_in_which_nobody_works_counts_as_plain_hours() {
    let hours = Hours::of(Week::default(), Vec::new(), berlin());
    assert_eq!(hours, Hours::Plain);
    assert_eq!(hours.after(NOW, DAY_MS), NOW.plus_ms(DAY_MS));
    assert_eq!(hours.between(NOW, NOW.plus_ms(5)), 5);
}

#[test]
fn a_group_has_its_own_hours_and_others_those_of_the_site() {
    let site = Site { zone: berlin(), ..Site::default() };
    let north = GroupHours {
        group: NORTH,
        is_plain: false,
        week: week(OFFICE),
        holidays: vec![NOW.start_of_day()],
        time_zone: "UTC".to_owned(),
        zone: Some(SiteZone::default()),
    };
    let book = ClockBook { groups: vec![north.clone()], ..ClockBook::default() };
    assert_eq!(book.hours_for(Some(NORTH), &site).next_open(NOW), at("2025-11-25", 9, 0));
    assert_eq!(book.hours_for(Some(SOUTH), &site), Hours::of(week(OFFICE), Vec::new(), berlin()));
    assert_eq!(book.hours_for(None, &site).next_open(NOW), NOW);
    assert_eq!((book.zone_for(Some(NORTH), &site), book.zone_for(None, &site)), (&SiteZone::default(), &berlin()));
    let plain = ClockBook { groups: vec![GroupHours { is_plain: true, ..north }], ..book };
    assert_eq!(plain.hours_for(Some(NORTH), &site), Hours::Plain);
}

fn policy(aim_hours: Option<i64>, limit_hours: Option<i64>, is_working: bool) -> ClockPolicy {
    let met_by = vec![Act::Contact, Act::Progress];
    ClockPolicy {
        id: ClockPolicyId(2),
        name: "Follow up".to_owned(),
        starts: ClockStart::Allocation,
        met_by,
        aim_hours,
        limit_hours,
        is_working,
        is_on: true,
        class: None,
        instead_of: None,
        repeats: false,
    }
}

#[test]
fn a_policy_s_aim_comes_before_its_limit() {
    assert_eq!(policy(Some(24), Some(48), false).check(), Ok(()));
    assert_eq!(policy(None, None, false).check(), Ok(()));
    assert_eq!(policy(Some(48), Some(48), false).check(), Err(LimitError::AimPastLimit));
    assert_eq!(policy(Some(4), None, false).check(), Err(LimitError::AimWithinDay));
    for hours in [0, -1, LIMIT_HOURS_MAX + 1] {
        assert_eq!(policy(None, Some(hours), false).check(), Err(LimitError::NotHours));
    }
    assert_eq!(ClockPolicy { met_by: Vec::new(), ..policy(None, Some(1), false) }.check(), Err(LimitError::NeverMet));
}

#[test]
fn due_follows_from_the_start_the_policy_and_the_hours() {
    let times = |policy: ClockPolicy| policy.times(NOW, &office(), &berlin());
    assert_eq!(times(policy(Some(24), Some(48), false)), (NOW.plus_ms(DAY_MS), NOW.plus_ms(2 * DAY_MS)));
    assert_eq!(times(policy(None, Some(4), false)), (NOW.plus_ms(3 * HOUR_MS), NOW.plus_ms(4 * HOUR_MS)), "without an aim, the last quarter");
    assert_eq!(times(policy(Some(1), Some(2), true)), (at("2025-11-24", 17, 0), at("2025-11-25", 9, 30)));
    assert_eq!(times(policy(None, None, true)).1, berlin().end_of(day("2025-11-24")), "the same day");
}

#[test]
fn whole_days_are_told_as_days_but_for_one_and_but_for_working_hours() {
    let told = |hours| policy(None, Some(hours), false).hours_text(hours);
    assert_eq!([1, 23, 24, 25, 48, 168, 170].map(told), ["1 h", "23 h", "24 h", "25 h", "2 days", "7 days", "170 h"]);
    assert_eq!(policy(None, Some(48), true).hours_text(48), "48 h");
}

/// A clock of 24 and 48 hours that began at [`NOW`].
fn face(met: Option<i64>, ended: Option<i64>) -> ClockFace {
    let after = |hours: Option<i64>| hours.map(|hours| NOW.plus_ms(hours * HOUR_MS));
    ClockFace {
        name: "Follow up".to_owned(),
        started_at: NOW,
        near_at: NOW.plus_ms(24 * HOUR_MS),
        due_at: NOW.plus_ms(48 * HOUR_MS),
        met_at: after(met),
        ended_at: after(ended),
        is_working: false,
    }
}

#[test]
fn a_clock_runs_turns_amber_after_its_aim_and_red_after_its_limit() {
    let state = |ms: i64| face(None, None).state(NOW.plus_ms(ms));
    assert_eq!((state(0), state(24 * HOUR_MS - 1), state(24 * HOUR_MS)), (ClockState::Running, ClockState::Running, ClockState::Near));
    assert_eq!((state(48 * HOUR_MS), state(48 * HOUR_MS + 1)), (ClockState::Near, ClockState::Overdue));
    let now = NOW.plus_ms(99 * HOUR_MS);
    assert_eq!(face(Some(48), Some(50)).state(now), ClockState::MetInTime);
    assert_eq!(face(Some(49), None).state(now), ClockState::MetLate);
    assert_eq!(face(None, Some(3)).state(now), ClockState::Ended);
}

#[test]
fn a_clock_says_all_of_it_in_a_sentence() {
    let say = |face: ClockFace, hours: i64| face.sentence(NOW.plus_ms(hours * HOUR_MS), &office(), &SiteZone::default());
    assert_eq!(say(face(None, None), 0), "Follow up by 26 Nov 2025 16:00, 2 d left");
    assert_eq!(say(face(None, None), 24), "Follow up by tomorrow 16:00, 24 h left");
    assert_eq!(say(face(None, None), 45), "Follow up by today 16:00, 3 h left");
    assert_eq!(say(face(None, None), 51), "Follow up was due today 16:00, 3 h overdue");
    assert_eq!(say(face(Some(20), None), 24), "Follow up: done today 12:00, in time");
    assert_eq!(say(face(Some(50), None), 51), "Follow up: done today 18:00, 2 h late");
    assert_eq!(say(face(None, Some(3)), 51), "Follow up: ended before it was done, due today 16:00");
    let working = ClockFace { due_at: at("2025-11-25", 9, 30), is_working: true, ..face(None, None) };
    assert_eq!(say(working.clone(), 0), "Follow up by tomorrow 09:30, 2 working h left");
    assert_eq!(say(working, 17), "Follow up by today 09:30, 30 working min left", "nine in the morning");
    let whole_day = ClockFace { due_at: SiteZone::default().end_of(NOW.start_of_day()), ..face(None, None) };
    assert_eq!(say(whole_day, 0), "Follow up by today, 7 h left");
}

#[test]
fn a_page_shows_the_latest_clock_of_each_policy_and_those_that_the_lead_is() {
    let book = ClockBook { policies: vec![policy(Some(24), Some(48), false)], ..ClockBook::default() };
    let clock = |started_at: Timestamp, ended_at| Clock { policy: ClockPolicyId(2), started_at, met_at: None, ended_at };
    let clocks = [clock(NOW.plus_ms(-DAY_MS), Some(NOW)), clock(NOW, None)];
    let mut catalog = cast::catalog();
    catalog.statuses[0].due_days = Some(1);
    let lead = Lead { expected_at: Some(day("2025-12-24")), ..cast::lead() };
    let found = ClockFaces::of(&lead, &clocks, &book, &catalog, NOW);
    let shown: Vec<_> = found.faces.iter().map(|face| (face.name.as_str(), face.started_at, face.due_at)).collect();
    let (status, follow_up) = (NOW.plus_ms(DAY_MS), NOW.plus_ms(2 * DAY_MS));
    let completion = day("2025-12-25").plus_ms(-1);
    assert_eq!(shown, [("Move on from “New enquiry”", NOW, status), ("Follow up", NOW, follow_up), ("Complete", NOW, completion)]);
    assert_eq!((found.hours, found.now), (Hours::Plain, NOW));
    let closed = Lead { state: LeadState::Won { at: NOW }, ..lead.clone() };
    assert!(ClockFaces::of(&closed, &[], &book, &catalog, NOW).faces.is_empty());
    let deleted = Lead { deleted_at: Some(NOW), ..lead };
    assert_eq!(ClockFaces::of(&deleted, &clocks, &book, &catalog, NOW).faces[0].state(NOW), ClockState::Ended);
}

fn comment(icon: &str) -> EventKind {
    EventKind::Commented { icon: icon.to_owned(), tone: "grey".to_owned(), text: "Hm".to_owned(), done_at: None }
}

#[test]
fn an_act_is_what_somebody_did() {
    let given = Lead { owner: Some(MAYA), group: Some(NORTH), ..cast::lead() };
    let given = Lead { handover: Handover::begun(NOW, Some(INES), None, 24), ..given };
    let by = |kind: &EventKind, user| acts_of(&given, kind, Some(&cast::actor(user)));
    assert_eq!(by(&comment("phone"), MAYA), [Act::Touch, Act::Contact]);
    assert_eq!(by(&comment("comment"), MAYA), [Act::Touch]);
    assert_eq!(by(&comment("phone"), INES), [Act::Contact], "who gave it away has not reviewed it");
    assert_eq!(by(&comment("flag"), INES), [Act::Report]);
    let moved = |action| EventKind::LeadMoved { action, from: String::new(), to: String::new(), reason: String::new() };
    assert_eq!(by(&moved(LeadAction::Accept), MAYA), [Act::Touch]);
    assert_eq!(by(&moved(LeadAction::Win), INES), [Act::Touch, Act::Progress]);
    assert!(by(&moved(LeadAction::Delete), MAYA).is_empty());
    assert!(acts_of(&given, &comment("phone"), None).is_empty(), "a mail that came in");
}

#[test]
fn an_invite_that_is_sent_is_a_contact() {
    let lead = Lead { owner: Some(MAYA), ..cast::lead() };
    let of = |step| EventKind::Appointment { step, kind: AppointmentKind::Telephone, when: NOW, changes: Vec::new(), text: String::new() };
    assert_eq!(acts_of(&lead, &of(AppointmentStep::Invited), Some(&cast::actor(INES))), [Act::Contact]);
    assert!(acts_of(&lead, &of(AppointmentStep::Accepted), None).is_empty(), "what the invited does is no act of ours");
}

#[test]
fn a_policy_of_a_class_is_in_the_place_of_one_for_all() {
    let follow_up = policy(Some(24), Some(48), false);
    let of = |id, class, instead_of| ClockPolicy {
        id: ClockPolicyId(id),
        class: Some(class),
        instead_of: Some(ClockPolicyId(instead_of)),
        ..follow_up.clone()
    };
    let review = ClockPolicy { id: ClockPolicyId(1), ..follow_up.clone() };
    let policies = vec![review, follow_up.clone(), of(6, LeadClass::Oql, 2), of(7, LeadClass::Rql, 2)];
    let book = ClockBook { policies: policies.clone(), ..ClockBook::default() };
    let begin = |book: &ClockBook, class| book.starting_at(ClockStart::Allocation, class).map(|policy| policy.id.0).collect::<Vec<_>>();
    assert_eq!(begin(&book, None), [1, 2]);
    assert_eq!(begin(&book, Some(LeadClass::Oql)), [1, 6]);
    assert_eq!(begin(&book, Some(LeadClass::Aql)), [1, 2], "nothing is only for these");
    let ending = |class: Option<LeadClass>| book.ending_with(class).into_iter().map(|id| id.0).collect::<Vec<_>>();
    assert_eq!(ending(Some(LeadClass::Rql)), [2, 6]);
    assert_eq!(ending(None), [6, 7]);
    // What is switched off is in nobody's place.
    let mut off = policies;
    off[2].is_on = false;
    let book = ClockBook { policies: off, ..book.clone() };
    assert_eq!(begin(&book, Some(LeadClass::Oql)), [1, 2]);
}

#[test]
fn a_problem_needs_a_supplier_to_be_told() {
    let maya = cast::actor(MAYA);
    let lead = cast::lead();
    let from_partner = Lead { partner: Some(cast::choice(ChoiceList::Partner, "Vendor House")), ..cast::lead() };
    assert!(is_problem(&from_partner, &comment("warning"), Some(&maya)));
    assert!(!is_problem(&from_partner, &comment("flag"), Some(&maya)) && !is_problem(&from_partner, &comment("warning"), None));
    assert!(!is_problem(&lead, &comment("warning"), Some(&maya)));
}

#[test]
fn a_problem_that_is_flagged_waits_until_the_supplier_is_told_or_it_is_taken_back() {
    let maya = cast::actor(MAYA);
    let from_partner = Lead { partner: Some(cast::choice(ChoiceList::Partner, "Vendor House")), ..cast::lead() };
    let flagged = |step| EventKind::Part { part: PartKind::Problem, step, name: "The wrong person".to_owned(), changes: Vec::new() };
    assert!(is_problem(&from_partner, &flagged(PartStep::Added), Some(&maya)) && !is_problem(&cast::lead(), &flagged(PartStep::Added), Some(&maya)));
    assert!(!is_problem(&from_partner, &flagged(PartStep::Told), Some(&maya)));
    let reports = |step| acts_of(&from_partner, &flagged(step), Some(&maya)).contains(&Act::Report);
    assert!(reports(PartStep::Told) && reports(PartStep::Removed) && !reports(PartStep::Added) && !reports(PartStep::Closed));
}

#[test]
fn words_that_are_stored_read_back() {
    for starts in ClockStart::ALL {
        assert_eq!(ClockStart::from_key(starts.key()), Some(starts));
    }
    for act in Act::ALL {
        assert_eq!(Act::from_key(act.key()), Some(act));
    }
    let book =
        ClockBook { policies: vec![policy(None, Some(1), false), ClockPolicy { is_on: false, ..policy(None, None, false) }], ..ClockBook::default() };
    assert_eq!(book.starting_at(ClockStart::Allocation, None).count(), 1);
    assert_eq!(book.met_by(&[Act::Progress]).len(), 2, "clocks that run go on");
    assert!(book.met_by(&[Act::Touch]).is_empty());
}

#[test]
fn a_digest_goes_out_once_on_days_with_work_and_never_outside_of_it() {
    let zone = berlin();
    let hours = Hours::of(week(OFFICE), vec![day("2026-04-06")], zone.clone());
    // When it goes out, asked each quarter of an hour.
    let sent = |minute: i64, from: &str, days: i64| {
        let (mut last, mut found) = (None, Vec::new());
        for quarter in 0..days * 96 {
            let now = day(from).plus_ms(quarter * 15 * MINUTE_MS);
            if digest::is_due(minute, last, now, &hours, &zone) {
                last = Some(now);
                found.push(now.rfc3339()[..16].to_owned());
            }
        }
        found
    };
    // From Friday on; in the night to Sunday the clocks go forward.
    assert_eq!(sent(8 * 60 + 30, "2026-03-27", 5), ["2026-03-27T08:00", "2026-03-30T07:00", "2026-03-31T07:00"], "not before work begins");
    assert_eq!(sent(10 * 60 + 15, "2026-03-27", 5), ["2026-03-27T09:15", "2026-03-30T08:15", "2026-03-31T08:15"]);
    // From Thursday on; the Monday is a holiday.
    assert_eq!(sent(18 * 60, "2026-04-02", 6), ["2026-04-02T07:00", "2026-04-03T07:00", "2026-04-07T07:00"], "the next morning with work");
    // They go back.
    assert_eq!(sent(8 * 60 + 30, "2026-10-23", 4), ["2026-10-23T07:00", "2026-10-26T08:00"]);
    let monday = at("2026-03-30", 7, 0);
    assert!(!digest::is_due(10 * 60, Some(day("2026-03-20")), monday, &hours, &zone), "what was missed is not made up for before its hour");
    assert!(digest::is_due(10 * 60, Some(day("2026-03-20")), monday.plus_ms(HOUR_MS), &hours, &zone));
}

#[test]
fn whether_and_when_somebody_wants_the_digest_reads_back() {
    for wish in [DigestWish::Site, DigestWish::Own(510), DigestWish::Off] {
        assert_eq!(DigestWish::from_key(wish.key(), Some(510)), Some(wish));
    }
    assert_eq!(
        (DigestWish::from_key("own", None), DigestWish::from_key("own", Some(24 * 60)), DigestWish::from_key("moon", None)),
        (None, None, None)
    );
    let minutes = [DigestWish::Site, DigestWish::Own(510), DigestWish::Off].map(|wish| wish.minute(Some(600)));
    assert_eq!(minutes, [Some(600), Some(510), None]);
}
