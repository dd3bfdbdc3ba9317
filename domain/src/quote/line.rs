//! A line of a quote: what, how many, for how much.

use serde::{Deserialize, Serialize};

use super::sold::{Sold, TEXT_MAX, details_of, quantity_words, title_of};
use super::totals::{Amounts, Priced, TooLarge, amounts_of};
use crate::product::Period;
use crate::{ChoiceId, FieldErrors, FormValues, Product, ProductId, QuoteLineId, Share};

/// Most lines of one quote.
pub const LINES_MOST: usize = 100;

/// How many of something. Unit: thousandths, 1 to 1,000,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Quantity(i64);

/// A number that is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} thousandths are no quantity")]
pub struct NoQuantity(i64);

impl Quantity {
    pub const ONE: Quantity = Quantity(1000);
    /// The most that a line takes: a million.
    pub const MOST: Quantity = Quantity(1_000_000_000);

    /// Thousandths.
    #[must_use]
    pub fn thousandths(self) -> i64 {
        self.0
    }

    /// Reads a quantity as typed: `2`, `1.5`, `1,000`.
    ///
    /// # Errors
    /// The sentence for its field.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let refused = "Enter a number above 0 and up to 1,000,000 with three decimals at most, like 2 or 1.5";
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 7 || part.len() > 3 || !is_digits(whole) || !is_digits(part) {
            return Err(refused);
        }
        let thousandths = whole.parse::<i64>().ok().zip(format!("{part:0<3}").parse::<i64>().ok()).map(|(whole, part)| whole * 1000 + part);
        thousandths.and_then(|thousandths| Self::try_from(thousandths).ok()).ok_or(refused)
    }

    /// What [`Quantity::parse`] reads, without zeros that say nothing: `1.5`.
    #[must_use]
    pub fn plain(self) -> String {
        let (whole, part) = (self.0 / 1000, self.0 % 1000);
        if part == 0 { whole.to_string() } else { format!("{whole}.{part:03}").trim_end_matches('0').to_owned() }
    }
}

impl TryFrom<i64> for Quantity {
    type Error = NoQuantity;
    fn try_from(thousandths: i64) -> Result<Self, NoQuantity> {
        if (1..=Self::MOST.0).contains(&thousandths) { Ok(Self(thousandths)) } else { Err(NoQuantity(thousandths)) }
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

/// A line of a quote. What it took from its product stays as it was, whatever becomes of that.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QuoteLine {
    pub id: QuoteLineId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// What it is; the first line of it is its title.
    pub text: String,
    pub quantity: Quantity,
    /// What one of it is; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Minor units of the quote's currency for one, without tax and before the discount.
    pub price_minor: i64,
    pub discount: Share,
    pub tax: Share,
    /// How the product was taxed when the line was made, or its rate was taken over last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_tax: Option<Share>,
    pub period: Period,
}

/// A line whose product is taxed otherwise now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleTax {
    pub line: QuoteLineId,
    pub title: String,
    pub then: Share,
    pub now: Share,
}

impl QuoteLine {
    /// An empty line, still without its number.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            id: QuoteLineId(0),
            product: None,
            text: String::new(),
            quantity: Quantity::ONE,
            unit: String::new(),
            price_minor: 0,
            discount: Share::NOTHING,
            tax: Share::NOTHING,
            listed_tax: None,
            period: Period::Once,
        }
    }

    /// One of a product, at the price of a partner where the lead has one, in a quote of this currency.
    ///
    /// # Errors
    /// The sentence for the product's field: it is no longer offered, or priced in another currency.
    pub fn of(product: &Product, partner: Option<ChoiceId>, currency: &str) -> Result<Self, String> {
        if product.removed_at.is_some() {
            return Err(format!("“{}” is not offered any more; choose another product", product.name));
        }
        if product.currency != currency {
            return Err(format!(
                "“{}” is priced in {}, and this quote is in {currency}. Add a line without a product, with a price in {currency}",
                product.name, product.currency
            ));
        }
        let text = if product.description.is_empty() { product.name.clone() } else { format!("{}\n{}", product.name, product.description) };
        Ok(Self {
            product: Some(product.id),
            text: text.chars().take(TEXT_MAX).collect(),
            unit: product.unit.clone(),
            price_minor: product.price_for(partner),
            tax: product.tax,
            listed_tax: Some(product.tax),
            period: product.period,
            ..Self::blank()
        })
    }

    /// Takes over the fields that were sent, see [`Sold::fill`].
    pub fn fill(&mut self, form: &FormValues, currency: &str, errors: &mut FieldErrors) {
        let mut sold = self.sold();
        sold.fill(form, currency, errors);
        let Sold { text, quantity, unit, price_minor, discount, tax, period } = sold;
        *self = Self { text, quantity, unit, price_minor, discount, tax, period, ..self.clone() };
    }

    /// What is sold by it.
    #[must_use]
    pub fn sold(&self) -> Sold {
        Sold {
            text: self.text.clone(),
            quantity: self.quantity,
            unit: self.unit.clone(),
            price_minor: self.price_minor,
            discount: self.discount,
            tax: self.tax,
            period: self.period,
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
        self.sold().words(currency)
    }

    /// How its product is taxed now, where that is another rate than when the line was made.
    #[must_use]
    pub fn stale_tax(&self, products: &[Product]) -> Option<StaleTax> {
        let then = self.listed_tax?;
        let now = products.iter().find(|product| Some(product.id) == self.product)?.tax;
        (now != then).then(|| StaleTax { line: self.id, title: self.title().to_owned(), then, now })
    }
}

impl Priced for QuoteLine {
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
