//! The key dates of a lead: from its start to its expected completion. The estimated time and the expected date are one thing said in two
//! ways: either can be typed, and the other follows. Only the date is stored.

use chrono::{DateTime, Datelike as _, Months};
use serde::{Deserialize, Serialize};

use crate::catalog::parse_clock;
use crate::{DAY_MS, Due, FieldErrors, FormValues, HOUR_MS, SiteZone, Timestamp};

const MINUTE_MS: i64 = 60_000;
/// Longest estimate: a hundred years. Unit: days.
const LONGEST_DAYS: i64 = 36_525;

/// In what an estimate is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl TimeUnit {
    /// All of them, as offered.
    pub const ALL: [TimeUnit; 6] = [TimeUnit::Minute, TimeUnit::Hour, TimeUnit::Day, TimeUnit::Week, TimeUnit::Month, TimeUnit::Year];

    /// The word used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            TimeUnit::Minute => "minute",
            TimeUnit::Hour => "hour",
            TimeUnit::Day => "day",
            TimeUnit::Week => "week",
            TimeUnit::Month => "month",
            TimeUnit::Year => "year",
        }
    }

    /// What people call several of them.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            TimeUnit::Minute => "minutes",
            TimeUnit::Hour => "hours",
            TimeUnit::Day => "days",
            TimeUnit::Week => "weeks",
            TimeUnit::Month => "months",
            TimeUnit::Year => "years",
        }
    }

    /// Reads [`TimeUnit::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.key() == key)
    }
}

/// The estimated time from a lead's start to its expected completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// Not negative.
    pub count: i64,
    pub unit: TimeUnit,
}

impl Estimate {
    /// When it ends: minutes and hours at a moment, whatever the clocks do meanwhile; the rest on a day, by its start in UTC. A month that
    /// is too short ends on its last day. `None` when it is longer than a hundred years.
    #[must_use]
    pub fn end(self, start: Timestamp, zone: &SiteZone) -> Option<Timestamp> {
        let first = zone.local(start).start_of_day();
        let later = |unit_ms: i64| self.count.checked_mul(unit_ms).filter(|ms| (0..=LONGEST_DAYS * DAY_MS).contains(ms));
        match self.unit {
            TimeUnit::Minute => Some(as_moment(minute_of(start).plus_ms(later(MINUTE_MS)?))),
            TimeUnit::Hour => Some(as_moment(minute_of(start).plus_ms(later(HOUR_MS)?))),
            TimeUnit::Day => Some(first.plus_ms(later(DAY_MS)?)),
            TimeUnit::Week => Some(first.plus_ms(later(7 * DAY_MS)?)),
            TimeUnit::Month => months_after(first, self.count),
            TimeUnit::Year => months_after(first, self.count.checked_mul(12)?),
        }
    }

    /// What lies between a start and an expected completion, in the largest unit that is exact; `None` for one before the start.
    #[must_use]
    pub fn between(start: Timestamp, expected_at: Timestamp, zone: &SiteZone) -> Option<Self> {
        if !expected_at.is_day() {
            let minutes = (expected_at.0 - minute_of(start).0).div_euclid(MINUTE_MS);
            let (count, unit) = if minutes > 0 && minutes % 60 == 0 { (minutes / 60, TimeUnit::Hour) } else { (minutes, TimeUnit::Minute) };
            return (minutes >= 0).then_some(Self { count, unit });
        }
        let first = zone.local(start).start_of_day();
        let days = (expected_at.0 - first.0) / DAY_MS;
        if expected_at < first {
            return None;
        }
        let months = months_between(first, expected_at).filter(|months| *months > 0);
        Some(match (months, days) {
            (Some(months), _) if months % 12 == 0 => Self { count: months / 12, unit: TimeUnit::Year },
            (Some(months), _) => Self { count: months, unit: TimeUnit::Month },
            (None, days) if days > 0 && days % 7 == 0 => Self { count: days / 7, unit: TimeUnit::Week },
            (None, days) => Self { count: days, unit: TimeUnit::Day },
        })
    }

