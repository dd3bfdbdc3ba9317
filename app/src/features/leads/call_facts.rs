//! What the call said, on the page of a lead that came by phone: who referred it, and what was not asked.

use domain::intake::list_words;
use leptos::prelude::*;

use super::fact::FactPage;
use crate::components::Icon;
use crate::routes;

/// The part; nothing for a lead that came otherwise, or whose call left nothing to say.
#[component]
pub fn CallFacts() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let call = Memo::new(move |_| page.detail.with(|detail| detail.call.clone().map(|call| (call.still_missing(&detail.lead), call))));
    move || {
        let (missing, call) = call.get()?;
        let is_empty = missing.is_empty() && !call.needs_help_now && call.referrer.is_none();
        (!is_empty).then(|| {
            view! {
                <section class="facts" id="call" aria-labelledby="call-h">
                    <div class="facts__head">
                        <h2 id="call-h">"Call"</h2>
                        {call.needs_help_now.then(|| view! { <span class="badge tone-red"><Icon name="warning" />"Needs help now"</span> })}
                        {(!missing.is_empty()).then(|| view! { <span class="badge tone-amber">"Incomplete"</span> })}
                    </div>
                    <dl>
                        {call.referrer.map(|referrer| view! {
                            <div class="fact">
                                <dt class="fact__label">"Referred by"</dt>
                                <dd class="fact__value"><a class="fact__link" href=routes::account(referrer.id)>{referrer.name}</a></dd>
                            </div>
                        })}
                        {(!missing.is_empty()).then(|| view! {
                            <div class="fact"><dt class="fact__label">"Still to ask"</dt><dd class="fact__value">{list_words(&missing)}</dd></div>
                        })}
                    </dl>
                </section>
            }
            .into_any()
        })
    }
}
