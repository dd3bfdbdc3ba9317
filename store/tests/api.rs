//! What the HTTP API keeps, on both engines: tokens, idempotency keys, webhooks.

use domain::event::Subject;
use domain::{DeliveryState, EmailAddress, EventId, EventKind, Role, Timestamp, TokenDetails, TokenScope, UserId};
use store::events::NewEvent;
use store::people::NewUser;
use store::tokens::NewToken;
use store::webhooks::{NewDelivery, NewWebhook, Outcome};
use store::{StoreError, Tx, both_engines};

async fn add_user(tx: &mut Tx, email: &str) -> UserId {
    let (email, name) = (EmailAddress::parse(email).unwrap(), "Maya".to_owned());
    tx.people().add(NewUser { email, name, role: Role::Rep, password_hash: "hash".to_owned(), account: None, at: Timestamp(1) }).await.unwrap()
}

both_engines!(a_token_is_listed_for_its_person_until_it_is_revoked, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let (maya, owen) = (add_user(&mut tx, "maya@a.example").await, add_user(&mut tx, "owen@a.example").await);
    let new = |hash: &str, user, expires_at| NewToken {
        hash: hash.to_owned(),
        user,
        name: hash.to_uppercase(),
        scope: TokenScope::Read,
        at: Timestamp(1),
        expires_at,
    };
    let first = tx.tokens().add(new("a", maya, None)).await.unwrap();
    let second = tx.tokens().add(new("b", maya, Some(Timestamp(9)))).await.unwrap();
    tx.tokens().add(new("c", owen, None)).await.unwrap();
    tx.tokens().touch(second, Timestamp(5)).await.unwrap();
    let of = |tokens: Vec<TokenDetails>| tokens.into_iter().map(|token| (token.name, token.last_used_at)).collect::<Vec<_>>();
    let mine = of(tx.tokens().list(Some(maya)).await.unwrap());
    assert_eq!(mine, [("B".to_owned(), Some(Timestamp(5))), ("A".to_owned(), None)]);
    assert_eq!(tx.tokens().list(None).await.unwrap().len(), 3);
    assert_eq!(tx.tokens().find("b").await.unwrap().unwrap().last_used_at, Some(Timestamp(5)));
    assert_eq!(tx.tokens().find_owner(first).await.unwrap(), Some((maya, "A".to_owned())));
    tx.tokens().revoke(first, Timestamp(6)).await.unwrap();
    assert_eq!(tx.tokens().find_owner(first).await.unwrap(), None);
    assert_eq!(of(tx.tokens().list(Some(maya)).await.unwrap()).len(), 1);
});

both_engines!(an_idempotency_key_is_noted_once_and_forgotten_in_time, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.once_keys().find("k").await.unwrap(), None);
    tx.once_keys().add("k", "d", 7, Timestamp(5)).await.unwrap();
    assert_eq!(tx.once_keys().find("k").await.unwrap(), Some((7, "d".to_owned())));
    tx.once_keys().forget_before(Timestamp(5)).await.unwrap();
    assert!(tx.once_keys().find("k").await.unwrap().is_some());
    tx.once_keys().forget_before(Timestamp(6)).await.unwrap();
    assert!(tx.once_keys().find("k").await.unwrap().is_none());
    tx.once_keys().add("k", "d", 7, Timestamp(6)).await.unwrap();
    assert!(matches!(tx.once_keys().add("k", "e", 8, Timestamp(6)).await, Err(StoreError::Conflict { .. })));
});

fn webhook(by: UserId, url: &str) -> NewWebhook {
    let kinds = vec!["lead.won".to_owned(), "account.added".to_owned()];
    NewWebhook { url: url.to_owned(), kinds, secret: "whsec_x".to_owned(), by, at: Timestamp(1), after_event: EventId(0) }
}

