//! Ladders and posts, on both engines.

use domain::ladder::{Alternate, Ladder, LadderKind, Posts};
use domain::{EmailAddress, Role, Timestamp, UserId};
use store::people::NewUser;
use store::{Tx, both_engines};

async fn person(tx: &mut Tx, name: &str) -> UserId {
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let user = NewUser { email, name: name.to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: Timestamp(0) };
    tx.people().add(user).await.unwrap()
}

both_engines!(a_ladder_is_the_standard_one_until_it_is_changed, |store| async move {
    let mut tx = store.begin().await.unwrap();
    for kind in LadderKind::ALL {
        assert_eq!(tx.ladders().find(kind).await.unwrap(), Ladder::standard(kind));
    }
    let mut ladder = Ladder::standard(LadderKind::Transfer);
    ladder.name = "Front desk".to_owned();
    ladder.rungs[1].alternates = vec![Alternate::OtherRep, Alternate::Person(UserId(7))];
    for _ in 0..2 {
        tx.ladders().change(&ladder).await.unwrap();
        assert_eq!(tx.ladders().find(LadderKind::Transfer).await.unwrap(), ladder);
    }
    assert_eq!(tx.ladders().find(LadderKind::Urgent).await.unwrap(), Ladder::standard(LadderKind::Urgent));
});

both_engines!(posts_are_held_in_their_order, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.ladders().posts().await.unwrap(), Posts::default());
    let (ada, ben, cleo) = (person(&mut tx, "ada").await, person(&mut tx, "ben").await, person(&mut tx, "cleo").await);
    let posts = Posts { intake_owner: Some(ada), first_deputy: Some(ben), further_deputies: vec![cleo, ben] };
    tx.ladders().change_posts(&posts).await.unwrap();
    assert_eq!(tx.ladders().posts().await.unwrap(), posts);
    tx.ladders().change_posts(&Posts::default()).await.unwrap();
    assert_eq!(tx.ladders().posts().await.unwrap(), Posts::default());
});
