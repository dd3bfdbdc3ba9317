//! The check list of a message on a voicemail.

use serde::{Deserialize, Serialize};

/// What a message on a voicemail has to hold (C1-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoicemailPoint {
    Date,
    Time,
    Reason,
    HowToReach,
    WillCallBack,
}

impl VoicemailPoint {
    /// All of them, in the order of the check list.
    pub const ALL: [VoicemailPoint; 5] =
        [VoicemailPoint::Date, VoicemailPoint::Time, VoicemailPoint::Reason, VoicemailPoint::HowToReach, VoicemailPoint::WillCallBack];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            VoicemailPoint::Date => "date",
            VoicemailPoint::Time => "time",
            VoicemailPoint::Reason => "reason",
            VoicemailPoint::HowToReach => "how_to_reach",
            VoicemailPoint::WillCallBack => "will_call_back",
        }
    }

    /// Reads [`VoicemailPoint::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.key() == key)
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            VoicemailPoint::Date => "The date",
            VoicemailPoint::Time => "The time",
            VoicemailPoint::Reason => "Why you call",
            VoicemailPoint::HowToReach => "How to reach you",
            VoicemailPoint::WillCallBack => "That you will call back, and when",
        }
    }

    /// Its place in a sentence about what was said.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            VoicemailPoint::Date => "date",
            VoicemailPoint::Time => "time",
            VoicemailPoint::Reason => "reason",
            VoicemailPoint::HowToReach => "how to reach us",
            VoicemailPoint::WillCallBack => "that we call back",
        }
    }

    /// What a message held, in a sentence; nothing where that was not ticked.
    #[must_use]
    pub fn told(said: &[Self]) -> Option<String> {
        let listed = |points: Vec<Self>| points.into_iter().map(Self::words).collect::<Vec<_>>().join(", ");
        let left_out: Vec<Self> = Self::ALL.into_iter().filter(|point| !said.contains(point)).collect();
        match (said.is_empty(), left_out.is_empty()) {
            (true, _) => None,
            (false, true) => Some("The message said all that it has to".to_owned()),
            (false, false) => Some(format!("The message said: {}; it left out: {}", listed(said.to_vec()), listed(left_out))),
        }
    }
}
