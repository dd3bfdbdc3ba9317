//! A symbol of the icon sprite.

use leptos::prelude::*;

/// Decorative: the words beside it say the same.
#[component]
pub fn Icon(
    /// The symbol's name without `i-`.
    name: &'static str,
) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true"><use href=format!("/static/icons.svg#i-{name}")></use></svg> }.into_any()
}
