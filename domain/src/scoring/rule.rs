//! Rules: points for what is known of a lead, or what its contact did, with a sentence each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::{COMPANY_ADDRESS, FREE_ADDRESS, Feature, YES};
use super::model::number;
use crate::text::fold;
use crate::{Catalog, ScoreRuleId, Weighing, money};

/// Most points of a rule, for and against.
pub const POINTS_MOST: i64 = 100;
/// Most rules in force.
pub const RULES_MOST: usize = 100;

/// What a contact did, by kind, how often.
pub type Happened = BTreeMap<String, i64>;

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Feature(Feature),
    /// Contact events of a kind, by its key.
    Event(String),
}

/// What has to be so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// It is this, whatever the case: a choice's number, a text.
    Is(String),
    /// It is this number or more, in digits; of events, it happened so often.
    AtLeast(String),
    Known,
    Unknown,
}

/// Points for leads that are so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScoreRule {
    pub id: ScoreRuleId,
    pub about: About,
    pub test: Test,
    /// -[`POINTS_MOST`] to [`POINTS_MOST`], and not 0.
    pub points: i64,
    /// Why, as people read it on the lead.
    pub sentence: String,
    /// No longer counted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

impl ScoreRule {
    /// Whether a lead is so.
    #[must_use]
    pub fn fits(&self, features: &BTreeMap<Feature, String>, happened: &Happened) -> bool {
        match &self.about {
            About::Event(kind) => {
                let times = happened.get(kind).copied().unwrap_or(0);
                match &self.test {
                    Test::AtLeast(least) => least.parse().is_ok_and(|least: i64| times >= least),
                    Test::Known => times > 0,
                    Test::Unknown => times == 0,
                    Test::Is(_) => false,
                }
            }
            About::Feature(feature) => {
                let text = features.get(feature);
                match &self.test {
                    Test::Is(wanted) => text.is_some_and(|text| fold(text) == fold(wanted)),
                    Test::AtLeast(least) => text.and_then(|text| number(text)).zip(number(least)).is_some_and(|(number, least)| number >= least),
                    Test::Known => text.is_some(),
                    Test::Unknown => text.is_none(),
                }
            }
        }
    }

    /// What it asks, as administrators read it: "Source is Referral".
    #[must_use]
    pub fn condition(&self, catalog: &Catalog, weighing: &Weighing) -> String {
        match &self.about {
            About::Event(kind) => {
                let label = weighing.label(kind);
                match &self.test {
                    Test::AtLeast(times) if times == "1" => format!("{label}, at least once"),
                    Test::AtLeast(times) => format!("{label}, at least {times} times"),
                    Test::Unknown => format!("{label}: never"),
                    Test::Known | Test::Is(_) => format!("{label}, at least once"),
                }
            }
            About::Feature(feature) => {
                let title = feature.title(catalog);
                match (feature, &self.test) {
                    (Feature::Offering(_), Test::Unknown) => format!("No {}", lower_first(&title)),
                    (Feature::Offering(_), _) => title,
                    (_, Test::Is(value)) => format!("{title} is {}", value_words(feature, value, &catalog.site.currency, catalog)),
                    (Feature::Message, Test::AtLeast(least)) => format!("{title} has at least {least} characters"),
                    (_, Test::AtLeast(least)) => format!("{title} is at least {}", value_words(feature, least, &catalog.site.currency, catalog)),
                    (_, Test::Known) => format!("{title} is known"),
                    (_, Test::Unknown) => format!("{title} is not known"),
                }
            }
        }
    }
}

