//! Messages to the persons of leads, on both engines, with a clock that stands still: templates, sending, replies, and who wants none.

use std::sync::Arc;

use domain::message::{MessagePage, SentMessage};
use domain::{
    Actor, AttemptChannel, AttemptOutcome, EmailAddress, EventKind, FormValues, LeadAction, LeadId, MailInState, MailState, MailingStep, MaterialId,
    MessageTemplateId, Role, Timestamp, UserId,
};
use service::material::{self, Upload};
use service::once::Once;
use service::{Clock, Ctx, MailSite, ServiceError, attempts, leads, mail_in, messages, outbox, people};
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

async fn page(ctx: &Ctx, lead: LeadId, template: Option<MessageTemplateId>) -> MessagePage {
    messages::page(ctx, lead, template).await.unwrap()
}

async fn send(ctx: &Ctx, lead: LeadId, text: &str) -> SentMessage {
    messages::send_once(ctx, lead, &form(text), None).await.unwrap()
}

/// What happened to the lead, newest first.
async fn events(house: &House) -> Vec<EventKind> {
    leads::find(&house.ada, house.lead).await.unwrap().timeline.into_iter().map(|event| event.kind).collect()
}

/// The last mail that was queued to the lead's person: its text, and by which name a reply calls it.
async fn last_mail(house: &House) -> (String, String) {
    let sql = Sql::new("select body, message_id from outbox where subscriber is not null order by id desc limit 1");
    let row = house.public.store.read().await.unwrap().row(sql).await.unwrap().expect("a mail");
    (row.text("body").unwrap(), row.text("message_id").unwrap())
}

