//! Nothing is ignored, on both engines, with a clock that stands still.

use std::sync::Arc;

use domain::{Actor, EmailAddress, EventKind, FormValues, HOUR_MS, Handover, Lead, LeadId, Role, Scope, Timestamp, UserId};
use service::leads::registration::{LEAST_MS, fresh_form, register};
use service::leads::{self, bulk};
use service::{Clock, Ctx, MailSite, ServiceError, accounts, configuration, opportunities, outbox, people, radar};
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    public: Ctx,
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// Takes calls, of no group.
    ina: Ctx,
    /// Of the distributor Northwind.
    dina: Ctx,
}

async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leadwright@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let ada = person(&public, "ada", Role::Administrator, None).await;
    let firm = accounts::add_account(&public.acting_as(ada.clone()), &form("name=Northwind&kind=distributor")).await.unwrap().id;
    let mut ids = vec![ada.id];
    for (name, role) in [("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ina", Role::Intake)] {
        ids.push(person(&public, name, role, None).await.id);
    }
    ids.push(person(&public, "dina", Role::Distributor, Some(firm)).await.id);
    let ada = public.acting_as(ada);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", ids[3], ids[1], ids[2]))).await.unwrap();
    let north = store.catalog().await.unwrap().groups[0].id;
    configuration::change_site(&ada, &form(&format!("intake_group={north}"))).await.unwrap();
    let mut signed_in = Vec::new();
    for id in ids {
        let actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap();
        signed_in.push(public.acting_as(actor));
    }
    let [ada, maya, noor, martin, ina, dina] = signed_in.try_into().expect("six people");
    House { public, ada, maya, noor, martin, ina, dina }
}

async fn person(ctx: &Ctx, name: &str, role: Role, account: Option<domain::AccountId>) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: ctx.now() };
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

async fn lead(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &Scope::All).await.unwrap().expect("the lead")
}

async fn touch_by(ctx: &Ctx, id: LeadId) -> Option<Timestamp> {
    lead(ctx, id).await.handover.touch_by
}

/// Ina gives somebody a lead of the North.
async fn given(house: &House, name: &str, to: &Ctx) -> LeadId {
    let group = house.martin.actor().unwrap().managed_groups[0];
    leads::add(&house.ina, &form(&format!("full_name={name}&company=Acme&owner={}&group={group}", id_of(to)))).await.unwrap()
}

async fn comments(ctx: &Ctx, id: LeadId) {
    leads::comment(ctx, id, &form("text=Hm")).await.unwrap();
}

fn hours(house: &House, hours: i64) {
    house.public.clock.advance_ms(hours * HOUR_MS);
}

/// To whom mails went, with their subjects, oldest first; without those of leads that were given.
async fn told(house: &House) -> Vec<(String, String)> {
    let mails = outbox::list(&house.ada, None).await.unwrap().items;
    let mut found: Vec<_> = mails.into_iter().map(|mail| (mail.recipient.email, mail.subject)).filter(|(_, s)| !s.contains("for you")).collect();
    found.reverse();
    found
}

async fn newest_event(ctx: &Ctx, id: LeadId) -> EventKind {
    ctx.store.read().await.unwrap().events().of_lead(id, None, 1).await.unwrap().remove(0).kind
}

fn refusal<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

both_engines!(a_lead_that_is_given_waits_until_it_is_touched, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "Jo", &house.maya).await;
    let (now, ina) = (house.public.now(), id_of(&house.ina));
    assert_eq!(lead(&house.ada, id).await.handover, Handover::begun(now, Some(ina), None, 24));
    comments(&house.ina, id).await;
    comments(&house.martin, id).await;
    assert_eq!(touch_by(&house.ada, id).await, Some(now.plus_ms(24 * HOUR_MS)), "who gave it and who manages it did not work it");
    comments(&house.maya, id).await;
    let touched = lead(&house.ada, id).await.handover;
    assert_eq!((touched.touch_by, touched.at), (None, Some(now)));
    // Given on, it waits for the next; an action ends it, whoever does it.
    leads::change(&house.maya, id, &form(&format!("owner={}", id_of(&house.noor)))).await.unwrap();
    assert_eq!(touch_by(&house.ada, id).await, Some(now.plus_ms(24 * HOUR_MS)));
    leads::act(&house.martin, id, domain::LeadAction::Start, &form("")).await.unwrap();
    assert_eq!(touch_by(&house.ada, id).await, None);
    // One's own waits for nobody.
    let own = leads::add(&house.maya, &form("full_name=Kim&company=Bolt")).await.unwrap();
    assert_eq!(lead(&house.ada, own).await.handover, Handover::default());
});

