//! Looking accounts up by their signs, and the keys that it needs, on both engines.

use domain::account::AccountLocation;
use domain::account_match::{Candidate, MatchBy};
use domain::match_key::{postcode_keys, street_key};
use domain::{AccountId, AccountKind, Address, ContactId, EmailAddress, Phone, Timestamp};
use store::account_signs::AccountSigns;
use store::accounts::NewAccount;
use store::contacts::NewContact;
use store::testing::url_of;
use store::{Engine, Sql, Store, Tx, WhenMissing, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

fn account(id: i64, name: &str) -> NewAccount {
    NewAccount {
        id: AccountId(id),
        name: name.to_owned(),
        kinds: vec![AccountKind::Customer],
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    }
}

fn at(street: &str, city: &str, postcode: &str) -> Address {
    Address { street: street.to_owned(), city: city.to_owned(), postcode: postcode.to_owned(), ..Address::default() }
}

fn place(address: Address) -> AccountLocation {
    AccountLocation { name: "Office".to_owned(), address }
}

fn jo(id: i64, account: i64) -> NewContact {
    NewContact {
        id: ContactId(id),
        full_name: "Jo Field".to_owned(),
        job_title: String::new(),
        account: Some(AccountId(account)),
        phones: vec![Phone { raw: "0161".to_owned(), e164: Some("+441614960123".to_owned()) }],
        emails: vec![EmailAddress::parse("Jo@Acme.test").unwrap()],
        import: None,
        now: NOW,
    }
}

fn named(key: &str) -> AccountSigns {
    AccountSigns { name: key.to_owned(), ..AccountSigns::default() }
}

/// Every sign at once.
fn every_sign() -> AccountSigns {
    AccountSigns {
        name: "acme tools".to_owned(),
        shorter_names: vec!["acme".to_owned()],
        domains: vec!["eu.acme.test".to_owned(), "acme.test".to_owned()],
        phones: vec!["+441614960123".to_owned()],
        emails: vec!["jo@acme.test".to_owned()],
        postcodes: postcode_keys(&at("", "", "LS1 4AP"), "GB"),
        street: street_key(&at("1 Quay Street", "Leeds", "")),
    }
}

async fn numbers(tx: &mut Tx, signs: &AccountSigns) -> Vec<i64> {
    tx.accounts().with_signs(signs).await.unwrap().iter().map(|found| found.account.id.0).collect()
}

both_engines!(each_sign_finds_its_accounts, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let domains = vec!["acme.test".to_owned(), "acme.example".to_owned()];
    let here = vec![place(at("1 Quay St.", "Leeds", "LS1 4AP"))];
    let all = [
        account(1, "ACME Ltd"),
        NewAccount { domains, ..account(2, "Brew") },
        NewAccount { locations: here, ..account(3, "Cobalt") },
        account(4, "Acme Tools GmbH"),
        account(5, "Dart"),
    ];
    tx.accounts().add_many(&all).await.unwrap();
    tx.contacts().add(&jo(1, 5)).await.unwrap();
    let every = every_sign();
    for (signs, expected) in [
        (AccountSigns::default(), &[][..]),
        (named("acme"), &[1, 4]),
        (named("acme t"), &[4]),
        (named("zebra"), &[]),
        (AccountSigns { shorter_names: every.shorter_names.clone(), ..AccountSigns::default() }, &[1]),
        (AccountSigns { domains: every.domains.clone(), ..AccountSigns::default() }, &[2]),
        (AccountSigns { postcodes: every.postcodes.clone(), ..AccountSigns::default() }, &[3]),
        (AccountSigns { street: every.street.clone(), ..AccountSigns::default() }, &[3]),
        (AccountSigns { phones: every.phones.clone(), ..AccountSigns::default() }, &[5]),
        (AccountSigns { emails: every.emails.clone(), ..AccountSigns::default() }, &[5]),
        (every.clone(), &[1, 2, 3, 4, 5]),
    ] {
        assert_eq!(numbers(&mut tx, &signs).await, expected, "{signs:?}");
    }
    let found = tx.accounts().with_signs(&every).await.unwrap();
    assert_eq!((&found[1].domains, &found[1].kinds), (&vec!["acme.test".to_owned()], &vec![AccountKind::Customer]));
    assert_eq!(found[2].places, [at("1 Quay St.", "Leeds", "LS1 4AP")]);
    let people = |candidate: &Candidate| candidate.people.iter().map(|person| (person.by, person.value.clone())).collect::<Vec<_>>();
    let jos = [(MatchBy::Phone, "+441614960123".to_owned()), (MatchBy::Email, "jo@acme.test".to_owned())];
    assert!(people(&found[4]).len() == 2 && jos.iter().all(|point| people(&found[4]).contains(point)), "{found:?}");
    assert_eq!(found[4].people[0].contact.name, "Jo Field");
});

both_engines!(who_is_deleted_is_not_found, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let new = NewAccount {
        domains: vec!["acme.test".to_owned()],
        locations: vec![place(at("1 Quay St.", "Leeds", "LS1 4AP"))],
        ..account(1, "Acme Tools")
    };
    tx.accounts().add_many(&[new, account(2, "Brew")]).await.unwrap();
    tx.contacts().add(&jo(1, 2)).await.unwrap();
    assert_eq!(numbers(&mut tx, &every_sign()).await, [1, 2]);
    tx.run(Sql::new("update contact set deleted_at = 1 where id = 1")).await.unwrap();
    assert_eq!(numbers(&mut tx, &every_sign()).await, [1]);
    tx.run(Sql::new("update account set deleted_at = 1 where id = 1")).await.unwrap();
    assert_eq!(numbers(&mut tx, &every_sign()).await, Vec::<i64>::new());
});