    /// As people read it: `3 weeks`, `1 day`.
    #[must_use]
    pub fn words(self) -> String {
        let word = if self.count == 1 { self.unit.key() } else { self.unit.label() };
        format!("{} {word}", self.count)
    }
}

/// Estimates count from whole minutes, for that is what can be typed.
fn minute_of(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(MINUTE_MS))
}

/// A moment that does not read as a typed day, which midnight in UTC would.
fn as_moment(at: Timestamp) -> Timestamp {
    if at.is_day() { at.plus_ms(1) } else { at }
}

/// The same day so many months later, up to a hundred years; the last day of a month that is too short for it.
pub(crate) fn months_after(day: Timestamp, months: i64) -> Option<Timestamp> {
    let months = u32::try_from(months).ok().filter(|months| *months <= 1200)?;
    let date = DateTime::from_timestamp_millis(day.0)?.date_naive().checked_add_months(Months::new(months))?;
    Some(Timestamp(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis()))
}

/// How many whole months lie between two days; `None` where they are not whole.
fn months_between(from: Timestamp, to: Timestamp) -> Option<i64> {
    let (first, last) = (DateTime::from_timestamp_millis(from.0)?, DateTime::from_timestamp_millis(to.0)?);
    let months = i64::from(last.year() - first.year()) * 12 + i64::from(last.month()) - i64::from(first.month());
    (months_after(from, months) == Some(to)).then_some(months)
}

/// An expected completion in words: `24 Nov 2026`, `24 Nov 2026, 14:30`; empty for none.
#[must_use]
pub fn expected_words(expected_at: Option<Timestamp>, zone: &SiteZone) -> String {
    expected_at.map_or_else(String::new, |at| Due::of_deadline(at, zone).words(zone))
}

/// How much time is left or over, in the fewest words: `40 min`, `5 h`, `12 d`. Unit of `ms`: milliseconds, not negative.
#[must_use]
pub fn left_words(ms: i64) -> String {
    match ms {
        _ if ms < HOUR_MS => format!("{} min", ms / MINUTE_MS),
        _ if ms < 2 * DAY_MS => format!("{} h", ms / HOUR_MS),
        _ => format!("{} d", ms / DAY_MS),
    }
}

/// What the form of the expected completion holds, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpectedForm {
    /// `2026-11-24`.
    pub day: String,
    /// `14:30`; empty for the whole day.
    pub time: String,
    /// The estimate's number.
    pub count: String,
    /// A [`TimeUnit::key`].
    pub unit: String,
}

