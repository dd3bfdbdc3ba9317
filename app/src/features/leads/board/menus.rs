//! The menus at the board's head: which leads, and whose pipeline.

use domain::board::BoardShape;
use domain::{LeadFilter, LeadView};
use leptos::prelude::*;

use crate::components::{Icon, Menu, MenuLink};
use crate::context::catalog;
use crate::routes;

fn board_of(filter: &LeadFilter) -> String {
    routes::with_query(routes::BOARD, &filter.to_query())
}

/// The board's name, and the other views.
#[component]
pub fn ViewMenu(filter: Signal<LeadFilter>) -> impl IntoView {
    move || {
        let filter = filter.get();
        let name = filter.view.label();
        let summary = move || view! { <h1>{name}</h1><Icon name="chevron-down" /> };
        view! {
            <Menu summary button_class="button button--quiet">
                {LeadView::ALL
                    .into_iter()
                    .map(|view| view! { <MenuLink href=board_of(&filter.with_view(view)) label=view.label() current=view == filter.view /> })
                    .collect_view()}
            </Menu>
        }
    }
}

/// The pipeline's lead type, and the others.
#[component]
pub fn TypeMenu(filter: Signal<LeadFilter>) -> impl IntoView {
    move || {
        let (filter, catalog) = (filter.get(), catalog());
        let current = BoardShape::of(&filter, &catalog).map(|shape| shape.lead_type);
        let name = current.and_then(|id| catalog.lead_type(id)).map_or_else(String::new, |lead_type| lead_type.name.clone());
        view! {
            <Menu summary=move || view! { <span class="visually-hidden">"Pipeline: "</span>{name.clone()}<Icon name="chevron-down" /> } button_class="button button--small">
                {catalog
                    .offered_types()
                    .map(|lead_type| {
                        let current = current == Some(lead_type.id);
                        view! { <MenuLink href=board_of(&filter.of_type(&lead_type.name)) label=lead_type.name.clone() current /> }
                    })
                    .collect_view()}
            </Menu>
        }
    }
}
