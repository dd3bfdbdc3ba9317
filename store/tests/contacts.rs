//! Contacts with phone numbers and e-mail addresses, on both engines.

use domain::lead_filter::Cursor;
use domain::text::fold;
use domain::{AccountId, ContactFilter, ContactId, EmailAddress, ImportId, Named, Phone, Timestamp};
use store::accounts::NewAccount;
use store::contacts::NewContact;
use store::{Sql, Store, StoreError, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);
const ACME: AccountId = AccountId(1);

async fn with_acme(store: &Store) -> Tx {
    let mut tx = store.begin().await.expect("a transaction");
    let acme = NewAccount {
        id: ACME,
        name: "Acme".to_owned(),
        kinds: Vec::new(),
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    };
    tx.accounts().add(&acme).await.expect("Acme is added");
    tx
}

fn contact(id: i64, full_name: &str) -> NewContact {
    NewContact {
        id: ContactId(id),
        full_name: full_name.to_owned(),
        job_title: String::new(),
        account: None,
        phones: Vec::new(),
        emails: Vec::new(),
        import: None,
        now: NOW,
    }
}

fn phone(raw: &str, e164: Option<&str>) -> Phone {
    Phone { raw: raw.to_owned(), e164: e164.map(str::to_owned) }
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

fn ana() -> NewContact {
    NewContact {
        job_title: "Head of IT".to_owned(),
        account: Some(ACME),
        phones: vec![phone("0161 496 0123", Some("+441614960123")), phone("ext 77-12", None)],
        emails: vec![email("Ana@Harbour.example"), email("a@b.example")],
        import: Some(ImportId(4)),
        ..contact(1, "Ana Reyes")
    }
}

async fn names(tx: &mut Tx, query: &str) -> Vec<String> {
    let rows = tx.contacts().list(&ContactFilter::from_query(query), None, 100).await.expect("a list");
    rows.into_iter().map(|row| row.full_name).collect()
}

async fn delete(tx: &mut Tx, id: i64) {
    tx.run(Sql::new("update contact set deleted_at = 1 where id = $1").bind(id)).await.expect("it is deleted");
}

both_engines!(a_contact_is_found_as_it_was_added, |store| async move {
    let mut tx = with_acme(&store).await;
    tx.contacts().add(&ana()).await.unwrap();
    let found = tx.contacts().find(ContactId(1)).await.unwrap().expect("Ana");
    assert_eq!((found.version, found.full_name, found.job_title), (1, ana().full_name, ana().job_title));
    assert_eq!(found.account, Some(Named { id: ACME, name: "Acme".to_owned() }));
    assert_eq!((found.phones, found.emails), (ana().phones, ana().emails));
    assert_eq!((found.created_at, found.updated_at), (NOW, NOW));
    delete(&mut tx, 1).await;
    assert_eq!(tx.contacts().find(ContactId(1)).await.unwrap(), None);
});

both_engines!(a_change_needs_the_version_it_read, |store| async move {
    let mut tx = with_acme(&store).await;
    tx.contacts().add(&ana()).await.unwrap();
    let mut found = tx.contacts().find(ContactId(1)).await.unwrap().expect("Ana");
    found.version = 2;
    found.full_name = "Ana Ruiz".to_owned();
    found.job_title = String::new();
    found.account = None;
    found.updated_at = NOW.plus_ms(1);
    assert!(tx.contacts().change(&found, 1).await.unwrap());
    assert!(!tx.contacts().change(&found, 1).await.unwrap());
    assert_eq!(tx.contacts().find(ContactId(1)).await.unwrap(), Some(found));
    assert_eq!(names(&mut tx, "q=ruiz").await, ["Ana Ruiz"]);
});

both_engines!(numbers_and_addresses_are_replaced_as_a_whole, |store| async move {
    let mut tx = with_acme(&store).await;
    tx.contacts().add_many(&[ana(), contact(2, "Ben"), NewContact { emails: vec![email("c@d.example")], ..contact(3, "Cleo") }]).await.unwrap();
    let (phones, emails) = (vec![phone("020 7946 0000", Some("+442079460000"))], vec![email("new@a.example")]);
    tx.contacts().set_points(ContactId(1), &phones, &emails).await.unwrap();
    assert_eq!(tx.contacts().points(ContactId(1)).await.unwrap(), (phones.clone(), emails.clone()));
    assert_eq!(tx.contacts().points(ContactId(2)).await.unwrap(), (vec![], vec![]));
    let of_all = tx.contacts().points_of(&[ContactId(1), ContactId(2), ContactId(3)]).await.unwrap();
    assert_eq!(of_all.len(), 2);
    assert_eq!(of_all[&ContactId(3)], (vec![], vec![email("c@d.example")]));
    assert!(tx.contacts().points_of(&[]).await.unwrap().is_empty());
    tx.contacts().set_points(ContactId(1), &[], &[]).await.unwrap();
    assert_eq!(tx.contacts().points(ContactId(1)).await.unwrap(), (vec![], vec![]));
});

both_engines!(people_are_suggested_by_how_their_name_begins, |store| async move {
    let mut tx = with_acme(&store).await;
    tx.contacts().add_many(&[ana(), contact(2, "Anabel"), contact(3, "Ben Ana"), contact(4, "ANA B")]).await.unwrap();
    delete(&mut tx, 2).await;
    let found = tx.contacts().suggest(" ana", 9).await.unwrap();
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [ContactId(4), ContactId(1)]);
    assert_eq!(found[1].account, Some(Named { id: ACME, name: "Acme".to_owned() }));
    assert_eq!(tx.contacts().suggest("ana", 1).await.unwrap().len(), 1);
    assert_eq!(tx.contacts().suggest(" ", 9).await.unwrap(), []);
});

