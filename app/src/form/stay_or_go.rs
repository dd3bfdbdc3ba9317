//! What a saved form leads to on a page from which some forms lead elsewhere.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::Done;
use crate::context::Toasts;

/// Says what was done. Where it leads to `here` the page is read again; else the browser goes to where the server says.
#[must_use]
pub fn stay_or_go(here: String, again: Callback<()>) -> Callback<Done> {
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    Callback::new(move |done: Done| {
        if !done.message.is_empty() {
            toasts.say(done.message);
        }
        if done.location == here {
            again.run(());
        } else {
            navigate(&done.location, NavigateOptions::default());
        }
    })
}
