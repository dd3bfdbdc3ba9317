use super::invite::Invite;
use super::*;
use crate::cast::{self, ANA, DORA, MAYA, NOW};
use crate::ics::{LINE_MAX, Reply, Said};
use crate::{AppointmentId, DAY_MS, HOUR_MS, Mailbox, SiteZone};

/// Berlin in winter; NOW is Monday, 24 November 2025, 17:00 there.
fn zone() -> SiteZone {
    SiteZone::new(&[(0, 60)])
}

fn values(form: &str) -> FormValues {
    FormValues::decode(form.as_bytes())
}

fn filled(form: &str) -> Result<Qualification, FieldErrors> {
    let (mut one, mut errors) = (Qualification::blank(cast::lead().id), FieldErrors::default());
    one.fill(&values(form), &cast::catalog(), &mut errors);
    errors.into_result().map(|()| one)
}

fn error(form: &str, field: &str) -> String {
    filled(form).unwrap_err().get(field).unwrap_or_default().to_owned()
}

fn appointment(invite: InviteState) -> Appointment {
    let blank = Appointment::blank(cast::lead().id, "ab12@leads.test".to_owned(), Some(MAYA), Some(MAYA), NOW);
    Appointment { id: AppointmentId(3), kind: AppointmentKind::WebDemonstration, at: NOW.plus_ms(DAY_MS), invite, ..blank }
}

#[test]
fn words_that_are_stored_read_back() {
    assert!(LeadClass::ALL.into_iter().all(|class| LeadClass::from_key(class.key()) == Some(class)));
    assert!(Dimension::ALL.into_iter().all(|dimension| Dimension::from_key(dimension.key()) == Some(dimension)));
    assert!(Confidence::ALL.into_iter().all(|confidence| Confidence::from_key(confidence.key()) == Some(confidence)));
    assert!(AppointmentKind::ALL.into_iter().all(|kind| AppointmentKind::from_key(kind.key()) == Some(kind)));
    assert!(InviteState::ALL.into_iter().all(|state| InviteState::from_key(state.key()) == Some(state)));
    assert_eq!(LeadClass::from_key("mql"), None);
}

#[test]
fn a_form_says_the_class_and_what_belongs_to_it() {
    let one =
        filled(&format!("class=oql&timescale_from=2025-12-01&timescale_to=2025-12-20&horizon=&account_manager={ANA}&notes=+a%0D%0Ab+&agenda=Tour"));
    let one = one.unwrap();
    assert_eq!((one.class, one.account_manager, one.horizon), (Some(LeadClass::Oql), Some(ANA), None));
    assert_eq!(one.timescale.map(Timescale::words).as_deref(), Some("1 Dec 2025 to 20 Dec 2025"));
    assert_eq!((one.notes.as_str(), one.agenda.as_str()), ("a\nb", "Tour"));
    let mut kept = one.clone();
    kept.fill(&values("class="), &cast::catalog(), &mut FieldErrors::default());
    assert_eq!(kept, Qualification { class: None, ..one.clone() }, "what was not sent stays");
    let lead = crate::Lead { owner: Some(MAYA), ..cast::lead() };
    assert_eq!((one.organizer(&lead), kept.organizer(&cast::lead())), (Some(ANA), Some(ANA)));
    assert_eq!(Qualification::blank(lead.id).organizer(&lead), Some(MAYA));
    let told: Vec<String> = one.changes_since(&Qualification::blank(lead.id), &cast::catalog()).into_iter().map(|change| change.what).collect();
    assert_eq!(told, ["Timescale", "Account manager", "Lead notes", "Agenda"]);
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    assert_eq!(error("class=mql", "class"), "Choose from the list");
    assert_eq!(error("timescale_from=2025-12-01&timescale_to=", "timescale_to"), "Enter the last day too");
    assert_eq!(error("timescale_from=&timescale_to=2025-12-01", "timescale_from"), "Enter the first day too");
    assert_eq!(error("timescale_from=2025-12-02&timescale_to=2025-12-01", "timescale_to"), "It ends before it begins");
    assert_eq!(error("horizon=spring", "horizon"), "Enter a date like 2026-11-24");
    for stranger in ["99", "x", &DORA.to_string()] {
        assert_eq!(error(&format!("account_manager={stranger}"), "account_manager"), "Choose a person from the list", "{stranger}");
    }
}

