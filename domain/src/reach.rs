//! Whether a person can be reached now, and how: what they say of themselves, when they are absent, their numbers, and
//! who stands in for them.

use serde::{Deserialize, Serialize};

use crate::text::{TextError, line};
use crate::{Phone, SiteTime, Timestamp, UserId};

/// What people say of themselves, with one click.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Takes calls.
    #[default]
    Available,
    /// At work, but not to be disturbed.
    Busy,
    /// Not at work.
    Away,
}

impl Availability {
    /// Each of them, in the order of menus.
    pub const ALL: [Availability; 3] = [Availability::Available, Availability::Busy, Availability::Away];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Availability::Available => "available",
            Availability::Busy => "busy",
            Availability::Away => "away",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Availability::Available => "Available",
            Availability::Busy => "Busy",
            Availability::Away => "Away",
        }
    }

    /// Reads [`Availability::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|availability| availability.key() == key)
    }
}

/// Most digits of an extension.
pub const EXTENSION_MAX: usize = 8;

/// Reads an extension: 1 to [`EXTENSION_MAX`] digits; empty is none.
///
/// # Errors
/// A sentence for the field.
pub fn parse_extension(text: &str) -> Result<Option<String>, String> {
    let text = line(text).map_err(|error: TextError| error.to_string())?;
    let is_extension = text.len() <= EXTENSION_MAX && text.bytes().all(|b| b.is_ascii_digit());
    if !is_extension {
        return Err(format!("Enter an extension: digits only, at most {EXTENSION_MAX}"));
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Where a person is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Numbers {
    /// Within the house: 1 to [`EXTENSION_MAX`] digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<Phone>,
    /// Where a message is left: an extension, or a whole number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voicemail: Option<Phone>,
}

/// Days on which somebody does not work. It beats what they say of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Absence {
    /// The first day, as the start of that day in UTC.
    pub from: Timestamp,
    /// The last day; `None` until they say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Absence {
    /// Whether a day is one of them.
    #[must_use]
    pub fn includes(self, day: Timestamp) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// How somebody can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reachability {
    pub numbers: Numbers,
    pub availability: Availability,
    /// When they said so; `None` while they never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absence: Option<Absence>,
    /// Who takes their calls while they are absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<UserId>,
}

/// Why somebody cannot be reached now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// They may not sign in any more.
    Inactive,
    Absent {
        /// The last day, where it is known.
        until: Option<Timestamp>,
    },
    Busy {
        since: Option<Timestamp>,
    },
    Away {
        since: Option<Timestamp>,
    },
}

impl Hindrance {
    /// Whether nothing may be given to them, and no message left: they are not at work for longer.
    #[must_use]
    pub fn is_gone(self) -> bool {
        matches!(self, Hindrance::Inactive | Hindrance::Absent { .. })
    }

    /// Why, in words: `busy since 14:05`, `absent until 27 Nov 2026`.
    #[must_use]
    pub fn words(self, time: SiteTime) -> String {
        let since = |word: &str, since: Option<Timestamp>| since.map_or_else(|| word.to_owned(), |at| format!("{word} since {}", time.tell(at)));
        match self {
            Hindrance::Inactive => "inactive".to_owned(),
            Hindrance::Absent { until: None } => "absent".to_owned(),
            Hindrance::Absent { until: Some(day) } => format!("absent until {}", day.readable_day()),
            Hindrance::Busy { since: at } => since("busy", at),
            Hindrance::Away { since: at } => since("away", at),
        }
    }
}

impl Reachability {
    /// What keeps the person from being reached; `None` when nothing does. An absence beats what they say of themselves, and
    /// who may not sign in (`is_active`) is never there.
    #[must_use]
    pub fn hindrance(&self, is_active: bool, time: SiteTime) -> Option<Hindrance> {
        if !is_active {
            return Some(Hindrance::Inactive);
        }
        if let Some(absence) = self.absence.filter(|absence| absence.includes(time.today())) {
            return Some(Hindrance::Absent { until: absence.until });
        }
        match self.availability {
            Availability::Available => None,
            Availability::Busy => Some(Hindrance::Busy { since: self.since }),
            Availability::Away => Some(Hindrance::Away { since: self.since }),
        }
    }

