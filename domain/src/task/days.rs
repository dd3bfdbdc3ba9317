//! The days that a calendar of tasks shows. Days are written as their start in UTC; weeks begin on Monday.

use chrono::{DateTime, Datelike as _, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{TaskRow, weekday};
use crate::{DAY_MS, FormValues, Timestamp};

/// Short names of the days of a week, from Monday.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// How much of the calendar is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    Day,
    Week,
    /// In whole weeks, so with some days of the months around it.
    Month,
}

impl Span {
    /// All of them, as offered.
    pub const ALL: [Span; 3] = [Span::Day, Span::Week, Span::Month];

    /// The word used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Span::Day => "day",
            Span::Week => "week",
            Span::Month => "month",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Span::Day => "Day",
            Span::Week => "Week",
            Span::Month => "Month",
        }
    }

    /// Reads [`Span::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.key() == key)
    }
}

/// A part of the calendar: that around a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarView {
    pub span: Span,
    pub day: Timestamp,
}

impl CalendarView {
    /// Reads a query string; what is not said is the month of today.
    #[must_use]
    pub fn from_query(query: &str, today: Timestamp) -> Self {
        let values = FormValues::decode(query.trim_start_matches('?').as_bytes());
        let span = Span::from_key(values.get("span")).unwrap_or(Span::Month);
        Self { span, day: Timestamp::parse_day(values.get("day")).unwrap_or(today) }
    }

    /// The query string that [`CalendarView::from_query`] reads.
    #[must_use]
    pub fn to_query(self) -> String {
        format!("span={}&day={}", self.span.key(), self.day.day())
    }

    /// The days shown, in order.
    #[must_use]
    pub fn days(self) -> Vec<Timestamp> {
        let monday = |day: Timestamp| day.plus_ms(-weekday(day) * DAY_MS);
        let (first, count) = match self.span {
            Span::Day => (self.day, 1),
            Span::Week => (monday(self.day), 7),
            Span::Month => {
                let first = monday(first_of_month(self.day, 0));
                let days = (first_of_month(self.day, 1).0 - first.0) / DAY_MS;
                (first, (days + 6) / 7 * 7)
            }
        };
        (0..count).map(|nth| first.plus_ms(nth * DAY_MS)).collect()
    }

    /// The part before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.moved(-1)
    }

    /// The part after.
    #[must_use]
    pub fn next(self) -> Self {
        self.moved(1)
    }

    fn moved(self, by: i32) -> Self {
        let days = |days: i64| self.day.plus_ms(i64::from(by) * days * DAY_MS);
        let day = match self.span {
            Span::Day => days(1),
            Span::Week => days(7),
            Span::Month => first_of_month(self.day, by),
        };
        Self { day, ..self }
    }

    /// Whether a day belongs to what is shown, and is not of a month beside it.
    #[must_use]
    pub fn is_of(self, day: Timestamp) -> bool {
        self.span != Span::Month || first_of_month(day, 0) == first_of_month(self.day, 0)
    }

    /// What it is called: `24 Nov 2025`, `24 Nov 2025 to 30 Nov 2025`, `Nov 2025`.
    #[must_use]
    pub fn title(self) -> String {
        let days = self.days();
        match (self.span, days.first(), days.last()) {
            (Span::Week, Some(first), Some(last)) => format!("{} to {}", first.readable_day(), last.readable_day()),
            (Span::Month, ..) => self.day.readable_day().split_once(' ').map_or_else(String::new, |(_, month)| month.to_owned()),
            _ => self.day.readable_day(),
        }
    }
}

/// The short name of a day in its week: `Mon`.
#[must_use]
pub fn weekday_name(day: Timestamp) -> &'static str {
    usize::try_from(weekday(day)).ok().and_then(|nth| WEEKDAYS.get(nth)).copied().unwrap_or_default()
}

/// The first day of a month that is so many away from that of a day.
fn first_of_month(day: Timestamp, months: i32) -> Timestamp {
    let moved = |first: NaiveDate| {
        let by = Months::new(months.unsigned_abs());
        if months < 0 { first.checked_sub_months(by) } else { first.checked_add_months(by) }
    };
    let first = DateTime::from_timestamp_millis(day.0).and_then(|at| at.date_naive().with_day(1)).and_then(moved);
    first.and_then(|first| first.and_hms_opt(0, 0, 0)).map_or(day, |first| Timestamp(first.and_utc().timestamp_millis()))
}

/// What a calendar of tasks shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCalendar {
    pub view: CalendarView,
    pub today: Timestamp,
    pub now: Timestamp,
    /// Open tasks of its days, by when they are due.
    pub rows: Vec<TaskRow>,
    /// Whether there are more than are shown.
    pub is_cut: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_day(text).expect("a day")
    }

    fn view(query: &str) -> CalendarView {
        CalendarView::from_query(query, day("2025-11-24"))
    }

    /// The first day, the last, and how many.
    fn shown(query: &str) -> (String, String, usize) {
        let days = view(query).days();
        (days[0].day(), days[days.len() - 1].day(), days.len())
    }

    #[test]
    fn a_month_is_shown_in_whole_weeks() {
        let words = |first: &str, last: &str, count| (first.to_owned(), last.to_owned(), count);
        assert_eq!(shown(""), words("2025-10-27", "2025-11-30", 35));
        assert_eq!(shown("day=2026-02-28"), words("2026-01-26", "2026-03-01", 35));
        assert_eq!(shown("day=2027-02-01"), words("2027-02-01", "2027-02-28", 28), "it begins on a Monday");
        assert_eq!(shown("day=2026-08-10"), words("2026-07-27", "2026-09-06", 42));
        assert_eq!(shown("span=week&day=2025-11-30"), words("2025-11-24", "2025-11-30", 7));
        assert_eq!(shown("span=day"), words("2025-11-24", "2025-11-24", 1));
        assert!(view("").is_of(day("2025-11-01")) && !view("").is_of(day("2025-10-31")));
    }

    #[test]
    fn one_goes_from_part_to_part() {
        let around = |query: &str| (view(query).previous().day.day(), view(query).next().day.day());
        assert_eq!(around("day=2025-12-31"), ("2025-11-01".to_owned(), "2026-01-01".to_owned()));
        assert_eq!(around("span=week&day=2025-12-31"), ("2025-12-24".to_owned(), "2026-01-07".to_owned()));
        assert_eq!(around("span=day&day=2025-12-31"), ("2025-12-30".to_owned(), "2026-01-01".to_owned()));
    }

    #[test]
    fn it_is_called_by_its_days() {
        assert_eq!(view("").title(), "Nov 2025");
        assert_eq!(view("span=week").title(), "24 Nov 2025 to 30 Nov 2025");
        assert_eq!((view("span=day").title(), weekday_name(day("2025-11-24"))), ("24 Nov 2025".to_owned(), "Mon"));
    }

    #[test]
    fn an_address_reads_back_and_what_makes_no_sense_is_this_month() {
        let week = view("span=week&day=2026-01-05");
        assert_eq!(view(&week.to_query()), week);
        assert_eq!(view("?span=year&day=2026-02-30"), CalendarView { span: Span::Month, day: day("2025-11-24") });
    }
}
