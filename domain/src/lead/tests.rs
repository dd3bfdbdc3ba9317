use proptest::prelude::*;

use super::*;
use crate::cast::{self, ANA, MAYA, NOW, RENEWAL, SALES};
use crate::status_move::InvalidStatus;
use crate::{Catalog, ChoiceList};

const LATER: Timestamp = Timestamp(NOW.0 + 60_000);

fn input() -> ActionInput {
    ActionInput { actor: MAYA, now: LATER, reason: None }
}

fn losing() -> ActionInput {
    ActionInput { reason: Some(cast::choice(ChoiceList::LostReason, "Price")), ..input() }
}

fn after(actions: &[LeadAction]) -> Lead {
    let mut lead = cast::lead();
    for action in actions {
        lead.act(*action, losing(), &cast::catalog()).expect("an action that fits");
    }
    lead
}

fn refused(lead: &Lead, action: LeadAction) -> InvalidTransition {
    let mut changed = lead.clone();
    let error = changed.act(action, losing(), &cast::catalog()).expect_err("an action that does not fit");
    assert_eq!(&changed, lead, "a refused action changes nothing");
    error
}

fn status_name(lead: &Lead) -> String {
    cast::catalog().status(lead.status).expect("a status").name.clone()
}

#[test]
fn accepting_makes_the_person_owner_and_nothing_else() {
    let lead = after(&[LeadAction::Accept]);
    assert_eq!(lead, Lead { owner: Some(MAYA), ..cast::lead() });
    assert_eq!(refused(&lead, LeadAction::Accept), InvalidTransition::Owned);
    assert_eq!(refused(&after(&[LeadAction::Win]), LeadAction::Accept), InvalidTransition::Closed);
}

#[test]
fn starting_takes_the_first_status_of_work() {
    let lead = after(&[LeadAction::Start]);
    assert_eq!((status_name(&lead).as_str(), &lead.state, lead.status_since), ("Qualification", &LeadState::InProgress, LATER));
    assert_eq!(refused(&lead, LeadAction::Start).to_string(), "This lead is already in progress");
    assert_eq!(refused(&after(&[LeadAction::Lose]), LeadAction::Start), InvalidTransition::Closed);
}

#[test]
fn a_closed_lead_knows_when_and_why() {
    let reason = losing().reason.unwrap();
    for (action, state, name) in [
        (LeadAction::Win, LeadState::Won { at: LATER }, "Won"),
        (LeadAction::Lose, LeadState::Lost { at: LATER, reason }, "Lost"),
        (LeadAction::Cancel, LeadState::Cancelled { at: LATER }, "Cancelled"),
    ] {
        let lead = after(&[action]);
        assert_eq!((status_name(&lead).as_str(), &lead.state, lead.state.closed_at()), (name, &state, Some(LATER)));
        assert_eq!(lead.state.lost_reason(), (action == LeadAction::Lose).then_some(reason));
    }
}

#[test]
fn a_won_lead_cannot_be_lost() {
    for closing in [LeadAction::Win, LeadAction::Lose, LeadAction::Cancel] {
        for action in [LeadAction::Win, LeadAction::Lose, LeadAction::Cancel] {
            assert_eq!(refused(&after(&[closing]), action), InvalidTransition::Closed, "{closing:?}, then {action:?}");
        }
    }
}

#[test]
fn losing_needs_a_reason_on_offer() {
    let mut catalog = cast::catalog();
    let mut lead = cast::lead();
    let mut lose = |reason, catalog: &Catalog| lead.act(LeadAction::Lose, ActionInput { reason, ..input() }, catalog);
    assert_eq!(lose(None, &catalog), Err(InvalidTransition::ReasonMissing));
    assert_eq!(lose(Some(cast::choice(ChoiceList::Source, "Web")), &catalog), Err(InvalidTransition::ReasonUnknown));
    catalog.choices.retain(|choice| choice.list != ChoiceList::LostReason || choice.name != "Price");
    assert_eq!(lose(losing().reason, &catalog), Err(InvalidTransition::ReasonUnknown));
    assert_eq!(lead, cast::lead());
}

