//! A secret that was just made, inside the form that made it: shown this once.

use leptos::prelude::*;

use super::FormState;
use crate::form_reply::FormReply;

/// The secret, in a field from which it is copied. Takes the focus when it appears.
#[component]
pub fn ShownOnce(label: &'static str, help: &'static str) -> impl IntoView {
    let state = expect_context::<FormState>();
    move || {
        let secret = match state.reply.get() {
            Some(FormReply::Made { secret, .. }) => secret,
            _ => return None,
        };
        let view = view! {
            <div class="shown-once" role="status" tabindex="-1">
                <label class="field__label" for="shown-once">{label}</label>
                <p class="field__help" id="shown-once-help">{help}</p>
                <input class="input shown-once__text" id="shown-once" type="text" readonly value=secret aria-describedby="shown-once-help" autocomplete="off" spellcheck="false" />
            </div>
        };
        Some(view.into_any())
    }
}
