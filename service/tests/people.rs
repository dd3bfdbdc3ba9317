//! Signing in, people and groups, on both engines, with a clock that stands still.

use domain::event::Subject;
use domain::{Actor, DAY_MS, EmailAddress, EventKind, FormValues, GroupId, HOUR_MS, Role, Timestamp, UserId};
use service::people::{self, SignIn};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError};
use store::people::NewUser;
use store::{Sql, Store, both_engines};

const PASSWORD: &str = "correct horse battery";
const NEW_PASSWORD: &str = "staple battery horse";
const WRONG: &str = "E-mail or password is not right";

fn public(store: &Store) -> Ctx {
    Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)))
}

/// Adds a person without the price of Argon2 for a password they will not use.
async fn person(ctx: &Ctx, email: &str, role: Role, password: Option<&str>) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let password_hash = password.map(people::hash_password).unwrap_or_default();
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let email = EmailAddress::parse(email).unwrap();
    let id = tx.people().add(NewUser { email, name, role, password_hash, account: None, at: ctx.now() }).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    actor
}

async fn account(ctx: &Ctx, id: i64) {
    let mut tx = ctx.store.begin().await.unwrap();
    let insert = "insert into account (id, version, name, name_folded, website, created_at, updated_at) values ($1, 1, 'Firm', 'firm', '', 0, 0)";
    tx.run(Sql::new(insert).bind(id)).await.unwrap();
    tx.save().await.unwrap();
}

async fn session_of(ctx: &Ctx, user: UserId, token: &str) {
    // The stored form of the tokens used below: SHA-256 in hex.
    let hash = match token {
        "here" => "fcec91509759ad995c2cd14bcb26b2720993faf61c29d379b270d442d92290eb",
        _ => panic!("no such token"),
    };
    let mut tx = ctx.store.begin().await.unwrap();
    tx.people().add_session(hash, user, ctx.now()).await.unwrap();
    tx.save().await.unwrap();
}

fn form(fields: &[(&str, &str)]) -> FormValues {
    FormValues(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn wish(email: &str, password: &str, address: &str) -> SignIn {
    SignIn { email: email.to_owned(), password: password.to_owned(), address: address.to_owned() }
}

/// The error at a field; panics when there is none.
fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    };
}

async fn last_event(ctx: &Ctx, subject_id: i64) -> (Option<UserId>, EventKind) {
    let events = ctx.store.read().await.unwrap().events().of_subject(Subject::Catalog, subject_id, 1).await.unwrap();
    events.into_iter().next().map(|event| (event.actor, event.kind)).expect("an event")
}

both_engines!(who_signs_in_is_known_by_their_token_until_they_sign_out, |store| async move {
    let ctx = public(&store);
    let maya = person(&ctx, "maya@house.test", Role::Rep, Some(PASSWORD)).await;
    let signed_in = people::sign_in(&ctx, wish(" MAYA@house.test ", PASSWORD, "10.0.0.1")).await.unwrap();
    assert_eq!(signed_in.actor, maya);
    assert_eq!(people::session_actor(&ctx, &signed_in.token).await.unwrap(), Some(maya));
    assert_eq!(people::session_actor(&ctx, "another").await.unwrap(), None);
    let stored = ctx.store.read().await.unwrap().rows(Sql::new("select token_hash from session")).await.unwrap();
    assert_ne!(stored[0].text("token_hash").unwrap(), signed_in.token);

    people::sign_out(&ctx, &signed_in.token).await.unwrap();
    assert_eq!(people::session_actor(&ctx, &signed_in.token).await.unwrap(), None);
    people::sign_out(&ctx, "another").await.unwrap();
});

both_engines!(a_wrong_password_an_unknown_address_and_a_disabled_person_look_alike, |store| async move {
    let ctx = public(&store);
    let maya = person(&ctx, "maya@house.test", Role::Rep, Some(PASSWORD)).await;
    let admin = ctx.acting_as(person(&ctx, "ada@house.test", Role::Administrator, None).await);
    for (email, password) in [("maya@house.test", NEW_PASSWORD), ("nobody@house.test", PASSWORD), ("no address", PASSWORD)] {
        assert_eq!(error_at(people::sign_in(&ctx, wish(email, password, "10.0.0.1")).await, ""), WRONG);
    }
    people::change_person(&admin, maya.id, &form(&[("disabled", "1")])).await.unwrap();
    assert_eq!(error_at(people::sign_in(&ctx, wish("maya@house.test", PASSWORD, "10.0.0.1")).await, ""), WRONG);
});

