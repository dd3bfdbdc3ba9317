//! Uploaded files on both engines.

use domain::import_file::ImportPhase;
use domain::{DAY_MS, EmailAddress, Role, Timestamp, UserId};
use store::import_files::{HowFar, StoredFile, Waiting};
use store::people::NewUser;
use store::{Store, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

async fn person(store: &Store, email: &str) -> UserId {
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse(email).unwrap();
    let new = NewUser { email, name: "Someone".to_owned(), role: Role::Manager, password_hash: String::new(), account: None, at: NOW };
    let id = tx.people().add(new).await.unwrap();
    tx.save().await.unwrap();
    id
}

fn file(added_by: UserId) -> StoredFile {
    StoredFile {
        id: 0,
        file_name: "people.csv".to_owned(),
        spool_name: "upload-1.csv".to_owned(),
        bytes: 120,
        supplier: "Acme".to_owned(),
        preview: "{}".to_owned(),
        mapping: String::new(),
        phase: ImportPhase::Mapping,
        sentence: String::new(),
        report: String::new(),
        run: None,
        rows_done: 0,
        bytes_done: 0,
        rows_per_second: 0,
        added_by,
        added_at: NOW,
    }
}

both_engines!(a_file_is_found_by_its_owner, |store| async move {
    let (one, other) = (person(&store, "one@house.test").await, person(&store, "other@house.test").await);
    let mut tx = store.begin().await.unwrap();
    let id = tx.import_files().add(&file(one)).await.unwrap();
    let stored = StoredFile { id, ..file(one) };
    assert_eq!(tx.import_files().find(id, Some(one)).await.unwrap(), Some(stored.clone()));
    assert_eq!(tx.import_files().find(id, None).await.unwrap(), Some(stored.clone()));
    assert_eq!(tx.import_files().find(id, Some(other)).await.unwrap(), None);
    let second = tx.import_files().add(&file(other)).await.unwrap();
    assert_eq!(tx.import_files().list(None, 9).await.unwrap().iter().map(|file| file.id).collect::<Vec<_>>(), [second, id]);
    assert_eq!(tx.import_files().list(Some(one), 9).await.unwrap(), [stored]);
});

both_engines!(a_file_changes_only_in_the_phase_it_was_read_in, |store| async move {
    let one = person(&store, "one@house.test").await;
    let mut tx = store.begin().await.unwrap();
    let id = tx.import_files().add(&file(one)).await.unwrap();
    let changed = StoredFile { id, phase: ImportPhase::Checking, mapping: "[columns]".to_owned(), rows_done: 7, ..file(one) };
    assert!(tx.import_files().change(&changed, ImportPhase::Mapping).await.unwrap());
    assert!(!tx.import_files().change(&changed, ImportPhase::Mapping).await.unwrap());
    assert_eq!(tx.import_files().find(id, None).await.unwrap(), Some(changed.clone()));
    assert_eq!(tx.import_files().spooled().await.unwrap(), ["upload-1.csv"]);
    let stopped = StoredFile { phase: ImportPhase::Stopped, ..changed };
    assert!(tx.import_files().change(&stopped, ImportPhase::Checking).await.unwrap());
    assert_eq!(tx.import_files().spooled().await.unwrap(), Vec::<String>::new());
});

both_engines!(a_waiting_file_is_worked_on_by_one_until_it_falls_silent, |store| async move {
    let one = person(&store, "one@house.test").await;
    let mut tx = store.begin().await.unwrap();
    let id = tx.import_files().add(&StoredFile { phase: ImportPhase::Importing, ..file(one) }).await.unwrap();
    tx.import_files().add(&file(one)).await.unwrap();
    let stale = NOW.plus_ms(-10_000);
    let waiting = Waiting { id, spool_name: "upload-1.csv".to_owned(), phase: ImportPhase::Importing, sentence: String::new() };
    assert_eq!(tx.import_files().list_waiting(stale, 9).await.unwrap(), std::slice::from_ref(&waiting));
    tx.import_files().say_why_it_waits(id, "Nobody has it", stale).await.unwrap();
    assert_eq!(tx.import_files().list_waiting(stale, 9).await.unwrap(), [Waiting { sentence: "Nobody has it".to_owned(), ..waiting }]);
    let taken = tx.import_files().claim(id, NOW, stale).await.unwrap().expect("it waits");
    assert_eq!((taken.id, taken.sentence.as_str()), (id, ""));
    assert_eq!(tx.import_files().claim(id, NOW, stale).await.unwrap(), None);
    assert_eq!(tx.import_files().list_waiting(stale, 9).await.unwrap(), []);
    tx.import_files().say_why_it_waits(id, "Nobody has it", stale).await.unwrap();
    assert_eq!(tx.import_files().find(id, None).await.unwrap().unwrap().sentence, "", "somebody has it");
    let came = HowFar { rows: 5, bytes: 60, rows_per_second: 900, run: None };
    assert_eq!(tx.import_files().beat(id, &came, NOW.plus_ms(20_000)).await.unwrap(), Some(ImportPhase::Importing));
    assert_eq!(tx.import_files().claim(id, NOW.plus_ms(21_000), NOW.plus_ms(11_000)).await.unwrap(), None);
    let later = NOW.plus_ms(DAY_MS);
    let taken = tx.import_files().claim(id, later, later.plus_ms(-10_000)).await.unwrap().expect("nobody works on it any more");
    assert_eq!((taken.rows_done, taken.bytes_done, taken.rows_per_second), (5, 60, 900));
    assert_eq!(tx.import_files().beat(99, &came, NOW).await.unwrap(), None);
});

both_engines!(a_supplier_s_mapping_is_replaced_by_the_newer_one, |store| async move {
    let mut tx = store.begin().await.unwrap();
    tx.import_files().remember("Acme Lists", "one", NOW).await.unwrap();
    tx.import_files().remember("ACME lists", "two", NOW).await.unwrap();
    assert_eq!(tx.import_files().mapping_of("Other Lists").await.unwrap(), None);
    assert_eq!(tx.import_files().mapping_of("acme lists").await.unwrap().as_deref(), Some("two"));
    assert_eq!(tx.import_files().suppliers().await.unwrap(), ["ACME lists"]);
});
