//! What to try next and when: steps through the channels, with time between them that counts in the working hours of the lead's group.

use serde::{Deserialize, Serialize};

use super::{Attempt, AttemptChannel, addresses_left, numbers_left};
use crate::clock::Hours;
use crate::{HOUR_MS, Lead, Timestamp};

/// Most steps of a cadence.
pub const STEPS_MOST: usize = 30;
/// Most hours between two steps, and until a call-back: a quarter of a year of working hours.
pub const HOURS_MOST: i64 = 500;
/// Proposed times are whole quarters of an hour. Unit: milliseconds.
const QUARTER_MS: i64 = HOUR_MS / 4;

/// One step: a channel, so long after the attempt before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CadenceStep {
    pub channel: AttemptChannel,
    /// Unit: hours of work, 0 to [`HOURS_MOST`].
    pub after_hours: i64,
}

/// The steps in which somebody is tried to be reached, and when a voicemail is followed by a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cadence {
    pub steps: Vec<CadenceStep>,
    /// Unit: hours of work, 1 to [`HOURS_MOST`].
    pub call_back_hours: i64,
}

/// Why a cadence was refused. Its display is the sentence shown at the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CadenceError {
    #[error(
        "Write a step a line, like “call 4”: call, email, social or visit, and how many hours of work after the one before; “{0}” is not like that"
    )]
    NotAStep(String),
    #[error("Enter at most {} hours between two steps", HOURS_MOST)]
    TooLong,
    #[error("Enter at least one step")]
    NoSteps,
    #[error("Enter at most {} steps", STEPS_MOST)]
    TooMany,
}

/// Why something is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nobody has tried yet.
    First,
    /// They did not keep what was agreed.
    NoShow,
    /// It was promised.
    Promised,
    /// So many attempts have not reached them.
    Unanswered(i64),
}

impl Reason {
    /// In a sentence.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Reason::First => "Nobody has tried to reach them yet.".to_owned(),
            Reason::NoShow => "They did not keep what was agreed; the lead lives on.".to_owned(),
            Reason::Promised => "You promised to call back.".to_owned(),
            Reason::Unanswered(1) => "One attempt has not reached them.".to_owned(),
            Reason::Unanswered(count) => format!("{count} attempts have not reached them."),
        }
    }
}

/// What to try next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub channel: AttemptChannel,
    /// Never before now, and within working hours; what was promised for a time to come stands as it was promised.
    pub at: Timestamp,
    /// Whether its time has come.
    pub is_due: bool,
    /// The number or address to try; empty where none is needed.
    pub to: String,
    pub why: Reason,
}

/// What is known of the attempts to reach the person of a lead.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    pub lead: &'a Lead,
    /// Oldest first.
    pub attempts: &'a [Attempt],
    /// The call that is promised and was not made.
    pub promised_at: Option<Timestamp>,
}

impl Default for Cadence {
    /// What a site starts with: persistent, across three channels, over some two weeks (C1-9).
    fn default() -> Self {
        use AttemptChannel::{Call, Email, Social};
        let steps = [(Call, 0), (Email, 1), (Call, 8), (Social, 8), (Call, 16), (Email, 16), (Call, 24)];
        Self { steps: steps.map(|(channel, after_hours)| CadenceStep { channel, after_hours }).to_vec(), call_back_hours: 8 }
    }
}

impl Cadence {
    /// The steps as they are typed and stored, one a line: `call 0`.
    #[must_use]
    pub fn steps_text(&self) -> String {
        self.steps.iter().map(|step| format!("{} {}", step.channel.key(), step.after_hours)).collect::<Vec<_>>().join("\n")
    }

