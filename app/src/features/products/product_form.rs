//! The forms of a product: adding one, changing and removing it.

use domain::{ChoiceList, Period, Product, ProductKind, Timestamp, money};
use leptos::prelude::*;

use crate::components::Icon;
use crate::context::catalog_now;
use crate::form::{Area, Done, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, SentOnce, came_back, typed_version};
use crate::routes::PRODUCTS;

/// Adds a product.
#[component]
pub fn AddProduct(done: Callback<Done>) -> impl IntoView {
    let blank = Product::blank(&catalog_now().site.currency, Timestamp(0));
    view! {
        <section class="section" aria-labelledby="add-h">
            <div class="section__head"><h2 id="add-h">"Add a product"</h2></div>
            <PostForm action=PRODUCTS class="form" on_done=done>
                <SentOnce />
                <ErrorSummary />
                <Fields product=blank is_new=true prefix="" />
                <div class="form__actions"><button class="button button--primary">"Add product"</button></div>
            </PostForm>
        </section>
    }
    .into_any()
}

/// Folded away: changing a product and removing it. `done` also takes where a removal is taken back.
#[component]
pub fn KeepProduct(product: Product, done: Callback<(Done, Option<String>)>) -> impl IntoView {
    let action = format!("{PRODUCTS}/{}", product.id);
    let (remove, restore) = (format!("{action}/remove"), format!("{action}/restore"));
    let is_open = came_back(&action);
    let version = typed_version(&action).unwrap_or_else(|| product.version.to_string());
    let prefix = format!("product-{}-", product.id);
    let remove_prefix = format!("remove-{}-", product.id);
    let (change_label, remove_label) = (format!("Change {}", product.name), format!("Remove {}", product.name));
    let saved = Callback::new(move |finished: Done| done.run((finished, None)));
    let removed = Callback::new(move |finished: Done| done.run((finished, Some(restore.clone()))));
    view! {
        <details class="form__more" open=is_open>
            <summary aria-label=change_label><Icon name="chevron-right" />"Change"</summary>
            <PostForm action class="form" on_done=saved>
                <Hidden name="version" value=version />
                <ErrorSummary prefix=prefix.clone() />
                <Fields product is_new=false prefix />
                <div class="form__actions"><button class="button button--primary">"Save product"</button></div>
            </PostForm>
            <PostForm action=remove on_done=removed>
                <ErrorSummary prefix=remove_prefix />
                <button class="button" aria-label=remove_label><Icon name="trash" />"Remove"</button>
            </PostForm>
        </details>
    }
    .into_any()
}

#[component]
fn Fields(product: Product, is_new: bool, #[prop(into)] prefix: String) -> impl IntoView {
    let kinds: Options = ProductKind::ALL.map(|kind| (kind.key().to_owned(), kind.label().to_owned())).to_vec();
    let price = if is_new { String::new() } else { money::plain(product.price_minor, &product.currency) };
    let known = catalog_now();
    let partners = known.choices.iter().filter(|choice| choice.list == ChoiceList::Partner);
    let partners = partners.filter(|choice| !choice.retired || product.prices.iter().any(|price| price.partner == choice.id));
    let of_partner = |choice: &domain::Choice| {
        let own = product.prices.iter().find(|price| price.partner == choice.id);
        let value = own.map_or_else(String::new, |own| money::plain(own.price_minor, &product.currency));
        let (name, label) = (format!("price_{}", choice.id), choice.name.clone());
        view! { <Input name label value kind=InputKind::Decimal optional=true prefix=prefix.clone() /> }.into_any()
    };
    let lists: Vec<AnyView> = partners.map(of_partner).collect();
    let has_lists = !lists.is_empty();
    view! {
        <Input name="name" label="Name" value=product.name.clone() prefix=prefix.clone() />
        <div class="field-row">
            <Select name="kind" label="Kind" options=kinds value=product.kind.key() prefix=prefix.clone() />
            <Input name="code" label="Code" value=product.code.clone() optional=true prefix=prefix.clone() />
            <Input name="unit" label="Unit" value=product.unit.clone() optional=true help="What one of it is: piece, hour, seat." prefix=prefix.clone() />
        </div>
        <div class="field-row">
            <Input name="price" label="Price" value=price kind=InputKind::Decimal help="For one, without tax." prefix=prefix.clone() />
            <Input name="currency" label="Currency" value=product.currency.clone() prefix=prefix.clone() />
            <Input name="tax" label="Tax in %" value=product.tax.plain() kind=InputKind::Decimal prefix=prefix.clone() />
            <Select name="period" label="Paid" options=periods() value=product.period.key() prefix=prefix.clone() />
        </div>
        <Area name="description" label="Description" value=product.description.clone() optional=true help="Stands in quotes below the name." prefix=prefix.clone() />
        {has_lists.then(|| view! {
            <fieldset class="stack">
                <legend class="field__label">"Price lists"</legend>
                <p class="field__help">"What leads of a partner pay for one. Empty for the price above."</p>
                <div class="field-row">{lists}</div>
            </fieldset>
        })}
    }
    .into_any()
}

/// How often something can be paid.
fn periods() -> Options {
    Period::ALL.map(|period| (period.key().to_owned(), period.label().to_owned())).to_vec()
}
