//! Backups: taken while others write, restored on either engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use domain::event::Subject;
use domain::{EmailAddress, EventKind, Role, Timestamp};
use store::backup::{check, restore};
use store::events::NewEvent;
use store::people::NewUser;
use store::testing::{on_engine, url_of};
use store::{Engine, Sql, Store, WhenMissing, both_engines};

fn file(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("leadwright-backup-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// Adds a person and an event about them, in one transaction, as every change does.
async fn write(store: &Store, number: i64) {
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("person{number}@house.test")).unwrap();
    let at = Timestamp(1_764_000_000_000 + number);
    let user = NewUser { email, name: format!("Zoë “{number}”\\\n"), role: Role::Rep, password_hash: "x".to_owned(), account: None, at };
    let id = tx.people().add(user).await.unwrap();
    let kind = EventKind::RecordChanged { name: "it".to_owned(), changes: Vec::new() };
    let event =
        NewEvent { at, actor: Some(id), subject: Subject::Catalog, subject_id: id.0, lead: None, version: 1, kind, before: None, after: None };
    tx.events().record(event).await.unwrap();
    tx.save().await.unwrap();
}

async fn count(store: &Store, query: &str) -> i64 {
    store.read().await.unwrap().row(Sql::new(query)).await.unwrap().unwrap().int("n").unwrap()
}

/// Every row of every table that matters, as text.
async fn people_and_events(store: &Store) -> Vec<String> {
    let mut tx = store.read().await.unwrap();
    let people = tx.rows(Sql::new("select email, name, role, created_at, disabled_at from app_user order by id")).await.unwrap();
    let people = people.iter().map(|row| {
        let texts = ["email", "name", "role"].map(|column| row.text(column).unwrap());
        format!("{texts:?} {:?} {:?}", row.int("created_at").unwrap(), row.opt_int("disabled_at").unwrap())
    });
    let mut found: Vec<String> = people.collect();
    let events = tx.rows(Sql::new("select detail, at, lead_id from event order by id")).await.unwrap();
    found
        .extend(events.iter().map(|row| format!("{} {} {:?}", row.text("detail").unwrap(), row.int("at").unwrap(), row.opt_int("lead_id").unwrap())));
    found
}

both_engines!(a_backup_taken_while_others_write_holds_whole_changes_only, |store| async move {
    let path = file(&format!("busy-{:?}.backup", store.engine()));
    for number in 0..50 {
        write(&store, number).await;
    }
    let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(50)));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let (store, stop, written) = (store.clone(), Arc::clone(&stop), Arc::clone(&written));
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    write(&store, written.fetch_add(1, Ordering::SeqCst)).await;
                }
            })
        })
        .collect();
    // The writers are at work: some of theirs are acknowledged before the backup begins, and some come meanwhile.
    while count(&store, "select count(*) as n from app_user").await < 80 {
        tokio::task::yield_now().await;
    }
    let before = count(&store, "select count(*) as n from app_user").await;
    let summary = store.backup(&path, 1, &|_| ()).await.unwrap();
    let after = count(&store, "select count(*) as n from app_user").await;
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    let (people, events) = (summary.rows["app_user"] as i64, summary.rows["event"] as i64);
    assert!(before <= people && people <= after, "{before} <= {people} <= {after}");
    assert_eq!(people, events, "a change without its event, or the other way round");
    assert_eq!(check(&path).unwrap(), summary);

    let url = url_of(&store).await;
    let engine = store.engine();
    store.close().await;
    let restored = restore(&url, &path, &|_| ()).await.unwrap();
    assert_eq!(restored.summary, summary);
    assert_eq!(restored.kept.is_some(), engine == Engine::Sqlite);
    let store = Store::connect(&url, WhenMissing::Refuse).await.unwrap();
    assert_eq!(count(&store, "select count(*) as n from app_user").await, people);
    assert_eq!(count(&store, "select count(*) as n from event e join app_user u on u.id = e.subject_id").await, events);
    // It goes on: numbers follow those that were given.
    write(&store, 1_000_000).await;
    assert_eq!(count(&store, "select count(*) as n from app_user").await, people + 1);
    store.close().await;
    std::fs::remove_file(path).unwrap();
});

