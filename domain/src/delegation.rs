//! Delegating: a regional manager hands a lead to a distributor, whose people accept or decline it (C2-14 to C2-22). It stays
//! a lead of the region. [`league()`] is what managers compare distributors by,
//! [`OwnStanding`] what a distributor's own people read of it.

mod league;
mod own;

use serde::{Deserialize, Serialize};

pub use league::{Outcome, Progress, league};
pub use own::{OwnQuarter, OwnStanding, Place};

use crate::routing::{Nomination, Quarter, RuleBook, Territory};
use crate::{AccountId, LeadId, Named, Role, TerritoryId, Timestamp, UserId};

/// How long before a quarter begins whoever named nobody for it is reminded. Unit: days.
pub const REMIND_DAYS: i64 = 14;

/// How far a delegation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelegationState {
    /// Until one of the distributor's people answers.
    Waiting,
    Accepted,
    Declined,
    /// By who manages the lead, also by delegating it to another distributor.
    TakenBack,
}

impl DelegationState {
    /// Every state.
    pub const ALL: [DelegationState; 4] =
        [DelegationState::Waiting, DelegationState::Accepted, DelegationState::Declined, DelegationState::TakenBack];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            DelegationState::Waiting => "waiting",
            DelegationState::Accepted => "accepted",
            DelegationState::Declined => "declined",
            DelegationState::TakenBack => "taken_back",
        }
    }

    /// Reads [`DelegationState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A lead handed to a distributor. The newest of a lead counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    pub lead: LeadId,
    /// From 1 for each lead.
    pub number: i64,
    pub distributor: Named<AccountId>,
    /// In which the lead was.
    pub territory: Option<TerritoryId>,
    /// When it was delegated.
    pub quarter: Quarter,
    /// What was said with it.
    pub note: String,
    pub by: UserId,
    pub at: Timestamp,
    pub state: DelegationState,
    /// Who accepted or declined it.
    pub answered_by: Option<UserId>,
    pub answered_at: Option<Timestamp>,
    /// Why it was declined.
    pub reason: String,
}

/// What happened to a lead between the region and a distributor, for its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelegationStep {
    Delegated,
    Accepted,
    Declined,
    TakenBack,
}

/// A distributor that leads can be delegated to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub id: AccountId,
    pub name: String,
    /// Whether it answers from a central call centre, see [`call_centre_warning`].
    pub is_call_centre: bool,
}

/// The distributor to whom a lead goes unless its manager chooses another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub distributor: Named<AccountId>,
    pub territory: String,
    /// The present quarter.
    pub quarter: Quarter,
    /// The quarter it was named for: an earlier one where nobody has been named since.
    pub since: Quarter,
    /// Who named it; `None` for what was named before that was kept.
    pub by: Option<UserId>,
}

impl Proposal {
    /// The one named for a territory.
    #[must_use]
    pub fn of(book: &RuleBook, territory: &Territory, quarter: Quarter) -> Option<Self> {
        let named = book.nomination(territory.number, quarter)?;
        let distributor = Named { id: named.distributor?, name: named.name.clone() };
        Some(Self { distributor, territory: territory.name.clone(), quarter, since: named.quarter, by: named.by })
    }
}

/// To whom a lead can be delegated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub proposal: Option<Proposal>,
    /// By name.
    pub candidates: Vec<Candidate>,
}

/// What is to be said of a distributor that answers from a central call centre (C2-17). Nothing is refused.
#[must_use]
pub fn call_centre_warning(name: &str) -> String {
    format!("{name} answers from a central call centre: leads handed to call centres are often lost; delegate to the local one instead")
}

/// A person to whom a declined lead may go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returner {
    pub user: UserId,
    pub role: Role,
    /// Whether they can sign in.
    pub is_here: bool,
}

/// Who has a lead that was declined: who delegated it, else who manages its territory now. An administrator, who delegates in
/// somebody's place, comes last. `None`: it stays whose it is.
#[must_use]
pub fn back_to(delegated_by: Option<Returner>, manager: Option<Returner>) -> Option<UserId> {
    let here = |one: Option<Returner>| one.filter(|one| one.is_here && one.role.is_internal());
    let (by, manager) = (here(delegated_by), here(manager));
    let regional = by.filter(|by| by.role != Role::Administrator);
    regional.or(manager).or(by).map(|one| one.user)
}

/// A territory as its manager sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoryCard {
    pub territory: Territory,
    /// In force in this quarter; with an earlier quarter it is carried over.
    pub now: Option<Nomination>,
    /// Named for the next quarter; without one it stays who it is.
    pub next: Option<Nomination>,
    /// Whether this person names its distributors.
    pub may_name: bool,
    /// What was named, the newest first, also what was replaced since.
    pub history: Vec<Nomination>,
}

/// Everything that the page of territories' managers shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistributorsView {
    pub quarter: Quarter,
    /// By name: those that the person manages, of administrators all.
    pub territories: Vec<TerritoryCard>,
    /// Who may be named, by name.
    pub candidates: Vec<Candidate>,
    /// Of this quarter and the three before, the newest first.
    pub league: Vec<Progress>,
    /// Whether they mark call centres.
    pub may_mark: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn returner(user: i64, role: Role, is_here: bool) -> Option<Returner> {
        Some(Returner { user: UserId(user), role, is_here })
    }

    #[test]
    fn a_state_reads_back() {
        for state in DelegationState::ALL {
            assert_eq!(DelegationState::from_key(state.key()), Some(state));
        }
        assert_eq!(DelegationState::from_key("lost"), None);
    }

    #[test]
    fn a_declined_lead_goes_back_to_who_delegated_it_or_manages_the_territory_now() {
        let (martin, ines) = (returner(1, Role::Manager, true), returner(2, Role::Rep, true));
        assert_eq!(back_to(martin, ines), Some(UserId(1)));
        assert_eq!(back_to(returner(1, Role::Manager, false), ines), Some(UserId(2)), "who left gets nothing");
        let ada = returner(3, Role::Administrator, true);
        assert_eq!((back_to(ada, martin), back_to(ada, None)), (Some(UserId(1)), Some(UserId(3))));
        assert_eq!((back_to(None, returner(4, Role::Distributor, true)), back_to(None, None)), (None, None));
    }

    #[test]
    fn a_proposal_says_from_which_quarter_it_is() {
        let quarter = |quarter| Quarter { year: 2026, quarter };
        let territory = Territory { number: TerritoryId(4), name: "Leeds".to_owned(), manager: None, group: None, places: Vec::new() };
        let named = Nomination {
            number: 1,
            territory: TerritoryId(4),
            quarter: quarter(3),
            distributor: Some(AccountId(9)),
            name: "Northwind".to_owned(),
            by: Some(UserId(1)),
            at: None,
        };
        let book = RuleBook { nominations: vec![named], ..RuleBook::default() };
        assert_eq!(Proposal::of(&book, &territory, quarter(2)), None);
        let proposal = Proposal::of(&book, &territory, quarter(4)).expect("one that stays");
        assert_eq!((proposal.distributor.id, proposal.quarter, proposal.since, proposal.by), (AccountId(9), quarter(4), quarter(3), Some(UserId(1))));
    }
}
