//! Pairs of accounts that look like one, and how they are looked up, on both engines.

use domain::account::AccountLocation;
use domain::account_twin::TwinList;
use domain::{AccountId, Address, EventId, ImportId, Timestamp};
use store::account_twins::{Pair, Position, TwinCursor};
use store::accounts::NewAccount;
use store::{Engine, Sql, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

fn account(id: i64, name: &str) -> NewAccount {
    NewAccount {
        id: AccountId(id),
        name: name.to_owned(),
        kinds: Vec::new(),
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    }
}

fn at(street: &str) -> AccountLocation {
    AccountLocation { name: "Office".to_owned(), address: Address { street: street.to_owned(), city: "Leeds".to_owned(), ..Address::default() } }
}

fn pair(one: i64, other: i64) -> Pair {
    Pair::of(AccountId(one), AccountId(other))
}

both_engines!(each_account_is_paired_with_the_oldest_of_its_kind, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let all = [
        account(1, "Acme Ltd"),
        NewAccount { domains: vec!["brew.test".to_owned()], ..account(2, "Brew") },
        NewAccount { locations: vec![at("1 Quay Street")], ..account(3, "Cobalt") },
        account(4, "ACME"),
        account(5, "Acme Inc"),
        NewAccount { domains: vec!["brew.test".to_owned()], ..account(6, "Dart") },
        NewAccount { locations: vec![at("Quay St. 1")], ..account(7, "Elm") },
    ];
    tx.accounts().add_many(&all).await.unwrap();
    let ids = |ids: &[i64]| ids.iter().copied().map(AccountId).collect::<Vec<_>>();
    let mut found = tx.account_twins().likely(&ids(&[4, 5, 6, 7])).await.unwrap();
    found.sort();
    assert_eq!(found, [pair(1, 4), pair(1, 5), pair(2, 6), pair(3, 7)]);
    assert_eq!(tx.account_twins().likely(&ids(&[1])).await.unwrap(), [pair(1, 4)]);
    tx.run(Sql::new("update account set deleted_at = 1 where id = 1")).await.unwrap();
    assert_eq!(tx.account_twins().likely(&ids(&[1, 5])).await.unwrap(), [pair(4, 5)]);
    assert_eq!(tx.account_twins().accounts_after(AccountId(5), 10).await.unwrap(), ids(&[6, 7]));
    assert_eq!(tx.account_twins().changed_between(EventId(0), EventId(9)).await.unwrap(), []);
    assert_eq!(tx.account_twins().phones_of(&ids(&[1, 2])).await.unwrap().len(), 0);
});

