//! Nothing is ignored: a lead that was handed over waits to be touched by those who got it. When its deadline passes, it is on the radar,
//! and more and more people are told. See docs/radar.md.
//!
//! All of it is pure. The deadline is made in one place, [`Handover::begun`]: rules with working hours and holidays would come in there.

use serde::{Deserialize, Serialize};

use crate::{
    AccountId, Actor, Audience, Catalog, EventKind, GroupId, HOUR_MS, Lead, LeadAction, LeadField, LeadId, Named, PartStep, Role, Timestamp, UserId,
};

/// Hours in which a lead has to be touched, until an administrator says otherwise.
pub const WITHIN_HOURS: i64 = 24;
/// Most hours that an administrator may say: a month.
pub const WITHIN_HOURS_MAX: i64 = 31 * 24;
/// How far ahead the radar looks. Unit: milliseconds.
pub const SOON_MS: i64 = 24 * HOUR_MS;
/// How often somebody else is told of a lead that nobody touches: who has it, who manages it, the administrators.
pub const LEVELS: i64 = 3;

/// What is known of the last time that a lead was handed over to somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// When it was; `None` before the first time.
    pub at: Option<Timestamp>,
    /// Who did it; `None` for the rules and the program itself.
    pub by: Option<UserId>,
    /// Until when it has to be touched; `None` once it was, and when it is closed.
    pub touch_by: Option<Timestamp>,
    /// The last level whose people were told, 0 to [`LEVELS`].
    pub level: i64,
    /// When those of the next level are told.
    pub escalate_at: Option<Timestamp>,
}

impl Handover {
    /// Handed over now. The deadline is that of the follow-up, where there is one to come, else some hours from now.
    #[must_use]
    pub fn begun(now: Timestamp, by: Option<UserId>, follow_up_at: Option<Timestamp>, within_hours: i64) -> Self {
        let touch_by = follow_up_at.filter(|at| *at > now).unwrap_or_else(|| now.plus_ms(within_hours * HOUR_MS));
        Self { at: Some(now), by, ..Self::default() }.due(touch_by)
    }

    /// The same with another deadline; whoever was told is told again when it passes.
    #[must_use]
    pub fn due(self, touch_by: Timestamp) -> Self {
        Self { touch_by: Some(touch_by), level: 0, escalate_at: Some(touch_by), ..self }
    }

    /// The waiting is over.
    #[must_use]
    pub fn over(self) -> Self {
        Self { touch_by: None, level: 0, escalate_at: None, ..self }
    }

    /// The people of a level were told now.
    #[must_use]
    pub fn told(self, level: i64, now: Timestamp, within_hours: i64) -> Self {
        Self { level, escalate_at: (level < LEVELS).then(|| now.plus_ms(within_hours * HOUR_MS)), ..self }
    }

    /// Whether its deadline has passed and nobody touched it.
    #[must_use]
    pub fn is_passed(&self, now: Timestamp) -> bool {
        self.touch_by.is_some_and(|at| at < now)
    }
}

/// Whether a lead that arrives waits: it is somebody else's than who brought it, or a group's. One's own waits where a deadline was set
/// for it, as with a call that one took.
#[must_use]
pub fn waits_on_arrival(lead: &Lead, by: Option<UserId>, has_deadline: bool) -> bool {
    let goes_to_somebody = lead.owner.map_or(lead.group.is_some(), |owner| by != Some(owner) || has_deadline);
    lead.state.life_cycle().is_open() && goes_to_somebody
}

/// What a change does to the waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Somebody else has it now, and the waiting begins.
    HandedOver,
    /// Somebody touched it, or there is nothing to wait for.
    Over,
    Nothing,
}

/// What a change of a lead does to the waiting, with the lead before and after it.
#[must_use]
pub fn effect(before: &Lead, after: &Lead, kind: &EventKind, by: Option<&Actor>) -> Effect {
    let actor = by.map(|actor| actor.id);
    if !after.state.life_cycle().is_open() {
        return Effect::Over;
    }
    if after.distributor.is_some() && after.distributor != before.distributor {
        return Effect::HandedOver;
    }
    let is_waiting = before.handover.touch_by.is_some();
    let changed_hands = after.owner != before.owner || (after.owner.is_none() && after.group != before.group);
    match after.owner {
        Some(owner) if changed_hands && actor != Some(owner) => Effect::HandedOver,
        None if changed_hands && after.group.is_some() => Effect::HandedOver,
        _ if changed_hands => Effect::Over,
        _ if is_waiting && is_touch(after, kind, by) => Effect::Over,
        _ => Effect::Nothing,
    }
}

