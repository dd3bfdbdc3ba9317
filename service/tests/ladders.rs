//! Ladders of calls, on both engines, with a clock that stands still.

use domain::intake::{CallTry, Settled, TryResult};
use domain::ladder::{Ladder, LadderKind, RungShown};
use domain::{AccountId, Actor, EmailAddress, FormValues, Role, Timestamp, UserId};
use service::{Clock, Ctx, ServiceError, accounts, audit, configuration, intake, ladders, people, reach};
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    ada: Ctx,
    /// Rep of the North, which Martin manages.
    maya: Ctx,
    martin: UserId,
    ben: UserId,
    ina: Ctx,
    dina: Ctx,
}

async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    service::seed::seed_defaults(&public).await.unwrap();
    let mut actors: Vec<Actor> = Vec::new();
    for (name, role) in [
        ("ada", Role::Administrator),
        ("maya", Role::Rep),
        ("martin", Role::Manager),
        ("ben", Role::Rep),
        ("ina", Role::Intake),
        ("dina", Role::Distributor),
    ] {
        let mut tx = store.begin().await.unwrap();
        let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
        let account = (role == Role::Distributor).then_some(AccountId(1));
        let at = public.now();
        let id = tx.people().add(NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at }).await.unwrap();
        actors.push(tx.people().load_actor(id).await.unwrap().unwrap());
        tx.save().await.unwrap();
    }
    let as_actor = |index: usize| public.acting_as(actors[index].clone());
    let ada = as_actor(0);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}", actors[2].id, actors[1].id))).await.unwrap();
    for (nth, actor) in actors[1..5].iter().enumerate() {
        reach::change_of(&ada, actor.id, &form(&format!("extension=20{nth}&voicemail=80{nth}"))).await.unwrap();
    }
    House { maya: as_actor(1), ina: as_actor(4), dina: as_actor(5), martin: actors[2].id, ben: actors[3].id, ada }
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

/// The rungs of a call of an account, or of somebody new, after some people did not answer.
async fn shown(ctx: &Ctx, kind: LadderKind, caller: Option<AccountId>, unanswered: &[UserId]) -> Vec<RungShown> {
    let tries = unanswered.iter().map(|user| CallTry { user: *user, result: TryResult::NoAnswer }.key()).collect::<Vec<_>>().join(",");
    let caller = caller.map(|account| account.to_string()).unwrap_or_default();
    let settled = Settled { caller, tries, needs_help_now: kind == URGENT, ..Settled::default() };
    intake::beside(ctx, &settled).await.unwrap().rungs
}

/// The first rung that is to be tried, from 1, and who stands there first.
async fn first_open(ctx: &Ctx, kind: LadderKind, caller: Option<AccountId>, unanswered: &[UserId]) -> Option<(usize, UserId)> {
    let open = shown(ctx, kind, caller, unanswered).await.into_iter().zip(1..).find(|(rung, _)| rung.waits.is_none())?;
    open.0.standing.iter().find(|standing| standing.may_try()).map(|standing| (open.1, standing.user))
}

async fn rungs(ctx: &Ctx, kind: LadderKind) -> Ladder {
    ctx.store.read().await.unwrap().ladders().find(kind).await.unwrap()
}

const TRANSFER: LadderKind = LadderKind::Transfer;
const URGENT: LadderKind = LadderKind::Urgent;

