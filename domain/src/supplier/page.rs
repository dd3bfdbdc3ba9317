//! What a supplier reads at its private address: of its own leads what it sent, how far they are and what is wrong with them. Nothing of what
//! people of the house write to each other is in here.

use serde::{Deserialize, Serialize};

use super::ProblemReason;
use crate::{LeadClass, LeadId, LifeCycle};

/// How far a lead is, as whoever sent it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    Received,
    /// Somebody of the house did something with it.
    Reviewed,
    /// Somebody spoke or wrote to its person.
    Contacted,
    Won,
    Lost,
    Cancelled,
}

impl Progress {
    /// Of a lead in a state, that was worked on or not, and whose person was spoken or written to or not.
    #[must_use]
    pub fn of(state: LifeCycle, is_reviewed: bool, is_contacted: bool) -> Self {
        match state {
            LifeCycle::Won => Progress::Won,
            LifeCycle::Lost => Progress::Lost,
            LifeCycle::Cancelled => Progress::Cancelled,
            LifeCycle::Pending | LifeCycle::InProgress if is_contacted => Progress::Contacted,
            LifeCycle::InProgress => Progress::Reviewed,
            LifeCycle::Pending if is_reviewed => Progress::Reviewed,
            LifeCycle::Pending => Progress::Received,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Progress::Received => "Received",
            Progress::Reviewed => "Reviewed",
            Progress::Contacted => "Contacted",
            Progress::Won => "Won",
            Progress::Lost => "Lost",
            Progress::Cancelled => "Cancelled",
        }
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Progress::Received | Progress::Cancelled => "grey",
            Progress::Reviewed | Progress::Contacted => "blue",
            Progress::Won => "green",
            Progress::Lost => "red",
        }
    }

    /// What is done with a lead of a class next, in words; `None` for one that is closed.
    #[must_use]
    pub fn next_step(self, class: Option<LeadClass>) -> Option<&'static str> {
        match (self, class) {
            (Progress::Won | Progress::Lost | Progress::Cancelled, _) => None,
            (Progress::Received, _) => Some("We review it"),
            (Progress::Reviewed, Some(class)) => Some(class.next_step()),
            (Progress::Reviewed, None) => Some("We get in touch with them"),
            (Progress::Contacted, Some(LeadClass::Aql)) => Some("We meet them as arranged"),
            (Progress::Contacted, Some(LeadClass::Oql)) => Some("We fix a date with them"),
            (Progress::Contacted, Some(LeadClass::Rql)) => Some("We stay in touch until the project comes"),
            (Progress::Contacted, None) => Some("We go on with them"),
        }
    }
}

/// A problem that the supplier was told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldProblem {
    pub reason: ProblemReason,
    pub words: String,
    /// The day, as people read it.
    pub told_on: String,
    pub is_settled: bool,
}

/// A lead as whoever sent it reads of it. Days are written as people read them, by the site's clocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentLead {
    pub number: LeadId,
    pub full_name: String,
    pub company: String,
    pub sent_on: String,
    pub class: Option<LeadClass>,
    /// The name of its status.
    pub status: String,
    pub progress: Progress,
    /// Who works it, by name.
    pub who: Option<String>,
    /// When it was closed, and why it was lost.
    pub closed_on: Option<String>,
    pub lost_because: Option<String>,
    /// Oldest first.
    pub problems: Vec<ToldProblem>,
    /// By when they hear of a problem that was noted, with what is left until then.
    pub to_be_told: Option<String>,
}

/// What became of so many leads of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub class: Option<LeadClass>,
    pub state: LifeCycle,
    /// How many there are.
    pub leads: i64,
    /// In how many of them there is a problem that the supplier was told of.
    pub problems: i64,
}

/// How the leads of a class do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassScore {
    /// `None` for leads without a class.
    pub class: Option<LeadClass>,
    pub leads: i64,
    pub open: i64,
    pub won: i64,
    /// Lost or cancelled.
    pub lost: i64,
    /// With a problem that the supplier was told of.
    pub problems: i64,
}

impl ClassScore {
    /// The scorecard: a line for each class with leads, those without a class last.
    #[must_use]
    pub fn of(outcomes: &[Outcome]) -> Vec<Self> {
        let classes = LeadClass::ALL.into_iter().map(Some).chain([None]);
        let scores = classes.map(|class| {
            let mut score = Self { class, ..Self::default() };
            for outcome in outcomes.iter().filter(|outcome| outcome.class == class) {
                score.leads += outcome.leads;
                score.problems += outcome.problems;
                match outcome.state {
                    LifeCycle::Pending | LifeCycle::InProgress => score.open += outcome.leads,
                    LifeCycle::Won => score.won += outcome.leads,
                    LifeCycle::Lost | LifeCycle::Cancelled => score.lost += outcome.leads,
                }
            }
            score
        });
        scores.filter(|score| score.leads > 0).collect()
    }

    /// How many of those that are closed were won. Unit: percent; `None` while none is closed.
    #[must_use]
    pub fn win_rate(self) -> Option<i64> {
        let closed = self.won + self.lost;
        (closed > 0).then(|| (self.won * 100 + closed / 2) / closed)
    }

    /// What the class is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.class.map_or("No class", LeadClass::label)
    }
}

/// What a supplier reads at its private address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierPage {
    pub site: String,
    /// What tells the firm's logo from its former ones.
    pub logo: Option<String>,
    /// The supplier's name.
    pub supplier: String,
    /// Newest first.
    pub leads: Vec<SentLead>,
    /// The lead behind which the next page begins; `None` at the end.
    pub next: Option<LeadId>,
    /// On the first page only.
    pub scores: Vec<ClassScore>,
    /// Why leads were lost, the most frequent reason first, with how many.
    pub reasons: Vec<(String, i64)>,
    /// How many of the newest leads were counted, where there are more.
    pub counted: Option<i64>,
}
