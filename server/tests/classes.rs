//! How leads are qualified: invites over a real network and back by mail, and all of it over HTTP without script.

mod support;

use axum::http::StatusCode;
use domain::{EmailAddress, FormValues, InviteState, LeadClass, LeadId, MailInState, Role, Timestamp};
use ical::IcalParser;
use ical::parser::ical::component::IcalCalendar;
use ical::property::Property;
use server::mail::Sender;
use service::{Clock, Ctx, classes, leads, mail_in};
use store::people::NewUser;
use store::{Sql, Store, both_engines};
use support::smtp::{MailServer, Received};
use support::{House, ORIGIN, mail_of};

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

/// The program itself and Maya, on 24 November 2025, 16:00, and her lead Jo.
async fn with_invited(store: &Store) -> (Ctx, Ctx, LeadId) {
    let public = Ctx { mail: mail_of(ORIGIN), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse("maya@house.test").unwrap();
    let new = NewUser { email, name: "Maya Lind".to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: public.now() };
    let id = tx.people().add(new).await.unwrap();
    tx.save().await.unwrap();
    let maya = public.acting_as(store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap());
    let lead = leads::add(&maya, &form("full_name=Jo+Field&company=Acme&emails=jo@acme.test")).await.unwrap();
    let oql = form("class=oql&timescale_from=2025-12-01&timescale_to=2025-12-20&agenda=A+tour;+then+prices,+and+questions");
    classes::change_class(&maya, lead, &oql).await.unwrap();
    (public, maya, lead)
}

/// What was sent to Jo so far, oldest first.
async fn sent(ctx: &Ctx, server: &MailServer) -> Vec<Received> {
    Sender::new(ctx.clone(), server.client()).settle().await.unwrap();
    server.received().into_iter().filter(|mail| mail.to == ["jo@acme.test"]).collect()
}

/// The part of a mail that is for calendars, as a calendar program reads it.
fn calendar_in(mail: &Received) -> IcalCalendar {
    let (_, part) = mail.text.split_once("Content-Type: text/calendar; charset=utf-8; method=").expect("a part for calendars");
    let (head, text) = part.split_once("\r\n\r\n").expect("a text");
    assert!(head.contains("Content-Transfer-Encoding: 7bit"), "{head}");
    let text = text.split("\r\n--").next().unwrap_or_default();
    let mut calendars = IcalParser::new(text.as_bytes());
    let calendar = calendars.next().expect("a calendar").expect("it can be read");
    assert!(calendars.next().is_none(), "one and no more: {text}");
    calendar
}

fn find<'c>(properties: &'c [Property], name: &str) -> &'c Property {
    properties.iter().find(|property| property.name == name).unwrap_or_else(|| panic!("no {name}: {properties:?}"))
}

fn value<'c>(properties: &'c [Property], name: &str) -> &'c str {
    find(properties, name).value.as_deref().unwrap_or_default()
}

fn param<'c>(property: &'c Property, name: &str) -> &'c str {
    let params = property.params.as_ref().expect("parameters");
    params.iter().find(|(known, _)| known == name).map_or("", |(_, values)| values[0].as_str())
}

/// What the calendar program of somebody answers, as it goes by mail.
fn reply(calendar: &IcalCalendar, id: &str, from: &str, said: &str) -> Vec<u8> {
    let event = &calendar.events[0].properties;
    let lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Some Company//Calendar 1.0//EN",
        "VERSION:2.0",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        &format!("UID:{}", value(event, "UID")),
        &format!("SEQUENCE:{}", value(event, "SEQUENCE")),
        "DTSTAMP:20251124T161000Z",
        &format!("DTSTART:{}", value(event, "DTSTART")),
        &format!("ORGANIZER:{}", value(event, "ORGANIZER")),
        &format!("ATTENDEE;CN=Jo Field;PARTSTAT={said}:{}", value(event, "ATTENDEE").replace("mailto:", "MAILTO:")),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    .join("\r\n");
    let head = format!("From: {from}\r\nTo: leadwright@leads.test\r\nMessage-ID: <{id}@acme.test>\r\nSubject: {said}: Web demonstration");
    let parts = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nSee you then\r\n--b\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n{lines}\r\n--b--\r\n"
    );
    format!("{head}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n{parts}").into_bytes()
}

