//! Accounts with kinds, domains and places, on both engines.

use domain::account::AccountLocation;
use domain::lead_filter::Cursor;
use domain::text::fold;
use domain::{AccountFilter, AccountId, AccountKind, Address, EmailAddress, ImportId, Role, Timestamp, UserId};
use store::accounts::NewAccount;
use store::people::NewUser;
use store::{Sql, Store, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);
const NOBODY: UserId = UserId(0);

async fn writing(store: &Store) -> Tx {
    store.begin().await.expect("a transaction")
}

async fn maya(tx: &mut Tx) -> UserId {
    let email = EmailAddress::parse("maya@house.test").expect("an address");
    let maya = NewUser { email, name: "Maya Lind".to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: NOW };
    tx.people().add(maya).await.expect("Maya is added")
}

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

fn place(name: &str, city: &str) -> AccountLocation {
    AccountLocation { name: name.to_owned(), address: Address { city: city.to_owned(), ..Address::default() } }
}

async fn names(tx: &mut Tx, query: &str, me: UserId) -> Vec<String> {
    let rows = tx.accounts().list(&AccountFilter::from_query(query), me, None, 100).await.expect("a list");
    rows.into_iter().map(|row| row.name).collect()
}

async fn delete(tx: &mut Tx, id: i64) {
    tx.run(Sql::new("update account set deleted_at = 1 where id = $1").bind(id)).await.expect("it is deleted");
}

both_engines!(an_account_is_found_as_it_was_added, |store| async move {
    let mut tx = writing(&store).await;
    let rep = maya(&mut tx).await;
    let new = NewAccount {
        kinds: vec![AccountKind::Vendor, AccountKind::Customer],
        primary_rep: Some(rep),
        website: "https://harbour.example".to_owned(),
        domains: vec!["harbour.example".to_owned(), "dental.example".to_owned()],
        locations: vec![place("Quay", "Leeds"), place("", "York")],
        import: Some(ImportId(3)),
        ..account(1, "Harbour  Dental")
    };
    tx.accounts().add(&new).await.unwrap();
    let found = tx.accounts().find(AccountId(1)).await.unwrap().expect("the account");
    assert_eq!((found.version, found.name.as_str(), found.primary_rep), (1, "Harbour  Dental", Some(rep)));
    assert_eq!(found.kinds, [AccountKind::Customer, AccountKind::Vendor]);
    assert_eq!((found.website, found.domains), (new.website, vec!["dental.example".to_owned(), "harbour.example".to_owned()]));
    assert_eq!((found.locations, found.created_at, found.updated_at), (new.locations, NOW, NOW));
    assert_eq!(tx.accounts().find(AccountId(2)).await.unwrap(), None);
});

both_engines!(a_name_finds_the_oldest_living_account, |store| async move {
    let mut tx = writing(&store).await;
    tx.accounts().add_many(&[account(1, "Müller GmbH"), account(2, "MÜLLER  GmbH"), account(3, "müller gmbh")]).await.unwrap();
    assert_eq!(tx.accounts().find_by_name(" mÜller gmbh").await.unwrap(), Some(AccountId(1)));
    delete(&mut tx, 1).await;
    assert_eq!(tx.accounts().find_by_name("Müller GmbH").await.unwrap(), Some(AccountId(2)));
    assert_eq!(tx.accounts().find_by_name("Müller").await.unwrap(), None);
    assert_eq!(tx.accounts().find(AccountId(1)).await.unwrap(), None);
    let names = tx.accounts().names(&[AccountId(2), AccountId(1), AccountId(9)]).await.unwrap();
    assert_eq!(names.iter().map(|named| named.id.0).collect::<Vec<_>>(), [1, 2]);
});

both_engines!(a_change_needs_the_version_it_read_and_rewrites_the_parts, |store| async move {
    let mut tx = writing(&store).await;
    let new = NewAccount {
        kinds: vec![AccountKind::Prospect],
        domains: vec!["a.example".to_owned()],
        locations: vec![place("Quay", "")],
        ..account(1, "Acme")
    };
    tx.accounts().add(&new).await.unwrap();
    let mut acme = tx.accounts().find(AccountId(1)).await.unwrap().expect("Acme");
    acme.version = 2;
    acme.name = "Acme Tools".to_owned();
    acme.kinds = vec![AccountKind::Distributor];
    acme.domains.clear();
    acme.locations = vec![place("Mill", "York"), place("Quay", "Hull")];
    acme.updated_at = NOW.plus_ms(5);
    assert!(tx.accounts().change(&acme, 1).await.unwrap());
    assert!(!tx.accounts().change(&acme, 1).await.unwrap());
    assert_eq!(tx.accounts().find(AccountId(1)).await.unwrap(), Some(acme));
    assert_eq!(tx.accounts().find_by_name("acme tools").await.unwrap(), Some(AccountId(1)));
});

both_engines!(a_kind_is_added_once_and_counts_as_a_change, |store| async move {
    let mut tx = writing(&store).await;
    tx.accounts().add(&account(1, "Acme")).await.unwrap();
    assert!(tx.accounts().add_kind(AccountId(1), AccountKind::Customer, NOW.plus_ms(1)).await.unwrap());
    assert!(!tx.accounts().add_kind(AccountId(1), AccountKind::Customer, NOW.plus_ms(2)).await.unwrap());
    assert!(!tx.accounts().add_kind(AccountId(2), AccountKind::Customer, NOW).await.unwrap());
    let acme = tx.accounts().find(AccountId(1)).await.unwrap().expect("Acme");
    assert_eq!((acme.version, acme.updated_at, acme.kinds), (2, NOW.plus_ms(1), vec![AccountKind::Customer]));
});

