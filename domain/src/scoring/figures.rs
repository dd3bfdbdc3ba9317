//! How good probabilities were, judged by leads that nothing was learned from.

use serde::{Deserialize, Serialize};

/// Leads of like probability, of which there are this many groups.
const GROUPS: usize = 10;
/// Shares of the leads, the best first, for which is said how many of the won ones are among them. Unit: percent.
const TOP: [usize; 4] = [10, 20, 30, 50];

/// Some leads of like probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    pub leads: usize,
    /// What was said of them, on average. Unit: 0 to 1.
    pub said: f64,
    /// The share of them that was won.
    pub was: f64,
}

/// What the best leads are worth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lift {
    /// Unit: percent of the leads.
    pub top: usize,
    /// The share of all won leads that is among them. Unit: 0 to 1.
    pub of_won: f64,
}

/// How good probabilities were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Leads that were held back.
    pub leads: usize,
    pub won: usize,
    /// How often, of a won and a lost lead, the won one has the higher probability: 0.5 by chance, 1 always.
    pub auc: f64,
    /// The mean square of how far off they were: 0 is perfect.
    pub brier: f64,
    /// The same had every lead been given the share that is won.
    pub brier_of_share: f64,
    /// How far what was said is from what was, on average over groups of leads. Unit: 0 to 1.
    pub off_by: f64,
    /// Groups of leads, the least likely first.
    pub calibration: Vec<Calibration>,
    pub lift: Vec<Lift>,
}

impl Figures {
    /// Judges probabilities by what became of their leads; `None` unless both outcomes are among them.
    #[must_use]
    pub fn judge(said: &[(f64, bool)]) -> Option<Self> {
        let mut said = said.to_vec();
        said.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (leads, won) = (said.len(), said.iter().filter(|(_, won)| *won).count());
        if won == 0 || won == leads {
            return None;
        }
        let share = won as f64 / leads as f64;
        let calibration = groups(&said);
        let off = calibration.iter().map(|group| group.leads as f64 * (group.said - group.was).abs());
        Some(Self {
            leads,
            won,
            auc: auc(&said, won),
            brier: said.iter().map(|(said, won)| (said - f64::from(u8::from(*won))).powi(2)).sum::<f64>() / leads as f64,
            brier_of_share: share * (1.0 - share),
            off_by: off.sum::<f64>() / leads as f64,
            lift: TOP.iter().map(|top| Lift { top: *top, of_won: top_share(&said, *top, won) }).collect(),
            calibration,
        })
    }
}

/// Ranks are averaged over leads of the same probability (Mann and Whitney's statistic).
fn auc(sorted: &[(f64, bool)], won: usize) -> f64 {
    let (mut before, mut ranks) = (0, 0.0);
    for same in sorted.chunk_by(|one, other| one.0 == other.0) {
        let rank = before as f64 + (same.len() as f64 + 1.0) / 2.0;
        ranks += rank * same.iter().filter(|(_, won)| *won).count() as f64;
        before += same.len();
    }
    let (won, lost) = (won as f64, (sorted.len() - won) as f64);
    (ranks - won * (won + 1.0) / 2.0) / (won * lost)
}

fn groups(sorted: &[(f64, bool)]) -> Vec<Calibration> {
    let size = sorted.len().div_ceil(GROUPS).max(1);
    let group = |leads: &[(f64, bool)]| Calibration {
        leads: leads.len(),
        said: leads.iter().map(|(said, _)| said).sum::<f64>() / leads.len() as f64,
        was: leads.iter().filter(|(_, won)| *won).count() as f64 / leads.len() as f64,
    };
    sorted.chunks(size).map(group).collect()
}

/// The share of the won leads that is among the best. Leads of the same probability at the edge count in part.
fn top_share(sorted: &[(f64, bool)], top: usize, won: usize) -> f64 {
    let mut room = sorted.len() as f64 * top as f64 / 100.0;
    let mut found = 0.0;
    let mut rest = sorted;
    while let (Some(last), true) = (rest.last(), room > 0.0) {
        let from = rest.partition_point(|lead| lead.0 < last.0);
        let same = &rest[from..];
        let taken = room.min(same.len() as f64);
        found += taken / same.len() as f64 * same.iter().filter(|(_, won)| *won).count() as f64;
        room -= taken;
        rest = &rest[..from];
    }
    found / won as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(said: &[(f64, bool)]) -> Figures {
        Figures::judge(said).expect("both outcomes")
    }

    #[test]
    fn a_perfect_order_has_an_area_of_one_and_a_reversed_one_of_none() {
        let said = [(0.9, true), (0.2, false), (0.8, true), (0.1, false)];
        assert_eq!(judged(&said).auc, 1.0);
        assert_eq!(judged(&said.map(|(said, won)| (said, !won))).auc, 0.0);
        // One pair of four stands wrong; a tie counts half.
        assert_eq!(judged(&[(0.9, true), (0.3, false), (0.2, true), (0.1, false)]).auc, 0.75);
        assert_eq!(judged(&[(0.5, true), (0.5, false)]).auc, 0.5);
    }

    #[test]
    fn what_was_said_is_held_against_what_was() {
        let figures = judged(&[(1.0, true), (0.5, false), (0.5, true), (0.0, false)]);
        assert_eq!((figures.leads, figures.won, figures.brier, figures.brier_of_share), (4, 2, 0.125, 0.25));
        let hundred: Vec<(f64, bool)> = (0..100).map(|nth| (if nth < 50 { 0.2 } else { 0.8 }, nth % 5 == 0 || nth >= 90)).collect();
        let figures = judged(&hundred);
        assert_eq!(figures.calibration.len(), 10);
        assert_eq!(figures.calibration.iter().map(|group| group.leads).sum::<usize>(), 100);
        assert!(figures.calibration.is_sorted_by(|one, other| one.said <= other.said));
        assert!(figures.off_by > 0.1 && figures.off_by < 0.5, "{}", figures.off_by);
    }

    #[test]
    fn the_best_leads_hold_their_share_of_the_won_ones() {
        let said: Vec<(f64, bool)> = (0..100).map(|nth| (f64::from(nth) / 100.0, nth >= 80)).collect();
        let of_won: Vec<(usize, f64)> = judged(&said).lift.iter().map(|lift| (lift.top, lift.of_won)).collect();
        assert_eq!(of_won, [(10, 0.5), (20, 1.0), (30, 1.0), (50, 1.0)]);
        let alike: Vec<(f64, bool)> = (0..100).map(|nth| (0.5, nth % 4 == 0)).collect();
        assert!((judged(&alike).lift[0].of_won - 0.1).abs() < 1e-9, "leads that nothing tells apart are worth what all are");
    }

    #[test]
    fn one_outcome_judges_nothing() {
        assert_eq!(Figures::judge(&[]), None);
        assert_eq!(Figures::judge(&[(0.4, true), (0.9, true)]), None);
        assert_eq!(Figures::judge(&[(0.4, false)]), None);
    }
}
