//! The public registration form and its thank-you page. Both are rendered on the server only, without script.

mod register_page;
mod server_fns;
mod thanks_page;

pub use register_page::RegisterPage;
pub use thanks_page::ThanksPage;

use leptos::prelude::*;

/// The page around both: large print under the firm's name.
#[component]
fn PublicPage(#[prop(into)] site_name: String, children: Children) -> impl IntoView {
    view! {
        <main class="public public__page" id="main" tabindex="-1">
            <p class="public__brand">
                <svg class="logo" aria-hidden="true"><use href="/static/icons.svg#logo"></use></svg>
                {site_name}
            </p>
            {children()}
        </main>
    }
    .into_any()
}
