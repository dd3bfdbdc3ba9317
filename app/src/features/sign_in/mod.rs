//! Signing in and setting up: pages for strangers, each a plain form. Both are rendered on the server only.

mod server_fns;
mod set_up_page;
mod sign_in_page;

pub use set_up_page::SetUpPage;
pub use sign_in_page::SignInPage;

use leptos::prelude::*;

/// The sheet in the middle of an empty page, under the product's name.
#[component]
fn Card(children: Children) -> impl IntoView {
    view! {
        <main class="sign-in" id="main">
            <div class="sign-in__card">
                <p class="sign-in__brand">
                    <svg class="logo" aria-hidden="true"><use href="/static/icons.svg#logo"></use></svg>
                    "Leadwright"
                </p>
                {children()}
            </div>
        </main>
    }
    .into_any()
}
