//! The lead and its life: states, the actions between them, and their guards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::Address;
use crate::status_move::InvalidStatus;
use crate::text::{EmailAddress, Phone};
use crate::{
    AccountId, Audience, Catalog, ChoiceId, ChoiceList, ContactId, CustomFieldId, EventKind, GroupId, Handover, LeadCell, LeadId, LeadTypeId, Named,
    StatusId, Timestamp, UserId,
};

/// A life cycle state. Each status belongs to exactly one; only an action leads from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifeCycle {
    Pending,
    InProgress,
    Won,
    Lost,
    Cancelled,
}

impl LifeCycle {
    /// Every state, in order of progress.
    pub const ALL: [LifeCycle; 5] = [LifeCycle::Pending, LifeCycle::InProgress, LifeCycle::Won, LifeCycle::Lost, LifeCycle::Cancelled];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            LifeCycle::Pending => "pending",
            LifeCycle::InProgress => "in_progress",
            LifeCycle::Won => "won",
            LifeCycle::Lost => "lost",
            LifeCycle::Cancelled => "cancelled",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            LifeCycle::Pending => "Pending",
            LifeCycle::InProgress => "In progress",
            LifeCycle::Won => "Won",
            LifeCycle::Lost => "Lost",
            LifeCycle::Cancelled => "Cancelled",
        }
    }

    /// Reads [`LifeCycle::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether the lead may still be worked.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, LifeCycle::Pending | LifeCycle::InProgress)
    }
}

/// The state of one lead, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeadState {
    Pending,
    InProgress,
    Won { at: Timestamp },
    Lost { at: Timestamp, reason: ChoiceId },
    Cancelled { at: Timestamp },
}

impl LeadState {
    /// The plain state, without its particulars.
    #[must_use]
    pub fn life_cycle(&self) -> LifeCycle {
        match self {
            LeadState::Pending => LifeCycle::Pending,
            LeadState::InProgress => LifeCycle::InProgress,
            LeadState::Won { .. } => LifeCycle::Won,
            LeadState::Lost { .. } => LifeCycle::Lost,
            LeadState::Cancelled { .. } => LifeCycle::Cancelled,
        }
    }

    /// When it was completed (won or lost) or cancelled.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        match self {
            LeadState::Pending | LeadState::InProgress => None,
            LeadState::Won { at } | LeadState::Lost { at, .. } | LeadState::Cancelled { at } => Some(*at),
        }
    }

    /// Why it was lost.
    #[must_use]
    pub fn lost_reason(&self) -> Option<ChoiceId> {
        match self {
            LeadState::Lost { reason, .. } => Some(*reason),
            _ => None,
        }
    }
}

/// Interest that somebody must handle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    pub id: LeadId,
    /// Grows by one with each change; an edit says which one it read.
    pub version: i64,
    pub full_name: String,
    pub account: Named<AccountId>,
    pub contact: ContactId,
    /// The contact's numbers, preferred first.
    pub phones: Vec<Phone>,
    /// The contact's addresses, preferred first.
    pub emails: Vec<EmailAddress>,
    /// The address used for all communication; empty means the preferred one.
    pub contact_email: String,
    /// The number used for communication; empty means the preferred one.
    pub contact_phone: String,
    pub lead_type: LeadTypeId,
    pub status: StatusId,
    /// When it entered its status.
    pub status_since: Timestamp,
    /// The status before closing, to which reopening returns.
    pub reopen_status: Option<StatusId>,
    pub state: LeadState,
    pub category: Option<ChoiceId>,
    pub source: Option<ChoiceId>,
    pub partner: Option<ChoiceId>,
    pub location: Option<ChoiceId>,
    pub priority: Option<ChoiceId>,
    pub importance: Option<ChoiceId>,
    pub owner: Option<UserId>,
    pub group: Option<GroupId>,
    pub distributor: Option<AccountId>,
    /// Percent, 0 to 100.
    pub probability: Option<i64>,
    /// Minor units of `currency`; 0 while unknown.
    pub target_amount_minor: i64,
    pub currency: String,
    /// Rank among leads, -1000 to 1000; higher comes first.
    pub score: i64,
    /// Expected completion.
    pub expected_at: Option<Timestamp>,
    pub address: Address,
    /// What they asked for, in their words or the agent's.
    pub message: String,
    pub offerings: Vec<ChoiceId>,
    pub team: Vec<UserId>,
    /// Free words, lower case, in order, see [`crate::text::tags`].
    pub tags: Vec<String>,
    /// What came with it and had no home: imported columns, names in a link that are in no list.
    pub extra: BTreeMap<String, String>,
    /// What happened last, as lists show it.
    #[serde(default)]
    pub latest: Latest,
    /// Whether it was handed over, and waits to be touched.
    #[serde(default)]
    pub handover: Handover,
    /// Values of fields that an administrator added, as canonical text; without those that are empty.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom: BTreeMap<CustomFieldId, String>,
    pub created_by: Option<UserId>,
    /// Start date: when first saved.
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

