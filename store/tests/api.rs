//! What the HTTP API keeps, on both engines: tokens, idempotency keys, webhooks.

use domain::{EmailAddress, Role, Timestamp, TokenDetails, TokenScope, UserId};
use store::people::NewUser;
use store::tokens::NewToken;
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
