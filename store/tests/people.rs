//! People, groups and sessions, on both engines.

use domain::{AccountId, Availability, EmailAddress, GroupId, Role, Timestamp, UserId};
use store::people::{GroupChange, NewUser, Session, UserChange};
use store::{Sql, Store, StoreError, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

fn user(email: &str, name: &str, role: Role) -> NewUser {
    let email = EmailAddress::parse(email).expect("an address");
    NewUser { email, name: name.to_owned(), role, password_hash: "hash".to_owned(), account: None, at: NOW }
}

async fn maya(tx: &mut Tx) -> UserId {
    tx.people().add(user("Maya@House.test", "Maya Lind", Role::Rep)).await.expect("Maya is added")
}

async fn writing(store: &Store) -> Tx {
    store.begin().await.expect("a transaction")
}

both_engines!(a_person_is_found_by_address_and_by_id, |store| async move {
    let mut tx = writing(&store).await;
    assert_eq!(tx.people().count().await.unwrap(), 0);
    let id = maya(&mut tx).await;
    let found = tx.people().find_by_email("maya@house.test").await.unwrap().expect("Maya");
    assert_eq!((found.id, found.version, found.email.as_str(), found.name.as_str()), (id, 1, "Maya@House.test", "Maya Lind"));
    assert_eq!((found.role, found.password_hash.as_str(), found.account, found.disabled_at), (Role::Rep, "hash", None, None));
    assert_eq!(tx.people().find(id).await.unwrap(), Some(found));
    assert_eq!(tx.people().find_by_email("Maya@House.test").await.unwrap(), None);
    assert_eq!(tx.people().find(UserId(99)).await.unwrap(), None);
    assert_eq!(tx.people().count().await.unwrap(), 1);
});

both_engines!(an_address_registers_once_whatever_its_case, |store| async move {
    let mut tx = writing(&store).await;
    maya(&mut tx).await;
    let again = tx.people().add(user("maya@HOUSE.test", "Another", Role::Rep)).await;
    assert!(matches!(again, Err(StoreError::Conflict { what: "This e-mail address" })), "{again:?}");
});

both_engines!(people_are_listed_by_name, |store| async move {
    let mut tx = writing(&store).await;
    for (email, name) in [("b@house.test", "ben"), ("c@house.test", "Cleo"), ("a@house.test", "Ana")] {
        tx.people().add(user(email, name, Role::Rep)).await.unwrap();
    }
    let names: Vec<_> = tx.people().list().await.unwrap().into_iter().map(|user| user.name).collect();
    assert_eq!(names, ["Ana", "ben", "Cleo"]);
});

both_engines!(a_change_needs_the_version_it_read, |store| async move {
    let mut tx = writing(&store).await;
    let id = maya(&mut tx).await;
    let change = UserChange { name: "Maya Berg".to_owned(), role: Role::Distributor, account: Some(AccountId(7)), disabled_at: Some(NOW.plus_ms(1)) };
    assert!(tx.people().change(id, 1, &change).await.unwrap());
    assert!(!tx.people().change(id, 1, &UserChange { name: "Late".to_owned(), ..change.clone() }).await.unwrap());
    let found = tx.people().find(id).await.unwrap().expect("Maya");
    assert_eq!((found.version, found.name, found.role, found.account), (2, change.name, change.role, change.account));
    assert_eq!(found.disabled_at, change.disabled_at);
    tx.people().change_password_hash(id, "new").await.unwrap();
    let found = tx.people().find(id).await.unwrap().expect("Maya");
    assert_eq!((found.version, found.password_hash.as_str()), (3, "new"));
});

both_engines!(an_actor_has_living_groups_and_is_gone_when_disabled, |store| async move {
    let mut tx = writing(&store).await;
    let id = maya(&mut tx).await;
    let north = tx.people().add_group("North", "Scotland", None).await.unwrap();
    let south = tx.people().add_group("South", "", Some(id)).await.unwrap();
    let old = tx.people().add_group("Old", "", Some(id)).await.unwrap();
    tx.people().change_groups_of(id, &[north, south, old]).await.unwrap();
    let retired = GroupChange { name: "Old".to_owned(), region: String::new(), manager: Some(id), retired: true };
    assert!(tx.people().change_group(old, &retired, NOW).await.unwrap());
    let actor = tx.people().load_actor(id).await.unwrap().expect("Maya");
    assert_eq!((actor.groups, actor.managed_groups), (vec![north, south], vec![south]));
    assert_eq!((actor.id, actor.email.as_str(), actor.role), (id, "Maya@House.test", Role::Rep));

    let disabled = UserChange { name: actor.name, role: actor.role, account: None, disabled_at: Some(NOW) };
    assert!(tx.people().change(id, 1, &disabled).await.unwrap());
    assert_eq!(tx.people().load_actor(id).await.unwrap(), None);
    assert_eq!(tx.people().load_actor(UserId(99)).await.unwrap(), None);
});

both_engines!(groups_keep_their_members_and_their_name_is_theirs, |store| async move {
    let mut tx = writing(&store).await;
    let id = maya(&mut tx).await;
    let ben = tx.people().add(user("ben@house.test", "Ben", Role::Rep)).await.unwrap();
    let south = tx.people().add_group("South", "Devon", Some(ben)).await.unwrap();
    let north = tx.people().add_group("North", "", None).await.unwrap();
    tx.people().change_members(south, &[ben, id, ben]).await.unwrap();
    let groups = tx.people().list_groups().await.unwrap();
    assert_eq!(groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["North", "South"]);
    assert_eq!((&groups[1].members, groups[1].manager, groups[1].region.as_str()), (&vec![id, ben], Some(ben), "Devon"));

    tx.people().change_members(south, &[]).await.unwrap();
    let change = GroupChange { name: "West".to_owned(), region: "Wales".to_owned(), manager: None, retired: true };
    assert!(tx.people().change_group(south, &change, NOW).await.unwrap());
    assert!(tx.people().change_group(south, &change, NOW.plus_ms(5)).await.unwrap());
    let retired_at = tx.row(Sql::new("select retired_at from user_group where id = $1").bind(south)).await.unwrap();
    assert_eq!(retired_at.expect("the group").opt_time("retired_at").unwrap(), Some(NOW));
    let groups = tx.people().list_groups().await.unwrap();
    assert_eq!((groups[1].name.as_str(), groups[1].retired, groups[1].members.len()), ("West", true, 0));
    assert!(tx.people().change_group(south, &GroupChange { retired: false, ..change.clone() }, NOW).await.unwrap());
    assert!(!tx.people().list_groups().await.unwrap()[1].retired);
    assert!(!tx.people().change_group(GroupId(99), &GroupChange { name: "None".to_owned(), ..change.clone() }, NOW).await.unwrap());

    let clash = tx.people().change_group(north, &GroupChange { name: " WEST".to_owned(), ..change }, NOW).await;
    assert!(matches!(clash, Err(StoreError::Conflict { what: "This group name" })), "{clash:?}");
});

both_engines!(two_groups_cannot_share_a_name, |store| async move {
    let mut tx = writing(&store).await;
    tx.people().add_group("North", "", None).await.unwrap();
    let again = tx.people().add_group("north ", "", None).await;
    assert!(matches!(again, Err(StoreError::Conflict { what: "This group name" })), "{again:?}");
});

both_engines!(administrators_who_can_sign_in_are_counted, |store| async move {
    let mut tx = writing(&store).await;
    maya(&mut tx).await;
    assert_eq!(tx.people().hold_administrators().await.unwrap(), 0);
    let ada = tx.people().add(user("ada@house.test", "Ada", Role::Administrator)).await.unwrap();
    tx.people().add(user("abe@house.test", "Abe", Role::Administrator)).await.unwrap();
    assert_eq!(tx.people().hold_administrators().await.unwrap(), 2);
    let disabled = UserChange { name: "Ada".to_owned(), role: Role::Administrator, account: None, disabled_at: Some(NOW) };
    assert!(tx.people().change(ada, 1, &disabled).await.unwrap());
    assert_eq!(tx.people().hold_administrators().await.unwrap(), 1);
});

both_engines!(an_account_is_there_until_it_is_deleted, |store| async move {
    let mut tx = writing(&store).await;
    let insert =
        "insert into account (id, version, name, name_folded, website, created_at, updated_at, deleted_at) values ($1, 1, 'A', 'a', '', 0, 0, $2)";
    tx.run(Sql::new(insert).bind(1_i64).bind(None::<i64>)).await.unwrap();
    tx.run(Sql::new(insert).bind(2_i64).bind(NOW)).await.unwrap();
    assert!(tx.people().has_account(AccountId(1)).await.unwrap());
    assert!(!tx.people().has_account(AccountId(2)).await.unwrap());
    assert!(!tx.people().has_account(AccountId(3)).await.unwrap());
});

both_engines!(sessions_begin_are_seen_and_end, |store| async move {
    let mut tx = writing(&store).await;
    let id = maya(&mut tx).await;
    for token in ["one", "two", "three"] {
        tx.people().add_session(token, id, NOW).await.unwrap();
    }
    let actor = tx.people().load_actor(id).await.unwrap().expect("Maya");
    let session =
        |seen_at| Some(Session { actor: actor.clone(), created_at: NOW, seen_at, catalog_version: 0, availability: Availability::Available });
    assert_eq!(tx.people().find_session("one").await.unwrap(), session(NOW));
    tx.people().touch_session("one", NOW.plus_ms(50)).await.unwrap();
    tx.people().touch_session("one", NOW.plus_ms(20)).await.unwrap();
    assert_eq!(tx.people().find_session("one").await.unwrap(), session(NOW.plus_ms(50)));
    assert_eq!(tx.people().find_session("none").await.unwrap(), None);
    tx.people().remove_session("two").await.unwrap();
    assert_eq!(tx.people().find_session("two").await.unwrap(), None);
    assert_eq!(tx.people().remove_sessions_of(id, Some("one")).await.unwrap(), 1);
    assert!(tx.people().find_session("one").await.unwrap().is_some());
    assert_eq!(tx.people().remove_sessions_of(id, None).await.unwrap(), 1);
    tx.save().await.unwrap();
});

both_engines!(old_sessions_are_cleared_away_by_either_age, |store| async move {
    let mut tx = writing(&store).await;
    let id = maya(&mut tx).await;
    tx.people().add_session("idle", id, NOW.plus_ms(100)).await.unwrap();
    tx.people().add_session("long", id, NOW).await.unwrap();
    tx.people().touch_session("long", NOW.plus_ms(1000)).await.unwrap();
    tx.people().add_session("fresh", id, NOW.plus_ms(1000)).await.unwrap();
    assert_eq!(tx.people().remove_sessions_before(NOW.plus_ms(500), NOW.plus_ms(50)).await.unwrap(), 2);
    assert!(tx.people().find_session("fresh").await.unwrap().is_some());
});

both_engines!(what_is_not_saved_never_happened, |store| async move {
    let mut tx = writing(&store).await;
    maya(&mut tx).await;
    drop(tx);
    assert_eq!(store.read().await.unwrap().people().count().await.unwrap(), 0);
});
