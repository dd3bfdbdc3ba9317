//! Rules, turns and decisions of routing, on both engines.

use domain::routing::{
    Coverage, Decision, Fallback, House, Inputs, LeadFacts, Nomination, Place, Quarter, Receiver, Rule, RuleBook, RuleKind, Settings, Specialist,
    Spot, Territory,
};
use domain::{AccountId, ChoiceId, EmailAddress, GroupId, Role, TerritoryId, Timestamp, UserId};
use store::people::NewUser;
use store::routing::StoredDecision;
use store::{Tx, both_engines};

async fn person(tx: &mut Tx, name: &str) -> UserId {
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let user = NewUser { email, name: name.to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: Timestamp(0) };
    tx.people().add(user).await.unwrap()
}

both_engines!(every_version_of_the_book_can_be_read_again, |store| async move {
    assert_eq!(store.rule_book().await.unwrap().book(), &RuleBook::default());
    let mut tx = store.begin().await.unwrap();
    let number = tx.routing().take_number(RuleKind::Coverage).await.unwrap();
    let cover = |person| Coverage { number, ..Coverage::of_domain("acme.test", UserId(person)) };
    let quarter = Quarter { year: 2026, quarter: 4 };
    let places = vec![Place::parse("GB, LS*").unwrap()];
    let named = Nomination {
        number: 1,
        territory: TerritoryId(1),
        quarter,
        distributor: Some(AccountId(9)),
        name: "Northwind".to_owned(),
        by: Some(UserId(5)),
        at: Some(Timestamp(7)),
    };
    let first = [
        Rule::Coverage(cover(7)),
        Rule::Territory(Territory { number: TerritoryId(1), name: "Leeds".to_owned(), manager: Some(UserId(5)), group: None, places }),
        Rule::Specialist(Specialist { number: 1, offering: ChoiceId(3), to: Receiver::Group(GroupId(2)) }),
        Rule::Nomination(named.clone()),
        Rule::Settings(Settings { fallback: Fallback { to: None, copies: vec![UserId(1)] }, ..Settings::default() }),
    ];
    let one = tx.routing().begin_version().await.unwrap();
    for rule in &first {
        tx.routing().put(one, rule).await.unwrap();
    }
    tx.save().await.unwrap();
    let book = store.rule_book().await.unwrap();
    assert_eq!((book.book().version, book.book().coverage.as_slice()), (one, &[cover(7)][..]));
    assert_eq!((book.book().territories.len(), book.book().specialists.len(), book.book().nominations.len()), (1, 1, 1));
    assert_eq!(book.book().settings.fallback.copies, [UserId(1)]);

    let mut tx = store.begin().await.unwrap();
    let two = tx.routing().begin_version().await.unwrap();
    tx.routing().put(two, &Rule::Coverage(cover(8))).await.unwrap();
    let three = tx.routing().begin_version().await.unwrap();
    assert!(tx.routing().end(three, RuleKind::Coverage, number).await.unwrap());
    assert!(!tx.routing().end(three, RuleKind::Coverage, number).await.unwrap());
    tx.save().await.unwrap();
    let mut tx = store.read().await.unwrap();
    for (version, covered) in [(0, vec![]), (one, vec![cover(7)]), (two, vec![cover(8)]), (three, vec![])] {
        assert_eq!(tx.routing().load(version).await.unwrap().coverage, covered, "version {version}");
    }
    drop(tx);
    assert_eq!(store.rule_book().await.unwrap().book().version, three, "what is kept is not older than what is there");

    // What was named stays known when another is named in its place.
    let mut tx = store.begin().await.unwrap();
    let four = tx.routing().begin_version().await.unwrap();
    let other = Nomination { distributor: None, name: String::new(), ..named.clone() };
    tx.routing().put(four, &Rule::Nomination(other.clone())).await.unwrap();
    assert_eq!(tx.routing().list_nominations(9).await.unwrap(), [other.clone(), named]);
    assert_eq!(tx.routing().list_nominations(1).await.unwrap(), [other]);
});

both_engines!(turns_are_taken_one_after_the_other, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let maya = person(&mut tx, "maya").await;
    let group = tx.people().add_group("North", "", None).await.unwrap();
    assert_eq!(tx.routing().hold_turn(group).await.unwrap(), None);
    assert_eq!(tx.routing().turns().await.unwrap(), []);
    tx.routing().take_turn(group, maya).await.unwrap();
    assert_eq!(tx.routing().hold_turn(group).await.unwrap(), Some(maya));
    assert_eq!(tx.routing().turns().await.unwrap(), [(group, maya)]);
    assert!(tx.routing().loads(&[maya]).await.unwrap().is_empty());
});

both_engines!(a_lead_without_a_decision_has_none, |store| async move {
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.routing().newest_decision(domain::LeadId(1)).await.unwrap(), None);
    assert_eq!(tx.routing().list_newest(domain::LeadId(0), domain::LeadId(i64::MAX), 10).await.unwrap(), []);
    let facts = LeadFacts {
        account: None,
        company: "Acme".to_owned(),
        is_customer: false,
        salesperson: None,
        name_key: "acme".to_owned(),
        domains: Vec::new(),
        spot: Spot::default(),
        offerings: Vec::new(),
        quarter: Quarter { year: 2026, quarter: 4 },
        intake_owner: None,
        taken_by: None,
    };
    let decision = Decision { owner: None, group: None, distributor: None, copies: Vec::new(), steps: Vec::new(), version: 0 };
    let stored = StoredDecision { at: Timestamp(5), inputs: Inputs { facts, house: House::default() }, decision };
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.routing().add_decision(domain::LeadId(1), &stored).await.is_err(), "there is no such lead");
});
