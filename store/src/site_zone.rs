//! The rules of time zones, of which a site's clocks are made. They stay on the server: what pages need of them is in
//! [`domain::SiteZone`].

use std::ops::Range;

use chrono::{DateTime, Offset as _, TimeZone as _};
use domain::SiteZone;

/// When changes of the clocks are told: from the year 2000 up to 2050. Unit: minutes since 1970.
const TOLD: Range<i64> = 15_778_080..42_076_800;

/// No two changes lie closer together. Unit: minutes.
const STEP: i64 = 7 * 24 * 60;

/// The clocks of a zone by its IANA name. A name that is unknown, as of a zone that was given up, shows UTC.
#[must_use]
pub fn site_zone(name: &str) -> SiteZone {
    let zone: chrono_tz::Tz = name.parse().unwrap_or(chrono_tz::UTC);
    let ahead = |minute: i64| {
        let utc = DateTime::from_timestamp(minute * 60, 0).unwrap_or_default().naive_utc();
        i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()) / 60
    };
    let (mut from, mut before) = (TOLD.start, ahead(TOLD.start));
    let mut changes = vec![(from, before)];
    while from < TOLD.end {
        let to = from + STEP;
        let after = ahead(to);
        if before != after {
            changes.push((first_changed(from..to, |minute| ahead(minute) != before), after));
        }
        (from, before) = (to, after);
    }
    SiteZone::new(&changes)
}

/// The first minute that has changed. That at the start has not, that at the end has.
fn first_changed(within: Range<i64>, has_changed: impl Fn(i64) -> bool) -> i64 {
    let Range { mut start, mut end } = within;
    while end - start > 1 {
        let middle = start + (end - start) / 2;
        if has_changed(middle) {
            end = middle;
        } else {
            start = middle;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use domain::{HOUR_MS, Timestamp};

    use super::*;

    /// The clocks of a zone at some hours of a day in UTC.
    fn clocks(zone: &str, day: &str, hours: &[i64]) -> Vec<String> {
        let (zone, day) = (site_zone(zone), Timestamp::parse_day(day).expect("a day"));
        hours.iter().map(|hour| zone.readable(day.plus_ms(hour * HOUR_MS))).collect()
    }

    #[test]
    fn clocks_change_when_their_zone_says_so() {
        assert_eq!(clocks("Europe/Berlin", "2026-03-29", &[0, 1]), ["29 Mar 2026, 01:00 UTC+1", "29 Mar 2026, 03:00 UTC+2"]);
        assert_eq!(clocks("America/New_York", "2026-11-01", &[5, 6]), ["1 Nov 2026, 01:00 UTC-4", "1 Nov 2026, 01:00 UTC-5"]);
        assert_eq!(clocks("Pacific/Auckland", "2049-07-01", &[0]), ["1 Jul 2049, 12:00 UTC+12"]);
        assert_eq!(clocks("Pacific/Auckland", "2001-01-01", &[0]), ["1 Jan 2001, 13:00 UTC+13"]);
        assert_eq!(clocks("Asia/Kolkata", "2026-07-01", &[0]), ["1 Jul 2026, 05:30 UTC+5:30"]);
        assert_eq!(clocks("Europe/London", "2026-12-01", &[9]), ["1 Dec 2026, 09:00 UTC"]);
        assert_eq!(clocks("Mars/Olympus", "2026-07-01", &[9]), ["1 Jul 2026, 09:00 UTC"]);
    }

    #[test]
    fn every_zone_shows_what_its_rules_say() {
        for zone in chrono_tz::TZ_VARIANTS {
            let site = site_zone(zone.name());
            for day in 0..365 {
                let at = Timestamp(1_767_225_600_000 + day * domain::DAY_MS);
                let utc = DateTime::from_timestamp_millis(at.0).expect("a moment").naive_utc();
                let ahead = i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * 1000;
                assert_eq!(site.at(at).ahead_ms, ahead, "{} at {}", zone.name(), at.rfc3339());
            }
        }
    }
}
