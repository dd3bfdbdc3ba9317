//! Learning from leads that were won or lost: which of their features have something to say, how their values are told apart, and what
//! each weighs. How well it does is judged by leads that were held back.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::facts::Feature;
use super::figures::Figures;
use super::fit::{Design, calibrate, fit, probability};
use super::model::{Column, Level, Model, Values, bucket_of, number};
use crate::LeadId;
use crate::text::fold;

/// Parts into which leads are divided. Part 0 is held back; part 1 is what the model is calibrated by.
pub const PARTS: u8 = 5;
/// Fewer closed leads than this are too little to learn from.
pub const LEADS_LEAST: usize = 200;
/// So many of them must have been won, and so many lost.
pub const EACH_LEAST: usize = 50;
/// More features than this are not looked at together: those that say most are.
const COLUMNS_MOST: usize = 48;
/// More buckets than this say nothing more. Chosen by cross-validation, see docs/scoring.md.
const BUCKETS_MOST: usize = 16;
/// Leads of one bucket, roughly.
const BUCKET_LEADS: usize = 100;
/// Fewer leads than this have a word for it to count as common, where there are enough.
const COMMON: usize = 20;
/// A column of numbers has more different ones than this; with fewer, each is a word.
const NUMBERS_LEAST: usize = 12;
/// What tells outcomes apart so well on its own says how the lead ended, not how it will. Unit: area under the curve.
const TELLS_ALL: f64 = 0.97;
/// What tells them apart no better than this on its own is noise. Unit: as above.
const TELLS_NOTHING: f64 = 0.501;

/// Leads to learn from, column by column.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    columns: Vec<Raw>,
    by_feature: BTreeMap<Feature, usize>,
    won: Vec<bool>,
    parts: Vec<u8>,
}

/// A feature of all leads.
#[derive(Clone, Debug)]
struct Raw {
    feature: Feature,
    ids: HashMap<String, u32>,
    /// Different texts, in the order in which they came.
    texts: Vec<String>,
    /// For each lead the text's place from 1; 0 for nothing. Those after the last that has one are not there.
    cells: Vec<u32>,
}

/// Why nothing could be learned. The display is the sentence that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error(
    "Too little to learn from: {won} won, {lost} lost, at least {least} closed with {each} of each needed",
    least = LEADS_LEAST,
    each = EACH_LEAST
)]
pub struct TooLittle {
    pub won: usize,
    pub lost: usize,
}

/// What was learned from which leads, and how good it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Leads that were learned from, without those held back.
    pub leads: usize,
    pub won: usize,
    pub figures: Figures,
    /// Features that say how a lead ended, and so were not learned from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Feature>,
}

/// The part of a lead: the same each time, and unlike its neighbours'.
#[must_use]
pub fn part_of(lead: LeadId) -> u8 {
    // The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    let mut mixed = (lead.0 as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % u64::from(PARTS)) as u8
}

impl Examples {
    /// Takes in a lead. `part` is below [`PARTS`].
    pub fn add(&mut self, features: BTreeMap<Feature, String>, won: bool, part: u8) {
        let row = self.won.len();
        for (feature, text) in features {
            let at = *self.by_feature.entry(feature).or_insert_with_key(|feature| {
                let (ids, texts, cells) = (HashMap::new(), Vec::new(), Vec::new());
                self.columns.push(Raw { feature: feature.clone(), ids, texts, cells });
                self.columns.len() - 1
            });
            self.columns[at].put(row, &text);
        }
        self.won.push(won);
        self.parts.push(part);
    }