both_engines!(who_takes_a_call_climbs_the_ladder, |store| async move {
    let House { ada, maya, martin, ben, ina, .. } = house(&store).await;
    let rep = maya.actor().unwrap().id;
    let acme = format!("name=Acme&kind=customer&primary_rep={rep}");
    let caller = Some(accounts::add_account(&ada, &form(&acme)).await.unwrap().id);
    configuration::change_posts(&ada, &form(&format!("intake_owner={}", ada.actor().unwrap().id))).await.unwrap();
    reach::change_of(&ada, ada.actor().unwrap().id, &form("voicemail=899")).await.unwrap();
    assert_eq!(first_open(&ina, TRANSFER, caller, &[]).await, Some((1, rep)));
    reach::change_availability(&maya, "busy").await.unwrap();
    assert_eq!(first_open(&ina, TRANSFER, caller, &[]).await, Some((2, martin)));
    assert_eq!(first_open(&ina, TRANSFER, caller, &[martin]).await, Some((2, ben)));
    let owner = ada.actor().unwrap().id;
    assert_eq!(first_open(&ina, TRANSFER, caller, &[martin, ben]).await, Some((3, owner)));
    // An absent rep's deputy takes their calls.
    reach::change_own(&maya, &form(&format!("absent_from=2025-11-01&deputy={ben}"))).await.unwrap();
    assert_eq!(first_open(&ina, TRANSFER, caller, &[]).await, Some((1, ben)));
    assert_eq!(shown(&ina, TRANSFER, caller, &[]).await[0].standing[0].stands_in_for.as_deref(), Some("maya"));
});

both_engines!(an_urgent_call_ends_with_one_of_the_further_deputies, |store| async move {
    let House { ada, martin, ben, ina, .. } = house(&store).await;
    let taker = ina.actor().unwrap().id;
    let wish = format!("intake_owner={martin}&first_deputy={taker}&further_deputy_1=&further_deputy_2={ben}&further_deputy_3={ben}");
    configuration::change_posts(&ada, &form(&wish)).await.unwrap();
    let (listed, posts) = ladders::list(&ada).await.unwrap();
    assert_eq!((posts.intake_owner, posts.first_deputy, posts.further_deputies), (Some(martin), Some(taker), vec![ben]));
    assert_eq!(listed.iter().map(|now| now.ladder.kind).collect::<Vec<_>>(), LadderKind::ALL);
    assert_eq!(first_open(&ina, URGENT, None, &[martin, taker]).await, Some((3, ben)));
    reach::change_of(&ada, ben, &form("availability=away")).await.unwrap();
    let last = shown(&ina, URGENT, None, &[]).await.pop().unwrap();
    assert_eq!(last.receiver, Some(ben), "without an answer, whatever they say");
    people::change_person(&ada, ben, &form("disabled=1")).await.unwrap();
    assert_eq!(shown(&ina, URGENT, None, &[]).await.pop().unwrap().receiver, None);
});

both_engines!(an_administrator_changes_the_rungs, |store| async move {
    let House { ada, ben, .. } = house(&store).await;
    configuration::rename_ladder(&ada, TRANSFER, &form("name=Front+desk")).await.unwrap();
    configuration::change_rung(&ada, TRANSFER, 2, &form("alternate_1=other_rep&alternate_2=&alternate_3=sales_manager&alternate_4=")).await.unwrap();
    let wish = format!("condition=always&alternate_1=person-{ben}&channels=&channels=mobile&assigns=");
    configuration::add_rung(&ada, TRANSFER, &form(&wish)).await.unwrap();
    configuration::move_rung(&ada, TRANSFER, 4, &form("direction=up")).await.unwrap();
    configuration::remove_rung(&ada, TRANSFER, 3, &form("")).await.unwrap();
    let ladder = rungs(&ada, TRANSFER).await;
    assert_eq!((ladder.name.as_str(), ladder.rungs.iter().map(|rung| rung.id).collect::<Vec<_>>()), ("Front desk", vec![1, 2, 4]));
    let keys: Vec<_> = ladder.rungs.iter().map(|rung| rung.alternates.iter().map(|alternate| alternate.key()).collect::<Vec<_>>()).collect();
    assert_eq!(keys, [vec!["assigned_rep".to_owned()], vec!["other_rep".to_owned(), "sales_manager".to_owned()], vec![format!("person-{ben}")]]);
    let audited = audit::list(&ada, domain::AuditFilter::default(), None).await.unwrap().items;
    assert_eq!(audited[0].kind.sentence(), "changed Rung 4 of the ladder Front desk");
    // What changes nothing is no change.
    configuration::move_rung(&ada, TRANSFER, 1, &form("direction=up")).await.unwrap();
    configuration::rename_ladder(&ada, TRANSFER, &form("name=Front+desk")).await.unwrap();
    assert_eq!(audit::list(&ada, domain::AuditFilter::default(), None).await.unwrap().items.len(), audited.len());
});