both_engines!(a_visitor_s_lead_waits_for_the_group_and_a_call_s_until_its_deadline, |store| async move {
    let house = house(&store).await;
    let fresh = fresh_form(&house.public);
    house.public.clock.advance_ms(LEAST_MS);
    let values = format!("key={}&shown_at={}&consent=1&full_name=Jo&company=Acme&email=jo@acme.test", fresh.key, fresh.shown_at);
    let id = register(&house.public, "10.1.0.1", &form(&values)).await.unwrap().expect("a lead");
    let waits = lead(&house.ada, id).await;
    assert_eq!((waits.owner, waits.handover), (None, Handover::begun(house.public.now(), None, None, 24)));
    leads::act(&house.maya, id, domain::LeadAction::Accept, &form("")).await.unwrap();
    assert_eq!(touch_by(&house.ada, id).await, None);
    // The deadline of the follow-up is the lead's; its manager may move it, and its owner's change is a touch.
    let id = given(&house, "Kim", &house.maya).await;
    let deal = leads::find(&house.martin, id).await.unwrap().opportunities[0].clone();
    opportunities::change_opportunity(&house.martin, deal.id, &form("follow_up=2025-12-01")).await.unwrap();
    assert_eq!(touch_by(&house.ada, id).await, Timestamp::parse_day("2025-12-01"));
    opportunities::change_opportunity(&house.maya, deal.id, &form("amount=100")).await.unwrap();
    assert_eq!(touch_by(&house.ada, id).await, None);
    leads::change(&house.maya, id, &form(&format!("owner={}", id_of(&house.noor)))).await.unwrap();
    assert_eq!(touch_by(&house.ada, id).await, Timestamp::parse_day("2025-12-01"), "it is still the deadline");
});

both_engines!(deleting_and_taking_back_leave_the_waiting_as_it_was, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "Jo", &house.maya).await;
    let before = lead(&house.ada, id).await.handover;
    leads::act(&house.martin, id, domain::LeadAction::Delete, &form("")).await.unwrap();
    assert!(radar::list(&house.martin, None).await.unwrap().rows.is_empty());
    leads::act(&house.martin, id, domain::LeadAction::Restore, &form("")).await.unwrap();
    assert_eq!(lead(&house.ada, id).await.handover, before);
    let version = lead(&house.ada, id).await.version;
    let run = bulk::begin(&house.martin, &form(&format!("lead={id}:{version}&what=owner&owner={}", id_of(&house.noor)))).await.unwrap();
    assert_eq!(lead(&house.ada, id).await.handover.by, Some(id_of(&house.martin)));
    bulk::undo(&house.martin, run).await.unwrap();
    assert_eq!(lead(&house.ada, id).await.handover, before);
});

both_engines!(who_sees_the_radar_sees_theirs, |store| async move {
    let house = house(&store).await;
    let (of_maya, of_noor) = (given(&house, "Jo", &house.maya).await, given(&house, "Kim", &house.noor).await);
    hours(&house, 1);
    let numbers = async |ctx: &Ctx| radar::list(ctx, None).await.unwrap().rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(numbers(&house.maya).await, [of_maya]);
    assert_eq!(numbers(&house.martin).await, [of_maya, of_noor]);
    assert!(numbers(&house.ina).await.is_empty() && numbers(&house.dina).await.is_empty());
    let view = radar::list(&house.martin, None).await.unwrap();
    let counts: Vec<_> = view.counts.iter().map(|count| (count.owner, count.passed, count.soon)).collect();
    assert_eq!(counts, [(Some(id_of(&house.maya)), 0, 1), (Some(id_of(&house.noor)), 0, 1)]);
    assert!(radar::list(&house.maya, None).await.unwrap().counts.is_empty(), "counts are for who leads others");
    hours(&house, 24);
    let passed = radar::list(&house.ada, None).await.unwrap();
    assert!(passed.rows.iter().all(|row| row.handover.is_passed(passed.now)) && passed.counts[0].passed == 1);
    assert!(matches!(radar::list(&house.public, None).await, Err(ServiceError::SignInRequired)));
    let after = format!("{}.{of_maya}", passed.rows[0].handover.touch_by.unwrap().0);
    assert_eq!(radar::list(&house.ada, Some(&after)).await.unwrap().rows.len(), 1);
    assert_eq!(radar::list(&house.ada, Some("nonsense")).await.unwrap().rows.len(), 2);
});

