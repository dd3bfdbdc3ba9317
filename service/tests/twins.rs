//! Accounts that look like one: found as they are added and changed, and worked off, on both engines.

use domain::account_twin::{TwinList, Twins};
use domain::lead_filter::Cursor;
use domain::{Account, AccountId, Actor, EmailAddress, FormValues, Role, Timestamp};
use service::seed::seed_defaults;
use service::twins::PAGE_SIZE;
use service::{Clock, Ctx, ServiceError, accounts, contacts, merging, twins};
use store::people::NewUser;
use store::{Store, both_engines};

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    };
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor: Actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

async fn public(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&ctx).await.unwrap();
    ctx
}

/// Mona, a manager, in a site with its defaults.
async fn mona(store: &Store) -> Ctx {
    person(&public(store).await, "mona", Role::Manager).await
}

fn form(query: &str) -> FormValues {
    FormValues::decode(query.as_bytes())
}

async fn account(ctx: &Ctx, query: &str) -> Account {
    accounts::add_account(ctx, &form(query)).await.unwrap()
}

/// Looks until there is nothing left to look at.
async fn look(ctx: &Ctx) {
    for _ in 0..1000 {
        if !twins::look(ctx).await.unwrap() {
            return;
        }
    }
    panic!("the looking never ends");
}

async fn open(ctx: &Ctx) -> Vec<Twins> {
    twins::list(ctx, TwinList::Open, None).await.unwrap().items
}

async fn pairs(ctx: &Ctx) -> Vec<(AccountId, AccountId)> {
    open(ctx).await.into_iter().map(|twins| (twins.one.id, twins.other.id)).collect()
}

both_engines!(what_is_there_and_what_is_added_is_found_the_likeliest_first, |store| async move {
    let mona = mona(&store).await;
    let acme = account(&mona, "name=Acme+Ltd&domains=acme.test").await;
    let brew = account(&mona, "name=Brew&location_name=Works&street=1+Quay+Street&city=Leeds").await;
    let inc = account(&mona, "name=ACME").await;
    assert_eq!(pairs(&mona).await, []);
    look(&mona).await;
    assert_eq!(pairs(&mona).await, [(acme.id, inc.id)]);
    let same = account(&mona, "name=Acme+Ltd&domains=acme.test").await;
    let quay = account(&mona, "name=Quay+Brewers&location_name=Works&street=Quay+St.+1&city=Leeds").await;
    for (there, name) in [(&brew, "Jo"), (&quay, "Al")] {
        contacts::add_contact(&mona, &form(&format!("full_name={name}&account={}&phones=%2B441614960123", there.id))).await.unwrap();
    }
    look(&mona).await;
    assert_eq!(pairs(&mona).await, [(acme.id, same.id), (acme.id, inc.id), (brew.id, quay.id)]);
    let found = open(&mona).await;
    assert_eq!(found[0].reasons, ["They have the same name", "Both have the e-mail domain acme.test"]);
    assert_eq!(found[2].reasons, ["Both are at 1 Quay Street, Leeds", "Somebody at each has the number +441614960123"]);
    assert_eq!((found[2].differences.as_slice(), found[2].may_merge), (&["Their names differ".to_owned()][..], true));
    let of_acme = twins::of_account(&mona, acme.id).await.unwrap();
    assert_eq!(of_acme.iter().map(|twins| twins.other.id).collect::<Vec<_>>(), [same.id, inc.id]);
    assert_eq!(twins::of_account(&mona, quay.id).await.unwrap()[0].one.id, brew.id);
});

both_engines!(a_pair_follows_what_becomes_of_its_accounts, |store| async move {
    let mona = mona(&store).await;
    let one = account(&mona, "name=Acme").await;
    let two = account(&mona, "name=Acme+Ltd").await;
    let three = account(&mona, "name=Acme+Inc").await;
    look(&mona).await;
    // Each with the oldest alone.
    assert_eq!(pairs(&mona).await, [(one.id, three.id), (one.id, two.id)]);
    accounts::change_account(&mona, one.id, &form("name=Brew&version=1")).await.unwrap();
    look(&mona).await;
    assert_eq!(pairs(&mona).await, [(two.id, three.id)]);
    merging::merge(&mona, two.id, three.id, &form("version=1&other_version=1")).await.unwrap();
    assert_eq!(pairs(&mona).await, [], "before anybody looked");
    look(&mona).await;
    assert_eq!(pairs(&mona).await, []);
    let merge = merging::merges_into(&mona, two.id).await.unwrap()[0].id;
    merging::undo(&mona, merge).await.unwrap();
    look(&mona).await;
    assert_eq!(pairs(&mona).await, [(two.id, three.id)]);
    assert!(!twins::look(&mona).await.unwrap());
});

both_engines!(who_is_not_the_same_is_not_offered_again, |store| async move {
    let public = public(&store).await;
    let (mona, dina) = (person(&public, "mona", Role::Manager).await, person(&public, "dina", Role::Distributor).await);
    let (one, two) = (account(&mona, "name=Acme").await, account(&mona, "name=Acme+Ltd").await);
    look(&mona).await;
    assert_error!(twins::list(&dina, TwinList::Open, None).await, ServiceError::Forbidden(_));
    assert_error!(twins::of_account(&dina, one.id).await, ServiceError::Forbidden(_));
    assert_error!(twins::dismiss(&dina, one.id, two.id).await, ServiceError::Forbidden(_));
    assert_error!(twins::restore(&dina, one.id, two.id).await, ServiceError::Forbidden(_));
    assert_error!(twins::dismiss(&mona, one.id, AccountId(99)).await, ServiceError::NotFound);
    // In whatever order they are named.
    twins::dismiss(&mona, two.id, one.id).await.unwrap();
    assert_error!(twins::dismiss(&mona, one.id, two.id).await, ServiceError::NotFound);
    accounts::change_account(&mona, two.id, &form("domains=acme.test&version=1")).await.unwrap();
    look(&mona).await;
    assert_eq!(pairs(&mona).await, []);
    let dismissed = twins::list(&mona, TwinList::Dismissed, None).await.unwrap().items;
    assert_eq!((dismissed.len(), dismissed[0].dismissed), (1, Some((mona.actor().unwrap().id, mona.now()))));
    twins::restore(&mona, one.id, two.id).await.unwrap();
    assert_error!(twins::restore(&mona, one.id, two.id).await, ServiceError::NotFound);
    assert_eq!(pairs(&mona).await, [(one.id, two.id)]);
});

both_engines!(paging_covers_every_pair_once, |store| async move {
    let mona = mona(&store).await;
    let first = account(&mona, "name=Acme").await;
    let mut expected = Vec::new();
    for _ in 0..PAGE_SIZE * 2 + 3 {
        expected.push(account(&mona, "name=Acme").await.id);
    }
    look(&mona).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = twins::list(&mona, TwinList::Open, after).await.unwrap();
        assert!(page.items.len() <= PAGE_SIZE && page.items.iter().all(|twins| twins.one.id == first.id));
        seen.extend(page.items.into_iter().map(|twins| twins.other.id));
        let Some(next) = page.next_cursor else { break };
        after = Cursor::parse(&next);
        assert!(after.is_some());
    }
    expected.reverse();
    assert_eq!(seen, expected);
});