/// A field with what is wrong with it.
type Wrong = (&'static str, String);

impl ExpectedForm {
    /// What it begins with.
    #[must_use]
    pub fn of(start: Timestamp, expected_at: Option<Timestamp>, zone: &SiteZone) -> Self {
        let estimate = expected_at.and_then(|at| Estimate::between(start, at, zone));
        let due = expected_at.map(|at| Due::of_deadline(at, zone));
        Self {
            day: due.map_or_else(String::new, |due| due.day(zone).day()),
            time: due.map_or_else(String::new, |due| due.time(zone)),
            count: estimate.map_or_else(String::new, |estimate| estimate.count.to_string()),
            unit: estimate.map_or(TimeUnit::Week, |estimate| estimate.unit).key().to_owned(),
        }
    }

    /// Reads a form: `expected`, `time`, `estimate` and `unit`. What was not sent is as in `before`.
    #[must_use]
    pub fn read(form: &FormValues, before: &Self) -> Self {
        let sent = |name: &str, before: &String| form.find(name).map_or_else(|| before.clone(), |text| text.trim().to_owned());
        Self {
            day: sent("expected", &before.day),
            time: sent("time", &before.time),
            count: sent("estimate", &before.count),
            unit: sent("unit", &before.unit),
        }
    }

    /// The same with the estimate that its date makes; `None` when the date makes no sense.
    #[must_use]
    pub fn following_date(&self, start: Timestamp, zone: &SiteZone) -> Option<Self> {
        let expected_at = self.read_date(zone).ok()?;
        let followed = Self::of(start, expected_at, zone);
        let unit = if expected_at.is_some() { followed.unit } else { self.unit.clone() };
        Some(Self { count: followed.count, unit, ..self.clone() })
    }

    /// The same with the date that its estimate makes; `None` when the estimate makes no sense.
    #[must_use]
    pub fn following_estimate(&self, start: Timestamp, zone: &SiteZone) -> Option<Self> {
        let expected_at = self.read_estimate(start, zone).ok()?;
        let followed = Self::of(start, expected_at, zone);
        Some(Self { day: followed.day, time: followed.time, ..self.clone() })
    }

    fn read_date(&self, zone: &SiteZone) -> Result<Option<Timestamp>, Wrong> {
        if self.day.is_empty() {
            return if self.time.is_empty() { Ok(None) } else { Err(("expected", "Enter the day too".to_owned())) };
        }
        let day = Timestamp::parse_day(&self.day).ok_or_else(|| ("expected", "Enter a date like 2026-11-24".to_owned()))?;
        if self.time.is_empty() {
            return Ok(Some(day));
        }
        let minute = parse_clock(&self.time).filter(|minute| *minute < 24 * 60);
        let minute = minute.ok_or_else(|| ("time", "Enter a time like 14:30".to_owned()))?;
        Ok(Some(as_moment(zone.first_showing(day.plus_ms(minute * MINUTE_MS)))))
    }

    fn read_estimate(&self, start: Timestamp, zone: &SiteZone) -> Result<Option<Timestamp>, Wrong> {
        if self.count.is_empty() {
            return Ok(None);
        }
        let unit = TimeUnit::from_key(&self.unit).ok_or_else(|| ("unit", "Choose from the list".to_owned()))?;
        let is_number = self.count.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return Err(("estimate", "Enter a whole number".to_owned()));
        }
        let end = self.count.parse().ok().and_then(|count| Estimate { count, unit }.end(start, zone));
        end.map(Some).ok_or_else(|| ("estimate", TOO_LONG.to_owned()))
    }
}

const TOO_LONG: &str = "Enter at most 100 years";