both_engines!(an_empty_sign_in_says_what_is_missing, |store| async move {
    let result = people::sign_in(&public(&store), wish(" ", "", "10.0.0.1")).await;
    let Err(ServiceError::Invalid(errors)) = result else { panic!("{result:?}") };
    assert_eq!((errors.get("email"), errors.get("password")), (Some("Enter your e-mail address"), Some("Enter your password")));
});

both_engines!(guessing_is_slowed_down_at_one_place_only, |store| async move {
    let ctx = public(&store);
    person(&ctx, "maya@house.test", Role::Rep, Some(PASSWORD)).await;
    for _ in 0..10 {
        assert_eq!(error_at(people::sign_in(&ctx, wish("maya@house.test", "guess", "10.0.0.1")).await, ""), WRONG);
    }
    let refused = people::sign_in(&ctx, wish("maya@house.test", PASSWORD, "10.0.0.1")).await;
    assert!(matches!(refused, Err(ServiceError::TooMany { seconds: 901 })), "{refused:?}");
    people::sign_in(&ctx, wish("maya@house.test", PASSWORD, "10.0.0.2")).await.unwrap();
    ctx.clock.advance_ms(15 * 60_000);
    people::sign_in(&ctx, wish("maya@house.test", PASSWORD, "10.0.0.1")).await.unwrap();
});

both_engines!(a_session_ends_when_idle_or_old, |store| async move {
    let ctx = public(&store);
    let maya = person(&ctx, "maya@house.test", Role::Rep, None).await;
    session_of(&ctx, maya.id, "here").await;
    for _ in 0..42 {
        ctx.clock.advance_ms(8 * HOUR_MS - 1);
        assert!(people::session_actor(&ctx, "here").await.unwrap().is_some());
    }
    ctx.clock.advance_ms(42);
    assert_eq!(people::session_actor(&ctx, "here").await.unwrap(), None, "older than a fortnight");

    let ben = person(&ctx, "ben@house.test", Role::Rep, None).await;
    let mut tx = ctx.store.begin().await.unwrap();
    tx.people().remove_sessions_of(maya.id, None).await.unwrap();
    tx.save().await.unwrap();
    session_of(&ctx, ben.id, "here").await;
    ctx.clock.advance_ms(8 * HOUR_MS);
    assert_eq!(people::session_actor(&ctx, "here").await.unwrap(), None, "idle");
});

both_engines!(a_session_is_touched_once_a_minute, |store| async move {
    let ctx = public(&store);
    let maya = person(&ctx, "maya@house.test", Role::Rep, None).await;
    session_of(&ctx, maya.id, "here").await;
    let start = ctx.now();
    for (ms, seen) in [(59_999, start), (1, start.plus_ms(60_000)), (59_999, start.plus_ms(60_000))] {
        ctx.clock.advance_ms(ms);
        people::session_actor(&ctx, "here").await.unwrap().expect("signed in");
        let row = ctx.store.read().await.unwrap().row(Sql::new("select seen_at from session")).await.unwrap();
        assert_eq!(row.expect("the session").time("seen_at").unwrap(), seen);
    }
});

both_engines!(signing_in_clears_away_dead_sessions, |store| async move {
    let ctx = public(&store);
    let maya = person(&ctx, "maya@house.test", Role::Rep, Some(PASSWORD)).await;
    session_of(&ctx, maya.id, "here").await;
    ctx.clock.advance_ms(DAY_MS);
    people::sign_in(&ctx, wish("maya@house.test", PASSWORD, "10.0.0.1")).await.unwrap();
    let sessions = ctx.store.read().await.unwrap().rows(Sql::new("select token_hash from session")).await.unwrap();
    assert_eq!(sessions.len(), 1);
});