#[test]
fn reopening_returns_to_the_status_before_closing() {
    let mut lead = after(&[LeadAction::Start]);
    lead.change_status(cast::status(SALES, "Proposal"), LATER, &cast::catalog()).unwrap();
    let open = lead.clone();
    lead.act(LeadAction::Win, input(), &cast::catalog()).unwrap();
    lead.act(LeadAction::Reopen, input(), &cast::catalog()).unwrap();
    assert_eq!(lead, open);
    assert_eq!(refused(&lead, LeadAction::Reopen), InvalidTransition::Open);
    assert_eq!(after(&[LeadAction::Cancel, LeadAction::Reopen]).state, LeadState::Pending);
}

#[test]
fn a_lead_whose_status_was_retired_meanwhile_reopens_as_new() {
    let mut catalog = cast::catalog();
    let mut lead = after(&[LeadAction::Start, LeadAction::Win]);
    let before = lead.reopen_status.expect("where it was");
    catalog.statuses.iter_mut().find(|status| status.id == before).unwrap().retired = true;
    lead.act(LeadAction::Reopen, input(), &catalog).unwrap();
    assert_eq!((status_name(&lead).as_str(), lead.state), ("New enquiry", LeadState::Pending));
}

#[test]
fn a_refused_reopening_still_knows_where_the_lead_was() {
    let mut catalog = cast::catalog();
    catalog.statuses.retain(|status| !status.state.is_open());
    let mut lead = after(&[LeadAction::Win]);
    let closed = lead.clone();
    assert!(matches!(lead.act(LeadAction::Reopen, input(), &catalog), Err(InvalidTransition::NoStatus { .. })));
    assert_eq!(lead, closed);
}

#[test]
fn a_pipeline_without_a_status_for_the_state_says_so() {
    let mut lead = Lead { lead_type: RENEWAL, status: cast::status(RENEWAL, "New"), ..cast::lead() };
    let error = lead.act(LeadAction::Cancel, input(), &cast::catalog()).unwrap_err();
    assert_eq!(error.to_string(), "The pipeline “Renewal” has no status for “Cancelled”; an administrator can add one");
}

#[test]
fn a_deleted_lead_can_only_be_restored() {
    let deleted = after(&[LeadAction::Accept, LeadAction::Delete]);
    assert_eq!(deleted.deleted_at, Some(LATER));
    for action in LeadAction::ALL.into_iter().filter(|action| *action != LeadAction::Restore) {
        assert_eq!(refused(&deleted, action), InvalidTransition::Deleted);
    }
    assert_eq!(after(&[LeadAction::Accept, LeadAction::Delete, LeadAction::Restore]), after(&[LeadAction::Accept]));
    assert_eq!(refused(&cast::lead(), LeadAction::Restore), InvalidTransition::NotDeleted);
}

#[test]
fn a_status_of_the_same_state_is_a_plain_edit() {
    let mut lead = cast::lead();
    lead.change_status(lead.status, LATER, &cast::catalog()).unwrap();
    assert_eq!(lead, cast::lead());
    lead.change_status(cast::status(SALES, "Contacting"), LATER, &cast::catalog()).unwrap();
    assert_eq!((status_name(&lead).as_str(), &lead.state, lead.status_since), ("Contacting", &LeadState::Pending, LATER));
}

#[test]
fn a_status_of_another_state_names_the_action() {
    let said = |lead: &Lead, name| lead.clone().change_status(cast::status(SALES, name), LATER, &cast::catalog()).unwrap_err().to_string();
    assert_eq!(said(&cast::lead(), "Qualification"), "“Qualification” is another state; use “Start work”");
    assert_eq!(said(&cast::lead(), "Won"), "“Won” is another state; use “Win lead”");
    assert_eq!(said(&cast::lead(), "Lost"), "“Lost” is another state; use “Lose lead”");
    assert_eq!(said(&cast::lead(), "Cancelled"), "“Cancelled” is another state; use “Cancel lead”");
    assert_eq!(said(&after(&[LeadAction::Win]), "Proposal"), "“Proposal” is another state; use “Reopen lead”");
    assert_eq!(said(&after(&[LeadAction::Win]), "Lost"), "“Lost” is another state; use “Reopen lead”");
    assert_eq!(said(&after(&[LeadAction::Start]), "Contacting"), "Work on this lead has started; it cannot go back to “Contacting”");
}