both_engines!(what_is_restored_is_what_was_there, |store| async move {
    let path = file(&format!("same-{:?}.backup", store.engine()));
    write(&store, 1).await;
    write(&store, 2).await;
    let (people, indexes) = (people_and_events(&store).await, indexes(&store).await);
    store.backup(&path, 1, &|_| ()).await.unwrap();
    write(&store, 3).await;
    let url = url_of(&store).await;
    store.close().await;
    restore(&url, &path, &|_| ()).await.unwrap();
    let store = Store::connect(&url, WhenMissing::Refuse).await.unwrap();
    assert_eq!(people_and_events(&store).await, people);
    assert_eq!(self::indexes(&store).await, indexes);
    store.close().await;
    std::fs::remove_file(path).unwrap();
});

/// Indexes and foreign keys, by name.
async fn indexes(store: &Store) -> BTreeMap<String, String> {
    let sql = match store.engine() {
        Engine::Sqlite => "select name, sql as text from sqlite_master where sql is not null and name not like 'sqlite%'",
        Engine::Postgres => {
            "select cast(indexname as text) as name, indexdef as text from pg_indexes where schemaname = current_schema()
             union all select cast(conname as text), pg_get_constraintdef(oid) from pg_constraint where connamespace = to_regnamespace(current_schema())"
        }
    };
    let rows = store.read().await.unwrap().rows(Sql::new(sql)).await.unwrap();
    rows.iter().map(|row| (row.text("name").unwrap(), row.text("text").unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_moves_from_one_engine_to_the_other() {
    let name = "backup::a_backup_moves_from_one_engine_to_the_other";
    for (from, to) in [(Engine::Sqlite, Engine::Postgres), (Engine::Postgres, Engine::Sqlite)] {
        let path = file(&format!("moved-{from:?}.backup"));
        let mut there = None;
        on_engine(from, name, async |store| {
            write(&store, 1).await;
            write(&store, 2).await;
            there = Some(people_and_events(&store).await);
            store.backup(&path, 1, &|_| ()).await.unwrap();
        })
        .await;
        let Some(there) = there else { return };
        on_engine(to, name, async |store| {
            let url = url_of(&store).await;
            store.close().await;
            restore(&url, &path, &|_| ()).await.unwrap();
            let store = Store::connect(&url, WhenMissing::Refuse).await.unwrap();
            assert_eq!(people_and_events(&store).await, there);
            store.close().await;
        })
        .await;
        std::fs::remove_file(path).unwrap();
    }
}

both_engines!(a_damaged_backup_changes_nothing, |store| async move {
    let path = file(&format!("damaged-{:?}.backup", store.engine()));
    write(&store, 1).await;
    store.backup(&path, 1, &|_| ()).await.unwrap();
    write(&store, 2).await;
    let there = people_and_events(&store).await;
    let url = url_of(&store).await;
    store.close().await;
    let sound = std::fs::read(&path).unwrap();
    let mut flipped = sound.clone();
    flipped[sound.len() / 2] ^= 1;
    for damaged in [&sound[..sound.len() - 20], &flipped, b"no backup"] {
        std::fs::write(&path, damaged).unwrap();
        assert!(restore(&url, &path, &|_| ()).await.is_err());
    }
    let store = Store::connect(&url, WhenMissing::Refuse).await.unwrap();
    assert_eq!(people_and_events(&store).await, there);
    store.close().await;
    std::fs::remove_file(path).unwrap();
});

both_engines!(a_backup_is_not_written_over_something_else, |store| async move {
    let path = file(&format!("else-{:?}.txt", store.engine()));
    std::fs::write(&path, "a letter").unwrap();
    assert!(store.backup(&path, 1, &|_| ()).await.unwrap_err().to_string().contains("no backup"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a letter");
    std::fs::remove_file(path).unwrap();
});

// On SQLite into a file beside the database; on Postgres the operator takes one, and is told so.
both_engines!(what_is_there_is_backed_up_before_it_is_migrated, |store| async move {
    write(&store, 1).await;
    let url = url_of(&store).await;
    let database = store.path().map(Path::to_owned);
    // As an older program left it.
    let newest = store::newest_migration();
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("delete from _sqlx_migrations where version = $1").bind(newest)).await.unwrap();
    let before = tx.migration().await.unwrap().unwrap();
    tx.save().await.unwrap();
    store.close().await;
    // Whether that migration can run a second time is not the question here; the backup comes first.
    let _outcome = Store::connect(&url, WhenMissing::Refuse).await;
    if let Some(database) = database {
        let summary = check(&PathBuf::from(format!("{}.before-{newest:04}.backup", database.display()))).unwrap();
        assert_eq!((summary.rows["app_user"], summary.manifest.migration), (1, before));
    }
});
