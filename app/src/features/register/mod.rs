//! The public registration form and its thank-you page. Both are rendered on the server only, without script.

mod register_page;
mod server_fns;
mod thanks_page;

pub use register_page::RegisterPage;
pub use server_fns::SiteFace;
pub use thanks_page::ThanksPage;

use leptos::prelude::*;

use crate::components::logo;

/// The page around both: large print under the firm's name and logo.
#[component]
pub fn PublicPage(site: SiteFace, children: Children) -> impl IntoView {
    view! {
        <main class="public public__page" id="main" tabindex="-1">
            <p class="public__brand">
                {logo(site.logo.as_deref())}
                {site.name}
            </p>
            {children()}
        </main>
    }
    .into_any()
}