both_engines!(a_change_keeps_the_keys_in_step, |store| async move {
    let mut tx = store.begin().await.unwrap();
    tx.accounts().add(&account(1, "Acme")).await.unwrap();
    let mut acme = tx.accounts().find(AccountId(1)).await.unwrap().unwrap();
    (acme.version, acme.name, acme.domains) = (2, "Brew & Co".to_owned(), vec!["brew.test".to_owned()]);
    acme.locations = vec![place(at("1 Quay Street", "Leeds", ""))];
    assert!(tx.accounts().change(&acme, 1).await.unwrap());
    assert_eq!(numbers(&mut tx, &named("acme")).await, Vec::<i64>::new());
    assert_eq!(numbers(&mut tx, &named("brew")).await, [1]);
    assert_eq!(numbers(&mut tx, &AccountSigns { street: every_sign().street, ..AccountSigns::default() }).await, [1]);
});

/// Names and keys as they are kept.
async fn keys(store: &Store) -> Vec<String> {
    let mut tx = store.read().await.unwrap();
    let names = tx.rows(Sql::new("select id, name_key from account order by id")).await.unwrap();
    let mut keys: Vec<String> = names.iter().map(|row| format!("{:?}", row.opt_text("name_key").unwrap())).collect();
    let places = tx.rows(Sql::new("select postcode_key, street_key from account_location order by account_id, position")).await.unwrap();
    keys.extend(places.iter().map(|row| format!("{:?} {:?}", row.opt_text("postcode_key").unwrap(), row.opt_text("street_key").unwrap())));
    keys
}

/// Four thousand accounts, some with places, of which an older program left half without keys.
async fn half_keyed(store: &Store) -> Vec<String> {
    let mut tx = store.begin().await.unwrap();
    let new = |id: i64| NewAccount {
        locations: (0..id % 3).map(|nth| place(at(&format!("{id} Quay Street"), "Leeds", &format!("LS{nth} 4AP")))).collect(),
        ..account(id, &format!("Firm {id} Ltd"))
    };
    let all: Vec<NewAccount> = (1..=4100).map(new).collect();
    tx.accounts().add_many(&all).await.unwrap();
    tx.save().await.unwrap();
    let made = keys(store).await;
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("update account set name_key = null where id % 2 = 0 or id > 2000")).await.unwrap();
    tx.run(Sql::new("update account_location set postcode_key = null, street_key = null where account_id % 7 > 2 or account_id > 2000"))
        .await
        .unwrap();
    tx.save().await.unwrap();
    assert_ne!(keys(store).await, made);
    made
}

both_engines!(missing_keys_are_made_when_the_database_is_opened, |store| async move {
    let made = half_keyed(&store).await;
    let url = url_of(&store).await;
    let again = Store::connect(&url, WhenMissing::Refuse).await.unwrap();
    assert_eq!(keys(&again).await, made);
    again.close().await;
});

both_engines!(a_backup_without_keys_is_restored_with_them, |store| async move {
    let made = half_keyed(&store).await;
    let path = std::env::temp_dir().join(format!("leadwright-keys-{}-{:?}.backup", std::process::id(), store.engine()));
    store.backup(&path, 1, &|_| ()).await.unwrap();
    let url = url_of(&store).await;
    store.close().await;
    store::backup::restore(&url, &path, &|_| ()).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    // As it is: connecting would make them too.
    let restored = Store::open_as_is(&url).await.unwrap();
    assert_eq!(keys(&restored).await, made);
    restored.close().await;
});

both_engines!(signs_are_looked_up_in_indexes, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let new = |id: i64| NewAccount {
        domains: vec![format!("firm{}.test", id / 2), "group.test".to_owned()],
        locations: vec![place(at(&format!("{} Quay Street", id % 50), "Leeds", &format!("LS{} 4AP", id % 100)))],
        ..account(id, &format!("Acme Tools {id}"))
    };
    let all: Vec<NewAccount> = (1..=3000).map(new).collect();
    tx.accounts().add_many(&all).await.unwrap();
    let someone = |id: i64| NewContact { phones: vec![Phone { raw: String::new(), e164: Some(format!("+44161496{}", id % 50)) }], ..jo(id, id) };
    let people: Vec<NewContact> = (1..=3000).map(someone).collect();
    tx.contacts().add_many(&people).await.unwrap();
    tx.save().await.unwrap();
    for is_analyzed in [false, true] {
        if is_analyzed {
            store.analyze().await.unwrap();
        }
        let mut tx = store.begin().await.unwrap();
        if tx.engine() == Engine::Postgres {
            // So few rows are read through anyway, unless it is told that they are dear to read.
            tx.run(Sql::new("set local enable_seqscan = off")).await.unwrap();
        }
        let signs = AccountSigns { domains: vec!["group.test".to_owned(), "firm7.test".to_owned()], ..every_sign() };
        let plan = tx.accounts().explain_signs(&signs).await.unwrap();
        let index = |name: &str| plan.iter().any(|step| step.contains(name));
        // Postgres knows when nearly everybody has what is sought, and may then take whatever comes first.
        for name in ["account_name_key", "account_domain_domain", "account_location_postcode", "account_location_street", "contact_point_match"] {
            assert!(index(name) || tx.engine() == Engine::Postgres, "{name} in {plan:#?}");
        }
        for step in plan.iter().filter(|step| tx.engine() == Engine::Postgres || !step.contains("found")) {
            let is_scan = step.contains("Seq Scan") || step.starts_with("SCAN") || step.contains("SCAN a") || step.contains("TEMP B-TREE");
            assert!(!is_scan, "{step} in {plan:#?}");
        }
        // Whatever many have in common, few are brought.
        let found = tx.accounts().with_signs(&signs).await.unwrap();
        assert!(found.len() < 150, "{}", found.len());
    }
});