/// Whether a change is the touch that was waited for: another status, or whatever those do who got the lead. What the program
/// and visitors do is none, nor what whoever handed it over adds to it.
pub(crate) fn is_touch(lead: &Lead, kind: &EventKind, by: Option<&Actor>) -> bool {
    let Some(actor) = by else { return false };
    match kind {
        // A lead that comes back waits as before.
        EventKind::LeadMoved { action: LeadAction::Delete | LeadAction::Restore, .. }
        | EventKind::Part { step: PartStep::Unconverted, .. }
        | EventKind::Escalated { .. }
        | EventKind::Nudged { .. } => false,
        EventKind::LeadMoved { .. } => true,
        EventKind::FieldsChanged { changes } if changes.iter().any(|change| change.field == LeadField::Status) => true,
        _ => is_waited_for(lead, actor),
    }
}

/// Whether a person is one of those who got the lead: its owner, its team, a member of its group, its distributor's people. Who manages
/// the group looks after others, and who handed it over has passed it on.
#[must_use]
pub fn is_waited_for(lead: &Lead, actor: &Actor) -> bool {
    let is_of_group = lead.group.is_some_and(|group| actor.groups.contains(&group) && !actor.managed_groups.contains(&group));
    let is_of_firm = lead.distributor.is_some() && lead.distributor == actor.account;
    let is_owner = lead.owner == Some(actor.id);
    let got_it = is_owner || lead.team.contains(&actor.id) || is_of_group || is_of_firm;
    // An owner who delegated it waits for the distributor, as any other who passed it on.
    got_it && (lead.handover.by != Some(actor.id) || (is_owner && lead.distributor.is_none()))
}

/// The next level that has somebody to be told, with its people; `None` when there is nobody left. `firm` are the people of the
/// distributor that has the lead.
#[must_use]
pub fn next_level(lead: &Lead, firm: &[UserId], catalog: &Catalog) -> Option<(i64, Vec<UserId>)> {
    (lead.handover.level + 1..=LEVELS).map(|level| (level, people_of(level, lead, firm, catalog))).find(|(_, people)| !people.is_empty())
}

/// Whom the lead waits for, of those who can sign in.
#[must_use]
pub fn waited_for(lead: &Lead, firm: &[UserId], catalog: &Catalog) -> Vec<UserId> {
    people_of(1, lead, firm, catalog)
}

fn people_of(level: i64, lead: &Lead, firm: &[UserId], catalog: &Catalog) -> Vec<UserId> {
    let is_delegated = lead.distributor.is_some();
    let group = lead.group.and_then(|id| catalog.group(id));
    let mut people: Vec<UserId> = match level {
        1 if is_delegated => firm.to_vec(),
        1 => lead.owner.map_or_else(|| group.map(|group| group.members.clone()).unwrap_or_default(), |owner| vec![owner]),
        2 if is_delegated => lead.handover.by.or(lead.owner).into_iter().collect(),
        // Who has it and manages the group was told before.
        2 => group.and_then(|group| group.manager).filter(|manager| lead.owner != Some(*manager)).into_iter().collect(),
        _ => catalog.people.iter().filter(|person| person.role == Role::Administrator).map(|person| person.id).collect(),
    };
    people.retain(|user| catalog.person(*user).is_some_and(|person| !person.disabled));
    people
}

/// Who sees only their own leads on the radar, and those of their groups that nobody has: not who leads others, and not people of a
/// distributor, who see their firm's.
#[must_use]
pub fn only_theirs(actor: &Actor) -> Option<UserId> {
    matches!(actor.role, Role::Rep | Role::Intake).then_some(actor.id)
}

/// A lead on the radar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadarRow {
    pub id: LeadId,
    pub full_name: String,
    pub account: Named<AccountId>,
    pub owner: Option<UserId>,
    pub group: Option<GroupId>,
    pub distributor: Option<Named<AccountId>>,
    pub created_by: Option<UserId>,
    pub handover: Handover,
}

impl RadarRow {
    /// The facts that decide who may do what with it, without its team, which decides nothing about taking it back.
    #[must_use]
    pub fn audience(&self) -> Audience {
        let distributor = self.distributor.as_ref().map(|firm| firm.id);
        Audience { owner: self.owner, group: self.group, distributor, created_by: self.created_by, ..Audience::default() }
    }
}

/// How many leads on the radar somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadarCount {
    /// `None` for leads that wait for somebody of a group.
    pub owner: Option<UserId>,
    pub passed: i64,
    pub soon: i64,
}

/// A page of the radar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadarView {
    /// The longest overdue first.
    pub rows: Vec<RadarRow>,
    /// Cursor of the next page; `None` at the end.
    pub next: Option<String>,
    /// Those who have some, for who leads others: the most overdue first.
    pub counts: Vec<RadarCount>,
    /// Whether there are more than were counted.
    pub is_cut: bool,
    pub now: Timestamp,
}

#[cfg(test)]
mod tests;
