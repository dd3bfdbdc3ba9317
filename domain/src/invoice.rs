//! Invoices, proformas and credit notes: what a customer is billed, under numbers without gaps. See docs/invoices.md.

mod kind;
mod paper;
mod payment;
#[cfg(test)]
mod tests;
mod view;

use serde::{Deserialize, Serialize};

pub use kind::{InvoiceKind, InvoiceNumber, InvoiceState};
pub use paper::{InvoicePaper, PublicInvoice};
pub use payment::{PAYMENTS_MOST, Payment};
pub use view::{InvoiceFilter, InvoicePage, InvoiceRow};

use crate::customer::BillingPeriod;
use crate::product::Period;
use crate::quote::{Amounts, Priced, Sold, TooLarge, Totals};
use crate::{Customer, CustomerId, DAY_MS, InvoiceId, Named, Service, ServiceId, Share, Timestamp, UserId, money};

/// Most lines of one invoice.
pub const INVOICE_LINES_MOST: usize = 100;
/// How long a customer has to pay where nobody says otherwise. Unit: days.
pub const DUE_DAYS: i64 = 14;
/// Longest time that they can have. Unit: days.
pub const DUE_DAYS_MOST: i64 = 365;

/// A line of an invoice: a copy of what was sold, which stays as it was whatever becomes of the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    pub sold: Sold,
    /// What of the service it is for.
    pub of: BillingPeriod,
}

impl InvoiceLine {
    /// What is billed of a service for one period of it.
    #[must_use]
    pub fn of(service: &Service, of: BillingPeriod) -> Self {
        Self { service: Some(service.id), sold: service.sold.clone(), of }
    }

    /// From which day to which it is for, in words; empty for what is paid once.
    #[must_use]
    pub fn period_words(&self) -> String {
        self.of.until.map_or_else(String::new, |until| format!("{} to {}", self.of.from.readable_day(), until.readable_day()))
    }
}

impl Priced for InvoiceLine {
    fn amounts(&self, currency: &str) -> Result<Amounts, TooLarge> {
        self.sold.amounts(currency)
    }

    fn tax(&self) -> Share {
        self.sold.tax
    }

    fn period(&self) -> Period {
        self.sold.period
    }
}

/// What a customer is billed. What is written in it never changes; payments, sending and what it became are added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    pub id: InvoiceId,
    /// Grows by one with each change.
    pub version: i64,
    pub kind: InvoiceKind,
    pub number: InvoiceNumber,
    pub customer: Named<CustomerId>,
    pub currency: String,
    /// The day on which it was made, as its start in UTC.
    pub issued_on: Timestamp,
    /// The last day on which it is paid in time.
    pub due_on: Timestamp,
    /// To whom, in lines, as it was when it was made.
    pub to: Vec<String>,
    /// By which authorities know the customer; may be empty.
    pub tax_id: String,
    pub lines: Vec<InvoiceLine>,
    /// Oldest first.
    pub payments: Vec<Payment>,
    /// What it was made of: the proforma of an invoice, the invoice of a credit note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_of: Option<Named<InvoiceId>>,
    /// What was made of it: the invoice of a paid proforma, the credit note of a cancelled invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub became: Option<Named<InvoiceId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// Why it was cancelled; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// To whom it was sent last; empty before.
    pub sent_to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// `None` for what the program made by itself.
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What an invoice is made from.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    pub kind: InvoiceKind,
    pub customer: &'a Customer,
    pub currency: &'a str,
    /// The day on which it is made, as its start in UTC.
    pub today: Timestamp,
    /// How long they have to pay. Unit: days.
    pub due_days: i64,
    pub by: Option<UserId>,
    pub now: Timestamp,
}

