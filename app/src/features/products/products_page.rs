//! What can be sold: `/products`, with `?q=` for a search.

use domain::quote::QuoteSettings;
use domain::{ChoiceList, FormValues, Product, money};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::product_form::{AddProduct, KeepProduct};
use super::server_fns::load_products;
use super::settings_form::SettingsForm;
use crate::components::{Empty, Problem};
use crate::context::{Toasts, catalog_now};
use crate::form::Done;
use crate::live::{Heard, Live};
use crate::routes;

/// The page.
#[component]
pub fn ProductsPage() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| FormValues::decode(search.get().trim_start_matches('?').as_bytes()).get("q").to_owned());
    let found = Resource::new(move || query.get(), load_products);
    let toasts = expect_context::<Toasts>();
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            found.refetch();
        }
    }));
    let done = Callback::new(move |(done, undo): (Done, Option<String>)| {
        match undo {
            Some(undo) => toasts.say_with_undo(done.message, undo),
            None => toasts.say(done.message),
        }
        found.refetch();
    });
    view! {
        <Title text="Products" />
        <main class="page" id="main" tabindex="-1">
            <div class="section__head"><h1>"Products"</h1><a class="push" href=routes::QUOTES>"Quotes"</a></div>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok((products, settings)) => view! { <Loaded products settings query=query.get_untracked() done /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(products: Vec<Product>, settings: Option<QuoteSettings>, query: String, done: Callback<(Done, Option<String>)>) -> impl IntoView {
    let may_keep = settings.is_some();
    let count = match products.len() {
        1 => "1 product".to_owned(),
        count => format!("{count} products"),
    };
    let list = if products.is_empty() {
        let (title, text) = if query.trim().is_empty() {
            ("Nothing is here yet", "What a manager or an administrator adds can be put into quotes.")
        } else {
            ("Nothing fits this", "Take a word away.")
        };
        view! { <Empty icon="note" title text /> }.into_any()
    } else {
        view! {
            <p class="muted" role="status">{count}</p>
            <ul class="tasks">{products.into_iter().map(|product| view! { <OneProduct product may_keep done /> }).collect_view()}</ul>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-label="Products">
            <form class="material__search" action=routes::PRODUCTS method="get" role="search">
                <label class="visually-hidden" for="products-q">"Search products"</label>
                <input class="input" id="products-q" type="search" name="q" value=query maxlength="200" placeholder="Name, code or what it is" />
                <button class="button">"Search"</button>
            </form>
            {list}
        </section>
        {settings.map(|settings| {
            let saved = Callback::new(move |finished: Done| done.run((finished, None)));
            view! {
                <AddProduct done=saved />
                <SettingsForm settings done=saved />
            }
        })}
    }
    .into_any()
}

#[component]
fn OneProduct(product: Product, may_keep: bool, done: Callback<(Done, Option<String>)>) -> impl IntoView {
    let known = catalog_now();
    let partner = |id| known.choices.iter().find(|choice| choice.list == ChoiceList::Partner && choice.id == id).map(|choice| choice.name.clone());
    let prices = product
        .prices
        .iter()
        .filter_map(|price| partner(price.partner).map(|name| format!("{name}: {}", money::exact(price.price_minor, &product.currency))));
    let prices = prices.collect::<Vec<_>>().join(", ");
    view! {
        <li class="task">
            <div class="task__body">
                <span class="task__title">{product.name.clone()}</span>
                <div class="task__facts">
                    <span class="badge tone-grey">{product.kind.label()}</span>
                    {(!product.code.is_empty()).then(|| view! { <span>{product.code.clone()}</span> })}
                    <span>{product.price_words()}</span>
                    <span>{format!("{} tax", product.tax.display())}</span>
                </div>
                {(!prices.is_empty()).then(|| view! { <p class="muted small">{format!("Price lists: {prices}")}</p> })}
                {(!product.description.is_empty()).then(|| view! { <p class="task__note">{product.description.clone()}</p> })}
                {may_keep.then(|| view! { <KeepProduct product done /> })}
            </div>
        </li>
    }
    .into_any()
}
