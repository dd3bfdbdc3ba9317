//! The firm's logo on the page of the site: what it is, another one, none.

use leptos::prelude::*;

use super::order_buttons::RemoveForm;
use crate::components::logo;
use crate::context::{Me, Toasts};
use crate::form::{Done, ErrorSummary, FileForm, error_at};

/// The forms. The upload is a plain one: the browser sends the file and opens the page again.
#[component]
pub fn LogoForm() -> impl IntoView {
    let me = expect_context::<Me>();
    let toasts = expect_context::<Toasts>();
    let own = Memo::new(move |_| me.catalog.with(|catalog| catalog.site.logo.clone()));
    let done = Callback::new(move |done: Done| toasts.say(done.message));
    view! {
        <section class="section" aria-labelledby="logo-h">
            <div class="section__head"><h2 id="logo-h">"Logo"</h2><span class="muted">"Beside the name, here and on the pages for the public"</span></div>
            {move || own.get().map(|digest| view! {
                <div class="logo-form__now">
                    {logo(Some(&digest))}
                    <RemoveForm action="/admin/site/logo/remove".to_owned() label="Remove logo" done />
                </div>
            })}
            <FileForm action="/admin/site/logo" class="form">
                <ErrorSummary />
                <Picture />
                <div class="form__actions"><button class="button">"Save logo"</button></div>
            </FileForm>
        </section>
    }
    .into_any()
}

#[component]
fn Picture() -> impl IntoView {
    let error = error_at("logo");
    view! {
        <div class="field">
            <label class="field__label" for="logo">"Picture"</label>
            <p class="field__help" id="logo-help">"PNG, JPEG or WebP, up to 256 kB."</p>
            <input
                class="input"
                id="logo"
                type="file"
                name="logo"
                accept="image/png,image/jpeg,image/webp"
                aria-describedby=move || if error.get().is_some() { "logo-help logo-error" } else { "logo-help" }
                aria-invalid=move || error.get().map(|_| "true")
            />
            {move || error.get().map(|text| view! { <p class="field__error" id="logo-error">{text}</p> })}
        </div>
    }
    .into_any()
}