both_engines!(a_ladder_that_leads_nowhere_is_refused, |store| async move {
    let House { ada, martin, .. } = house(&store).await;
    let unticked = configuration::change_rung(&ada, URGENT, 3, &form("assigns=")).await;
    assert_eq!(error_at(unticked, ""), "The last rung of this ladder has to give the lead to somebody without an answer");
    error_at(configuration::change_rung(&ada, URGENT, 1, &form("assigns=1")).await, "");
    assert!(matches!(configuration::remove_rung(&ada, URGENT, 3, &form("")).await, Err(ServiceError::Refused(_))));
    assert!(matches!(configuration::move_rung(&ada, URGENT, 3, &form("direction=up")).await, Err(ServiceError::Refused(_))));
    for rung in [1, 2] {
        configuration::remove_rung(&ada, TRANSFER, rung, &form("")).await.unwrap();
    }
    assert!(matches!(configuration::remove_rung(&ada, TRANSFER, 3, &form("")).await, Err(ServiceError::Refused(_))));
    for (wish, field) in [
        ("alternate_1=", "alternate_1"),
        ("alternate_1=person-999", "alternate_1"),
        ("alternate_1=&alternate_2=boss", "alternate_2"),
        ("channels=&channels=fax", "channels"),
        ("channels=", "channels"),
        ("condition=never", "condition"),
    ] {
        error_at(configuration::change_rung(&ada, TRANSFER, 3, &form(wish)).await, field);
    }
    error_at(configuration::rename_ladder(&ada, TRANSFER, &form("name=")).await, "name");
    error_at(configuration::change_posts(&ada, &form("further_deputy_2=999")).await, "further_deputy_2");
    error_at(configuration::change_call_copies(&ada, &form("people=&people=999")).await, "people");
    error_at(configuration::change_call_copies(&ada, &form("addresses=desk@firm.test%0Adesk")).await, "addresses");
    let many: Vec<String> = (0..21).map(|nth| format!("desk{nth}@firm.test")).collect();
    error_at(configuration::change_call_copies(&ada, &form(&format!("addresses={}", many.join(",")))).await, "addresses");
    assert_eq!(ladders::copies(&ada).await.unwrap(), domain::Copies::default());
    configuration::change_call_copies(&ada, &form(&format!("people=&people={}&addresses={}", martin, many[0]))).await.unwrap();
    configuration::change_call_copies(&ada, &form("addresses=")).await.unwrap();
    assert_eq!(ladders::copies(&ada).await.unwrap(), domain::Copies { users: vec![martin], addresses: Vec::new() });
    assert!(matches!(configuration::change_rung(&ada, TRANSFER, 9, &form("")).await, Err(ServiceError::NotFound)));
    assert_eq!(rungs(&ada, URGENT).await, Ladder::standard(URGENT));
});

both_engines!(people_of_the_house_read_ladders_and_administrators_change_them, |store| async move {
    let House { maya, dina, .. } = house(&store).await;
    assert!(intake::beside(&maya, &Settled::default()).await.is_ok());
    assert!(matches!(intake::beside(&dina, &Settled::default()).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(ladders::list(&maya).await, Err(ServiceError::Forbidden(_))));
    for change in [
        configuration::change_posts(&maya, &form("")).await,
        configuration::change_call_copies(&maya, &form("")).await,
        ladders::copies(&maya).await.map(|_| ()),
        configuration::rename_ladder(&maya, TRANSFER, &form("name=A")).await,
        configuration::add_rung(&maya, TRANSFER, &form("alternate_1=other_rep&channels=mobile")).await,
        configuration::change_rung(&maya, TRANSFER, 1, &form("")).await,
        configuration::move_rung(&maya, TRANSFER, 1, &form("direction=up")).await,
        configuration::remove_rung(&maya, TRANSFER, 1, &form("")).await,
    ] {
        assert!(matches!(change, Err(ServiceError::Forbidden(_))), "{change:?}");
    }
});