#[test]
fn a_status_of_another_pipeline_is_refused() {
    let mut catalog = cast::catalog();
    let mut lead = cast::lead();
    assert_eq!(lead.change_status(cast::status(RENEWAL, "New"), LATER, &catalog), Err(InvalidStatus::Unknown));
    assert_eq!(lead.change_status(StatusId(99), LATER, &catalog), Err(InvalidStatus::Unknown));
    catalog.statuses.iter_mut().for_each(|status| status.retired = true);
    assert_eq!(lead.change_status(cast::status(SALES, "Contacting"), LATER, &catalog), Err(InvalidStatus::Unknown));
}

#[test]
fn the_moves_of_a_pipeline_are_respected() {
    let catalog = cast::catalog();
    let mut lead = after(&[LeadAction::Start]);
    let negotiation = cast::status(SALES, "Negotiation");
    assert_eq!(lead.change_status(negotiation, LATER, &catalog), Err(InvalidStatus::MoveNotAllowed("Negotiation".to_owned())));
    lead.change_status(cast::status(SALES, "Proposal"), LATER, &catalog).unwrap();
    lead.change_status(negotiation, LATER, &catalog).unwrap();
    lead.change_status(cast::status(SALES, "Qualification"), LATER, &catalog).expect("a status without moves leads everywhere");
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Act(LeadAction, Option<ChoiceId>),
    Status(StatusId),
}

fn any_step() -> impl Strategy<Value = Step> {
    let reason = prop::option::of((1_i64..20).prop_map(ChoiceId));
    prop_oneof![
        3 => (prop::sample::select(LeadAction::ALL.to_vec()), reason).prop_map(|(action, reason)| Step::Act(action, reason)),
        1 => (1_i64..14).prop_map(|id| Step::Status(StatusId(id))),
    ]
}

fn assert_consistent(lead: &Lead, catalog: &Catalog) {
    let status = catalog.status(lead.status).expect("a status of the catalog");
    let reopens_to = lead.reopen_status.map(|id| catalog.status(id).expect("a status of the catalog").state);
    assert_eq!((status.state, status.lead_type), (lead.state.life_cycle(), lead.lead_type));
    assert_eq!(lead.state.closed_at().is_none(), status.state.is_open());
    assert_eq!(lead.state.lost_reason().is_some(), status.state == LifeCycle::Lost);
    assert_eq!(reopens_to.is_some_and(LifeCycle::is_open), !status.state.is_open());
}

proptest! {
    #[test]
    fn no_sequence_of_actions_reaches_an_inconsistent_state(steps in prop::collection::vec(any_step(), 0..30), is_renewal: bool) {
        let catalog = cast::catalog();
        let mut lead = cast::lead();
        if is_renewal {
            (lead.lead_type, lead.status) = (RENEWAL, cast::status(RENEWAL, "New"));
        }
        for (step, minute) in steps.into_iter().zip(1..) {
            let now = NOW.plus_ms(minute * 60_000);
            let before = lead.clone();
            let is_done = match step {
                Step::Act(action, reason) => {
                    let outcome = lead.act(action, ActionInput { actor: ANA, now, reason }, &catalog);
                    let lacks_something = matches!(
                        outcome,
                        Err(InvalidTransition::ReasonMissing | InvalidTransition::ReasonUnknown | InvalidTransition::NoStatus { .. })
                    );
                    prop_assert_eq!(action.fits(&before), outcome.is_ok() || lacks_something, "{:?}: {:?}", action, outcome);
                    outcome.is_ok()
                }
                Step::Status(to) => lead.change_status(to, now, &catalog).is_ok(),
            };
            if !is_done {
                prop_assert_eq!(&lead, &before);
            }
            assert_consistent(&lead, &catalog);
        }
    }
}
