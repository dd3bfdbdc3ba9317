//! Contact events and what they add up to, on both engines.

use domain::contact_event::Found;
use domain::{ContactEvent, ContactEventId, ContactId, EmailAddress, Finding, Rank, Role, Timestamp, UserId};
use store::contact_events::{Counted, NewContactEvent};
use store::contacts::NewContact;
use store::people::NewUser;
use store::{Store, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);
const JO: ContactId = ContactId(1);
const AL: ContactId = ContactId(2);

/// A sender, and two contacts.
async fn site(store: &Store) -> (Tx, UserId) {
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse("ada@house.test").unwrap();
    let new = NewUser { email, name: "Ada".to_owned(), role: Role::Administrator, password_hash: String::new(), account: None, at: NOW };
    let sender = tx.people().add(new).await.unwrap();
    for (id, name) in [(JO, "Jo"), (AL, "Al")] {
        let (full_name, job_title) = (name.to_owned(), String::new());
        let new = NewContact { id, full_name, job_title, account: None, phones: vec![], emails: vec![], import: None, now: NOW };
        tx.contacts().add(&new).await.unwrap();
    }
    (tx, sender)
}

/// An event some milliseconds ago.
fn event(id: i64, contact: ContactId, ago: i64, sender: UserId) -> NewContactEvent {
    let finding = Finding { found: Found::FreeMail, proposals: Vec::new() };
    let (kind, detail, company) = ("met".to_owned(), "Fair".to_owned(), "Acme".to_owned());
    let event = ContactEvent { id: ContactEventId(id), contact, kind, at: NOW.plus_ms(-ago), detail, company, finding };
    NewContactEvent { event, sender, sender_key: format!("e{id}"), received_at: NOW }
}

both_engines!(events_are_known_by_the_sender_s_id_and_paged_by_contact, |store| async move {
    let (mut tx, ada) = site(&store).await;
    assert_eq!(tx.contact_events().take_turn(4).await.unwrap(), 1);
    assert_eq!(tx.contact_events().take_turn(0).await.unwrap(), 5);
    let events = [event(1, JO, 10, ada), event(2, JO, 30, ada), event(3, AL, 5, ada), event(4, JO, 10, ada)];
    tx.contact_events().add_many(&events).await.unwrap();
    let keys = ["e1", "e3", "e9"].map(str::to_owned);
    let known = tx.contact_events().known(ada, &keys).await.unwrap();
    assert_eq!((known.len(), known["e1"], known["e3"]), (2, JO, AL));
    assert!(tx.contact_events().known(UserId(99), &keys).await.unwrap().is_empty(), "ids are the sender's own");
    let first = tx.contact_events().of_contact(JO, None, 2).await.unwrap();
    assert_eq!(first.iter().map(|event| event.id.0).collect::<Vec<_>>(), [4, 1]);
    assert_eq!(first[1], events[0].event);
    let rest = tx.contact_events().of_contact(JO, Some((first[1].at, 1)), 2).await.unwrap();
    assert_eq!(rest.iter().map(|event| event.id.0).collect::<Vec<_>>(), [2]);

    let weighed = tx.contact_events().weighed(NOW.plus_ms(-20), None, 2).await.unwrap();
    assert_eq!(weighed.iter().map(|event| event.id.0).collect::<Vec<_>>(), [1, 4]);
    let weighed = tx.contact_events().weighed(NOW.plus_ms(-20), weighed.last(), 2).await.unwrap();
    assert_eq!(weighed.iter().map(|event| (event.id.0, event.contact)).collect::<Vec<_>>(), [(3, AL)]);
    // The same id of the same sender is refused by the database itself.
    assert!(tx.contact_events().add_many(&[event(4, JO, 0, ada)]).await.is_err());
});

both_engines!(sums_are_kept_by_contact_and_the_highest_come_first, |store| async move {
    let (mut tx, _) = site(&store).await;
    assert!(tx.contact_events().counted(&[JO, AL]).await.unwrap().is_empty());
    let sums = |rank: i64| Counted { rank: Some(Rank(rank)), fresh: None, counted_to: ContactEventId(3) };
    tx.contact_events().count(&[(JO, sums(5)), (AL, sums(7))]).await.unwrap();
    tx.contact_events().count(&[(JO, Counted::default())]).await.unwrap();
    let found = tx.contact_events().counted(&[JO, AL]).await.unwrap();
    assert_eq!((found[&JO], found[&AL]), (Counted::default(), sums(7)));
    let closest = |tx: Tx| async move {
        let mut tx = tx;
        let found = tx.contact_events().closest(9).await.unwrap();
        (tx, found.into_iter().map(|close| (close.contact.id, close.rank.0)).collect::<Vec<_>>())
    };
    let (mut tx, found) = closest(tx).await;
    assert_eq!(found, [(AL, 7)]);
    tx.contact_events().count(&[(JO, sums(9))]).await.unwrap();
    assert_eq!(closest(tx).await.1, [(JO, 9), (AL, 7)]);
});
