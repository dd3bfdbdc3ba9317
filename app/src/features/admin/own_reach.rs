//! What one says of oneself in the menu: sent in the background, and read again when it was said elsewhere.

use domain::Availability;
use leptos::prelude::*;

use super::server_fns::load_own_reach;
use crate::context::Toasts;
use crate::form::post_or_else;

/// Says it by posting to a button's address, whose end is what is said; shown at once, and put back when it cannot be said.
pub fn say(action: String, said: RwSignal<Availability>, toasts: Toasts) {
    let Some(wanted) = action.rsplit('/').next().and_then(Availability::from_key) else { return };
    let before = said.get_untracked();
    said.set(wanted);
    let put_back = move || {
        let _gone = said.try_set(before);
    };
    post_or_else(action, String::new(), toasts, move |done| toasts.say(done.message), put_back);
}

/// Reads what was said at another page or by somebody else.
pub fn read(said: RwSignal<Availability>) {
    leptos::task::spawn_local(async move {
        if let Ok(found) = load_own_reach().await {
            let _gone = said.try_set(found.reach.availability);
        }
    });
}
