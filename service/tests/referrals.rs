//! Leads that people of the house refer, on both engines: what is made, who hears of it, and what the referrer sees of it.

use std::sync::Arc;

use domain::event::{Arrival, Subject};
use domain::lead_views::LeadDetail;
use domain::referral::Fate;
use domain::{EmailAddress, EventKind, FormValues, LeadAction, LeadId, NoticeKind, Role, Timestamp, UserId};
use service::leads::referral::{PAGE_SIZE, list_own, refer_once};
use service::once::Once;
use service::{Clock, Ctx, MailSite, ServiceError, configuration, leads, notices, outbox};
use store::catalog::INTAKE_GROUP;
use store::events::NewEvent;
use store::people::NewUser;
use store::{Sql, Store, both_engines};

struct House {
    public: Ctx,
    ada: Ctx,
    /// Maya and Noor are the North, which gets what comes in by itself.
    maya: Ctx,
    noor: Ctx,
    /// A rep of no group.
    ben: Ctx,
    /// Of a distributor.
    dora: Ctx,
}

async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leadwright@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let mut people = Vec::new();
    let mut tx = store.begin().await.unwrap();
    for (name, role) in [("Ada", Role::Administrator), ("Maya", Role::Rep), ("Noor", Role::Rep), ("Ben", Role::Rep), ("Dora", Role::Distributor)] {
        let email = EmailAddress::parse(&format!("{}@house.test", name.to_lowercase())).unwrap();
        let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: public.now() };
        people.push(tx.people().add(new).await.unwrap());
    }
    let north = tx.people().add_group("North", "", None).await.unwrap();
    tx.people().change_members(north, &people[1..3]).await.unwrap();
    tx.catalog().change_setting(INTAKE_GROUP, &north.to_string()).await.unwrap();
    let kind = EventKind::RecordAdded { name: "the house".to_owned() };
    let event =
        NewEvent { at: public.now(), actor: None, subject: Subject::Catalog, subject_id: 0, lead: None, version: 0, kind, before: None, after: None };
    tx.events().record(event).await.unwrap();
    tx.save().await.unwrap();
    let mut actors = Vec::new();
    for id in people {
        let actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().expect("just added");
        actors.push(public.acting_as(actor));
    }
    let [ada, maya, noor, ben, dora] = actors.try_into().expect("five people");
    House { public, ada, maya, noor, ben, dora }
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

const JO: &str = "full_name=Jo+Field&company=Acme&emails=jo%40acme.test&how_known=A+neighbour";

async fn refer(ctx: &Ctx, text: &str) -> LeadId {
    refer_once(ctx, &form(text), None).await.unwrap()
}

async fn act(ctx: &Ctx, lead: LeadId, action: LeadAction, text: &str) {
    leads::act(ctx, lead, action, &form(text)).await.unwrap();
}

/// To whom, and about what, oldest first.
async fn told(house: &House) -> Vec<(String, String)> {
    let mails = outbox::list(&house.ada, None).await.unwrap().items;
    let mut found: Vec<_> = mails.into_iter().map(|mail| (mail.recipient.email, mail.subject)).collect();
    found.reverse();
    found
}

/// The text of the mail that was written last.
async fn last_body(house: &House) -> String {
    let last = outbox::list(&house.ada, None).await.unwrap().items.remove(0);
    outbox::find(&house.ada, last.id).await.unwrap().body
}

fn mail(to: &str, subject: &str) -> (String, String) {
    (format!("{to}@house.test"), subject.to_owned())
}

