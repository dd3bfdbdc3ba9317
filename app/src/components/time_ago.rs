//! A moment: relative once the browser knows the time, absolute before and on hover.

use domain::Timestamp;
use leptos::prelude::*;

use crate::context::Now;

const MINUTE: i64 = 60_000;

/// How long ago, in the fewest words.
fn ago(at: Timestamp, now: i64) -> String {
    let ms = now - at.0;
    match ms {
        _ if ms < -MINUTE => at.readable(),
        _ if ms < MINUTE => "just now".to_owned(),
        _ if ms < domain::HOUR_MS => format!("{} min ago", ms / MINUTE),
        _ if ms < domain::DAY_MS => format!("{} h ago", ms / domain::HOUR_MS),
        _ if ms < 30 * domain::DAY_MS => format!("{} d ago", ms / domain::DAY_MS),
        _ => at.day(),
    }
}

/// A moment in words: how long ago where the time is known, else its day.
#[must_use]
pub fn told(at: Timestamp, now: Option<i64>) -> String {
    now.map_or_else(|| at.day(), |now| ago(at, now))
}

/// Server: the absolute time in UTC.
#[component]
pub fn TimeAgo(at: Timestamp, #[prop(into, optional)] class: String) -> impl IntoView {
    let now = expect_context::<Now>();
    view! {
        <time class=class datetime=at.rfc3339() title=format!("{} UTC", at.readable())>
            {move || told(at, now.0.get())}
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
        assert_eq!(ago(Timestamp(now - 5_000), now), "just now");
        assert_eq!(ago(Timestamp(now - 5 * MINUTE), now), "5 min ago");
        assert_eq!(ago(Timestamp(now - 3 * domain::HOUR_MS), now), "3 h ago");
        assert_eq!(ago(Timestamp(now - 2 * domain::DAY_MS), now), "2 d ago");
    }
}
