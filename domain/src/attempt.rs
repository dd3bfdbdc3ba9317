//! Attempts to reach the person of a lead: by which channel, how it went, and what to try next. What comes next is [`Cadence`]'s to say, what
//! helps on the way [`PlaybookText`]'s, what a form may hold [`AttemptForm`]'s. See docs/attempts.md.

mod cadence;
mod form;
mod playbook;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use cadence::{Cadence, CadenceError, CadenceStep, HOURS_MOST, Proposal, Reason, STEPS_MOST, Tried};
pub use form::AttemptForm;
pub use playbook::{PlaybookRow, PlaybookText, PlaybookView};

use crate::{AttemptId, EventKind, HOUR_MS, Lead, LeadId, Task, TaskId, Timestamp, UserId};

/// What is planned where nobody can call the person.
pub const ASK_RECEPTION: &str = "Ask reception for their direct line or mobile";
/// What follows from a message on a voicemail.
pub const CALL_BACK: &str = "Call them back, as promised";
/// How long before the promised moment a call already keeps the promise. Unit: milliseconds.
const EARLY_MS: i64 = HOUR_MS;

/// How somebody tries to reach a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptChannel {
    Call,
    Email,
    Social,
    Visit,
}

impl AttemptChannel {
    /// All of them, as offered.
    pub const ALL: [AttemptChannel; 4] = [AttemptChannel::Call, AttemptChannel::Email, AttemptChannel::Social, AttemptChannel::Visit];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            AttemptChannel::Call => "call",
            AttemptChannel::Email => "email",
            AttemptChannel::Social => "social",
            AttemptChannel::Visit => "visit",
        }
    }

    /// Reads [`AttemptChannel::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.key() == key)
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            AttemptChannel::Call => "Call",
            AttemptChannel::Email => "E-mail",
            AttemptChannel::Social => "Social",
            AttemptChannel::Visit => "Visit",
        }
    }

    /// How many there were: `1 call`, `3 e-mails`.
    #[must_use]
    pub fn counted(self, count: i64) -> String {
        let (one, many) = match self {
            AttemptChannel::Call => ("call", "calls"),
            AttemptChannel::Email => ("e-mail", "e-mails"),
            AttemptChannel::Social => ("message on social media", "messages on social media"),
            AttemptChannel::Visit => ("visit", "visits"),
        };
        format!("{count} {}", if count == 1 { one } else { many })
    }

    /// The symbol that stands for it.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            AttemptChannel::Call => "phone",
            AttemptChannel::Email => "mail",
            AttemptChannel::Social => "users",
            AttemptChannel::Visit => "map-pin",
        }
    }

    /// How it can go, the most frequent first.
    #[must_use]
    pub fn outcomes(self) -> &'static [AttemptOutcome] {
        use AttemptOutcome::{Blocked, NoAnswer, NoShow, Reached, Voicemail, WrongNumber};
        match self {
            AttemptChannel::Call => &[Reached, Voicemail, NoAnswer, Blocked, WrongNumber, NoShow],
            AttemptChannel::Email | AttemptChannel::Social => &[NoAnswer, Reached, WrongNumber],
            AttemptChannel::Visit => &[Reached, NoAnswer, Blocked, NoShow],
        }
    }

    /// What to do: "Call", as a request.
    #[must_use]
    pub fn request(self) -> &'static str {
        match self {
            AttemptChannel::Call => "Call them",
            AttemptChannel::Email => "Write an e-mail to them",
            AttemptChannel::Social => "Write to them on social media",
            AttemptChannel::Visit => "Visit them",
        }
    }

    fn did(self) -> &'static str {
        match self {
            AttemptChannel::Call => "called",
            AttemptChannel::Email => "wrote an e-mail",
            AttemptChannel::Social => "wrote on social media",
            AttemptChannel::Visit => "visited them",
        }
    }
}

/// How an attempt went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// They spoke, or they answered.
    Reached,
    /// A message was left.
    Voicemail,
    /// Nobody answered, or what was sent waits for an answer.
    NoAnswer,
    /// Reception puts nobody through.
    Blocked,
    WrongNumber,
    /// What was agreed was not kept; the lead lives on (C1-8).
    NoShow,
}

