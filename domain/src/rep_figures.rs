//! How people work leads, in three figures: persistent in trying to reach them, speedy with what they get, reliable with what is due (C1-17).

use serde::{Deserialize, Serialize};

use crate::clock::{Act, ClockFace, ClockStart, ClockState};
use crate::{Actor, Catalog, ClockPolicy, DAY_MS, HOUR_MS, LeadId, Role, Timestamp, UserId};

/// How far back one may look. Unit: days.
pub const PERIODS: [i64; 3] = [7, 30, 90];
/// How far back one looks at first.
const PERIOD: i64 = 30;
/// How long after the promised moment a call back still keeps the promise.
const GRACE_MS: i64 = HOUR_MS;
/// The latest clocks that ran out, at most so many.
const SHOWN_MOST: usize = 50;

/// The period that somebody asks for: one of [`PERIODS`], whatever they wrote.
#[must_use]
pub fn period(text: &str) -> i64 {
    PERIODS.into_iter().find(|days| days.to_string() == text).unwrap_or(PERIOD)
}

/// Whose figures somebody reads: everybody's of the house for who sees all, a manager's people and their own, else their own.
#[must_use]
pub fn people_of(actor: &Actor, catalog: &Catalog) -> Vec<UserId> {
    let works = |user: UserId| catalog.people.iter().any(|person| person.id == user && !person.disabled && person.role.is_internal());
    let mut people: Vec<UserId> = match actor.role {
        Role::Administrator => catalog.people.iter().map(|person| person.id).collect(),
        Role::Manager => {
            let managed = catalog.groups.iter().filter(|group| actor.managed_groups.contains(&group.id));
            managed.flat_map(|group| group.members.iter().copied()).chain([actor.id]).collect()
        }
        Role::Rep | Role::Intake | Role::Distributor => vec![actor.id],
    };
    people.retain(|user| works(*user));
    people.sort_unstable();
    people.dedup();
    people
}

/// A clock of a lead that somebody has, or had while it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedClock {
    pub person: UserId,
    pub lead: LeadId,
    pub full_name: String,
    pub face: ClockFace,
    /// Whether it asks for the first touch of what was handed over.
    pub is_first_touch: bool,
}

/// Whether clocks of a policy ask for the first touch of what was handed over.
#[must_use]
pub fn asks_for_first_touch(policy: &ClockPolicy) -> bool {
    policy.starts == ClockStart::Allocation && policy.met_by.contains(&Act::Touch) && !policy.repeats
}

impl OwnedClock {
    /// Whether it was not met in time. One that ended before it was due is nobody's fault.
    #[must_use]
    pub fn ran_out(&self, now: Timestamp) -> bool {
        match self.face.state(now) {
            ClockState::Overdue | ClockState::MetLate => true,
            ClockState::Ended => self.face.ended_at.is_some_and(|ended_at| ended_at > self.face.due_at),
            ClockState::Running | ClockState::Near | ClockState::MetInTime => false,
        }
    }
}

/// A promise to call back that somebody left on a voicemail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    pub person: UserId,
    pub promised_at: Timestamp,
    pub done_at: Option<Timestamp>,
}

impl Promise {
    /// Whether it was kept; `None` while there is time.
    #[must_use]
    pub fn is_kept(&self, now: Timestamp) -> Option<bool> {
        let until = self.promised_at.plus_ms(GRACE_MS);
        match self.done_at {
            Some(done_at) => Some(done_at <= until),
            None if now > until => Some(false),
            None => None,
        }
    }
}

/// How one person worked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepFigures {
    pub person: UserId,
    /// Persistent: attempts to reach somebody.
    pub attempts: i64,
    /// And how many leads those were for.
    pub leads_tried: i64,
    /// Speedy: the median time from when a lead was handed over to its first touch. Unit: milliseconds. `None` where none was touched.
    pub first_touch_ms: Option<i64>,
    /// How many were touched.
    pub touched: i64,
    /// Reliable: clocks that were met in time, of those that were met or ran out.
    pub in_time: i64,
    pub decided: i64,
    /// Promises that were kept, of those that were due.
    pub kept: i64,
    pub promised: i64,
}

impl RepFigures {
    /// The figures of one person; what is others' is passed over.
    #[must_use]
    pub fn of(person: UserId, (attempts, leads_tried): (i64, i64), clocks: &[OwnedClock], promises: &[Promise], now: Timestamp) -> Self {
        let own = || clocks.iter().filter(|clock| clock.person == person);
        let in_time = own().filter(|clock| clock.face.state(now) == ClockState::MetInTime).count() as i64;
        let ran_out = own().filter(|clock| clock.ran_out(now)).count() as i64;
        let touch = |clock: &OwnedClock| clock.face.met_at.filter(|_| clock.is_first_touch).map(|met_at| met_at.0 - clock.face.started_at.0);
        let mut touches: Vec<i64> = own().filter_map(touch).collect();
        touches.sort_unstable();
        let due: Vec<bool> = promises.iter().filter(|promise| promise.person == person).filter_map(|promise| promise.is_kept(now)).collect();
        Self {
            person,
            attempts,
            leads_tried,
            first_touch_ms: touches.get(touches.len() / 2).copied(),
            touched: touches.len() as i64,
            in_time,
            decided: in_time + ran_out,
            kept: due.iter().filter(|is_kept| **is_kept).count() as i64,
            promised: due.len() as i64,
        }
    }

    /// How persistent, in words.
    #[must_use]
    pub fn persistent(&self) -> String {
        match (self.attempts, self.leads_tried) {
            (0, _) => "No attempt".to_owned(),
            (1, _) => "1 attempt".to_owned(),
            (attempts, 1) => format!("{attempts} attempts on 1 lead"),
            (attempts, leads) => format!("{attempts} attempts on {leads} leads"),
        }
    }

