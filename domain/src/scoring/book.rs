//! How leads are scored now: the rules in force and the model in use, and what they say of one lead, with the reasons.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::{Feature, ScoreFacts, YES};
use super::fit::probability;
use super::model::{Contribution, Held, Model};
use super::rule::{About, Happened, ScoreRule, lower_first, value_words};
use crate::{Catalog, Timestamp, money};

/// Lowest and highest score.
const BOUNDS: (i64, i64) = (-1000, 1000);
/// Reasons of the model that are told of one lead.
const REASONS_MOST: usize = 6;

/// A model with what tells it from others.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainedModel {
    pub version: i64,
    pub trained_at: Timestamp,
    pub model: Model,
}

/// How leads are scored now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoreBook {
    /// Whether leads were ever scored. Before that, every score was typed.
    pub has_begun: bool,
    /// Whether the model counts, once there is one.
    pub uses_model: bool,
    pub model: Option<TrainedModel>,
    /// In force, in their order.
    pub rules: Vec<ScoreRule>,
}

/// One thing that moved a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreReason {
    /// What it adds. Of the model: how much lower the score would be if this were as it is on average.
    pub points: i64,
    pub sentence: String,
}

/// Why a score is what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreWhy {
    /// What rules and model say now.
    pub score: i64,
    /// What the model says: of how many leads in a hundred like this one are won, and of how many on average.
    pub likely: Option<(i64, i64)>,
    /// The features that moved the model most.
    pub learned: Vec<ScoreReason>,
    /// Rules that fit.
    pub rules: Vec<ScoreReason>,
}

impl ScoreBook {
    /// Whether it has anything to say.
    #[must_use]
    pub fn is_scoring(&self) -> bool {
        self.model().is_some() || !self.rules.is_empty()
    }

    /// Whether what contacts did makes a difference.
    #[must_use]
    pub fn asks_what_happened(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule.about, About::Event(_)))
    }

    /// The model, where it counts.
    #[must_use]
    pub fn model(&self) -> Option<&TrainedModel> {
        self.model.as_ref().filter(|_| self.uses_model)
    }

    /// The score of a lead: how many in a hundred like it are won, and the points of the rules that fit. `None` where nobody scores.
    #[must_use]
    pub fn score(&self, facts: &ScoreFacts, happened: &Happened) -> Option<i64> {
        self.is_scoring().then(|| {
            let features = facts.features();
            self.sum(self.model().map(|trained| hundredths(trained.model.probability(&features))), &features, happened)
        })
    }

    /// The score with its reasons. `None` where nobody scores.
    #[must_use]
    pub fn explain(&self, facts: &ScoreFacts, happened: &Happened, currency: &str, catalog: &Catalog) -> Option<ScoreWhy> {
        if !self.is_scoring() {
            return None;
        }
        let features = facts.features();
        let mut why = ScoreWhy::default();
        if let Some(TrainedModel { model, .. }) = self.model() {
            let likely = model.probability(&features);
            why.likely = Some((hundredths(likely), hundredths(model.average())));
            let contributions = model.contributions(&features);
            let reasons = contributions.iter().map(|one| reason(one, likely, &features, currency, catalog));
            why.learned = reasons.filter(|reason| reason.points != 0).take(REASONS_MOST).collect();
        }
        let fitting = self.rules.iter().filter(|rule| rule.fits(&features, happened));
        why.rules = fitting.map(|rule| ScoreReason { points: rule.points, sentence: rule.sentence.clone() }).collect();
        why.score = self.sum(why.likely.map(|(likely, _)| likely), &features, happened);
        Some(why)
    }

    fn sum(&self, likely: Option<i64>, features: &BTreeMap<Feature, String>, happened: &Happened) -> i64 {
        let points: i64 = self.rules.iter().filter(|rule| rule.fits(features, happened)).map(|rule| rule.points).sum();
        (likely.unwrap_or(0) + points).clamp(BOUNDS.0, BOUNDS.1)
    }
}

fn hundredths(share: f64) -> i64 {
    (share * 100.0).round() as i64
}

/// What a contribution does to the probability, in words.
fn reason(one: &Contribution<'_>, likely: f64, features: &BTreeMap<Feature, String>, currency: &str, catalog: &Catalog) -> ScoreReason {
    let without = probability((likely / (1.0 - likely)).ln() - one.weight);
    let own = features.get(one.feature).map_or("", String::as_str);
    ScoreReason { points: hundredths(likely - without), sentence: told(one.feature, one.held, own, currency, catalog) }
}

