//! What the lists of accounts and of contacts have in common.

use domain::FormValues;
use leptos::prelude::*;

use crate::components::Icon;

/// Links to the pages around. A list that only goes forwards leads back to its first page.
#[component]
pub fn Pager(#[prop(into)] first: Option<String>, previous: Option<String>, next: Option<String>) -> impl IntoView {
    let has_previous = previous.is_some();
    view! {
        <nav class="button-group push" aria-label="Pages">
            {first.filter(|_| !has_previous).map(|href| view! { <a class="button button--quiet button--small" rel="first" href=href><Icon name="chevron-left" />"First page"</a> })}
            {previous.map(|href| view! { <a class="button button--quiet button--small" rel="prev" href=href><Icon name="chevron-left" />"Previous"</a> })}
            {next.map(|href| view! { <a class="button button--quiet button--small" rel="next" href=href>"Next"<Icon name="chevron-right" /></a> })}
        </nav>
    }
    .into_any()
}

/// What the page will look like, while it is not there yet.
#[component]
pub fn ListOutline() -> impl IntoView {
    let row =
        |_| view! { <div class="skeleton__row"><span class="skeleton__line skeleton__line--short"></span><span class="skeleton__line"></span></div> };
    view! { <div class="skeleton" aria-hidden="true">{(0..12).map(row).collect_view()}</div> }.into_any()
}

/// Answers a GET form in the browser: `address` makes the canonical address of what was typed, empty fields left out.
/// Without script the form goes to its own address.
pub fn ask_for(address: impl Fn(&FormValues) -> String + 'static) -> impl Fn(leptos::ev::SubmitEvent) + 'static {
    let navigate = leptos_router::hooks::use_navigate();
    move |event| {
        #[cfg(feature = "hydrate")]
        {
            use wasm_bindgen::JsCast as _;
            let Some(form) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok()) else { return };
            let Ok(data) = web_sys::FormData::new_with_form(&form) else { return };
            let Ok(params) = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
            event.prevent_default();
            let values = FormValues::decode(String::from(params.to_string()).as_bytes());
            navigate(&address(&values), leptos_router::NavigateOptions::default());
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (&event, &navigate, &address);
    }
}
