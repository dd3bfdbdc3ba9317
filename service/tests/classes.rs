//! How leads are qualified, on both engines, with a clock that stands still: classes, answers, appointments, and invites with what becomes of them.

use std::sync::Arc;

use domain::clock::ClockState;
use domain::lead_class::{Confidence, QualificationView, Timescale};
use domain::{
    Actor, AppointmentKind, AppointmentStep, DAY_MS, Dimension, EmailAddress, EventKind, FormValues, HOUR_MS, InviteState, LeadAction, LeadClass,
    LeadId, MailInState, Role, Timestamp, UserId,
};
use service::classes::{self, invites};
use service::mail_in::{self, Received};
use service::once::Once;
use service::{Clock, Ctx, MailSite, ServiceError, configuration, leads, notices, people};
use store::people::NewUser;
use store::{Sql, Store, both_engines};

/// 24 November 2025, a Monday, 16:00 in London.
const NOW: Timestamp = Timestamp(1_764_000_000_000);

struct House {
    /// The program itself, and strangers.
    public: Ctx,
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// A rep of no group.
    ana: Ctx,
    /// Maya's, of the North; of Jo, who has an address.
    lead: LeadId,
}

async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leads@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(NOW)) };
    service::seed::seed_defaults(&public).await.unwrap();
    let mut ids = Vec::new();
    for (name, role) in [("ada", Role::Administrator), ("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ana", Role::Rep)] {
        ids.push(person(&public, name, role).await.id);
    }
    let ada = public.acting_as(actor(store, ids[0]).await);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", ids[3], ids[1], ids[2]))).await.unwrap();
    let mut signed_in = Vec::new();
    for id in ids {
        signed_in.push(public.acting_as(actor(store, id).await));
    }
    let [ada, maya, noor, martin, ana] = signed_in.try_into().expect("five people");
    let group = martin.actor().unwrap().managed_groups[0];
    let new = format!("full_name=Jo+Field&company=Acme&emails=jo@acme.test&owner={}&group={group}", id_of(&maya));
    let lead = leads::add(&martin, &form(&new)).await.unwrap();
    House { public, ada, maya, noor, martin, ana, lead }
}

