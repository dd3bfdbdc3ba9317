//! Check boxes that also say when none is ticked: an empty value travels with them, as the forms of people and groups
//! want it, which refuse fields that they do not know.

use leptos::prelude::*;

use crate::form::{Options, error_at, typed_before};

/// A choice of several.
#[component]
pub fn Ticks(
    name: &'static str,
    label: &'static str,
    options: Options,
    #[prop(optional)] values: Vec<String>,
    /// Goes before the ids of its boxes.
    #[prop(into)]
    prefix: String,
) -> impl IntoView {
    let error = error_at(name);
    let values = typed_before(name).unwrap_or(values);
    let one = |(value, label): (String, String)| {
        let id = format!("{prefix}{name}-{value}");
        let checked = values.contains(&value);
        view! {
            <label class="check" for=id.clone()>
                <input id=id.clone() type="checkbox" name=name value=value checked=checked aria-invalid=move || error.get().map(|_| "true") />
                {label}
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="field checks" id=format!("{prefix}{name}")>
            <legend class="field__label">{label}</legend>
            <input type="hidden" name=name value="" />
            <div class="checks__list">{options.into_iter().map(one).collect_view()}</div>
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

/// A single box.
#[component]
pub fn Tick(
    name: &'static str,
    label: &'static str,
    checked: bool,
    /// Goes before its id.
    #[prop(into)]
    prefix: String,
) -> impl IntoView {
    let error = error_at(name);
    let checked = typed_before(name).map_or(checked, |typed| typed.iter().any(|value| value == "1"));
    let id = format!("{prefix}{name}");
    view! {
        <div class="field">
            <input type="hidden" name=name value="" />
            <label class="check" for=id.clone()>
                <input id=id.clone() type="checkbox" name=name value="1" checked=checked aria-invalid=move || error.get().map(|_| "true") />
                {label}
            </label>
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </div>
    }
    .into_any()
}
