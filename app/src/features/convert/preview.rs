//! What a conversion would make, before it is made.

use domain::conversion::ConversionPreview;
use domain::{LeadId, money};
use leptos::prelude::*;

use crate::routes;

/// What will be there afterwards, or what has to be settled first.
#[component]
pub fn Preview(lead: LeadId, preview: ConversionPreview, currency: String) -> impl IntoView {
    let ConversionPreview { sentences, totals, problems } = preview;
    let total = money::exact(totals.all.total(), &currency);
    let settled = problems.is_empty();
    let problems = problems.0.into_iter().map(|(field, sentence)| {
        let step = match field.as_str() {
            "quotes" => 1,
            "services" | "keep_taxes" | "end" => 3,
            _ => 2,
        };
        view! { <li><a href=routes::convert(lead, step)>{sentence}</a></li> }.into_any()
    });
    let problems = problems.collect::<Vec<_>>();
    let sentences = sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }.into_any()).collect::<Vec<_>>();
    view! {
        <h2 id="preview-h">"What will be made"</h2>
        {if settled {
            view! { <ul class="convert__made">{sentences}</ul> }.into_any()
        } else {
            view! {
                <p class="muted">"To be settled first:"</p>
                <ul class="convert__made">{problems}</ul>
            }
            .into_any()
        }}
        <p><span class="muted">"Total with tax: "</span><strong class="quote__amount">{total}</strong></p>
    }
    .into_any()
}
