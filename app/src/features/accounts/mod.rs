//! stub
use leptos::prelude::*;
#[component]
pub fn AccountListPage() -> impl IntoView { view! { <main id="main"></main> } }
#[component]
pub fn AddAccountPage() -> impl IntoView { view! { <main id="main"></main> } }
#[component]
pub fn AccountPage() -> impl IntoView { view! { <main id="main"></main> } }
