//! What was learned: a weight for each value of each feature, so that every probability is a sum that can be told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::Feature;
use super::fit::probability;
use crate::text::fold;

/// What was learned from closed leads. Weights are log odds, held against the average lead's, so that they add up to how a lead differs
/// from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The average lead's log odds.
    pub base: f64,
    pub columns: Vec<Column>,
}

/// What a feature says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub feature: Feature,
    pub values: Values,
    /// The weight where nothing stands there.
    pub missing: f64,
}

/// The values of a feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Values {
    /// Words, by their key; `other` is for rare ones.
    Levels { levels: Vec<Level>, other: f64 },
    /// Numbers: a weight for those below each edge, and one for the rest.
    Buckets { edges: Vec<f64>, weights: Vec<f64> },
}

/// A word that is common enough to have a weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Folded, so that spelling in capitals is one.
    pub key: String,
    pub weight: f64,
}

/// What a feature of one lead contributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution<'m> {
    pub feature: &'m Feature,
    pub held: Held,
    /// Log odds.
    pub weight: f64,
}

/// What a lead has of a feature, as the model tells values apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Held {
    Nothing,
    Word,
    /// A word that is rare.
    Rare,
    /// A number from the first up to, without it, the second.
    Between(Option<f64>, Option<f64>),
}

impl Model {
    /// How likely a lead is won. Unit: 0 to 1.
    #[must_use]
    pub fn probability(&self, features: &BTreeMap<Feature, String>) -> f64 {
        probability(self.log_odds(features))
    }

    /// How likely the average lead is won. Unit: 0 to 1.
    #[must_use]
    pub fn average(&self) -> f64 {
        probability(self.base)
    }

    /// What each feature contributes, the one that moves most first.
    #[must_use]
    pub fn contributions(&self, features: &BTreeMap<Feature, String>) -> Vec<Contribution<'_>> {
        let mut all = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let (held, weight) = column.weigh(features.get(&column.feature).map(String::as_str));
            all.push(Contribution { feature: &column.feature, held, weight });
        }
        all.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()).then_with(|| one.feature.cmp(other.feature)));
        all
    }

    fn log_odds(&self, features: &BTreeMap<Feature, String>) -> f64 {
        self.base + self.columns.iter().map(|column| column.weigh(features.get(&column.feature).map(String::as_str)).1).sum::<f64>()
    }
}

impl Column {
    /// Which of its values a text is, and what that weighs.
    fn weigh(&self, text: Option<&str>) -> (Held, f64) {
        let Some(text) = text else { return (Held::Nothing, self.missing) };
        match &self.values {
            Values::Levels { levels, other } => {
                let key = fold(text);
                match levels.binary_search_by(|level| level.key.as_str().cmp(&key)) {
                    Ok(at) => (Held::Word, levels[at].weight),
                    Err(_) => (Held::Rare, *other),
                }
            }
            Values::Buckets { edges, weights } => match number(text) {
                Some(number) => {
                    let bucket = bucket_of(edges, number);
                    let from = bucket.checked_sub(1).map(|before| edges[before]);
                    (Held::Between(from, edges.get(bucket).copied()), weights[bucket])
                }
                None => (Held::Nothing, self.missing),
            },
        }
    }
}

/// A text as a number; `None` where it is none.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// The bucket of a number: how many edges are not above it.
pub(super) fn bucket_of(edges: &[f64], number: f64) -> usize {
    edges.partition_point(|edge| *edge <= number)
}
