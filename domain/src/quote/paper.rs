//! What the customer is shown of a quote: kept as it was with each revision that is sent.

use serde::{Deserialize, Serialize};

use super::{QuoteLine, QuoteState, TooLarge, Totals, name_of};
use crate::{QuoteLineId, Timestamp};

/// A quote as it stands on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotePaper {
    /// Who offers.
    pub site: String,
    /// The firm's address, in lines; may be empty.
    pub sender: String,
    pub footer: String,
    pub reference: String,
    pub revision: i64,
    /// The day on which it was sent, as its start in UTC.
    pub date: Timestamp,
    /// The last day on which it can be accepted.
    pub valid_until: Timestamp,
    pub currency: String,
    /// To whom: name, company and address, in lines.
    pub customer: Vec<String>,
    /// The deal's name.
    pub deal: String,
    /// Who made it: name and e-mail address.
    pub by: String,
    pub by_email: String,
    pub note: String,
    pub lines: Vec<QuoteLine>,
}

impl QuotePaper {
    /// What it comes to.
    ///
    /// # Errors
    /// [`TooLarge`] for more than can be held.
    pub fn totals(&self) -> Result<Totals, TooLarge> {
        Totals::of(&self.lines, &self.currency)
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> String {
        name_of(&self.reference, self.revision)
    }

    /// What stands on it, without what only the house knows of its lines: their numbers, of which products they are, and how those are taxed.
    #[must_use]
    pub fn for_public(self) -> Self {
        let lines = self.lines.into_iter().map(|line| QuoteLine { id: QuoteLineId(0), product: None, listed_tax: None, ..line }).collect();
        Self { lines, ..self }
    }

    /// A name for its file: its reference with what file systems take.
    #[must_use]
    pub fn file_name(&self) -> String {
        let plain: String = self.name().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let joined = plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        format!("{}.pdf", if joined.is_empty() { "quote" } else { &joined })
    }
}

/// How amounts are rounded, as each quote says it.
pub const ROUNDING: &str = "Each line and its tax are rounded to the smallest unit of the currency, half of it upwards; totals are sums of these.";

/// A quote at its private address, for whoever knows it; see [`QuotePaper::for_public`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicQuote {
    pub paper: QuotePaper,
    /// See [`crate::catalog::Site::logo`].
    pub logo: Option<String>,
    pub state: QuoteState,
    /// A newer revision was begun, so that this one can be answered no more.
    pub is_superseded: bool,
    /// Who answered, and when, in words; empty before.
    pub answered: String,
}

impl PublicQuote {
    /// Whether it can be answered now.
    #[must_use]
    pub fn may_answer(&self) -> bool {
        self.hindrance().is_none()
    }

    /// Why it cannot be answered, as the customer reads it.
    #[must_use]
    pub fn hindrance(&self) -> Option<String> {
        hindrance(self.state, self.is_superseded, self.paper.valid_until)
    }
}

/// Why the customer cannot answer a quote.
#[must_use]
pub fn hindrance(state: QuoteState, is_superseded: bool, valid_until: Timestamp) -> Option<String> {
    if is_superseded {
        return Some(
            "There is a newer version of this quote, so this one cannot be accepted any more. We send you the new one when it is ready.".to_owned(),
        );
    }
    match state {
        QuoteState::Sent | QuoteState::OnReview => None,
        QuoteState::New => Some("This quote is being worked on; we send it to you when it is ready.".to_owned()),
        QuoteState::Accepted => Some("You have accepted this quote. Thank you; we will be in touch.".to_owned()),
        QuoteState::Denied => Some("You have declined this quote. Tell us if you would like another one.".to_owned()),
        QuoteState::Expired => {
            Some(format!("This quote was valid until {}, so it cannot be accepted any more. Ask us for a new one.", valid_until.readable_day()))
        }
    }
}
