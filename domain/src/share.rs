//! Shares of a whole, in hundredths of a percent: tax rates and discounts.

use serde::{Deserialize, Serialize};

/// A share of a whole. Unit: hundredths of a percent (basis points), 0 to 10,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Share(i64);

/// A number that is no share: below nothing, or more than the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no share in hundredths of a percent")]
pub struct NoShare(i64);

impl Share {
    pub const NOTHING: Share = Share(0);
    /// All of it: 100 %.
    pub const WHOLE: Share = Share(10_000);

    /// Hundredths of a percent.
    #[must_use]
    pub fn basis_points(self) -> i64 {
        self.0
    }

    /// Reads a percentage as typed: `20`, `7.7`, `8,1 %`. Empty is nothing.
    ///
    /// # Errors
    /// The sentence for its field.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let refused = "Enter a percentage from 0 to 100 with two decimals at most, like 20 or 7.7";
        let text = text.trim().trim_end_matches('%').trim_end().replace(',', ".");
        if text.is_empty() {
            return Ok(Self::NOTHING);
        }
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || part.len() > 2 || !is_digits(whole) || !is_digits(part) {
            return Err(refused);
        }
        let points = whole.parse::<i64>().ok().zip(format!("{part:0<2}").parse::<i64>().ok()).map(|(whole, part)| whole * 100 + part);
        points.and_then(|points| Self::try_from(points).ok()).ok_or(refused)
    }

    /// What [`Share::parse`] reads: `7.7`.
    #[must_use]
    pub fn plain(self) -> String {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match part {
            0 => whole.to_string(),
            part if part % 10 == 0 => format!("{whole}.{}", part / 10),
            part => format!("{whole}.{part:02}"),
        }
    }

    /// What people read: `7.7 %`.
    #[must_use]
    pub fn display(self) -> String {
        format!("{} %", self.plain())
    }

    /// A discount as people read it: `7.7 % off`; `None` when nothing is taken off.
    #[must_use]
    pub fn off(self) -> Option<String> {
        (self != Self::NOTHING).then(|| format!("{} off", self.display()))
    }
}

impl TryFrom<i64> for Share {
    type Error = NoShare;
    fn try_from(points: i64) -> Result<Self, NoShare> {
        if (0..=Self::WHOLE.0).contains(&points) { Ok(Self(points)) } else { Err(NoShare(points)) }
    }
}

impl From<Share> for i64 {
    fn from(share: Share) -> Self {
        share.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_reads_as_typed() {
        for (typed, points) in [("20", 2000), (" 7.7 %", 770), ("8,1", 810), ("0.05", 5), ("100", 10_000), ("", 0), ("19.00", 1900)] {
            assert_eq!(Share::parse(typed).map(Share::basis_points), Ok(points), "{typed}");
        }
        for typed in ["-1", "100.01", "101", "7.777", "a", ".5", "1e2", "1.2.3", "9999999999999999999"] {
            assert!(Share::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn every_share_reads_back_as_it_is_written() {
        for points in 0..=10_000 {
            let share = Share::try_from(points).expect("a share");
            assert_eq!(Share::parse(&share.display()), Ok(share));
        }
        assert_eq!((Share(770).display(), Share(5).plain(), Share(2000).plain()), ("7.7 %".to_owned(), "0.05".to_owned(), "20".to_owned()));
    }

    #[test]
    fn a_stored_number_that_is_no_share_is_refused() {
        assert!(serde_json::from_str::<Share>("10001").is_err());
        assert!(serde_json::from_str::<Share>("-1").is_err());
        assert_eq!(serde_json::from_str::<Share>("770").unwrap(), Share(770));
    }
}
