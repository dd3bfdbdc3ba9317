//! Parts of pages about long work: how fast it goes, and looking again while it goes on.

use leptos::prelude::*;

/// Rate and time left, to stand behind how far it is; empty before that can be said. Units: records a second, seconds.
#[must_use]
pub fn pace_words(pace: Option<(i64, i64)>) -> String {
    pace.map(|(rate, seconds)| format!(" · {rate} a second · {} left", time_words(seconds))).unwrap_or_default()
}

fn time_words(seconds: i64) -> String {
    if seconds < 90 { format!("{seconds} s") } else { format!("{} min", (seconds + 30) / 60) }
}

/// Looks again in a moment, unless what is shown now is gone by then. Server: nothing; there a link looks again.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers look again by themselves"))]
pub fn look_again_soon(again: Callback<()>) {
    #[cfg(feature = "hydrate")]
    {
        let timer = set_timeout_with_handle(move || again.run(()), std::time::Duration::from_millis(700));
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_said_as_people_do() {
        assert_eq!(pace_words(Some((20, 89))), " · 20 a second · 89 s left");
        assert_eq!(pace_words(Some((20, 100))), " · 20 a second · 2 min left");
        assert_eq!(pace_words(None), "");
    }
}