both_engines!(pairs_are_kept_dismissed_and_forgotten, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let import = |id| (id == 4).then_some(ImportId(9));
    let all: Vec<NewAccount> = (1..=4).map(|id| NewAccount { import: import(id), ..account(id, "Acme") }).collect();
    tx.accounts().add_many(&all).await.unwrap();
    let by = {
        let email = domain::EmailAddress::parse("maya@house.test").unwrap();
        let (name, password_hash) = ("Maya".to_owned(), String::new());
        tx.people().add(store::people::NewUser { email, name, role: domain::Role::Rep, password_hash, account: None, at: NOW }).await.unwrap()
    };
    tx.account_twins().put(&[(pair(1, 2), 50), (pair(3, 1), 60), (pair(1, 4), 50)]).await.unwrap();
    tx.account_twins().put(&[(pair(1, 2), 55)]).await.unwrap();
    assert_eq!(tx.account_twins().count_of_import(ImportId(9)).await.unwrap(), 1);
    assert_eq!(tx.account_twins().count_of_import(ImportId(8)).await.unwrap(), 0);
    let listed = async |tx: &mut store::Tx, list, after| {
        let rows = tx.account_twins().list(list, after, 10).await.unwrap();
        rows.into_iter().map(|row| (row.pair, row.points)).collect::<Vec<_>>()
    };
    assert_eq!(listed(&mut tx, TwinList::Open, None).await, [(pair(1, 3), 60), (pair(1, 2), 55), (pair(1, 4), 50)]);
    let after = Some(TwinCursor { rank: 60, pair: pair(1, 3) });
    assert_eq!(listed(&mut tx, TwinList::Open, after).await, [(pair(1, 2), 55), (pair(1, 4), 50)]);
    assert!(tx.account_twins().dismiss(pair(1, 2), by, NOW).await.unwrap());
    assert!(!tx.account_twins().dismiss(pair(1, 2), by, NOW).await.unwrap());
    tx.account_twins().forget(&[pair(1, 2), pair(1, 3)]).await.unwrap();
    assert_eq!(listed(&mut tx, TwinList::Open, None).await, [(pair(1, 4), 50)]);
    assert_eq!(listed(&mut tx, TwinList::Dismissed, None).await, [(pair(1, 2), 55)]);
    assert_eq!(tx.account_twins().pairs_of(&[AccountId(2), AccountId(4)]).await.unwrap().len(), 2);
    assert_eq!(tx.account_twins().of_account(AccountId(4)).await.unwrap()[0].pair, pair(1, 4));
    assert!(tx.account_twins().restore(pair(1, 2)).await.unwrap() && !tx.account_twins().restore(pair(1, 2)).await.unwrap());
    tx.run(Sql::new("update account set deleted_at = 1 where id = 4")).await.unwrap();
    assert_eq!(listed(&mut tx, TwinList::Open, None).await, [(pair(1, 2), 55)]);
    assert_eq!(tx.account_twins().position().await.unwrap(), None);
    for event in [3, 7] {
        let position = Position { account: AccountId(2), event: EventId(event) };
        tx.account_twins().set_position(position).await.unwrap();
        assert_eq!(tx.account_twins().position().await.unwrap(), Some(position));
    }
});

both_engines!(nothing_is_read_through, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let new = |id: i64| NewAccount {
        domains: vec![format!("firm{}.test", id / 2), "group.test".to_owned()],
        locations: vec![at(&format!("{} Quay Street", id % 50))],
        ..account(id, &format!("Acme {}", id % 700))
    };
    let all: Vec<NewAccount> = (1..=3000).map(new).collect();
    tx.accounts().add_many(&all).await.unwrap();
    let pairs: Vec<(Pair, i64)> = (2..=3000).map(|id| (pair(1, id), id % 100)).collect();
    tx.account_twins().put(&pairs).await.unwrap();
    tx.save().await.unwrap();
    for is_analyzed in [false, true] {
        if is_analyzed {
            store.analyze().await.unwrap();
        }
        let mut tx = store.begin().await.unwrap();
        if tx.engine() == Engine::Postgres {
            tx.run(Sql::new("set local enable_seqscan = off")).await.unwrap();
        }
        let ids: Vec<AccountId> = (1..=200).map(AccountId).collect();
        let plan = tx.account_twins().explain_likely(&ids).await.unwrap();
        for step in &plan {
            let is_scan = step.contains("Seq Scan") || step.starts_with("SCAN") || step.contains("TEMP B-TREE");
            assert!(!is_scan, "{step} in {plan:#?}");
        }
        for list in [TwinList::Open, TwinList::Dismissed] {
            let after = Some(TwinCursor { rank: 40, pair: pair(1, 140) });
            let plan = tx.account_twins().explain_list(list, after, 26).await.unwrap();
            let is_sorted = plan.iter().any(|step| step.contains("TEMP B-TREE"));
            let index = if list == TwinList::Open { "account_twin_open" } else { "account_twin_dismissed" };
            let walks = tx.engine() == Engine::Postgres || plan.iter().any(|step| step.contains(index));
            assert!(!is_sorted && walks && !plan.iter().any(|step| step.contains("Seq Scan")), "{plan:#?}");
        }
        assert_eq!(tx.account_twins().list(TwinList::Open, None, 26).await.unwrap().len(), 26);
        assert!(tx.account_twins().likely(&ids).await.unwrap().len() <= 4 * ids.len());
    }
});
