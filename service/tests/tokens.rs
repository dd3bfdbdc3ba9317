//! Tokens: making, listing, using and revoking them, on both engines, with a clock that stands still.

use domain::{Actor, DAY_MS, EmailAddress, FormValues, Role, Timestamp, TokenScope};
use service::tokens::{add_token, find_caller, list_tokens, revoke_token};
use service::{Clock, Ctx, ServiceError};
use store::people::NewUser;
use store::{Store, both_engines};

fn public(store: &Store) -> Ctx {
    Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)))
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let user = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(user).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    actor
}

fn form(fields: &[(&str, &str)]) -> FormValues {
    FormValues(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

both_engines!(a_person_makes_and_revokes_tokens_of_their_own, |store| async move {
    let ctx = public(&store);
    let maya = ctx.acting_as(person(&ctx, "maya", Role::Rep).await);
    let owen = ctx.acting_as(person(&ctx, "owen", Role::Rep).await);
    let ada = ctx.acting_as(person(&ctx, "ada", Role::Administrator).await);
    let token = add_token(&maya, &form(&[("name", "Website"), ("scope", "write"), ("days", "30")])).await.unwrap();
    add_token(&owen, &form(&[("name", "Script"), ("scope", "read"), ("days", "never")])).await.unwrap();

    let mine = list_tokens(&maya).await.unwrap();
    assert_eq!((mine.len(), mine[0].name.as_str(), mine[0].scope, mine[0].last_used_at), (1, "Website", TokenScope::Write, None));
    assert_eq!(mine[0].expires_at, Some(ctx.now().plus_ms(30 * DAY_MS)));
    assert_eq!(list_tokens(&ada).await.unwrap().iter().map(|token| token.user_name.as_str()).collect::<Vec<_>>(), ["owen", "maya"]);
    assert!(matches!(list_tokens(&ctx).await, Err(ServiceError::SignInRequired)));

    let caller = find_caller(&ctx, &token).await.unwrap().expect("a caller");
    assert_eq!((caller.actor.name.as_str(), caller.scope), ("maya", TokenScope::Write));
    let used = ctx.now();
    ctx.clock.advance_ms(59_999);
    find_caller(&ctx, &token).await.unwrap().expect("a caller");
    assert_eq!(list_tokens(&maya).await.unwrap()[0].last_used_at, Some(used), "to the minute");
    ctx.clock.advance_ms(1);
    find_caller(&ctx, &token).await.unwrap().expect("a caller");
    assert_eq!(list_tokens(&maya).await.unwrap()[0].last_used_at, Some(ctx.now()));

    let number = list_tokens(&maya).await.unwrap()[0].number;
    assert!(matches!(revoke_token(&owen, number).await, Err(ServiceError::NotFound)));
    revoke_token(&maya, number).await.unwrap();
    assert!(find_caller(&ctx, &token).await.unwrap().is_none());
    assert!(list_tokens(&maya).await.unwrap().is_empty());
    assert!(matches!(revoke_token(&maya, number).await, Err(ServiceError::NotFound)));
    let theirs = list_tokens(&ada).await.unwrap()[0].number;
    revoke_token(&ada, theirs).await.unwrap();
});

both_engines!(a_token_ends_when_it_was_said, |store| async move {
    let ctx = public(&store);
    let maya = ctx.acting_as(person(&ctx, "maya", Role::Rep).await);
    let token = add_token(&maya, &form(&[("name", "Website"), ("scope", "read"), ("days", "30")])).await.unwrap();
    ctx.clock.advance_ms(30 * DAY_MS - 1);
    assert!(find_caller(&ctx, &token).await.unwrap().is_some());
    ctx.clock.advance_ms(1);
    assert!(find_caller(&ctx, &token).await.unwrap().is_none());
});

both_engines!(what_is_wrong_with_a_token_is_said_at_its_field, |store| async move {
    let ctx = public(&store);
    let maya = ctx.acting_as(person(&ctx, "maya", Role::Rep).await);
    let refused = add_token(&maya, &form(&[("name", " "), ("scope", "root"), ("days", "12")])).await;
    let Err(ServiceError::Invalid(errors)) = refused else { panic!("{refused:?}") };
    assert_eq!(errors.0.keys().collect::<Vec<_>>(), ["days", "name", "scope"]);
    let slipped_in = [("name", "x"), ("scope", "read"), ("days", "30"), ("user", "1")];
    assert!(matches!(add_token(&maya, &form(&slipped_in)).await, Err(ServiceError::Invalid(_))));
    assert!(list_tokens(&maya).await.unwrap().is_empty());
});
