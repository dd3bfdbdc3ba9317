//! The site's clocks: how far they are ahead of UTC, and when that changes. The rules of time zones are the server's; what pages
//! need of them travels with the catalog, so that server and browser tell a time in the same words.

use serde::{Deserialize, Serialize};

use crate::{DAY_MS, SiteTime, Timestamp};

/// One minute, in milliseconds.
const MINUTE_MS: i64 = 60_000;

/// The clocks of one time zone. Without changes they show UTC.
///
/// Each change is the minutes since the change before (the first: since 1970) and the minutes that the clocks are ahead of UTC
/// from then on. What lies before the first goes by the first. Written so, years of the same rule are the same text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SiteZone(Vec<(i64, i64)>);

impl SiteZone {
    /// From changes in order: when, in minutes since 1970, and how many minutes the clocks are ahead of UTC from then on.
    #[must_use]
    pub fn new(changes: &[(i64, i64)]) -> Self {
        let before = std::iter::once(0).chain(changes.iter().map(|(from, _)| *from));
        Self(changes.iter().zip(before).map(|((from, ahead), before)| (from - before, *ahead)).collect())
    }

    /// How far the clocks are ahead at first. Unit: minutes.
    fn first_ahead(&self) -> i64 {
        self.0.first().map_or(0, |(_, ahead)| *ahead)
    }

    /// How far the clocks are ahead of UTC at a moment. Unit: minutes, negative in the west.
    fn ahead(&self, at: Timestamp) -> i64 {
        let mut left = at.0.div_euclid(MINUTE_MS);
        let mut ahead = self.first_ahead();
        for (after, then) in &self.0 {
            left -= after;
            if left < 0 {
                break;
            }
            ahead = *then;
        }
        ahead
    }

