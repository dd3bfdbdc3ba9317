//! Working hours: which time counts, and how far it reaches. Pure, and the same in the browser.

use serde::{Deserialize, Serialize};

use crate::catalog::{WorkingHours, clock_text, parse_clock};
use crate::{DAY_MS, SiteZone, Timestamp};

/// One minute, in milliseconds.
const MINUTE_MS: i64 = 60_000;
/// How far ahead open time is looked for: twenty years. Unit: days.
const LOOKED_AHEAD: i64 = 7_305;
/// Most holidays of a group.
pub const HOLIDAYS_MAX: usize = 500;

/// A part of a day, without its last minute. Unit: minutes after midnight, 0 to 1440.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    pub from_minute: i64,
    pub to_minute: i64,
}

/// Why working hours were refused. Its display is the sentence shown at the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    #[error("Write hours like 09:00-12:30, 13:30-17:00; “{0}” is not like that")]
    NotHours(String),
    #[error("Work has to end after it begins: {0}")]
    Backwards(String),
    #[error("Hours of a day follow each other and do not overlap: {0}")]
    Overlapping(String),
    #[error("Open at least one day, or choose plain hours")]
    NeverOpen,
    #[error("Write a day a line, like 2026-12-25; “{0}” is none")]
    NotADay(String),
    #[error("Name at most {} days", HOLIDAYS_MAX)]
    TooManyDays,
}

/// The hours of a day as they are typed: `09:00-12:30, 13:30-17:00`; nothing for a day on which nobody works.
///
/// # Errors
/// [`HoursError`] naming what is wrong with which part.
pub fn parse_spans(text: &str) -> Result<Vec<Span>, HoursError> {
    let mut spans: Vec<Span> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let unreadable = || HoursError::NotHours(part.to_owned());
        let (from, to) = part.split_once(['-', '–']).ok_or_else(unreadable)?;
        let from_minute = parse_clock(from).ok_or_else(unreadable)?;
        let to_minute = parse_clock(to).ok_or_else(unreadable)?;
        if from_minute >= to_minute {
            return Err(HoursError::Backwards(part.to_owned()));
        }
        if spans.last().is_some_and(|last| last.to_minute > from_minute) {
            return Err(HoursError::Overlapping(part.to_owned()));
        }
        spans.push(Span { from_minute, to_minute });
    }
    Ok(spans)
}

/// Writes what [`parse_spans`] reads.
#[must_use]
pub fn spans_text(spans: &[Span]) -> String {
    let one = |span: &Span| format!("{}-{}", clock_text(span.from_minute), clock_text(span.to_minute));
    spans.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The hours of each day of the week, Monday first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week(pub [Vec<Span>; 7]);

impl Week {
    /// The same hours on some days of the week, 1 (Monday) to 7: those of the site.
    #[must_use]
    pub fn of_site(hours: &WorkingHours) -> Self {
        let span = Span { from_minute: hours.from_minute, to_minute: hours.to_minute };
        let mut week = Self::default();
        for day in &hours.days {
            if let Some(spans) = usize::from(*day).checked_sub(1).and_then(|index| week.0.get_mut(index)) {
                *spans = vec![span];
            }
        }
        week
    }

    /// Whether nobody ever works.
    #[must_use]
    pub fn is_never_open(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    /// The days in order, separated by semicolons, as they are stored.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|spans| spans_text(spans)).collect::<Vec<_>>().join(";")
    }

    /// Reads [`Week::text`] back.
    ///
    /// # Errors
    /// As [`parse_spans`]; [`HoursError::NotHours`] when there are not seven days.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        let days = text.split(';').map(parse_spans).collect::<Result<Vec<_>, _>>()?;
        let days: [Vec<Span>; 7] = days.try_into().map_err(|_| HoursError::NotHours(text.to_owned()))?;
        Ok(Self(days))
    }
}

