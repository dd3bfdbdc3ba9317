//! Saved views: whose they are, who may use them, and what becomes of them when their owner leaves.

use domain::event::Subject;
use domain::{EmailAddress, EventKind, FormValues, GroupId, Role, SavedViewId, Timestamp, UserId};
use service::{Clock, Ctx, ServiceError, views};
use store::events::NewEvent;
use store::people::{NewUser, UserChange};
use store::{Store, both_engines};

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    };
}

struct House {
    north: GroupId,
    maya: Ctx,
    noor: Ctx,
    /// Of another region.
    ana: Ctx,
    /// Manages the North.
    martin: Ctx,
    ada: Ctx,
}

async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    let mut tx = store.begin().await.unwrap();
    let mut ids = Vec::new();
    for (name, role) in [("maya", Role::Rep), ("noor", Role::Rep), ("ana", Role::Rep), ("martin", Role::Manager), ("ada", Role::Administrator)] {
        let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
        let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: public.now() };
        ids.push(tx.people().add(new).await.unwrap());
    }
    let north = tx.people().add_group("North", "", Some(ids[3])).await.unwrap();
    tx.people().change_members(north, &ids[..2]).await.unwrap();
    tx.save().await.unwrap();
    let mut people = Vec::new();
    for id in ids {
        let actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().expect("just added");
        people.push(public.acting_as(actor));
    }
    let [maya, noor, ana, martin, ada] = people.try_into().expect("five people");
    House { north, maya, noor, ana, martin, ada }
}

fn form(query: &str) -> FormValues {
    FormValues::decode(query.as_bytes())
}

async fn add(ctx: &Ctx, query: &str) -> SavedViewId {
    views::add(ctx, &form(query)).await.unwrap()
}

async fn names(ctx: &Ctx) -> Vec<String> {
    views::list(ctx).await.unwrap().views.into_iter().map(|view| view.name).collect()
}

async fn disable(ctx: &Ctx, id: UserId) {
    let mut tx = ctx.store.begin().await.unwrap();
    let change = UserChange { name: "maya".to_owned(), role: Role::Rep, account: None, disabled_at: Some(ctx.now()) };
    assert!(tx.people().change(id, 1, &change).await.unwrap());
    let kind = EventKind::RecordAdded { name: "maya".to_owned() };
    let event =
        NewEvent { at: ctx.now(), actor: None, subject: Subject::Catalog, subject_id: 0, lead: None, version: 0, kind, before: None, after: None };
    tx.events().record(event).await.unwrap();
    tx.save().await.unwrap();
}

both_engines!(a_view_is_kept_in_its_canonical_form, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "name=+Web++leads+&query=sort%3D-score%26view%3Dall%26bogus%3D1%26columns%3Dname,city").await;
    let kept = views::list(&house.maya).await.unwrap();
    assert_eq!((kept.views.len(), kept.default), (1, None));
    assert_eq!((kept.views[0].id, kept.views[0].name.as_str()), (id, "Web leads"));
    assert_eq!(kept.views[0].query, "view=all&sort=-score&columns=name,city");
    assert_error!(views::add(&house.maya, &form("name=web+LEADS&query=")).await, ServiceError::Refused(_));
    assert_error!(views::add(&house.maya, &form("name=&query=")).await, ServiceError::Invalid(_));
    assert_error!(views::add(&house.maya, &form(&format!("name={}&query=", "x".repeat(61)))).await, ServiceError::Invalid(_));
});

both_engines!(a_private_view_is_absent_for_everybody_else, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "name=Mine&query=view%3Dall").await;
    for other in [&house.noor, &house.ana, &house.martin, &house.ada] {
        assert_eq!(names(other).await, Vec::<String>::new());
        assert_error!(views::change(other, id, &form("name=Theirs")).await, ServiceError::NotFound);
        assert_error!(views::remove(other, id).await, ServiceError::NotFound);
        assert_error!(views::open_first(other, id, true).await, ServiceError::NotFound);
        assert_error!(views::take_over(other, id).await, ServiceError::NotFound);
    }
    assert_eq!(names(&house.maya).await, ["Mine"]);
    views::remove(&house.maya, id).await.unwrap();
    assert_error!(views::restore(&house.noor, id).await, ServiceError::NotFound);
    views::restore(&house.maya, id).await.unwrap();
    assert_eq!(names(&house.maya).await, ["Mine"]);
});

both_engines!(a_shared_view_is_used_by_its_group_and_changed_by_its_owner, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, &format!("name=Ours&query=view%3Dall&group={}", house.north)).await;
    for reader in [&house.noor, &house.martin, &house.ada] {
        assert_eq!(names(reader).await, ["Ours"]);
        assert_error!(views::change(reader, id, &form("query=")).await, ServiceError::Forbidden(_));
        assert_error!(views::remove(reader, id).await, ServiceError::Forbidden(_));
    }
    assert_eq!(names(&house.ana).await, Vec::<String>::new());
    assert_error!(views::add(&house.ana, &form(&format!("name=Spy&query=&group={}", house.north))).await, ServiceError::Invalid(_));
    views::change(&house.maya, id, &form("query=view%3Dwon")).await.unwrap();
    views::change(&house.maya, id, &form("name=Just+mine&group=")).await.unwrap();
    let kept = views::list(&house.maya).await.unwrap().views;
    assert_eq!((kept[0].name.as_str(), kept[0].query.as_str(), kept[0].group), ("Just mine", "view=won", None));
    assert_eq!(names(&house.noor).await, Vec::<String>::new());
});

both_engines!(each_person_chooses_what_opens_first, |store| async move {
    let house = house(&store).await;
    let shared = add(&house.maya, &format!("name=Ours&query=&group={}&default=1", house.north)).await;
    assert_eq!(views::list(&house.maya).await.unwrap().default, Some(shared));
    assert_eq!(views::list(&house.noor).await.unwrap().default, None);
    views::open_first(&house.noor, shared, true).await.unwrap();
    assert_eq!(views::list(&house.noor).await.unwrap().default, Some(shared));
    let own = add(&house.noor, "name=Own&query=").await;
    // Another view was never the first; saying so changes nothing.
    views::open_first(&house.noor, own, false).await.unwrap();
    assert_eq!(views::list(&house.noor).await.unwrap().default, Some(shared));
    // Shared no longer, it opens for nobody else.
    views::change(&house.maya, shared, &form("name=Ours&group=")).await.unwrap();
    assert_eq!(views::list(&house.noor).await.unwrap().default, None);
    views::change(&house.maya, shared, &form("default=0")).await.unwrap();
    assert_eq!(views::list(&house.maya).await.unwrap().default, None);
});

both_engines!(a_view_outlives_its_owner_and_is_taken_over, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, &format!("name=Ours&query=view%3Dall&group={}", house.north)).await;
    assert_error!(views::take_over(&house.martin, id).await, ServiceError::Forbidden(_));
    disable(&house.ada, house.maya.actor().unwrap().id).await;
    assert_eq!(names(&house.noor).await, ["Ours"]);
    assert_error!(views::take_over(&house.noor, id).await, ServiceError::Forbidden(_));
    views::take_over(&house.martin, id).await.unwrap();
    views::change(&house.martin, id, &form("name=North")).await.unwrap();
    assert_eq!((names(&house.noor).await, names(&house.martin).await), (vec!["North".to_owned()], vec!["North".to_owned()]));
});
