//! Whether and how people can be reached, on both engines, with a clock that stands still.

use domain::event::Subject;
use domain::{AccountId, AuditArea, AuditFilter, EmailAddress, EventKind, FormValues, Reachability, Role, Timestamp, UserId};
use service::{Clock, Ctx, ServiceError, audit, people, reach};
use store::people::NewUser;
use store::{Store, both_engines};

/// 24 November 2025, 16:00.
const NOW: Timestamp = Timestamp(1_764_000_000_000);

struct House {
    ada: Ctx,
    maya: Ctx,
    ben: UserId,
    dina: UserId,
}

async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(NOW));
    service::seed::seed_defaults(&public).await.unwrap();
    let mut actors = Vec::new();
    for (name, role) in [("ada", Role::Administrator), ("maya", Role::Rep), ("ben", Role::Rep), ("dina", Role::Distributor)] {
        let mut tx = store.begin().await.unwrap();
        let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
        let account = (role == Role::Distributor).then_some(AccountId(1));
        let id = tx.people().add(NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: NOW }).await.unwrap();
        actors.push(tx.people().load_actor(id).await.unwrap().unwrap());
        tx.save().await.unwrap();
    }
    // So that the catalog knows them.
    let ada = public.acting_as(actors[0].clone());
    people::add_group(&ada, &form("name=North")).await.unwrap();
    House { maya: public.acting_as(actors[1].clone()), ben: actors[2].id, dina: actors[3].id, ada }
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

/// The error at a field; panics when there is none.
fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

async fn said(ctx: &Ctx, user: UserId) -> Option<String> {
    reach::list(ctx).await.unwrap().into_iter().find(|found| found.user == user).unwrap().hindrance
}

both_engines!(people_say_whether_they_take_calls, |store| async move {
    let House { ada, maya, .. } = house(&store).await;
    let me = maya.actor().unwrap().id;
    assert_eq!(said(&ada, me).await, None);
    assert_eq!(reach::change_availability(&maya, "busy").await.unwrap().absence, None);
    assert_eq!(said(&ada, me).await.as_deref(), Some("busy since 16:00"));
    let events = store.read().await.unwrap().events().of_subject(Subject::Person, me.0, 5).await.unwrap();
    assert_eq!((events.len(), events[0].actor, events[0].kind.sentence()), (1, Some(me), "changed Availability of maya".to_owned()));
    let area = Some(AuditArea::People);
    let audited = audit::list(&ada, AuditFilter { area, actor: Some(me) }, None).await.unwrap();
    assert_eq!(audited.items[0].kind, events[0].kind);

    // Said once more, it holds since the first time.
    maya.clock.advance_ms(60_000);
    reach::change_availability(&maya, "busy").await.unwrap();
    assert_eq!(reach::find_own(&maya).await.unwrap().reach.since, Some(NOW));
    assert_eq!(store.read().await.unwrap().events().of_subject(Subject::Person, me.0, 5).await.unwrap().len(), 1);
});

both_engines!(an_absence_outlasts_what_is_said, |store| async move {
    let House { ada, maya, ben, .. } = house(&store).await;
    let me = maya.actor().unwrap().id;
    let wish = format!("version=0&absent_from=2025-11-20&absent_until=2025-11-28&deputy={ben}");
    reach::change_own(&maya, &form(&wish)).await.unwrap();
    assert_eq!(reach::change_availability(&maya, "away").await.unwrap().absence.as_deref(), Some("absent until 28 Nov 2025"));
    assert_eq!(said(&ada, me).await.as_deref(), Some("absent until 28 Nov 2025"));
    maya.clock.advance_ms(5 * domain::DAY_MS);
    assert_eq!(said(&ada, me).await.as_deref(), Some("away since 24 Nov 2025, 16:00"));
    // Back already: the first day is given up, and the last one with it.
    reach::change_own(&maya, &form("absent_from=&absent_until=")).await.unwrap();
    assert_eq!(reach::find_own(&maya).await.unwrap().reach.absence, None);
});

both_engines!(numbers_are_read_or_refused_at_their_fields, |store| async move {
    let House { maya, ben, .. } = house(&store).await;
    let me = maya.actor().unwrap().id;
    reach::change_own(&maya, &form("extension=204&mobile=07700+900123&voicemail=899")).await.unwrap();
    let found = reach::find_own(&maya).await.unwrap();
    assert_eq!(found.version, 1);
    let numbers = found.reach.numbers;
    assert_eq!((numbers.extension.as_deref(), numbers.mobile.unwrap().raw.as_str()), (Some("204"), "07700 900123"));
    assert_eq!(numbers.voicemail.unwrap().raw, "899");
    for (wish, field) in [
        ("extension=12345678901", "extension"),
        ("extension=reception", "extension"),
        ("mobile=call+me", "mobile"),
        ("voicemail=the+box", "voicemail"),
        ("absent_from=soon", "absent_from"),
        ("absent_from=2025-11-28&absent_until=2025-11-27", "absent_until"),
        ("absent_until=2025-11-01", "absent_until"),
        (&format!("deputy={me}"), "deputy"),
        ("deputy=999", "deputy"),
        ("availability=sleeping", "availability"),
    ] {
        error_at(reach::change_own(&maya, &form(wish)).await, field);
    }
    let stale = reach::change_own(&maya, &form("version=0&extension=205")).await;
    assert!(matches!(stale, Err(ServiceError::Conflict(_))), "{stale:?}");
    // Only the last day: it begins today.
    reach::change_own(&maya, &form(&format!("absent_until=2025-11-25&deputy={ben}"))).await.unwrap();
    let reach = reach::find_own(&maya).await.unwrap().reach;
    assert_eq!((reach.absence.unwrap().from, reach.deputy), (NOW.start_of_day(), Some(ben)));
    reach::change_own(&maya, &form("extension=&mobile=&voicemail=&absent_from=&absent_until=&deputy=")).await.unwrap();
    assert_eq!(reach::find_own(&maya).await.unwrap().reach, Reachability::default());
});

both_engines!(everybody_says_so_for_themselves_and_administrators_for_all, |store| async move {
    let House { ada, maya, ben, dina } = house(&store).await;
    reach::change_of(&ada, ben, &form("extension=310&availability=busy")).await.unwrap();
    assert_eq!(said(&ada, ben).await.as_deref(), Some("busy since 16:00"));
    let kind = audit::list(&ada, AuditFilter::default(), None).await.unwrap().items.remove(0).kind;
    assert!(matches!(kind, EventKind::RecordChanged { ref name, ref changes } if name == "ben" && changes.len() == 2), "{kind:?}");

    assert!(matches!(reach::change_of(&maya, ben, &form("extension=1")).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(reach::list(&maya).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(reach::change_of(&ada, dina, &form("extension=1")).await, Err(ServiceError::Refused(_))));
    assert!(matches!(reach::change_of(&ada, UserId(99), &form("extension=1")).await, Err(ServiceError::NotFound)));
    let actor = store.read().await.unwrap().people().load_actor(dina).await.unwrap().unwrap();
    let outside = ada.acting_as(actor);
    assert!(matches!(reach::change_availability(&outside, "busy").await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(reach::find_own(&outside).await, Err(ServiceError::Forbidden(_))));
    people::change_person(&ada, ben, &form("disabled=1")).await.unwrap();
    assert_eq!(said(&ada, ben).await.as_deref(), Some("inactive"));
});
