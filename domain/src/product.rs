//! Products: goods and services with a price, by which [quotes](crate::quote) are made, and what partners pay for them. See docs/quotes.md.

use serde::{Deserialize, Serialize};

use crate::event::TextChange;
use crate::text::{fold, line, note, required_line, search_words};
use crate::{Catalog, ChoiceId, ChoiceList, FieldErrors, FormValues, ProductId, Share, Timestamp, money};

/// Most products on offer, so that all of them can be looked through.
pub const PRODUCTS_MOST: i64 = 1000;

/// What a product is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// Something that can be touched.
    Goods,
    #[default]
    Service,
}

impl ProductKind {
    /// Both, as offered.
    pub const ALL: [ProductKind; 2] = [ProductKind::Service, ProductKind::Goods];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ProductKind::Goods => "goods",
            ProductKind::Service => "service",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ProductKind::Goods => "Goods",
            ProductKind::Service => "Service",
        }
    }

    /// Reads [`ProductKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// How often something is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    #[default]
    Once,
    Month,
    Quarter,
    Year,
}

impl Period {
    /// All of them, as offered.
    pub const ALL: [Period; 4] = [Period::Once, Period::Month, Period::Quarter, Period::Year];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Period::Once => "once",
            Period::Month => "month",
            Period::Quarter => "quarter",
            Period::Year => "year",
        }
    }

    /// How often, as people say it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Period::Once => "Once",
            Period::Month => "Each month",
            Period::Quarter => "Each quarter",
            Period::Year => "Each year",
        }
    }

    /// What stands behind an amount; empty for what is paid once.
    #[must_use]
    pub fn behind(self) -> &'static str {
        match self {
            Period::Once => "",
            Period::Month => " a month",
            Period::Quarter => " a quarter",
            Period::Year => " a year",
        }
    }

    /// Reads [`Period::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.key() == key)
    }
}

/// What a partner pays for a product instead of its own price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PartnerPrice {
    /// An entry of [`ChoiceList::Partner`].
    pub partner: ChoiceId,
    /// Minor units of the product's currency.
    pub price_minor: i64,
}

/// Something that can be sold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    /// Grows by one with each change.
    pub version: i64,
    pub name: String,
    /// What the firm's own papers call it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub kind: ProductKind,
    /// What one of it is: `piece`, `hour`; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Minor units of `currency` for one, without tax.
    pub price_minor: i64,
    pub currency: String,
    pub tax: Share,
    pub period: Period,
    /// Price lists: what partners pay, by partner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<PartnerPrice>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
}

impl Product {
    /// One that nobody has filled in yet.
    #[must_use]
    pub fn blank(currency: &str, now: Timestamp) -> Self {
        Self {
            id: ProductId(0),
            version: 1,
            name: String::new(),
            code: String::new(),
            description: String::new(),
            kind: ProductKind::default(),
            unit: String::new(),
            price_minor: 0,
            currency: currency.to_owned(),
            tax: Share::NOTHING,
            period: Period::Once,
            prices: Vec::new(),
            created_at: now,
            updated_at: now,
            removed_at: None,
        }
    }

    /// What one costs a partner, or whoever comes without one. Unit: minor units, without tax.
    #[must_use]
    pub fn price_for(&self, partner: Option<ChoiceId>) -> i64 {
        self.prices.iter().find(|price| Some(price.partner) == partner).map_or(self.price_minor, |price| price.price_minor)
    }

    /// Whether each word of a search is in its name, code or description. Every product matches a search without words.
    #[must_use]
    pub fn matches(&self, query: &str) -> bool {
        let text = fold(&format!("{} {} {}", self.name, self.code, self.description));
        search_words(query).iter().all(|word| text.contains(word.as_str()))
    }

    /// What it costs without tax, in words: `£12.50 per seat a month`.
    #[must_use]
    pub fn price_words(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!(" per {}", self.unit) };
        format!("{}{unit}{}", money::exact(self.price_minor, &self.currency), self.period.behind())
    }

    /// Takes over the fields that were sent: `name`, `code`, `description`, `kind`, `unit`, `currency`, `price`, `tax` (percent) and
    /// `period`. The price is read in the currency that is sent with it.
    pub fn fill(&mut self, form: &FormValues, errors: &mut FieldErrors) {
        if form.find("name").is_some() || self.name.is_empty() {
            set(&mut self.name, errors.take("name", required_line(form.get("name"), "a name")));
        }
        if let Some(text) = form.find("code") {
            set(&mut self.code, errors.take("code", line(text)));
        }
        if let Some(text) = form.find("description") {
            set(&mut self.description, errors.take("description", note(text)));
        }
        if let Some(text) = form.find("kind") {
            set(&mut self.kind, errors.take("kind", ProductKind::from_key(text).ok_or("Choose goods or a service")));
        }
        if let Some(text) = form.find("unit") {
            set(&mut self.unit, errors.take("unit", line(text)));
        }
        if let Some(text) = form.find("currency") {
            set(&mut self.currency, errors.take("currency", parse_currency(text)));
        }
        if let Some(text) = form.find("price") {
            set(&mut self.price_minor, errors.take("price", parse_price(text, &self.currency)));
        }
        if let Some(text) = form.find("tax") {
            set(&mut self.tax, errors.take("tax", Share::parse(text)));
        }
        if let Some(text) = form.find("period") {
            set(&mut self.period, errors.take("period", Period::from_key(text).ok_or("Choose how often it is paid")));
        }
    }

    /// Takes over the price lists that were sent: `price_7` is what the partner 7 pays, empty for the product's own price. Only partners on offer,
    /// and those that have one already.
    pub fn fill_prices(&mut self, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
        let partners = catalog.choices.iter().filter(|choice| choice.list == ChoiceList::Partner);
        let known = self.prices.clone();
        for partner in partners.filter(|partner| !partner.retired || known.iter().any(|price| price.partner == partner.id)) {
            let field = format!("price_{}", partner.id);
            let Some(text) = form.find(&field) else { continue };
            let price = if text.trim().is_empty() { Some(None) } else { errors.take(&field, parse_price(text, &self.currency)).map(Some) };
            let Some(price) = price else { continue };
            self.prices.retain(|one| one.partner != partner.id);
            self.prices.extend(price.map(|price_minor| PartnerPrice { partner: partner.id, price_minor }));
        }
        self.prices.sort_by_key(|price| price.partner);
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self, catalog: &Catalog) -> Vec<TextChange> {
        let price = |one: &Self| money::exact(one.price_minor, &one.currency);
        let prices = |one: &Self| {
            let words = |price: &PartnerPrice| format!("{}: {}", catalog.choice_name(price.partner), money::exact(price.price_minor, &one.currency));
            one.prices.iter().map(words).collect::<Vec<_>>().join(", ")
        };
        [
            ("Name", before.name.clone(), self.name.clone()),
            ("Code", before.code.clone(), self.code.clone()),
            ("Description", before.description.clone(), self.description.clone()),
            ("Kind", before.kind.label().to_owned(), self.kind.label().to_owned()),
            ("Unit", before.unit.clone(), self.unit.clone()),
            ("Price", price(before), price(self)),
            ("Tax", before.tax.display(), self.tax.display()),
            ("Paid", before.period.label().to_owned(), self.period.label().to_owned()),
            ("Prices of partners", prices(before), prices(self)),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
        .collect()
    }
}

