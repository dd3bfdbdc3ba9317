//! Writers at once. SQLite's commit together, which only it does.

use std::pin::Pin;

use futures::poll;
use store::{Sql, Store, StoreError, Tx, testing};

async fn put(tx: &mut Tx, name: &str) {
    assert_eq!(tx.take_numbers(name, 1).await.unwrap(), 1, "{name} is new");
}

async fn has(tx: &mut Tx, name: &str) -> bool {
    tx.row(Sql::new("select value from counter where name = $1").bind(name)).await.unwrap().is_some()
}

async fn is_saved(store: &Store, name: &str) -> bool {
    // Of another connection, as another program would have it.
    let other = Store::open_as_is(&testing::url_of(store).await).await.unwrap();
    let found = has(&mut other.read().await.unwrap(), name).await;
    other.close().await;
    found
}

type Begun = Pin<Box<dyn Future<Output = Result<Tx, StoreError>> + Send>>;

/// Somebody who stands in line.
async fn in_line(store: &Store) -> Begun {
    let store = store.clone();
    let mut begin: Begun = Box::pin(async move { store.begin().await });
    assert!(poll!(&mut begin).is_pending(), "somebody else has the turn");
    begin
}

#[tokio::test]
async fn two_writers_at_once_are_both_saved() {
    let test = |store: Store| async move {
        let mut first = store.begin().await.unwrap();
        let second = in_line(&store).await;
        put(&mut first, "first").await;
        let second = async {
            let mut second = second.await.unwrap();
            put(&mut second, "second").await;
            second.save().await
        };
        let (first, second) = tokio::join!(first.save(), second);
        first.unwrap();
        second.unwrap();
        assert!(is_saved(&store, "first").await && is_saved(&store, "second").await);
    };
    testing::only_on_sqlite(test).await;
}

#[tokio::test]
async fn who_undoes_touches_nobody_else_and_readers_see_only_what_is_committed() {
    let test = |store: Store| async move {
        let mut first = store.begin().await.unwrap();
        let second = in_line(&store).await;
        put(&mut first, "first").await;
        let mut saving = Box::pin(first.save());
        assert!(poll!(&mut saving).is_pending());
        let mut second = second.await.unwrap();
        put(&mut second, "second").await;
        assert!(has(&mut second, "second").await);
        assert!(poll!(&mut saving).is_pending(), "nothing is said to be saved before it is");
        let mut reader = store.read().await.unwrap();
        assert!(!has(&mut reader, "first").await && !has(&mut reader, "second").await);
        drop((reader, second));
        saving.await.unwrap();
        assert!(is_saved(&store, "first").await);
        assert!(!is_saved(&store, "second").await);
    };
    testing::only_on_sqlite(test).await;
}

#[tokio::test]
async fn who_goes_away_leaves_nothing_half_done() {
    let test = |store: Store| async move {
        // While saving: it was asked for, and is done.
        let mut first = store.begin().await.unwrap();
        put(&mut first, "first").await;
        let mut saving = Box::pin(first.save());
        assert!(poll!(&mut saving).is_pending());
        drop(saving);
        // In line.
        let mut second = store.begin().await.unwrap();
        drop(in_line(&store).await);
        // In the middle of a statement.
        let mut third = in_line(&store).await;
        put(&mut second, "second").await;
        let mut saving = Box::pin(second.save());
        assert!(poll!(&mut saving).is_pending());
        let mut third_tx = (&mut third).await.unwrap();
        {
            let mut statement = Box::pin(third_tx.take_numbers("third", 1));
            // SQLite's thread may be faster than this one; then it is given up after the statement.
            let _asked = poll!(&mut statement);
        }
        drop(third_tx);
        saving.await.unwrap();
        // As it begins.
        {
            let mut begin = Box::pin(store.begin());
            let _asked = poll!(&mut begin);
        }
        let mut last = store.begin().await.unwrap();
        put(&mut last, "last").await;
        last.save().await.unwrap();
        assert!(is_saved(&store, "first").await && is_saved(&store, "second").await && is_saved(&store, "last").await);
        assert!(!is_saved(&store, "third").await);
    };
    testing::only_on_sqlite(test).await;
}

#[tokio::test]
async fn a_commit_that_fails_is_nobodys_success() {
    let test = |store: Store| async move {
        let mut first = store.begin().await.unwrap();
        let second = in_line(&store).await;
        put(&mut first, "first").await;
        let second = async {
            let mut second = second.await.unwrap();
            // Judged only when it is committed.
            second.run(Sql::new("pragma defer_foreign_keys = on")).await.unwrap();
            let orphan =
                "insert into contact_point (contact_id, kind, position, raw, match_text, is_parsed) values (999, 'phone', 0, '1', '1', true)";
            second.run(Sql::new(orphan)).await.unwrap();
            second.save().await
        };
        let (first, second) = tokio::join!(first.save(), second);
        assert!(matches!(first, Err(StoreError::NotCommitted(_))), "{first:?}");
        assert!(matches!(second, Err(StoreError::NotCommitted(_))), "{second:?}");
        assert!(!is_saved(&store, "first").await);
        let mut third = store.begin().await.unwrap();
        put(&mut third, "first").await;
        third.save().await.unwrap();
        assert!(is_saved(&store, "first").await);
    };
    testing::only_on_sqlite(test).await;
}

store::both_engines!(many_writers_at_once_and_none_is_lost, async |store: Store| {
    let write = |number: usize| {
        let store = store.clone();
        async move {
            let mut tx = store.begin().await.unwrap();
            put(&mut tx, &format!("n{number}")).await;
            if number.is_multiple_of(5) { drop(tx) } else { tx.save().await.unwrap() }
        }
    };
    futures::future::join_all((0..64_usize).map(write)).await;
    let mut tx = store.read().await.unwrap();
    for number in 0..64_usize {
        assert_eq!(has(&mut tx, &format!("n{number}")).await, !number.is_multiple_of(5), "{number}");
    }
});