/// What is secret in the address at which the last message is unsubscribed from.
async fn token(house: &House) -> String {
    let (body, _) = last_mail(house).await;
    let rest = body.split("https://leads.test/unsubscribe/").nth(1).expect("an address").to_owned();
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

both_engines!(a_message_is_sent_from_a_template_and_stands_in_the_timeline, |store| async move {
    let house = house(&store).await;
    let words = "name=Intro&subject=For+{{account}}&body=Hello+{{lead.first_name}},%0A%0A{{lead.offerings}}%0AAsk+me.%0A{{by}},+{{by.email}}";
    let template = messages::add_template(&house.ada, &form(words)).await.unwrap();
    let before = page(&house.maya, house.lead, Some(template)).await;
    assert_eq!((before.chosen, before.hindrance.as_deref(), before.templates.len()), (Some(template), None, 1));
    assert_eq!(before.addresses.iter().map(|one| (one.email.as_str(), one.is_unsubscribed)).collect::<Vec<_>>(), [("jo@acme.test", false)]);
    let preview = (before.wording.subject_with(&before.values), before.wording.body_with(&before.values));
    assert_eq!(preview, ("For Acme".to_owned(), "Hello Jo,\n\nAsk me.\nmaya, maya@house.test\n".to_owned()));

    let typed = format!("template={template}&to=jo@acme.test&subject=For+{{{{account}}}}&body=Hello+{{{{lead.first_name}}}},%0AAsk+me.");
    let once = Once { key: "k".to_owned(), digest: "d".to_owned() };
    let sent = messages::send_once(&house.maya, house.lead, &form(&typed), Some(&once)).await.unwrap();
    let again = messages::send_once(&house.maya, house.lead, &form(&typed), Some(&once)).await.unwrap();
    assert_eq!(sent, again, "sent twice it is one message");
    assert_eq!((sent.to.as_str(), sent.subject.as_str(), sent.body.as_str()), ("jo@acme.test", "For Acme", "Hello Jo,\nAsk me.\n"));
    assert_eq!((sent.by, sent.state), (Some(id_of(&house.maya)), Some(MailState::Waiting)));
    let mail = outbox::list(&house.ada, None).await.unwrap().items.remove(0);
    assert_eq!((mail.recipient.to_string().as_str(), mail.subject.as_str()), ("Jo Field <jo@acme.test>", "For Acme"));
    let (body, _) = last_mail(&house).await;
    assert!(body.starts_with("Hello Jo,\nAsk me.\n\n-- \n") && body.contains("https://leads.test/unsubscribe/"), "{body}");

    // It is an attempt to reach them, and their answer is awaited.
    let EventKind::Attempted { channel, outcome, to, note, .. } = events(&house).await.remove(0) else { panic!("no attempt") };
    assert_eq!((channel, outcome, to.as_str()), (AttemptChannel::Email, AttemptOutcome::NoAnswer, "jo@acme.test"));
    assert_eq!(note, "For Acme\n\nHello Jo,\nAsk me.", "without the address at which one unsubscribes");
    let tried = attempts::view(&house.maya, house.lead).await.unwrap();
    assert_eq!((tried.attempts.len(), tried.attempts[0].note.as_str()), (1, "For Acme"));
    let lead = leads::find_alone(&house.maya, house.lead).await.unwrap();
    assert_eq!((lead.latest.awaiting_since, lead.latest.contacted_at), (Some(NOW), Some(NOW)));
    assert_eq!(page(&house.noor, house.lead, None).await.sent, [sent]);
});

both_engines!(a_reply_joins_the_timeline_of_the_lead, |store| async move {
    let house = house(&store).await;
    send(&house.maya, house.lead, "subject=Hello&body=Shall+we+talk%3F").await;
    let (_, message_id) = last_mail(&house).await;
    // The outbox forgets its mails, and people answer late.
    house.public.clock.advance_ms(100 * domain::DAY_MS);
    outbox::tidy(&house.public).await.unwrap();
    let reply = format!("From: Jo <jo@acme.test>\r\nSubject: Re: Hello\r\nMessage-ID: <9@acme.test>\r\nIn-Reply-To: <{message_id}>\r\n\r\nYes\r\n");
    let received = mail_in::receive(&house.public, reply.as_bytes()).await.unwrap();
    assert_eq!((received.mail.state, received.mail.lead), (MailInState::Joined, Some(house.lead)));
    let EventKind::Commented { text, .. } = events(&house).await.remove(0) else { panic!("no comment") };
    assert!(text.ends_with("Re: Hello\n\nYes"), "{text}");
    assert_eq!(leads::find_alone(&house.maya, house.lead).await.unwrap().latest.awaiting_since, None);
});

both_engines!(what_cannot_be_sent_is_refused_and_nothing_is_left_of_it, |store| async move {
    let house = house(&store).await;
    let wrong = async |text: &str, field: &str| error_at(messages::send_once(&house.maya, house.lead, &form(text), None).await, field);
    assert!(wrong("subject=A&body={{lead.nmae}}", "body").await.contains("“{{lead.nmae}}”"));
    assert_eq!(wrong("to=eve@evil.test&subject=A&body=B", "to").await, "Choose one of the lead’s addresses");
    assert_eq!(wrong("subject=&body=B", "subject").await, "Enter a subject");
    assert!(is_absent(messages::send_once(&house.ana, house.lead, &form("subject=A&body=B"), None).await));
    assert!(is_absent(messages::page(&house.ana, house.lead, None).await));
    leads::act(&house.maya, house.lead, LeadAction::Win, &form("")).await.unwrap();
    assert!(refusal(messages::send_once(&house.maya, house.lead, &form("subject=A&body=B"), None).await).contains("closed"));
    assert!(page(&house.maya, house.lead, None).await.hindrance.is_some());
    let row = store.read().await.unwrap().row(Sql::new("select count(*) as found from message")).await.unwrap().unwrap();
    assert_eq!(row.int("found").unwrap(), 0);
    let nobody = leads::add(&house.maya, &form("full_name=Al&company=Bee")).await.unwrap();
    assert!(page(&house.maya, nobody, None).await.hindrance.is_some_and(|sentence| sentence.starts_with("No address is known")));
});

both_engines!(an_address_that_was_found_wrong_is_written_to_no_more, |store| async move {
    let house = house(&store).await;
    leads::change(&house.maya, house.lead, &form("emails=jo@acme.test,+jo.field@acme.test")).await.unwrap();
    let wrong = form("channel=email&outcome=wrong_number&to=jo@acme.test");
    attempts::log_once(&house.maya, house.lead, &wrong, None).await.unwrap();
    assert_eq!(page(&house.maya, house.lead, None).await.addresses.len(), 1);
    let to_it = messages::send_once(&house.maya, house.lead, &form("to=Jo@acme.test&subject=A&body=B"), None).await;
    assert_eq!(error_at(to_it, "to"), "This address was found wrong; choose another");
    assert_eq!(send(&house.maya, house.lead, "subject=A&body=B").await.to, "jo.field@acme.test", "nor is it the one that is taken by itself");
});

both_engines!(a_text_that_is_too_long_once_it_is_filled_in_is_refused_at_its_field, |store| async move {
    let house = house(&store).await;
    let new = format!("full_name=Al&company=Bee&emails=al@bee.test&message={}", "a".repeat(domain::text::NOTE_MAX));
    let lead = leads::add(&house.maya, &form(&new)).await.unwrap();
    let too_long = messages::send_once(&house.maya, lead, &form("subject=A&body=You+wrote:+{{lead.message}}"), None).await;
    assert!(error_at(too_long, "body").starts_with("With its fields filled in this is 10011 characters long; a message has at most 10000."));
    assert_eq!(send(&house.maya, lead, "subject=A&body={{lead.message}}").await.body.trim_end().len(), domain::text::NOTE_MAX);
});

both_engines!(who_unsubscribes_gets_no_more_messages, |store| async move {
    let house = house(&store).await;
    send(&house.maya, house.lead, "subject=Hello&body=Text").await;
    let secret = token(&house).await;
    let shown = messages::subscription(&house.public, &secret).await.unwrap();
    assert_eq!((shown.email.as_str(), shown.is_unsubscribed), ("jo@acme.test", false));
    messages::unsubscribe_now(&house.public, &secret).await.unwrap();
    messages::unsubscribe_now(&house.public, &secret).await.unwrap();
    assert!(messages::subscription(&house.public, &secret).await.unwrap().is_unsubscribed);
    let mailings = |kinds: Vec<EventKind>| kinds.into_iter().filter(|kind| matches!(kind, EventKind::Mailing { .. })).collect::<Vec<_>>();
    let known = mailings(events(&house).await);
    assert_eq!(known, [EventKind::Mailing { step: MailingStep::Unsubscribed, name: "jo@acme.test".to_owned(), text: String::new() }], "once");

    // Neither one that waits already nor another goes out, of whichever lead.
    let taken = outbox::take_due(&house.public, 10).await.unwrap();
    assert!(taken.iter().all(|mail| mail.recipient.email != "jo@acme.test"), "{taken:?}");
    let sent = page(&house.maya, house.lead, None).await;
    assert_eq!(sent.sent[0].state, Some(MailState::Failed));
    assert!(sent.sent[0].answer.contains("wants no more messages") && sent.addresses[0].is_unsubscribed && sent.hindrance.is_some());
    let other = leads::add(&house.maya, &form("full_name=Jo&company=Bee&emails=JO@acme.test")).await.unwrap();
    let refused = error_at(messages::send_once(&house.maya, other, &form("subject=A&body=B"), None).await, "to");
    assert!(refused.contains("wants no more messages"), "{refused}");

    messages::end_subscription(&house.public, &secret, &form("wish=again")).await.unwrap();
    send(&house.maya, house.lead, "subject=Back&body=Text").await;
    let noted = messages::unsubscribe_for(&house.martin, house.lead, &form("email=Jo@acme.test")).await.unwrap();
    assert_eq!(noted, "jo@acme.test");
    assert!(page(&house.maya, house.lead, None).await.addresses[0].is_unsubscribed);
    assert_eq!(
        error_at(messages::unsubscribe_for(&house.maya, house.lead, &form("email=x@y.test")).await, "email"),
        "Choose one of the lead’s addresses"
    );
    assert!(is_absent(messages::unsubscribe_for(&house.ana, house.lead, &form("email=jo@acme.test")).await));
    assert_eq!(error_at(messages::end_subscription(&house.public, &secret, &form("wish=maybe")).await, "wish"), "Choose whether you want messages");
    for guess in ["", "none", &secret[..20], &"a".repeat(500)] {
        assert!(is_absent(messages::unsubscribe_now(&house.public, guess).await), "{guess}");
        assert!(is_absent(messages::subscription(&house.public, guess).await), "{guess}");
    }
});

both_engines!(templates_are_for_administrators_to_change, |store| async move {
    let house = house(&store).await;
    let intro = form("name=Intro&subject=Hello&body=Text");
    let id = messages::add_template(&house.ada, &intro).await.unwrap();
    assert!(error_at(messages::add_template(&house.ada, &form("name=intro&subject=A&body=B")).await, "name").contains("choose another name"));
    let unknown = error_at(messages::add_template(&house.ada, &form("name=Other&subject=A&body={{count}}")).await, "body");
    assert!(unknown.starts_with("There is no field “{{count}}” in this mail"), "{unknown}");
    messages::change_template(&house.ada, id, &form("name=Intro&subject=Hello+again&body=Text")).await.unwrap();
    assert_eq!(messages::list_templates(&house.ada).await.unwrap()[0].wording.subject, "Hello again");
    messages::remove_template(&house.ada, id, &form("")).await.unwrap();
    assert!(messages::list_templates(&house.ada).await.unwrap().is_empty());
    assert!(is_absent(messages::change_template(&house.ada, id, &intro).await));
    assert_eq!(page(&house.maya, house.lead, Some(id)).await.chosen, None, "what is removed is not chosen");
    messages::restore_template(&house.ada, id, &form("")).await.unwrap();
    assert_eq!(messages::list_templates(&house.ada).await.unwrap().len(), 1);
    assert!(is_absent(messages::remove_template(&house.ada, MessageTemplateId(99), &form("")).await));
    for other in [&house.maya, &house.martin] {
        assert!(matches!(messages::list_templates(other).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(messages::add_template(other, &intro).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(messages::change_template(other, id, &intro).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(messages::remove_template(other, id, &form("")).await, Err(ServiceError::Forbidden(_))));
    }
});

/// Adds a piece to the library.
async fn keep(ctx: &Ctx, file_name: &str, bytes: &[u8], text: &str) -> Result<MaterialId, ServiceError> {
    material::add(ctx, Upload { file_name, bytes, form: &form(text) }, None).await
}

both_engines!(material_is_sent_attached_or_as_a_link, |store| async move {
    let house = house(&store).await;
    let prices = keep(&house.ada, "prices.pdf", b"%PDF-1.7 prices", "name=Price+list&tags=price").await.unwrap();
    let tour = keep(&house.ada, "tour.pdf", b"%PDF-1.7 tour", "name=Tour&description=For+clinics").await.unwrap();
    assert_eq!(page(&house.maya, house.lead, None).await.material.len(), 2);
    let found = material::list(&house.maya, "CLINIC").await.unwrap();
    assert_eq!(found.iter().map(|piece| piece.id).collect::<Vec<_>>(), [tour]);
    assert_eq!(material::content(&house.maya, prices).await.unwrap().1, b"%PDF-1.7 prices");

    let typed = format!("subject=Here&body=As+you+asked&attach={prices}&link={tour}");
    messages::send_once(&house.maya, house.lead, &form(&typed), None).await.unwrap();
    let (body, _) = last_mail(&house).await;
    let link = body.split("Tour: https://leads.test/shared/").nth(1).expect("a link");
    let secret: String = link.chars().take_while(char::is_ascii_alphanumeric).collect();
    let (piece, bytes) = material::shared(&house.public, &secret).await.unwrap();
    assert_eq!((piece.id, bytes.as_slice()), (tour, &b"%PDF-1.7 tour"[..]));
    let EventKind::Attempted { note, .. } = events(&house).await.remove(0) else { panic!("no attempt") };
    assert_eq!(note, "Here\n\nAs you asked\n\nSent with it: Price list, Tour (link)");
    assert_eq!(page(&house.noor, house.lead, None).await.sent[0].material, ["Price list", "Tour (link)"]);
    let taken = outbox::take_due(&house.public, 20).await.unwrap();
    let mail = taken.iter().find(|mail| mail.unsubscribe.is_some()).expect("the message");
    assert_eq!(mail.files.iter().map(|file| outbox::bytes_of(file).unwrap()).collect::<Vec<_>>(), [b"%PDF-1.7 prices".to_vec()]);

    material::remove(&house.ada, tour, &form("")).await.unwrap();
    assert!(is_absent(material::shared(&house.public, &secret).await) && is_absent(material::content(&house.maya, tour).await));
    let gone = error_at(messages::send_once(&house.maya, house.lead, &form(&typed), None).await, "link");
    assert_eq!(gone, "This is not in the library any more; choose another");
    material::restore(&house.ada, tour, &form("")).await.unwrap();
    assert!(material::shared(&house.public, &secret).await.is_ok());
    assert!(is_absent(material::shared(&house.public, &secret[..30]).await));
});

both_engines!(the_library_refuses_what_cannot_be_sent_and_who_may_not_keep_it, |store| async move {
    let house = house(&store).await;
    let wrong = async |name: &str, bytes: &[u8], text: &str, field: &str| error_at(keep(&house.ada, name, bytes, text).await, field);
    assert!(wrong("a.pdf", b"<script>", "name=A", "document").await.contains("its content is something else"));
    assert_eq!(wrong("", b"", "name=A", "document").await, "Choose a file");
    assert_eq!(wrong("a.txt", b"", "name=A", "document").await, "This file is empty");
    assert!(wrong("a.txt", b"x", "name=", "name").await.starts_with("Enter a name"));
    let large = vec![b'a'; 6 * 1024 * 1024];
    let (one, two) = (keep(&house.ada, "1.txt", &large, "name=One").await.unwrap(), keep(&house.ada, "2.txt", &large, "name=Two").await.unwrap());
    let typed = format!("subject=Here&body=Both&attach={one}&attach={two}");
    let refused = error_at(messages::send_once(&house.maya, house.lead, &form(&typed), None).await, "attach");
    assert!(refused.contains("12 MB together") && refused.contains("as links"), "{refused}");
    material::change(&house.ada, one, &form("name=First&description=&tags=B,+a")).await.unwrap();
    assert_eq!(material::list(&house.maya, "first").await.unwrap()[0].tags, ["a", "b"]);
    for other in [&house.maya, &house.martin] {
        assert!(matches!(keep(other, "a.txt", b"x", "name=A").await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(material::change(other, one, &form("name=A&description=&tags=")).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(material::remove(other, one, &form("")).await, Err(ServiceError::Forbidden(_))));
        assert!(material::list(other, "").await.is_ok());
    }
    let firm = person(&house.public, "dina", Role::Distributor).await;
    let dina = house.public.acting_as(firm);
    assert!(matches!(material::list(&dina, "").await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(material::content(&dina, one).await, Err(ServiceError::Forbidden(_))));
});