fn errors_of<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> Vec<String> {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.0.into_keys().collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

both_engines!(what_a_colleague_came_across_becomes_a_lead, |store| async move {
    let house = house(&store).await;
    let catalog = store.catalog().await.unwrap();
    let offering = catalog.offered(domain::ChoiceList::Offering).next().unwrap().id;
    let details =
        format!("{JO}&phones=0161+496+0123&offerings_sent=1&offerings={offering}&message=Wants+a+call&city=Leeds&country=GB&priority=nonsense");
    let number = refer(&house.ben, &details).await;
    let LeadDetail { lead, referral, timeline, opportunities, routing, .. } = leads::find(&house.ada, number).await.unwrap();
    assert_eq!((lead.full_name.as_str(), lead.account.name.as_str(), lead.message.as_str()), ("Jo Field", "Acme", "Wants a call"));
    assert_eq!((lead.email(), lead.phone(), &lead.offerings), (Some("jo@acme.test"), Some("+441614960123"), &vec![offering]));
    assert_eq!((lead.address.city.as_str(), lead.address.country.as_str()), ("Leeds", "GB"));
    assert_eq!((lead.owner, lead.created_by), (None, Some(id(&house.ben))));
    assert_eq!(lead.source, None, "no source is called as its leads are");
    assert_eq!(lead.group.and_then(|group| catalog.group(group)).map(|group| group.name.as_str()), Some("North"));
    assert!(opportunities.len() == 1 && routing.is_some(), "the rules decided");
    let referral = referral.expect("who referred it");
    assert_eq!((referral.by, referral.how_known.as_str(), referral.accepted_at), (id(&house.ben), "A neighbour", None));
    let arrival = timeline.last().unwrap();
    assert_eq!((&arrival.kind, arrival.actor), (&EventKind::LeadAdded { by: Arrival::Referred }, Some(id(&house.ben))));
    let waits = "A lead waits: Jo Field, Acme (#1)";
    assert_eq!(told(&house).await, [mail("maya", waits), mail("noor", waits)]);
    // Whoever brought it is of the group, and knows; the account of this name is there now.
    let second = refer(&house.maya, "full_name=Al&company=ACME&phones=0161+496+0199").await;
    assert_eq!(told(&house).await[2..], [mail("noor", "A lead waits: Al, ACME (#2)")]);
    assert_eq!(leads::find(&house.ada, second).await.unwrap().lead.account.id, lead.account.id);
});

both_engines!(what_is_wrong_is_said_and_nothing_is_made, |store| async move {
    let house = house(&store).await;
    let long = "x".repeat(201);
    let too_long = format!("full_name=Jo&emails=jo%40acme.test&company={long}&city=%00&how_known={long}");
    for (details, wrong) in [
        ("", vec!["full_name", "phones"]),
        ("full_name=+&emails=jo%40acme.test", vec!["full_name"]),
        ("full_name=Jo&company=Acme", vec!["phones"]),
        ("full_name=Jo&phones=call+me", vec!["phones"]),
        ("full_name=Jo&emails=jo", vec!["emails"]),
        ("full_name=Jo&emails=jo%40acme.test&offerings=999", vec!["offerings"]),
        (too_long.as_str(), vec!["city", "company", "how_known"]),
    ] {
        assert_eq!(errors_of(refer_once(&house.ben, &form(details), None).await), wrong, "{details}");
    }
    assert!(matches!(refer_once(&house.dora, &form(JO), None).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(list_own(&house.dora, None).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(refer_once(&house.public, &form(JO), None).await, Err(ServiceError::SignInRequired)));
    assert!(matches!(list_own(&house.public, None).await, Err(ServiceError::SignInRequired)));
    let row = store.read().await.unwrap().row(Sql::new("select count(*) as row_count from lead")).await.unwrap();
    assert_eq!(row.unwrap().int("row_count").unwrap(), 0);
});

both_engines!(the_same_form_sent_twice_makes_one_referral, |store| async move {
    let house = house(&store).await;
    let once = Once { key: "form:1:abc".to_owned(), digest: "one".to_owned() };
    let first = refer_once(&house.ben, &form(JO), Some(&once)).await.unwrap();
    assert_eq!(refer_once(&house.ben, &form(JO), Some(&once)).await.unwrap(), first);
    let other = Once { digest: "two".to_owned(), ..once };
    assert_eq!(errors_of(refer_once(&house.ben, &form(JO), Some(&other)).await), [""]);
    assert_eq!(list_own(&house.ben, None).await.unwrap().items.len(), 1);
});

both_engines!(the_referrer_hears_what_became_of_it, |store| async move {
    let house = house(&store).await;
    let lead = refer(&house.ben, JO).await;
    let before = told(&house).await.len();
    act(&house.maya, lead, LeadAction::Accept, "").await;
    assert_eq!(told(&house).await[before..], [mail("ben", "Your referral was accepted: Jo Field, Acme")]);
    let text = last_body(&house).await;
    assert!(text.contains("Hello Ben,\n\nMaya accepted the lead that you referred") && text.contains("\nhttps://leads.test/refer\n"), "{text}");
    // That somebody looks after it is told once; what is no news is not told.
    act(&house.maya, lead, LeadAction::Start, "").await;
    act(&house.maya, lead, LeadAction::Cancel, "").await;
    act(&house.maya, lead, LeadAction::Reopen, "").await;
    assert_eq!(told(&house).await.len(), before + 1);
    act(&house.maya, lead, LeadAction::Win, "").await;
    assert_eq!(told(&house).await[before + 1..], [mail("ben", "Your referral was won: Jo Field, Acme")]);
    act(&house.maya, lead, LeadAction::Reopen, "").await;
    act(&house.maya, lead, LeadAction::Lose, "reason=Price").await;
    assert_eq!(told(&house).await[before + 2..], [mail("ben", "Your referral was lost: Jo Field, Acme")]);
    assert!(last_body(&house).await.contains("\nReason: Price\n"));
    // What is refused is not told.
    assert!(leads::act(&house.maya, lead, LeadAction::Win, &form("")).await.is_err());
    assert_eq!(told(&house).await.len(), before + 3);
});

both_engines!(one_s_own_acts_are_no_news_and_nobody_has_to_hear, |store| async move {
    let house = house(&store).await;
    let lead = refer(&house.maya, JO).await;
    let before = told(&house).await.len();
    act(&house.maya, lead, LeadAction::Accept, "").await;
    act(&house.maya, lead, LeadAction::Win, "").await;
    assert_eq!(told(&house).await.len(), before);
    let other = refer(&house.ben, "full_name=Al&emails=al%40acme.test").await;
    let before = told(&house).await.len();
    notices::change_own(&house.ben, &form("gets_notices=")).await.unwrap();
    act(&house.noor, other, LeadAction::Accept, "").await;
    act(&house.noor, other, LeadAction::Win, "").await;
    assert_eq!(told(&house).await.len(), before);
    // A lead that nobody referred has nobody to tell.
    let plain = leads::add(&house.maya, &form("full_name=Kim")).await.unwrap();
    act(&house.maya, plain, LeadAction::Win, "").await;
    assert_eq!(told(&house).await.len(), before);
});

both_engines!(words_say_no_more_of_a_referral_than_its_referrer_may_know, |store| async move {
    let house = house(&store).await;
    let kind = NoticeKind::ReferralWon.key();
    let wish = form("subject=Won&body=%7B%7Blead.phone%7D%7D");
    assert_eq!(errors_of(configuration::change_notice(&house.ada, kind, &wish).await), ["body"]);
    // Written before that was so.
    let mut tx = store.begin().await.unwrap();
    let old = domain::Wording { subject: "Won".to_owned(), body: "{{lead.name}}: {{lead.email}} {{opportunity}}\n{{link}}".to_owned() };
    tx.notices().change_wording(NoticeKind::ReferralWon, &old).await.unwrap();
    tx.save().await.unwrap();
    let lead = refer(&house.ben, JO).await;
    act(&house.maya, lead, LeadAction::Win, "").await;
    assert_eq!(last_body(&house).await, "Jo Field:\nhttps://leads.test/refer\n");
});

both_engines!(the_referrer_sees_these_facts_of_each_and_no_more, |store| async move {
    let house = house(&store).await;
    let mut all = Vec::new();
    for number in 0..=PAGE_SIZE {
        house.ben.clock.advance_ms(1000);
        all.push(refer(&house.ben, &format!("full_name=Lead+{number}&company=Acme&phones=0161+496+0{:03}", 100 + number)).await);
    }
    refer(&house.maya, JO).await;
    let newest = all[PAGE_SIZE];
    act(&house.maya, newest, LeadAction::Accept, "").await;
    let first = list_own(&house.ben, None).await.unwrap();
    let numbers = |page: &domain::Page<domain::referral::Referred>| page.items.iter().map(|row| row.lead).collect::<Vec<_>>();
    let expected: Vec<_> = all.iter().rev().copied().collect();
    assert_eq!(numbers(&first), expected[..PAGE_SIZE]);
    let row = &first.items[0];
    assert_eq!((row.full_name.as_str(), row.company.as_str(), row.at), (format!("Lead {PAGE_SIZE}").as_str(), "Acme", house.ben.now()));
    assert_eq!((row.fate, row.is_visible), (Fate::With(id(&house.maya)), false));
    assert!(matches!(leads::find(&house.ben, newest).await, Err(ServiceError::NotFound)), "the lead itself is not his to see");
    assert_eq!((first.items[1].fate, first.items[1].is_visible), (Fate::Waiting, false));
    let rest = list_own(&house.ben, first.next_cursor.as_deref()).await.unwrap();
    assert_eq!((numbers(&rest), rest.next_cursor), (vec![all[0]], None));
    assert_eq!(list_own(&house.ben, Some("nonsense")).await.unwrap(), first);
    // Whose scope it is in may open it.
    let hers = list_own(&house.maya, None).await.unwrap();
    assert_eq!((hers.items.len(), hers.items[0].is_visible), (1, true));
    assert!(list_own(&house.noor, None).await.unwrap().items.is_empty());
    let fates = [(LeadAction::Start, Fate::WorkedOn(Some(id(&house.maya)))), (LeadAction::Win, Fate::Won), (LeadAction::Delete, Fate::Deleted)];
    for (action, fate) in fates {
        act(&house.ada, newest, action, "").await;
        assert_eq!(list_own(&house.ben, None).await.unwrap().items[0].fate, fate);
    }
});
