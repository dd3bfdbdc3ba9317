//! What moves a lead along: the actions between states, and their guards.

use serde::{Deserialize, Serialize};

use super::Lead;
use super::state::{LeadState, LifeCycle};
use crate::status_move::InvalidStatus;
use crate::{Catalog, ChoiceId, ChoiceList, StatusId, Timestamp, UserId};

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
