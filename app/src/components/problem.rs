//! Empty, failed, forbidden, not found: four designs, none of them a blank page.

use leptos::prelude::*;

use super::Icon;
use crate::wire_error::WireError;

/// Nothing here yet: one sentence and the one action that fills it.
#[component]
pub fn Empty(
    icon: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            <h2>{title}</h2>
            <p class="empty__text">{text}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// What happened, what was kept, what to do, and a reference. Server: status 403 where it is not the person's to see.
#[component]
pub fn Problem(error: WireError) -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let (WireError::Forbidden(_), Some(response)) = (&error, use_context::<leptos_axum::ResponseOptions>()) {
        response.set_status(http::StatusCode::FORBIDDEN);
    }
    let (icon, title, text) = match &error {
        WireError::SignInRequired => ("key", "You are signed out", "Sign in again to go on. Nothing was lost.".to_owned()),
        WireError::Forbidden(sentence) => ("shield", "Not yours to see", format!("{sentence}.")),
        WireError::NotFound => return view! { <NotFound /> }.into_any(),
        WireError::Busy => ("clock", "The server is busy", "Nothing was lost. Try again in a moment.".to_owned()),
        WireError::Offline => {
            ("warning", "The server cannot be reached", "What you see may be old. It goes on by itself when the connection is back.".to_owned())
        }
        WireError::Outdated => ("undo", "Leadwright was updated", "Reload the page to go on with the new one.".to_owned()),
        WireError::Internal { .. } => (
            "warning",
            "Something went wrong on our side",
            "Nothing was lost. Try again; if it stays, tell your administrator the reference.".to_owned(),
        ),
    };
    let reference = match error {
        WireError::Internal { reference } => Some(reference),
        _ => None,
    };
    view! {
        <div class="problem tone-amber">
            <Icon name=icon />
            <h2>{title}</h2>
            <p class="problem__text">{text}</p>
            {reference.map(|reference| view! { <p class="problem__reference">"Reference " {reference}</p> })}
        </div>
    }
    .into_any()
}

/// There is nothing at this address, or nothing the person may know of. Server: status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <leptos_meta::Title text="Not found" />
        <div class="problem">
            <Icon name="search" />
            <h1>"There is nothing here"</h1>
            <p class="problem__text">"The address may be mistyped, or what was here is gone or not yours to see."</p>
            <a class="button" href="/leads">"Go to the leads"</a>
        </div>
    }
    .into_any()
}
