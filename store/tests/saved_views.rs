//! Saved views on both engines.

use domain::{EmailAddress, GroupId, Role, SavedView, SavedViewId, Timestamp, UserId};
use store::people::NewUser;
use store::saved_views::Sharing;
use store::{Store, StoreError, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

/// Two people, and a group of the second.
async fn furnished(store: &Store) -> (Tx, UserId, UserId, GroupId) {
    let mut tx = store.begin().await.expect("a transaction");
    let mut people = Vec::new();
    for name in ["maya", "ana"] {
        let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
        let new = NewUser { email, name: name.to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: NOW };
        people.push(tx.people().add(new).await.unwrap());
    }
    let group = tx.people().add_group("North", "", None).await.unwrap();
    (tx, people[0], people[1], group)
}

fn view(name: &str, owner: UserId, group: Option<GroupId>) -> SavedView {
    SavedView { id: SavedViewId(0), name: name.to_owned(), owner, group, query: "view=all".to_owned() }
}

both_engines!(a_view_is_kept_changed_removed_and_brought_back, |store| async move {
    let (mut tx, maya, ana, group) = furnished(&store).await;
    let id = tx.saved_views().add(&view("Web", maya, None), NOW).await.unwrap();
    let mut kept = view("Web", maya, None);
    kept.id = id;
    assert_eq!(tx.saved_views().find(id).await.unwrap(), Some(kept.clone()));
    kept = SavedView { name: "Wide web".to_owned(), owner: ana, group: Some(group), query: String::new(), ..kept };
    tx.saved_views().change(&kept, NOW).await.unwrap();
    assert_eq!(tx.saved_views().find(id).await.unwrap(), Some(kept.clone()));
    assert_eq!((tx.saved_views().count_of(maya).await.unwrap(), tx.saved_views().count_of(ana).await.unwrap()), (0, 1));
    tx.saved_views().set_removed(id, Some(NOW)).await.unwrap();
    assert_eq!(tx.saved_views().find(id).await.unwrap(), None);
    assert_eq!(tx.saved_views().find_removed(id).await.unwrap(), Some(kept.clone()));
    assert_eq!(tx.saved_views().list_usable(ana, Sharing::Groups(&[]), 9).await.unwrap(), []);
    tx.saved_views().set_removed(id, None).await.unwrap();
    assert_eq!(tx.saved_views().find(id).await.unwrap(), Some(kept));
});

both_engines!(one_person_has_no_two_views_of_one_name, |store| async move {
    let (mut tx, maya, ana, _) = furnished(&store).await;
    tx.saved_views().add(&view("Web", maya, None), NOW).await.unwrap();
    tx.saved_views().add(&view("web", ana, None), NOW).await.unwrap();
    tx.save().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let again = tx.saved_views().add(&view("WEB", maya, None), NOW).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
});

both_engines!(shared_views_are_found_by_group, |store| async move {
    let (mut tx, maya, ana, group) = furnished(&store).await;
    let private = tx.saved_views().add(&view("b", maya, None), NOW).await.unwrap();
    let shared = tx.saved_views().add(&view("A", maya, Some(group)), NOW).await.unwrap();
    let everything = [(maya, vec![], vec![shared, private]), (ana, vec![], vec![]), (ana, vec![group], vec![shared])];
    for (user, groups, wanted) in everything {
        let found = tx.saved_views().list_usable(user, Sharing::Groups(&groups), 9).await.unwrap();
        assert_eq!(found.into_iter().map(|view| view.id).collect::<Vec<_>>(), wanted, "{user} with {groups:?}");
    }
    let found = tx.saved_views().list_usable(ana, Sharing::Everyone, 9).await.unwrap();
    assert_eq!(found.into_iter().map(|view| view.id).collect::<Vec<_>>(), [shared]);
    assert_eq!(tx.saved_views().list_usable(maya, Sharing::Everyone, 1).await.unwrap().len(), 1);
});

both_engines!(each_person_has_one_view_that_opens_first, |store| async move {
    let (mut tx, maya, ana, _) = furnished(&store).await;
    let one = tx.saved_views().add(&view("One", maya, None), NOW).await.unwrap();
    let two = tx.saved_views().add(&view("Two", maya, None), NOW).await.unwrap();
    assert_eq!(tx.saved_views().default_of(maya).await.unwrap(), None);
    for id in [one, two] {
        tx.saved_views().set_default(maya, Some(id)).await.unwrap();
        assert_eq!(tx.saved_views().default_of(maya).await.unwrap(), Some(id));
    }
    assert_eq!(tx.saved_views().default_of(ana).await.unwrap(), None);
    tx.saved_views().set_default(maya, None).await.unwrap();
    assert_eq!(tx.saved_views().default_of(maya).await.unwrap(), None);
});
