//! stub
use leptos::prelude::*;
#[component]
pub fn ContactListPage() -> impl IntoView { view! { <main id="main"></main> } }
#[component]
pub fn AddContactPage() -> impl IntoView { view! { <main id="main"></main> } }
#[component]
pub fn ContactPage() -> impl IntoView { view! { <main id="main"></main> } }
