//! What stands in cells: dates and amounts as people write them, and names that differ only in spelling.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use domain::{LifeCycle, Timestamp};

/// Whether the day or the month comes first where a date does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateOrder {
    DayFirst,
    MonthFirst,
}

impl DateOrder {
    /// From the dates of a column; `region` decides when none of them tells.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>, region: &str) -> Self {
        for cell in cells {
            let mut numbers = cell.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<u32>().ok());
            match (numbers.next(), numbers.next()) {
                (Some(first @ 13..=31), Some(1..=12)) if first <= 31 => return DateOrder::DayFirst,
                (Some(1..=12), Some(13..=31)) => return DateOrder::MonthFirst,
                _ => {}
            }
        }
        if region == "US" { DateOrder::MonthFirst } else { DateOrder::DayFirst }
    }
}

/// Reads a date, with or without a time of day.
pub(super) fn moment(text: &str, order: DateOrder) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() == 10
        && let Some(day) = Timestamp::parse_day(text)
    {
        return Some(day);
    }
    if let Some(at) = with_zone(text) {
        return within(at.timestamp_millis());
    }
    let days: [&str; 8] = match order {
        DateOrder::DayFirst => ["%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y"],
        DateOrder::MonthFirst => ["%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y"],
    };
    for day in days {
        for time in ["", " %H:%M:%S%.f", " %H:%M", "T%H:%M:%S%.f", "T%H:%M", " %I:%M %p"] {
            let at = if time.is_empty() {
                NaiveDate::parse_from_str(text, day).ok().and_then(|day| day.and_hms_opt(0, 0, 0))
            } else {
                NaiveDateTime::parse_from_str(text, &format!("{day}{time}")).ok()
            };
            if let Some(at) = at.and_then(|at| within(at.and_utc().timestamp_millis())) {
                return Some(at);
            }
        }
    }
    None
}

/// Whether a moment says by which clocks it is.
pub(super) fn says_zone(text: &str) -> bool {
    with_zone(text.trim()).is_some()
}

fn with_zone(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z")).ok()
}

/// Between the years 1900 and 9999.
fn within(ms: i64) -> Option<Timestamp> {
    (-2_208_988_800_000..253_402_300_800_000).contains(&ms).then_some(Timestamp(ms))
}

/// An amount with a point before its minor units and nothing between the thousands, whichever way it was written.
/// `1.234,50`, `1 234,5` and `1,234.50` are all `1234.50`; more zeros than the currency has minor digits are dropped.
pub(super) fn plain_amount(text: &str, minor_digits: usize) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !"£$€'’_".contains(*c)).collect();
    let (commas, points) = (text.matches(',').count(), text.matches('.').count());
    let behind = |mark: char| text.rsplit_once(mark).map_or(0, |(_, behind)| behind.len());
    let comma_is_decimal = commas == 1 && (1..=2).contains(&behind(',')) && text.rfind('.') < text.rfind(',');
    let plain = if comma_is_decimal {
        text.replace('.', "").replace(',', ".")
    } else if points > 1 && commas == 0 {
        text.replace('.', "")
    } else {
        text.replace(',', "")
    };
    match plain.split_once('.') {
        Some((whole, part)) if part.len() > minor_digits && part[minor_digits..].bytes().all(|byte| byte == b'0') => {
            if minor_digits == 0 {
                whole.to_owned()
            } else {
                format!("{whole}.{}", &part[..minor_digits])
            }
        }
        _ => plain,
    }
}

/// A whole number that may be written with decimals: `75.0`.
pub(super) fn plain_number(text: &str) -> &str {
    match text.trim().split_once('.') {
        Some((whole, zeros)) if !whole.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}

/// A name without what people spell differently: spaces, case, punctuation. Plus and number signs tell things apart.
pub(super) fn squash(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric() || "+#".contains(*c)).collect()
}

/// The state a word means, of those that other programs use.
pub(super) fn life_cycle(word: &str) -> Option<LifeCycle> {
    Some(match squash(word).as_str() {
        "pending" | "new" | "open" | "prospecting" | "prospect" | "opennotcontacted" | "notcontacted" | "unqualified" | "raw" => LifeCycle::Pending,
        "inprogress" | "engaging" | "working" | "contacted" | "workingcontacted" | "qualified" | "qualification" | "negotiation" | "proposal"
        | "active" | "nurturing" | "started" => LifeCycle::InProgress,
        "won" | "closedwon" | "converted" | "customer" | "sold" | "closedconverted" => LifeCycle::Won,
        "lost" | "closedlost" | "dead" | "closednotconverted" | "rejected" | "disqualified" => LifeCycle::Lost,
        "cancelled" | "canceled" | "junk" | "duplicate" | "void" => LifeCycle::Cancelled,
        _ => return None,
    })
}

/// What stands where a program had nothing to write.
pub(super) fn is_placeholder(cell: &str) -> bool {
    cell.len() <= 7 && ["-", "--", "n/a", "na", "null", "none", "nil", "unknown", "#n/a"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        let day = Timestamp::parse_day("2026-11-04").expect("a day");
        for text in
            ["2026-11-04", "04/11/2026", "4.11.2026", "2026/11/04", "4 Nov 2026", "Nov 4, 2026", "2026-11-04 00:00:00", "2026-11-04T00:00:00Z"]
        {
            assert_eq!(moment(text, DateOrder::DayFirst), Some(day), "{text}");
        }
        assert_eq!(moment("11/4/2026", DateOrder::MonthFirst), Some(day));
        assert_eq!(moment("2026-11-04 09:30", DateOrder::DayFirst).map(Timestamp::readable).as_deref(), Some("4 Nov 2026, 09:30"));
        assert!(says_zone("2026-11-04T09:30:00+01:00") && !says_zone("2026-11-04 09:30") && !says_zone("2026-11-04"));
        for text in ["", "soon", "31/02/2026", "99999999", "2026-13-01"] {
            assert_eq!(moment(text, DateOrder::DayFirst), None, "{text}");
        }
    }

    #[test]
    fn the_order_is_seen_from_the_column() {
        let order = |cells: &[&str], region| DateOrder::of(cells.iter().copied(), region);
        assert_eq!(order(&["01/02/2026", "25/02/2026"], "US"), DateOrder::DayFirst);
        assert_eq!(order(&["01/02/2026", "02/25/2026"], "GB"), DateOrder::MonthFirst);
        assert_eq!(order(&["01/02/2026"], "US"), DateOrder::MonthFirst);
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, plain) in [
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1 234,5", "1234.5"),
            ("1,234", "1234"),
            ("£ 1.234.567", "1234567"),
            ("1054", "1054"),
            ("12.3400", "12.34"),
            ("12.345", "12.345"),
        ] {
            assert_eq!(plain_amount(text, 2), plain, "{text}");
        }
        assert_eq!((plain_number("75.0"), plain_number("75.5")), ("75", "75.5"));
    }

    #[test]
    fn spelling_does_not_tell_names_apart() {
        assert_eq!(squash("GTX Pro"), squash("gtx-pro"));
        assert_ne!(squash("C++"), squash("C"));
    }
}
