//! A filter term that a click removes.

use leptos::prelude::*;

use super::Icon;

/// A link to the list without this term.
#[component]
pub fn FilterChip(#[prop(into)] label: String, #[prop(into)] href: String) -> impl IntoView {
    let (name, value) = label.split_once(": ").map_or((String::new(), label.clone()), |(name, value)| (format!("{name}:"), value.to_owned()));
    view! {
        <a class="chip" href=href>
            {(!name.is_empty()).then(|| view! { <span class="chip__name">{name}</span> })}
            " " {value} " " <Icon name="close" /> <span class="visually-hidden">", remove"</span>
        </a>
    }
    .into_any()
}