both_engines!(an_invite_goes_over_the_network_and_its_accepted_reply_promotes_the_lead, |store| async move {
    let (public, maya, lead) = with_invited(&store).await;
    let server = MailServer::open().await;
    let plan = form("kind=web_demonstration&day=2025-12-02&time=09:30&minutes=45&place=https://meet.test/1&invite=send");
    classes::plan_once(&maya, lead, &plan, None).await.unwrap();
    let mails = sent(&public, &server).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].from, "leadwright@leads.test");
    for line in ["<jo@acme.test>\r\n", "Content-Type: multipart/alternative;", "Maya Lind of "] {
        assert!(mails[0].text.contains(line), "{line}: {}", mails[0].text);
    }
    let calendar = calendar_in(&mails[0]);
    assert_eq!((value(&calendar.properties, "METHOD"), value(&calendar.properties, "VERSION"), calendar.events.len()), ("REQUEST", "2.0", 1));
    let event = &calendar.events[0].properties;
    for (name, expected) in [
        ("DTSTART", "20251202T093000Z"),
        ("DTEND", "20251202T101500Z"),
        ("SEQUENCE", "0"),
        ("STATUS", "CONFIRMED"),
        ("LOCATION", "https://meet.test/1"),
        ("SUMMARY", "Web demonstration: Jo Field and Maya Lind"),
        ("ORGANIZER", "mailto:leadwright@leads.test"),
        ("ATTENDEE", "mailto:jo@acme.test"),
    ] {
        assert_eq!(value(event, name), expected, "{name}");
    }
    assert!(value(event, "DESCRIPTION").starts_with("A tour\\; then prices\\, and questions\\n\\nhttp://leads.test:3000/invites/"), "{event:?}");
    let attendee = find(event, "ATTENDEE");
    assert_eq!((param(attendee, "CN"), param(attendee, "PARTSTAT"), param(attendee, "RSVP")), ("Jo Field", "NEEDS-ACTION", "TRUE"));
    assert_eq!(param(find(event, "ORGANIZER"), "CN"), "Maya Lind");

    let received = mail_in::receive(&public, &reply(&calendar, "1", "Jo Field <jo@acme.test>", "ACCEPTED")).await.unwrap();
    assert_eq!((received.mail.state, received.mail.lead), (MailInState::Joined, Some(lead)));
    let view = classes::find(&maya, lead).await.unwrap();
    assert_eq!((view.qualification.class, view.appointment.map(|one| one.invite)), (Some(LeadClass::Aql), Some(InviteState::Accepted)));
    let timeline = leads::find(&maya, lead).await.unwrap().timeline;
    let sentences: Vec<String> = timeline.iter().map(|event| event.kind.sentence()).collect();
    assert!(sentences.iter().any(|sentence| sentence == "made the OQL an AQL: the invite was accepted"), "{sentences:?}");
    assert!(mails_comment(&timeline, "See you then"), "what was written with it stands there, too: {sentences:?}");

    // Moved, it is another version of the same; called off, it takes itself back.
    let version = classes::find(&maya, lead).await.unwrap().appointment.unwrap().version;
    classes::plan_once(&maya, lead, &form(&format!("version={version}&day=2025-12-03&time=10:00")), None).await.unwrap();
    let version = classes::find(&maya, lead).await.unwrap().appointment.unwrap().version;
    classes::cancel_appointment(&maya, lead, &form(&format!("version={version}"))).await.unwrap();
    let mails = sent(&public, &server).await;
    let mut told: Vec<_> = mails.iter().map(calendar_in).collect();
    // Which of two mails arrives first is nobody's promise; calendars go by this number.
    told.sort_by_key(|calendar| value(&calendar.events[0].properties, "SEQUENCE").to_owned());
    let of = |nth: usize, name: &str| value(&told[nth].events[0].properties, name).to_owned();
    assert_eq!((told.len(), of(1, "UID"), of(2, "UID")), (3, of(0, "UID"), of(0, "UID")));
    assert_eq!((of(1, "SEQUENCE"), of(1, "DTSTART")), ("1".to_owned(), "20251203T100000Z".to_owned()));
    assert_eq!((of(2, "SEQUENCE"), of(2, "STATUS")), ("2".to_owned(), "CANCELLED".to_owned()));
    assert_eq!(value(&told[2].properties, "METHOD"), "CANCEL");
});

