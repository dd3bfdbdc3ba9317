//! What a pipeline must have so that no lead gets stuck in it.

use crate::LifeCycle;
use crate::catalog::Status;

/// Colours a status may have, as the style sheet names them.
pub const TONES: [&str; 8] = ["grey", "blue", "violet", "teal", "amber", "green", "red", "pink"];

/// Most days a lead may rest in a status before it is late.
pub const DUE_DAYS_MOST: i64 = 365;

/// Why a pipeline cannot stay as it would be. The display is the sentence at the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPipeline {
    /// Actions lead into each state, so each needs a status.
    #[error("Keep a status for “{}”: this is the last one, and actions lead there", .0.label())]
    StateEmpty(LifeCycle),
    #[error("Actions that lead to “{}” need a default status; make another one the default first", .0.label())]
    NoDefault(LifeCycle),
    /// An open status whose every allowed move leads to a retired one.
    #[error("“{0}” could move nowhere then: what it may move to is retired. Allow it another move first")]
    NoWayOut(String),
}

/// Judges the statuses of one pipeline, retired ones among them.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(statuses: &[Status]) -> Result<(), InvalidPipeline> {
    let offered = || statuses.iter().filter(|status| !status.retired);
    for state in LifeCycle::ALL {
        let mut of_state = offered().filter(|status| status.state == state).peekable();
        if of_state.peek().is_none() {
            return Err(InvalidPipeline::StateEmpty(state));
        }
        if !of_state.any(|status| status.is_default) {
            return Err(InvalidPipeline::NoDefault(state));
        }
    }
    let leads_on = |status: &Status| status.moves.is_empty() || offered().any(|to| status.moves.contains(&to.id));
    match offered().find(|status| status.state.is_open() && !leads_on(status)) {
        Some(stuck) => Err(InvalidPipeline::NoWayOut(stuck.name.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StatusId;
    use crate::cast::{self, SALES, status};

    fn pipeline() -> Vec<Status> {
        cast::catalog().statuses.into_iter().filter(|status| status.lead_type == SALES).collect()
    }

    fn change(statuses: &mut [Status], id: StatusId, change: impl Fn(&mut Status)) {
        statuses.iter_mut().filter(|status| status.id == id).for_each(change);
    }

    #[test]
    fn the_usual_pipeline_stands() {
        assert_eq!(check(&pipeline()), Ok(()));
    }

    #[test]
    fn the_last_status_of_a_state_stays() {
        let mut statuses = pipeline();
        change(&mut statuses, status(SALES, "Won"), |status| status.retired = true);
        assert_eq!(check(&statuses), Err(InvalidPipeline::StateEmpty(LifeCycle::Won)));
    }

    #[test]
    fn every_state_has_a_default_that_is_on_offer() {
        let mut statuses = pipeline();
        change(&mut statuses, status(SALES, "New enquiry"), |status| status.retired = true);
        assert_eq!(check(&statuses), Err(InvalidPipeline::NoDefault(LifeCycle::Pending)));
        change(&mut statuses, status(SALES, "Contacting"), |status| status.is_default = true);
        assert_eq!(check(&statuses), Ok(()));
    }

    #[test]
    fn an_open_status_leads_somewhere() {
        let mut statuses = pipeline();
        change(&mut statuses, status(SALES, "Proposal"), |status| status.retired = true);
        assert_eq!(check(&statuses), Err(InvalidPipeline::NoWayOut("Qualification".to_owned())));
        change(&mut statuses, status(SALES, "Qualification"), |one| one.moves.push(status(SALES, "Negotiation")));
        assert_eq!(check(&statuses), Ok(()));
    }
}
