//! A line of a quote: what, how many, for how much.

use serde::{Deserialize, Serialize};

use super::totals::{Amounts, TooLarge, divide_half_up, within};
use crate::product::{Period, parse_price, set};
use crate::text::{LINE_MAX, line, note};
use crate::{ChoiceId, FieldErrors, FormValues, Product, ProductId, QuoteLineId, Share, money};

/// Most lines of one quote.
pub const LINES_MOST: usize = 100;
/// Longest text of a line, in characters.
const TEXT_MAX: usize = 1000;

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

    /// What it comes to, for one period. The price times the quantity less the discount is rounded once, half up to the minor unit; the tax of that is
    /// rounded likewise.
    ///
    /// # Errors
    /// [`TooLarge`] for more than a quote can hold.
    pub fn amounts(&self, currency: &str) -> Result<Amounts, TooLarge> {
        let left = Share::WHOLE.basis_points() - self.discount.basis_points();
        let exact = i128::from(self.price_minor) * i128::from(self.quantity.thousandths()) * i128::from(left);
        let whole = i128::from(Quantity::ONE.thousandths()) * i128::from(Share::WHOLE.basis_points());
        let net = divide_half_up(exact, whole);
        let tax = divide_half_up(net * i128::from(self.tax.basis_points()), i128::from(Share::WHOLE.basis_points()));
        within(Amounts { net_minor: i64::try_from(net).map_err(|_| TooLarge)?, tax_minor: i64::try_from(tax).map_err(|_| TooLarge)? }, currency)
    }

    /// The first line of its text.
    #[must_use]
    pub fn title(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    /// What stands below its title; may be empty.
    #[must_use]
    pub fn details(&self) -> &str {
        self.text.split_once('\n').map_or("", |(_, rest)| rest)
    }

    /// Quantity and unit: `1.5 hours`.
    #[must_use]
    pub fn quantity_words(&self) -> String {
        if self.unit.is_empty() { self.quantity.plain() } else { format!("{} {}", self.quantity.plain(), self.unit) }
    }

    /// All of it in a line: `2 × Seat at £12.50 a month, 10 % off, 20 % tax`.
    #[must_use]
    pub fn words(&self, currency: &str) -> String {
        let off = if self.discount == Share::NOTHING { String::new() } else { format!(", {} off", self.discount.display()) };
        let price = money::exact(self.price_minor, currency);
        format!("{} × {} at {price}{}{off}, {} tax", self.quantity_words(), self.title(), self.period.behind(), self.tax.display())
    }

    /// How its product is taxed now, where that is another rate than when the line was made.
    #[must_use]
    pub fn stale_tax(&self, products: &[Product]) -> Option<StaleTax> {
        let then = self.listed_tax?;
        let now = products.iter().find(|product| Some(product.id) == self.product)?.tax;
        (now != then).then(|| StaleTax { line: self.id, title: self.title().to_owned(), then, now })
    }
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
