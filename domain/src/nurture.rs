//! Plans that send the person of a lead a series of messages, with pauses between them, until they answer. See docs/nurture.md.

use serde::{Deserialize, Serialize};

use crate::clock::Hours;
use crate::{DAY_MS, LeadId, MessageTemplate, MessageTemplateId, NurtureId, NurturePlanId, SiteZone, Timestamp, UserId};

/// Most steps of a plan.
pub const STEPS_MOST: usize = 24;
/// Longest pause between two steps. Unit: days.
pub const DAYS_MOST: i64 = 365;

/// One message of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NurtureStep {
    /// How long after the step before, or the beginning. Unit: days.
    pub after_days: i64,
    pub template: MessageTemplateId,
}

/// A series of messages.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NurturePlan {
    pub id: NurturePlanId,
    pub name: String,
    pub steps: Vec<NurtureStep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
}

/// Why the steps of a plan were refused. Its display is the sentence at the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepsError {
    #[error("Enter at least one step")]
    Missing,
    #[error("Use at most {} steps", STEPS_MOST)]
    TooMany,
    #[error("Write a step a line: days, then the name of a template; “{0}” is not like that")]
    NotAStep(String),
    #[error("Enter 0 to {most} days; “{0}” is not that", most = DAYS_MOST)]
    NotDays(String),
    #[error("There is no template “{0}”")]
    NoTemplate(String),
}

/// Reads steps as they are typed: one a line, days and the name of a template, such as `14 Price list`.
///
/// # Errors
/// [`StepsError`] naming what is wrong with which line.
pub fn parse_steps(text: &str, templates: &[MessageTemplate]) -> Result<Vec<NurtureStep>, StepsError> {
    let cut = |text: &str| text.chars().take(60).collect::<String>();
    let mut steps = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (days, name) = line.split_once(char::is_whitespace).ok_or_else(|| StepsError::NotAStep(cut(line)))?;
        let after_days: i64 = days.parse().map_err(|_| StepsError::NotAStep(cut(line)))?;
        if !(0..=DAYS_MOST).contains(&after_days) {
            return Err(StepsError::NotDays(cut(days)));
        }
        let wanted = name.trim().to_lowercase();
        let template = templates.iter().find(|template| template.name.to_lowercase() == wanted);
        let template = template.ok_or_else(|| StepsError::NoTemplate(cut(name.trim())))?.id;
        steps.push(NurtureStep { after_days, template });
    }
    match steps.len() {
        0 => Err(StepsError::Missing),
        1..=STEPS_MOST => Ok(steps),
        _ => Err(StepsError::TooMany),
    }
}

/// Writes what [`parse_steps`] reads. A template that is not among these is left without a name.
#[must_use]
pub fn steps_text(steps: &[NurtureStep], templates: &[MessageTemplate]) -> String {
    let name = |id: MessageTemplateId| templates.iter().find(|template| template.id == id).map_or("", |template| template.name.as_str());
    steps.iter().map(|step| format!("{} {}", step.after_days, name(step.template))).collect::<Vec<_>>().join("\n")
}

/// How it stands between a lead and a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NurtureState {
    Running,
    Paused,
    /// Before its end.
    Stopped,
    Finished,
}

impl NurtureState {
    /// Every state.
    pub const ALL: [NurtureState; 4] = [NurtureState::Running, NurtureState::Paused, NurtureState::Stopped, NurtureState::Finished];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            NurtureState::Running => "running",
            NurtureState::Paused => "paused",
            NurtureState::Stopped => "stopped",
            NurtureState::Finished => "finished",
        }
    }

    /// Reads [`NurtureState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What somebody may wish for the person of a lead who is on a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NurtureWish {
    Pause,
    Resume,
    Stop,
}

impl NurtureWish {
    /// Every wish.
    pub const ALL: [NurtureWish; 3] = [NurtureWish::Pause, NurtureWish::Resume, NurtureWish::Stop];

    /// The word used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            NurtureWish::Pause => "pause",
            NurtureWish::Resume => "resume",
            NurtureWish::Stop => "stop",
        }
    }

    /// Reads [`NurtureWish::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wish| wish.key() == key)
    }
}

/// The person of a lead on a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nurture {
    pub id: NurtureId,
    pub lead: LeadId,
    pub plan: NurturePlanId,
    pub state: NurtureState,
    /// Which step comes next, from 0.
    pub step: i64,
    /// When it comes; `None` unless it runs.
    pub next_at: Option<Timestamp>,
    /// When the last message went out.
    pub last_at: Option<Timestamp>,
    pub started_by: UserId,
    pub started_at: Timestamp,
    /// When it was stopped or came to its end.
    pub ended_at: Option<Timestamp>,
}

impl Nurture {
    /// The step that comes next; `None` at the end of the plan.
    #[must_use]
    pub fn next_step(&self, plan: &NurturePlan) -> Option<NurtureStep> {
        plan.steps.get(usize::try_from(self.step).ok()?).copied()
    }

    /// It runs on from `from`: the next message comes after the pause of its step, in working hours. It ends where there is none.
    #[must_use]
    pub fn run_from(self, from: Timestamp, plan: &NurturePlan, hours: &Hours) -> Self {
        match self.next_step(plan) {
            Some(step) => {
                let next_at = hours.next_open(from.plus_ms(step.after_days * DAY_MS));
                Self { state: NurtureState::Running, next_at: Some(next_at), ..self }
            }
            None => self.ended(NurtureState::Finished, from),
        }
    }

    /// It is over.
    #[must_use]
    pub fn ended(self, state: NurtureState, at: Timestamp) -> Self {
        Self { state, next_at: None, ended_at: Some(at), ..self }
    }
}

