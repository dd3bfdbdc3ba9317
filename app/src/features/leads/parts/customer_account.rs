//! The account that the contact of a won lead became.

use leptos::prelude::*;

use super::PartsPage;
use crate::components::PersonName;
use crate::routes;

/// The part; nothing before the lead is won, and for people who read no accounts.
#[component]
pub fn CustomerAccount() -> impl IntoView {
    let here = expect_context::<PartsPage>();
    let account = Memo::new(move |_| here.parts.with(|parts| parts.account.clone()));
    move || {
        account.get().map(|account| {
            let kinds: Vec<&str> = account.kinds.iter().map(|kind| kind.label()).collect();
            let domains = account.domains.join(", ");
            let fact = |label: &'static str, value: String| {
                (!value.is_empty()).then(|| view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{value}</dd></div> })
            };
            view! {
                <section class="facts" id="account" aria-labelledby="account-h">
                    <div class="facts__head"><h2 id="account-h">"Account"</h2></div>
                    <dl>
                        <div class="fact">
                            <dt class="fact__label">"Name"</dt>
                            <dd class="fact__value"><a class="fact__link" href=routes::account(account.id)>{account.name.clone()}</a></dd>
                        </div>
                        <div class="fact"><dt class="fact__label">"Number"</dt><dd class="fact__value">{account.id.to_string()}</dd></div>
                        {fact("Kind", kinds.join(", "))}
                        <div class="fact"><dt class="fact__label">"Primary rep"</dt><dd class="fact__value"><PersonName id=account.primary_rep /></dd></div>
                        {fact("Website", account.website.clone())}
                        {fact("Domains", domains)}
                    </dl>
                </section>
            }
            .into_any()
        })
    }
}
