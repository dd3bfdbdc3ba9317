//! A deadline: what is left once the browser knows the time, the day before and on hover.

use domain::{SiteZone, Timestamp};
use leptos::prelude::*;

use super::Icon;
use crate::context::{Now, catalog_now};

/// When a deadline that is near is told in its colour. Unit: milliseconds.
const SOON_MS: i64 = 2 * domain::HOUR_MS;

/// What is left of it, or how long it is over, and its colour's class.
fn left(at: Timestamp, now: i64) -> (String, &'static str) {
    let words = |ms: i64| match ms {
        ms if ms < domain::HOUR_MS => format!("{} min", ms / 60_000),
        ms if ms < domain::DAY_MS => format!("{} h", ms / domain::HOUR_MS),
        ms => format!("{} d", ms / domain::DAY_MS),
    };
    match at.0 - now {
        ms if ms < 0 => (format!("{} overdue", words(-ms)), "clock clock--overdue"),
        ms if ms < SOON_MS => (format!("{} left", words(ms)), "clock clock--soon"),
        ms => (format!("{} left", words(ms)), "clock"),
    }
}

/// Its day, and all of it by the site's clocks.
fn day_and_title(at: Timestamp, zone: &SiteZone) -> (String, String) {
    let day = zone.local_due(at).readable_day();
    let title = if at.is_day() { day.clone() } else { zone.readable(at) };
    (day, title)
}

/// Server: the day.
#[component]
pub fn Due(at: Timestamp) -> impl IntoView {
    let now = expect_context::<Now>();
    let (day, title) = day_and_title(at, &catalog_now().site.zone);
    let shown = Memo::new(move |_| now.0.get().map_or_else(|| (day.clone(), "clock"), |now| left(at, now)));
    view! {
        <time class=move || shown.get().1 datetime=at.rfc3339() title=title>
            <Icon name="clock" />
            {move || shown.get().0}
        </time>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_day_is_the_same_in_every_zone() {
        let west = SiteZone::new(&[(0, -300)]);
        let day = Timestamp(10 * domain::DAY_MS);
        assert_eq!(day_and_title(day, &west), ("11 Jan 1970".to_owned(), "11 Jan 1970".to_owned()));
        assert_eq!(day_and_title(day.plus_ms(-60_000), &west), ("10 Jan 1970".to_owned(), "10 Jan 1970, 18:59 UTC-5".to_owned()));
    }

    #[test]
    fn what_is_left_is_told_in_the_fewest_words() {
        let now = 10 * domain::DAY_MS;
        let after = |ms: i64| left(Timestamp(now + ms), now);
        assert_eq!(after(5 * domain::HOUR_MS), ("5 h left".to_owned(), "clock"));
        assert_eq!(after(90 * 60_000), ("1 h left".to_owned(), "clock clock--soon"));
        assert_eq!(after(-3 * domain::HOUR_MS), ("3 h overdue".to_owned(), "clock clock--overdue"));
        assert_eq!(after(-2 * domain::DAY_MS).0, "2 d overdue");
    }
}