both_engines!(the_first_administrator_sets_the_site_up_and_nobody_after, |store| async move {
    let ctx = public(&store);
    assert!(people::setup_is_open(&ctx).await.unwrap());
    assert_eq!(error_at(people::set_up(&ctx, "", "ada", "short", "short").await, "name"), "Enter your name");
    assert!(error_at(people::set_up(&ctx, "Ada", "ada", PASSWORD, PASSWORD).await, "email").starts_with("Enter an e-mail address"));
    assert!(error_at(people::set_up(&ctx, "Ada", "ada@house.test", "short", "short").await, "password").contains("at least 10"));
    assert!(error_at(people::set_up(&ctx, "Ada", "ada@house.test", PASSWORD, "other").await, "password_again").contains("differ"));
    assert!(people::setup_is_open(&ctx).await.unwrap());

    let ada = people::set_up(&ctx, " Ada  Byron ", "ada@house.test", PASSWORD, PASSWORD).await.unwrap();
    assert!(!people::setup_is_open(&ctx).await.unwrap());
    assert_eq!(last_event(&ctx, ada.0).await, (Some(ada), EventKind::RecordAdded { name: "Ada Byron".to_owned() }));
    let signed_in = people::sign_in(&ctx, wish("ada@house.test", PASSWORD, "10.0.0.1")).await.unwrap();
    assert_eq!(signed_in.actor.role, Role::Administrator);
    assert_error!(people::set_up(&ctx, "Eve", "eve@house.test", PASSWORD, PASSWORD).await, ServiceError::Refused(_));
});

both_engines!(of_two_who_set_up_at_once_one_succeeds, |store| async move {
    let ctx = public(&store);
    let (ada, eve) = tokio::join!(
        people::set_up(&ctx, "Ada", "ada@house.test", PASSWORD, PASSWORD),
        people::set_up(&ctx, "Eve", "eve@house.test", PASSWORD, PASSWORD),
    );
    assert!(ada.is_ok() != eve.is_ok(), "{ada:?} {eve:?}");
    assert_error!(ada.and(eve), ServiceError::Refused(_));
    assert_eq!(store.read().await.unwrap().people().count().await.unwrap(), 1);
});

both_engines!(only_an_administrator_manages_people, |store| async move {
    let ctx = public(&store);
    let empty = form(&[]);
    let group = GroupId(1);
    assert_error!(people::list_people(&ctx).await, ServiceError::SignInRequired);
    assert_error!(people::change_password(&ctx, &empty, "").await, ServiceError::SignInRequired);
    for (index, role) in Role::ALL.into_iter().filter(|role| *role != Role::Administrator).enumerate() {
        let actor = person(&ctx, &format!("p{index}@house.test"), role, None).await;
        let ctx = ctx.acting_as(actor.clone());
        assert_error!(people::list_people(&ctx).await, ServiceError::Forbidden(_));
        assert_error!(people::list_groups(&ctx).await, ServiceError::Forbidden(_));
        assert_error!(people::add_person(&ctx, &empty).await, ServiceError::Forbidden(_));
        assert_error!(people::change_person(&ctx, actor.id, &form(&[("role", "administrator")])).await, ServiceError::Forbidden(_));
        assert_error!(people::set_password(&ctx, actor.id, &empty).await, ServiceError::Forbidden(_));
        assert_error!(people::add_group(&ctx, &empty).await, ServiceError::Forbidden(_));
        assert_error!(people::change_group(&ctx, group, &empty).await, ServiceError::Forbidden(_));
    }
});

