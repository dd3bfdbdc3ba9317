//! From one status to another: a plain edit within a state, an action into another. The edit, the board and its menus
//! all ask here.

use crate::catalog::Status;
use crate::{Catalog, LeadAction, LifeCycle, StatusId};

/// What brings a lead into another status of its pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusMove {
    /// The state stays: the status is edited like any field.
    Edit,
    /// The state changes, and the action enters just this status.
    Act(LeadAction),
}

/// Why a status may not be chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStatus {
    #[error("Choose a status of this lead's pipeline")]
    Unknown,
    #[error("“{name}” is another state; use “{action}”")]
    OtherState { name: String, action: &'static str },
    #[error("Work on this lead has started; it cannot go back to “{0}”")]
    Started(String),
    #[error("The pipeline does not allow a move to “{0}” from here")]
    MoveNotAllowed(String),
}

impl Catalog {
    /// What it takes to bring a lead from one status into another. An action enters its state's default status only, and
    /// a closed lead has to be reopened first, to where it was.
    ///
    /// # Errors
    /// The sentence that says why there is no way.
    pub fn status_move(&self, from: StatusId, to: StatusId) -> Result<StatusMove, InvalidStatus> {
        let (from, target) = self.both(from, to)?;
        if target.state == from.state {
            return self.edit_into(from.id, to).map(|()| StatusMove::Edit);
        }
        let name = target.name.clone();
        let action = action_into(from.state, target.state).ok_or_else(|| InvalidStatus::Started(name.clone()))?;
        let enters_it = from.state.is_open() && self.default_status(target.lead_type, target.state).is_some_and(|entered| entered.id == to);
        if enters_it { Ok(StatusMove::Act(action)) } else { Err(InvalidStatus::OtherState { name, action: action.label() }) }
    }

    /// Whether a plain edit may change one status into another.
    ///
    /// # Errors
    /// The sentence for the status field: another pipeline, another state, or a move that is not allowed.
    pub fn edit_into(&self, from: StatusId, to: StatusId) -> Result<(), InvalidStatus> {
        let (from, target) = self.both(from, to)?;
        let name = || target.name.clone();
        if target.state != from.state {
            return Err(match action_into(from.state, target.state) {
                Some(action) => InvalidStatus::OtherState { name: name(), action: action.label() },
                None => InvalidStatus::Started(name()),
            });
        }
        if from.moves.is_empty() || from.moves.contains(&to) { Ok(()) } else { Err(InvalidStatus::MoveNotAllowed(name())) }
    }

    fn both(&self, from: StatusId, to: StatusId) -> Result<(&Status, &Status), InvalidStatus> {
        let from = self.status(from).ok_or(InvalidStatus::Unknown)?;
        let target = self.status(to).filter(|target| target.lead_type == from.lead_type && !target.retired);
        target.map(|target| (from, target)).ok_or(InvalidStatus::Unknown)
    }
}

/// The action that leads from one state into another; none leads from work back to waiting for it.
fn action_into(from: LifeCycle, to: LifeCycle) -> Option<LeadAction> {
    match to {
        _ if !from.is_open() => Some(LeadAction::Reopen),
        LifeCycle::Won => Some(LeadAction::Win),
        LifeCycle::Lost => Some(LeadAction::Lose),
        LifeCycle::Cancelled => Some(LeadAction::Cancel),
        LifeCycle::InProgress => Some(LeadAction::Start),
        LifeCycle::Pending => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, RENEWAL, SALES};

    fn way(from: &str, to: &str) -> Result<StatusMove, String> {
        cast::catalog().status_move(cast::status(SALES, from), cast::status(SALES, to)).map_err(|refused| refused.to_string())
    }

    #[test]
    fn within_a_state_a_move_is_an_edit_where_the_pipeline_allows_it() {
        assert_eq!(way("New enquiry", "Contacting"), Ok(StatusMove::Edit));
        assert_eq!(way("Qualification", "Proposal"), Ok(StatusMove::Edit));
        assert_eq!(way("Qualification", "Negotiation"), Err("The pipeline does not allow a move to “Negotiation” from here".to_owned()));
    }

    #[test]
    fn into_another_state_an_action_leads_to_its_first_status_only() {
        assert_eq!(way("New enquiry", "Qualification"), Ok(StatusMove::Act(LeadAction::Start)));
        assert_eq!(way("Contacting", "Won"), Ok(StatusMove::Act(LeadAction::Win)));
        assert_eq!(way("Proposal", "Lost"), Ok(StatusMove::Act(LeadAction::Lose)));
        assert_eq!(way("Proposal", "Cancelled"), Ok(StatusMove::Act(LeadAction::Cancel)));
        assert_eq!(way("New enquiry", "Proposal"), Err("“Proposal” is another state; use “Start work”".to_owned()));
        assert_eq!(way("Proposal", "Contacting"), Err("Work on this lead has started; it cannot go back to “Contacting”".to_owned()));
    }

    #[test]
    fn a_closed_lead_is_reopened_first() {
        for to in ["Lost", "Qualification", "New enquiry"] {
            assert_eq!(way("Won", to), Err(format!("“{to}” is another state; use “Reopen lead”")));
        }
    }

    #[test]
    fn a_lead_stays_in_its_pipeline() {
        let catalog = cast::catalog();
        assert_eq!(catalog.status_move(cast::status(SALES, "New enquiry"), cast::status(RENEWAL, "New")), Err(InvalidStatus::Unknown));
        assert_eq!(catalog.status_move(cast::status(SALES, "New enquiry"), StatusId(99)), Err(InvalidStatus::Unknown));
    }
}