both_engines!(paging_forwards_covers_every_row_once, |store| async move {
    let mut tx = writing(&store).await;
    // Several share a name, so that only the number tells them apart; letters and signs sort alike on both engines.
    let all: Vec<NewAccount> = (1..=1203).map(|id| account(id, ["Zeta", "alpha", "Öl & Co", "a-b", "A B", "_x", "100%"][id as usize % 7])).collect();
    tx.accounts().add_many(&all).await.unwrap();
    delete(&mut tx, 7).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let rows = tx.accounts().list(&AccountFilter::default(), NOBODY, after.as_ref(), 100).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = Some(Cursor { value: fold(&last.name), id: last.id.0 });
        seen.extend(rows.into_iter().map(|row| (fold(&row.name), row.id.0)));
    }
    let mut expected: Vec<(String, i64)> = all.iter().map(|new| (fold(&new.name), new.id.0)).filter(|(_, id)| *id != 7).collect();
    expected.sort();
    assert_eq!(seen, expected);
});

both_engines!(a_list_is_narrowed_by_words_kind_and_rep, |store| async move {
    let mut tx = writing(&store).await;
    let rep = maya(&mut tx).await;
    let kinds = vec![AccountKind::Customer, AccountKind::Vendor];
    let harbour = NewAccount { kinds: kinds.clone(), primary_rep: Some(rep), ..account(1, "Harbour Dental Care") };
    tx.accounts().add_many(&[harbour, account(2, "Dental Harbour"), account(3, "Careful Harbours"), account(4, "50% Off_Ltd")]).await.unwrap();
    assert_eq!(names(&mut tx, "", NOBODY).await.len(), 4);
    assert_eq!(names(&mut tx, "q=HARBOUR+dent", NOBODY).await, ["Dental Harbour", "Harbour Dental Care"]);
    assert_eq!(names(&mut tx, "q=care", NOBODY).await, ["Careful Harbours", "Harbour Dental Care"]);
    assert_eq!(names(&mut tx, "q=arbour", NOBODY).await, Vec::<String>::new());
    assert_eq!(names(&mut tx, "q=50%25", NOBODY).await, ["50% Off_Ltd"]);
    for literal in ["q=5%25", "q=off-", "q=o_f", "q=%5C", "q='"] {
        assert_eq!(names(&mut tx, literal, NOBODY).await, Vec::<String>::new(), "{literal}");
    }
    assert_eq!(names(&mut tx, "kind=vendor", NOBODY).await, ["Harbour Dental Care"]);
    assert_eq!(names(&mut tx, "rep=me", rep).await, ["Harbour Dental Care"]);
    assert_eq!(names(&mut tx, "rep=me&kind=prospect", rep).await, Vec::<String>::new());
    assert_eq!(names(&mut tx, "rep=me", UserId(99)).await, Vec::<String>::new());
    assert_eq!(names(&mut tx, "rep=none", rep).await, ["50% Off_Ltd", "Careful Harbours", "Dental Harbour"], "those that nobody looks after");
    assert_eq!(names(&mut tx, "rep=none&q=care", rep).await, ["Careful Harbours"]);
    let rows = tx.accounts().list(&AccountFilter::from_query("rep=me"), rep, None, 1).await.unwrap();
    assert_eq!((&rows[0].kinds, rows[0].primary_rep, rows[0].updated_at), (&kinds, Some(rep), NOW));
});

both_engines!(names_are_suggested_by_their_beginning, |store| async move {
    let mut tx = writing(&store).await;
    tx.accounts()
        .add_many(&[account(1, "Zebra"), account(2, "zeb"), account(3, "Zz"), account(4, "zebu"), account(5, "Éclair"), account(6, "z b")])
        .await
        .unwrap();
    delete(&mut tx, 4).await;
    let suggested = async |tx: &mut Tx, text: &str, limit| {
        let found = tx.accounts().suggest(text, limit).await.unwrap();
        found.into_iter().map(|named| named.name).collect::<Vec<_>>()
    };
    assert_eq!(suggested(&mut tx, "ZEB", 10).await, ["zeb", "Zebra"]);
    assert_eq!(suggested(&mut tx, "z", 2).await, ["z b", "zeb"]);
    assert_eq!(suggested(&mut tx, "zz", 10).await, ["Zz"]);
    assert_eq!(suggested(&mut tx, "éc", 10).await, ["Éclair"]);
    assert_eq!(suggested(&mut tx, " ", 10).await, Vec::<String>::new());
});

both_engines!(when_the_facts_were_confirmed_is_kept, |store| async move {
    let mut tx = writing(&store).await;
    let rep = maya(&mut tx).await;
    tx.accounts().add(&account(1, "Harbour")).await.expect("it is added");
    let read = tx.accounts().find(AccountId(1)).await.expect("an answer").expect("an account");
    assert_eq!(read.confirmed, None);
    let confirmed = Some(domain::Confirmed { at: NOW, by: rep });
    let changed = domain::Account { version: 2, confirmed, ..read };
    assert!(tx.accounts().change(&changed, 1).await.expect("an answer"));
    assert_eq!(tx.accounts().find(AccountId(1)).await.expect("an answer"), Some(changed));
});