/// Whether what somebody wrote stands in a timeline.
fn mails_comment(timeline: &[domain::Event], written: &str) -> bool {
    timeline.iter().any(|event| matches!(&event.kind, domain::EventKind::Commented { text, .. } if text.contains(written)))
}

both_engines!(the_reply_of_a_stranger_changes_nothing, |store| async move {
    let (public, maya, lead) = with_invited(&store).await;
    let server = MailServer::open().await;
    classes::plan_once(&maya, lead, &form("kind=telephone&day=2025-12-02&time=09:30&invite=send"), None).await.unwrap();
    let calendar = calendar_in(&sent(&public, &server).await[0]);
    let received = mail_in::receive(&public, &reply(&calendar, "1", "Eve <eve@evil.test>", "ACCEPTED")).await.unwrap();
    assert!(received.mail.why.contains("went to another address"), "{}", received.mail.why);
    let view = classes::find(&maya, lead).await.unwrap();
    assert_eq!((view.qualification.class, view.appointment.map(|one| one.invite)), (Some(LeadClass::Oql), Some(InviteState::Sent)));
    let timeline = leads::find(&maya, lead).await.unwrap().timeline;
    assert!(timeline.iter().any(|event| event.kind.sentence().starts_with("did not count an answer")), "{timeline:?}");
});

/// Maya has a lead, whose address is given; Ana is another rep.
async fn with_lead(store: &Store) -> (House, String, String, String) {
    let house = House::open(store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ana@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let added = house.post("/leads/new", Some(&ada), &format!("full_name=Jo+Field&company=Acme&emails=jo@acme.test&owner={maya}")).await;
    let lead = added.header("location").to_owned();
    let (maya, ana) = (house.sign_in("maya@house.test").await, house.sign_in("ana@house.test").await);
    (house, lead, maya, ana)
}

both_engines!(a_lead_is_qualified_without_script, |store| async move {
    let (house, lead, maya, ana) = with_lead(&store).await;
    let page = house.get(&lead, Some(&maya)).await.body;
    for said in ["Not classed yet", "None is planned.", "0 of 5", "Is it funded, or can it be?"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let wrong = house.post(&format!("{lead}/class"), Some(&maya), "version=0&class=aql&notes=Likes+us&agenda=").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["id=\"class-class-error\"", "An AQL needs an appointment with its kind and time and an invite that was accepted", "Likes us"] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let oql = "version=0&class=oql&timescale_from=2099-01-05&timescale_to=2099-01-20&agenda=A+tour";
    let saved = house.post(&format!("{lead}/class"), Some(&maya), oql).await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, lead.as_str()));
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(
        page.contains(">OQL<") && page.contains("5 Jan 2099 to 20 Jan 2099") && page.contains("then the account manager sends the invite"),
        "{page}"
    );
    let late = house.post(&format!("{lead}/class"), Some(&maya), "version=0&class=").await;
    assert_eq!(late.status, StatusCode::CONFLICT);

    let wrong = house.post(&format!("{lead}/answers/budget"), Some(&maya), "read_at=&answer=&evidence=He+said+so").await;
    assert!(wrong.body.contains("id=\"budget-answer-error\"") && wrong.body.contains("He said so"), "{}", wrong.body);
    house.post(&format!("{lead}/answers/budget"), Some(&maya), "read_at=&answer=Signed+off&evidence=%3Cb%3EMail%3C/b%3E&confidence=high").await;
    assert_eq!(house.post(&format!("{lead}/answers/mood"), Some(&maya), "answer=Good").await.status, StatusCode::NOT_FOUND);
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains("1 of 5") && page.contains("&lt;b&gt;Mail&lt;/b&gt;") && !page.contains("<b>Mail"), "{page}");

    let wrong =
        house.post(&format!("{lead}/appointment"), Some(&maya), "kind=telephone&day=2020-01-02&time=09:30&minutes=30&place=0161+496+0123").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["id=\"appointment-day-error\"", "value=\"0161 496 0123\""] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let plan = "kind=web_demonstration&day=2099-01-06&time=09:30&minutes=45&place=https://meet.test/1&invite=send";
    assert_eq!(house.post(&format!("{lead}/appointment"), Some(&maya), plan).await.header("location"), lead);
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains("Web demonstration on 6 Jan 2099, 09:30") && page.contains("Not answered yet"), "{page}");
    for (path, body) in [
        ("class", "class="),
        ("answers/budget", "answer=Mine"),
        ("appointment", "version=1"),
        ("appointment/invite", ""),
        ("appointment/answer", "said=accepted"),
        ("appointment/cancel", "version=2"),
        ("interim", "name=Mine"),
    ] {
        assert_eq!(house.post(&format!("{lead}/{path}"), Some(&ana), body).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let again = house.post(&format!("{lead}/interim"), Some(&maya), "name=Cabling").await;
    assert_eq!(again.status, StatusCode::CONFLICT, "it is no RQL");
    house.post(&format!("{lead}/class"), Some(&maya), "class=rql&horizon=2099-06-01").await;
    house.post(&format!("{lead}/interim"), Some(&maya), "name=Cabling&amount=1200").await;
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains(">RQL<") && page.contains("Interim projects") && page.contains("Cabling"), "{page}");
});

