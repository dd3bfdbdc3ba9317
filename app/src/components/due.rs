//! A deadline: what is left once the browser knows the time, the day before and on hover.

use domain::Timestamp;
use leptos::prelude::*;

use super::Icon;
use crate::context::Now;

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

/// Server: the day.
#[component]
pub fn Due(at: Timestamp) -> impl IntoView {
    let now = expect_context::<Now>();
    let shown = Memo::new(move |_| now.0.get().map_or_else(|| (at.readable_day(), "clock"), |now| left(at, now)));
    view! {
        <time class=move || shown.get().1 datetime=at.rfc3339() title=format!("{} UTC", at.readable())>
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
    fn what_is_left_is_told_in_the_fewest_words() {
        let now = 10 * domain::DAY_MS;
        let after = |ms: i64| left(Timestamp(now + ms), now);
        assert_eq!(after(5 * domain::HOUR_MS), ("5 h left".to_owned(), "clock"));
        assert_eq!(after(90 * 60_000), ("1 h left".to_owned(), "clock clock--soon"));
        assert_eq!(after(-3 * domain::HOUR_MS), ("3 h overdue".to_owned(), "clock clock--overdue"));
        assert_eq!(after(-2 * domain::DAY_MS).0, "2 d overdue");
    }
}