impl AttemptOutcome {
    /// All of them.
    pub const ALL: [AttemptOutcome; 6] = [
        AttemptOutcome::Reached,
        AttemptOutcome::Voicemail,
        AttemptOutcome::NoAnswer,
        AttemptOutcome::Blocked,
        AttemptOutcome::WrongNumber,
        AttemptOutcome::NoShow,
    ];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            AttemptOutcome::Reached => "reached",
            AttemptOutcome::Voicemail => "voicemail",
            AttemptOutcome::NoAnswer => "no_answer",
            AttemptOutcome::Blocked => "blocked",
            AttemptOutcome::WrongNumber => "wrong_number",
            AttemptOutcome::NoShow => "no_show",
        }
    }

    /// Reads [`AttemptOutcome::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }

    /// What people call it, of an attempt by a channel.
    #[must_use]
    pub fn label(self, channel: AttemptChannel) -> &'static str {
        match (self, channel) {
            (AttemptOutcome::Reached, AttemptChannel::Call) => "Reached them",
            (AttemptOutcome::Reached, AttemptChannel::Visit) => "Met them",
            (AttemptOutcome::Reached, _) => "They answered",
            (AttemptOutcome::Voicemail, _) => "Voicemail",
            (AttemptOutcome::NoAnswer, AttemptChannel::Call) => "No answer",
            (AttemptOutcome::NoAnswer, AttemptChannel::Visit) => "Nobody there",
            (AttemptOutcome::NoAnswer, _) => "Sent",
            (AttemptOutcome::Blocked, _) => "Blocked by reception",
            (AttemptOutcome::WrongNumber, AttemptChannel::Call) => "Wrong number",
            (AttemptOutcome::WrongNumber, AttemptChannel::Email) => "Wrong address",
            (AttemptOutcome::WrongNumber, _) => "Wrong person",
            (AttemptOutcome::NoShow, _) => "No show",
        }
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            AttemptOutcome::Reached => "green",
            AttemptOutcome::Voicemail => "blue",
            AttemptOutcome::NoAnswer => "grey",
            AttemptOutcome::Blocked | AttemptOutcome::NoShow => "amber",
            AttemptOutcome::WrongNumber => "red",
        }
    }

    /// Whether somebody spoke or wrote to the customer: they heard it, or it waits for them.
    #[must_use]
    pub fn is_contact(self, channel: AttemptChannel) -> bool {
        match self {
            AttemptOutcome::Reached | AttemptOutcome::Voicemail => true,
            AttemptOutcome::NoAnswer => matches!(channel, AttemptChannel::Email | AttemptChannel::Social),
            AttemptOutcome::Blocked | AttemptOutcome::WrongNumber | AttemptOutcome::NoShow => false,
        }
    }

    /// Whether what comes after it begins anew: they were reached, or what was agreed was not kept.
    #[must_use]
    pub fn begins_anew(self) -> bool {
        matches!(self, AttemptOutcome::Reached | AttemptOutcome::NoShow)
    }
}

/// What a message on a voicemail has to hold (C1-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoicemailPoint {
    Date,
    Time,
    Reason,
    HowToReach,
    WillCallBack,
}

impl VoicemailPoint {
    /// All of them, in the order of the check list.
    pub const ALL: [VoicemailPoint; 5] =
        [VoicemailPoint::Date, VoicemailPoint::Time, VoicemailPoint::Reason, VoicemailPoint::HowToReach, VoicemailPoint::WillCallBack];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            VoicemailPoint::Date => "date",
            VoicemailPoint::Time => "time",
            VoicemailPoint::Reason => "reason",
            VoicemailPoint::HowToReach => "how_to_reach",
            VoicemailPoint::WillCallBack => "will_call_back",
        }
    }

    /// Reads [`VoicemailPoint::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.key() == key)
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            VoicemailPoint::Date => "The date",
            VoicemailPoint::Time => "The time",
            VoicemailPoint::Reason => "Why you call",
            VoicemailPoint::HowToReach => "How to reach you",
            VoicemailPoint::WillCallBack => "That you will call back, and when",
        }
    }

    /// Its place in a sentence about what was said.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            VoicemailPoint::Date => "date",
            VoicemailPoint::Time => "time",
            VoicemailPoint::Reason => "reason",
            VoicemailPoint::HowToReach => "how to reach us",
            VoicemailPoint::WillCallBack => "that we call back",
        }
    }

    /// What a message held, in a sentence; nothing where that was not ticked.
    #[must_use]
    pub fn told(said: &[Self]) -> Option<String> {
        let listed = |points: Vec<Self>| points.into_iter().map(Self::words).collect::<Vec<_>>().join(", ");
        let left_out: Vec<Self> = Self::ALL.into_iter().filter(|point| !said.contains(point)).collect();
        match (said.is_empty(), left_out.is_empty()) {
            (true, _) => None,
            (false, true) => Some("The message said all that it has to".to_owned()),
            (false, false) => Some(format!("The message said: {}; it left out: {}", listed(said.to_vec()), listed(left_out))),
        }
    }
}

