//! The list of keys behind `?`, from the table that the listener obeys.

use leptos::prelude::*;

use super::{close_beside, show_modally};
use crate::keys::{self, KEYS, Part};

/// The dialog.
#[component]
pub fn KeysList(close: Callback<()>) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    show_modally(dialog);
    let shut = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let part = |part: Part| {
        let keys = KEYS.iter().filter(move |key| key.part == part).map(|key| {
            let press = key.press.iter().map(|press| view! { <kbd>{*press}</kbd>" " }).collect_view();
            view! { <div class="keys__key"><dt>{press}</dt><dd>{key.what}</dd></div> }
        });
        view! { <section class="keys__part"><h3>{part.label()}</h3><dl>{keys.collect_view()}</dl></section> }.into_any()
    };
    view! {
        <dialog class="dialog keys" node_ref=dialog aria-labelledby="keys-h" on:close=move |_| close.run(()) on:click=move |event| close_beside(&event)>
            <div class="dialog__body">
                <h2 class="dialog__title" id="keys-h">"Keys"</h2>
                {keys::is_off().then(|| view! { <p class="muted">"Single keys are off in this browser. Your profile turns them on."</p> })}
                <div class="keys__parts">{Part::ALL.into_iter().map(part).collect_view()}</div>
            </div>
            <div class="dialog__actions">
                <a class="button button--quiet" href="/me" on:click=shut>"Turn single keys on or off"</a>
                <button class="button" type="button" on:click=shut>"Close"</button>
            </div>
        </dialog>
    }
    .into_any()
}