both_engines!(an_administrator_adds_people, |store| async move {
    let ctx = public(&store);
    let ada = person(&ctx, "ada@house.test", Role::Administrator, None).await;
    let ctx = ctx.acting_as(ada.clone());
    account(&ctx, 5).await;
    let north = people::add_group(&ctx, &form(&[("name", "North")])).await.unwrap();
    let north_text = north.to_string();
    let good =
        [("name", "Maya Lind"), ("email", "maya@house.test"), ("password", PASSWORD), ("role", "rep"), ("groups", ""), ("groups", &north_text)];
    let maya = people::add_person(&ctx, &form(&good)).await.unwrap();
    let known = people::list_people(&ctx).await.unwrap();
    assert_eq!(known.iter().map(|known| known.person.name.as_str()).collect::<Vec<_>>(), ["ada", "Maya Lind"]);
    assert_eq!((known[1].person.id, &known[1].groups, known[1].version, known[1].account), (maya, &vec![north], 1, None));
    assert_eq!(last_event(&ctx, maya.0).await, (Some(ada.id), EventKind::RecordAdded { name: "Maya Lind".to_owned() }));

    let with = |changes: &[(&str, &str)]| {
        let kept = good.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        form(&kept.chain(changes).copied().collect::<Vec<_>>())
    };
    assert!(error_at(people::add_person(&ctx, &with(&[])).await, "email").contains("is registered"));
    assert_eq!(error_at(people::add_person(&ctx, &with(&[("name", " ")])).await, "name"), "Enter a name");
    assert!(error_at(people::add_person(&ctx, &with(&[("role", "king")])).await, "role").contains("roles"));
    assert!(error_at(people::add_person(&ctx, &with(&[("password", "123456789")])).await, "password").contains("at least"));
    let long = "x".repeat(501);
    assert!(error_at(people::add_person(&ctx, &with(&[("password", &long)])).await, "password").contains("at most"));
    assert!(error_at(people::add_person(&ctx, &with(&[("password_again", "x")])).await, "password_again").contains("differ"));
    assert!(error_at(people::add_person(&ctx, &with(&[("groups", "x")])).await, "groups").contains("list"));
    assert!(error_at(people::add_person(&ctx, &with(&[("groups", "99")])).await, "groups").contains("no longer"));
    assert!(error_at(people::add_person(&ctx, &with(&[("version", "7")])).await, "").contains("does not belong"));

    let outside = |changes: &[(&str, &str)]| with(&[&[("email", "out@firm.test"), ("role", "distributor")], changes].concat());
    assert!(error_at(people::add_person(&ctx, &outside(&[("groups", "")])).await, "account").contains("firm"));
    assert!(error_at(people::add_person(&ctx, &outside(&[("account", "6"), ("groups", "")])).await, "account").contains("no such"));
    assert!(error_at(people::add_person(&ctx, &outside(&[("account", "5")])).await, "groups").contains("no group"));
    people::add_person(&ctx, &outside(&[("account", "5"), ("groups", "")])).await.unwrap();
    assert_eq!(store.read().await.unwrap().people().count().await.unwrap(), 3, "refusals add nobody");
});