impl Invoice {
    /// A new one of these lines, still without its number.
    #[must_use]
    pub fn issue(of: Issue<'_>, lines: Vec<InvoiceLine>) -> Self {
        Self {
            id: InvoiceId(0),
            version: 1,
            kind: of.kind,
            number: InvoiceNumber { kind: of.kind, year: of.today.year(), number: 0 },
            customer: Named { id: of.customer.id, name: of.customer.name.clone() },
            currency: of.currency.to_owned(),
            issued_on: of.today,
            due_on: of.today.plus_ms(of.due_days * DAY_MS),
            to: of.customer.address_lines(),
            tax_id: of.customer.tax_id.clone(),
            lines,
            payments: Vec::new(),
            made_of: None,
            became: None,
            cancelled_at: None,
            reason: String::new(),
            sent_to: String::new(),
            sent_at: None,
            created_by: of.by,
            created_at: of.now,
            updated_at: of.now,
        }
    }

    /// What is made of it: the invoice of a proforma that was paid, with what was paid; the credit note of an invoice that is cancelled. Still without its
    /// number.
    #[must_use]
    pub fn turned_into(&self, kind: InvoiceKind, today: Timestamp, by: Option<UserId>, now: Timestamp) -> Self {
        let payments = if kind == InvoiceKind::Invoice { self.payments.clone() } else { Vec::new() };
        Self {
            id: InvoiceId(0),
            version: 1,
            kind,
            number: InvoiceNumber { kind, year: today.year(), number: 0 },
            issued_on: today,
            due_on: today,
            payments,
            made_of: Some(Named { id: self.id, name: self.name() }),
            became: None,
            cancelled_at: None,
            reason: if kind == InvoiceKind::CreditNote { self.reason.clone() } else { String::new() },
            sent_to: String::new(),
            sent_at: None,
            created_by: by,
            created_at: now,
            updated_at: now,
            ..self.clone()
        }
    }

    /// What it is called: `INV-2026-00007`.
    #[must_use]
    pub fn name(&self) -> String {
        self.number.to_string()
    }

    /// What it comes to: sums of what its lines say.
    ///
    /// # Errors
    /// [`TooLarge`] for more than can be held.
    pub fn totals(&self) -> Result<Totals, TooLarge> {
        Totals::of(&self.lines, &self.currency)
    }

    /// What was paid. Unit: minor units.
    #[must_use]
    pub fn paid_minor(&self) -> i64 {
        self.payments.iter().fold(0, |sum, payment| sum.saturating_add(payment.amount_minor))
    }

    /// What is left to pay; nothing for what was cancelled and for credit notes. Unit: minor units.
    #[must_use]
    pub fn left_minor(&self) -> i64 {
        if self.state() != InvoiceState::Open {
            return 0;
        }
        self.totals().map_or(0, |totals| totals.all.total().saturating_sub(self.paid_minor()))
    }

    /// Why what was paid stays, also what was noted by mistake; `None` where a payment can be removed.
    #[must_use]
    pub fn why_payments_stay(&self) -> Option<String> {
        let name = self.name();
        if self.cancelled_at.is_some() {
            return Some(format!("{name} was cancelled; its payments stay as they are"));
        }
        match (&self.made_of, &self.became) {
            (_, Some(became)) => Some(format!("{name} was paid and became {}; cancel that instead", became.name)),
            (Some(of), None) => Some(format!("{name} was made because {} was paid; cancel it instead", of.name)),
            (None, None) => None,
        }
    }

    /// How far it is.
    #[must_use]
    pub fn state(&self) -> InvoiceState {
        let total = self.totals().map_or(i64::MAX, |totals| totals.all.total());
        InvoiceState::of(self.kind, self.cancelled_at.is_some(), total, self.paid_minor())
    }

    /// Whether it is to be paid, and its time is over on a day.
    #[must_use]
    pub fn is_overdue(&self, today: Timestamp) -> bool {
        self.state() == InvoiceState::Open && self.due_on < today
    }

    /// What it comes to with tax, in words.
    #[must_use]
    pub fn total_words(&self) -> String {
        self.totals().map_or_else(|_| String::new(), |totals| money::exact(totals.all.total(), &self.currency))
    }
}