fn message(webhook: i64, at: i64) -> NewDelivery {
    let (at, give_up_at) = (Timestamp(at), Timestamp(at + 1000));
    NewDelivery { webhook, event: EventId(1), kind: "account.added", body: format!("{{\"at\":{}}}", at.0), at, give_up_at }
}

both_engines!(messages_are_taken_once_and_their_outcome_noted, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let by = add_user(&mut tx, "ada@a.example").await;
    let (first, second) =
        (tx.webhooks().add(webhook(by, "https://a.example")).await.unwrap(), tx.webhooks().add(webhook(by, "https://b.example")).await.unwrap());
    tx.webhooks().queue(vec![message(first, 10), message(first, 20), message(second, 15)]).await.unwrap();
    assert_eq!(tx.webhooks().next_due().await.unwrap(), Some(Timestamp(10)));
    let due = tx.webhooks().take_due(first, Timestamp(15), Timestamp(100), 5).await.unwrap();
    assert_eq!(
        due.iter().map(|due| (due.url.as_str(), due.body.as_str(), due.attempts)).collect::<Vec<_>>(),
        [("https://a.example", "{\"at\":10}", 0)]
    );
    assert!(tx.webhooks().take_due(first, Timestamp(15), Timestamp(100), 5).await.unwrap().is_empty());
    let outcome =
        Outcome { state: DeliveryState::Failed, at: Timestamp(16), next_at: Timestamp(30), answer_status: Some(500), answer: "no".to_owned() };
    tx.webhooks().note(due[0].number, outcome).await.unwrap();
    let log = tx.webhooks().deliveries(first, 5).await.unwrap();
    assert_eq!((log.len(), log[1].state, log[1].attempts, log[1].answer_status), (2, DeliveryState::Failed, 1, Some(500)));
    assert!(tx.webhooks().queue_again(due[0].number, Timestamp(40), Timestamp(50)).await.unwrap());
    assert!(!tx.webhooks().queue_again(due[0].number, Timestamp(40), Timestamp(50)).await.unwrap(), "it waits already");

    tx.webhooks().turn(first, false, EventId(7)).await.unwrap();
    let found = tx.webhooks().find(first).await.unwrap().unwrap();
    assert_eq!((found.is_on, found.after_event, found.kinds.len()), (false, EventId(7), 2));
    assert!(tx.webhooks().take_due(first, Timestamp(99), Timestamp(100), 5).await.unwrap().is_empty(), "it is off");
    assert_eq!(tx.webhooks().next_due().await.unwrap(), Some(Timestamp(15)));
    tx.webhooks().remove(second, Timestamp(50)).await.unwrap();
    assert_eq!((tx.webhooks().list().await.unwrap().len(), tx.webhooks().find(second).await.unwrap()), (1, None));
    tx.webhooks().forget_before(Timestamp(100)).await.unwrap();
    assert_eq!(tx.webhooks().deliveries(first, 5).await.unwrap().len(), 2, "what waits is kept");
});

both_engines!(happenings_are_read_by_their_position, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let event = |number| NewEvent {
        at: Timestamp(1),
        actor: None,
        subject: Subject::Account,
        subject_id: number,
        lead: None,
        version: 1,
        kind: EventKind::RecordAdded { name: "Acme".to_owned() },
        before: None,
        after: None,
    };
    let first = tx.events().record(event(7)).await.unwrap();
    let last = tx.events().record(event(8)).await.unwrap();
    assert_eq!(tx.webhooks().hold_position().await.unwrap(), EventId(0));
    let numbers = |found: Vec<store::webhooks::Happening>| found.into_iter().map(|one| (one.subject, one.number, one.event.id)).collect::<Vec<_>>();
    let after = tx.events().happenings_after(first, 5).await.unwrap();
    assert_eq!(numbers(after), [(Subject::Account, 8, last)]);
    assert_eq!(tx.events().find(first).await.unwrap().map(|event| event.id), Some(first));
    tx.webhooks().move_position(last).await.unwrap();
    assert_eq!(tx.webhooks().position().await.unwrap(), last);
});
