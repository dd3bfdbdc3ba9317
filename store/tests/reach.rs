//! How people can be reached, on both engines.

use domain::event::Subject;
use domain::{Absence, Availability, EmailAddress, EventKind, Numbers, Phone, Reachability, Role, Timestamp, UserId};
use store::events::NewEvent;
use store::people::NewUser;
use store::reach::StoredReach;
use store::{Sql, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

async fn person(tx: &mut Tx, name: &str) -> UserId {
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let user = NewUser { email, name: name.to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: NOW };
    tx.people().add(user).await.unwrap()
}

fn reachable(deputy: UserId) -> Reachability {
    Reachability {
        numbers: Numbers {
            extension: Some("204".to_owned()),
            mobile: Some(Phone { raw: "07700 900123".to_owned(), e164: Some("+447700900123".to_owned()) }),
            voicemail: Some(Phone { raw: "899".to_owned(), e164: None }),
        },
        availability: Availability::Busy,
        since: Some(NOW),
        absence: Some(Absence { from: NOW.start_of_day(), until: None }),
        deputy: Some(deputy),
    }
}

both_engines!(what_was_said_is_read_back, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let (maya, ben) = (person(&mut tx, "maya").await, person(&mut tx, "ben").await);
    assert_eq!(tx.reach().find(maya).await.unwrap(), StoredReach::default());
    assert_eq!(tx.reach().list().await.unwrap(), []);
    assert!(tx.reach().change(maya, 0, &reachable(ben)).await.unwrap());
    let stored = StoredReach { version: 1, reach: reachable(ben) };
    assert_eq!(tx.reach().find(maya).await.unwrap(), stored);
    assert_eq!(tx.reach().list().await.unwrap(), [(maya, stored)]);
});

both_engines!(a_change_needs_the_version_that_was_read, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let (maya, ben) = (person(&mut tx, "maya").await, person(&mut tx, "ben").await);
    assert!(tx.reach().change(maya, 0, &reachable(ben)).await.unwrap());
    assert!(!tx.reach().change(maya, 0, &Reachability::default()).await.unwrap());
    assert_eq!(tx.reach().find(maya).await.unwrap().reach, reachable(ben));
    assert!(tx.reach().change(maya, 1, &Reachability::default()).await.unwrap());
    assert_eq!(tx.reach().find(maya).await.unwrap(), StoredReach { version: 2, reach: Reachability::default() });
});

both_engines!(an_availability_is_said_in_passing, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let (maya, ben) = (person(&mut tx, "maya").await, person(&mut tx, "ben").await);
    tx.reach().change_availability(ben, Availability::Away, NOW).await.unwrap();
    let away = Reachability { availability: Availability::Away, since: Some(NOW), ..Reachability::default() };
    assert_eq!(tx.reach().find(ben).await.unwrap(), StoredReach { version: 0, reach: away });
    tx.reach().change(maya, 0, &reachable(ben)).await.unwrap();
    tx.reach().change_availability(maya, Availability::Available, NOW.plus_ms(5)).await.unwrap();
    let found = tx.reach().find(maya).await.unwrap();
    let expected = Reachability { availability: Availability::Available, since: Some(NOW.plus_ms(5)), ..reachable(ben) };
    assert_eq!(found, StoredReach { version: 1, reach: expected });

    tx.people().add_session("hash", ben, NOW).await.unwrap();
    assert_eq!(tx.people().find_session("hash").await.unwrap().unwrap().availability, Availability::Away);
});

both_engines!(an_event_about_a_person_is_none_about_the_catalog, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let kind = EventKind::RecordChanged { name: "Maya".to_owned(), changes: Vec::new() };
    let event = NewEvent { at: NOW, actor: None, subject: Subject::Person, subject_id: 7, lead: None, version: 0, kind, before: None, after: None };
    let id = tx.events().record(event).await.unwrap();
    let told = tx.events().live_after(domain::EventId(id.0 - 1), 5).await.unwrap();
    assert_eq!((told[0].subject, told[0].number), (Subject::Person, 7));
    let catalog = tx.row(Sql::new("select value from counter where name = 'catalog'")).await.unwrap();
    assert!(catalog.is_none(), "no page reads the catalog afresh");
});