    /// How many leads there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.won.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.won.is_empty()
    }

    /// Learns from all parts but the one that is held back, and judges by that one.
    ///
    /// # Errors
    /// [`TooLittle`], also when all leads ended alike.
    pub fn learn(&self) -> Result<(Model, Report), TooLittle> {
        let won = self.won.iter().filter(|won| **won).count();
        let too_little = TooLittle { won, lost: self.len() - won };
        if self.len() < LEADS_LEAST || won < EACH_LEAST || too_little.lost < EACH_LEAST {
            return Err(too_little);
        }
        let rows_of = |wanted: fn(u8) -> bool| (0..self.len()).filter(|row| wanted(self.parts[*row])).collect::<Vec<_>>();
        let (held_back, known) = (rows_of(|part| part == 0), rows_of(|part| part != 0));
        let (first, calibrating) = (rows_of(|part| part > 1), rows_of(|part| part == 1));
        if ![&held_back, &first, &known].into_iter().all(|rows| self.has_both(rows)) {
            return Err(too_little);
        }
        let (coded, left_out) = self.code(&known);
        let design = self.design(&coded);
        let trial = fit(&design, &first);
        let odds: Vec<f64> = calibrating.iter().map(|row| design.log_odds(&trial, *row)).collect();
        let ended: Vec<bool> = calibrating.iter().map(|row| self.won[*row]).collect();
        let (factor, added) = calibrate(&odds, &ended);
        let weights = fit(&design, &known);
        let judged: Vec<(f64, bool)> =
            held_back.iter().map(|row| (probability(factor * design.log_odds(&weights, *row) + added), self.won[*row])).collect();
        let figures = Figures::judge(&judged).ok_or(too_little)?;
        let model = assemble(coded, &weights, (factor, added), &known);
        let won = known.iter().filter(|row| self.won[**row]).count();
        Ok((model, Report { leads: known.len(), won, figures, left_out }))
    }

    fn has_both(&self, rows: &[usize]) -> bool {
        rows.iter().any(|row| self.won[*row]) && rows.iter().any(|row| !self.won[*row])
    }

    /// The columns that say something, in the order of their features, and the features that say too much.
    fn code(&self, known: &[usize]) -> (Vec<Coded>, Vec<Feature>) {
        let mut left_out = Vec::new();
        let mut coded: Vec<(f64, Coded)> = Vec::new();
        for raw in self.by_feature.values().map(|at| &self.columns[*at]) {
            let Some(column) = raw.code(self.len(), known) else { continue };
            let tells = column.tells(&self.won, known);
            if tells >= TELLS_ALL {
                left_out.push(column.feature);
            } else if tells > TELLS_NOTHING {
                coded.push((tells, column));
            }
        }
        coded.sort_by(|one, other| other.0.total_cmp(&one.0));
        coded.truncate(COLUMNS_MOST);
        let mut coded: Vec<Coded> = coded.into_iter().map(|(_, column)| column).collect();
        coded.sort_by(|one, other| one.feature.cmp(&other.feature));
        (coded, left_out)
    }

    fn design(&self, coded: &[Coded]) -> Design {
        let mut applies = Vec::with_capacity(coded.len() * self.len());
        let mut first = 1;
        let starts: Vec<u32> = coded
            .iter()
            .map(|column| {
                let start = first;
                first += column.count as u32;
                start
            })
            .collect();
        for row in 0..self.len() {
            applies.extend(coded.iter().zip(&starts).map(|(column, start)| start + column.slots[row]));
        }
        Design { columns: coded.len(), weights: first as usize, applies, won: self.won.clone() }
    }
}

impl Raw {
    fn put(&mut self, row: usize, text: &str) {
        let next = self.texts.len() as u32 + 1;
        let key = fold(text);
        let id = match self.ids.get(&key) {
            Some(id) => *id,
            None => {
                self.texts.push(key.clone());
                self.ids.insert(key, next);
                next
            }
        };
        self.cells.resize(row, 0);
        self.cells.push(id);
    }

    fn cell(&self, row: usize) -> usize {
        self.cells.get(row).copied().unwrap_or(0) as usize
    }

