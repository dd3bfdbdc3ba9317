//! What pages show of quotes to people of the house.

use serde::{Deserialize, Serialize};

use super::{Amounts, Quote, QuoteState, StaleTax, name_of};
use crate::{LeadId, Named, OpportunityId, Product, QuoteId, Timestamp};

/// A quote in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteRow {
    pub id: QuoteId,
    pub lead: LeadId,
    pub opportunity: Named<OpportunityId>,
    pub reference: String,
    pub revision: i64,
    /// As it was written last; see [`QuoteRow::state_on`].
    pub state: QuoteState,
    pub currency: String,
    pub valid_until: Timestamp,
    pub amounts: Amounts,
    pub updated_at: Timestamp,
}

impl QuoteRow {
    /// As [`Quote::state_on`].
    #[must_use]
    pub fn state_on(&self, today: Timestamp) -> QuoteState {
        if self.state.is_awaited() && self.valid_until < today { QuoteState::Expired } else { self.state }
    }

    /// As [`Quote::name`].
    #[must_use]
    pub fn name(&self) -> String {
        name_of(&self.reference, self.revision)
    }
}

/// The quotes of a lead's deals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotesView {
    /// Newest first.
    pub quotes: Vec<QuoteRow>,
    /// Those for which a quote can be made.
    pub deals: Vec<Named<OpportunityId>>,
    /// Whether the person may read of quotes at all: people of the house.
    pub may_read: bool,
    pub may_add: bool,
    /// As its start in UTC.
    pub today: Timestamp,
}

/// A revision that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRevision {
    pub revision: i64,
    pub sent_at: Timestamp,
    pub sent_to: String,
}

/// A quote, as who may read it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotePage {
    pub quote: Quote,
    /// The name of the lead's person and their company.
    pub lead_name: String,
    pub account: String,
    /// Those of the lead's person to whom it can be sent, the one to write to first.
    pub addresses: Vec<String>,
    /// Products in the quote's currency, by name, for who may change it; with what this lead's partner pays for one.
    pub products: Vec<Product>,
    pub stale_taxes: Vec<StaleTax>,
    /// Newest first.
    pub revisions: Vec<SentRevision>,
    pub may_change: bool,
    /// As its start in UTC.
    pub today: Timestamp,
}
