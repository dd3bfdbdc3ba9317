//! Contact events that other systems send, on both engines, with a clock that stands still.

use domain::contact_event::{BATCH_MAX, Found};
use domain::{AccountId, ContactId, EmailAddress, FieldErrors, FormValues, Role, Timestamp};
use service::contact_events::{Judged, SentEvent, Verdict, receive};
use service::once::Once;
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, accounts, contacts, qualification};
use store::people::NewUser;
use store::{Store, both_engines};

async fn person(ctx: &Ctx, name: &str, role: Role) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let account = (role == Role::Distributor).then_some(AccountId(1));
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

async fn ada(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&ctx).await.unwrap();
    person(&ctx, "ada", Role::Administrator).await
}

/// An event of a meeting just now, with more or other fields: `contact.email=…`.
fn event(id: &str, fields: &[(&str, &str)]) -> SentEvent {
    let mut values = vec![("id", id), ("kind", "met"), ("at", "2025-11-24T16:00:00Z")];
    values.retain(|(name, _)| !fields.iter().any(|(field, _)| field == name));
    values.extend(fields);
    let values = FormValues(values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    SentEvent { values, errors: FieldErrors::default() }
}

async fn send(ctx: &Ctx, events: &[SentEvent]) -> Vec<Judged> {
    receive(ctx, events, None).await.unwrap()
}

fn contact_of(judged: &Judged) -> ContactId {
    match &judged.verdict {
        Verdict::Accepted(contact) | Verdict::Duplicate(contact) => *contact,
        Verdict::Refused(errors) => panic!("refused: {errors:?}"),
    }
}

async fn account(ctx: &Ctx, form: &str) -> AccountId {
    accounts::add_account(ctx, &FormValues::decode(form.as_bytes())).await.unwrap().id
}

/// What was found of the company when the contact's latest event came.
async fn found(ctx: &Ctx, contact: ContactId) -> Found {
    qualification::of_contact(ctx, contact, None).await.unwrap().events.items[0].event.finding.found
}

async fn points(ctx: &Ctx, contact: ContactId) -> i64 {
    qualification::of_contact(ctx, contact, None).await.unwrap().standing.points
}

both_engines!(an_event_counts_once_however_often_it_is_sent, |store| async move {
    let ada = ada(&store).await;
    let met = event("e1", &[("contact.email", "jo@harbour.test"), ("contact.name", "Jo Field")]);
    let first = send(&ada, std::slice::from_ref(&met)).await;
    let jo = contact_of(&first[0]);
    assert!(matches!(first[0].verdict, Verdict::Accepted(_)));
    // Again, twice in one batch, and with other words: the id alone tells.
    let other = event("e1", &[("contact.email", "al@harbour.test"), ("kind", "called")]);
    for again in send(&ada, &[met.clone(), met, other]).await {
        assert_eq!(again.verdict, Verdict::Duplicate(jo));
    }
    assert_eq!(points(&ada, jo).await, 30);
    let batch = [event("e2", &[("contact.email", "JO@harbour.test")]), event("e2", &[("contact.email", "jo@harbour.test")])];
    let judged = send(&ada, &batch).await;
    assert_eq!((&judged[0].verdict, &judged[1].verdict), (&Verdict::Accepted(jo), &Verdict::Duplicate(jo)));
    assert_eq!(points(&ada, jo).await, 60);
    // Another sender's id is another event.
    let ben = person(&ada, "ben", Role::Rep).await;
    assert!(matches!(send(&ben, &[event("e1", &[("contact.email", "jo@harbour.test")])]).await[0].verdict, Verdict::Accepted(_)));
    assert_eq!(points(&ada, jo).await, 90);
});

both_engines!(a_batch_has_a_verdict_for_each_and_is_never_half_lost, |store| async move {
    let ada = ada(&store).await;
    let batch = [
        event("a", &[("contact.email", "jo@harbour.test")]),
        event("b", &[("contact.email", "no address"), ("kind", "danced")]),
        event("", &[("contact.phone", "12")]),
        event("d", &[]),
        event("e", &[("contact.phone", "0161 496 0123"), ("contact.name", "Al")]),
    ];
    let judged = send(&ada, &batch).await;
    let refused = |nth: usize| match &judged[nth].verdict {
        Verdict::Refused(errors) => errors.0.keys().map(String::as_str).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(judged[0].verdict, Verdict::Accepted(_)) && matches!(judged[4].verdict, Verdict::Accepted(_)));
    assert_eq!((refused(1), refused(2), refused(3)), (vec!["contact.email", "kind"], vec!["contact.phone", "id"], vec!["contact"]));
    assert_eq!(judged.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["a", "b", "", "d", "e"]);
    // What was refused may be sent again, mended.
    assert!(matches!(send(&ada, &[event("b", &[("contact.email", "jo@harbour.test")])]).await[0].verdict, Verdict::Accepted(_)));
    for events in [Vec::new(), vec![event("x", &[]); BATCH_MAX + 1]] {
        assert!(matches!(receive(&ada, &events, None).await, Err(ServiceError::Invalid(errors)) if errors.get("events").is_some()));
    }
    let once = |digest: &str| Once { key: "k".to_owned(), digest: digest.to_owned() };
    let events = [event("k1", &[("contact.email", "jo@harbour.test")])];
    assert!(matches!(receive(&ada, &events, Some(&once("1"))).await.unwrap()[0].verdict, Verdict::Accepted(_)));
    assert!(matches!(receive(&ada, &events, Some(&once("1"))).await.unwrap()[0].verdict, Verdict::Duplicate(_)));
    assert!(matches!(receive(&ada, &events, Some(&once("2"))).await, Err(ServiceError::Invalid(_))));
    let dina = person(&ada, "dina", Role::Distributor).await;
    assert!(matches!(receive(&dina, &events, None).await, Err(ServiceError::Forbidden(_))));
});

both_engines!(the_account_is_found_by_domain_name_and_place_and_never_by_free_mail, |store| async move {
    let ada = ada(&store).await;
    let harbour = account(&ada, "name=Harbour+Dental+Ltd&domains=harbour.test").await;
    let quay = account(&ada, "name=Quay+Dental&location_name=Office&street=1+Quay+Street&city=Leeds&postcode=LS1+1AA").await;
    account(&ada, "name=Gmail+Fan+Club").await;
    let one = |id: &'static str, fields: &'static [(&str, &str)]| {
        let ada = &ada;
        async move { send(ada, &[event(id, fields)]).await.remove(0) }
    };
    let by_domain = one("1", &[("contact.email", "jo@eu.harbour.test")]).await;
    assert_eq!((by_domain.account, found(&ada, contact_of(&by_domain)).await), (Some(harbour), Found::One));
    assert_eq!(one("2", &[("contact.email", "al@gmail.com"), ("contact.company", "harbour dental")]).await.account, Some(harbour));
    assert_eq!(one("3", &[("contact.email", "bo@gmail.com"), ("contact.domain", "harbour.test")]).await.account, Some(harbour));
    let free = one("4", &[("contact.email", "cy@gmail.com")]).await;
    assert_eq!((free.account, found(&ada, contact_of(&free)).await), (None, Found::FreeMail));
    let unknown = one("5", &[("contact.email", "di@nobody.test"), ("contact.company", "Nobody Knows")]).await;
    assert_eq!((unknown.account, found(&ada, contact_of(&unknown)).await), (None, Found::Nothing));
    // An account that comes later is proposed, and not taken silently.
    let later = account(&ada, "name=Somebody+Does&domains=nobody.test").await;
    let standing = qualification::of_contact(&ada, contact_of(&unknown), None).await.unwrap();
    assert_eq!(standing.proposals.iter().map(|one| one.account.id).collect::<Vec<_>>(), [later]);
    assert_eq!(contacts::find_contact(&ada, contact_of(&unknown)).await.unwrap().account, None);
    let disputed = one("6", &[("contact.email", "ed@harbour.test"), ("contact.company", "Quay Dental")]).await;
    let contact = contact_of(&disputed);
    assert_eq!((disputed.account, found(&ada, contact).await), (None, Found::Disagreeing));
    let standing = qualification::of_contact(&ada, contact, None).await.unwrap();
    let proposed: Vec<AccountId> = standing.proposals.iter().map(|one| one.account.id).collect();
    assert!(proposed.contains(&harbour) && proposed.contains(&quay), "{proposed:?}");
    // A person decides, and that is kept whatever the next event says.
    contacts::change_contact(&ada, contact, &FormValues::decode(format!("account={quay}").as_bytes())).await.unwrap();
    assert!(qualification::of_contact(&ada, contact, None).await.unwrap().proposals.is_empty());
    let again = one("7", &[("contact.email", "ed@harbour.test"), ("contact.domain", "harbour.test")]).await;
    assert_eq!((again.account, found(&ada, contact).await), (Some(quay), Found::Contradicted));
    let place = [("contact.email", "fi@gmail.com"), ("contact.street", "1 Quay Street"), ("contact.city", "Leeds"), ("contact.postcode", "LS1 1AA")];
    assert_eq!(send(&ada, &[event("8", &place)]).await[0].account, Some(quay));
});

both_engines!(the_contact_is_told_by_address_and_number, |store| async move {
    let ada = ada(&store).await;
    let add = async |form: &str| contacts::add_contact(&ada, &FormValues::decode(form.as_bytes())).await.unwrap().id;
    let jo = add("full_name=Jo+Field&emails=jo@harbour.test&phones=0161+496+0123").await;
    let desk = add("full_name=Al+Desk&phones=0161+496+0123").await;
    let whose = |id: &'static str, fields: &'static [(&str, &str)]| {
        let ada = &ada;
        async move { contact_of(&send(ada, &[event(id, fields)]).await[0]) }
    };
    assert_eq!(whose("1", &[("contact.email", "JO@Harbour.test"), ("contact.name", "Somebody")]).await, jo);
    assert_eq!(whose("2", &[("contact.phone", "+44 161 496 0123"), ("contact.name", "al desk")]).await, desk);
    // A switchboard serves many: the number alone tells nobody.
    let third = whose("3", &[("contact.phone", "0161 496 0123")]).await;
    assert!(third != jo && third != desk);
    let fourth = whose("4", &[("contact.phone", "0113 496 0123")]).await;
    assert_eq!(whose("5", &[("contact.phone", "0113 496 0123")]).await, fourth);
    assert_ne!(whose("6", &[("contact.phone", "0113 496 0123"), ("contact.email", "new@harbour.test")]).await, fourth);
    let shown = contacts::find_contact(&ada, fourth).await.unwrap();
    assert_eq!((shown.full_name.as_str(), shown.account), ("+441134960123", None));
});
