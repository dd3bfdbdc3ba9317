//! Why a lead is with who has it where the rules did not say so: who gave it, when, and by what, read from its events.

use serde::{Deserialize, Serialize};

use super::Why;
use crate::event::Arrival;
use crate::{Catalog, DelegationStep, Event, EventKind, Lead, LeadAction, LeadField, Timestamp};

/// Who gave a lead to whom, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    /// "Ada Admin gave it to Maya Lind by changing the owner."
    pub sentence: String,
    pub at: Timestamp,
}

/// By what a change of owner or group was made, which its event does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// On the lead itself, in a list or on the board, or by a program.
    Lead,
    /// Together with other leads.
    Bulk,
    /// A file, by its name.
    Import(String),
}

/// The event that gave the lead to who has it; `None` where the newest decision of the rules did, and where it is not known. The
/// events are the newest first.
#[must_use]
pub fn given_by<'e>(lead: &Lead, events: &'e [Event], decided: Option<&Why>) -> Option<&'e Event> {
    let mut says = events.iter().filter(|event| says_whose(&event.kind, lead));
    let newest = says.next()?;
    let Some(why) = decided else { return Some(newest) };
    let is_outcome = why.owner == lead.owner && (lead.owner.is_some() || why.group == lead.group);
    // What the rules decide is an arrival or a change of fields too, recorded in the moment of the decision.
    let is_theirs = match newest.kind {
        EventKind::LeadAdded { .. } | EventKind::FieldsChanged { .. } => is_outcome && says.next().is_none_or(|before| why.at >= before.at),
        _ => is_outcome && why.at > newest.at,
    };
    (!is_theirs).then_some(newest)
}

/// Whether such an event says who has the lead. A group does while nobody of it has.
fn says_whose(kind: &EventKind, lead: &Lead) -> bool {
    match kind {
        EventKind::LeadAdded { .. } | EventKind::Reclaimed { .. } => true,
        EventKind::LeadMoved { action, .. } => *action == LeadAction::Accept,
        EventKind::LeadDelegated { step, .. } => *step == DelegationStep::Declined,
        EventKind::FieldsChanged { changes } => {
            changes.iter().any(|change| change.field == LeadField::Owner || (lead.owner.is_none() && change.field == LeadField::Group))
        }
        _ => false,
    }
}

/// Tells of the event that gave the lead to who has it.
#[must_use]
pub fn tell_given(lead: &Lead, event: &Event, door: &Door, catalog: &Catalog) -> ByHand {
    ByHand { sentence: sentence(lead, event, door, catalog), at: event.at }
}

fn sentence(lead: &Lead, event: &Event, door: &Door, catalog: &Catalog) -> String {
    let by = event.actor.map(|actor| catalog.person_name(actor));
    let to = match (lead.owner, lead.group.and_then(|group| catalog.group(group))) {
        (Some(owner), _) => catalog.person_name(owner),
        (None, Some(group)) => format!("the group {}", group.name),
        (None, None) => "whoever takes it".to_owned(),
    };
    let who = by.clone().unwrap_or_else(|| "Someone".to_owned());
    let how = match &event.kind {
        EventKind::LeadAdded { by: Arrival::Phone { why } } if !why.is_empty() => {
            return format!("It went to {to} during the call. {}.", why.trim_end_matches('.'));
        }
        EventKind::LeadAdded { by } => arrived(by),
        EventKind::LeadMoved { .. } => return format!("{who} accepted it."),
        EventKind::Reclaimed { from, .. } => return format!("{who} took it back from {from}, because nobody had touched it."),
        EventKind::LeadDelegated { distributor, .. } => return format!("{} declined it, so it is with {to} again.", distributor.name),
        EventKind::FieldsChanged { changes } => changed(door, changes.iter().any(|change| change.field == LeadField::Owner)),
        other => other.sentence(),
    };
    match by {
        Some(by) if event.actor == lead.owner => format!("{by} took it {how}."),
        Some(by) if lead.owner.is_some() => format!("{by} gave it to {to} {how}."),
        Some(by) => format!("{by} left it to {to} {how}."),
        None => format!("It went to {to} {how}."),
    }
}