both_engines!(an_administrator_changes_people, |store| async move {
    let public = public(&store);
    let ada = person(&public, "ada@house.test", Role::Administrator, None).await;
    let maya = person(&public, "maya@house.test", Role::Rep, None).await;
    let ctx = public.acting_as(ada.clone());
    account(&ctx, 5).await;
    let north = people::add_group(&ctx, &form(&[("name", "North")])).await.unwrap();
    let maya_again = || async { people::list_people(&ctx).await.unwrap().into_iter().find(|known| known.person.id == maya.id).expect("Maya") };

    session_of(&ctx, maya.id, "here").await;
    people::change_person(&ctx, maya.id, &form(&[("name", "Maya Lind"), ("groups", ""), ("groups", &north.to_string())])).await.unwrap();
    assert_eq!((maya_again().await.person.name.as_str(), maya_again().await.groups), ("Maya Lind", vec![north]));
    let seen = people::session_actor(&public, "here").await.unwrap().expect("a new name ends no session");
    assert_eq!((seen.name.as_str(), seen.groups), ("Maya Lind", vec![north]));
    let (by, kind) = last_event(&ctx, maya.id.0).await;
    assert_eq!((by, kind.sentence().as_str()), (Some(ada.id), "changed Name, Groups of Maya Lind"));

    people::change_person(&ctx, maya.id, &form(&[("name", "Maya Lind")])).await.unwrap();
    assert_eq!(maya_again().await.version, 2, "nothing changed, so nothing was written");
    assert_error!(people::change_person(&ctx, maya.id, &form(&[("version", "1"), ("name", "M")])).await, ServiceError::Conflict(_));
    assert_error!(people::change_person(&ctx, UserId(99), &form(&[])).await, ServiceError::NotFound);
    assert!(error_at(people::change_person(&ctx, maya.id, &form(&[("password_hash", "x")])).await, "").contains("does not belong"));
    assert_eq!(error_at(people::change_person(&ctx, maya.id, &form(&[("name", "")])).await, "name"), "Enter a name");
    assert!(error_at(people::change_person(&ctx, maya.id, &form(&[("role", "x")])).await, "role").contains("roles"));
    assert!(error_at(people::change_person(&ctx, maya.id, &form(&[("groups", "98")])).await, "groups").contains("no longer"));
    assert!(error_at(people::change_person(&ctx, maya.id, &form(&[("role", "distributor")])).await, "account").contains("firm"));

    people::change_group(&ctx, north, &form(&[("manager", &maya.id.to_string())])).await.unwrap();
    let outside = form(&[("role", "distributor"), ("account", "5")]);
    assert!(error_at(people::change_person(&ctx, maya.id, &outside).await, "role").contains("another manager"));
    people::change_group(&ctx, north, &form(&[("manager", "")])).await.unwrap();
    people::change_person(&ctx, maya.id, &outside).await.unwrap();
    assert_eq!((maya_again().await.account.map(|id| id.0), maya_again().await.groups), (Some(5), vec![]));
    assert_eq!(people::session_actor(&public, "here").await.unwrap(), None, "a new role ends sessions");

    session_of(&ctx, maya.id, "here").await;
    people::change_person(&ctx, maya.id, &form(&[("disabled", ""), ("disabled", "1")])).await.unwrap();
    assert!(maya_again().await.person.disabled);
    people::change_person(&ctx, maya.id, &form(&[("disabled", "")])).await.unwrap();
    assert!(!maya_again().await.person.disabled);
    assert_eq!(people::session_actor(&public, "here").await.unwrap(), None, "disabling ended the session for good");
});

both_engines!(the_last_administrator_stays_one, |store| async move {
    let ctx = public(&store);
    let ada = person(&ctx, "ada@house.test", Role::Administrator, None).await;
    let ctx = ctx.acting_as(ada.clone());
    for change in [("role", "rep"), ("disabled", "1")] {
        let result = people::change_person(&ctx, ada.id, &form(&[change])).await;
        let Err(ServiceError::Refused(sentence)) = result else { panic!("{result:?}") };
        assert_eq!(sentence, "ada is the last administrator. Make someone else an administrator first.");
    }
    let abe = person(&ctx, "abe@house.test", Role::Administrator, None).await;
    let demote = form(&[("role", "rep")]);
    let (one, other) = tokio::join!(people::change_person(&ctx, ada.id, &demote), people::change_person(&ctx, abe.id, &demote));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_error!(one.and(other), ServiceError::Refused(_));
});

both_engines!(one_s_own_password_needs_the_current_one_and_ends_other_sessions, |store| async move {
    let public = public(&store);
    let maya = person(&public, "maya@house.test", Role::Rep, Some(PASSWORD)).await;
    let ctx = public.acting_as(maya.clone());
    session_of(&ctx, maya.id, "here").await;
    let other = people::sign_in(&public, wish("maya@house.test", PASSWORD, "10.0.0.1")).await.unwrap();
    let change = |current: &str, new: &str, again: &str| form(&[("current_password", current), ("password", new), ("password_again", again)]);

    assert!(error_at(people::change_password(&ctx, &change("", "short", ""), "here").await, "current_password").contains("you have now"));
    assert!(error_at(people::change_password(&ctx, &change(PASSWORD, "short", "short"), "here").await, "password").contains("at least"));
    assert!(error_at(people::change_password(&ctx, &change(PASSWORD, NEW_PASSWORD, ""), "here").await, "password_again").contains("differ"));
    let wrong = people::change_password(&ctx, &change("wrong", NEW_PASSWORD, NEW_PASSWORD), "here").await;
    assert_eq!(error_at(wrong, "current_password"), "This is not the password you have now");
    let slipped_in = form(&[("role", "administrator")]);
    assert!(error_at(people::change_password(&ctx, &slipped_in, "here").await, "").contains("does not belong"));
    assert!(people::session_actor(&public, &other.token).await.unwrap().is_some());

    people::change_password(&ctx, &change(PASSWORD, NEW_PASSWORD, NEW_PASSWORD), "here").await.unwrap();
    assert_eq!(people::session_actor(&public, &other.token).await.unwrap(), None);
    assert!(people::session_actor(&public, "here").await.unwrap().is_some());
    assert_eq!(last_event(&ctx, maya.id.0).await.1.sentence(), "changed Password of maya");
    people::sign_in(&public, wish("maya@house.test", NEW_PASSWORD, "10.0.0.1")).await.unwrap();
});

