//! When things happened: on working days, between eight and six.

use domain::{DAY_MS, HOUR_MS, Timestamp};

const OPENS_MS: i64 = 8 * HOUR_MS;
const OPEN_FOR_MS: i64 = 10 * HOUR_MS;
/// 1970-01-05, the first Monday.
const FIRST_MONDAY: i64 = 4 * DAY_MS;

/// A stretch of office hours that ends now.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfficeTime {
    /// Office milliseconds since the first Monday, at the beginning and now.
    from: i64,
    until: i64,
    now: Timestamp,
}

impl OfficeTime {
    /// The stretch that ends at `now` and began `days` days before.
    pub(super) fn before(now: Timestamp, days: i64) -> Self {
        Self { from: office_ms(now.plus_ms(-days * DAY_MS)), until: office_ms(now), now }
    }

    /// The moment after this share of it; a greater share is never earlier.
    pub(super) fn at(self, share: f64) -> Timestamp {
        self.moment(self.from + ((self.until - self.from) as f64 * share.clamp(0.0, 1.0)) as i64)
    }

    /// The moment so many office hours later, at the latest the end.
    pub(super) fn later(self, at: Timestamp, hours: f64) -> Timestamp {
        self.moment((office_ms(at) + (hours * HOUR_MS as f64) as i64).min(self.until)).max(at)
    }

    /// In the evening the last office moment is that of the next opening, which is yet to come.
    fn moment(self, office: i64) -> Timestamp {
        moment(office).min(self.now)
    }
}

/// Office time that has passed since the first Monday.
fn office_ms(at: Timestamp) -> i64 {
    let since = at.0 - FIRST_MONDAY;
    let (day, time) = (since.div_euclid(DAY_MS), since.rem_euclid(DAY_MS));
    let (week, weekday) = (day.div_euclid(7), day.rem_euclid(7));
    let today = if weekday < 5 { (time - OPENS_MS).clamp(0, OPEN_FOR_MS) } else { 0 };
    (week * 5 + weekday.min(5)) * OPEN_FOR_MS + today
}

fn moment(office: i64) -> Timestamp {
    let (day, time) = (office.div_euclid(OPEN_FOR_MS), office.rem_euclid(OPEN_FOR_MS));
    let (week, weekday) = (day.div_euclid(5), day.rem_euclid(5));
    Timestamp(FIRST_MONDAY + (week * 7 + weekday) * DAY_MS + OPENS_MS + time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_and_weekends_are_stepped_over() {
        let friday = Timestamp::parse_day("2026-11-20").expect("a day").plus_ms(17 * HOUR_MS);
        let time = OfficeTime::before(friday.plus_ms(30 * DAY_MS), 60);
        assert_eq!(time.later(friday, 2.0).readable(), "23 Nov 2026, 09:00");
    }

    #[test]
    fn shares_only_grow_and_end_before_now() {
        let saturday = Timestamp::parse_day("2026-11-21").expect("a day").plus_ms(3 * HOUR_MS);
        let time = OfficeTime::before(saturday, 548);
        let moments: Vec<_> = (0..=1000).map(|step| time.at(f64::from(step) / 1000.0)).collect();
        assert!(moments.is_sorted());
        assert_eq!(time.at(1.0), saturday);
        assert_eq!(time.later(saturday.plus_ms(-20 * HOUR_MS), 50.0), saturday);
        assert_eq!(time.at(0.0).day(), "2025-05-22");
    }
}
