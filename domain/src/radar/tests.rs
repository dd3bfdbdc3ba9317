use super::*;
use crate::cast::{self, ADA, ANA, DORA, INES, MARTIN, MAYA, NORTH, NORTHWIND, NOW, SOUTH};
use crate::{FieldChange, LeadState};

/// Given to Maya by Ines, in Martin's group.
fn given() -> Lead {
    let lead = Lead { owner: Some(MAYA), group: Some(NORTH), created_by: Some(INES), ..cast::lead() };
    Lead { handover: Handover::begun(NOW, Some(INES), None, WITHIN_HOURS), ..lead }
}

fn comment() -> EventKind {
    EventKind::Commented { icon: "phone".to_owned(), tone: "grey".to_owned(), text: "Called".to_owned(), done_at: None }
}

fn moved(action: LeadAction) -> EventKind {
    EventKind::LeadMoved { action, from: String::new(), to: String::new(), reason: String::new() }
}

fn edited(field: LeadField) -> EventKind {
    EventKind::FieldsChanged { changes: vec![FieldChange { field, old: String::new(), new: "x".to_owned() }] }
}

fn effect_of(lead: &Lead, kind: &EventKind, user: UserId) -> Effect {
    effect(lead, lead, kind, Some(&cast::actor(user)))
}

#[test]
fn the_deadline_is_that_of_the_follow_up_or_some_hours_away() {
    let due = |follow_up_at| Handover::begun(NOW, None, follow_up_at, 24).touch_by;
    assert_eq!(due(None), Some(NOW.plus_ms(24 * HOUR_MS)));
    assert_eq!(due(Some(NOW.plus_ms(HOUR_MS))), Some(NOW.plus_ms(HOUR_MS)));
    assert_eq!(due(Some(NOW.plus_ms(-HOUR_MS))), Some(NOW.plus_ms(24 * HOUR_MS)), "nobody is late on the day they get it");
}

#[test]
fn a_lead_is_handed_over_to_whoever_did_not_bring_it() {
    let waits = |lead: &Lead, by| waits_on_arrival(lead, by, false);
    let lead = given();
    assert!(waits(&lead, Some(INES)) && waits(&lead, None));
    assert!(!waits(&lead, Some(MAYA)));
    assert!(waits(&Lead { owner: None, ..given() }, Some(MAYA)), "a group's lead waits for somebody of it");
    assert!(!waits(&cast::lead(), None), "nobody's lead waits for nobody");
    assert!(!waits(&Lead { state: LeadState::Won { at: NOW }, ..given() }, None));
    assert!(waits_on_arrival(&lead, Some(MAYA), true), "a deadline is a deadline");
    let own = Lead { handover: Handover { by: Some(MAYA), ..lead.handover }, ..given() };
    assert_eq!(effect_of(&own, &comment(), MAYA), Effect::Over);
}

#[test]
fn whoever_got_it_touches_it() {
    let lead = given();
    assert_eq!(effect_of(&lead, &comment(), MAYA), Effect::Over);
    assert_eq!(effect_of(&lead, &edited(LeadField::City), MAYA), Effect::Over);
    // Whoever gave it adds to it, and who manages asks after it.
    assert_eq!(effect_of(&lead, &comment(), INES), Effect::Nothing);
    assert_eq!(effect_of(&lead, &edited(LeadField::City), MARTIN), Effect::Nothing);
    let member = Actor { groups: vec![NORTH], ..cast::actor(MARTIN) };
    assert_eq!(effect(&lead, &lead, &comment(), Some(&member)), Effect::Nothing, "also where the manager is a member");
    assert_eq!(effect_of(&lead, &edited(LeadField::Status), MARTIN), Effect::Over);
    assert_eq!(effect_of(&lead, &moved(LeadAction::Start), MARTIN), Effect::Over);
    assert_eq!(effect_of(&lead, &moved(LeadAction::Delete), MARTIN), Effect::Nothing);
    assert_eq!(effect(&lead, &lead, &comment(), None), Effect::Nothing, "a visitor who asks again is nobody's work");
    assert_eq!(effect_of(&Lead { team: vec![ANA], ..given() }, &comment(), ANA), Effect::Over);
    assert_eq!(effect_of(&Lead { owner: Some(ANA), ..given() }, &comment(), MAYA), Effect::Over, "a colleague of the group");
    assert_eq!(effect_of(&Lead { handover: lead.handover.over(), ..lead.clone() }, &comment(), MAYA), Effect::Nothing);
}

