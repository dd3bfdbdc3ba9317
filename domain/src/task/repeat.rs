//! When a task comes again. Days are written as their start in UTC.

use chrono::{DateTime, Datelike as _, Months};
use serde::{Deserialize, Serialize};

use super::weekday;
use crate::{DAY_MS, Timestamp};

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Day,
    /// Monday to Friday.
    Weekday,
    Week,
    Month,
    Year,
}

impl Every {
    /// All of them, as offered.
    pub const ALL: [Every; 5] = [Every::Day, Every::Weekday, Every::Week, Every::Month, Every::Year];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Every::Day => "day",
            Every::Weekday => "weekday",
            Every::Week => "week",
            Every::Month => "month",
            Every::Year => "year",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Every::Day => "Every day",
            Every::Weekday => "Every weekday",
            Every::Week => "Every week",
            Every::Month => "Every month",
            Every::Year => "Every year",
        }
    }

    /// Reads [`Every::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.key() == key)
    }
}

/// The days on which a task comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    pub every: Every,
    /// The day that all others are counted from: after a short month the 31st is the 31st again.
    pub from: Timestamp,
    /// The last day on which it may come.
    pub until: Option<Timestamp>,
}

impl Repeat {
    /// The first of its days after another; `None` when it has come for the last time.
    #[must_use]
    pub fn next_after(self, day: Timestamp) -> Option<Timestamp> {
        let day = day.max(self.from);
        let stepping = |days: i64| {
            let steps = (day.0 - self.from.0).div_euclid(days * DAY_MS) + 1;
            Some(self.from.plus_ms(steps * days * DAY_MS))
        };
        let next = match self.every {
            Every::Day => stepping(1),
            Every::Week => stepping(7),
            Every::Weekday => (1..=3).map(|days| day.plus_ms(days * DAY_MS)).find(|day| weekday(*day) < 5),
            Every::Month => self.next_of_months(day, 1),
            Every::Year => self.next_of_months(day, 12),
        }?;
        self.until.is_none_or(|until| next <= until).then_some(next)
    }

    /// The first after a day of those that are so many months apart. A month that is too short has it on its last day.
    fn next_of_months(self, day: Timestamp, months: u32) -> Option<Timestamp> {
        let date = |day: Timestamp| DateTime::from_timestamp_millis(day.0).map(|at| at.date_naive());
        let (from, after) = (date(self.from)?, date(day)?);
        let apart = i64::from(after.year() - from.year()) * 12 + i64::from(after.month()) - i64::from(from.month());
        let steps = u32::try_from(apart).ok()? / months;
        (steps..=steps + 1).find_map(|step| {
            let next = from.checked_add_months(Months::new(step * months))?;
            let next = Timestamp(next.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis());
            (next > day).then_some(next)
        })
    }

    /// As people read it: `Every week until 24 Nov 2026`.
    #[must_use]
    pub fn words(self) -> String {
        let until = self.until.map_or_else(String::new, |day| format!(" until {}", day.readable_day()));
        format!("{}{until}", self.every.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_day(text).expect("a day")
    }

    fn next(every: Every, from: &str, after: &str) -> String {
        Repeat { every, from: day(from), until: None }.next_after(day(after)).expect("another day").day()
    }

    #[test]
    fn it_comes_after_its_day_and_after_the_day_on_which_it_was_done() {
        assert_eq!(next(Every::Day, "2026-11-24", "2026-11-24"), "2026-11-25");
        assert_eq!(next(Every::Day, "2026-11-24", "2026-12-31"), "2027-01-01");
        assert_eq!(next(Every::Week, "2026-11-24", "2026-11-24"), "2026-12-01");
        assert_eq!(next(Every::Week, "2026-11-24", "2026-12-02"), "2026-12-08", "what was missed does not come any more");
        assert_eq!(next(Every::Week, "2026-11-24", "2026-12-01"), "2026-12-08");
    }

    #[test]
    fn weekends_are_left_out() {
        // The 27th is a Friday.
        assert_eq!(next(Every::Weekday, "2026-11-24", "2026-11-26"), "2026-11-27");
        for after in ["2026-11-27", "2026-11-28", "2026-11-29"] {
            assert_eq!(next(Every::Weekday, "2026-11-24", after), "2026-11-30");
        }
    }

    #[test]
    fn short_months_have_it_on_their_last_day_and_the_next_long_one_on_its_own() {
        assert_eq!(next(Every::Month, "2027-01-31", "2027-01-31"), "2027-02-28");
        assert_eq!(next(Every::Month, "2027-01-31", "2027-02-28"), "2027-03-31");
        assert_eq!(next(Every::Month, "2027-01-31", "2027-03-31"), "2027-04-30");
        assert_eq!(next(Every::Month, "2027-01-15", "2027-03-20"), "2027-04-15");
        assert_eq!(next(Every::Month, "2026-12-31", "2028-01-31"), "2028-02-29", "a leap year");
    }

    #[test]
    fn a_day_that_few_years_have_is_the_last_of_february() {
        assert_eq!(next(Every::Year, "2028-02-29", "2028-02-29"), "2029-02-28");
        assert_eq!(next(Every::Year, "2028-02-29", "2031-06-01"), "2032-02-29");
        assert_eq!(next(Every::Year, "2026-11-24", "2026-11-24"), "2027-11-24");
    }

    #[test]
    fn it_ends_with_its_last_day() {
        let repeat = Repeat { every: Every::Week, from: day("2026-11-24"), until: Some(day("2026-12-08")) };
        assert_eq!(repeat.next_after(day("2026-12-01")), Some(day("2026-12-08")));
        assert_eq!(repeat.next_after(day("2026-12-08")), None);
        assert_eq!(repeat.words(), "Every week until 8 Dec 2026");
    }

    #[test]
    fn each_word_reads_back() {
        for every in Every::ALL {
            assert_eq!(Every::from_key(every.key()), Some(every));
        }
        assert_eq!(Every::from_key("hour"), None);
    }
}