/// Reads the price of one.
///
/// # Errors
/// The sentence for its field.
pub(crate) fn parse_price(text: &str, currency: &str) -> Result<i64, String> {
    let decimals = money::minor_digits(currency);
    money::parse_minor(text, currency).ok_or_else(|| match decimals {
        0 => format!("Enter a price in whole {currency}, like 12,500"),
        decimals => format!("Enter a price like 12,500 or 99.50, with {decimals} decimals at most"),
    })
}

/// Three letters of a currency, in capitals.
///
/// # Errors
/// The sentence for its field.
pub fn parse_currency(text: &str) -> Result<String, &'static str> {
    let code = text.trim().to_ascii_uppercase();
    let is_code = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    is_code.then_some(code).ok_or("Enter the three letters of a currency, like GBP")
}

pub(crate) fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, NOW};

    fn form(text: &str) -> FormValues {
        FormValues::decode(text.as_bytes())
    }

    fn filled(text: &str) -> Result<Product, FieldErrors> {
        let mut product = Product::blank("GBP", NOW);
        let mut errors = FieldErrors::default();
        product.fill(&form(text), &mut errors);
        errors.into_result().map(|()| product)
    }

    #[test]
    fn a_product_is_what_was_typed() {
        let product = filled("name=Seat&code=S-1&kind=service&unit=seat&price=12.50&tax=20&period=month&description=For+one").unwrap();
        assert_eq!((product.price_minor, product.tax.basis_points(), product.period), (1250, 2000, Period::Month));
        assert_eq!(product.price_words(), "£12.50 per seat a month");
        let yen = filled("name=Box&currency=jpy&price=1500").unwrap();
        assert_eq!((yen.currency.as_str(), yen.price_minor), ("JPY", 1500));
    }

    #[test]
    fn what_cannot_be_is_refused_at_its_field() {
        let errors = filled("name=+&kind=x&price=-1&tax=120&period=day&currency=pound").unwrap_err();
        for field in ["name", "kind", "price", "tax", "period", "currency"] {
            assert!(errors.get(field).is_some(), "{field}");
        }
        assert!(filled("name=Box&currency=JPY&price=1.50").unwrap_err().get("price").is_some_and(|sentence| sentence.contains("whole JPY")));
        assert!(filled("name=Box&price=9999999999999999").unwrap_err().get("price").is_some());
    }

    #[test]
    fn a_partner_pays_what_its_price_list_says() {
        let catalog = cast::catalog();
        let mut partner = catalog.choices[0].clone();
        partner.id = ChoiceId(901);
        partner.list = ChoiceList::Partner;
        partner.retired = false;
        let catalog = Catalog { choices: vec![partner], ..catalog };
        let mut product = filled("name=Seat&price=12.50").unwrap();
        let mut errors = FieldErrors::default();
        product.fill_prices(&form("price_901=10&price_902=1"), &catalog, &mut errors);
        assert!(errors.is_empty());
        assert_eq!(product.prices, [PartnerPrice { partner: ChoiceId(901), price_minor: 1000 }]);
        assert_eq!([product.price_for(Some(ChoiceId(901))), product.price_for(Some(ChoiceId(5))), product.price_for(None)], [1000, 1250, 1250]);
        product.fill_prices(&form("price_901=x"), &catalog, &mut errors);
        assert!(errors.get("price_901").is_some());
        product.fill_prices(&form("price_901="), &catalog, &mut FieldErrors::default());
        assert!(product.prices.is_empty(), "an empty price is the product's own");
    }

    #[test]
    fn a_product_is_found_by_any_of_its_words() {
        let product = filled("name=Managed+Wireless&code=MW-2&description=Access+points").unwrap();
        assert!(["", "wireless", "mw 2", "POINTS managed"].iter().all(|query| product.matches(query)));
        assert!(!product.matches("backup"));
    }
}
