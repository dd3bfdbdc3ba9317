//! What is sold, how many of it, for how much: what lines of quotes, services and lines of invoices have in common.

use serde::{Deserialize, Serialize};

use super::Quantity;
use super::totals::{Amounts, Priced, TooLarge, amounts_of};
use crate::product::{Period, parse_price, set};
use crate::text::{LINE_MAX, line, note};
use crate::{FieldErrors, FormValues, Share, money};

/// Longest text of a line, in characters.
pub(super) const TEXT_MAX: usize = 1000;

/// Something at a price.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sold {
    /// What it is; the first line of it is its title.
    pub text: String,
    pub quantity: Quantity,
    /// What one of it is; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Minor units for one, without tax and before the discount.
    pub price_minor: i64,
    pub discount: Share,
    pub tax: Share,
    pub period: Period,
}

impl Sold {
    /// One of nothing yet.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            text: String::new(),
            quantity: Quantity::ONE,
            unit: String::new(),
            price_minor: 0,
            discount: Share::NOTHING,
            tax: Share::NOTHING,
            period: Period::Once,
        }
    }

    /// Takes over the fields that were sent: `text`, `quantity`, `unit`, `price`, `discount` and `tax` (percent), `period`.
    pub fn fill(&mut self, form: &FormValues, currency: &str, errors: &mut FieldErrors) {
        if form.find("text").is_some() || self.text.is_empty() {
            set(&mut self.text, errors.take("text", parse_text(form.get("text"))));
        }
        if let Some(text) = form.find("quantity") {
            set(&mut self.quantity, errors.take("quantity", Quantity::parse(text)));
        }
        if let Some(text) = form.find("unit") {
            set(&mut self.unit, errors.take("unit", line(text)));
        }
        if let Some(text) = form.find("price") {
            set(&mut self.price_minor, errors.take("price", parse_price(text, currency)));
        }
        if let Some(text) = form.find("discount") {
            set(&mut self.discount, errors.take("discount", Share::parse(text)));
        }
        if let Some(text) = form.find("tax") {
            set(&mut self.tax, errors.take("tax", Share::parse(text)));
        }
        if let Some(text) = form.find("period") {
            set(&mut self.period, errors.take("period", Period::from_key(text).ok_or("Choose how often it is paid")));
        }
        if errors.is_empty() {
            errors.take("price", self.amounts(currency));
        }
    }

    /// What it comes to, for one period; see [`amounts_of`].
    ///
    /// # Errors
    /// [`TooLarge`] for more than can be held.
    pub fn amounts(&self, currency: &str) -> Result<Amounts, TooLarge> {
        amounts_of((self.price_minor, self.quantity), self.discount, self.tax, currency)
    }

    /// The first line of its text.
    #[must_use]
    pub fn title(&self) -> &str {
        title_of(&self.text)
    }

    /// What stands below its title; may be empty.
    #[must_use]
    pub fn details(&self) -> &str {
        details_of(&self.text)
    }

    /// Quantity and unit: `1.5 hours`.
    #[must_use]
    pub fn quantity_words(&self) -> String {
        quantity_words(self.quantity, &self.unit)
    }

    /// All of it in a line: `2 × Seat at £12.50 a month, 10 % off, 20 % tax`.
    #[must_use]
    pub fn words(&self, currency: &str) -> String {
        let off = if self.discount == Share::NOTHING { String::new() } else { format!(", {} off", self.discount.display()) };
        let price = money::exact(self.price_minor, currency);
        format!("{} × {} at {price}{}{off}, {} tax", self.quantity_words(), self.title(), self.period.behind(), self.tax.display())
    }
}

impl Priced for Sold {
    fn amounts(&self, currency: &str) -> Result<Amounts, TooLarge> {
        self.amounts(currency)
    }

    fn tax(&self) -> Share {
        self.tax
    }

    fn period(&self) -> Period {
        self.period
    }
}

pub(super) fn title_of(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

pub(super) fn details_of(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, rest)| rest)
}

pub(super) fn quantity_words(quantity: Quantity, unit: &str) -> String {
    if unit.is_empty() { quantity.plain() } else { format!("{} {unit}", quantity.plain()) }
}

/// Several lines, the first of which is short enough for a title.
fn parse_text(text: &str) -> Result<String, String> {
    let text = note(text).map_err(|error| error.to_string())?;
    if text.is_empty() {
        return Err("Enter what it is, or choose a product".to_owned());
    }
    if text.chars().count() > TEXT_MAX {
        return Err(format!("Use at most {TEXT_MAX} characters"));
    }
    if text.lines().next().is_some_and(|title| title.chars().count() > LINE_MAX) {
        return Err(format!("Use at most {LINE_MAX} characters in the first line"));
    }
    Ok(text)
}
