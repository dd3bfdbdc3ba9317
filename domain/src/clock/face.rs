//! What a clock shows at a moment.

use serde::{Deserialize, Serialize};

use super::hours::Hours;
use super::{Clock, ClockBook};
use crate::{Catalog, DAY_MS, HOUR_MS, Lead, SiteZone, Timestamp};

/// How a clock stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    Running,
    /// The aim, or three quarters of the time, have passed.
    Near,
    Overdue,
    MetInTime,
    MetLate,
    /// It ended before it was met.
    Ended,
}

impl ClockState {
    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            ClockState::Running => "blue",
            ClockState::Near => "amber",
            ClockState::Overdue | ClockState::MetLate => "red",
            ClockState::MetInTime => "green",
            ClockState::Ended => "grey",
        }
    }

    /// The word that programs read.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ClockState::Running => "running",
            ClockState::Near => "near",
            ClockState::Overdue => "overdue",
            ClockState::MetInTime => "met_in_time",
            ClockState::MetLate => "met_late",
            ClockState::Ended => "ended",
        }
    }

    /// The state in a word or two, for who does not see its tone.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ClockState::Running => "Running",
            ClockState::Near => "Due soon",
            ClockState::Overdue => "Overdue",
            ClockState::MetInTime => "Met in time",
            ClockState::MetLate => "Met late",
            ClockState::Ended => "Ended",
        }
    }
}

/// A clock with its times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockFace {
    /// What is to be done, as a request.
    pub name: String,
    pub started_at: Timestamp,
    /// From when it is told in amber.
    pub near_at: Timestamp,
    pub due_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Whether what is left is counted in working hours.
    pub is_working: bool,
}

/// The clocks of a lead as its page shows them, the earliest due first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockFaces {
    pub faces: Vec<ClockFace>,
    /// The hours of the lead's group, where one of the clocks counts them.
    pub hours: Hours,
    /// When they were read, for who does not know the time yet.
    pub now: Timestamp,
}

impl ClockFaces {
    /// The stored clocks of a lead, of each policy the latest, and those that the lead itself is: how long it may rest in its status, and
    /// its expected completion.
    #[must_use]
    pub fn of(lead: &Lead, clocks: &[Clock], book: &ClockBook, catalog: &Catalog, now: Timestamp) -> Self {
        let site = &catalog.site;
        let hours = book.hours_for(lead.group, site);
        let mut faces = Vec::new();
        for policy in &book.policies {
            let of_policy = clocks.iter().filter(|clock| clock.policy == policy.id);
            let Some(clock) = of_policy.max_by_key(|clock| clock.started_at) else { continue };
            // What was to be done with a lead of another class is nobody's concern any more.
            if policy.class.is_some() && clock.ended_at.is_some() && clock.met_at.is_none() {
                continue;
            }
            let (near_at, due_at) = policy.times(clock.started_at, &hours, book.zone_for(lead.group, site));
            faces.push(ClockFace {
                name: policy.name.clone(),
                started_at: clock.started_at,
                near_at,
                due_at,
                met_at: clock.met_at,
                ended_at: clock.ended_at.or(lead.deleted_at),
                is_working: policy.is_working,
            });
        }
        if lead.state.life_cycle().is_open() && lead.deleted_at.is_none() {
            faces.extend(of_status(lead, catalog));
            faces.extend(of_completion(lead, &site.zone));
        }
        faces.sort_by_key(|face| face.due_at);
        let counts_work = faces.iter().any(|face| face.is_working);
        Self { faces, hours: if counts_work { hours } else { Hours::Plain }, now }
    }
}

/// How long it may rest in its status, where that is configured.
pub(super) fn of_status(lead: &Lead, catalog: &Catalog) -> Option<ClockFace> {
    let status = catalog.status(lead.status)?;
    let ms = status.due_days? * DAY_MS;
    Some(running(format!("Move on from “{}”", status.name), lead.status_since, lead.status_since.plus_ms(ms)))
}

/// Its expected completion: the end of that day, where a day was typed.
pub(super) fn of_completion(lead: &Lead, zone: &SiteZone) -> Option<ClockFace> {
    let at = lead.expected_at?;
    let due_at = if at.is_day() { zone.end_of(at) } else { at };
    Some(running("Complete".to_owned(), lead.created_at, due_at))
}

fn running(name: String, started_at: Timestamp, due_at: Timestamp) -> ClockFace {
    let near_at = started_at.plus_ms((due_at.0 - started_at.0) / 4 * 3);
    ClockFace { name, started_at, near_at, due_at, met_at: None, ended_at: None, is_working: false }
}

impl ClockFace {
    /// How it stands.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ClockState {
        match (self.met_at, self.ended_at) {
            (Some(met_at), _) if met_at <= self.due_at => ClockState::MetInTime,
            (Some(_), _) => ClockState::MetLate,
            (None, Some(_)) => ClockState::Ended,
            _ if now > self.due_at => ClockState::Overdue,
            _ if now >= self.near_at => ClockState::Near,
            _ => ClockState::Running,
        }
    }

    /// The whole of it: "Review by today 16:00, 3 h left". Times are told by `zone`, what is left is counted in `hours` where the policy
    /// says so.
    #[must_use]
    pub fn sentence(&self, now: Timestamp, hours: &Hours, zone: &SiteZone) -> String {
        let name = &self.name;
        let due = told(self.due_at, now, zone);
        let counted = |from: Timestamp, to: Timestamp| self.words(if self.is_working { hours.between(from, to) } else { to.0 - from.0 });
        match (self.state(now), self.met_at) {
            (ClockState::Overdue, _) => format!("{name} was due {due}, {} overdue", counted(self.due_at, now)),
            (ClockState::MetInTime, Some(at)) => format!("{name}: done {}, in time", told(at, now, zone)),
            (ClockState::MetLate, Some(at)) => format!("{name}: done {}, {} late", told(at, now, zone), counted(self.due_at, at)),
            (ClockState::Ended, _) => format!("{name}: ended before it was done, due {due}"),
            _ => format!("{name} by {due}, {} left", counted(now, self.due_at)),
        }
    }

    /// A duration in the fewest words. Days of working hours would be days of what?
    fn words(&self, ms: i64) -> String {
        match ms {
            _ if ms < HOUR_MS && self.is_working => format!("{} working min", ms / 60_000),
            _ if self.is_working => format!("{} working h", ms / HOUR_MS),
            _ if ms < HOUR_MS => format!("{} min", ms / 60_000),
            _ if ms < 2 * DAY_MS => format!("{} h", ms / HOUR_MS),
            _ => format!("{} d", ms / DAY_MS),
        }
    }
}

/// A moment beside now: `today 16:00`, `tomorrow 09:30`, else with its day; the end of a day is only that day.
pub(crate) fn told(at: Timestamp, now: Timestamp, zone: &SiteZone) -> String {
    let local = zone.local(at);
    let day = local.start_of_day();
    let days = (day.0 - zone.local(now).start_of_day().0) / DAY_MS;
    let named = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        _ => local.readable_day(),
    };
    if zone.end_of(day) == at { named } else { format!("{named} {}", local.clock()) }
}
