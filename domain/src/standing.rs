//! How a contact stands towards the threshold, in words.

use serde::{Deserialize, Serialize};

use crate::confidence::{HalfLife, points};
use crate::contact_event::{ContactEvent, Weighing};
use crate::{LeadId, Rank, ThresholdId, Timestamp};

/// Kinds that a sentence names.
const NAMED: usize = 3;

/// What events of one kind bring together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindSum {
    pub label: String,
    pub times: usize,
    /// Unit: tenths of a point.
    pub tenths: i64,
}

/// How a contact stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Everything that the contact did, faded. Unit: points.
    pub points: i64,
    /// What they did since they last became a lead. The threshold is held against this. Unit: points.
    pub fresh_points: i64,
    /// The threshold in force.
    pub wanted: Option<(ThresholdId, i64)>,
    /// What brings most, first.
    pub kinds: Vec<KindSum>,
    /// An open lead of theirs, where the person may see it.
    pub lead: Option<LeadId>,
    /// Whether there is an open lead at all.
    pub has_open_lead: bool,
}

/// What one event brings now. Unit: tenths of a point.
#[must_use]
pub fn tenths(event: &ContactEvent, weighing: &Weighing, now: Timestamp) -> i64 {
    (weighing.half_life.left(weighing.weight(&event.kind) as f64, now.0 - event.at.0) * 10.0).round() as i64
}

/// Tenths as people read them: `12.5`, `30`.
#[must_use]
pub fn tenths_text(tenths: i64) -> String {
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

/// What events bring by kind, most first; kinds that bring nothing are left out.
#[must_use]
pub fn by_kind(events: &[ContactEvent], weighing: &Weighing, now: Timestamp) -> Vec<KindSum> {
    let mut sums: Vec<KindSum> = Vec::new();
    for kind in &weighing.kinds {
        let of_kind = || events.iter().filter(|event| event.kind == kind.key);
        let tenths = of_kind().map(|event| tenths(event, weighing, now)).sum();
        if tenths > 0 {
            sums.push(KindSum { label: kind.label.clone(), times: of_kind().count(), tenths });
        }
    }
    sums.sort_by(|a, b| b.tenths.cmp(&a.tenths).then_with(|| a.label.cmp(&b.label)));
    sums
}

impl Standing {
    /// Reads two ranks: of everything, and of what came since the last lead.
    #[must_use]
    pub fn of(rank: Option<Rank>, fresh: Option<Rank>, now: Timestamp, half_life: HalfLife) -> Self {
        Self { points: points(rank, now, half_life), fresh_points: points(fresh, now, half_life), ..Self::default() }
    }

    /// The confidence in plain words: "34 of 50: Met brings 30, Page visited (4 times) 4. 16 more and …".
    #[must_use]
    pub fn sentence(&self) -> String {
        let why = self.why();
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        let Some((_, wanted)) = self.wanted else {
            return format!("{}{why}. No threshold is in force, so nobody becomes a lead by this alone.", self.points);
        };
        let start = format!("{} of {wanted}{why}.", self.points);
        if self.has_open_lead {
            return format!("{start} There is an open lead already.");
        }
        let since = if self.fresh_points == self.points {
            String::new()
        } else {
            format!(" {} of it came since the last lead, and only that counts towards the next.", self.fresh_points)
        };
        match wanted - self.fresh_points {
            missing if missing > 0 => format!("{start}{since} {missing} more and the contact becomes a lead."),
            _ => format!("{start}{since} That is enough: with the next event the contact becomes a lead."),
        }
    }

    /// What brings most: "Met brings 30, Page visited (4 times) 4".
    #[must_use]
    pub fn why(&self) -> String {
        let times = |sum: &KindSum| if sum.times > 1 { format!(" ({} times)", sum.times) } else { String::new() };
        let brings = |nth: usize| if nth == 0 { "brings " } else { "" };
        let named = self.kinds.iter().take(NAMED).enumerate();
        let mut parts: Vec<String> =
            named.map(|(nth, sum)| format!("{}{} {}{}", sum.label, times(sum), brings(nth), tenths_text(sum.tenths))).collect();
        let rest: i64 = self.kinds.iter().skip(NAMED).map(|sum| sum.tenths).sum();
        if rest > 0 {
            parts.push(format!("other {}", tenths_text(rest)));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::NOW;
    use crate::contact_event::{Finding, Found};
    use crate::{ContactEventId, ContactId, DAY_MS};

    fn event(kind: &str, days_ago: i64) -> ContactEvent {
        ContactEvent {
            id: ContactEventId(1),
            contact: ContactId(1),
            kind: kind.to_owned(),
            at: NOW.plus_ms(-days_ago * DAY_MS),
            detail: String::new(),
            company: String::new(),
            finding: Finding { found: Found::Known, proposals: Vec::new() },
        }
    }

    #[test]
    fn events_are_summed_by_kind_and_fade() {
        let events = [event("met", 30), event("page_visited", 0), event("page_visited", 0), event("danced", 0), event("email_opened", 300)];
        let sums = by_kind(&events, &Weighing::standard(), NOW);
        let sums: Vec<_> = sums.iter().map(|sum| (sum.label.as_str(), sum.times, sum.tenths)).collect();
        assert_eq!(sums, [("Met", 1, 150), ("Page visited", 2, 20)]);
        assert_eq!([0, 5, 125, 300].map(tenths_text), ["0", "0.5", "12.5", "30"]);
    }

    #[test]
    fn the_confidence_is_said_in_words() {
        let kinds = by_kind(&[event("met", 0), event("page_visited", 0), event("page_visited", 0)], &Weighing::standard(), NOW);
        let standing = Standing { points: 32, fresh_points: 32, wanted: Some((ThresholdId(3), 50)), kinds, ..Standing::default() };
        assert_eq!(standing.sentence(), "32 of 50: Met brings 30, Page visited (2 times) 2. 18 more and the contact becomes a lead.");
        let none = Standing { wanted: None, kinds: Vec::new(), points: 0, ..standing.clone() };
        assert_eq!(none.sentence(), "0. No threshold is in force, so nobody becomes a lead by this alone.");
        let led = Standing { has_open_lead: true, kinds: Vec::new(), ..standing.clone() };
        assert_eq!(led.sentence(), "32 of 50. There is an open lead already.");
        let again = Standing { fresh_points: 2, kinds: Vec::new(), ..standing.clone() };
        assert!(again.sentence().contains("2 of it came since the last lead") && again.sentence().contains("48 more"));
        assert!(Standing { fresh_points: 50, points: 50, ..standing }.sentence().contains("That is enough"));
    }
}