/// Where the invite that was sent last is answered.
async fn invite_address(store: &Store) -> String {
    let sql = Sql::new("select body from outbox where calendar is not null order by id desc limit 1");
    let row = store.read().await.unwrap().row(sql).await.unwrap().expect("a mail");
    let body = row.text("body").unwrap();
    let token = body.split(&format!("{ORIGIN}/invites/")).nth(1).expect("an address");
    format!("/invites/{}", token.chars().take_while(char::is_ascii_alphanumeric).collect::<String>())
}

both_engines!(whoever_was_invited_answers_without_an_account, |store| async move {
    let (house, lead, maya, ana) = with_lead(&store).await;
    house
        .post(&format!("{lead}/class"), Some(&maya), "class=oql&timescale_from=2099-01-05&timescale_to=2099-01-20&agenda=A+%3Ci%3Etour%3C/i%3E")
        .await;
    house.post(&format!("{lead}/appointment"), Some(&maya), "kind=telephone&day=2099-01-06&time=09:30&minutes=45&invite=send").await;
    let address = invite_address(&store).await;
    let page = house.get(&address, None).await;
    assert_eq!((page.status, page.header("cache-control"), page.header("referrer-policy")), (StatusCode::OK, "no-store", "same-origin"));
    for said in ["maya invites you to a telephone appointment", "6 Jan 2099, 09:30", "A &lt;i&gt;tour", "I will be there", "I cannot come"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("Acme") && !page.body.contains("A <i>tour"), "{}", page.body);
    let nothing = house.post(&address, None, "").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("Choose whether you come"), "{}", nothing.body);
    let answered = house.post(&address, None, "answer=accepted").await;
    assert_eq!((answered.status, answered.header("location")), (StatusCode::SEE_OTHER, address.as_str()));
    assert!(house.get(&address, None).await.body.contains("You accepted"));
    assert!(house.get(&lead, Some(&maya)).await.body.contains(">AQL<"));
    // It is the same for everybody who knows the address, and nothing to who guesses one.
    assert!(house.get(&address, Some(&ana)).await.body.contains("You accepted"));
    for guess in ["/invites/none", "/invites/", &format!("{address}0"), &address[..20]] {
        assert_eq!(house.get(guess, Some(&ana)).await.status, StatusCode::NOT_FOUND, "{guess}");
        assert_ne!(house.get(guess, None).await.status, StatusCode::OK, "{guess}");
        assert_ne!(house.post(guess, None, "answer=declined").await.status, StatusCode::SEE_OTHER, "{guess}");
    }
    house.post(&format!("{lead}/appointment/cancel"), Some(&maya), "reason=Ill").await;
    assert!(house.get(&address, None).await.body.contains("This appointment was cancelled"));
    let late = house.post(&address, None, "answer=declined").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("nothing to answer any more"), "{}", late.body);
    assert!(house.get(&lead, Some(&maya)).await.body.contains(">OQL<"));
});
