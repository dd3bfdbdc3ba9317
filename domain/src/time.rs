//! Moments, as whole milliseconds since 1970 in UTC. No clock lives here: `now` is always an argument.

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};
use serde::{Deserialize, Serialize};

/// A moment in UTC. Unit: whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// One day, in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// One hour, in milliseconds.
pub const HOUR_MS: i64 = 3_600_000;

/// Short names of months, as people read them.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    // The format strings of chrono would bring their parser into every browser.
    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// The moment `ms` milliseconds later (earlier, when negative).
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// RFC 3339 in UTC with milliseconds, as the API shows it: `2026-11-24T09:30:00.000Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let at = self.utc();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            self.0.rem_euclid(1000)
        )
    }

    /// The day in UTC, `2026-11-24`, as a date input wants it.
    #[must_use]
    pub fn day(self) -> String {
        let at = self.utc();
        format!("{:04}-{:02}-{:02}", at.year(), at.month(), at.day())
    }

    /// Day and minute in UTC: `24 Nov 2026, 09:30`. By the site's clocks: [`crate::SiteZone::readable`].
    #[must_use]
    pub fn readable(self) -> String {
        format!("{}, {}", self.readable_day(), self.clock())
    }

    /// The year in UTC.
    #[must_use]
    pub fn year(self) -> i64 {
        i64::from(self.utc().year())
    }

    /// The day in UTC, as people read it: `24 Nov 2026`.
    #[must_use]
    pub fn readable_day(self) -> String {
        let at = self.utc();
        format!("{} {} {}", at.day(), MONTHS[at.month0() as usize % 12], at.year())
    }

    /// The minute in UTC: `09:30`.
    #[must_use]
    pub fn clock(self) -> String {
        let at = self.utc();
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// The start of the day in UTC.
    #[must_use]
    pub fn start_of_day(self) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY_MS))
    }

    /// Whether it is how a day is kept that somebody typed: its start in UTC.
    #[must_use]
    pub fn is_day(self) -> bool {
        self == self.start_of_day()
    }

    /// Start of a day written `YYYY-MM-DD`, in UTC. `None` when it is no such day.
    #[must_use]
    pub fn parse_day(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '-');
        let mut part = |digits: usize| parts.next().filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()));
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        let day = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
        (day.year() >= 1900).then_some(())?;
        Some(Self(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis()))
    }
}

/// A moment where the site is. Days, such as those of an absence, are the site's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteTime {
    pub now: Timestamp,
    /// How far the site's clocks are ahead of UTC. Unit: milliseconds, negative in the west.
    pub ahead_ms: i64,
}

impl SiteTime {
    /// Today, as days are stored: its start in UTC.
    #[must_use]
    pub fn today(self) -> Timestamp {
        self.now.plus_ms(self.ahead_ms).start_of_day()
    }

    /// A moment as the site's clocks tell it: `14:05` when it is today, else `24 Nov 2026, 14:05`.
    #[must_use]
    pub fn tell(self, at: Timestamp) -> String {
        let local = at.plus_ms(self.ahead_ms);
        if local.start_of_day() == self.today() { local.clock() } else { local.readable() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_its_own_day_and_clock() {
        let late = Timestamp::parse_day("2026-11-24").expect("a day").plus_ms(23 * HOUR_MS);
        let berlin = SiteTime { now: late, ahead_ms: HOUR_MS };
        assert_eq!(berlin.today().day(), "2026-11-25");
        assert_eq!(berlin.tell(late), "00:00");
        assert_eq!(berlin.tell(late.plus_ms(-HOUR_MS)), "24 Nov 2026, 23:00");
        let west = SiteTime { now: late, ahead_ms: -5 * HOUR_MS };
        assert_eq!((west.today().day(), west.tell(late)), ("2026-11-24".to_owned(), "18:00".to_owned()));
    }

    #[test]
    fn a_day_reads_back_as_written() {
        let at = Timestamp::parse_day("2026-02-28").expect("a day");
        assert_eq!(at.day(), "2026-02-28");
        assert_eq!(at.rfc3339(), "2026-02-28T00:00:00.000Z");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["", "2026-02-30", "28/02/2026", "0001-01-01", "yesterday"] {
            assert_eq!(Timestamp::parse_day(text), None, "{text}");
        }
    }
}
