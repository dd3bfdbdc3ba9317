//! Where a card is dropped to close its lead; there only while one is in somebody's hand.

use domain::{LeadAction, LifeCycle, StatusId};
use leptos::prelude::*;

use super::state::{BoardState, judge};
use crate::components::Icon;
use crate::context::catalog_now;

/// A zone for each state that ends a lead, as far as the pipeline has it.
#[component]
pub fn Zones(board: BoardState) -> impl IntoView {
    let ends = [
        (LifeCycle::Won, LeadAction::Win, "trophy", "green"),
        (LifeCycle::Lost, LeadAction::Lose, "close", "red"),
        (LifeCycle::Cancelled, LeadAction::Cancel, "trash", "grey"),
    ];
    let is_dragging = Memo::new(move |_| board.dragged.with(Option::is_some));
    move || {
        is_dragging.get().then(|| {
            let catalog = catalog_now();
            let zone = |(state, action, icon, tone): (LifeCycle, LeadAction, &'static str, &'static str)| {
                let status = catalog.default_status(board.lead_type, state)?.id;
                Some(view! { <Zone board status label=action.label() icon tone /> }.into_any())
            };
            view! { <div class="zones">{ends.into_iter().filter_map(zone).collect_view()}</div> }
        })
    }
}

#[component]
fn Zone(board: BoardState, status: StatusId, label: &'static str, icon: &'static str, tone: &'static str) -> impl IntoView {
    let why = board.dragged.with_untracked(|dragged| dragged.as_ref().and_then(|dragged| judge(&dragged.card, status).err()));
    let is_shut = why.is_some();
    let is_over = move || board.dragged.with(|dragged| dragged.as_ref().is_some_and(|dragged| dragged.over == Some(status)));
    view! {
        <div class=format!("zone tone-{tone}") class=("zone--shut", is_shut) class=("zone--over", is_over) data-status=status.to_string()>
            <Icon name=icon />
            {move || why.clone().filter(|_| is_over()).unwrap_or_else(|| label.to_owned())}
        </div>
    }
    .into_any()
}