#[test]
fn a_class_has_what_it_needs_or_says_what_is_missing() {
    let of = |class| Qualification { class, ..Qualification::blank(cast::lead().id) };
    let accepted = appointment(InviteState::Accepted);
    let lacking = |one: &Qualification, appointment: Option<&Appointment>| one.lacking(appointment).unwrap_or_default();
    let aql = of(Some(LeadClass::Aql));
    assert_eq!(lacking(&aql, None), "An AQL needs an appointment with its kind and time and an invite that was accepted");
    for invite in [InviteState::None, InviteState::Sent, InviteState::Tentative, InviteState::Declined] {
        assert_eq!(lacking(&aql, Some(&appointment(invite))), "An AQL needs an invite that was accepted", "{invite:?}");
    }
    assert_eq!(lacking(&aql, Some(&accepted)), "");
    let oql = of(Some(LeadClass::Oql));
    assert_eq!(lacking(&oql, None), "An OQL needs the days within which the agreed action may take place");
    let with_days = Qualification { timescale: Some(Timescale { from: NOW, to: NOW }), ..oql };
    assert_eq!(lacking(&with_days, Some(&appointment(InviteState::Sent))), "");
    assert!(lacking(&with_days, Some(&accepted)).contains("with this one it is an AQL"));
    let rql = of(Some(LeadClass::Rql));
    let mut errors = FieldErrors::default();
    rql.check(None, &mut errors);
    assert_eq!(errors.get("horizon"), Some("An RQL needs the day around which the project is expected"));
    assert_eq!(lacking(&Qualification { horizon: Some(NOW), ..rql }, None), "");
    assert_eq!(lacking(&of(None), None), "");
}

#[test]
fn an_answer_has_its_evidence_and_says_how_sure_it_is() {
    let read = |form: &str| {
        let mut errors = FieldErrors::default();
        let answer = Answer::read(Dimension::Budget, &values(form), MAYA, NOW, &mut errors);
        errors.into_result().map(|()| answer)
    };
    let answer = read("answer=Funded&evidence=Board+minutes&confidence=high").unwrap().unwrap();
    assert_eq!((answer.text.as_str(), answer.evidence.as_str(), answer.confidence), ("Funded", "Board minutes", Confidence::High));
    assert_eq!((answer.by, answer.at), (Some(MAYA), NOW));
    let later = Answer { by: Some(ANA), at: NOW.plus_ms(1), ..answer.clone() };
    assert!(answer.says_the_same(&later) && !answer.says_the_same(&Answer { confidence: Confidence::Low, ..later.clone() }));
    assert_eq!(read("answer=+&evidence=").unwrap(), None, "an empty one takes away what was there");
    assert_eq!(read("answer=Maybe").unwrap().unwrap().confidence, Confidence::Medium);
    assert_eq!(read("answer=&evidence=Heard+so").unwrap_err().get("answer"), Some("Enter the answer that this is the evidence of"));
    assert_eq!(read("answer=a&confidence=97").unwrap_err().get("confidence"), Some("Choose from the list"));
    let mut catalog = cast::catalog();
    assert_eq!(Dimension::Action.label(&catalog), "Agreed action");
    catalog.site.action_label = "Call to action".to_owned();
    assert_eq!(Dimension::Action.label(&catalog), "Call to action");
}

#[test]
fn an_appointment_is_at_a_time_by_the_site_s_clocks() {
    let fill = |form: &str| {
        let (mut one, mut errors) = (Appointment::blank(cast::lead().id, "u".to_owned(), Some(MAYA), Some(MAYA), NOW), FieldErrors::default());
        one.fill(&values(form), &zone(), &mut errors);
        errors.into_result().map(|()| one)
    };
    let one = fill("kind=telephone&day=2025-11-26&time=09:30&minutes=45&place=+0161+496+0123").unwrap();
    assert_eq!((one.kind, one.at.rfc3339().as_str(), one.minutes), (AppointmentKind::Telephone, "2025-11-26T08:30:00.000Z", 45));
    assert_eq!(one.ends().rfc3339(), "2025-11-26T09:15:00.000Z");
    assert_eq!(one.words(&zone()), "Telephone appointment on 26 Nov 2025, 09:30 UTC+1, 45 minutes");
    assert!(!one.is_past(one.at) && one.is_past(one.ends()) && Appointment { ended_at: Some(NOW), ..one.clone() }.is_past(NOW));
    let wrong = |form: &str, field: &str| fill(form).unwrap_err().get(field).unwrap_or_default().to_owned();
    assert_eq!(wrong("kind=walk&day=2025-11-26&time=09:30", "kind"), "Choose from the list");
    assert_eq!(wrong("kind=telephone", "day"), "Enter a date like 2026-11-24");
    assert_eq!(wrong("day=2025-11-26&time=soon", "time"), "Enter a time like 14:30");
    for minutes in ["4", "481", "long"] {
        assert_eq!(wrong(&format!("day=2025-11-26&time=09:30&minutes={minutes}"), "minutes"), "Enter how many minutes it takes, 5 to 480");
    }
    let mut moved = one.clone();
    moved.fill(&values("day=2025-11-27&time=09:30"), &zone(), &mut FieldErrors::default());
    let told: Vec<_> = moved.changes_since(&one, &zone()).into_iter().map(|change| (change.what, change.new)).collect();
    assert_eq!(told, [("When".to_owned(), "27 Nov 2025, 09:30 UTC+1".to_owned())]);
    assert!(one.changes_since(&one, &zone()).is_empty());
}

