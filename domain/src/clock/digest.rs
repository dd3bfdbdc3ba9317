//! When somebody gets the digest of the day: at an hour of their own or the site's, and only while they work.

use serde::{Deserialize, Serialize};

use super::{ClockBook, Hours};
use crate::{Catalog, DAY_MS, SiteZone, Timestamp, UserId};

/// How far back the last hour is looked for. Unit: days; longer than people are away together.
const LOOKED_BACK: i64 = 31;

/// Whether and when a person wants the digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DigestWish {
    /// When the site sends it.
    #[default]
    Site,
    /// At an hour of their own. Unit: minutes after midnight.
    Own(i64),
    Off,
}

impl DigestWish {
    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            DigestWish::Site => "site",
            DigestWish::Own(_) => "own",
            DigestWish::Off => "off",
        }
    }

    /// Reads [`DigestWish::key`] back with the minute that goes with it; `None` for an unknown word, and for an hour of one's own that is
    /// none of a day.
    #[must_use]
    pub fn from_key(key: &str, minute: Option<i64>) -> Option<Self> {
        match key {
            "site" => Some(DigestWish::Site),
            "own" => minute.filter(|minute| (0..24 * 60).contains(minute)).map(DigestWish::Own),
            "off" => Some(DigestWish::Off),
            _ => None,
        }
    }

    /// When it goes out; `None` for never. Unit: minutes after midnight.
    #[must_use]
    pub fn minute(self, of_site: Option<i64>) -> Option<i64> {
        match self {
            DigestWish::Site => of_site,
            DigestWish::Own(minute) => Some(minute),
            DigestWish::Off => None,
        }
    }
}

/// Whether the digest of an hour goes out now to somebody who got the last one at a moment. It does at that hour of a day with work, or when
/// work begins if that is later: an hour after work is that of the next morning with work. What was missed for longer is not made up for.
#[must_use]
pub fn is_due(minute: i64, sent_at: Option<Timestamp>, now: Timestamp, hours: &Hours, zone: &SiteZone) -> bool {
    let day_of = |at: Timestamp| zone.local(at).start_of_day();
    let today = day_of(now);
    let has_work = |day: Timestamp| day_of(hours.next_open(zone.start_of(day))) == day;
    let days = (0..=LOOKED_BACK).map(|back| today.plus_ms(-back * DAY_MS)).filter(|day| has_work(*day));
    let passed = days.map(|day| zone.first_showing(day.plus_ms(minute * 60_000))).find(|at| *at <= now);
    let is_new = |at: Timestamp| sent_at.is_none_or(|sent| sent < at) && day_of(hours.next_open(at)) == today;
    hours.next_open(now) == now && passed.is_some_and(is_new)
}

impl ClockBook {
    /// When a person works, and by whose clocks: as a group of theirs that has hours of its own, else as the site.
    #[must_use]
    pub fn hours_of_person<'a>(&'a self, user: UserId, catalog: &'a Catalog) -> (Hours, &'a SiteZone) {
        let is_theirs = |group: &&crate::catalog::Group| !group.retired && (group.members.contains(&user) || group.manager == Some(user));
        let own = catalog.groups.iter().filter(is_theirs).map(|group| group.id).find(|group| self.of_group(*group).is_some());
        (self.hours_for(own, &catalog.site), self.zone_for(own, &catalog.site))
    }
}
