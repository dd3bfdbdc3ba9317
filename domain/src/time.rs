//! Moments, as whole milliseconds since 1970 in UTC. No clock lives here: `now` is always an argument.

use chrono::{DateTime, NaiveDate, SecondsFormat};
use serde::{Deserialize, Serialize};

/// A moment in UTC. Unit: whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// One day, in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// One hour, in milliseconds.
pub const HOUR_MS: i64 = 3_600_000;

impl Timestamp {
    /// The moment `ms` milliseconds later (earlier, when negative).
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// RFC 3339 in UTC with milliseconds, as the API shows it: `2026-11-24T09:30:00.000Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        DateTime::from_timestamp_millis(self.0).map_or_else(String::new, |at| at.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    /// The day in UTC, `2026-11-24`, as a date input wants it.
    #[must_use]
    pub fn day(self) -> String {
        DateTime::from_timestamp_millis(self.0).map_or_else(String::new, |at| at.date_naive().to_string())
    }

    /// Day and minute in UTC, for text that is read before the browser can show local time: `24 Nov 2026, 09:30`.
    #[must_use]
    pub fn readable(self) -> String {
        DateTime::from_timestamp_millis(self.0).map_or_else(String::new, |at| at.format("%-d %b %Y, %H:%M").to_string())
    }

    /// Start of a day written `YYYY-MM-DD`, in UTC. `None` when it is no such day.
    #[must_use]
    pub fn parse_day(text: &str) -> Option<Self> {
        let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
        (1900..=9999).contains(&chrono::Datelike::year(&day)).then_some(())?;
        Some(Self(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