/// Days on which nobody works, one a line; what follows the day is a remark and is dropped. In order, each once.
///
/// # Errors
/// [`HoursError::NotADay`], [`HoursError::TooManyDays`].
pub fn parse_holidays(text: &str) -> Result<Vec<Timestamp>, HoursError> {
    let mut days = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let day = line.split_whitespace().next().unwrap_or_default();
        days.push(Timestamp::parse_day(day).ok_or_else(|| HoursError::NotADay(line.to_owned()))?);
    }
    days.sort_unstable();
    days.dedup();
    if days.len() > HOLIDAYS_MAX { Err(HoursError::TooManyDays) } else { Ok(days) }
}

/// Writes what [`parse_holidays`] reads.
#[must_use]
pub fn holidays_text(days: &[Timestamp]) -> String {
    days.iter().map(|day| day.day()).collect::<Vec<_>>().join("\n")
}

/// A week in a place, with its holidays: at least one day of the week is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHours {
    week: Week,
    /// Days as their start in UTC, in order.
    holidays: Vec<Timestamp>,
    zone: SiteZone,
}

/// Which time counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hours {
    /// Every hour of every day.
    #[default]
    Plain,
    Open(Box<OpenHours>),
}

impl Hours {
    /// The hours of a week. One in which nobody ever works counts as plain hours; whoever configures one is refused, see
    /// [`HoursError::NeverOpen`].
    #[must_use]
    pub fn of(week: Week, mut holidays: Vec<Timestamp>, zone: SiteZone) -> Self {
        holidays.sort_unstable();
        if week.is_never_open() { Hours::Plain } else { Hours::Open(Box::new(OpenHours { week, holidays, zone })) }
    }

    /// When so much time has counted since a moment. With no time at all, that moment, or the next one that counts. What ends exactly
    /// with a day's work ends there, not when the next begins.
    ///
    /// `ms` is in milliseconds, and taken as 0 when it is negative. What takes longer than twenty years is counted as plain hours.
    #[must_use]
    pub fn after(&self, start: Timestamp, ms: i64) -> Timestamp {
        let mut left = ms.max(0);
        let Hours::Open(open) = self else { return start.plus_ms(left) };
        let first = open.day_of(start);
        for (from, to) in (0..LOOKED_AHEAD).flat_map(|day| open.open_on(first.plus_ms(day * DAY_MS))) {
            let from = from.max(start);
            if from >= to {
                continue;
            }
            let counted = to.0 - from.0;
            if left <= counted {
                return from.plus_ms(left);
            }
            left -= counted;
        }
        start.plus_ms(ms.max(0))
    }

    /// How much time counts between two moments, without the last; negative when the second comes first. Unit: milliseconds.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> i64 {
        let Hours::Open(open) = self else { return to.0.saturating_sub(from.0) };
        if to < from {
            return -self.between(to, from);
        }
        let (first, last) = (open.day_of(from), open.day_of(to));
        let days = (last.0 - first.0) / DAY_MS;
        let counted = |(begin, end): (Timestamp, Timestamp)| (end.min(to).0 - begin.max(from).0).max(0);
        (0..=days).flat_map(|day| open.open_on(first.plus_ms(day * DAY_MS))).map(counted).sum()
    }

    /// This moment when it counts, else the next one that does.
    #[must_use]
    pub fn next_open(&self, at: Timestamp) -> Timestamp {
        self.after(at, 0)
    }
}

impl OpenHours {
    /// The day of a moment by the place's clocks, as its start in UTC.
    fn day_of(&self, at: Timestamp) -> Timestamp {
        self.zone.local(at).start_of_day()
    }

    /// The open parts of a day, as moments. Hours that the clocks leave out are none.
    fn open_on(&self, day: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        if self.holidays.binary_search(&day).is_ok() {
            return Vec::new();
        }
        // The first of January 1970 was a Thursday.
        let weekday = (day.0.div_euclid(DAY_MS) + 3).rem_euclid(7);
        let moment = |minute: i64| self.zone.first_showing(day.plus_ms(minute * MINUTE_MS));
        let spans = &self.week.0[weekday as usize];
        spans.iter().map(|span| (moment(span.from_minute), moment(span.to_minute))).filter(|(from, to)| from < to).collect()
    }
}
