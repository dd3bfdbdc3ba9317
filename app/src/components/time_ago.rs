//! A moment: relative once the browser knows the time, absolute before and on hover.

use domain::{SiteZone, Timestamp};
use leptos::prelude::*;

use crate::context::{Now, catalog_now};

const MINUTE: i64 = 60_000;

/// How long ago, in the fewest words; what is further away by the site's clocks.
fn ago(at: Timestamp, now: i64, zone: &SiteZone) -> String {
    let ms = now - at.0;
    match ms {
        _ if ms < -MINUTE => zone.readable(at),
        _ if ms < MINUTE => "just now".to_owned(),
        _ if ms < domain::HOUR_MS => format!("{} min ago", ms / MINUTE),
        _ if ms < domain::DAY_MS => format!("{} h ago", ms / domain::HOUR_MS),
        _ if ms < 30 * domain::DAY_MS => format!("{} d ago", ms / domain::DAY_MS),
        _ => zone.day(at),
    }
}

/// A moment in words: how long ago where the time is known, else its day.
#[must_use]
pub fn told(at: Timestamp, now: Option<i64>, zone: &SiteZone) -> String {
    now.map_or_else(|| zone.day(at), |now| ago(at, now, zone))
}

/// Server: the day, by the site's clocks.
#[component]
pub fn TimeAgo(at: Timestamp, #[prop(into, optional)] class: String) -> impl IntoView {
    let now = expect_context::<Now>();
    let catalog = catalog_now();
    let title = catalog.site.zone.readable(at);
    view! {
        <time class=class datetime=at.rfc3339() title=title>
            {move || told(at, now.0.get(), &catalog.site.zone)}
        </time>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_fewest_words() {
        let now = 10 * domain::DAY_MS;
        let before = |ms: i64| ago(Timestamp(now - ms), now, &SiteZone::default());
        assert_eq!(before(5_000), "just now");
        assert_eq!(before(5 * MINUTE), "5 min ago");
        assert_eq!(before(3 * domain::HOUR_MS), "3 h ago");
        assert_eq!(before(2 * domain::DAY_MS), "2 d ago");
    }

    #[test]
    fn what_is_far_away_is_told_by_the_site_s_clocks() {
        let zone = SiteZone::new(&[(0, 13 * 60)]);
        let noon = Timestamp(12 * domain::HOUR_MS);
        assert_eq!((noon.day().as_str(), told(noon, None, &zone).as_str()), ("1970-01-01", "1970-01-02"));
        assert_eq!(told(noon, Some(60 * domain::DAY_MS), &zone), "1970-01-02");
        assert_eq!(told(noon, Some(0), &zone), "2 Jan 1970, 01:00 UTC+13");
    }
}
