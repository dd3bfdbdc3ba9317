//! The fields of a service: what it is, at which price, from which day to which.

use domain::quote::Sold;
use domain::{Period, Timestamp, money};
use leptos::prelude::*;

use crate::form::{Area, Input, InputKind, Options, Select};

/// All of them. `sold` and the days are what stands in them; a price of nothing stays empty in a new one.
#[component]
pub fn SoldFields(
    sold: Sold,
    #[prop(into)] currency: String,
    start: Timestamp,
    end: Option<Timestamp>,
    #[prop(into)] prefix: String,
) -> impl IntoView {
    let periods: Options = Period::ALL.map(|period| (period.key().to_owned(), period.label().to_owned())).to_vec();
    let is_new = sold.text.is_empty();
    let price = if is_new { String::new() } else { money::plain(sold.price_minor, &currency) };
    let end = end.map_or_else(String::new, Timestamp::day);
    view! {
        <Area name="text" label="What it is" value=sold.text.clone() help="The first line is its title." prefix=prefix.clone() />
        <div class="field-row">
            <Input name="quantity" label="Quantity" value=sold.quantity.plain() kind=InputKind::Decimal prefix=prefix.clone() />
            <Input name="unit" label="Unit" value=sold.unit.clone() optional=true prefix=prefix.clone() />
            <Input name="price" label=format!("Price in {currency}") value=price kind=InputKind::Decimal help="For one, without tax." prefix=prefix.clone() />
        </div>
        <div class="field-row">
            <Input name="discount" label="Discount in %" value=sold.discount.plain() kind=InputKind::Decimal optional=true prefix=prefix.clone() />
            <Input name="tax" label="Tax in %" value=sold.tax.plain() kind=InputKind::Decimal prefix=prefix.clone() />
            <Select name="period" label="Paid" options=periods value=sold.period.key() prefix=prefix.clone() />
        </div>
        <div class="field-row">
            <Input name="start" label="First day" value=start.day() kind=InputKind::Day prefix=prefix.clone() />
            <Input name="end" label="Last day" value=end kind=InputKind::Day optional=true prefix=prefix.clone() />
        </div>
    }
    .into_any()
}
