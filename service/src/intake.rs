//! Phone intake: who calls, whom the call is put through to, and the lead that becomes of it. docs/intake.md has it in words.

mod callers;
mod parties;
mod reading;
mod save;

pub use callers::{beside, find_callers};
pub use save::{Taken, save, save_once};