impl Lead {
    /// The facts that decide who may see it.
    #[must_use]
    pub fn audience(&self) -> Audience {
        Audience {
            owner: self.owner,
            group: self.group,
            distributor: self.distributor,
            created_by: self.created_by,
            team: self.team.clone(),
            deleted: self.deleted_at.is_some(),
        }
    }

    /// The address to write to.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        let chosen = Some(self.contact_email.as_str()).filter(|text| !text.is_empty());
        chosen.or_else(|| self.emails.first().map(EmailAddress::as_str))
    }

    /// The number to call.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        let chosen = Some(self.contact_phone.as_str()).filter(|text| !text.is_empty());
        chosen.or_else(|| self.phones.first().map(Phone::display))
    }
}

/// Longest last comment that is kept with a lead; the whole of it stands in the history. Unit: characters.
const LATEST_COMMENT_MAX: usize = 200;

/// What happened last to a lead. Kept with the lead whenever an event is recorded, so that a list need not look through
/// its history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// When somebody last spoke or wrote to them, see [`EventKind::is_contact`].
    pub contacted_at: Option<Timestamp>,
    pub commented_at: Option<Timestamp>,
    /// The last comment or shared note, cut.
    pub comment: String,
    /// When somebody last did something with it; `None` before anything was done.
    pub activity_at: Option<Timestamp>,
}

impl Latest {
    /// Takes in what happens now.
    pub fn take_in(&mut self, kind: &EventKind, at: Timestamp) {
        if kind.is_activity() {
            self.activity_at = Some(at);
        }
        if kind.is_contact() {
            self.contacted_at = Some(at);
        }
        if let EventKind::Commented { text, .. } | EventKind::NoteShared { text } = kind {
            self.commented_at = Some(at);
            self.comment = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LATEST_COMMENT_MAX).collect();
        }
    }
}

/// A row of the lead list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadRow {
    pub id: LeadId,
    pub version: i64,
    pub full_name: String,
    pub account: Named<AccountId>,
    pub status: StatusId,
    pub status_since: Timestamp,
    pub source: Option<ChoiceId>,
    pub owner: Option<UserId>,
    pub group: Option<GroupId>,
    pub score: i64,
    pub target_amount_minor: i64,
    pub currency: String,
    /// The number to call; empty when there is none.
    pub phone: String,
    /// The address to write to; empty when there is none.
    pub email: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// What the list's columns show beyond these, in the columns' order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<LeadCell>,
}

/// What moves a lead along, or out of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadAction {
    /// Take an unowned lead.
    Accept,
    Start,
    Win,
    Lose,
    Cancel,
    Reopen,
    Delete,
    Restore,
}

impl LeadAction {
    /// Every action, in the order the lead page offers them.
    pub const ALL: [LeadAction; 8] = [
        LeadAction::Accept,
        LeadAction::Start,
        LeadAction::Win,
        LeadAction::Lose,
        LeadAction::Cancel,
        LeadAction::Reopen,
        LeadAction::Delete,
        LeadAction::Restore,
    ];

    /// The word used in addresses and events.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            LeadAction::Accept => "accept",
            LeadAction::Start => "start",
            LeadAction::Win => "win",
            LeadAction::Lose => "lose",
            LeadAction::Cancel => "cancel",
            LeadAction::Reopen => "reopen",
            LeadAction::Delete => "delete",
            LeadAction::Restore => "restore",
        }
    }

    /// The verb on its button.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            LeadAction::Accept => "Accept lead",
            LeadAction::Start => "Start work",
            LeadAction::Win => "Win lead",
            LeadAction::Lose => "Lose lead",
            LeadAction::Cancel => "Cancel lead",
            LeadAction::Reopen => "Reopen lead",
            LeadAction::Delete => "Delete lead",
            LeadAction::Restore => "Restore lead",
        }
    }

    /// Reads [`LeadAction::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.key() == key)
    }

    /// Whether it makes sense for the lead as it stands; the guard of [`LeadAction::apply`] says why not.
    #[must_use]
    pub fn fits(self, lead: &Lead) -> bool {
        let state = lead.state.life_cycle();
        let deleted = lead.deleted_at.is_some();
        match self {
            LeadAction::Accept => !deleted && state.is_open() && lead.owner.is_none(),
            LeadAction::Start => !deleted && state == LifeCycle::Pending,
            LeadAction::Win | LeadAction::Lose | LeadAction::Cancel => !deleted && state.is_open(),
            LeadAction::Reopen => !deleted && !state.is_open(),
            LeadAction::Delete => !deleted,
            LeadAction::Restore => deleted,
        }
    }
}

/// Particulars that came with an action.
#[derive(Clone, Copy, Debug)]
pub struct ActionInput {
    pub actor: UserId,
    pub now: Timestamp,
    /// Why it was lost.
    pub reason: Option<ChoiceId>,
}