    /// What the clocks show, as if it were UTC.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> Timestamp {
        at.plus_ms(self.ahead(at) * MINUTE_MS)
    }

    /// What the clocks show when something is due. A day that was typed is that day by all clocks; see [`Timestamp::is_day`].
    #[must_use]
    pub fn local_due(&self, at: Timestamp) -> Timestamp {
        if at.is_day() { at } else { self.local(at) }
    }

    /// A moment with how far the clocks are ahead then.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> SiteTime {
        SiteTime { now, ahead_ms: self.ahead(now) * MINUTE_MS }
    }

    /// The first moment of a day. Days are written as their start in UTC. Where the clocks leave midnight out, it is when they do.
    #[must_use]
    pub fn start_of(&self, day: Timestamp) -> Timestamp {
        self.first_showing(day)
    }

    /// The first moment at which the clocks show this minute or a later one, written as if it were UTC: the earlier of two that look
    /// alike, and when the clocks leave it out, the moment at which they do.
    #[must_use]
    pub fn first_showing(&self, local: Timestamp) -> Timestamp {
        let shown = local.0.div_euclid(MINUTE_MS);
        let mut ahead = self.first_ahead();
        let (mut change, mut since) = (0, i64::MIN);
        for (after, then) in &self.0 {
            change += after;
            if shown - ahead < change {
                break;
            }
            (ahead, since) = (*then, change);
        }
        Timestamp((shown - ahead).max(since) * MINUTE_MS)
    }

    /// The last moment of a day; see [`SiteZone::start_of`].
    #[must_use]
    pub fn end_of(&self, day: Timestamp) -> Timestamp {
        self.start_of(day.plus_ms(DAY_MS)).plus_ms(-1)
    }

    /// The day of a moment, `2026-11-24`.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        self.local(at).day()
    }

    /// The day of a moment, as people read it: `24 Nov 2026`.
    #[must_use]
    pub fn readable_day(&self, at: Timestamp) -> String {
        self.local(at).readable_day()
    }

    /// Day and minute, and how the clocks go: `24 Nov 2026, 09:30 UTC`, `24 Jul 2026, 10:30 UTC+1`, `24 Nov 2026, 15:00 UTC+5:30`.
    #[must_use]
    pub fn readable(&self, at: Timestamp) -> String {
        let ahead = self.ahead(at);
        let sign = match ahead {
            0 => return format!("{} UTC", at.readable()),
            1.. => '+',
            _ => '-',
        };
        let mut text = format!("{} UTC{sign}{}", self.local(at).readable(), ahead.abs() / 60);
        if ahead % 60 != 0 {
            text.push_str(&format!(":{:02}", ahead.abs() % 60));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HOUR_MS;

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_day(text).expect("a day")
    }

    /// A moment in UTC, as a change is written.
    fn minute(text: &str, hour: i64) -> i64 {
        day(text).0 / MINUTE_MS + hour * 60
    }

    fn berlin() -> SiteZone {
        SiteZone::new(&[(minute("2025-10-26", 1), 60), (minute("2026-03-29", 1), 120), (minute("2026-10-25", 1), 60)])
    }

    #[test]
    fn a_time_is_told_by_the_clocks_of_its_season() {
        let zone = berlin();
        assert_eq!(zone.readable(day("2026-01-10")), "10 Jan 2026, 01:00 UTC+1");
        assert_eq!(zone.readable(day("2026-07-10")), "10 Jul 2026, 02:00 UTC+2");
        let change = day("2026-03-29").plus_ms(HOUR_MS);
        assert_eq!(zone.readable(change.plus_ms(-1)), "29 Mar 2026, 01:59 UTC+1");
        assert_eq!(zone.readable(change), "29 Mar 2026, 03:00 UTC+2");
        assert_eq!(zone.readable(day("1999-07-10")), "10 Jul 1999, 01:00 UTC+1", "before the first change");
        assert_eq!(zone.readable(day("2031-07-10")), "10 Jul 2031, 01:00 UTC+1", "after the last");
        assert_eq!(zone.at(day("2026-07-10")).ahead_ms, 2 * HOUR_MS);
    }

    #[test]
    fn zones_without_changes_and_with_parts_of_hours_are_told_too() {
        let noon = day("2026-11-24").plus_ms(12 * HOUR_MS);
        assert_eq!(SiteZone::default().readable(noon), "24 Nov 2026, 12:00 UTC");
        assert_eq!(SiteZone::new(&[(0, 330)]).readable(noon), "24 Nov 2026, 17:30 UTC+5:30");
        assert_eq!(SiteZone::new(&[(0, -210)]).readable(noon), "24 Nov 2026, 08:30 UTC-3:30");
        assert_eq!(SiteZone::new(&[(0, -300)]).readable(noon), "24 Nov 2026, 07:00 UTC-5");
    }

    #[test]
    fn the_day_is_that_of_the_clocks() {
        let late = day("2026-07-10").plus_ms(23 * HOUR_MS);
        assert_eq!((berlin().day(late), berlin().readable_day(late)), ("2026-07-11".to_owned(), "11 Jul 2026".to_owned()));
        assert_eq!(SiteZone::new(&[(0, -300)]).day(day("2026-07-10")), "2026-07-09");
    }

    #[test]
    fn a_day_that_was_typed_is_the_same_by_all_clocks() {
        let west = SiteZone::new(&[(0, -300)]);
        assert_eq!(west.local_due(day("2026-07-10")).day(), "2026-07-10");
        assert_eq!(west.local_due(west.end_of(day("2026-07-10"))).day(), "2026-07-10");
    }

    #[test]
    fn a_day_begins_and_ends_at_midnight_of_its_clocks() {
        let zone = berlin();
        let hours = |text: &str| (zone.end_of(day(text)).plus_ms(1).0 - zone.start_of(day(text)).0) / HOUR_MS;
        assert_eq!(zone.start_of(day("2026-07-10")).rfc3339(), "2026-07-09T22:00:00.000Z");
        assert_eq!(zone.end_of(day("2026-07-10")).rfc3339(), "2026-07-10T21:59:59.999Z");
        assert_eq!((hours("2026-03-29"), hours("2026-07-10"), hours("2026-10-25")), (23, 24, 25));
        assert_eq!(zone.start_of(day("1950-01-01")).rfc3339(), "1949-12-31T23:00:00.000Z");
    }

    #[test]
    fn what_the_clocks_show_is_a_moment() {
        let zone = berlin();
        let shown = |text: &str, minutes: i64| zone.first_showing(day(text).plus_ms(minutes * MINUTE_MS)).rfc3339();
        assert_eq!(shown("2026-07-10", 14 * 60 + 30), "2026-07-10T12:30:00.000Z");
        assert_eq!(shown("2026-12-10", 14 * 60 + 30), "2026-12-10T13:30:00.000Z");
        assert_eq!(shown("2026-03-29", 150), "2026-03-29T01:00:00.000Z", "half past two is left out");
        assert_eq!(shown("2026-10-25", 150), "2026-10-25T00:30:00.000Z", "the first of two");
    }

    /// Clocks that change at midnight: forward, so that the day begins at one, and back, so that the day before has two last hours.
    #[test]
    fn a_day_without_midnight_begins_when_the_clocks_change() {
        let zone = SiteZone::new(&[(0, -180), (minute("2018-11-04", 3), -120), (minute("2019-02-17", 2), -180)]);
        assert_eq!(zone.start_of(day("2018-11-04")).rfc3339(), "2018-11-04T03:00:00.000Z");
        assert_eq!(zone.day(zone.start_of(day("2018-11-04")).plus_ms(-1)), "2018-11-03");
        assert_eq!(zone.start_of(day("2019-02-17")).rfc3339(), "2019-02-17T03:00:00.000Z");
        assert_eq!(zone.day(zone.end_of(day("2019-02-16"))), "2019-02-16");
    }

    #[test]
    fn a_minute_that_comes_twice_is_the_first_and_one_that_is_left_out_is_the_change() {
        let first = |text: &str, minute: i64| berlin().first_showing(day(text).plus_ms(minute * MINUTE_MS)).rfc3339();
        assert_eq!(first("2026-10-25", 150), "2026-10-25T00:30:00.000Z");
        assert_eq!(first("2026-10-25", 180), "2026-10-25T02:00:00.000Z");
        assert_eq!(first("2026-03-29", 150), "2026-03-29T01:00:00.000Z");
        assert_eq!(first("2026-03-29", 180), "2026-03-29T01:00:00.000Z");
    }

    #[test]
    fn the_changes_of_a_zone_reach_the_browser() {
        let sent = serde_json::to_string(&berlin()).expect("text");
        assert_eq!(serde_json::from_str::<SiteZone>(&sent).expect("a zone"), berlin());
    }
}
