//! Taking a conversion back: for a day, while nothing was paid, sent or built upon. What it changed is noted beforehand, and becomes again what it was.

use serde::{Deserialize, Serialize};

use super::Conversion;
use crate::{
    AccountKind, ChoiceId, ClockPolicyId, CustomerState, DAY_MS, EventId, Handover, Invoice, InvoiceState, Lead, LeadState, LifeCycle, Opportunity,
    OpportunityId, Quote, QuoteId, QuoteState, StatusId, Timestamp,
};

/// How long a conversion can be taken back. Unit: milliseconds.
pub const UNDO_WITHIN_MS: i64 = DAY_MS;

/// What a lead was before it was won.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadTrace {
    pub status: StatusId,
    pub status_since: Timestamp,
    pub reopen_status: Option<StatusId>,
    pub state: LeadState,
    pub handover: Handover,
    /// Its follow-up clocks that had not ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<ClockTrace>,
}

/// What a follow-up clock was before winning its lead met or ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockTrace {
    pub policy: ClockPolicyId,
    pub started_at: Timestamp,
    pub met_at: Option<Timestamp>,
    pub met_event: Option<EventId>,
    /// When somebody may have to be told that it is overdue.
    pub look_at: Option<Timestamp>,
}

impl LeadTrace {
    /// What a lead is now, without its clocks.
    #[must_use]
    pub fn of(lead: &Lead) -> Self {
        Self {
            status: lead.status,
            status_since: lead.status_since,
            reopen_status: lead.reopen_status,
            state: lead.state.clone(),
            handover: lead.handover,
            clocks: Vec::new(),
        }
    }

    /// Makes it so again.
    pub fn restore(&self, lead: &mut Lead) {
        (lead.status, lead.status_since, lead.reopen_status) = (self.status, self.status_since, self.reopen_status);
        lead.state = self.state.clone();
        lead.handover = self.handover;
    }
}

/// What a quote was before it was taken as accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteTrace {
    pub id: QuoteId,
    pub state: QuoteState,
    pub reason: String,
    pub answered_by: String,
    pub answered_at: Option<Timestamp>,
}

impl QuoteTrace {
    /// What a quote is now.
    #[must_use]
    pub fn of(quote: &Quote) -> Self {
        Self {
            id: quote.id,
            state: quote.state,
            reason: quote.reason.clone(),
            answered_by: quote.answered_by.clone(),
            answered_at: quote.answered_at,
        }
    }

    /// Makes it so again; `false` where something else became of it since.
    #[must_use]
    pub fn restore(&self, quote: &mut Quote) -> bool {
        if quote.state != QuoteState::Accepted {
            return false;
        }
        quote.state = self.state;
        quote.reason.clone_from(&self.reason);
        quote.answered_by.clone_from(&self.answered_by);
        quote.answered_at = self.answered_at;
        true
    }
}

/// What a deal was before it followed its quotes, and what it was after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealTrace {
    pub id: OpportunityId,
    pub was: (ChoiceId, Option<i64>),
    pub left: (ChoiceId, Option<i64>),
}

impl DealTrace {
    /// What became of a deal; `None` for one that stayed as it was.
    #[must_use]
    pub fn between(before: &Opportunity, after: &Opportunity) -> Option<Self> {
        let (was, left) = ((before.stage, before.amount_minor), (after.stage, after.amount_minor));
        (was != left).then_some(Self { id: before.id, was, left })
    }

    /// Makes it so again; `false` where somebody changed it since.
    #[must_use]
    pub fn restore(&self, deal: &mut Opportunity) -> bool {
        if (deal.stage, deal.amount_minor) != self.left {
            return false;
        }
        (deal.stage, deal.amount_minor) = self.was;
        true
    }
}

/// What everything was that a conversion changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traces {
    /// `None` for a lead that was won before.
    pub lead: Option<LeadTrace>,
    pub quotes: Vec<QuoteTrace>,
    pub deals: Vec<DealTrace>,
    pub account_kinds: Vec<AccountKind>,
    /// The existing customer that was chosen; `None` for one that was made.
    pub customer: Option<CustomerState>,
}

