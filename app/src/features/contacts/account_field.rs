//! The account of a contact, by its name or number. With script, known accounts are offered as one types.

use leptos::prelude::*;

use super::server_fns::suggest_accounts;
use crate::form::{error_at, typed_before};

/// Rest between keystrokes before the server is asked. Unit: milliseconds.
const REST_MS: u64 = 120;

/// The field.
#[component]
pub fn AccountField(value: String) -> impl IntoView {
    let error = error_at("account");
    let value = typed_before("account").and_then(|typed| typed.into_iter().next()).unwrap_or(value);
    let known = RwSignal::new(Vec::<String>::new());
    let asked = StoredValue::new(String::new());
    let typed = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        if text.trim().len() < 2 || asked.get_value() == text {
            return;
        }
        asked.set_value(text.clone());
        let ask = move || {
            // Only the last of several keystrokes asks.
            if asked.try_get_value().as_deref() != Some(text.as_str()) {
                return;
            }
            leptos::task::spawn_local(async move {
                if let Ok(found) = suggest_accounts(text).await {
                    let _gone = known.try_set(found.into_iter().map(|account| account.name).collect());
                }
            });
        };
        set_timeout(ask, std::time::Duration::from_millis(REST_MS));
    };
    let described = move || if error.get().is_some() { "account-help account-error" } else { "account-help" };
    view! {
        <div class="field">
            <label class="field__label" for="account">"Account"<span class="field__optional">" optional"</span></label>
            <p class="field__help" id="account-help">"Name or number of an account that is there already"</p>
            <input
                class="input"
                id="account"
                name="account"
                value=value
                list="account-known"
                autocomplete="off"
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                on:input=typed
            />
            <datalist id="account-known">{move || known.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
            {move || error.get().map(|text| view! { <p class="field__error" id="account-error">{text}</p> })}
        </div>
    }
    .into_any()
}
