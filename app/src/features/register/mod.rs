//! The public registration form and its thank-you page. Strangers get them without script; who is signed in sees them
//! inside the frame.

mod register_page;
mod server_fns;
mod thanks_page;

pub use register_page::RegisterPage;
pub use thanks_page::ThanksPage;

use leptos::prelude::*;

use crate::context::Me;

/// The page around both: large print under the firm's name.
#[component]
fn PublicPage(#[prop(into)] site_name: String, children: Children) -> impl IntoView {
    let class = if use_context::<Me>().is_some() { "page public public__page" } else { "public public__page" };
    view! {
        <main class=class id="main" tabindex="-1">
            <p class="public__brand">
                <svg class="logo" aria-hidden="true"><use href="/static/icons.svg#logo"></use></svg>
                {site_name}
            </p>
            {children()}
        </main>
    }
    .into_any()
}
