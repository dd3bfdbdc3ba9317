//! What lines come to, of quotes and of invoices. Each line is rounded for itself, so that whoever adds up what they read gets what they read.

use serde::{Deserialize, Serialize};

use super::Quantity;
use crate::product::Period;
use crate::{Share, money};

/// Most that a line comes to, or lines together. Unit: the whole unit of its currency.
const MOST: i64 = 1_000_000_000_000;

/// More than can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("That is more than can be held; the most is a thousand billion. Look over price and quantity")]
pub struct TooLarge;

/// An amount and its tax. Unit: minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// Without tax.
    pub net_minor: i64,
    pub tax_minor: i64,
}

impl Amounts {
    /// With tax. Unit: minor units.
    #[must_use]
    pub fn total(self) -> i64 {
        self.net_minor.saturating_add(self.tax_minor)
    }

    fn plus(self, other: Self, currency: &str) -> Result<Self, TooLarge> {
        let net_minor = self.net_minor.checked_add(other.net_minor).ok_or(TooLarge)?;
        let tax_minor = self.tax_minor.checked_add(other.tax_minor).ok_or(TooLarge)?;
        within(Self { net_minor, tax_minor }, currency)
    }
}

/// What lines come to together. What recurs counts with one period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// By how often it is paid, what is paid once first; only what there is.
    pub periods: Vec<(Period, Amounts)>,
    /// By rate of tax, the lowest first; only what there is.
    pub taxes: Vec<(Share, Amounts)>,
    pub all: Amounts,
}

/// Something that comes to an amount: lines of quotes and invoices, services.
pub trait Priced {
    /// What it comes to, for one period.
    ///
    /// # Errors
    /// [`TooLarge`] for more than can be held.
    fn amounts(&self, currency: &str) -> Result<Amounts, TooLarge>;
    fn tax(&self) -> Share;
    fn period(&self) -> Period;
}

impl Totals {
    /// Adds lines up.
    ///
    /// # Errors
    /// [`TooLarge`] for more than can be held.
    pub fn of<Line: Priced>(lines: &[Line], currency: &str) -> Result<Self, TooLarge> {
        let mut totals = Self::default();
        for line in lines {
            let amounts = line.amounts(currency)?;
            totals.all = totals.all.plus(amounts, currency)?;
            add(&mut totals.periods, line.period(), amounts, currency)?;
            add(&mut totals.taxes, line.tax(), amounts, currency)?;
        }
        Ok(totals)
    }
}

fn add<Key: Ord + Copy>(sums: &mut Vec<(Key, Amounts)>, key: Key, amounts: Amounts, currency: &str) -> Result<(), TooLarge> {
    match sums.binary_search_by_key(&key, |(key, _)| *key) {
        Ok(at) => sums[at].1 = sums[at].1.plus(amounts, currency)?,
        Err(at) => sums.insert(at, (key, amounts)),
    }
    Ok(())
}

/// What a price, a quantity, a discount and a rate of tax come to. The price times the quantity less the discount is rounded once, half up to the minor
/// unit; the tax of that is rounded likewise.
///
/// # Errors
/// [`TooLarge`] for more than can be held.
pub fn amounts_of((price_minor, quantity): (i64, Quantity), discount: Share, tax: Share, currency: &str) -> Result<Amounts, TooLarge> {
    let left = Share::WHOLE.basis_points() - discount.basis_points();
    let exact = i128::from(price_minor) * i128::from(quantity.thousandths()) * i128::from(left);
    let whole = i128::from(Quantity::ONE.thousandths()) * i128::from(Share::WHOLE.basis_points());
    let net = divide_half_up(exact, whole);
    let tax = divide_half_up(net * i128::from(tax.basis_points()), i128::from(Share::WHOLE.basis_points()));
    within(Amounts { net_minor: i64::try_from(net).map_err(|_| TooLarge)?, tax_minor: i64::try_from(tax).map_err(|_| TooLarge)? }, currency)
}

/// Refuses amounts that are more than can be held, with their tax.
fn within(amounts: Amounts, currency: &str) -> Result<Amounts, TooLarge> {
    let most = MOST * 10_i64.pow(money::minor_digits(currency));
    let total = amounts.net_minor.checked_add(amounts.tax_minor).ok_or(TooLarge)?;
    if total <= most { Ok(amounts) } else { Err(TooLarge) }
}

/// A quotient of what is not negative, rounded half up.
fn divide_half_up(number: i128, by: i128) -> i128 {
    (number + by / 2) / by
}
