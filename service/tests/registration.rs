//! The public registration form on both engines, with a clock that stands still.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::event::{Arrival, Subject};
use domain::{ChoiceList, DAY_MS, EventKind, FormValues, Lead, LeadAction, LeadId, LeadState, Scope, Timestamp};
use service::leads::registration::{LEAST_MS, fresh_form, register};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError};
use store::catalog::INTAKE_GROUP;
use store::events::NewEvent;
use store::{Sql, Store, both_engines};

/// The public before a site with its defaults.
async fn site(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&ctx).await.unwrap();
    ctx
}

/// An address that no other test knocks from: the limits are counted for the whole process.
fn somewhere() -> String {
    static COUNTER: AtomicUsize = AtomicUsize::new(0);
    format!("10.0.0.{}", COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// A form that was shown and then filled in at leisure.
fn filled_in(ctx: &Ctx, details: &str) -> FormValues {
    let fresh = fresh_form(ctx);
    ctx.clock.advance_ms(LEAST_MS);
    FormValues::decode(format!("key={}&shown_at={}&consent=1&{details}", fresh.key, fresh.shown_at).as_bytes())
}

const JO: &str = "full_name=Jo+Field&company=Acme&email=jo%40acme.test&message=Call+me";

async fn send(ctx: &Ctx, values: &FormValues) -> LeadId {
    register(ctx, &somewhere(), values).await.unwrap().expect("a lead")
}

async fn lead(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &Scope::All).await.unwrap().expect("the lead")
}

async fn count(ctx: &Ctx, table: &str) -> i64 {
    let row = ctx.store.read().await.unwrap().row(Sql::new(format!("select count(*) as row_count from {table}"))).await.unwrap();
    row.unwrap().int("row_count").unwrap()
}

/// What happened to a lead, newest first, but for the mails that confirm it, see `confirmation.rs`.
async fn kinds(ctx: &Ctx, id: LeadId) -> Vec<EventKind> {
    let events = ctx.store.read().await.unwrap().events().of_lead(id, None, 50).await.unwrap();
    events.into_iter().map(|event| event.kind).filter(|kind| !matches!(kind, EventKind::Mailing { .. })).collect()
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

both_engines!(a_visitor_becomes_a_lead_that_waits_for_somebody, |store| async move {
    let ctx = site(&store).await;
    let catalog = store.catalog().await.unwrap();
    let offerings: Vec<_> = catalog.offered(domain::ChoiceList::Offering).map(|choice| choice.id).take(2).collect();
    let details = format!("{JO}&phone=0161+496+0123&offerings={}&offerings={}&offerings=999", offerings[0], offerings[1]);
    let id = send(&ctx, &filled_in(&ctx, &details)).await;
    let new = lead(&ctx, id).await;
    assert_eq!((new.full_name.as_str(), new.account.name.as_str(), new.message.as_str()), ("Jo Field", "Acme", "Call me"));
    assert_eq!((new.email(), new.phone(), &new.offerings), (Some("jo@acme.test"), Some("+441614960123"), &offerings));
    assert_eq!((new.owner, new.group, new.created_by, &new.state), (None, None, None, &LeadState::Pending));
    assert_eq!(catalog.choice_name(new.source.unwrap()), "Web");
    assert_eq!(kinds(&ctx, id).await, [EventKind::LeadAdded { by: Arrival::Registration }]);
    assert_eq!(count(&ctx, "opportunity").await, 1);
});

both_engines!(what_comes_in_by_itself_goes_to_the_intake_group, |store| async move {
    let ctx = site(&store).await;
    let mut tx = store.begin().await.unwrap();
    let intake = tx.people().add_group("Intake", "", None).await.unwrap();
    tx.catalog().change_setting(INTAKE_GROUP, &intake.to_string()).await.unwrap();
    let kind = EventKind::RecordAdded { name: "Intake".to_owned() };
    let event =
        NewEvent { at: ctx.now(), actor: None, subject: Subject::Catalog, subject_id: 0, lead: None, version: 0, kind, before: None, after: None };
    tx.events().record(event).await.unwrap();
    tx.save().await.unwrap();
    let id = send(&ctx, &filled_in(&ctx, JO)).await;
    assert_eq!(lead(&ctx, id).await.group, Some(intake));
});

both_engines!(what_a_robot_sends_is_thanked_for_and_dropped, |store| async move {
    let ctx = site(&store).await;
    let robot = filled_in(&ctx, &format!("{JO}&fax=1"));
    assert_eq!(register(&ctx, &somewhere(), &robot).await.unwrap(), None);
    for table in ["lead", "account", "contact", "submission", "opportunity", "outbox"] {
        assert_eq!(count(&ctx, table).await, 0, "{table}");
    }
});

both_engines!(a_form_filled_in_faster_than_one_can_read_is_sent_again, |store| async move {
    let ctx = site(&store).await;
    let values = filled_in(&ctx, JO);
    ctx.clock.advance_ms(-1);
    assert_eq!(error_at(register(&ctx, &somewhere(), &values).await, ""), "That was quick. Look your details over, then send them again");
    ctx.clock.advance_ms(1);
    send(&ctx, &values).await;
});

both_engines!(what_is_wrong_is_said_at_its_field, |store| async move {
    let ctx = site(&store).await;
    let fresh = fresh_form(&ctx);
    ctx.clock.advance_ms(LEAST_MS);
    let hidden = format!("key={}&shown_at={}", fresh.key, fresh.shown_at);
    let wrong = async |details: &str| register(&ctx, &somewhere(), &FormValues::decode(details.as_bytes())).await;
    assert_eq!(error_at(wrong(&format!("{hidden}&{JO}")).await, "consent"), "Tick the box so that we may contact you");
    let many = wrong(&format!("{hidden}&email=jo&phone=call+me&company=%00&message=%00")).await;
    let Err(ServiceError::Invalid(errors)) = many else { panic!("{many:?}") };
    assert_eq!(errors.0.keys().map(String::as_str).collect::<Vec<_>>(), ["company", "consent", "email", "full_name", "message", "phone"]);
    let incomplete = wrong(&format!("shown_at={}&key=short&consent=1&{JO}", fresh.shown_at)).await;
    assert_eq!(error_at(incomplete, ""), "This form is incomplete; reload the page and send it again");
    error_at(wrong(&format!("key={}&consent=1&{JO}", fresh.key)).await, "");
    assert_eq!((count(&ctx, "lead").await, count(&ctx, "submission").await), (0, 0));
});

both_engines!(the_same_form_sent_twice_makes_one_lead, |store| async move {
    let ctx = site(&store).await;
    let values = filled_in(&ctx, JO);
    let first = send(&ctx, &values).await;
    assert_eq!(send(&ctx, &values).await, first);
    assert_eq!((count(&ctx, "lead").await, kinds(&ctx, first).await.len()), (1, 1));
});

both_engines!(also_when_it_comes_twice_at_the_same_moment, |store| async move {
    let ctx = site(&store).await;
    let values = filled_in(&ctx, JO);
    let (here, there) = (somewhere(), somewhere());
    let (one, two) = tokio::join!(register(&ctx, &here, &values), register(&ctx, &there, &values));
    let id = one.unwrap();
    assert!(id.is_some());
    assert_eq!(two.unwrap(), id);
    assert_eq!((count(&ctx, "lead").await, count(&ctx, "submission").await), (1, 1));
});

both_engines!(a_form_that_was_sent_is_not_sent_with_other_words, |store| async move {
    let ctx = site(&store).await;
    let values = filled_in(&ctx, JO);
    let id = send(&ctx, &values).await;
    let mut other = values;
    other.0.iter_mut().filter(|(name, _)| name == "message").for_each(|(_, text)| *text = "Do not call".to_owned());
    let refused = register(&ctx, &somewhere(), &other).await;
    assert_eq!(error_at(refused, ""), "This form was already sent; reload the page to send another");
    assert_eq!((count(&ctx, "lead").await, kinds(&ctx, id).await.len()), (1, 1));
});

both_engines!(who_registers_again_within_a_day_adds_to_the_notes, |store| async move {
    let ctx = site(&store).await;
    let first = send(&ctx, &filled_in(&ctx, JO)).await;
    ctx.clock.advance_ms(DAY_MS - 2 * LEAST_MS);
    let again = filled_in(&ctx, "full_name=Jo&email=JO%40acme.test&message=Still+waiting");
    assert_eq!(send(&ctx, &again).await, first);
    assert_eq!(send(&ctx, &again).await, first, "the second form, sent twice");
    let note = EventKind::NoteShared { text: "Registered again on the website: Still waiting".to_owned() };
    assert_eq!(kinds(&ctx, first).await, [note, EventKind::LeadAdded { by: Arrival::Registration }]);
    assert_eq!((count(&ctx, "lead").await, lead(&ctx, first).await.version), (1, 4), "each is confirmed");
    ctx.clock.advance_ms(LEAST_MS);
    let later = send(&ctx, &filled_in(&ctx, JO)).await;
    assert_ne!(later, first, "more than a day after the first");
    assert_eq!(lead(&ctx, later).await.contact, lead(&ctx, first).await.contact);
});

both_engines!(a_visitor_s_number_is_not_made_a_known_contact_s, |store| async move {
    let ctx = site(&store).await;
    let first = send(&ctx, &filled_in(&ctx, &format!("{JO}&phone=0161+496+0123"))).await;
    let again = send(&ctx, &filled_in(&ctx, "full_name=Jo&email=jo%40acme.test&message=Hello&phone=0161+496+0199,0161+496+0123")).await;
    assert_eq!(again, first);
    let note = EventKind::NoteShared { text: "Registered again on the website: Hello\nPhone, not confirmed: +441614960199".to_owned() };
    assert_eq!(kinds(&ctx, first).await[0], note);

    ctx.clock.advance_ms(2 * DAY_MS);
    let later = send(&ctx, &filled_in(&ctx, &format!("{JO}&phone=0161+496+0199"))).await;
    let (first, later) = (lead(&ctx, first).await, lead(&ctx, later).await);
    assert_ne!(first.id, later.id);
    assert_eq!((later.contact, later.extra.get("Phone, not confirmed").map(String::as_str)), (first.contact, Some("+441614960199")));
    let contact = store.read().await.unwrap().contacts().find(first.contact).await.unwrap().unwrap();
    for phones in [&first.phones, &later.phones, &contact.phones] {
        assert_eq!(phones.iter().map(domain::Phone::display).collect::<Vec<_>>(), ["+441614960123"]);
    }
});

both_engines!(a_closed_lead_does_not_swallow_new_interest, |store| async move {
    let ctx = site(&store).await;
    let first = send(&ctx, &filled_in(&ctx, JO)).await;
    let mut tx = store.begin().await.unwrap();
    let open = lead(&ctx, first).await;
    let mut closed = open.clone();
    let input = domain::lead::ActionInput { actor: domain::UserId(1), now: ctx.now(), reason: None };
    closed.act(LeadAction::Cancel, input, &store.catalog().await.unwrap()).unwrap();
    closed.version += 1;
    assert!(tx.leads().change(&closed, &open).await.unwrap());
    tx.save().await.unwrap();
    assert_ne!(send(&ctx, &filled_in(&ctx, JO)).await, first);
});

both_engines!(an_address_that_knocks_too_often_waits, |store| async move {
    let ctx = site(&store).await;
    let address = somewhere();
    let first = filled_in(&ctx, JO);
    for number in 0..5 {
        let values = if number == 0 { first.clone() } else { filled_in(&ctx, JO) };
        register(&ctx, &address, &values).await.unwrap();
    }
    let before = (count(&ctx, "lead").await, count(&ctx, "submission").await, count(&ctx, "event").await);
    let refused = register(&ctx, &address, &filled_in(&ctx, JO)).await;
    assert!(matches!(refused, Err(ServiceError::TooMany { seconds: 1..=121 })), "{refused:?}");
    assert_eq!((count(&ctx, "lead").await, count(&ctx, "submission").await, count(&ctx, "event").await), before);
    assert!(register(&ctx, &address, &first).await.is_ok(), "what was sent before is answered as before");
    send(&ctx, &filled_in(&ctx, JO)).await;
});

both_engines!(who_sent_the_visitor_is_kept_with_the_lead, |store| async move {
    let ctx = site(&store).await;
    let mut tx = store.begin().await.unwrap();
    let partner = tx.catalog().add_choice(ChoiceList::Partner, "Northwind", false).await.unwrap();
    let location = tx.catalog().add_choice(ChoiceList::Location, "Leeds", false).await.unwrap();
    let kind = EventKind::RecordAdded { name: "Northwind".to_owned() };
    let event =
        NewEvent { at: ctx.now(), actor: None, subject: Subject::Catalog, subject_id: 0, lead: None, version: 0, kind, before: None, after: None };
    tx.events().record(event).await.unwrap();
    tx.save().await.unwrap();
    let first = send(&ctx, &filled_in(&ctx, &format!("{JO}&partner=+NORTHWIND+&location={location}"))).await;
    let known = lead(&ctx, first).await;
    assert_eq!((known.partner, known.location, known.extra.len()), (Some(partner), Some(location), 0));
    // What is in no list stands with the lead, and keeps nobody from registering.
    let details = format!("full_name=Al&email=al%40acme.test&partner=Old%00++Oak&location={}", "x".repeat(300));
    let unknown = lead(&ctx, send(&ctx, &filled_in(&ctx, &details)).await).await;
    assert_eq!((unknown.partner, unknown.location), (None, None));
    assert_eq!((unknown.extra["Partner in the link"].as_str(), unknown.extra["Location in the link"].len()), ("Old Oak", 200));
    // A partner is no location.
    let details = format!("full_name=Bo&email=bo%40acme.test&partner=&location={partner}");
    let other = lead(&ctx, send(&ctx, &filled_in(&ctx, &details)).await).await;
    assert_eq!((other.partner, other.location, other.extra.len()), (None, None, 1));
    // Who registers again says it in the note.
    assert_eq!(send(&ctx, &filled_in(&ctx, &format!("{JO}&partner=northwind&location=Hull"))).await, first);
    let note = EventKind::NoteShared { text: "Registered again on the website (partner: Northwind, location: Hull): Call me".to_owned() };
    assert_eq!(kinds(&ctx, first).await[0], note);
});