    /// How its values are told apart; `None` where all leads that are known are alike.
    fn code(&self, rows: usize, known: &[usize]) -> Option<Coded> {
        let mut counts = vec![0_usize; self.texts.len() + 1];
        for row in known {
            counts[self.cell(*row)] += 1;
        }
        let kind = self.numbers(&counts).map_or_else(|| self.levels(&counts, known.len()), buckets);
        // Of each text, nothing first, the place among the column's weights; 0 is nothing.
        let slot_of: Vec<u32> = match &kind {
            Kind::Levels(common) => {
                let mut slots = vec![common.len() as u32 + 1; self.texts.len() + 1];
                common.iter().zip(1..).for_each(|(id, slot)| slots[*id] = slot);
                slots[0] = 0;
                slots
            }
            Kind::Buckets(edges) => {
                let slot = |text: &String| number(text).map_or(0, |number| bucket_of(edges, number) as u32 + 1);
                std::iter::once(0).chain(self.texts.iter().map(slot)).collect()
            }
        };
        let count = match &kind {
            Kind::Levels(common) => common.len() + 2,
            Kind::Buckets(edges) => edges.len() + 2,
        };
        let mut leads = vec![0_usize; count];
        known.iter().for_each(|row| leads[slot_of[self.cell(*row)] as usize] += 1);
        if leads.iter().filter(|leads| **leads > 0).count() < 2 {
            return None;
        }
        let keys = match &kind {
            Kind::Levels(common) => common.iter().map(|id| self.texts[id - 1].clone()).collect(),
            Kind::Buckets(_) => Vec::new(),
        };
        let edges = match kind {
            Kind::Levels(_) => None,
            Kind::Buckets(edges) => Some(edges),
        };
        let slots = (0..rows).map(|row| slot_of[self.cell(row)]).collect();
        Some(Coded { feature: self.feature.clone(), keys, edges, slots, count })
    }

    /// Its texts as numbers, of each its count, where that is what they are.
    fn numbers(&self, counts: &[usize]) -> Option<Vec<(f64, usize)>> {
        if !self.feature.may_be_number() {
            return None;
        }
        let present = self.texts.iter().zip(&counts[1..]).filter(|(_, count)| **count > 0);
        let (mut numbers, mut others) = (Vec::new(), 0);
        for (text, count) in present {
            match number(text) {
                Some(number) => numbers.push((number, *count)),
                None => others += count,
            }
        }
        let leads: usize = numbers.iter().map(|(_, count)| count).sum();
        (numbers.len() > NUMBERS_LEAST && others * 20 <= leads).then_some(numbers)
    }

    /// Words that are common.
    fn levels(&self, counts: &[usize], known: usize) -> Kind {
        let least = (known / 50).clamp(5, COMMON);
        let mut common: Vec<usize> = (1..counts.len()).filter(|id| counts[*id] >= least).collect();
        common.sort_by(|one, other| self.texts[one - 1].cmp(&self.texts[other - 1]));
        Kind::Levels(common)
    }
}

/// Edges between which there are about as many leads each.
fn buckets(mut numbers: Vec<(f64, usize)>) -> Kind {
    let leads: usize = numbers.iter().map(|(_, count)| count).sum();
    let wanted = (leads / BUCKET_LEADS).clamp(4, BUCKETS_MOST);
    numbers.sort_by(|one, other| one.0.total_cmp(&other.0));
    let last = leads.saturating_sub(1);
    let mut edges: Vec<f64> = (1..wanted).filter_map(|nth| at_rank(&numbers, last * nth / wanted)).collect();
    edges.dedup();
    Kind::Buckets(edges)
}

/// The number of a rank, counted from 0.
fn at_rank(sorted: &[(f64, usize)], rank: usize) -> Option<f64> {
    let mut before = 0;
    sorted.iter().find_map(|(number, count)| {
        before += count;
        (before > rank).then_some(*number)
    })
}

enum Kind {
    /// Places of common words, by their texts.
    Levels(Vec<usize>),
    Buckets(Vec<f64>),
}

/// A column whose values are told apart: slot 0 is nothing, then words or buckets, for words a last one for rare ones.
struct Coded {
    feature: Feature,
    keys: Vec<String>,
    edges: Option<Vec<f64>>,
    /// For each lead.
    slots: Vec<u32>,
    count: usize,
}

