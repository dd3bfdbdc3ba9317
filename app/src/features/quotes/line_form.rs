//! The forms of a line: adding one, of a product or free, and changing one.

use domain::{Period, Product, QuoteLine, money};
use leptos::prelude::*;

use super::quote_page::Editor;
use crate::components::Icon;
use crate::form::{Area, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, came_back, error_at};

/// Goes before the ids of the form that adds one.
const PREFIX: &str = "line-";

/// Adds a line at the end. What is left empty is the product's.
#[component]
pub fn AddLine() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let action = editor.action("/lines");
    let currency = editor.page.with_untracked(|page| page.quote.currency.clone());
    let options = Signal::derive(move || {
        editor.page.with(|page| {
            let none = std::iter::once((String::new(), "None: what stands below".to_owned()));
            let all = page.products.iter().map(|product: &Product| (product.id.to_string(), format!("{}, {}", product.name, product.price_words())));
            none.chain(all).collect::<Options>()
        })
    });
    view! {
        <section class="section" aria-labelledby="line-h">
            <div class="section__head"><h2 id="line-h">"Add a line"</h2></div>
            <PostForm action class="form" on_done=editor.done>
                <Hidden name="version" value=editor.version() />
                <ErrorSummary prefix=PREFIX />
                <Select name="product" label="Product" options help="What you leave empty below is the product’s." prefix=PREFIX />
                <div class="field-row">
                    <Input name="quantity" label="Quantity" value="1" kind=InputKind::Decimal prefix=PREFIX />
                    <Input name="discount" label="Discount in %" kind=InputKind::Decimal optional=true prefix=PREFIX />
                </div>
                <OfItsOwn currency is_open=came_back(&editor.action("/lines")) />
                <div class="form__actions"><button class="button button--primary">"Add line"</button></div>
            </PostForm>
        </section>
    }
    .into_any()
}

/// What a line has of its own, folded away unless something in it is wrong. Within the form, which the fields ask for that.
#[component]
fn OfItsOwn(currency: String, is_open: bool) -> impl IntoView {
    let wrong = ["text", "price", "unit", "tax", "period"].map(error_at);
    let none = std::iter::once((String::new(), "As the product".to_owned()));
    let periods: Options = none.chain(Period::ALL.into_iter().map(|period| (period.key().to_owned(), period.label().to_owned()))).collect();
    view! {
        <details class="form__more" open=move || is_open || wrong.iter().any(|error| error.get().is_some())>
            <summary><Icon name="chevron-right" />"Text, price and tax of its own"</summary>
            <div class="form">
                <Area name="text" label="What it is" optional=true help="The first line is its title." prefix=PREFIX />
                <div class="field-row">
                    <Input name="price" label=format!("Price in {currency}") kind=InputKind::Decimal optional=true help="For one, without tax." prefix=PREFIX />
                    <Input name="unit" label="Unit" optional=true prefix=PREFIX />
                    <Input name="tax" label="Tax in %" kind=InputKind::Decimal optional=true prefix=PREFIX />
                    <Select name="period" label="Paid" options=periods prefix=PREFIX />
                </div>
            </div>
        </details>
    }
    .into_any()
}

/// Folded away: changing a line.
#[component]
pub fn ChangeLine(line: QuoteLine) -> impl IntoView {
    let editor = expect_context::<Editor>();
    let action = editor.action(&format!("/lines/{}", line.id));
    let is_open = came_back(&action);
    let prefix = format!("line-{}-", line.id);
    let label = format!("Change {}", line.title());
    let currency = editor.page.with_untracked(|page| page.quote.currency.clone());
    let periods: Options = Period::ALL.map(|period| (period.key().to_owned(), period.label().to_owned())).to_vec();
    view! {
        <details class="form__more" open=is_open>
            <summary aria-label=label><Icon name="chevron-right" />"Change"</summary>
            <PostForm action class="form" on_done=editor.done>
                <Hidden name="version" value=editor.version() />
                <ErrorSummary prefix=prefix.clone() />
                <Area name="text" label="What it is" value=line.text.clone() help="The first line is its title." prefix=prefix.clone() />
                <div class="field-row">
                    <Input name="quantity" label="Quantity" value=line.quantity.plain() kind=InputKind::Decimal prefix=prefix.clone() />
                    <Input name="unit" label="Unit" value=line.unit.clone() optional=true prefix=prefix.clone() />
                    <Input name="price" label=format!("Price in {currency}") value=money::plain(line.price_minor, &currency) kind=InputKind::Decimal help="For one, without tax." prefix=prefix.clone() />
                </div>
                <div class="field-row">
                    <Input name="discount" label="Discount in %" value=line.discount.plain() kind=InputKind::Decimal optional=true prefix=prefix.clone() />
                    <Input name="tax" label="Tax in %" value=line.tax.plain() kind=InputKind::Decimal prefix=prefix.clone() />
                    <Select name="period" label="Paid" options=periods value=line.period.key() prefix=prefix.clone() />
                </div>
                <div class="form__actions"><button class="button button--primary">"Save line"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
