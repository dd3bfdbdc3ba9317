//! What was arranged with the person of a lead: a meeting, a demonstration or a call, and how its invite stands.

use serde::{Deserialize, Serialize};

use crate::event::TextChange;
use crate::ics::Said;
use crate::task::{parse_day, parse_time};
use crate::text::line;
use crate::{AppointmentId, FieldErrors, FormValues, LeadId, Mailbox, SiteZone, Timestamp, UserId};

/// Shortest appointment. Unit: minutes.
pub const MINUTES_MIN: i64 = 5;
/// Longest appointment. Unit: minutes.
pub const MINUTES_MAX: i64 = 8 * 60;
/// How long one takes when nobody says. Unit: minutes.
const MINUTES: i64 = 30;

/// How people meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentKind {
    VirtualMeeting,
    WebDemonstration,
    Telephone,
}

impl AppointmentKind {
    /// Every kind.
    pub const ALL: [AppointmentKind; 3] = [AppointmentKind::VirtualMeeting, AppointmentKind::WebDemonstration, AppointmentKind::Telephone];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            AppointmentKind::VirtualMeeting => "virtual_meeting",
            AppointmentKind::WebDemonstration => "web_demonstration",
            AppointmentKind::Telephone => "telephone",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            AppointmentKind::VirtualMeeting => "Virtual meeting",
            AppointmentKind::WebDemonstration => "Web demonstration",
            AppointmentKind::Telephone => "Telephone appointment",
        }
    }

    /// The same within a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            AppointmentKind::VirtualMeeting => "a virtual meeting",
            AppointmentKind::WebDemonstration => "a web demonstration",
            AppointmentKind::Telephone => "a telephone appointment",
        }
    }

    /// Reads [`AppointmentKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// How an invite stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InviteState {
    /// None was sent.
    None,
    /// It waits for an answer.
    Sent,
    Accepted,
    Tentative,
    Declined,
}

impl InviteState {
    /// Every state.
    pub const ALL: [InviteState; 5] = [InviteState::None, InviteState::Sent, InviteState::Accepted, InviteState::Tentative, InviteState::Declined];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            InviteState::None => "none",
            InviteState::Sent => "sent",
            InviteState::Accepted => "accepted",
            InviteState::Tentative => "tentative",
            InviteState::Declined => "declined",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            InviteState::None => "No invite sent",
            InviteState::Sent => "Not answered yet",
            InviteState::Accepted => "Accepted",
            InviteState::Tentative => "Accepted tentatively",
            InviteState::Declined => "Declined",
        }
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            InviteState::None => "grey",
            InviteState::Sent | InviteState::Tentative => "amber",
            InviteState::Accepted => "green",
            InviteState::Declined => "red",
        }
    }

    /// Reads [`InviteState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

impl From<Said> for InviteState {
    fn from(said: Said) -> Self {
        match said {
            Said::Accepted => InviteState::Accepted,
            Said::Tentative => InviteState::Tentative,
            Said::Declined => InviteState::Declined,
        }
    }
}

/// What became of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentStep {
    Planned,
    Changed,
    /// The invite went to the person, for the first time or anew.
    Invited,
    Accepted,
    Tentative,
    Declined,
    Cancelled,
    /// Somebody answered who may not; the invite stays as it is.
    Refused,
}

impl AppointmentStep {
    /// The step that an answer is; `None` for a state that nobody answers with.
    #[must_use]
    pub fn of_answer(state: InviteState) -> Option<Self> {
        match state {
            InviteState::None | InviteState::Sent => None,
            InviteState::Accepted => Some(AppointmentStep::Accepted),
            InviteState::Tentative => Some(AppointmentStep::Tentative),
            InviteState::Declined => Some(AppointmentStep::Declined),
        }
    }
}