both_engines!(more_and_more_people_are_told_each_once, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "Jo", &house.maya).await;
    let since = house.public.now();
    assert!(!radar::work(&house.public).await.unwrap(), "it is not time");
    hours(&house, 24);
    let updated_at = lead(&house.ada, id).await.updated_at;
    let subject = format!("Nobody has touched this lead: Jo, Acme (#{id})");
    let mut wanted = Vec::new();
    for (level, name) in [(1, "maya"), (2, "martin"), (3, "ada")] {
        assert!(radar::work(&house.public).await.unwrap(), "{name}");
        assert!(!radar::work(&house.public).await.unwrap(), "{name} once");
        assert_eq!(newest_event(&house.ada, id).await, EventKind::Escalated { since, level, told: vec![name.to_owned()] });
        wanted.push((format!("{name}@house.test"), subject.clone()));
        assert_eq!(told(&house).await, wanted);
        hours(&house, 24);
    }
    assert!(!radar::work(&house.public).await.unwrap(), "nobody is left to be told");
    let now = lead(&house.ada, id).await;
    assert_eq!((now.updated_at, now.version, now.latest.activity_at), (updated_at, 1, None), "nobody did anything with it");
    assert_eq!(radar::list(&house.ada, None).await.unwrap().rows.len(), 1, "it stays on the radar");
});

both_engines!(several_for_one_person_are_one_mail_and_a_touch_ends_it, |store| async move {
    let house = house(&store).await;
    let ids = [given(&house, "Jo", &house.maya).await, given(&house, "Kim", &house.maya).await, given(&house, "Lou", &house.maya).await];
    comments(&house.maya, ids[2]).await;
    hours(&house, 25);
    assert!(radar::work(&house.public).await.unwrap());
    assert_eq!(told(&house).await, [("maya@house.test".to_owned(), "Nobody has touched 2 leads".to_owned())]);
    let newest = outbox::list(&house.ada, None).await.unwrap().items.remove(0).id;
    let body = outbox::find(&house.ada, newest).await.unwrap().body;
    for line in [format!("Jo, Acme (#{}): maya\n", ids[0]), format!("Kim, Acme (#{}): maya\n", ids[1]), "https://leads.test/radar\n".to_owned()] {
        assert!(body.contains(&line), "{line}: {body}");
    }
    comments(&house.maya, ids[0]).await;
    hours(&house, 24);
    assert!(radar::work(&house.public).await.unwrap());
    assert_eq!(told(&house).await[1..], [("martin@house.test".to_owned(), format!("Nobody has touched this lead: Kim, Acme (#{})", ids[1]))]);
});

