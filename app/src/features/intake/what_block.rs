//! What they want: offerings, notes, and whether it has to be now.

use domain::ChoiceList;
use leptos::prelude::*;

use super::state::Intake;
use crate::context::catalog;
use crate::form::{Area, Checks};

/// The block.
#[component]
pub fn WhatBlock() -> impl IntoView {
    let intake = expect_context::<Intake>();
    let offerings =
        Signal::derive(|| catalog().offered(ChoiceList::Offering).map(|choice| (choice.id.to_string(), choice.name.clone())).collect::<Vec<_>>());
    let is_urgent = intake.said.with_untracked(|said| said.get("needs_help_now") == "1");
    view! {
        <section class="intake__block what" aria-labelledby="what-h">
            <h2 id="what-h">"What"</h2>
            <div id="offerings" tabindex="-1">
                <Checks name="offerings" label="What do they want?" options=offerings />
                <p class="field__help desktop-only needs-script">"Arrows or a first letter go from one to the next, Space ticks it"</p>
            </div>
            <Area name="message" label="Key notes" help="What sales has to know" />
            <div class="field">
                <label class="check" for="needs_help_now">
                    <input id="needs_help_now" type="checkbox" name="needs_help_now" value="1" checked=is_urgent />
                    <strong>"Needs help now"</strong>
                    <span class="muted small">"takes the ladder of immediate help"</span>
                </label>
            </div>
        </section>
    }
    .into_any()
}