impl Coded {
    /// How well it tells outcomes apart on its own. Unit: area under the curve, 0.5 to 1.
    fn tells(&self, won: &[bool], known: &[usize]) -> f64 {
        let mut ended = vec![(0.0_f64, 0.0_f64); self.count];
        for row in known {
            let slot = &mut ended[self.slots[*row] as usize];
            if won[*row] { slot.0 += 1.0 } else { slot.1 += 1.0 }
        }
        let share = |(won, lost): (f64, f64)| if won + lost > 0.0 { won / (won + lost) } else { 0.0 };
        ended.sort_by(|one, other| share(*one).total_cmp(&share(*other)));
        let (mut lost_before, mut pairs) = (0.0, 0.0);
        for (won, lost) in &ended {
            pairs += won * (lost_before + lost / 2.0);
            lost_before += lost;
        }
        let all_won: f64 = ended.iter().map(|(won, _)| won).sum();
        pairs / (all_won * lost_before)
    }
}

/// The model: weights calibrated, and held against the average of the leads that they were learned from.
fn assemble(coded: Vec<Coded>, weights: &[f64], (factor, added): (f64, f64), known: &[usize]) -> Model {
    let mut base = factor * weights[0] + added;
    let mut first = 1;
    let mut columns = Vec::with_capacity(coded.len());
    for column in coded {
        let mut own: Vec<f64> = weights[first..first + column.count].iter().map(|weight| factor * weight).collect();
        first += column.count;
        let average = known.iter().map(|row| own[column.slots[*row] as usize]).sum::<f64>() / known.len() as f64;
        own.iter_mut().for_each(|weight| *weight -= average);
        base += average;
        let missing = own[0];
        let values = match column.edges {
            Some(edges) => Values::Buckets { edges, weights: own.split_off(1) },
            None => {
                let other = own[column.count - 1];
                let levels = column.keys.into_iter().zip(&own[1..]).map(|(key, weight)| Level { key, weight: *weight }).collect();
                Values::Levels { levels, other }
            }
        };
        columns.push(Column { feature: column.feature, values, missing });
    }
    Model { base, columns }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extra(name: &str) -> Feature {
        Feature::Extra(name.to_owned())
    }

    /// Leads by their number: those of the fair are won twice in three times, of the others one in five; how long they stayed tells too.
    fn leads(count: usize, more: impl Fn(usize, bool) -> Vec<(&'static str, String)>) -> Examples {
        let mut examples = Examples::default();
        for nth in 0..count {
            let at_fair = nth % 2 == 0;
            let won = if at_fair { nth % 3 != 0 } else { nth % 5 == 0 };
            let minutes = if won { 20 + nth % 50 } else { nth % 40 };
            let mut features = BTreeMap::from([
                (extra("came"), if at_fair { "Fair" } else { "web" }.to_owned()),
                (extra("minutes"), minutes.to_string()),
                (extra("number"), format!("N{nth}")),
            ]);
            features.extend(more(nth, won).into_iter().map(|(name, text)| (extra(name), text)));
            examples.add(features, won, part_of(LeadId(nth as i64)));
        }
        examples
    }

    fn plain(count: usize) -> Examples {
        leads(count, |_, _| Vec::new())
    }

    #[test]
    fn what_tells_is_learned_and_what_does_not_is_left() {
        let (model, report) = plain(2000).learn().unwrap();
        let features: Vec<&Feature> = model.columns.iter().map(|column| &column.feature).collect();
        assert_eq!(features, [&extra("came"), &extra("minutes")], "a number of its own tells nothing of others");
        let says = |came: &str, minutes: &str| {
            model.probability(&BTreeMap::from([(extra("came"), came.to_owned()), (extra("minutes"), minutes.to_owned())]))
        };
        assert!(says("fair", "45") > says("WEB", "45") && says("fair", "45") > says("fair", "5"));
        assert!((0.3..0.6).contains(&model.average()), "{}", model.average());
        let figures = &report.figures;
        assert!(figures.auc > 0.8 && figures.brier < figures.brier_of_share && figures.off_by < 0.1, "{figures:?}");
        assert_eq!((report.leads + figures.leads, report.left_out.len()), (2000, 0));
    }

    #[test]
    fn the_same_leads_teach_the_same() {
        let (one, other) = (plain(600).learn().unwrap(), plain(600).learn().unwrap());
        assert_eq!(one, other);
        let stored: Model = serde_json::from_str(&serde_json::to_string(&one.0).unwrap()).unwrap();
        let features = BTreeMap::from([(extra("came"), "fair".to_owned()), (extra("minutes"), "31".to_owned())]);
        assert!((stored.probability(&features) - one.0.probability(&features)).abs() < 1e-9, "and it says the same when it was stored");
    }

    #[test]
    fn what_adds_up_is_the_probability() {
        let (model, _) = plain(600).learn().unwrap();
        let features = BTreeMap::from([(extra("came"), "fair".to_owned()), (extra("minutes"), "31".to_owned())]);
        let sum: f64 = model.contributions(&features).iter().map(|one| one.weight).sum();
        assert!((probability(model.base + sum) - model.probability(&features)).abs() < 1e-12);
        let weights: Vec<f64> = model.contributions(&features).iter().map(|one| one.weight.abs()).collect();
        assert!(weights.is_sorted_by(|one, other| one >= other));
    }

    #[test]
    fn too_little_is_said_with_its_counts() {
        let few = plain(150).learn().unwrap_err();
        assert_eq!(few.won + few.lost, 150);
        let mut all_won = Examples::default();
        for nth in 0..500 {
            all_won.add(BTreeMap::from([(extra("came"), "fair".to_owned())]), true, part_of(LeadId(nth)));
        }
        let sentence = "Too little to learn from: 500 won, 0 lost, at least 200 closed with 50 of each needed";
        assert_eq!(all_won.learn().unwrap_err().to_string(), sentence);
        assert_eq!(Examples::default().learn().unwrap_err(), TooLittle { won: 0, lost: 0 });
    }

    #[test]
    fn what_says_how_a_lead_ended_is_no_feature() {
        let with_outcome = leads(1000, |_, won| vec![("outcome", if won { "Contract" } else { "None" }.to_owned())]);
        let (model, report) = with_outcome.learn().unwrap();
        assert_eq!(report.left_out, [extra("outcome")]);
        assert!(model.columns.iter().all(|column| column.feature != extra("outcome")));
        // Also where it stands only beside those that were lost.
        let with_reason = leads(1000, |nth, won| if won { Vec::new() } else { vec![("reason", format!("Reason {}", nth % 7))] });
        assert_eq!(with_reason.learn().unwrap().1.left_out, [extra("reason")]);
    }

    #[test]
    fn features_that_are_noise_do_no_harm() {
        let noisy = leads(2000, |nth, _| (0..60_usize).map(|one| (NOISE[one], ((nth * 7919 + one * 104_729) % 11).to_string())).collect());
        let (model, report) = noisy.learn().unwrap();
        assert!(model.columns.len() <= COLUMNS_MOST);
        assert!(report.figures.auc > 0.75, "{}", report.figures.auc);
    }

    const NOISE: [&str; 60] = [
        "n00", "n01", "n02", "n03", "n04", "n05", "n06", "n07", "n08", "n09", "n10", "n11", "n12", "n13", "n14", "n15", "n16", "n17", "n18", "n19",
        "n20", "n21", "n22", "n23", "n24", "n25", "n26", "n27", "n28", "n29", "n30", "n31", "n32", "n33", "n34", "n35", "n36", "n37", "n38", "n39",
        "n40", "n41", "n42", "n43", "n44", "n45", "n46", "n47", "n48", "n49", "n50", "n51", "n52", "n53", "n54", "n55", "n56", "n57", "n58", "n59",
    ];

    #[test]
    fn parts_are_of_a_size() {
        let mut leads = [0; PARTS as usize];
        (1..=10_000).for_each(|id| leads[usize::from(part_of(LeadId(id)))] += 1);
        assert!(leads.iter().all(|leads| (1900..2100).contains(leads)), "{leads:?}");
    }
}