/// The expected completion that a form wants, see [`ExpectedForm::read`]: whichever of date and estimate was changed decides; where both
/// were, they have to agree.
///
/// # Errors
/// At the field: what is no date, time or number, what lies before the start or is over already, and what is longer than a hundred years.
pub fn read_expected(
    start: Timestamp,
    before: Option<Timestamp>,
    form: &FormValues,
    zone: &SiteZone,
    now: Timestamp,
) -> Result<Option<Timestamp>, FieldErrors> {
    let shown = ExpectedForm::of(start, before, zone);
    let typed = ExpectedForm::read(form, &shown);
    let is_date_new = (&typed.day, &typed.time) != (&shown.day, &shown.time);
    // Another unit says nothing where there is no number.
    let is_estimate_new = typed.count != shown.count || (typed.unit != shown.unit && !typed.count.is_empty());
    let at_field = |(field, sentence): Wrong| FieldErrors::at(field, sentence);
    let (expected_at, field) = match (is_date_new, is_estimate_new) {
        (false, false) => return Ok(before),
        (true, false) => (typed.read_date(zone).map_err(at_field)?, "expected"),
        (false, true) => (typed.read_estimate(start, zone).map_err(at_field)?, "estimate"),
        (true, true) => {
            let (by_date, by_estimate) = (typed.read_date(zone).map_err(at_field)?, typed.read_estimate(start, zone).map_err(at_field)?);
            // One of two that was emptied leaves the word to the other; two that differ do not.
            let is_half = by_date.is_none() || by_estimate.is_none();
            if !is_half && by_date != by_estimate {
                let end = expected_words(by_estimate, zone);
                return Err(FieldErrors::at("estimate", format!("This ends on {end}, which is not the date; change one of the two")));
            }
            (by_date.or(by_estimate), if by_date.is_some() { "expected" } else { "estimate" })
        }
    };
    let Some(at) = expected_at.filter(|at| Some(*at) != before) else { return Ok(expected_at) };
    let due = Due::of_deadline(at, zone);
    if due.at < start {
        return Err(FieldErrors::at(field, format!("It began on {}; this is before", zone.readable_day(start))));
    }
    if due.at < now {
        return Err(FieldErrors::at(field, "This is over already"));
    }
    if at.0 - start.0 > (LONGEST_DAYS + 1) * DAY_MS {
        return Err(FieldErrors::at(field, TOO_LONG));
    }
    Ok(expected_at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_day(text).expect("a day")
    }

    fn form(text: &str) -> FormValues {
        FormValues::decode(text.as_bytes())
    }

    /// Clocks that go forward on 29 March and back on 25 October 2026.
    fn berlin() -> SiteZone {
        let minute = |text: &str| day(text).0 / MINUTE_MS + 60;
        SiteZone::new(&[(minute("2025-10-26"), 60), (minute("2026-03-29"), 120), (minute("2026-10-25"), 60)])
    }

    /// Tuesday, 10 March 2026, 09:30:12 in Berlin.
    fn start() -> Timestamp {
        day("2026-03-10").plus_ms(8 * HOUR_MS + 30 * MINUTE_MS + 12_345)
    }

    fn wrong(result: Result<Option<Timestamp>, FieldErrors>, field: &str) -> String {
        result.expect_err("refused").get(field).expect("at the field").to_owned()
    }

    #[test]
    fn an_estimate_makes_the_date() {
        let end = |count, unit| expected_words(Estimate { count, unit }.end(start(), &berlin()), &berlin());
        assert_eq!(end(45, TimeUnit::Minute), "10 Mar 2026, 10:15");
        assert_eq!(end(3, TimeUnit::Hour), "10 Mar 2026, 12:30");
        assert_eq!(end(0, TimeUnit::Day), "10 Mar 2026");
        assert_eq!(end(3, TimeUnit::Week), "31 Mar 2026", "a day, although the clocks changed");
        assert_eq!(end(1, TimeUnit::Month), "10 Apr 2026");
        assert_eq!(end(2, TimeUnit::Year), "10 Mar 2028");
    }

    #[test]
    fn hours_are_hours_also_when_the_clocks_change() {
        let before = day("2026-03-28").plus_ms(20 * HOUR_MS);
        let end = Estimate { count: 24, unit: TimeUnit::Hour }.end(before, &berlin()).expect("a moment");
        assert_eq!(end.0 - before.0, 24 * HOUR_MS);
        assert_eq!(expected_words(Some(end), &berlin()), "29 Mar 2026, 22:00");
        // Half past two is left out that night: it is when the clocks do.
        let left_out = read_expected(before, None, &form("expected=2026-03-29&time=02:30"), &berlin(), before).expect("a moment");
        assert_eq!(expected_words(left_out, &berlin()), "29 Mar 2026, 03:00");
    }

    #[test]
    fn what_is_left_is_told_in_the_fewest_words() {
        assert_eq!([left_words(59 * MINUTE_MS), left_words(47 * HOUR_MS), left_words(21 * DAY_MS)], ["59 min", "47 h", "21 d"]);
    }

    #[test]
    fn a_short_month_ends_on_its_last_day() {
        let from = day("2026-01-31").plus_ms(9 * HOUR_MS);
        assert_eq!(Estimate { count: 1, unit: TimeUnit::Month }.end(from, &SiteZone::default()), Some(day("2026-02-28")));
        assert_eq!(Estimate { count: 1, unit: TimeUnit::Year }.end(day("2024-02-29"), &SiteZone::default()), Some(day("2025-02-28")));
    }

    #[test]
    fn a_date_makes_the_estimate_in_the_largest_unit_that_is_exact() {
        let words = |text: &str| Estimate::between(start(), day(text), &berlin()).map(Estimate::words);
        assert_eq!(words("2026-03-31").as_deref(), Some("3 weeks"));
        assert_eq!(words("2026-03-11").as_deref(), Some("1 day"));
        assert_eq!(words("2026-03-30").as_deref(), Some("20 days"));
        assert_eq!(words("2026-06-10").as_deref(), Some("3 months"));
        assert_eq!(words("2027-03-10").as_deref(), Some("1 year"));
        assert_eq!(words("2026-03-09"), None);
        let moment = Estimate::between(start(), start().plus_ms(2 * HOUR_MS), &berlin());
        assert_eq!(moment.map(Estimate::words).as_deref(), Some("2 hours"));
    }

    #[test]
    fn what_was_changed_decides_and_both_have_to_agree() {
        let (zone, now) = (berlin(), start());
        let read = |before, text: &str| read_expected(start(), before, &form(text), &zone, now);
        let three_weeks = Some(day("2026-03-31"));
        assert_eq!(read(None, "expected=&time=&estimate=3&unit=week"), Ok(three_weeks));
        assert_eq!(read(three_weeks, "expected=2026-04-14&time=&estimate=3&unit=week"), Ok(Some(day("2026-04-14"))));
        assert_eq!(read(three_weeks, "expected=2026-03-31&time=&estimate=5&unit=week"), Ok(Some(day("2026-04-14"))));
        assert_eq!(read(three_weeks, "expected=2026-04-14&time=&estimate=5&unit=week"), Ok(Some(day("2026-04-14"))));
        assert_eq!(read(three_weeks, "expected=&time=&estimate=3&unit=week"), Ok(None));
        assert_eq!(read(three_weeks, "expected=2026-03-31&time=&estimate=&unit=week"), Ok(None));
        assert_eq!(read(three_weeks, "unit=week"), Ok(three_weeks));
        assert!(wrong(read(three_weeks, "expected=2026-04-14&estimate=2&unit=day"), "estimate").contains("12 Mar 2026"));
    }

    #[test]
    fn what_makes_no_sense_is_said_at_its_field() {
        let (zone, now) = (berlin(), start().plus_ms(5 * DAY_MS));
        let read = |text: &str| read_expected(start(), None, &form(text), &zone, now);
        assert_eq!(wrong(read("expected=soon"), "expected"), "Enter a date like 2026-11-24");
        assert_eq!(wrong(read("time=14:30"), "expected"), "Enter the day too");
        assert_eq!(wrong(read("expected=2026-04-01&time=25:00"), "time"), "Enter a time like 14:30");
        assert!(wrong(read("expected=2026-03-01"), "expected").contains("10 Mar 2026"));
        assert_eq!(wrong(read("estimate=1&unit=day"), "estimate"), "This is over already");
        assert_eq!(wrong(read("estimate=three&unit=week"), "estimate"), "Enter a whole number");
        assert_eq!(wrong(read("estimate=-3&unit=week"), "estimate"), "Enter a whole number");
        assert_eq!(wrong(read("estimate=3&unit=moon"), "unit"), "Choose from the list");
        for unit in TimeUnit::ALL {
            for count in ["999999999", "9223372036854775807", "99999999999999999999"] {
                let typed = format!("estimate={count}&unit={}", unit.key());
                assert_eq!(wrong(read(&typed), "estimate"), TOO_LONG, "{typed}");
            }
        }
        assert_eq!(wrong(read("expected=9999-12-31"), "expected"), TOO_LONG);
    }

    proptest! {
        #[test]
        fn a_date_and_its_estimate_say_the_same(begins in 0_i64..100_000, later in 0_i64..2_000, minutes in prop::option::of(0_i64..1440)) {
            let zone = berlin();
            let from = day("2026-01-01").plus_ms(begins * 600_123);
            let first = zone.local(from).start_of_day().plus_ms(later * DAY_MS);
            let expected_at = minutes.map_or(first, |minutes| as_moment(zone.first_showing(first.plus_ms(minutes * MINUTE_MS))));
            if let Some(estimate) = Estimate::between(from, expected_at, &zone) {
                prop_assert_eq!(estimate.end(from, &zone), Some(expected_at));
            }
        }

        #[test]
        fn the_form_of_a_date_sent_back_changes_nothing(begins in 0_i64..100_000, later in 0_i64..2_000) {
            let zone = berlin();
            let from = day("2026-01-01").plus_ms(begins * 600_123);
            let expected_at = Some(zone.local(from).start_of_day().plus_ms(later * DAY_MS));
            let shown = ExpectedForm::of(from, expected_at, &zone);
            prop_assert_eq!(shown.following_date(from, &zone), Some(shown.clone()));
            prop_assert_eq!(shown.following_estimate(from, &zone), Some(shown.clone()));
        }
    }
}
