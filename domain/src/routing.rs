//! Routing: who gets a lead, and why. A rule book, what is known of the lead and of the house go in; a decision with all
//! that was tried comes out. No clock, no IO: what went in is stored, so each decision can be made once more.
//!
//! [`book`] is what an administrator fills in, [`place`] where leads are, [`prepared`] the book made ready for looking up,
//! [`engine`] the steps, [`words`] the sentences people read, [`by_hand`] those about what
//! people decided, [`check`] what the editor warns of. docs/routing.md has the
//! rules in words. To add a step: a variant of [`Step`], its arm in [`engine`] and its sentence in [`words`].

mod book;
mod by_hand;
mod change;
mod check;
mod compared;
mod decision;
mod engine;
mod facts;
mod place;
mod prepared;
mod rules;
mod trial;
mod words;

pub use book::{Fallback, Receiver, RuleBook, RuleKind, Settings, Step, StepSetting, Way};
pub use by_hand::{ByHand, Door, given_by, tell_delegated, tell_given};
pub use change::RuleChange;
pub use check::{About, Warning, call_centre_warnings, warnings};
pub use compared::{BeforeAfter, Compared, ComparedRow};
pub use decision::{Decision, Found, Given, PassedOver, StepOutcome, StepTried};
pub use engine::{Routed, decide};
pub use facts::{GroupNow, House, Inputs, LeadFacts, PersonNow};
pub use place::{PLACES_MAX, Place, Spot};
pub use prepared::Prepared;
pub use rules::{CoverBy, Coverage, Nomination, Quarter, Rule, Specialist, Territory};
pub use trial::{ReceiverCount, StepCount, TrialBooks, TrialFound, TrialHouses, TrialMove, TrialReport, TrialRun, TrialState, TriedForm};
pub use words::{Why, WhyStep, explain};

#[cfg(test)]
mod tests;
