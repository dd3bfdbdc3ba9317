//! A status: a dot whose fill shows progress, its colour, its name.

use domain::catalog::Status;
use domain::{Catalog, LifeCycle, StatusId};
use leptos::prelude::*;

use crate::context::catalog;
use crate::html::Html;

/// The symbol of a status: its state, and for open ones how far along its pipeline it is.
#[must_use]
pub fn dot_of(status: &Status, catalog: &Catalog) -> &'static str {
    match status.state {
        LifeCycle::Won => "dot-won",
        LifeCycle::Lost => "dot-lost",
        LifeCycle::Cancelled => "dot-cancelled",
        LifeCycle::Pending => "dot-pending",
        LifeCycle::InProgress => {
            let steps: Vec<_> = catalog.pipeline(status.lead_type).filter(|step| step.state == LifeCycle::InProgress).collect();
            let at = steps.iter().position(|step| step.id == status.id).unwrap_or(0);
            match (at + 1) * 4 / (steps.len() + 1) {
                0 | 1 => "dot-quarter",
                2 => "dot-half",
                _ => "dot-three",
            }
        }
    }
}

/// A status by its id.
#[component]
pub fn StatusChip(id: StatusId) -> impl IntoView {
    // A closure, because a lead may arrive before the page knows of its new status.
    (move || chip(id)).into_any()
}

fn chip(id: StatusId) -> AnyView {
    let catalog = catalog();
    let Some(status) = catalog.status(id) else { return ().into_any() };
    let (class, parts) = status_class_and_parts(status, &catalog);
    view! { <span class=class inner_html=parts.into_string()></span> }.into_any()
}

/// The class of a status' element, and what is in it.
#[must_use]
pub fn status_class_and_parts(status: &Status, catalog: &Catalog) -> (String, Html) {
    let mut parts = Html::default();
    parts.raw("<svg class=\"status__dot\" aria-hidden=\"true\"><use href=\"/static/icons.svg#").raw(dot_of(status, catalog)).raw("\"></use></svg>");
    parts.raw("<span class=\"status__name\">").text(&status.name).raw("</span>");
    (format!("status tone-{}", status.tone), parts)
}
