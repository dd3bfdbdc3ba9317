//! The bar above the list and the board. What stands in it works without script, and is left as the server sent it until
//! another view opens.

#[cfg(feature = "hydrate")]
use domain::ListView;
use domain::list_view::AskedView;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::lazy::{as_sent_to_all, list_tools};
#[cfg(feature = "hydrate")]
use crate::routes;

/// The bar above the list or the board.
#[component]
pub fn FilterBar(
    asked: Signal<AskedView>,
    /// Where the leads are shown: [`routes::LIST`] or [`routes::BOARD`].
    path: &'static str,
) -> impl IntoView {
    let navigate = use_navigate();
    let submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        {
            event.prevent_default();
            // The canonical form leaves the empty fields out of the address.
            let Some(form) = event.target().and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlFormElement>(target).ok()) else {
                return;
            };
            let Ok(data) = web_sys::FormData::new_with_form(&form) else { return };
            let query = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).map(|params| String::from(params.to_string()));
            let list = ListView::from_query(&query.unwrap_or_default());
            navigate(
                &routes::with_query(path, &list.address(asked.with_untracked(|asked| asked.saved.as_ref().map(|view| view.id)))),
                NavigateOptions::default(),
            );
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (&event, &navigate, NavigateOptions::default());
    };
    let controls = as_sent_to_all(
        move || format!("{path} {:?}", asked.get_untracked()),
        move |catalog| Box::pin(list_tools::filter_controls(asked.get(), path, catalog)),
    );
    view! { <div class="filter-bar" on:submit=submit>{controls}</div> }.into_any()
}
