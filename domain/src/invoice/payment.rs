//! What was paid of an invoice.

use serde::{Deserialize, Serialize};

use super::Invoice;
use crate::task::parse_day;
use crate::text::line;
use crate::{FieldErrors, FormValues, Timestamp, money};

/// Most payments of one invoice.
pub const PAYMENTS_MOST: usize = 100;

/// Money that came in for an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Minor units of the invoice's currency; never nothing.
    pub amount_minor: i64,
    /// The day on which it came in, as its start in UTC.
    pub paid_on: Timestamp,
    /// Such as how it was paid; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Payment {
    /// How much on which day, in words.
    #[must_use]
    pub fn words(&self, currency: &str) -> String {
        format!("{} on {}", money::exact(self.amount_minor, currency), self.paid_on.readable_day())
    }

    /// Reads a payment of an invoice. Fields: `amount` (empty for all that is left), `paid_on` (a day up to today; empty for today), `note`.
    pub fn read(form: &FormValues, invoice: &Invoice, today: Timestamp, errors: &mut FieldErrors) -> Option<Self> {
        let amount_minor = errors.take("amount", parse_amount(form.get("amount"), invoice));
        let paid_on = errors.take("paid_on", parse_paid_on(form.get("paid_on"), today));
        let note = errors.take("note", line(form.get("note")));
        if invoice.payments.len() >= PAYMENTS_MOST {
            errors.add("", format!("At most {PAYMENTS_MOST} payments can be noted of one invoice"));
        }
        Some(Self { amount_minor: amount_minor?, paid_on: paid_on?, note: note? }).filter(|_| errors.is_empty())
    }
}

fn parse_amount(text: &str, invoice: &Invoice) -> Result<i64, String> {
    let (left, currency) = (invoice.left_minor(), &invoice.currency);
    if text.trim().is_empty() && left > 0 {
        return Ok(left);
    }
    let amount = crate::product::parse_price(text, currency)?;
    match amount {
        0 => Err("Enter what was paid".to_owned()),
        amount if amount > left => Err(format!("Only {} is left to pay", money::exact(left, currency))),
        amount => Ok(amount),
    }
}

fn parse_paid_on(text: &str, today: Timestamp) -> Result<Timestamp, String> {
    if text.trim().is_empty() {
        return Ok(today);
    }
    let day = parse_day(text.trim())?;
    if day > today { Err(format!("Enter {} or an earlier day", today.readable_day())) } else { Ok(day) }
}