/// One attempt to reach the person of a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub id: AttemptId,
    pub lead: LeadId,
    pub by: UserId,
    pub channel: AttemptChannel,
    pub outcome: AttemptOutcome,
    /// When it was made, which may be before it was entered.
    pub at: Timestamp,
    pub entered_at: Timestamp,
    /// The number or address that was tried; empty where that is not known.
    pub to: String,
    pub note: String,
    /// What the message on the voicemail held, as far as somebody ticked it.
    pub said: Vec<VoicemailPoint>,
    /// When it was promised to call back.
    pub call_back_at: Option<Timestamp>,
    /// The task that holds the promise.
    pub task: Option<TaskId>,
}

impl Attempt {
    /// What the timeline of its lead says of it.
    #[must_use]
    pub fn happening(&self) -> EventKind {
        EventKind::Attempted {
            channel: self.channel,
            outcome: self.outcome,
            to: self.to.clone(),
            note: self.note.clone(),
            said: self.said.clone(),
            promised_at: self.call_back_at,
            done_at: (self.at != self.entered_at).then_some(self.at),
        }
    }

    /// Whether it keeps the promise to call back at a moment: they were reached, another message promises anew, or it is the call at that time.
    #[must_use]
    pub fn keeps(&self, promised_at: Timestamp) -> bool {
        let is_call = self.channel == AttemptChannel::Call;
        self.outcome == AttemptOutcome::Reached || is_call && (self.outcome == AttemptOutcome::Voicemail || self.at >= promised_at.plus_ms(-EARLY_MS))
    }

    /// Whether it is what a task of whoever made it asks for, as the cadence proposed it.
    #[must_use]
    pub fn does(&self, task: &Task) -> bool {
        task.is_open() && task.lead == Some(self.lead) && task.assignee == self.by && task.title == self.channel.request()
    }
}

/// "called +441614960123: voicemail"
#[must_use]
pub(crate) fn sentence(channel: AttemptChannel, outcome: AttemptOutcome, to: &str) -> String {
    let to = match channel {
        _ if to.is_empty() => String::new(),
        AttemptChannel::Call => format!(" {to}"),
        _ => format!(" to {to}"),
    };
    format!("{}{to}: {}", channel.did(), outcome.label(channel).to_lowercase())
}

/// The numbers at which somebody may still be reached: those of the lead but for wrong ones, the one to call first.
#[must_use]
pub fn numbers_left(lead: &Lead, attempts: &[Attempt]) -> Vec<String> {
    let of_lead = lead.phones.iter().map(|phone| phone.display().to_owned());
    left(lead.phone().map(str::to_owned).into_iter().chain(of_lead), AttemptChannel::Call, attempts)
}

/// The same for addresses to write to.
#[must_use]
pub fn addresses_left(lead: &Lead, attempts: &[Attempt]) -> Vec<String> {
    let of_lead = lead.emails.iter().map(|email| email.as_str().to_owned());
    left(lead.email().map(str::to_owned).into_iter().chain(of_lead), AttemptChannel::Email, attempts)
}

fn left(all: impl Iterator<Item = String>, channel: AttemptChannel, attempts: &[Attempt]) -> Vec<String> {
    let is_wrong = |to: &String| {
        attempts.iter().any(|attempt| attempt.channel == channel && attempt.outcome == AttemptOutcome::WrongNumber && attempt.to == *to)
    };
    let mut found: Vec<String> = Vec::new();
    for to in all {
        if !found.contains(&to) && !is_wrong(&to) {
            found.push(to);
        }
    }
    found
}

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
