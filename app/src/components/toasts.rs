//! Messages at the bottom of the page.

use leptos::prelude::*;

use super::Icon;
use crate::context::Toasts;
use crate::lazy::undo;

/// Every message in view, each with "Undo" where it can be taken back.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let one = move |toast: crate::context::Toast| {
        let id = toast.id;
        let undo = toast.undo.clone().map(|action| {
            let take_back = move |_| {
                toasts.dismiss(id);
                leptos::task::spawn_local(undo::post(action.clone(), toasts));
            };
            view! { <button class="toast__action" type="button" on:click=take_back>"Undo"</button> }
        });
        view! {
            <div class="toast" class=("toast--error", toast.is_error)>
                <span class="toast__text">{toast.text}</span>
                {undo}
                <button class="toast__action" type="button" aria-label="Dismiss" on:click=move |_| toasts.dismiss(id)><Icon name="close" /></button>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="toasts" role="status">
            <For each=move || toasts.0.get() key=|toast| toast.id children=one />
        </div>
    }
    .into_any()
}