both_engines!(one_s_own_password_cannot_be_guessed_at_an_open_desk, |store| async move {
    let ctx = public(&store);
    let maya = person(&ctx, "maya@house.test", Role::Rep, Some(PASSWORD)).await;
    let ctx = ctx.acting_as(maya);
    let guess = form(&[("current_password", "guess"), ("password", NEW_PASSWORD), ("password_again", NEW_PASSWORD)]);
    for _ in 0..10 {
        error_at(people::change_password(&ctx, &guess, "here").await, "current_password");
    }
    assert_error!(people::change_password(&ctx, &guess, "here").await, ServiceError::TooMany { .. });
});

both_engines!(an_administrator_gives_a_new_password, |store| async move {
    let public = public(&store);
    let ada = person(&public, "ada@house.test", Role::Administrator, None).await;
    let maya = person(&public, "maya@house.test", Role::Rep, None).await;
    let ctx = public.acting_as(ada);
    session_of(&ctx, maya.id, "here").await;
    let new = form(&[("password", NEW_PASSWORD), ("password_again", NEW_PASSWORD)]);
    assert!(error_at(people::set_password(&ctx, maya.id, &form(&[("password", "short")])).await, "password").contains("at least"));
    assert_error!(people::set_password(&ctx, UserId(99), &new).await, ServiceError::NotFound);
    people::set_password(&ctx, maya.id, &new).await.unwrap();
    assert_eq!(people::session_actor(&public, "here").await.unwrap(), None);
    people::sign_in(&public, wish("maya@house.test", NEW_PASSWORD, "10.0.0.1")).await.unwrap();
});

both_engines!(groups_are_added_changed_and_retired, |store| async move {
    let ctx = public(&store);
    let ada = person(&ctx, "ada@house.test", Role::Administrator, None).await;
    let maya = person(&ctx, "maya@house.test", Role::Rep, None).await;
    let outside = person(&ctx, "out@firm.test", Role::Distributor, None).await;
    let ctx = ctx.acting_as(ada.clone());
    let (maya_text, outside_text) = (maya.id.to_string(), outside.id.to_string());
    let fields = [("name", "North"), ("region", "Scotland"), ("manager", &maya_text), ("members", ""), ("members", &maya_text)];
    let north = people::add_group(&ctx, &form(&fields)).await.unwrap();
    let group = people::list_groups(&ctx).await.unwrap().remove(0);
    assert_eq!((group.id, group.region.as_str(), group.manager, group.members), (north, "Scotland", Some(maya.id), vec![maya.id]));
    assert_eq!(last_event(&ctx, north.0).await, (Some(ada.id), EventKind::RecordAdded { name: "North".to_owned() }));

    assert!(error_at(people::add_group(&ctx, &form(&[("name", "north")])).await, "name").contains("choose another"));
    assert!(error_at(people::add_group(&ctx, &form(&[])).await, "name").contains("a name for the group"));
    assert!(error_at(people::add_group(&ctx, &form(&[("name", "S"), ("owner", "1")])).await, "").contains("does not belong"));
    for (field, value) in [("manager", "x"), ("manager", "99"), ("manager", &outside_text), ("members", "x"), ("members", &outside_text)] {
        error_at(people::add_group(&ctx, &form(&[("name", "South"), (field, value)])).await, field);
    }
    assert_error!(people::change_group(&ctx, GroupId(99), &form(&[])).await, ServiceError::NotFound);
    people::add_group(&ctx, &form(&[("name", "South")])).await.unwrap();
    assert!(error_at(people::change_group(&ctx, north, &form(&[("name", "SOUTH")])).await, "name").contains("choose another"));
    let long = "x".repeat(201);
    assert!(error_at(people::change_group(&ctx, north, &form(&[("region", &long)])).await, "region").contains("at most"));

    people::change_group(&ctx, north, &form(&[("members", ""), ("retired", "1"), ("manager", "")])).await.unwrap();
    let group = people::list_groups(&ctx).await.unwrap().remove(0);
    assert_eq!((group.name.as_str(), group.manager, group.members, group.retired), ("North", None, vec![], true));
    assert_eq!(last_event(&ctx, north.0).await.1.sentence(), "changed Manager, Members, Retired of North");
});

