//! What follows when somebody wins a lead without converting it.

use serde::{Deserialize, Serialize};

/// What follows when a lead of a type is won by hand (S4-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenWon {
    #[default]
    Nothing,
    /// The conversion opens, filled in with what is known; the person adds what is missing.
    Open,
    /// It is converted at once where nothing is missing; else the conversion opens.
    Convert,
}

impl WhenWon {
    /// Every way, as offered.
    pub const ALL: [WhenWon; 3] = [WhenWon::Nothing, WhenWon::Open, WhenWon::Convert];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            WhenWon::Nothing => "nothing",
            WhenWon::Open => "open",
            WhenWon::Convert => "convert",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            WhenWon::Nothing => "Nothing",
            WhenWon::Open => "The conversion opens",
            WhenWon::Convert => "It is converted by itself",
        }
    }

    /// Reads [`WhenWon::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }
}