    /// Reads [`Cadence::steps_text`] back; empty lines are dropped.
    ///
    /// # Errors
    /// [`CadenceError`] naming the line.
    pub fn parse_steps(text: &str) -> Result<Vec<CadenceStep>, CadenceError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let steps = lines.map(parse_step).collect::<Result<Vec<_>, _>>()?;
        match steps.len() {
            0 => Err(CadenceError::NoSteps),
            1..=STEPS_MOST => Ok(steps),
            _ => Err(CadenceError::TooMany),
        }
    }

    /// When one would promise to call back.
    #[must_use]
    pub fn call_back_at(&self, hours: &Hours, now: Timestamp) -> Timestamp {
        within(hours, hours.after(now, self.call_back_hours * HOUR_MS))
    }

    /// What to try next for an open lead, and when: the call that was promised; else the first step of the cadence that was not taken yet, since
    /// they were reached last or did not keep what was agreed, and that can be taken. `None` when they were reached, when there is no
    /// step left, and for a lead that nobody works.
    #[must_use]
    pub fn propose(&self, tried: Tried<'_>, hours: &Hours, now: Timestamp) -> Option<Proposal> {
        let Tried { lead, attempts, promised_at } = tried;
        if !lead.state.life_cycle().is_open() || lead.deleted_at.is_some() {
            return None;
        }
        let last = attempts.last();
        let to = |channel| to_try(channel, lead, attempts);
        if let (Some(at), Some(to)) = (promised_at, to(AttemptChannel::Call)) {
            let is_due = at <= now;
            let at = if is_due { within(hours, now) } else { at };
            return Some(Proposal { channel: AttemptChannel::Call, at, is_due, to, why: Reason::Promised });
        }
        if was_reached(attempts) {
            return None;
        }
        let since_last = since_anew(attempts);
        let (step, to) = self.steps_left(since_last).into_iter().find_map(|step| Some((step, to(step.channel)?)))?;
        let begun_at = lead.handover.at.unwrap_or(lead.created_at);
        let wanted = hours.after(last.map_or(begun_at, |last| last.at), step.after_hours * HOUR_MS);
        let why = match last {
            None => Reason::First,
            Some(_) if since_last.is_empty() => Reason::NoShow,
            Some(_) => Reason::Unanswered(since_last.len() as i64),
        };
        Some(Proposal { channel: step.channel, at: within(hours, wanted.max(now)), is_due: within(hours, wanted) <= now, to, why })
    }

    /// Whether everything that can be tried was, and nobody was reached.
    #[must_use]
    pub fn is_through(&self, lead: &Lead, attempts: &[Attempt]) -> bool {
        let left = self.steps_left(since_anew(attempts));
        !attempts.is_empty() && !was_reached(attempts) && left.into_iter().all(|step| to_try(step.channel, lead, attempts).is_none())
    }

    /// The steps that were not taken. An attempt takes the first step of its channel that is left.
    fn steps_left(&self, attempts: &[Attempt]) -> Vec<CadenceStep> {
        let mut left = self.steps.clone();
        for attempt in attempts {
            if let Some(taken) = left.iter().position(|step| step.channel == attempt.channel) {
                left.remove(taken);
            }
        }
        left
    }
}

fn was_reached(attempts: &[Attempt]) -> bool {
    attempts.last().is_some_and(|last| last.outcome == super::AttemptOutcome::Reached)
}

/// The attempts since the last with which all begins anew.
fn since_anew(attempts: &[Attempt]) -> &[Attempt] {
    let from = attempts.iter().rposition(|attempt| attempt.outcome.begins_anew()).map_or(0, |at| at + 1);
    &attempts[from..]
}

/// The number or address to try by a channel; `None` where it cannot be tried.
fn to_try(channel: AttemptChannel, lead: &Lead, attempts: &[Attempt]) -> Option<String> {
    let place = || lead.address.one_line();
    match channel {
        AttemptChannel::Call => numbers_left(lead, attempts).into_iter().next(),
        AttemptChannel::Email => addresses_left(lead, attempts).into_iter().next(),
        AttemptChannel::Social => Some(String::new()),
        AttemptChannel::Visit => Some(place()).filter(|place| !place.is_empty()),
    }
}

/// The next quarter of an hour that counts.
fn within(hours: &Hours, at: Timestamp) -> Timestamp {
    let quarters = at.0.div_euclid(QUARTER_MS) + i64::from(at.0.rem_euclid(QUARTER_MS) > 0);
    hours.next_open(Timestamp(quarters * QUARTER_MS))
}

fn parse_step(line: &str) -> Result<CadenceStep, CadenceError> {
    let wrong = || CadenceError::NotAStep(line.to_owned());
    let (word, hours) = line.rsplit_once(char::is_whitespace).ok_or_else(wrong)?;
    let word = word.trim().to_lowercase().replace("e-mail", "email");
    let channel = AttemptChannel::from_key(&word).ok_or_else(wrong)?;
    let hours: i64 = hours.parse().ok().filter(|hours| *hours >= 0).ok_or_else(wrong)?;
    if (0..=HOURS_MOST).contains(&hours) { Ok(CadenceStep { channel, after_hours: hours }) } else { Err(CadenceError::TooLong) }
}