both_engines!(the_command_line_adds_people_and_mends_passwords, |store| async move {
    let ctx = public(&store);
    let ada = people::cli_add_user(&ctx, "ada@house.test", "Ada", Role::Administrator, PASSWORD).await.unwrap();
    let again = people::cli_add_user(&ctx, "ADA@house.test", "Ada", Role::Administrator, PASSWORD).await;
    assert!(error_at(again, "email").contains("is registered"));
    assert!(error_at(people::cli_add_user(&ctx, "a@b.test", "A", Role::Distributor, PASSWORD).await, "role").contains("firm"));
    assert!(error_at(people::cli_add_user(&ctx, "a", "", Role::Rep, "short").await, "password").contains("at least"));

    session_of(&ctx, ada, "here").await;
    assert!(error_at(people::cli_set_password(&ctx, "eve@house.test", PASSWORD).await, "email").contains("Nobody"));
    assert!(error_at(people::cli_set_password(&ctx, "ada@house.test", "short").await, "password").contains("at least"));
    people::cli_set_password(&ctx, "Ada@house.test", NEW_PASSWORD).await.unwrap();
    assert_eq!(people::session_actor(&ctx, "here").await.unwrap(), None);
    people::sign_in(&ctx, wish("ada@house.test", NEW_PASSWORD, "10.0.0.1")).await.unwrap();
});

both_engines!(a_new_site_starts_with_lists_and_pipelines, |store| async move {
    let ctx = public(&store);
    let (one, other) = tokio::join!(seed_defaults(&ctx), seed_defaults(&ctx));
    one.unwrap();
    other.unwrap();
    seed_defaults(&ctx).await.unwrap();
    let catalog = store.catalog().await.unwrap();
    let count = |list| catalog.offered(list).count();
    use domain::{ChoiceList as L, LifeCycle};
    let counts = [L::Source, L::Category, L::Offering, L::LostReason, L::Priority, L::Importance, L::Stage, L::Partner, L::Location].map(count);
    assert_eq!(counts, [6, 4, 18, 7, 6, 5, 7, 0, 0]);
    let default = |list| catalog.default_choice(list).map(|id| catalog.choice_name(id)).unwrap_or_default();
    assert_eq!([L::Priority, L::Importance, L::Stage].map(default), ["Normal", "Medium", "01-Suspect"]);
    let types: Vec<_> =
        catalog.offered_types().map(|known| (known.name.as_str(), catalog.choice_name(known.default_category.expect("one")))).collect();
    assert_eq!(
        types,
        [("Sales enquiry", "Prospect".to_owned()), ("Business partner", "Business partner".to_owned()), ("Renewal", "Customer".to_owned())]
    );
    for lead_type in catalog.offered_types() {
        for state in LifeCycle::ALL {
            assert_eq!(catalog.pipeline(lead_type.id).filter(|status| status.state == state && status.is_default).count(), 1, "{state:?}");
        }
    }
    let qualification = catalog.statuses.iter().find(|status| status.name == "Qualification").expect("a status");
    assert_eq!((qualification.due_days, qualification.tone.as_str(), qualification.is_default), (Some(7), "violet", true));
});