impl Traces {
    /// What the kinds of an account become again. What somebody else made of them since stays.
    #[must_use]
    pub fn account_kinds_again(&self, now: &[AccountKind]) -> Vec<AccountKind> {
        if now == kinds_of_customer(&self.account_kinds) {
            return self.account_kinds.clone();
        }
        let was_customer = self.account_kinds.contains(&AccountKind::Customer);
        now.iter().copied().filter(|kind| was_customer || *kind != AccountKind::Customer).collect()
    }
}

/// What the kinds of an account are once it is a customer: that besides what it was, and no prospect any more.
#[must_use]
pub fn kinds_of_customer(before: &[AccountKind]) -> Vec<AccountKind> {
    AccountKind::ALL.into_iter().filter(|kind| *kind == AccountKind::Customer || (before.contains(kind) && *kind != AccountKind::Prospect)).collect()
}

/// What decides whether a conversion can be taken back, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoFacts {
    pub lead: Lead,
    pub customer_state: Option<CustomerState>,
    pub invoice: Option<Invoice>,
    /// Whether its number is the last of its series.
    pub is_last_number: bool,
    /// Other invoices that bill the customer.
    pub other_invoices: i64,
    /// Services of the customer that the conversion did not make.
    pub other_services: i64,
    /// Periods of its services that another invoice bills.
    pub billed_since: i64,
    /// Later conversions into the same customer.
    pub later_conversions: i64,
}

/// What becomes of the invoice that a conversion made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceUndo {
    /// There is none.
    Nothing,
    /// It goes, and its number is the next one's.
    Remove,
    /// Later numbers were given out, so it stays, cancelled, and no gap is left.
    Cancel,
}

/// What becomes of the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerUndo {
    /// It goes: it was made by the conversion, and nothing names it.
    Remove,
    /// It stays, inactive: the cancelled invoice names it.
    Keep,
    /// It was there before, and is again what it was.
    Restore(CustomerState),
}

/// How a conversion is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoPlan {
    pub invoice: InvoiceUndo,
    pub customer: CustomerUndo,
}

impl Conversion {
    /// How it is taken back.
    ///
    /// # Errors
    /// The sentence that says why it cannot be.
    pub fn undo_plan(&self, facts: &UndoFacts, now: Timestamp) -> Result<UndoPlan, String> {
        if self.undone_at.is_some() {
            return Err("This conversion was taken back already".to_owned());
        }
        if now.0.saturating_sub(self.at.0) > UNDO_WITHIN_MS {
            return Err("A conversion can be taken back for 24 hours; that time is over. Cancel the invoice, and stop the services".to_owned());
        }
        if facts.lead.deleted_at.is_some() || facts.lead.state.life_cycle() != LifeCycle::Won {
            return Err("The lead was reopened or deleted since; nothing is left to take back".to_owned());
        }
        let invoice = match &facts.invoice {
            None => InvoiceUndo::Nothing,
            Some(paper) => {
                let name = paper.name();
                if paper.sent_at.is_some() {
                    return Err(format!("{name} was sent already; cancel it instead"));
                }
                if !paper.payments.is_empty() || paper.became.is_some() {
                    return Err(format!("Something was paid of {name} already; cancel it instead"));
                }
                if paper.state() == InvoiceState::Cancelled {
                    return Err(format!("{name} was cancelled already"));
                }
                if facts.is_last_number { InvoiceUndo::Remove } else { InvoiceUndo::Cancel }
            }
        };
        if facts.billed_since > 0 {
            return Err("Its services were billed since; cancel the invoices, and stop the services".to_owned());
        }
        if facts.later_conversions > 0 {
            return Err("Another lead became the same customer since; take that back first".to_owned());
        }
        let customer = match self.traces.customer {
            // The state that somebody gave them since stays.
            Some(before) => {
                let after = self.kind.state_after(Some(before));
                let is_as_left = facts.customer_state == Some(after);
                CustomerUndo::Restore(if is_as_left { before } else { facts.customer_state.unwrap_or(before) })
            }
            None if facts.other_invoices > 0 => return Err("The customer has another invoice since; cancel instead".to_owned()),
            None if facts.other_services > 0 => return Err("The customer has another service since; remove it first".to_owned()),
            None if invoice == InvoiceUndo::Cancel => CustomerUndo::Keep,
            None => CustomerUndo::Remove,
        };
        Ok(UndoPlan { invoice, customer })
    }
}
