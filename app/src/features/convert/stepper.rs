//! The three steps across the top, all of them visible. Going to another one keeps what stands in the form of this one.

use domain::LeadId;
use leptos::prelude::*;

use super::convert_page::STEPS;
use crate::routes;

/// The id of the form of the first two steps.
pub const FORM: &str = "convert-form";

/// The steps; `step` is the one that is shown.
#[component]
pub fn Stepper(lead: LeadId, step: u8) -> impl IntoView {
    let each = STEPS.into_iter().zip(1_u8..).map(|(name, of)| {
        let is_here = of == step;
        let face = view! { <span class="convert__number" aria-hidden="true">{of.to_string()}</span><span>{name}</span> };
        // Errors of another step lead to it.
        let id = match of {
            _ if is_here => None,
            1 => Some("quotes"),
            2 => Some("kind"),
            _ => Some("services"),
        };
        let inner = if is_here {
            view! { <span class="convert__step">{face}</span> }.into_any()
        } else if step < 3 {
            let (name, value) = match (step, of) {
                (2, 1) => ("back", "1"),
                (_, 3) => ("go", "services"),
                _ => ("go", "customer"),
            };
            view! { <button class="convert__step" id=id form=FORM name=name value=value>{face}</button> }.into_any()
        } else {
            view! { <a class="convert__step" id=id href=routes::convert(lead, of)>{face}</a> }.into_any()
        };
        view! { <li aria-current=is_here.then_some("step")>{inner}</li> }.into_any()
    });
    let next = match step {
        1 => Some("customer"),
        2 => Some("services"),
        _ => None,
    };
    view! {
        // The first button of a form is the one that Enter presses.
        {next.map(|next| view! { <button class="visually-hidden" form=FORM name="go" value=next tabindex="-1" aria-hidden="true">"Go on"</button> })}
        <ol class="convert__steps" aria-label="Steps">{each.collect::<Vec<_>>()}</ol>
    }
    .into_any()
}