both_engines!(people_are_found_by_address_and_number_unless_deleted, |store| async move {
    let mut tx = with_acme(&store).await;
    let twin = NewContact {
        emails: vec![email("ANA@harbour.example")],
        phones: vec![phone("+44 161 496 0123", Some("+441614960123"))],
        ..contact(2, "Ana R.")
    };
    tx.contacts().add_many(&[ana(), twin]).await.unwrap();
    assert_eq!(tx.contacts().find_by_email("ana@harbour.example").await.unwrap(), [ContactId(1), ContactId(2)]);
    assert_eq!(tx.contacts().find_by_phone("+441614960123").await.unwrap(), [ContactId(1), ContactId(2)]);
    assert_eq!(tx.contacts().find_by_email("Ana@harbour.example").await.unwrap(), []);
    delete(&mut tx, 1).await;
    assert_eq!(tx.contacts().find_by_email("ana@harbour.example").await.unwrap(), [ContactId(2)]);
    assert_eq!(tx.contacts().find_by_phone("+441614960123").await.unwrap(), [ContactId(2)]);
    let rows = tx.rows(Sql::new("select match_text from contact_point where contact_id = 1 and not is_parsed")).await.unwrap();
    assert_eq!(rows[0].text("match_text").unwrap(), "7712");
});

both_engines!(paging_forwards_covers_every_row_once, |store| async move {
    let mut tx = with_acme(&store).await;
    let all: Vec<NewContact> = (1..=777).map(|id| contact(id, ["Zoë", "ana", "Ana B", "o'Neil", "Ana-Maria"][id as usize % 5])).collect();
    tx.contacts().add_many(&all).await.unwrap();
    delete(&mut tx, 7).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let rows = tx.contacts().list(&ContactFilter::default(), after.as_ref(), 50).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = Some(Cursor { value: fold(&last.full_name), id: last.id.0 });
        seen.extend(rows.into_iter().map(|row| (fold(&row.full_name), row.id.0)));
    }
    let mut expected: Vec<(String, i64)> = all.iter().map(|new| (fold(&new.full_name), new.id.0)).filter(|(_, id)| *id != 7).collect();
    expected.sort();
    assert_eq!(seen, expected);
});

both_engines!(a_list_is_narrowed_by_name_address_number_and_account, |store| async move {
    let mut tx = with_acme(&store).await;
    tx.contacts().add_many(&[ana(), NewContact { account: Some(ACME), ..contact(2, "Reyes Ben") }, contact(3, "Cleo_100% 12345")]).await.unwrap();
    assert_eq!(names(&mut tx, "q=reyes").await, ["Ana Reyes", "Reyes Ben"]);
    assert_eq!(names(&mut tx, "q=reyes+an").await, ["Ana Reyes"]);
    assert_eq!(names(&mut tx, "q=ANA@harb").await, ["Ana Reyes"]);
    assert_eq!(names(&mut tx, "q=a_a@harb").await, Vec::<String>::new());
    assert_eq!(names(&mut tx, "q=(0161)+496").await, ["Ana Reyes"]);
    assert_eq!(names(&mut tx, "q=7712").await, ["Ana Reyes"]);
    assert_eq!(names(&mut tx, "q=0000").await, Vec::<String>::new());
    assert_eq!(names(&mut tx, "account=1").await, ["Ana Reyes", "Reyes Ben"]);
    assert_eq!(names(&mut tx, "account=2").await, Vec::<String>::new());
    let rows = tx.contacts().of_account(ACME).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].phone.as_ref(), rows[0].email.as_ref()), (ana().phones.first(), ana().emails.first()));
    assert_eq!((rows[0].job_title.as_str(), rows[0].account.as_ref().map(|account| account.name.as_str())), ("Head of IT", Some("Acme")));
    assert_eq!((rows[1].phone.as_ref(), rows[1].email.as_ref()), (None, None));
});

both_engines!(an_address_that_makes_no_sense_is_reported_with_its_row, |store| async move {
    let mut tx = with_acme(&store).await;
    tx.contacts().add(&ana()).await.unwrap();
    tx.run(Sql::new("update contact_point set raw = 'nowhere' where kind = 'email'")).await.unwrap();
    let found = tx.contacts().find(ContactId(1)).await;
    assert!(matches!(found, Err(StoreError::Inconsistent { table: "contact_point", column: "raw", id: 1 })), "{found:?}");
});