async fn actor(store: &Store, id: UserId) -> Actor {
    store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap()
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().unwrap();
    tx.save().await.unwrap();
    actor
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

fn is_absent<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> bool {
    matches!(result, Err(ServiceError::NotFound))
}

async fn found(house: &House) -> QualificationView {
    classes::find(&house.maya, house.lead).await.unwrap()
}

async fn class(house: &House) -> Option<LeadClass> {
    found(house).await.qualification.class
}

async fn invite(house: &House) -> InviteState {
    found(house).await.appointment.expect("an appointment").invite
}

/// What happened to the lead, newest first.
async fn events(house: &House) -> Vec<EventKind> {
    leads::find(&house.ada, house.lead).await.unwrap().timeline.into_iter().map(|event| event.kind).collect()
}

async fn make_oql(house: &House) {
    classes::change_class(&house.maya, house.lead, &form("class=oql&timescale_from=2025-12-01&timescale_to=2025-12-20&agenda=A+tour")).await.unwrap();
}

/// Plans a demonstration on 2 December, 9:30, and sends its invite.
async fn send_invite(house: &House) {
    let plan = form("kind=web_demonstration&day=2025-12-02&time=09:30&minutes=45&place=https://meet.test/1&invite=send");
    classes::plan_once(&house.maya, house.lead, &plan, None).await.unwrap();
}

/// What calendars were told, and what stands beside it, in order.
async fn told(house: &House) -> Vec<(String, String)> {
    let sql = Sql::new("select calendar, body from outbox where calendar is not null order by id");
    let rows = house.public.store.read().await.unwrap().rows(sql).await.unwrap();
    rows.iter().map(|row| (row.text("calendar").unwrap().replace("\r\n ", ""), row.text("body").unwrap())).collect()
}

/// What is secret in the address at which the last invite is answered.
async fn token(house: &House) -> String {
    let (_, body) = told(house).await.pop().expect("a mail");
    let rest = body.split("https://leads.test/invites/").nth(1).expect("an address").to_owned();
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// A calendar program's answer to an invite.
fn answer_to(calendar: &str, said: &str) -> String {
    calendar.replace("METHOD:REQUEST", "METHOD:REPLY").replace("PARTSTAT=NEEDS-ACTION", &format!("PARTSTAT={said}"))
}

/// An answer that comes by mail; `id` tells it from others.
async fn comes(house: &House, id: &str, from: &str, calendar: &str) -> Received {
    let head = format!("From: {from}\r\nMessage-ID: <{id}@acme.test>\r\nSubject: Answer\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8");
    mail_in::receive(&house.public, format!("{head}\r\n\r\n{calendar}").as_bytes()).await.unwrap()
}

both_engines!(a_class_needs_what_belongs_to_it_and_says_what_is_missing, |store| async move {
    let house = house(&store).await;
    let change = async |ctx: &Ctx, text: &str| classes::change_class(ctx, house.lead, &form(text)).await;
    assert_eq!(
        error_at(change(&house.maya, "class=aql").await, "class"),
        "An AQL needs an appointment with its kind and time and an invite that was accepted"
    );
    assert_eq!(
        error_at(change(&house.maya, "class=oql").await, "timescale_from"),
        "An OQL needs the days within which the agreed action may take place"
    );
    assert_eq!(error_at(change(&house.maya, "class=rql").await, "horizon"), "An RQL needs the day around which the project is expected");
    assert_eq!(error_at(change(&house.maya, "class=rql&horizon=2025-11-23").await, "horizon"), "This day is over; enter one to come");
    assert_eq!(
        error_at(change(&house.maya, "class=oql&timescale_from=2025-12-20&timescale_to=2025-12-01").await, "timescale_to"),
        "It ends before it begins"
    );
    assert_eq!(found(&house).await.qualification.version, 0, "nothing of it was saved");

    make_oql(&house).await;
    let view = found(&house).await;
    let day = |text: &str| Timestamp::parse_day(text).expect("a day");
    assert_eq!(view.qualification.timescale, Some(Timescale { from: day("2025-12-01"), to: day("2025-12-20") }));
    assert_eq!((view.qualification.class, view.may_edit, view.end_user.as_str()), (Some(LeadClass::Oql), true, "Jo Field"));
    let classed = events(&house).await.remove(0);
    assert_eq!(classed, EventKind::LeadClassed { from: None, to: Some(LeadClass::Oql), why: String::new() });

    let manager = format!("version=1&class=rql&horizon=2026-11-24&account_manager={}&notes=Lease+ends", id_of(&house.martin));
    let rql = change(&house.martin, &manager).await.unwrap();
    assert_eq!(
        (rql.class, rql.account_manager, rql.notes.as_str(), rql.version),
        (Some(LeadClass::Rql), Some(id_of(&house.martin)), "Lease ends", 2)
    );
    assert!(refusal(change(&house.maya, "version=1&class=").await).contains("Somebody changed this meanwhile"));
    assert!(refusal(change(&house.noor, "class=").await).starts_with("Only its owner"), "Noor sees it and does not work it");
    assert!(!classes::find(&house.noor, house.lead).await.unwrap().may_edit);
    assert!(is_absent(change(&house.ana, "class=").await) && is_absent(classes::find(&house.ana, house.lead).await));
    leads::act(&house.maya, house.lead, LeadAction::Win, &form("")).await.unwrap();
    assert_eq!(refusal(change(&house.maya, "class=").await), "This lead is closed; reopen it to change it");
});

both_engines!(budget_and_the_rest_are_filled_in_piece_by_piece, |store| async move {
    let house = house(&store).await;
    let change = async |ctx: &Ctx, dimension, text: &str| classes::change_answer(ctx, house.lead, dimension, &form(text)).await;
    change(&house.maya, Dimension::Budget, "read_at=&answer=Signed+off&evidence=Mail+of+Friday&confidence=high").await.unwrap();
    house.public.clock.advance_ms(HOUR_MS);
    change(&house.martin, Dimension::Action, "read_at=&answer=A+demonstration").await.unwrap();
    let answers = found(&house).await.answers;
    assert_eq!(answers.iter().map(|answer| answer.dimension).collect::<Vec<_>>(), [Dimension::Budget, Dimension::Action]);
    assert_eq!((answers[0].text.as_str(), answers[0].evidence.as_str(), answers[0].confidence), ("Signed off", "Mail of Friday", Confidence::High));
    assert_eq!((answers[0].by, answers[0].at), (Some(id_of(&house.maya)), NOW));
    assert_eq!((answers[1].by, answers[1].confidence), (Some(id_of(&house.martin)), Confidence::Medium));

    assert!(refusal(change(&house.martin, Dimension::Budget, "read_at=&answer=None").await).contains("Somebody answered this meanwhile"));
    assert_eq!(
        error_at(change(&house.maya, Dimension::Need, "answer=&evidence=Heard+it").await, "answer"),
        "Enter the answer that this is the evidence of"
    );
    assert_eq!(error_at(change(&house.maya, Dimension::Need, "answer=Yes&confidence=99").await, "confidence"), "Choose from the list");
    let version = leads::find(&house.maya, house.lead).await.unwrap().lead.version;
    let same = format!("read_at={}&answer=Signed+off&evidence=Mail+of+Friday&confidence=high", NOW.0);
    change(&house.martin, Dimension::Budget, &same).await.unwrap();
    assert_eq!(leads::find(&house.maya, house.lead).await.unwrap().lead.version, version, "it says the same");
    change(&house.maya, Dimension::Budget, &format!("read_at={}&answer=&evidence=", NOW.0)).await.unwrap();
    assert_eq!(found(&house).await.answers.len(), 1);
    let EventKind::Qualified { changes } = events(&house).await.remove(0) else { panic!("it is told") };
    assert_eq!((changes[0].what.as_str(), changes[0].old.as_str(), changes[0].new.as_str()), ("Budget", "Signed off (Sure)", ""));
    assert!(is_absent(change(&house.ana, Dimension::Need, "answer=Mine").await));

    // The fifth has the name that the house gives it.
    configuration::change_site(&house.ada, &form("action_label=Call+to+action")).await.unwrap();
    let catalog = store.catalog().await.unwrap();
    assert_eq!(Dimension::Action.label(&catalog), "Call to action");
    configuration::change_site(&house.ada, &form("action_label=Agreed+action")).await.unwrap();
    assert_eq!(store.catalog().await.unwrap().site.action_label, "");
});

both_engines!(an_appointment_that_cannot_be_is_refused_at_its_field, |store| async move {
    let house = house(&store).await;
    let plan = async |lead, text: &str| classes::plan_once(&house.maya, lead, &form(text), None).await;
    let passed = "Choose a time to come; nobody can meet at one that has passed";
    assert_eq!(error_at(plan(house.lead, "kind=telephone&day=2025-11-24&time=16:00").await, "day"), passed);
    assert_eq!(error_at(plan(house.lead, "kind=telephone&day=2025-11-20&time=10:00&invite=send").await, "day"), passed);
    let left_out = error_at(plan(house.lead, "kind=telephone&day=2026-03-29&time=01:30").await, "time");
    assert_eq!(left_out, "The clocks change that day and leave this time out; 02:00 is the next there is");
    assert_eq!(error_at(plan(house.lead, "kind=telephone&day=&time=").await, "day"), "Enter a date like 2026-11-24");
    assert_eq!(error_at(plan(house.lead, "kind=visit&day=2026-03-02&time=09:00").await, "kind"), "Choose from the list");
    let unreachable = leads::add(&house.maya, &form("full_name=Al&company=Bee")).await.unwrap();
    let no_address = error_at(plan(unreachable, "kind=telephone&day=2026-03-02&time=09:00&invite=send").await, "invite");
    assert_eq!(no_address, "They have no e-mail address to send an invite to; add one first");
    assert!(found(&house).await.appointment.is_none() && told(&house).await.is_empty());

    // By the site's clocks, which are an hour ahead from 29 March on.
    plan(house.lead, "kind=telephone&day=2026-03-29&time=09:00").await.unwrap();
    let appointment = found(&house).await.appointment.unwrap();
    assert_eq!((appointment.at.rfc3339().as_str(), appointment.invite), ("2026-03-29T08:00:00.000Z", InviteState::None));
    assert!(refusal(plan(house.lead, "kind=telephone&day=2026-03-30&time=09:00").await).contains("is planned already"));
    assert!(refusal(plan(house.lead, "version=9&kind=telephone&day=2026-03-30&time=09:00").await).contains("Somebody changed this meanwhile"));
    assert_eq!(error_at(plan(house.lead, "version=1&day=2025-11-01&time=09:00").await, "day"), passed);
    assert!(refusal(classes::plan_once(&house.noor, house.lead, &form("version=1"), None).await).starts_with("Only its owner"));
    assert!(is_absent(classes::plan_once(&house.ana, house.lead, &form("version=1"), None).await));
    assert!(is_absent(classes::send_invite(&house.ana, house.lead).await));

    // When it is over, the next can be planned.
    house.public.clock.advance_ms(200 * DAY_MS);
    assert_eq!(refusal(classes::send_invite(&house.maya, house.lead).await), passed);
    plan(house.lead, "kind=virtual_meeting&day=2026-07-01&time=09:00").await.unwrap();
    assert_eq!(found(&house).await.appointment.unwrap().kind, AppointmentKind::VirtualMeeting);
});

both_engines!(an_invite_that_is_accepted_by_mail_makes_an_oql_an_aql, |store| async move {
    let house = house(&store).await;
    make_oql(&house).await;
    send_invite(&house).await;
    let (calendar, body) = told(&house).await.remove(0);
    for line in ["METHOD:REQUEST", "SEQUENCE:0", "DTSTART:20251202T093000Z", "DTEND:20251202T101500Z"] {
        assert!(calendar.contains(&format!("\r\n{line}\r\n")), "{line}: {calendar}");
    }
    assert!(body.contains("A tour") && body.contains("maya of ") && body.contains("https://meet.test/1"), "{body}");
    assert_eq!((invite(&house).await, class(&house).await), (InviteState::Sent, Some(LeadClass::Oql)));

    // A stranger who knows what stands in it changes nothing.
    let theirs = answer_to(&calendar, "ACCEPTED").replace("mailto:jo@acme.test", "mailto:eve@evil.test");
    let strange = comes(&house, "1", "eve@evil.test", &theirs).await;
    assert_eq!((strange.mail.state, strange.mail.lead), (MailInState::Joined, Some(house.lead)));
    assert!(strange.mail.why.contains("went to another address"), "{}", strange.mail.why);
    let forged = comes(&house, "2", "eve@evil.test", &answer_to(&calendar, "ACCEPTED")).await;
    assert!(forged.mail.why.contains("went to another address"), "{}", forged.mail.why);
    assert_eq!((invite(&house).await, class(&house).await), (InviteState::Sent, Some(LeadClass::Oql)));
    let refused = |kind: &EventKind| matches!(kind, EventKind::Appointment { step: AppointmentStep::Refused, .. });
    assert_eq!(events(&house).await.iter().filter(|kind| refused(kind)).count(), 2);
    let unknown = comes(&house, "3", "jo@acme.test", &answer_to(&calendar, "ACCEPTED").replace("\r\nUID:", "\r\nUID:x")).await;
    assert_eq!((unknown.mail.state, unknown.mail.lead), (MailInState::Ignored, None));

    let received = comes(&house, "4", "Jo Field <Jo@Acme.test>", &answer_to(&calendar, "ACCEPTED")).await;
    assert_eq!((received.mail.state, received.mail.lead, received.mail.why.as_str()), (MailInState::Joined, Some(house.lead), ""));
    assert_eq!((invite(&house).await, class(&house).await), (InviteState::Accepted, Some(LeadClass::Aql)));
    let why = "the invite was accepted".to_owned();
    assert_eq!(events(&house).await[0], EventKind::LeadClassed { from: Some(LeadClass::Oql), to: Some(LeadClass::Aql), why });
    let notices = notices::list(&house.maya, None).await.unwrap().items;
    assert!(notices[0].words.starts_with("Your invite was answered: Jo Field"), "{}", notices[0].words);
    // Said twice it is one answer.
    let before = events(&house).await.len();
    comes(&house, "5", "jo@acme.test", &answer_to(&calendar, "ACCEPTED")).await;
    assert_eq!(events(&house).await.len(), before);
});

both_engines!(an_invite_follows_its_appointment_and_late_answers_do_not_count, |store| async move {
    let house = house(&store).await;
    make_oql(&house).await;
    send_invite(&house).await;
    let first = told(&house).await.remove(0).0;
    comes(&house, "1", "jo@acme.test", &answer_to(&first, "TENTATIVE")).await;
    assert_eq!((invite(&house).await, class(&house).await), (InviteState::Tentative, Some(LeadClass::Oql)));
    comes(&house, "2", "jo@acme.test", &answer_to(&first, "ACCEPTED")).await;
    assert_eq!(class(&house).await, Some(LeadClass::Aql));

    let version = found(&house).await.appointment.unwrap().version;
    let moved = form(&format!("version={version}&day=2025-12-03&time=09:30"));
    classes::plan_once(&house.maya, house.lead, &moved, None).await.unwrap();
    let second = told(&house).await.remove(1).0;
    assert!(second.contains("SEQUENCE:1\r\n") && second.contains("DTSTART:20251203T093000Z") && second.contains("METHOD:REQUEST"), "{second}");
    assert_eq!((invite(&house).await, class(&house).await), (InviteState::Sent, Some(LeadClass::Aql)), "it waits for their answer again");
    assert_eq!(
        found(&house).await.qualification.lacking(found(&house).await.appointment.as_ref()).as_deref(),
        Some("An AQL needs an invite that was accepted")
    );
    let late = comes(&house, "3", "jo@acme.test", &answer_to(&first, "ACCEPTED")).await;
    assert!(late.mail.why.contains("before it was changed"), "{}", late.mail.why);
    assert_eq!(invite(&house).await, InviteState::Sent);
    comes(&house, "4", "jo@acme.test", &answer_to(&second, "DECLINED")).await;
    assert_eq!((invite(&house).await, class(&house).await), (InviteState::Declined, Some(LeadClass::Oql)));

    // Sent once more as it is, it is the same version, and their answer stays.
    classes::send_invite(&house.maya, house.lead).await.unwrap();
    assert_eq!((told(&house).await.len(), invite(&house).await), (3, InviteState::Declined));
    comes(&house, "5", "jo@acme.test", &answer_to(&second, "ACCEPTED")).await;
    assert_eq!(class(&house).await, Some(LeadClass::Aql), "people change their minds");

    let version = found(&house).await.appointment.unwrap().version;
    let stale = classes::cancel_appointment(&house.maya, house.lead, &form("version=1&reason=Ill")).await;
    assert!(refusal(stale).contains("Somebody changed this meanwhile"));
    classes::cancel_appointment(&house.maya, house.lead, &form(&format!("version={version}&reason=Ill"))).await.unwrap();
    let called_off = told(&house).await.remove(3).0;
    assert!(called_off.contains("METHOD:CANCEL") && called_off.contains("SEQUENCE:2\r\n") && called_off.contains("STATUS:CANCELLED"), "{called_off}");
    let view = found(&house).await;
    assert_eq!((view.appointment.is_none(), view.qualification.class), (true, Some(LeadClass::Oql)));
    let cancelled = comes(&house, "6", "jo@acme.test", &answer_to(&second, "ACCEPTED").replace("SEQUENCE:1", "SEQUENCE:2")).await;
    assert!(cancelled.mail.why.contains("cancelled or is over"), "{}", cancelled.mail.why);
    assert_eq!(class(&house).await, Some(LeadClass::Oql));
    assert!(refusal(classes::send_invite(&house.maya, house.lead).await).contains("No appointment is planned"));
});

both_engines!(an_invite_is_answered_at_its_private_address_too, |store| async move {
    let house = house(&store).await;
    make_oql(&house).await;
    send_invite(&house).await;
    let token = token(&house).await;
    let page = invites::find(&house.public, &token).await.unwrap();
    assert_eq!((page.organizer.as_str(), page.when.as_str(), page.minutes), ("maya", "2 Dec 2025, 09:30 UTC", 45));
    assert_eq!((page.agenda.as_str(), page.state, page.is_cancelled, page.is_over), ("A tour", InviteState::Sent, false, false));
    assert_eq!(error_at(invites::answer(&house.public, &token, &form("answer=maybe")).await, "answer"), "Choose whether you come");
    for wrong in ["", "none", &token[..30], &"a".repeat(10_000)] {
        assert!(is_absent(invites::find(&house.public, wrong).await), "{wrong}");
        assert!(is_absent(invites::answer(&house.public, wrong, &form("answer=accepted")).await), "{wrong}");
    }
    invites::answer(&house.public, &token, &form("answer=accepted")).await.unwrap();
    assert_eq!((invite(&house).await, class(&house).await), (InviteState::Accepted, Some(LeadClass::Aql)));
    let before = events(&house).await.len();
    invites::answer(&house.public, &token, &form("answer=accepted")).await.unwrap();
    assert_eq!(events(&house).await.len(), before);
    invites::answer(&house.public, &token, &form("answer=declined")).await.unwrap();
    assert_eq!(class(&house).await, Some(LeadClass::Oql));

    // What is answered of a lead that is closed is noted, and changes its class no more.
    leads::act(&house.maya, house.lead, LeadAction::Win, &form("")).await.unwrap();
    invites::answer(&house.public, &token, &form("answer=accepted")).await.unwrap();
    assert_eq!((invite(&house).await, class(&house).await), (InviteState::Accepted, Some(LeadClass::Oql)));
    house.public.clock.advance_ms(30 * DAY_MS);
    assert!(invites::find(&house.public, &token).await.unwrap().is_over);
    assert!(refusal(invites::answer(&house.public, &token, &form("answer=declined")).await).contains("is over"));
    leads::act(&house.ada, house.lead, LeadAction::Delete, &form("")).await.unwrap();
    assert!(
        is_absent(invites::find(&house.public, &token).await) && is_absent(invites::answer(&house.public, &token, &form("answer=declined")).await)
    );
});

both_engines!(what_they_said_otherwise_is_noted_by_hand, |store| async move {
    let house = house(&store).await;
    let plan = form("kind=telephone&day=2025-12-02&time=09:30&invite=accepted");
    classes::plan_once(&house.maya, house.lead, &plan, None).await.unwrap();
    assert_eq!((invite(&house).await, told(&house).await.len()), (InviteState::Accepted, 0), "somebody else had sent it");
    classes::change_class(&house.maya, house.lead, &form("class=aql")).await.unwrap();
    let said = classes::change_class(&house.maya, house.lead, &form("class=oql&timescale_from=2025-12-01&timescale_to=2025-12-20")).await;
    assert!(error_at(said, "class").contains("with this one it is an AQL"));
    classes::note_answer(&house.maya, house.lead, &form("said=declined")).await.unwrap();
    let view = found(&house).await;
    assert_eq!((view.qualification.class, view.qualification.timescale.map(Timescale::words).as_deref()), (Some(LeadClass::Oql), Some("2 Dec 2025")));
    classes::note_answer(&house.martin, house.lead, &form("said=accepted")).await.unwrap();
    assert_eq!(class(&house).await, Some(LeadClass::Aql));
    assert_eq!(error_at(classes::note_answer(&house.maya, house.lead, &form("said=maybe")).await, "said"), "Choose what they said");
    assert!(refusal(classes::note_answer(&house.noor, house.lead, &form("said=accepted")).await).starts_with("Only its owner"));
});

/// The clocks of the lead that run or were met, with when they began: hours after [`NOW`].
async fn clocks(house: &House) -> Vec<(String, ClockState, i64)> {
    let found = leads::find(&house.ada, house.lead).await.unwrap().clocks;
    let faces = found.faces.iter().map(|face| (face.name.clone(), face.state(found.now), (face.started_at.0 - NOW.0) / HOUR_MS));
    faces.filter(|(_, state, _)| *state != ClockState::Ended).collect()
}

both_engines!(each_class_has_clocks_of_its_own, |store| async move {
    let house = house(&store).await;
    let runs = |name: &str, hours: i64| (name.to_owned(), ClockState::Running, hours);
    let met = |name: &str, hours: i64| (name.to_owned(), ClockState::MetInTime, hours);
    let (call, nurture) = ("Call to fix the date, and send the invite", "Nurture");
    assert_eq!(clocks(&house).await, [runs("Review", 0), runs("Follow up", 0)]);
    house.public.clock.advance_ms(2 * HOUR_MS);
    make_oql(&house).await;
    assert_eq!(clocks(&house).await, [met("Review", 0), runs(call, 0)], "it takes the place of the follow-up, and is due when that was");
    house.public.clock.advance_ms(HOUR_MS);
    send_invite(&house).await;
    assert_eq!(clocks(&house).await, [met("Review", 0), met(call, 0)], "the invite is what was to be done");
    house.public.clock.advance_ms(HOUR_MS);
    classes::change_class(&house.maya, house.lead, &form("class=rql&horizon=2026-11-24")).await.unwrap();
    assert_eq!(clocks(&house).await.pop(), Some(runs(nurture, 4)));
    house.public.clock.advance_ms(HOUR_MS);
    leads::comment(&house.maya, house.lead, &form("text=Sent+news")).await.unwrap();
    assert_eq!(clocks(&house).await.pop(), Some(runs(nurture, 5)), "nobody is ever done with it");
    house.public.clock.advance_ms(31 * DAY_MS);
    assert_eq!(clocks(&house).await.pop(), Some((nurture.to_owned(), ClockState::Overdue, 5)));
    classes::change_class(&house.maya, house.lead, &form("class=")).await.unwrap();
    assert!(clocks(&house).await.iter().all(|clock| clock.0 != nurture), "what was to be done with an RQL is nobody's concern any more");
});

both_engines!(interim_projects_of_an_rql_are_linked_to_it, |store| async move {
    let house = house(&store).await;
    let once = Once { key: "form:1:a".to_owned(), digest: "d".to_owned() };
    let add = async |ctx: &Ctx, text: &str, once: Option<&Once>| classes::add_interim_once(ctx, house.lead, &form(text), once).await;
    assert!(refusal(add(&house.maya, "name=Cabling", None).await).contains("this lead is none"));
    classes::change_class(&house.maya, house.lead, &form("class=rql&horizon=2026-11-24")).await.unwrap();
    assert_eq!(error_at(add(&house.maya, "name=", None).await, "name"), "Enter a name");
    let made = add(&house.maya, "name=Cabling&amount=1200", Some(&once)).await.unwrap();
    assert_eq!(add(&house.maya, "name=Cabling&amount=1200", Some(&once)).await.unwrap().id, made.id, "sent twice it is one");
    let view = found(&house).await;
    assert_eq!(view.interim.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Cabling"]);
    assert_eq!(leads::find(&house.maya, house.lead).await.unwrap().opportunities.len(), 2, "beside the lead's own");
    classes::change_class(&house.maya, house.lead, &form("class=")).await.unwrap();
    assert_eq!(found(&house).await.interim.len(), 1, "it stays linked");
    assert!(refusal(add(&house.noor, "name=Mine", None).await).starts_with("Only its owner") && is_absent(add(&house.ana, "name=Mine", None).await));
});
