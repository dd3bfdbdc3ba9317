//! The switch at the top of the list and of the board.

use domain::LeadFilter;
use leptos::prelude::*;

use crate::components::Icon;
use crate::routes;

/// The same leads as rows or as cards.
#[component]
pub fn ListOrBoard(filter: Signal<LeadFilter>, path: &'static str) -> impl IntoView {
    let link = move |to: &'static str, icon: &'static str, name: &'static str| {
        let current = (to == path).then_some("page");
        view! { <a class="switch__choice" href=move || routes::with_query(to, &filter.with(LeadFilter::to_query)) aria-current=current><Icon name=icon /><span class="switch__name">{name}</span></a> }.into_any()
    };
    view! { <nav class="switch" aria-label="Show as">{link(routes::LIST, "list", "List")}{link(routes::BOARD, "board", "Board")}</nav> }.into_any()
}
