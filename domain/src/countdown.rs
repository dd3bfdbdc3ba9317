//! How many days are left until something ends.

use crate::{DAY_MS, Timestamp};

/// What is left until a day is over, in words: `14 days left`, `1 day left`, `ends today`, `2 days over`. Both are days, as their start in UTC.
#[must_use]
pub fn days_left(day: Timestamp, today: Timestamp) -> String {
    match (day.0 - today.0).div_euclid(DAY_MS) {
        0 => "ends today".to_owned(),
        1 => "1 day left".to_owned(),
        -1 => "1 day over".to_owned(),
        left if left > 0 => format!("{left} days left"),
        over => format!("{} days over", -over),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_in_days() {
        let today = Timestamp::parse_day("2025-11-24").expect("a day");
        let words = |days: i64| days_left(today.plus_ms(days * DAY_MS), today);
        assert_eq!([words(14), words(1), words(0)], ["14 days left", "1 day left", "ends today"]);
        assert_eq!([words(-1), words(-9)], ["1 day over", "9 days over"]);
    }
}