/// A feature's value as people read it.
pub(super) fn value_words(feature: &Feature, value: &str, currency: &str, catalog: &Catalog) -> String {
    let unknown = || "something that is no longer there".to_owned();
    match feature {
        Feature::Type => value.parse().ok().and_then(|id| catalog.lead_type(id)).map_or_else(unknown, |lead_type| lead_type.name.clone()),
        Feature::Amount => value.parse::<i64>().map_or_else(|_| value.to_owned(), |minor| money::display(minor, currency)),
        Feature::Email if value == COMPANY_ADDRESS => "at a company’s own domain".to_owned(),
        Feature::Email if value == FREE_ADDRESS => "one that anybody may have".to_owned(),
        Feature::Custom(id) => catalog.field(*id).map_or_else(|| value.to_owned(), |field| field.display(value, currency)),
        Feature::Offering(_) | Feature::Phone if value == YES => "yes".to_owned(),
        feature if feature.list().is_some() => {
            value.parse().ok().and_then(|id| catalog.choice(id)).map_or_else(unknown, |choice| choice.name.clone())
        }
        _ => value.to_owned(),
    }
}

/// "Interest in" within a sentence.
pub(super) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast;
    use crate::{ChoiceList, Lead};

    fn rule(about: About, test: Test) -> ScoreRule {
        ScoreRule { id: ScoreRuleId(1), about, test, points: 10, sentence: "So it is".to_owned(), retired: false }
    }

    fn fits(feature: Feature, test: Test, lead: &Lead) -> bool {
        rule(About::Feature(feature), test).fits(&super::super::ScoreFacts::from(lead).features(), &Happened::new())
    }

    #[test]
    fn a_rule_fits_by_what_is_known_of_a_lead() {
        let web = cast::choice(ChoiceList::Source, "Web");
        let lead = Lead { source: Some(web), target_amount_minor: 500_000, ..cast::lead() };
        assert!(fits(Feature::Source, Test::Is(web.to_string()), &lead));
        assert!(!fits(Feature::Source, Test::Is(cast::choice(ChoiceList::Source, "Referral").to_string()), &lead));
        assert!(fits(Feature::Source, Test::Known, &lead) && !fits(Feature::Source, Test::Known, &cast::lead()));
        assert!(fits(Feature::Partner, Test::Unknown, &lead));
        for (least, does) in [("500000", true), ("500001", false), ("much", false)] {
            assert_eq!(fits(Feature::Amount, Test::AtLeast(least.to_owned()), &lead), does, "{least}");
        }
        let mut abroad = cast::lead();
        abroad.address.country = "france".to_owned();
        assert!(fits(Feature::Country, Test::Is("France".to_owned()), &abroad));
    }

    #[test]
    fn a_rule_fits_by_what_the_contact_did() {
        let happened = Happened::from([("page_visited".to_owned(), 3)]);
        let fits = |kind: &str, test| rule(About::Event(kind.to_owned()), test).fits(&BTreeMap::new(), &happened);
        assert!(fits("page_visited", Test::AtLeast("3".to_owned())) && !fits("page_visited", Test::AtLeast("4".to_owned())));
        assert!(fits("downloaded", Test::Unknown) && !fits("page_visited", Test::Unknown));
        assert!(fits("page_visited", Test::Known) && !fits("downloaded", Test::Known));
    }

    #[test]
    fn a_condition_is_a_sentence() {
        let catalog = cast::catalog();
        let said = |about, test| rule(about, test).condition(&catalog, &Weighing::standard());
        let web = cast::choice(ChoiceList::Source, "Web");
        assert_eq!(said(About::Feature(Feature::Source), Test::Is(web.to_string())), "Source is Web");
        assert_eq!(said(About::Feature(Feature::Amount), Test::AtLeast("500000".to_owned())), "Target amount is at least £5,000");
        assert_eq!(said(About::Feature(Feature::Phone), Test::Unknown), "Phone number is not known");
        assert_eq!(said(About::Feature(Feature::Email), Test::Is(COMPANY_ADDRESS.to_owned())), "E-mail address is at a company’s own domain");
        let cloud = cast::choice(ChoiceList::Offering, "Cloud");
        assert_eq!(said(About::Feature(Feature::Offering(cloud)), Test::Unknown), "No interest in Cloud");
        assert_eq!(said(About::Event("downloaded".to_owned()), Test::AtLeast("2".to_owned())), "Downloaded, at least 2 times");
    }
}
