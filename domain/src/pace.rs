//! How fast long work goes.

use crate::Timestamp;

/// Records a second, and the seconds that are left; `None` before that can be said.
#[must_use]
pub fn pace(since: Timestamp, now: Timestamp, done: i64, total: i64) -> Option<(i64, i64)> {
    let ms = now.0 - since.0;
    if ms < 1000 || done == 0 {
        return None;
    }
    let rate = (done * 1000 / ms).max(1);
    Some((rate, (total - done).max(0) / rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_after_a_second() {
        let told = |ms, done| pace(Timestamp(0), Timestamp(ms), done, 100);
        assert_eq!([told(4000, 40), told(4000, 110)], [Some((10, 6)), Some((27, 0))]);
        assert_eq!(told(200_000, 1), Some((1, 99)), "however slow");
        assert_eq!([told(999, 40), told(4000, 0)], [None, None]);
    }
}