#[test]
fn a_time_that_the_clocks_leave_out_or_show_twice_is_said_or_told_apart() {
    // London in 2026: an hour ahead from 29 March, 1:00, until 25 October, 1:00.
    let minutes = |day: &str| Timestamp::parse_day(day).expect("a day").0 / 60_000 + 60;
    let london = SiteZone::new(&[(0, 0), (minutes("2026-03-29"), 60), (minutes("2026-10-25"), 0)]);
    let fill = |form: &str| {
        let (mut one, mut errors) = (appointment(InviteState::None), FieldErrors::default());
        one.fill(&values(form), &london, &mut errors);
        errors.into_result().map(|()| one)
    };
    let left_out = fill("day=2026-03-29&time=01:30").unwrap_err();
    assert_eq!(left_out.get("time"), Some("The clocks change that day and leave this time out; 02:00 is the next there is"));
    let at = |form: &str| fill(form).unwrap().at.rfc3339();
    assert_eq!(at("day=2026-03-29&time=02:00"), "2026-03-29T01:00:00.000Z");
    assert_eq!(at("day=2026-03-29&time=00:59"), "2026-03-29T00:59:00.000Z");
    let twice = fill("day=2026-10-25&time=01:30&minutes=90").unwrap();
    assert_eq!((twice.at.rfc3339().as_str(), twice.ends().rfc3339().as_str()), ("2026-10-25T00:30:00.000Z", "2026-10-25T02:00:00.000Z"));
    assert!(twice.words(&london).contains("01:30 UTC+1, 90 minutes"), "{}", twice.words(&london));
    // A day on, the same time by the clocks is 25 hours later.
    let summer = fill("day=2026-10-24&time=09:00").unwrap();
    let (mut winter, mut errors) = (summer.clone(), FieldErrors::default());
    winter.fill(&values("day=2026-10-25&time=09:00"), &london, &mut errors);
    assert_eq!((winter.at.0 - summer.at.0, errors.is_empty()), (25 * HOUR_MS, true));
}

#[test]
fn days_that_are_over_are_refused_when_they_are_new() {
    let day = |text: &str| Timestamp::parse_day(text).expect("a day");
    let days = |from: &str, to: &str| Some(Timescale { from: day(from), to: day(to) });
    let blank = Qualification::blank(cast::lead().id);
    let errors = |one: &Qualification, before: &Qualification| {
        let mut errors = FieldErrors::default();
        one.check_days(before, day("2025-11-24"), &mut errors);
        errors
    };
    let over = Qualification { timescale: days("2025-11-01", "2025-11-23"), horizon: Some(day("2025-11-23")), ..blank.clone() };
    let said = errors(&over, &blank);
    assert_eq!(said.get("timescale_to"), Some("This day is over; enter one to come"));
    assert_eq!(said.get("horizon"), said.get("timescale_to"));
    assert!(errors(&over, &over).is_empty(), "what stood there may be over by now");
    let going_on = Qualification { timescale: days("2025-11-01", "2025-11-24"), horizon: Some(day("2025-11-24")), ..blank.clone() };
    assert!(errors(&going_on, &blank).is_empty());
}

fn mailbox(name: &str, email: &str) -> Mailbox {
    Mailbox { name: name.to_owned(), email: email.to_owned() }
}