    /// Whether the person takes calls now.
    #[must_use]
    pub fn is_available(&self, is_active: bool, time: SiteTime) -> bool {
        self.hindrance(is_active, time).is_none()
    }
}

/// How often a deputy's deputy is asked.
const DEPUTIES_ASKED: usize = 5;

/// Who stands in for somebody who is gone: their deputy, or the deputy's deputy. `look` says of a person whether they are
/// gone, see [`Hindrance::is_gone`], and who their deputy is.
pub fn stand_in(user: UserId, mut look: impl FnMut(UserId) -> (bool, Option<UserId>)) -> Option<UserId> {
    let (_, mut deputy) = look(user);
    for _ in 0..DEPUTIES_ASKED {
        let asked = deputy.filter(|deputy| *deputy != user)?;
        let (is_gone, next) = look(asked);
        if !is_gone {
            return Some(asked);
        }
        deputy = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DAY_MS, HOUR_MS};

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_day(text).expect("a day")
    }

    /// Noon on 24 November.
    fn noon() -> SiteTime {
        SiteTime { now: day("2026-11-24").plus_ms(12 * HOUR_MS), ahead_ms: 0 }
    }

    #[test]
    fn who_says_nothing_is_available() {
        assert!(Reachability::default().is_available(true, noon()));
        assert_eq!(Reachability::default().hindrance(false, noon()), Some(Hindrance::Inactive));
    }

    #[test]
    fn what_people_say_holds_until_they_say_otherwise() {
        let at = Some(noon().now.plus_ms(-HOUR_MS));
        let says = |availability| Reachability { availability, since: at, ..Reachability::default() };
        assert!(says(Availability::Available).is_available(true, noon()));
        let busy = says(Availability::Busy).hindrance(true, noon()).expect("busy");
        assert_eq!((busy, busy.words(noon()).as_str(), busy.is_gone()), (Hindrance::Busy { since: at }, "busy since 11:00", false));
        let away = says(Availability::Away).hindrance(true, noon()).expect("away");
        assert_eq!((away.words(noon()).as_str(), away.is_gone()), ("away since 11:00", false));
    }

    #[test]
    fn an_absence_beats_what_is_said_and_ends_by_itself() {
        let absence = |from: &str, until: Option<&str>| Some(Absence { from: day(from), until: until.map(day) });
        for (from, until, is_absent) in [
            ("2026-11-24", Some("2026-11-24"), true),
            ("2026-11-20", Some("2026-11-24"), true),
            ("2026-11-20", Some("2026-11-23"), false),
            ("2026-11-25", Some("2026-11-30"), false),
            ("2026-11-25", None, false),
            ("2026-11-01", None, true),
        ] {
            let reach = Reachability { absence: absence(from, until), ..Reachability::default() };
            assert_eq!(!reach.is_available(true, noon()), is_absent, "{from} {until:?}");
        }
        let reach = Reachability { absence: absence("2026-11-20", Some("2026-11-30")), ..Reachability::default() };
        let absent = reach.hindrance(true, noon()).expect("absent");
        assert_eq!((absent.words(noon()).as_str(), absent.is_gone()), ("absent until 30 Nov 2026", true));
    }

    #[test]
    fn days_are_the_site_s() {
        let reach = Reachability { absence: Some(Absence { from: day("2026-11-25"), until: None }), ..Reachability::default() };
        let late = SiteTime { now: day("2026-11-24").plus_ms(DAY_MS - HOUR_MS / 2), ahead_ms: HOUR_MS };
        assert!(!reach.is_available(true, late), "it is the 25th there");
        assert!(reach.is_available(true, SiteTime { ahead_ms: 0, ..late }));
    }

    #[test]
    fn an_extension_is_a_few_digits() {
        assert_eq!(parse_extension(" 204 "), Ok(Some("204".to_owned())));
        assert_eq!(parse_extension(""), Ok(None));
        for text in ["123456789", "20a", "+44", "2 04"] {
            assert!(parse_extension(text).is_err(), "{text}");
        }
    }
}