/// How the person of a lead is nurtured, as its page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NurtureView {
    /// Plans that one may begin.
    pub plans: Vec<(NurturePlanId, String)>,
    /// The last one that was begun, with its plan.
    pub latest: Option<(Nurture, NurturePlan)>,
}

/// The plan that the person of a lead is on, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NurtureLine {
    pub plan: String,
    pub state: NurtureState,
    pub last_at: Option<Timestamp>,
    pub next_at: Option<Timestamp>,
}

impl NurtureLine {
    /// `Long: last message 24 Nov 2025, 09:00 UTC, next 1 Dec 2025, 09:00 UTC`, by these clocks.
    #[must_use]
    pub fn words(&self, zone: &SiteZone) -> String {
        let last = self.last_at.map_or_else(|| "no message yet".to_owned(), |at| format!("last message {}", zone.readable(at)));
        let next = self.next_at.map_or_else(|| "paused".to_owned(), |at| format!("next {}", zone.readable(at)));
        format!("{}: {last}, {next}", self.plan)
    }
}

/// Plans as an administrator keeps them, and the templates that their steps name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlansView {
    pub plans: Vec<NurturePlan>,
    /// Removed ones too, where a plan still names them.
    pub templates: Vec<MessageTemplate>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Wording;
    use crate::clock::Week;
    use crate::clock::hours::parse_spans;

    fn template(id: i64, name: &str) -> MessageTemplate {
        let wording = Wording { subject: "A".to_owned(), body: "B".to_owned() };
        MessageTemplate { id: MessageTemplateId(id), name: name.to_owned(), wording, removed_at: None }
    }

    fn step(after_days: i64, template: i64) -> NurtureStep {
        NurtureStep { after_days, template: MessageTemplateId(template) }
    }

    fn begun(at: Timestamp) -> Nurture {
        Nurture {
            id: NurtureId(1),
            lead: LeadId(1),
            plan: NurturePlanId(1),
            state: NurtureState::Running,
            step: 0,
            next_at: None,
            last_at: None,
            started_by: UserId(1),
            started_at: at,
            ended_at: None,
        }
    }

    #[test]
    fn steps_are_read_and_written() {
        let templates = [template(1, "Intro"), template(2, "Price list")];
        let steps = parse_steps("0 intro\n\n 14  Price List \n", &templates).unwrap();
        assert_eq!(steps, [step(0, 1), step(14, 2)]);
        assert_eq!(steps_text(&steps, &templates), "0 Intro\n14 Price list");
        let wrong = |text: &str| parse_steps(text, &templates).unwrap_err().to_string();
        assert_eq!(wrong(" \n"), "Enter at least one step");
        assert_eq!(wrong("0 Birthday"), "There is no template “Birthday”");
        assert!(wrong("soon Intro").contains("“soon Intro” is not like that") && wrong("7").contains("“7”"));
        assert_eq!(wrong("366 Intro"), "Enter 0 to 365 days; “366” is not that");
        assert_eq!(wrong(&"1 Intro\n".repeat(STEPS_MOST + 1)), "Use at most 24 steps");
    }

    #[test]
    fn a_step_never_comes_outside_of_working_hours() {
        // 24 November 2025 is a Monday.
        let at = |day: &str, hour: i64| Timestamp::parse_day(day).unwrap().plus_ms(hour * crate::HOUR_MS);
        let day = parse_spans("09:00-17:00").unwrap();
        let week = Week([day.clone(), day.clone(), day.clone(), day.clone(), day, Vec::new(), Vec::new()]);
        let hours = Hours::of(week, vec![at("2025-12-25", 0)], SiteZone::default());
        let plan = NurturePlan { id: NurturePlanId(1), name: "Long".to_owned(), steps: vec![step(0, 1), step(5, 1), step(26, 1)], removed_at: None };
        let first = begun(at("2025-11-24", 20)).run_from(at("2025-11-24", 20), &plan, &hours);
        assert_eq!(first.next_at, Some(at("2025-11-25", 9)), "not in the evening");
        let now = begun(at("2025-11-24", 10)).run_from(at("2025-11-24", 10), &plan, &hours);
        assert_eq!(now.next_at, Some(at("2025-11-24", 10)));
        let second = Nurture { step: 1, ..first }.run_from(at("2025-11-25", 9), &plan, &hours);
        assert_eq!(second.next_at, Some(at("2025-12-01", 9)), "Sunday is none");
        let third = Nurture { step: 2, ..second }.run_from(at("2025-11-29", 11), &plan, &hours);
        assert_eq!(third.next_at, Some(at("2025-12-26", 9)), "nor is a holiday");
        let done = Nurture { step: 3, ..third }.run_from(at("2025-12-26", 9), &plan, &hours);
        assert_eq!((done.state, done.next_at, done.ended_at), (NurtureState::Finished, None, Some(at("2025-12-26", 9))));
    }

    #[test]
    fn a_line_says_when_the_last_message_went_and_when_the_next_one_comes() {
        let at = |day: &str| Timestamp::parse_day(day);
        let line = NurtureLine { plan: "Long".to_owned(), state: NurtureState::Running, last_at: None, next_at: at("2025-12-01") };
        assert_eq!(line.words(&SiteZone::default()), "Long: no message yet, next 1 Dec 2025, 00:00 UTC");
        let paused = NurtureLine { state: NurtureState::Paused, last_at: at("2025-11-24"), next_at: None, ..line };
        assert_eq!(paused.words(&SiteZone::default()), "Long: last message 24 Nov 2025, 00:00 UTC, paused");
    }

    #[test]
    fn words_read_back() {
        assert!(NurtureState::ALL.into_iter().all(|state| NurtureState::from_key(state.key()) == Some(state)));
        assert!(NurtureWish::ALL.into_iter().all(|wish| NurtureWish::from_key(wish.key()) == Some(wish)));
    }
}
