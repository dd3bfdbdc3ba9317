//! States of a quote, and what can be done with it in each.

use serde::{Deserialize, Serialize};

use super::Quote;
use crate::text::note;
use crate::{FieldErrors, FormValues, PartStep, Timestamp};

/// How far a quote is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuoteState {
    /// Not sent yet, in this revision.
    New,
    Sent,
    /// The customer said that they look into it.
    OnReview,
    Accepted,
    Denied,
    /// Nobody answered while it was valid.
    Expired,
}

impl QuoteState {
    /// Every state.
    pub const ALL: [QuoteState; 6] =
        [QuoteState::New, QuoteState::Sent, QuoteState::OnReview, QuoteState::Accepted, QuoteState::Denied, QuoteState::Expired];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            QuoteState::New => "new",
            QuoteState::Sent => "sent",
            QuoteState::OnReview => "on_review",
            QuoteState::Accepted => "accepted",
            QuoteState::Denied => "denied",
            QuoteState::Expired => "expired",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            QuoteState::New => "New",
            QuoteState::Sent => "Sent",
            QuoteState::OnReview => "On review",
            QuoteState::Accepted => "Accepted",
            QuoteState::Denied => "Denied",
            QuoteState::Expired => "Expired",
        }
    }

    /// Reads [`QuoteState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            QuoteState::New | QuoteState::Expired => "grey",
            QuoteState::Sent => "blue",
            QuoteState::OnReview => "amber",
            QuoteState::Accepted => "green",
            QuoteState::Denied => "red",
        }
    }

    /// Whether the customer has it and is to answer.
    #[must_use]
    pub fn is_awaited(self) -> bool {
        matches!(self, QuoteState::Sent | QuoteState::OnReview)
    }
}

/// Something that is done with a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuoteStep {
    /// The customer gets it, or gets it once more.
    Send,
    /// The customer says that they look into it.
    Review,
    Accept,
    Deny,
    /// It begins anew, as the next revision.
    Revise,
}

impl QuoteStep {
    /// Every step.
    pub const ALL: [QuoteStep; 5] = [QuoteStep::Send, QuoteStep::Review, QuoteStep::Accept, QuoteStep::Deny, QuoteStep::Revise];

    /// The word used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            QuoteStep::Send => "send",
            QuoteStep::Review => "review",
            QuoteStep::Accept => "accept",
            QuoteStep::Deny => "deny",
            QuoteStep::Revise => "revise",
        }
    }

    /// What somebody of the house presses for it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            QuoteStep::Send => "Send by mail",
            QuoteStep::Review => "Note that they look into it",
            QuoteStep::Accept => "Note that it was accepted",
            QuoteStep::Deny => "Note that it was denied",
            QuoteStep::Revise => "Make a new revision",
        }
    }

    /// Reads [`QuoteStep::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }

    /// Whether it can be done with a quote in this state.
    #[must_use]
    pub fn fits(self, state: QuoteState) -> bool {
        match self {
            QuoteStep::Send => state == QuoteState::New || state.is_awaited(),
            QuoteStep::Review => state == QuoteState::Sent,
            QuoteStep::Accept | QuoteStep::Deny => state.is_awaited(),
            QuoteStep::Revise => state.is_awaited() || matches!(state, QuoteState::Denied | QuoteState::Expired),
        }
    }

    /// How the history tells of it.
    #[must_use]
    pub fn told(self) -> PartStep {
        match self {
            QuoteStep::Send => PartStep::Sent,
            QuoteStep::Review => PartStep::Reviewed,
            QuoteStep::Accept => PartStep::Accepted,
            QuoteStep::Deny => PartStep::Denied,
            QuoteStep::Revise => PartStep::Revised,
        }
    }

    /// That it was done, in a word or two.
    #[must_use]
    pub fn done(self) -> &'static str {
        match self {
            QuoteStep::Send => "Sent",
            QuoteStep::Review => "Noted that they look into it",
            QuoteStep::Accept => "Noted that it was accepted",
            QuoteStep::Deny => "Noted that it was denied",
            QuoteStep::Revise => "This is the next revision; the one before can be accepted no more",
        }
    }
}

impl Quote {
    /// Whether it can be removed: no revision of it was ever sent.
    #[must_use]
    pub fn is_removable(&self) -> bool {
        self.state == QuoteState::New && self.revision == 1
    }

    /// The quote after a step that [fits](QuoteStep::fits). Fields: `reason` of a denial, which may be empty. Sending needs its addressee besides,
    /// see [`Quote::sent_to`]; a revision is valid until `valid_until`, where what it had is over.
    ///
    /// # Errors
    /// At the fields; the empty name for what lacks lines.
    pub fn after(&self, step: QuoteStep, form: &FormValues, valid_until: Timestamp, now: Timestamp) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut after = self.clone();
        after.version += 1;
        after.updated_at = now;
        match step {
            QuoteStep::Send => {
                if self.lines.is_empty() {
                    errors.add("", "Add a line first: this quote offers nothing yet");
                }
                after.state = QuoteState::Sent;
                after.sent_at = Some(now);
            }
            QuoteStep::Review => after.state = QuoteState::OnReview,
            QuoteStep::Accept | QuoteStep::Deny => {
                after.state = if step == QuoteStep::Accept { QuoteState::Accepted } else { QuoteState::Denied };
                after.answered_at = Some(now);
                after.reason = match step {
                    QuoteStep::Deny => errors.take("reason", note(form.get("reason"))).unwrap_or_default(),
                    _ => String::new(),
                };
            }
            QuoteStep::Revise => {
                after.state = QuoteState::New;
                after.revision += 1;
                after.valid_until = self.valid_until.max(valid_until);
                after.reason = String::new();
                after.answered_by = String::new();
                (after.sent_at, after.answered_at) = (None, None);
            }
        }
        errors.into_result().map(|()| after)
    }
}
