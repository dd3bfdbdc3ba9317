//! Rates of tax that changed since a quote was made.

use domain::LeadId;
use domain::quote::StaleTax;
use leptos::prelude::*;

use crate::form::{Done, ErrorSummary, PostForm, error_at, typed_before};

/// Which changed, and a button that takes over those of today.
#[component]
pub fn StaleTaxes(lead: LeadId, stale: Vec<StaleTax>, done: Callback<Done>) -> impl IntoView {
    let each = stale
        .into_iter()
        .map(|one| view! { <li>{format!("{}: {} when it was quoted, {} now", one.title, one.then.display(), one.now.display())}</li> }.into_any());
    view! {
        <section class="section" aria-labelledby="taxes-h">
            <div class="timeline__note tone-amber">
                <h3 id="taxes-h">"The tax of products changed since"</h3>
                <ul>{each.collect::<Vec<_>>()}</ul>
                <PostForm action=format!("/leads/{lead}/convert/taxes") on_done=done>
                    <ErrorSummary prefix="taxes-" />
                    <button class="button button--small">"Take over the rates of today"</button>
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}

/// The box that keeps the rates that were quoted.
#[component]
pub fn KeepTaxes(keeps: bool) -> impl IntoView {
    let error = error_at("keep_taxes");
    let checked = typed_before("keep_taxes").map_or(keeps, |typed| typed.iter().any(|value| value == "1"));
    view! {
        <div class="field">
            <label class="check" for="keep_taxes">
                <input
                    id="keep_taxes"
                    type="checkbox"
                    name="keep_taxes"
                    value="1"
                    checked=checked
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=move || error.get().map(|_| "keep_taxes-error")
                />
                "Keep the rates of tax that were quoted"
            </label>
            // Sent behind the box, so that taking the tick away is told too.
            <input type="hidden" name="keep_taxes" value="0" />
            {move || error.get().map(|text| view! { <p class="field__error" id="keep_taxes-error">{text}</p> })}
        </div>
    }
    .into_any()
}
