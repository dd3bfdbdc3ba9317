//! The mail that confirms a registration, on both engines, with a clock that stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::confirmation::LEAST_APART_MS;
use domain::{Confirmation, EmailAddress, EventKind, FormValues, LeadId, Mail, MailState, MailingStep, Role, Timestamp};
use service::leads::confirmation::{change_settings, settings};
use service::leads::registration::{LEAST_MS, fresh_form, register};
use service::{Clock, Ctx, MailSite, ServiceError, attempts, leads, messages, outbox};
use store::people::NewUser;
use store::{Sql, Store, both_engines};

struct House {
    public: Ctx,
    ada: Ctx,
    maya: Ctx,
}

async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leads@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let (ada, maya) = (person(&public, "ada", Role::Administrator).await, person(&public, "maya", Role::Rep).await);
    House { public, ada, maya }
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    tx.save().await.unwrap();
    ctx.acting_as(ctx.store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap())
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

/// An address that no other test knocks from: the limits are counted for the whole process.
fn somewhere() -> String {
    static COUNTER: AtomicUsize = AtomicUsize::new(0);
    format!("10.7.0.{}", COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// A form that was shown and then filled in at leisure.
fn filled_in(ctx: &Ctx, details: &str) -> FormValues {
    let fresh = fresh_form(ctx);
    ctx.clock.advance_ms(LEAST_MS);
    form(&format!("key={}&shown_at={}&consent=1&{details}", fresh.key, fresh.shown_at))
}

async fn send(ctx: &Ctx, values: &FormValues) -> LeadId {
    register(ctx, &somewhere(), values).await.unwrap().expect("a lead")
}

const JO: &str = "full_name=Jo+Field&company=Acme&email=Jo%40acme.test&message=Buy+at+cheap.test";

/// The mails, oldest first.
async fn mails(house: &House) -> Vec<Mail> {
    let mut found = Vec::new();
    for row in outbox::list(&house.ada, None).await.unwrap().items {
        found.insert(0, outbox::find(&house.ada, row.id).await.unwrap());
    }
    found
}

/// What the timeline says of mails, newest first.
async fn mailings(house: &House, lead: LeadId) -> Vec<(MailingStep, String, String)> {
    let events = house.public.store.read().await.unwrap().events().of_lead(lead, None, 50).await.unwrap();
    let mailing = |kind| if let EventKind::Mailing { step, name, text } = kind { Some((step, name, text)) } else { None };
    events.into_iter().filter_map(|event| mailing(event.kind)).collect()
}

fn is_forbidden<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> bool {
    matches!(result, Err(ServiceError::Forbidden(_)))
}

both_engines!(who_registers_gets_a_mail_that_says_what_was_sent_in, |store| async move {
    let house = house(&store).await;
    let catalog = store.catalog().await.unwrap();
    let offering = catalog.offered(domain::ChoiceList::Offering).next().expect("an offering").clone();
    // Who is signed in where the form was filled in is not who confirms.
    let id = send(&house.maya, &filled_in(&house.public, &format!("{JO}&offerings={}", offering.id))).await;
    let [mail]: [Mail; 1] = mails(&house).await.try_into().expect("one mail");
    assert_eq!((mail.row.recipient.to_string().as_str(), mail.lead, mail.row.state), ("Jo Field <Jo@acme.test>", Some(id), MailState::Waiting));
    assert_eq!(mail.row.subject, "Thank you for getting in touch with Leadwright");
    for said in ["Hello Jo,", "Name: Jo Field\n", "Company: Acme\n", &format!("About: {}\n", offering.name), "You did not do this?"] {
        assert!(mail.body.contains(said), "{said}: {}", mail.body);
    }
    assert!(mail.body.contains("To get no more mails like it: https://leads.test/unsubscribe/") && !mail.body.contains("cheap"), "{}", mail.body);
    let events = store.read().await.unwrap().events().of_lead(id, None, 50).await.unwrap();
    assert_eq!((events.len(), events[0].actor), (2, None));
    let told = mailings(&house, id).await;
    assert_eq!((told.len(), told[0].0, told[0].1.as_str()), (1, MailingStep::Confirmed, "Jo@acme.test"));
    assert!(told[0].2.starts_with("Thank you") && !told[0].2.contains("unsubscribe"), "the secret address is not said: {}", told[0].2);
    // That a program wrote stands in its head, where nobody is named as its writer.
    let row = store.read().await.unwrap().row(Sql::new("select sender_name, unsubscribe from outbox")).await.unwrap().unwrap();
    assert_eq!((row.opt_text("sender_name").unwrap(), row.opt_text("unsubscribe").unwrap().is_some()), (None, true));
    assert_eq!(leads::find(&house.ada, id).await.unwrap().lead.latest.contacted_at, None, "nobody has contacted them");
});

both_engines!(a_mailbox_gets_one_in_an_hour, |store| async move {
    let house = house(&store).await;
    let first = filled_in(&house.public, JO);
    let id = send(&house.public, &first).await;
    assert_eq!(send(&house.public, &first).await, id);
    // Another form, another name, another spelling of the address.
    send(&house.public, &filled_in(&house.public, "full_name=Al&email=jo%2B1%40ACME.test")).await;
    assert_eq!(send(&house.public, &filled_in(&house.public, JO)).await, id);
    assert_eq!(mails(&house).await.len(), 1);
    send(&house.public, &filled_in(&house.public, "full_name=Al&email=al%40acme.test")).await;
    assert_eq!(mails(&house).await.len(), 2, "somebody else's mailbox");
    house.public.clock.advance_ms(LEAST_APART_MS);
    outbox::tidy(&house.public).await.unwrap();
    assert_eq!(send(&house.public, &filled_in(&house.public, JO)).await, id, "a note on the same lead");
    assert_eq!((mails(&house).await.len(), mailings(&house, id).await.len()), (3, 2));
});

both_engines!(forms_that_come_at_the_same_moment_are_confirmed_once, |store| async move {
    let house = house(&store).await;
    let (one, other) = (filled_in(&house.public, JO), filled_in(&house.public, JO));
    let places = [somewhere(), somewhere(), somewhere()];
    let (first, second, third) = tokio::join!(
        register(&house.public, &places[0], &one),
        register(&house.public, &places[1], &one),
        register(&house.public, &places[2], &other)
    );
    for done in [first, second, third] {
        assert!(done.unwrap().is_some());
    }
    assert_eq!(mails(&house).await.len(), 1);
});

both_engines!(what_is_not_taken_is_not_confirmed, |store| async move {
    let house = house(&store).await;
    let robot = filled_in(&house.public, &format!("{JO}&fax=1"));
    assert_eq!(register(&house.public, &somewhere(), &robot).await.unwrap(), None);
    let quick = filled_in(&house.public, JO);
    house.public.clock.advance_ms(-1);
    assert!(register(&house.public, &somewhere(), &quick).await.is_err());
    let wrong = filled_in(&house.public, "full_name=&email=jo%40acme.test");
    assert!(register(&house.public, &somewhere(), &wrong).await.is_err());
    assert!(mails(&house).await.is_empty());
    send(&house.public, &quick).await;
    assert_eq!(mails(&house).await.len(), 1, "it was sent again at leisure");
});

both_engines!(who_wants_no_mails_or_cannot_be_reached_gets_none, |store| async move {
    let house = house(&store).await;
    let id = send(&house.public, &filled_in(&house.public, JO)).await;
    let body = mails(&house).await.remove(0).body;
    let token = body.split("/unsubscribe/").nth(1).expect("an address").trim_end();
    messages::end_subscription(&house.public, token, &form("wish=none")).await.unwrap();
    house.public.clock.advance_ms(LEAST_APART_MS);
    assert_eq!(send(&house.public, &filled_in(&house.public, JO)).await, id);
    assert_eq!(mails(&house).await.len(), 1, "they unsubscribed");

    let al = "full_name=Al&company=Bee&email=al%40bee.test";
    let other = send(&house.public, &filled_in(&house.public, al)).await;
    leads::act(&house.maya, other, domain::LeadAction::Accept, &form("")).await.unwrap();
    attempts::log_once(&house.maya, other, &form("channel=email&outcome=wrong_number&to=al@bee.test"), None).await.unwrap();
    let before = mails(&house).await.len();
    house.public.clock.advance_ms(LEAST_APART_MS);
    assert_eq!(send(&house.public, &filled_in(&house.public, al)).await, other);
    let to_them = mails(&house).await.into_iter().skip(before).filter(|mail| mail.row.recipient.email == "al@bee.test").count();
    assert_eq!(to_them, 0, "the address is wrong");
});

both_engines!(a_name_that_advertises_stands_nowhere, |store| async move {
    let house = house(&store).await;
    let spam = "full_name=Win+at+https%3A%2F%2Fcheap.test&company=Call+0161+496+0123&email=stranger%40else.test&message=cheap.test";
    send(&house.public, &filled_in(&house.public, spam)).await;
    let mail = mails(&house).await.remove(0);
    assert_eq!(mail.row.recipient.to_string(), "stranger@else.test");
    let whole = format!("{}\n{}\n{:?}", mail.row.subject, mail.body, mail.addressees);
    assert!(!whole.contains("cheap") && !whole.contains("0161") && !whole.contains("Win"), "{whole}");
});

both_engines!(an_administrator_words_it_or_switches_it_off, |store| async move {
    let house = house(&store).await;
    assert_eq!(settings(&house.ada).await.unwrap(), Confirmation::default());
    assert!(is_forbidden(settings(&house.maya).await) && is_forbidden(change_settings(&house.maya, &form("sends=1&subject=A&body=B")).await));
    for (wrong, field) in
        [("sends=1&subject=A&body={{lead.message}}", "body"), ("sends=1&subject=&body=B", "subject"), ("subject=A&body=B&owner=1", "")]
    {
        let refused = change_settings(&house.ada, &form(wrong)).await;
        let Err(ServiceError::Invalid(errors)) = refused else { panic!("{wrong}: {refused:?}") };
        assert!(errors.get(field).is_some(), "{wrong}: {errors:?}");
    }
    assert_eq!(settings(&house.ada).await.unwrap(), Confirmation::default());

    change_settings(&house.ada, &form("sends=&sends=1&subject=Hello+{{lead.first_name}}&body=We+call+you.")).await.unwrap();
    send(&house.public, &filled_in(&house.public, JO)).await;
    let mail = mails(&house).await.remove(0);
    assert_eq!(mail.row.subject, "Hello Jo");
    assert!(mail.body.starts_with("We call you.\n\nYou did not do this?"), "{}", mail.body);

    change_settings(&house.ada, &form("sends=&subject=Hello&body=We+call+you.")).await.unwrap();
    assert!(!settings(&house.ada).await.unwrap().sends);
    let id = send(&house.public, &filled_in(&house.public, "full_name=Al&email=al%40acme.test")).await;
    assert_eq!((mails(&house).await.len(), mailings(&house, id).await.len()), (1, 0));
});
