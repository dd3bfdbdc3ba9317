//! Who of the house came across the lead, on the page of a lead that was referred.

use leptos::prelude::*;

use super::fact::FactPage;
use crate::components::PersonName;

/// The facts; nothing for a lead that came otherwise. Nobody edits them.
#[component]
pub fn ReferredBy() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let referral = page.detail.with_untracked(|detail| detail.referral.clone());
    referral.map(|referral| {
        let how_known = referral.how_known;
        view! {
            <div class="fact">
                <dt class="fact__label">"Referred by"</dt>
                <dd class="fact__value"><PersonName id=Some(referral.by) /></dd>
            </div>
            {(!how_known.is_empty()).then(|| view! {
                <div class="fact"><dt class="fact__label">"How they know them"</dt><dd class="fact__value">{how_known}</dd></div>
            })}
        }
        .into_any()
    })
}