fn arrived(by: &Arrival) -> String {
    match by {
        Arrival::ByHand | Arrival::Demo => "when adding it".to_owned(),
        Arrival::Phone { .. } => "during the call".to_owned(),
        Arrival::Registration => "when the form arrived".to_owned(),
        Arrival::Referred => "with the referral".to_owned(),
        Arrival::Mail { .. } => "when the mail arrived".to_owned(),
        Arrival::Import(file) => imported(file),
        Arrival::Qualified { .. } => "when the contact reached the threshold".to_owned(),
        Arrival::Pulled { .. } => "from the contacts, before the threshold".to_owned(),
    }
}

fn changed(door: &Door, is_owner: bool) -> String {
    let what = if is_owner { "owner" } else { "group" };
    match door {
        Door::Lead => format!("by changing the {what}"),
        Door::Bulk => format!("by changing the {what} of several leads at once"),
        Door::Import(file) => imported(file),
    }
}

fn imported(file: &str) -> String {
    format!("by importing {file}")
}

/// Tells how the lead came to its distributor; `None` where it has none, and where that was not delegating. The events are the newest
/// first.
#[must_use]
pub fn tell_delegated(lead: &Lead, events: &[Event], catalog: &Catalog) -> Option<ByHand> {
    let firm = lead.distributor?;
    let mut steps = events.iter().filter_map(|event| match &event.kind {
        EventKind::LeadDelegated { step, distributor, .. } if distributor.id == firm => Some((event, *step, distributor)),
        _ => None,
    });
    let who = |event: &Event| event.actor.map_or_else(|| "Someone".to_owned(), |actor| catalog.person_name(actor));
    let (newest, step, distributor) = steps.next()?;
    let given = |event| format!("{} delegated it to {}", who(event), distributor.name);
    let sentence = match step {
        DelegationStep::Delegated => format!("{}, who has not answered yet.", given(newest)),
        DelegationStep::Accepted => match steps.next() {
            Some((before, DelegationStep::Delegated, _)) => format!("{}, and {} accepted it.", given(before), who(newest)),
            _ => format!("{} accepted it for {}.", who(newest), distributor.name),
        },
        DelegationStep::Declined | DelegationStep::TakenBack => return None,
    };
    Some(ByHand { sentence, at: newest.at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, ADA, INES, MAYA, NORTH, NORTHWIND, NOW};
    use crate::{EventId, FieldChange, Named, UserId};

    fn event(kind: EventKind, actor: Option<UserId>) -> Event {
        Event { id: EventId(1), at: NOW, actor, version: 1, kind }
    }

    fn change(field: LeadField) -> EventKind {
        EventKind::FieldsChanged { changes: vec![FieldChange { field, old: String::new(), new: "x".to_owned() }] }
    }

    fn told(owner: Option<UserId>, kind: EventKind, actor: Option<UserId>, door: &Door) -> String {
        let lead = Lead { owner, group: Some(NORTH), ..cast::lead() };
        tell_given(&lead, &event(kind, actor), door, &cast::catalog()).sentence
    }

    #[test]
    fn each_way_of_giving_has_its_words() {
        let maya = Some(MAYA);
        let added = |by| EventKind::LeadAdded { by };
        let phone = |why: &str| added(Arrival::Phone { why: why.to_owned() });
        let file = || added(Arrival::Import("leads.csv".to_owned()));
        let accept = EventKind::LeadMoved { action: LeadAction::Accept, from: String::new(), to: String::new(), reason: String::new() };
        let back = EventKind::Reclaimed { from: "Ana Reyes".to_owned(), since: NOW };
        for (kind, actor, says) in [
            (added(Arrival::ByHand), maya, "Maya Lind took it when adding it."),
            (added(Arrival::ByHand), Some(ADA), "Ada Admin gave it to Maya Lind when adding it."),
            (phone("Maya Lind answered the call"), Some(INES), "It went to Maya Lind during the call. Maya Lind answered the call."),
            (phone(""), Some(INES), "Ines Intake gave it to Maya Lind during the call."),
            (file(), Some(ADA), "Ada Admin gave it to Maya Lind by importing leads.csv."),
            (file(), None, "It went to Maya Lind by importing leads.csv."),
            (added(Arrival::Referred), Some(ADA), "Ada Admin gave it to Maya Lind with the referral."),
            (added(Arrival::Pulled { points: 4 }), maya, "Maya Lind took it from the contacts, before the threshold."),
            (accept, maya, "Maya Lind accepted it."),
            (back, maya, "Maya Lind took it back from Ana Reyes, because nobody had touched it."),
            (change(LeadField::Owner), Some(ADA), "Ada Admin gave it to Maya Lind by changing the owner."),
        ] {
            assert_eq!(told(maya, kind, actor, &Door::Lead), says);
        }
    }

    #[test]
    fn several_leads_at_once_and_files_are_said_and_so_is_a_group() {
        let owner = || change(LeadField::Owner);
        assert_eq!(
            told(Some(MAYA), owner(), Some(ADA), &Door::Bulk),
            "Ada Admin gave it to Maya Lind by changing the owner of several leads at once."
        );
        assert_eq!(told(Some(MAYA), owner(), Some(ADA), &Door::Import("a.csv".to_owned())), "Ada Admin gave it to Maya Lind by importing a.csv.");
        let group = change(LeadField::Group);
        assert_eq!(told(None, group, Some(ADA), &Door::Lead), "Ada Admin left it to the group North by changing the group.");
        let nobody = Lead { owner: None, group: None, ..cast::lead() };
        let told = tell_given(&nobody, &event(owner(), Some(ADA)), &Door::Lead, &cast::catalog());
        assert_eq!((told.sentence.as_str(), told.at), ("Ada Admin left it to whoever takes it by changing the owner.", NOW));
    }

    #[test]
    fn the_newest_word_counts_and_the_rules_have_theirs() {
        let lead = Lead { owner: Some(MAYA), group: Some(NORTH), ..cast::lead() };
        let at = |hours: i64, kind| Event { at: NOW.plus_ms(hours * crate::HOUR_MS), ..event(kind, Some(ADA)) };
        let why = |hours: i64, owner| Why {
            sentence: String::new(),
            owner,
            group: Some(NORTH),
            distributor: None,
            copies: Vec::new(),
            at: NOW.plus_ms(hours * crate::HOUR_MS),
            rules_version: 1,
            steps: Vec::new(),
        };
        let added = at(0, EventKind::LeadAdded { by: Arrival::ByHand });
        let (group, owner) = (at(2, change(LeadField::Group)), at(1, change(LeadField::Owner)));
        let events = [group, owner.clone(), added.clone()];
        assert_eq!(given_by(&lead, &events, None), Some(&owner), "who has it counts, not their group");
        assert_eq!(given_by(&lead, &events, Some(&why(0, None))), Some(&owner), "the rules said otherwise");
        assert_eq!(given_by(&lead, &events, Some(&why(1, Some(MAYA)))), None, "the rules decided anew");
        assert_eq!(given_by(&lead, std::slice::from_ref(&added), Some(&why(0, Some(MAYA)))), None);
        let there_and_back = [at(3, change(LeadField::Owner)), owner, added];
        assert_eq!(given_by(&lead, &there_and_back, Some(&why(0, Some(MAYA)))), Some(&there_and_back[0]));
        assert_eq!(given_by(&lead, &[], None), None);
    }

    #[test]
    fn a_distributor_s_part_is_told() {
        let lead = Lead { distributor: Some(NORTHWIND), owner: Some(MAYA), ..cast::lead() };
        let step = |step, actor| {
            let distributor = Named { id: NORTHWIND, name: "Northwind".to_owned() };
            event(EventKind::LeadDelegated { step, distributor, text: String::new() }, Some(actor))
        };
        let sentence = |lead: &Lead, events: &[Event]| tell_delegated(lead, events, &cast::catalog()).map(|told| told.sentence);
        let delegated = step(DelegationStep::Delegated, ADA);
        assert_eq!(
            sentence(&lead, std::slice::from_ref(&delegated)).as_deref(),
            Some("Ada Admin delegated it to Northwind, who has not answered yet.")
        );
        let accepted = [step(DelegationStep::Accepted, cast::DORA), delegated];
        assert_eq!(sentence(&lead, &accepted).as_deref(), Some("Ada Admin delegated it to Northwind, and Dora Dist accepted it."));
        assert_eq!(sentence(&Lead { distributor: None, ..lead.clone() }, &accepted), None);
        assert_eq!(sentence(&lead, &[]), None);
        let declined = step(DelegationStep::Declined, cast::DORA);
        let told = tell_given(&lead, &declined, &Door::Lead, &cast::catalog());
        assert_eq!(told.sentence, "Northwind declined it, so it is with Maya Lind again.");
    }
}
