//! A field for the name of something that is there already. With script, what is known is offered as one types.

use std::time::Duration;

use leptos::prelude::*;

use super::fields::{Frame, described_by, error_at, first_typed};

/// Rest between keystrokes before the server is asked. Unit: milliseconds.
const REST_MS: u64 = 120;
/// Shorter texts begin too many names.
const LEAST: usize = 2;

/// What is offered: what stands in the field once it is taken, and what is said of it besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    pub value: String,
    pub label: String,
}

impl From<String> for Offered {
    fn from(value: String) -> Self {
        Self { value, label: String::new() }
    }
}

/// The field. `suggest` gives what begins with what was typed: names, or values with what is said of them.
#[component]
pub fn Suggested<F, Names, One>(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] help: String,
    suggest: F,
    #[prop(into, optional)] value: String,
    #[prop(optional)] optional: bool,
    #[prop(into, optional)] prefix: String,
) -> impl IntoView
where
    F: Fn(String) -> Names + Copy + Send + Sync + 'static,
    Names: Future<Output = Vec<One>> + 'static,
    One: Into<Offered> + 'static,
{
    let id = format!("{prefix}{name}");
    let error = error_at(&name);
    let value = first_typed(&name, value);
    let known = RwSignal::new(Vec::<Offered>::new());
    let asked = StoredValue::new(String::new());
    let typed = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        if text.trim().len() < LEAST || asked.get_value() == text {
            return;
        }
        asked.set_value(text.clone());
        let ask = move || {
            // Only the last of several keystrokes asks.
            if asked.try_get_value().as_deref() != Some(text.as_str()) {
                return;
            }
            leptos::task::spawn_local(async move {
                let _gone = known.try_set(suggest(text).await.into_iter().map(Into::into).collect());
            });
        };
        set_timeout(ask, Duration::from_millis(REST_MS));
    };
    let described = described_by(&id, true, error);
    let list = format!("{id}-known");
    view! {
        <Frame id=id.clone() label help is_optional=optional error>
            <input
                class="input"
                id=id
                name=name
                value=value
                list=list.clone()
                autocomplete="off"
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                on:input=typed
            />
            <datalist id=list>{move || known.get().into_iter().map(|one| view! { <option value=one.value>{one.label}</option> }).collect_view()}</datalist>
        </Frame>
    }
    .into_any()
}
