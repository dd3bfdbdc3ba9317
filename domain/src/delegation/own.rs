//! How a distributor stands, for its own people. Of the others it tells nothing but how many there are.

use serde::{Deserialize, Serialize};

use super::Progress;
use crate::routing::Quarter;
use crate::{AccountId, Named};

/// A place among the distributors to whom leads were delegated in a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// From 1. By leads won, then by leads accepted; those that are alike in both share it.
    pub rank: usize,
    pub of: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.rank, self.of)
    }
}

/// A distributor in a quarter, as its own people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnQuarter {
    pub progress: Progress,
    /// Accepted before the deadline by which each had to be touched.
    pub in_time: i64,
    /// `None` in a quarter in which nothing was delegated to it.
    pub place: Option<Place>,
}

impl OwnQuarter {
    /// Finds a distributor among all of them; `late` of what it accepted it accepted after the deadline.
    #[must_use]
    pub fn of(league: &[Progress], firm: &Named<AccountId>, quarter: Quarter, late: i64) -> Self {
        let of_quarter: Vec<&Progress> = league.iter().filter(|row| row.quarter == quarter).collect();
        let Some(own) = of_quarter.iter().find(|row| row.distributor.id == firm.id) else {
            return Self { progress: Progress::nothing(firm.clone(), quarter), in_time: 0, place: None };
        };
        let merit = |row: &Progress| (row.won, row.accepted);
        let better = of_quarter.iter().filter(|row| merit(row) > merit(own)).count();
        let place = Place { rank: better + 1, of: of_quarter.len() };
        Self { progress: (*own).clone(), in_time: (own.accepted - late).max(0), place: Some(place) }
    }
}

/// How the distributor for whom somebody works stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnStanding {
    pub firm: Named<AccountId>,
    /// This quarter and the last.
    pub quarters: Vec<OwnQuarter>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: Quarter = Quarter { year: 2026, quarter: 4 };

    fn firm(id: i64) -> Named<AccountId> {
        Named { id: AccountId(id), name: format!("Firm {id}") }
    }

    fn row(id: i64, quarter: Quarter, won: i64, accepted: i64) -> Progress {
        Progress { won, accepted, delegated: accepted, ..Progress::nothing(firm(id), quarter) }
    }

    #[test]
    fn a_distributor_finds_itself_among_the_others() {
        let league = [row(1, QUARTER, 3, 4), row(2, QUARTER, 2, 5), row(3, QUARTER, 2, 5), row(4, QUARTER, 2, 4), row(5, QUARTER.previous(), 9, 9)];
        let place = |id| OwnQuarter::of(&league, &firm(id), QUARTER, 0).place.map(|place| place.to_string());
        let places = [1, 2, 3, 4, 5].map(place);
        assert_eq!(places.each_ref().map(Option::as_deref), [Some("1 of 4"), Some("2 of 4"), Some("2 of 4"), Some("4 of 4"), None]);
        let own = OwnQuarter::of(&league, &firm(2), QUARTER, 2);
        assert_eq!((own.progress.won, own.in_time), (2, 3));
        let nothing = OwnQuarter::of(&league, &firm(5), QUARTER, 0);
        assert_eq!((nothing.progress.delegated, nothing.progress.quarter, nothing.progress.win_rate()), (0, QUARTER, None));
    }
}