both_engines!(a_manager_takes_an_ignored_lead_back, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "Jo", &house.maya).await;
    let since = house.public.now();
    assert!(refusal(radar::reclaim(&house.martin, id).await).starts_with("Its deadline has not passed yet"));
    hours(&house, 25);
    assert!(refusal(radar::reclaim(&house.noor, id).await).starts_with("Only who manages an open lead"));
    assert!(matches!(radar::reclaim(&house.dina, id).await, Err(ServiceError::NotFound)));
    let both = tokio::join!(radar::reclaim(&house.martin, id), radar::reclaim(&house.ada, id));
    assert!(both.0.is_ok() != both.1.is_ok(), "one gets it: {both:?}");
    let now = lead(&house.ada, id).await;
    assert!([id_of(&house.martin), id_of(&house.ada)].contains(&now.owner.unwrap()));
    assert_eq!(now.handover.touch_by, None);
    assert!(refusal(radar::reclaim(&house.ada, id).await).starts_with("Nothing to take back: somebody was faster"));
    assert_eq!(newest_event(&house.ada, id).await, EventKind::Reclaimed { from: "maya".to_owned(), since });
    let all = told(&house).await;
    assert_eq!(all.len(), 1);
    assert!(all[0].0 == "maya@house.test" && all[0].1.contains(" took a lead back: Jo, Acme"), "{all:?}");
    let touched = given(&house, "Kim", &house.maya).await;
    hours(&house, 25);
    comments(&house.maya, touched).await;
    assert!(refusal(radar::reclaim(&house.martin, touched).await).ends_with("the lead is with maya"));
});

both_engines!(a_delegated_lead_is_the_distributor_s_to_touch, |store| async move {
    let house = house(&store).await;
    let id = leads::add(&house.maya, &form("full_name=Jo&company=Acme")).await.unwrap();
    let read = lead(&house.ada, id).await;
    let handover = Handover::begun(house.public.now(), Some(id_of(&house.maya)), None, 24);
    let delegated = Lead { version: 2, distributor: house.dina.actor().unwrap().account, handover, ..read.clone() };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.leads().change(&delegated, &read).await.unwrap());
    tx.save().await.unwrap();
    comments(&house.maya, id).await;
    hours(&house, 25);
    assert_eq!(radar::list(&house.dina, None).await.unwrap().rows.len(), 1);
    assert!(radar::work(&house.public).await.unwrap());
    assert!(refusal(radar::nudge(&house.dina, id).await).starts_with("Only who manages an open lead"));
    assert_eq!(radar::nudge(&house.maya, id).await.unwrap(), "dina");
    radar::reclaim(&house.maya, id).await.unwrap();
    let now = lead(&house.ada, id).await;
    assert_eq!((now.distributor, now.owner, now.handover.touch_by), (None, Some(id_of(&house.maya)), None));
    assert_eq!(newest_event(&house.ada, id).await, EventKind::Reclaimed { from: "Northwind".to_owned(), since: handover.at.unwrap() });
    let to: Vec<String> = told(&house).await.into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, ["dina@house.test", "dina@house.test", "dina@house.test"], "told in time, reminded, and that it is gone");
});

both_engines!(whoever_has_a_lead_is_reminded_but_not_all_the_time, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "Jo", &house.maya).await;
    assert_eq!(radar::nudge(&house.martin, id).await.unwrap(), "maya");
    assert_eq!(newest_event(&house.ada, id).await, EventKind::Nudged { told: vec!["maya".to_owned()] });
    assert_eq!(told(&house).await.len(), 1);
    assert!(touch_by(&house.ada, id).await.is_some(), "a reminder is no work");
    assert!(refusal(radar::nudge(&house.ada, id).await).starts_with("They were reminded less than an hour ago"));
    hours(&house, 1);
    radar::nudge(&house.ada, id).await.unwrap();
    assert!(refusal(radar::nudge(&house.noor, id).await).starts_with("Only who manages"));
    comments(&house.maya, id).await;
    assert!(refusal(radar::nudge(&house.martin, id).await).starts_with("No need"));
});

both_engines!(an_administrator_says_within_how_many_hours, |store| async move {
    let house = house(&store).await;
    for wrong in ["0", "745", "soon", ""] {
        match configuration::change_site(&house.ada, &form(&format!("touch_within={wrong}"))).await {
            Err(ServiceError::Invalid(errors)) => assert_eq!(errors.get("touch_within"), Some("Enter a whole number of hours, 1 to 744"), "{wrong}"),
            other => panic!("{wrong}: {other:?}"),
        }
    }
    configuration::change_site(&house.ada, &form("touch_within=4")).await.unwrap();
    let id = given(&house, "Jo", &house.maya).await;
    assert_eq!(touch_by(&house.ada, id).await, Some(house.public.now().plus_ms(4 * HOUR_MS)));
});