fn told(feature: &Feature, held: Held, own: &str, currency: &str, catalog: &Catalog) -> String {
    let title = feature.title(catalog);
    match held {
        Held::Nothing => match feature {
            Feature::Offering(_) | Feature::Phone | Feature::Email | Feature::Message => format!("No {}", lower_first(&title)),
            _ => format!("{title}: nothing known"),
        },
        Held::Word | Held::Rare => match feature {
            Feature::Offering(_) | Feature::Phone if own == YES => title,
            _ => {
                let rare = if held == Held::Rare { ", which is rare" } else { "" };
                format!("{title}: {}{rare}", value_words(feature, own, currency, catalog))
            }
        },
        Held::Between(from, to) => {
            let plain = |number: f64| match feature {
                Feature::Amount => money::display(number.round() as i64, currency),
                _ => digits(number),
            };
            let unit = if *feature == Feature::Message { " characters" } else { "" };
            match (from, to) {
                (Some(from), Some(to)) => format!("{title}: {} up to {}{unit}", plain(from), plain(to)),
                (Some(from), None) => format!("{title}: {}{unit} or more", plain(from)),
                (None, Some(to)) => format!("{title}: below {}{unit}", plain(to)),
                (None, None) => format!("{title}: known"),
            }
        }
    }
}

/// A number with two decimals at most.
fn digits(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast;
    use crate::scoring::{Column, Level, Test, Values};
    use crate::{ChoiceList, Lead, ScoreRuleId};

    fn rule(points: i64, feature: Feature, test: Test, sentence: &str) -> ScoreRule {
        ScoreRule { id: ScoreRuleId(1), about: About::Feature(feature), test, points, sentence: sentence.to_owned(), retired: false }
    }

    fn web_and_amount() -> TrainedModel {
        let web = cast::choice(ChoiceList::Source, "Web");
        let levels = vec![Level { key: web.to_string(), weight: 2.0 }];
        let source = Column { feature: Feature::Source, values: Values::Levels { levels, other: -0.5 }, missing: -1.0 };
        let values = Values::Buckets { edges: vec![100_000.0, 500_000.0], weights: vec![-0.4, 0.0, 0.4] };
        let amount = Column { feature: Feature::Amount, values, missing: -0.001 };
        TrainedModel { version: 1, trained_at: cast::NOW, model: Model { base: 0.0, columns: vec![source, amount] } }
    }

    fn explained(book: &ScoreBook, lead: &Lead) -> ScoreWhy {
        let facts = ScoreFacts::from(lead);
        let why = book.explain(&facts, &Happened::new(), "GBP", &cast::catalog()).expect("somebody scores");
        assert_eq!(book.score(&facts, &Happened::new()), Some(why.score), "what is shown is what is explained");
        why
    }

    #[test]
    fn without_rules_and_model_nobody_scores() {
        let book = ScoreBook { model: Some(web_and_amount()), ..ScoreBook::default() };
        assert!(!book.is_scoring());
        assert_eq!(book.score(&ScoreFacts::from(&cast::lead()), &Happened::new()), None);
    }

    #[test]
    fn rules_add_up_with_their_sentences() {
        let rules = vec![
            rule(30, Feature::Phone, Test::Unknown, "Nobody to call"),
            rule(-10, Feature::Partner, Test::Unknown, "No partner"),
            rule(5, Feature::Source, Test::Known, "Came from somewhere"),
        ];
        let why = explained(&ScoreBook { rules, ..ScoreBook::default() }, &cast::lead());
        assert_eq!((why.score, why.likely, why.learned.len()), (20, None, 0));
        let told: Vec<(i64, &str)> = why.rules.iter().map(|reason| (reason.points, reason.sentence.as_str())).collect();
        assert_eq!(told, [(30, "Nobody to call"), (-10, "No partner")]);
    }

    #[test]
    fn the_model_tells_what_moved_it_most() {
        let rules = vec![rule(7, Feature::Source, Test::Known, "Came from somewhere")];
        let book = ScoreBook { uses_model: true, model: Some(web_and_amount()), rules, ..ScoreBook::default() };
        let web = Lead { source: Some(cast::choice(ChoiceList::Source, "Web")), target_amount_minor: 700_000, ..cast::lead() };
        let why = explained(&book, &web);
        assert_eq!((why.score, why.likely), (92 + 7, Some((92, 50))));
        let told: Vec<(i64, &str)> = why.learned.iter().map(|reason| (reason.points, reason.sentence.as_str())).collect();
        assert_eq!(told, [(32, "Source: Web"), (4, "Target amount: £5,000 or more")]);
        let referred = Lead { source: Some(cast::choice(ChoiceList::Source, "Referral")), ..web };
        assert_eq!(explained(&book, &referred).learned[0].sentence, "Source: Referral, which is rare");
        let why = explained(&book, &cast::lead());
        assert_eq!(why.learned, [ScoreReason { points: -23, sentence: "Source: nothing known".to_owned() }], "what moves nothing is not told");
    }

    #[test]
    fn scores_stay_within_their_bounds() {
        let rules = vec![rule(100, Feature::Partner, Test::Unknown, "One of many"); 12];
        assert_eq!(explained(&ScoreBook { rules, ..ScoreBook::default() }, &cast::lead()).score, 1000);
    }
}
