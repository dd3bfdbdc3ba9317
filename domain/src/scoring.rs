//! Scores: how leads rank. Rules give points with a sentence each; a model learns from the site's own closed leads how likely one is won,
//! and tells what moved it. All of it is plain functions of what is known of a lead; see docs/scoring.md.
//!
//! To add something that scoring looks at: a variant of [`Feature`], a field of [`ScoreFacts`], and what reads it in the store.

mod book;
mod facts;
mod figures;
mod fit;
mod learn;
mod model;
mod rule;
pub mod rule_form;
mod view;

pub use book::{ScoreBook, ScoreReason, ScoreWhy, TrainedModel};
pub use facts::{COMPANY_ADDRESS, FREE_ADDRESS, Feature, ScoreFacts};
pub use figures::{Calibration, Figures, Lift};
pub use learn::{EACH_LEAST, Examples, LEADS_LEAST, PARTS, Report, TooLittle, part_of};
pub use model::{Column, Contribution, Held, Level, Model, Values};
pub use rule::{About, Happened, POINTS_MOST, RULES_MOST, ScoreRule, Test};
pub use view::{LeadScore, RuleRow, ScoringView, Training};