/// The invite of an appointment: to whom, and what is to be talked about, may be anything that somebody typed.
fn told(appointment: &Appointment, attendee: &str, agenda: &str) -> (String, String, String) {
    let (attendee, organizer) = (mailbox(attendee, "jo@acme.test"), mailbox("Maya Lind", "maya@house.test"));
    let zone = zone();
    let invite = Invite {
        appointment,
        attendee: &attendee,
        organizer: &organizer,
        answers_to: "leads@leads.test",
        site: "Leadwright",
        agenda,
        link: "https://leads.test/invites/abc",
        zone: &zone,
        now: NOW,
    };
    (invite.subject(), invite.body(), invite.calendar())
}

#[test]
fn an_invite_says_the_same_to_people_and_to_calendars() {
    let mut one = Appointment { place: "https://meet.test/1; x".to_owned(), ..appointment(InviteState::Sent) };
    let (subject, body, calendar) = told(&one, "Jo Field", "A tour,\nthen prices");
    assert_eq!(subject, "Invitation: Web demonstration on 25 Nov 2025, 17:00 UTC+1");
    for part in [
        "Hello Jo Field,",
        "Maya Lind of Leadwright invites you to a web demonstration.",
        "When: 25 Nov 2025, 17:00 UTC+1, 30 minutes\nWhere: https://meet.test/1; x",
        "About:\nA tour,\nthen prices",
        "https://leads.test/invites/abc",
        "maya@house.test",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    let plain = calendar.replace("\r\n ", "");
    for line in [
        "METHOD:REQUEST",
        "UID:ab12@leads.test",
        "DTSTAMP:20251124T160000Z",
        "SEQUENCE:0",
        "DTSTART:20251125T160000Z",
        "DTEND:20251125T163000Z",
        "SUMMARY:Web demonstration: Jo Field and Maya Lind",
        "DESCRIPTION:A tour\\,\\nthen prices\\n\\nhttps://leads.test/invites/abc",
        "LOCATION:https://meet.test/1\\; x",
        "ORGANIZER;CN=\"Maya Lind\":mailto:leads@leads.test",
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Jo Field\":mailto:jo@acme.test",
        "STATUS:CONFIRMED",
    ] {
        assert!(plain.contains(&format!("\r\n{line}\r\n")), "{line}: {plain}");
    }
    assert!(calendar.split("\r\n").all(|line| line.len() <= LINE_MAX), "{calendar}");
    // Moved, it is another version of the same; called off, it says so and asks for nothing.
    (one.sequence, one.at) = (1, one.at.plus_ms(HOUR_MS));
    let (subject, _, calendar) = told(&one, "Jo Field", "");
    assert!(subject.starts_with("Changed invitation: ") && calendar.contains("SEQUENCE:1\r\n") && calendar.contains("DTSTART:20251125T170000Z"));
    (one.sequence, one.ended_at) = (2, Some(NOW));
    let (subject, body, calendar) = told(&one, "Jo Field", "");
    assert!(subject.starts_with("Cancelled: ") && body.contains("has to cancel a web demonstration") && !body.contains("/invites/"), "{body}");
    assert!(calendar.contains("METHOD:CANCEL\r\n") && calendar.contains("SEQUENCE:2\r\n") && calendar.contains("STATUS:CANCELLED\r\n"));
}

#[test]
fn what_was_typed_stays_text_in_an_invite() {
    let one = Appointment { place: "x\r\nATTENDEE:mailto:evil@evil.test".to_owned(), ..appointment(InviteState::Sent) };
    let (_, _, calendar) = told(&one, "Jo\":mailto:evil@evil.test\r\nX-A:b", "END:VEVENT\r\nEND:VCALENDAR");
    assert_eq!(calendar.matches("\r\nATTENDEE").count(), 1, "{calendar}");
    assert_eq!(calendar.matches("\r\nEND:VEVENT\r\n").count(), 1, "{calendar}");
    assert!(!calendar.contains("\r\nX-A"), "{calendar}");
}

#[test]
fn a_program_s_answer_to_an_invite_of_ours_is_read() {
    let (_, _, calendar) = told(&appointment(InviteState::Sent), "Field, Jo: of Acme", "");
    assert_eq!(Reply::read(&calendar), None, "an invite is no answer");
    let answered = calendar.replace("\r\n ", "").replace("METHOD:REQUEST", "METHOD:REPLY").replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED");
    let reply = Reply::read(&answered).expect("an answer");
    assert_eq!((reply.uid.as_str(), reply.sequence, reply.of("jo@acme.test")), ("ab12@leads.test", 0, Some(Said::Accepted)));
}
