use leptos::prelude::*;
use leptos_router::{components::*, path};
#[component]
pub fn App() -> impl IntoView {
    let n = RwSignal::new(0);
    view! { <Router><main><Routes fallback=|| "Not found"><Route path=path!("/") view=move || view!{ <button on:click=move |_| *n.write() += 1>{n}</button>}/></Routes></main></Router> }
}