#[test]
fn a_lead_that_changes_hands_waits_anew() {
    let lead = given();
    let to = |owner, group| Lead { owner, group, ..given() };
    let change = edited(LeadField::Owner);
    let effect = |after: &Lead, user| effect(&lead, after, &change, Some(&cast::actor(user)));
    assert_eq!(effect(&to(Some(ANA), Some(NORTH)), MARTIN), Effect::HandedOver);
    assert_eq!(effect(&to(Some(MARTIN), Some(NORTH)), MARTIN), Effect::Over, "who takes it has it");
    assert_eq!(effect(&to(None, Some(NORTH)), MAYA), Effect::HandedOver);
    assert_eq!(effect(&to(None, None), MAYA), Effect::Over);
    assert_eq!(effect(&to(Some(MAYA), Some(SOUTH)), ADA), Effect::Nothing, "its owner stays");
    let delegated = Lead { distributor: Some(NORTHWIND), ..given() };
    assert_eq!(effect(&delegated, MAYA), Effect::HandedOver);
    let won = Lead { state: LeadState::Won { at: NOW }, ..given() };
    assert_eq!(effect(&won, MARTIN), Effect::Over);
}

#[test]
fn of_a_delegated_lead_the_distributor_has_to_touch_it() {
    let handover = Handover::begun(NOW, Some(MAYA), None, 24);
    let lead = Lead { distributor: Some(NORTHWIND), handover, ..given() };
    assert_eq!(effect_of(&lead, &comment(), MAYA), Effect::Nothing, "who delegated it");
    assert_eq!(effect_of(&lead, &comment(), DORA), Effect::Over);
    assert_eq!(next_level(&lead, &[DORA], &cast::catalog()), Some((1, vec![DORA])));
    assert_eq!(next_level(&lead, &[], &cast::catalog()), Some((2, vec![MAYA])));
}

#[test]
fn each_level_is_told_once_and_an_empty_one_is_passed_over() {
    let catalog = cast::catalog();
    let mut lead = given();
    assert_eq!(next_level(&lead, &[], &catalog), Some((1, vec![MAYA])));
    lead.handover = lead.handover.told(1, NOW, 24);
    assert_eq!(lead.handover.escalate_at, Some(NOW.plus_ms(24 * HOUR_MS)));
    assert_eq!(next_level(&lead, &[], &catalog), Some((2, vec![MARTIN])));
    lead.handover = lead.handover.told(2, NOW, 24);
    assert_eq!(next_level(&lead, &[], &catalog), Some((3, vec![ADA])));
    lead.handover = lead.handover.told(3, NOW, 24);
    assert_eq!((next_level(&lead, &[], &catalog), lead.handover.escalate_at), (None, None));
    let of_south = Lead { owner: None, group: Some(SOUTH), ..given() };
    assert_eq!(next_level(&of_south, &[], &catalog), Some((1, vec![ANA])));
    let told = Lead { handover: of_south.handover.told(1, NOW, 24), ..of_south };
    assert_eq!(next_level(&told, &[], &catalog), Some((3, vec![ADA])), "the South has no manager");
    let manager_has_it = Lead { owner: Some(MARTIN), handover: told.handover, ..given() };
    assert_eq!(next_level(&manager_has_it, &[], &catalog), Some((3, vec![ADA])));
}

#[test]
fn reps_see_their_own_and_who_leads_sees_all_within_sight() {
    let only = |user| only_theirs(&cast::actor(user));
    assert_eq!((only(MAYA), only(INES)), (Some(MAYA), Some(INES)));
    assert_eq!((only(MARTIN), only(ADA), only(DORA)), (None, None, None));
}