/// Why an action was refused. The display is the sentence shown to the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTransition {
    #[error("This lead is already {0}")]
    AlreadyThere(&'static str),
    #[error("This lead is closed; reopen it first")]
    Closed,
    #[error("This lead is open already")]
    Open,
    #[error("This lead already has an owner")]
    Owned,
    #[error("This lead is deleted; restore it first")]
    Deleted,
    #[error("This lead is not deleted")]
    NotDeleted,
    #[error("Choose why the lead was lost")]
    ReasonMissing,
    #[error("Choose a reason from the list")]
    ReasonUnknown,
    #[error("The pipeline “{pipeline}” has no status for “{state}”; an administrator can add one")]
    NoStatus { pipeline: String, state: &'static str },
}

impl Lead {
    /// Applies an action, or says in a sentence why it may not be.
    ///
    /// Accepting makes the person owner. Reopening returns to the status before closing.
    ///
    /// # Errors
    /// [`InvalidTransition`], with the lead unchanged.
    pub fn act(&mut self, action: LeadAction, input: ActionInput, catalog: &Catalog) -> Result<(), InvalidTransition> {
        let state = self.state.life_cycle();
        if self.deleted_at.is_some() && action != LeadAction::Restore {
            return Err(InvalidTransition::Deleted);
        }
        match action {
            LeadAction::Accept if self.owner.is_some() => Err(InvalidTransition::Owned),
            LeadAction::Accept if !state.is_open() => Err(InvalidTransition::Closed),
            LeadAction::Accept => {
                self.owner = Some(input.actor);
                Ok(())
            }
            LeadAction::Start if state == LifeCycle::InProgress => Err(InvalidTransition::AlreadyThere("in progress")),
            LeadAction::Start if !state.is_open() => Err(InvalidTransition::Closed),
            LeadAction::Start => self.enter(LifeCycle::InProgress, LeadState::InProgress, input.now, catalog),
            LeadAction::Win | LeadAction::Lose | LeadAction::Cancel if !state.is_open() => Err(InvalidTransition::Closed),
            LeadAction::Win => self.close(LeadState::Won { at: input.now }, input.now, catalog),
            LeadAction::Lose => {
                let reason = input.reason.ok_or(InvalidTransition::ReasonMissing)?;
                let known = catalog.offered(ChoiceList::LostReason).any(|choice| choice.id == reason);
                if !known {
                    return Err(InvalidTransition::ReasonUnknown);
                }
                self.close(LeadState::Lost { at: input.now, reason }, input.now, catalog)
            }
            LeadAction::Cancel => self.close(LeadState::Cancelled { at: input.now }, input.now, catalog),
            LeadAction::Reopen if state.is_open() => Err(InvalidTransition::Open),
            LeadAction::Reopen => self.reopen(input.now, catalog),
            LeadAction::Delete => {
                self.deleted_at = Some(input.now);
                Ok(())
            }
            LeadAction::Restore if self.deleted_at.is_none() => Err(InvalidTransition::NotDeleted),
            LeadAction::Restore => {
                self.deleted_at = None;
                Ok(())
            }
        }
    }

    fn enter(&mut self, target: LifeCycle, state: LeadState, now: Timestamp, catalog: &Catalog) -> Result<(), InvalidTransition> {
        let status = catalog.default_status(self.lead_type, target).ok_or_else(|| InvalidTransition::NoStatus {
            pipeline: catalog.lead_type(self.lead_type).map_or_else(String::new, |lead_type| lead_type.name.clone()),
            state: target.label(),
        })?;
        self.status = status.id;
        self.status_since = now;
        self.state = state;
        Ok(())
    }

    fn close(&mut self, state: LeadState, now: Timestamp, catalog: &Catalog) -> Result<(), InvalidTransition> {
        let before = self.status;
        self.enter(state.life_cycle(), state, now, catalog)?;
        self.reopen_status = Some(before);
        Ok(())
    }

    fn reopen(&mut self, now: Timestamp, catalog: &Catalog) -> Result<(), InvalidTransition> {
        let before = self.reopen_status.and_then(|id| catalog.status(id));
        let before = before.filter(|status| status.state.is_open() && status.lead_type == self.lead_type && !status.retired);
        if let Some(status) = before {
            self.status = status.id;
            self.status_since = now;
            self.state = if status.state == LifeCycle::Pending { LeadState::Pending } else { LeadState::InProgress };
        } else {
            self.enter(LifeCycle::Pending, LeadState::Pending, now, catalog)?;
        }
        self.reopen_status = None;
        Ok(())
    }

    /// Moves to another status of the same state, which is a plain edit.
    ///
    /// # Errors
    /// The sentence for the status field: another pipeline, another state, or a move that is not allowed.
    pub fn change_status(&mut self, to: StatusId, now: Timestamp, catalog: &Catalog) -> Result<(), InvalidStatus> {
        if to == self.status {
            return Ok(());
        }
        catalog.edit_into(self.status, to)?;
        self.status = to;
        self.status_since = now;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cast::{self, ANA, MAYA, NOW, RENEWAL, SALES};

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
}