    /// How speedy, in words.
    #[must_use]
    pub fn speedy(&self) -> String {
        let leads = if self.touched == 1 { "1 lead".to_owned() } else { format!("{} leads", self.touched) };
        match self.first_touch_ms {
            Some(ms) => format!("First touch after {} ({leads})", span_words(ms)),
            None => "Nothing touched".to_owned(),
        }
    }

    /// How reliable, in words.
    #[must_use]
    pub fn reliable(&self) -> String {
        let clocks = format!("{} of {} clocks met in time", self.in_time, self.decided);
        let promises = format!("{} of {} promises kept", self.kept, self.promised);
        match (self.decided, self.promised) {
            (0, 0) => "Nothing was due".to_owned(),
            (_, 0) => clocks,
            (0, _) => promises,
            _ => format!("{clocks}, {promises}"),
        }
    }
}

/// A duration in the fewest words.
fn span_words(ms: i64) -> String {
    match ms {
        _ if ms < HOUR_MS => format!("{} min", ms / 60_000),
        _ if ms < 2 * DAY_MS => format!("{} h", ms / HOUR_MS),
        _ => format!("{} days", ms / DAY_MS),
    }
}

/// A clock that somebody let run out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RanOut {
    pub person: UserId,
    pub lead: LeadId,
    pub full_name: String,
    /// What was to be done, as a request.
    pub name: String,
    pub due_at: Timestamp,
    /// When it was done after all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_at: Option<Timestamp>,
}

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepsView {
    /// Since how many days.
    pub days: i64,
    /// Of everybody whose figures one reads.
    pub figures: Vec<RepFigures>,
    /// The latest first.
    pub ran_out: Vec<RanOut>,
    /// Whether there were more clocks than were counted.
    pub is_cut: bool,
}

/// The clocks that ran out, the latest first, as many as are shown.
#[must_use]
pub fn those_that_ran_out(clocks: &[OwnedClock], now: Timestamp) -> Vec<RanOut> {
    let mut found: Vec<&OwnedClock> = clocks.iter().filter(|clock| clock.ran_out(now)).collect();
    found.sort_by_key(|clock| std::cmp::Reverse((clock.face.due_at, clock.lead)));
    found.truncate(SHOWN_MOST);
    let told = |clock: &OwnedClock| RanOut {
        person: clock.person,
        lead: clock.lead,
        full_name: clock.full_name.clone(),
        name: clock.face.name.clone(),
        due_at: clock.face.due_at,
        met_at: clock.face.met_at,
    };
    found.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(100 * DAY_MS);

    fn clock(started: i64, due: i64, met: Option<i64>, ended: Option<i64>) -> OwnedClock {
        let at = |hours: i64| NOW.plus_ms(hours * HOUR_MS);
        let face = ClockFace {
            name: "Review".to_owned(),
            started_at: at(started),
            near_at: at(due),
            due_at: at(due),
            met_at: met.map(at),
            ended_at: ended.map(at),
            is_working: false,
        };
        OwnedClock { person: UserId(1), lead: LeadId(7), full_name: "Jo".to_owned(), face, is_first_touch: true }
    }

    #[test]
    fn a_clock_that_ended_before_it_was_due_is_nobody_s_fault() {
        let outs = [
            clock(-48, -24, Some(-30), None),
            clock(-48, -24, Some(-20), None),
            clock(-48, -24, None, None),
            clock(-48, 24, None, None),
            clock(-48, -24, None, Some(-30)),
            clock(-48, -24, None, Some(-20)),
        ];
        assert_eq!(outs.iter().map(|clock| clock.ran_out(NOW)).collect::<Vec<_>>(), [false, true, true, false, false, true]);
        let figures = RepFigures::of(UserId(1), (3, 2), &outs, &[], NOW);
        assert_eq!((figures.in_time, figures.decided), (1, 4));
        assert_eq!((figures.touched, figures.first_touch_ms), (2, Some(28 * HOUR_MS)));
        assert_eq!(figures.reliable(), "1 of 4 clocks met in time");
        assert_eq!(figures.speedy(), "First touch after 28 h (2 leads)");
        assert_eq!(figures.persistent(), "3 attempts on 2 leads");
        assert_eq!(RepFigures::of(UserId(2), (0, 0), &outs, &[], NOW).reliable(), "Nothing was due");
        assert_eq!(those_that_ran_out(&outs, NOW).len(), 3);
    }

    #[test]
    fn a_promise_is_kept_within_the_hour() {
        let promise = |promised: i64, done: Option<i64>| Promise {
            person: UserId(1),
            promised_at: NOW.plus_ms(promised * HOUR_MS),
            done_at: done.map(|minutes| NOW.plus_ms(promised * HOUR_MS + minutes * 60_000)),
        };
        assert_eq!(promise(-5, Some(-90)).is_kept(NOW), Some(true), "earlier is fine");
        assert_eq!(promise(-5, Some(60)).is_kept(NOW), Some(true));
        assert_eq!(promise(-5, Some(61)).is_kept(NOW), Some(false));
        assert_eq!(promise(-5, None).is_kept(NOW), Some(false));
        assert_eq!(promise(-1, None).is_kept(NOW), None, "there is time");
        let figures = RepFigures::of(UserId(1), (0, 0), &[], &[promise(-5, Some(60)), promise(-5, None), promise(2, None)], NOW);
        assert_eq!(figures.reliable(), "1 of 2 promises kept");
    }

    #[test]
    fn a_period_is_one_of_those_offered() {
        assert_eq!(["7", "90", "", "1e9", "-7"].map(period), [7, 90, 30, 30, 30]);
    }
}
