//! The firm's logo; without one, the product's.

use leptos::prelude::*;

use crate::routes;

/// A picture beside the firm's name, which says the same.
#[must_use]
pub fn logo(digest: Option<&str>) -> AnyView {
    match digest {
        Some(digest) => view! { <img class="logo logo--own" src=routes::logo(digest) alt="" /> }.into_any(),
        None => view! { <svg class="logo" aria-hidden="true"><use href="/static/icons.svg#logo"></use></svg> }.into_any(),
    }
}