/// An appointment. A lead has one at most that was neither cancelled nor gave way to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub id: AppointmentId,
    pub version: i64,
    pub lead: LeadId,
    pub kind: AppointmentKind,
    pub at: Timestamp,
    /// How long it takes, see [`MINUTES_MIN`] and [`MINUTES_MAX`].
    pub minutes: i64,
    /// The link or number at which they meet; may be empty.
    pub place: String,
    /// What tells it from all others in every calendar. Hard to guess, for an answer names it.
    pub uid: String,
    /// Which version of it the invited were told; grows when they are told of another.
    pub sequence: i64,
    pub invite: InviteState,
    /// To whom the invite went; `None` before it did, and where somebody else sent it.
    pub attendee: Option<Mailbox>,
    /// Who invites; `None` for one of a file that names nobody.
    pub organizer: Option<UserId>,
    pub sent_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
    /// When it was cancelled, or gave way to the next.
    pub ended_at: Option<Timestamp>,
    /// `None` for one that came with a file.
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Appointment {
    /// One that nobody has filled in yet.
    #[must_use]
    pub fn blank(lead: LeadId, uid: String, organizer: Option<UserId>, by: Option<UserId>, now: Timestamp) -> Self {
        Self {
            id: AppointmentId(0),
            version: 1,
            lead,
            kind: AppointmentKind::VirtualMeeting,
            at: Timestamp(0),
            minutes: MINUTES,
            place: String::new(),
            uid,
            sequence: 0,
            invite: InviteState::None,
            attendee: None,
            organizer,
            sent_at: None,
            answered_at: None,
            ended_at: None,
            created_by: by,
            created_at: now,
            updated_at: now,
        }
    }

    /// When it is over.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        self.at.plus_ms(self.minutes * 60_000)
    }

    /// Whether it is over, or was called off.
    #[must_use]
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.ended_at.is_some() || self.ends() <= now
    }

    /// Whether the invite is ours: somebody has to be told when it changes.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.sent_at.is_some() && self.attendee.is_some()
    }

    /// As people read it: `Web demonstration on 24 Nov 2026, 09:30 UTC, 30 minutes`.
    #[must_use]
    pub fn words(&self, zone: &SiteZone) -> String {
        format!("{} on {}, {} minutes", self.kind.label(), zone.readable(self.at), self.minutes)
    }

    /// Takes over the fields that were sent: `kind`, `day` with `time` (by the site's clocks), `minutes`, `place`.
    pub fn fill(&mut self, form: &FormValues, zone: &SiteZone, errors: &mut FieldErrors) {
        if let Some(key) = form.find("kind") {
            self.kind = errors.take("kind", AppointmentKind::from_key(key.trim()).ok_or("Choose from the list")).unwrap_or(self.kind);
        }
        let is_new = self.at == Timestamp(0);
        if is_new || form.find("day").is_some() || form.find("time").is_some() {
            let day = errors.take("day", parse_day(form.get("day").trim()));
            let minute = errors.take("time", parse_time(form.get("time").trim()));
            if let (Some(day), Some(minute)) = (day, minute) {
                self.at = errors.take("time", moment_of(day, minute, zone)).unwrap_or(self.at);
            }
        }
        if let Some(text) = form.find("minutes") {
            let minutes = text.trim().parse().ok().filter(|minutes| (MINUTES_MIN..=MINUTES_MAX).contains(minutes));
            let minutes = minutes.ok_or_else(|| format!("Enter how many minutes it takes, {MINUTES_MIN} to {MINUTES_MAX}"));
            self.minutes = errors.take("minutes", minutes).unwrap_or(self.minutes);
        }
        if let Some(text) = form.find("place") {
            self.place = errors.take("place", line(text)).unwrap_or_default();
        }
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self, zone: &SiteZone) -> Vec<TextChange> {
        let when = |one: &Self| zone.readable(one.at);
        let takes = |one: &Self| format!("{} minutes", one.minutes);
        [
            ("Kind", before.kind.label().to_owned(), self.kind.label().to_owned()),
            ("When", when(before), when(self)),
            ("Takes", takes(before), takes(self)),
            ("Where", before.place.clone(), self.place.clone()),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
        .collect()
    }
}

/// When the site's clocks show this minute of a day: the first time, where they show it twice.
fn moment_of(day: Timestamp, minute: i64, zone: &SiteZone) -> Result<Timestamp, String> {
    let wanted = day.plus_ms(minute * 60_000);
    let at = zone.first_showing(wanted);
    let shown = zone.local(at);
    if shown == wanted { Ok(at) } else { Err(format!("The clocks change that day and leave this time out; {} is the next there is", shown.clock())) }
}
