//! The meter of what is still to be asked, beside the buttons that save.

use domain::intake::{Requirement, list_words};
use leptos::prelude::*;

use super::draft;
use super::state::Intake;
use crate::components::Icon;

/// The foot of the page.
#[component]
pub fn Foot() -> impl IntoView {
    let intake = expect_context::<Intake>();
    let missing = intake.missing();
    let most = Requirement::ALL.len();
    let done = move || most - missing.with(Vec::len);
    let words = move || {
        missing.with(|missing| match missing.as_slice() {
            [] => "Complete: it may go to sales.".to_owned(),
            missing => format!("Still to ask: {}.", list_words(missing)),
        })
    };
    let is_complete = move || missing.with(Vec::is_empty);
    view! {
        <div class="intake__foot">
            <div class="intake__meter" class=("intake__meter--complete", is_complete)>
                <progress max=most value=done aria-label="How much of the call is written down"></progress>
                <p role="status" id="missing">{words}</p>
            </div>
            <div class="button-group">
                {move || intake.thrown_away.with(Option::is_some).then(|| view! {
                    <span class="small muted">"Started over. "
                        <button class="button-link" type="button" on:click=move |_| draft::undo(intake)>"Undo"</button>
                    </span>
                })}
                <button class="button button--quiet needs-script" type="button" on:click=move |_| draft::start_over(intake)><Icon name="undo" />"Start over"</button>
                <button class="button" name="incomplete" value="1">"Save as incomplete"</button>
                <button class="button button--primary">"Save lead"<kbd class="desktop-only needs-script" aria-hidden="true">"Ctrl ↵"</kbd></button>
            </div>
        </div>
    }
    .into_any()
}
