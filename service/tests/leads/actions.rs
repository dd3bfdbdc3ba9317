//! Actions.

use domain::{ChoiceList, LeadState, LifeCycle};
use store::{Sql, both_engines};

use super::*;

both_engines!(of_two_who_accept_at_once_exactly_one_gets_it, |store| async move {
    let house = house(&store).await;
    for round in 0..5 {
        let id = add(&house.maya, "full_name=Jo&owner=").await;
        let nothing = FormValues::default();
        let (one, two) =
            tokio::join!(leads::act(&house.maya, id, LeadAction::Accept, &nothing), leads::act(&house.noor, id, LeadAction::Accept, &nothing));
        let winner = if one.is_ok() { &house.maya } else { &house.noor };
        assert!(one.is_ok() != two.is_ok(), "round {round}: {one:?} {two:?}");
        sentence(one.and(two));
        let now = lead(&house.ada, id).await;
        assert_eq!((now.owner, now.version, kinds(&house.maya, id).await.len()), (Some(id_of(winner)), 2, 2));
    }
});

both_engines!(an_action_is_recorded_with_its_statuses_and_reason, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    act(&house.maya, id, LeadAction::Start).await;
    house.maya.clock.advance_ms(60_000);
    leads::act(&house.maya, id, LeadAction::Lose, &form("reason=no+BUDGET")).await.unwrap();
    let lost = lead(&house.maya, id).await;
    assert_eq!((lost.state.closed_at(), lost.updated_at), (Some(house.maya.now()), house.maya.now()));
    assert_eq!(choice_names(&house.maya, [lost.state.lost_reason()]).await, ["No budget"]);
    let moved = |action, from: &str, to: &str, reason: &str| EventKind::LeadMoved {
        action,
        from: from.to_owned(),
        to: to.to_owned(),
        reason: reason.to_owned(),
    };
    let timeline = kinds(&house.maya, id).await;
    assert_eq!(
        timeline[..2],
        [moved(LeadAction::Lose, "Qualification", "Lost", "No budget"), moved(LeadAction::Start, "New enquiry", "Qualification", "")]
    );
    act(&house.maya, id, LeadAction::Reopen).await;
    assert_eq!((status_name(&house.maya, id).await.as_str(), lead(&house.maya, id).await.state), ("Qualification", LeadState::InProgress));
    let reason = store.catalog().await.unwrap().choice_named(ChoiceList::LostReason, "Price").unwrap().id;
    leads::act(&house.maya, id, LeadAction::Lose, &form(&format!("reason={reason}"))).await.unwrap();
    assert_eq!(lead(&house.maya, id).await.state.lost_reason(), Some(reason));
});

both_engines!(losing_needs_a_reason_from_the_list, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("update choice set retired_at = 1 where name = 'Price'")).await.unwrap();
    tx.take_numbers("catalog", 1).await.unwrap();
    tx.save().await.unwrap();
    let lose = async |query: &str| error_at(leads::act(&house.maya, id, LeadAction::Lose, &form(query)).await, "reason");
    assert_eq!(lose("").await, "Choose why the lead was lost");
    assert_eq!(lose("reason=Moon").await, "Choose a reason from the list");
    assert_eq!(lose("reason=Web").await, "Choose a reason from the list");
    assert_eq!(lose("reason=Price").await, "Choose a reason from the list");
    assert_eq!(lead(&house.maya, id).await.version, 1);
});

both_engines!(an_action_that_does_not_fit_is_refused_with_its_sentence, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let refused = async |action| sentence(leads::act(&house.maya, id, action, &form("reason=Price")).await);
    assert_eq!(refused(LeadAction::Accept).await, "This lead already has an owner");
    assert_eq!(refused(LeadAction::Reopen).await, "This lead is open already");
    assert_eq!(refused(LeadAction::Restore).await, "This lead is not deleted");
    act(&house.maya, id, LeadAction::Win).await;
    for action in [LeadAction::Start, LeadAction::Win, LeadAction::Lose, LeadAction::Cancel] {
        assert_eq!(refused(action).await, "This lead is closed; reopen it first");
    }
    act(&house.maya, id, LeadAction::Delete).await;
    assert_eq!(refused(LeadAction::Reopen).await, "This lead is deleted; restore it first");
    act(&house.maya, id, LeadAction::Restore).await;
    assert_eq!(lead(&house.maya, id).await.state.life_cycle(), LifeCycle::Won);
});

both_engines!(an_action_is_for_those_who_work_the_lead, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let nothing = FormValues::default();
    assert_eq!(sentence(leads::act(&house.noor, id, LeadAction::Win, &nothing).await), "Only its owner, its team and managers can change this lead");
    let deleting = leads::act(&house.noor, id, LeadAction::Delete, &nothing).await;
    assert_eq!(sentence(deleting), "Only its owner, a manager of its group or an administrator can do this");
    assert_error!(leads::act(&house.ana, id, LeadAction::Win, &nothing).await, ServiceError::NotFound);
    assert_error!(leads::act(&house.ada, LeadId(99), LeadAction::Win, &nothing).await, ServiceError::NotFound);
    assert_error!(leads::act(&house.public, id, LeadAction::Win, &nothing).await, ServiceError::SignInRequired);
    assert_eq!(lead(&house.maya, id).await.version, 1);
    leads::act(&house.martin, id, LeadAction::Win, &nothing).await.unwrap();
});

both_engines!(the_page_offers_the_actions_that_may_be_done, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&owner=").await;
    let offered = async |ctx: &Ctx| leads::find(ctx, id).await.unwrap().rights.actions;
    use LeadAction::{Accept, Cancel, Delete, Lose, Reopen, Restore, Start, Win};
    assert_eq!(offered(&house.noor).await, [Accept, Start, Win, Lose, Cancel]);
    act(&house.maya, id, LeadAction::Accept).await;
    assert_eq!(offered(&house.maya).await, [Start, Win, Lose, Cancel, Delete]);
    assert_eq!(offered(&house.noor).await, []);
    act(&house.maya, id, LeadAction::Win).await;
    assert_eq!(offered(&house.maya).await, [Reopen, Delete]);
    act(&house.maya, id, LeadAction::Delete).await;
    assert_eq!(offered(&house.martin).await, [Restore]);
});
