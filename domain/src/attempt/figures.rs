//! How persistent people were, and all that the page of a lead shows of attempts.

use serde::{Deserialize, Serialize};

use super::{Attempt, AttemptChannel, PlaybookRow, PlaybookText, Proposal};
use crate::nurture::NurtureLine;
use crate::{Timestamp, UserId};

/// How often somebody tried to reach the person of a lead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptFigures {
    pub total: i64,
    /// In the order of the channels, without those that were not tried.
    pub by_channel: Vec<(AttemptChannel, i64)>,
    /// Who tried most first.
    pub by_person: Vec<(UserId, i64)>,
    pub first_at: Option<Timestamp>,
}

impl AttemptFigures {
    /// From how many there are of each channel and person, and when the first of them was.
    #[must_use]
    pub fn of(counts: &[(AttemptChannel, UserId, i64, Timestamp)]) -> Self {
        let mut figures = Self::default();
        for (channel, by, count, first_at) in counts {
            figures.total += count;
            add(&mut figures.by_channel, *channel, *count);
            add(&mut figures.by_person, *by, *count);
            figures.first_at = Some(figures.first_at.map_or(*first_at, |before| before.min(*first_at)));
        }
        figures.by_channel.sort_unstable();
        figures.by_person.sort_by_key(|(by, count)| (-count, *by));
        figures
    }
}

fn add<T: PartialEq>(counts: &mut Vec<(T, i64)>, of: T, count: i64) {
    match counts.iter_mut().find(|(present, _)| *present == of) {
        Some((_, present)) => *present += count,
        None => counts.push((of, count)),
    }
}

/// How persistent somebody was lately, among the leads that whoever looks may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persistence {
    pub person: UserId,
    pub attempts: i64,
    /// Leads that they tried to reach.
    pub leads: i64,
    /// Over how many days.
    pub days: i64,
}

/// All that the page of a lead shows of attempts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptsView {
    /// Newest first, as many as are shown.
    pub attempts: Vec<Attempt>,
    pub figures: AttemptFigures,
    /// Of who owns the lead, for people of the house.
    pub persistence: Option<Persistence>,
    /// What to try next; `None` when they were reached, and when the cadence is through.
    pub proposal: Option<Proposal>,
    /// Whether all that the cadence has was tried and nobody was reached.
    pub is_through: bool,
    /// When one would promise to call back.
    pub call_back_at: Timestamp,
    pub numbers: Vec<String>,
    pub addresses: Vec<String>,
    pub texts: Vec<PlaybookRow>,
    pub may_log: bool,
    /// The plan that they are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nurture: Option<NurtureLine>,
}

impl AttemptsView {
    /// The text that helps after the last attempt.
    #[must_use]
    pub fn advice(&self) -> Option<&PlaybookRow> {
        let last = self.attempts.first().filter(|_| self.may_log)?;
        let text = PlaybookText::after(last.channel, last.outcome)?;
        self.texts.iter().find(|row| row.text == text)
    }
}
