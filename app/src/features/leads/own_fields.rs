//! Fields that an administrator added, on the form that adds a lead: those of the chosen type.

use domain::CustomField;
use leptos::prelude::*;

use super::custom_control::CustomControl;
use crate::context::{Now, catalog};

/// One group for the fields of every type, and one for each type's own. With script only the chosen type's is shown;
/// without, each says whose it is.
#[component]
pub fn OwnFields(
    /// Number of the type that is chosen.
    chosen: Signal<String>,
) -> impl IntoView {
    let now = expect_context::<Now>();
    let fields = Memo::new(move |_| catalog().fields.iter().filter(|field| !field.retired).cloned().collect::<Vec<_>>());
    let types = Memo::new(move |_| {
        let catalog = catalog();
        let named = catalog.offered_types().map(|lead_type| (lead_type.id.to_string(), lead_type.name.clone()));
        named
            .filter(|(id, _)| fields.with(|fields| fields.iter().any(|field| field.lead_type.is_some_and(|of| of.to_string() == *id))))
            .collect::<Vec<_>>()
    });
    let shared = move || fields.get().into_iter().filter(|field| field.lead_type.is_none()).collect::<Vec<_>>();
    let of = move |lead_type: String| {
        move || {
            let is_own = |field: &CustomField| field.lead_type.is_some_and(|of| of.to_string() == lead_type);
            fields.get().into_iter().filter(is_own).collect::<Vec<_>>()
        }
    };
    let group = move |(id, name): (String, String)| {
        let own = id.clone();
        let is_other = move || chosen.with(|chosen| *chosen != own);
        let shown_only = is_other.clone();
        // Only once there is a script to turn it on again.
        let is_off = move || now.0.get().is_some() && shown_only();
        view! {
            <fieldset class="form__part own-fields" class=("own-fields--other", is_other) disabled=is_off>
                <legend class="form__heading">{format!("Of “{name}”")}</legend>
                <For each=of(id) key=Clone::clone children=control />
            </fieldset>
        }
        .into_any()
    };
    view! {
        <For each=shared key=Clone::clone children=control />
        <For each=move || types.get() key=Clone::clone children=group />
    }
    .into_any()
}

fn control(field: CustomField) -> AnyView {
    let value = field.default.clone();
    view! { <CustomControl field value prefix="" /> }.into_any()
}
