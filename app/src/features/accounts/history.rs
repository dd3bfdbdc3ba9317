//! What happened to an account or a contact.

use domain::event::TextChange;
use domain::{Event, EventKind};
use leptos::prelude::*;

use crate::components::{Icon, TimeAgo};
use crate::context::catalog;

/// Events, newest first.
#[component]
pub fn History(events: Vec<Event>) -> impl IntoView {
    view! {
        <section class="section" id="timeline" aria-labelledby="timeline-h">
            <div class="section__head"><h2 id="timeline-h">"Timeline"</h2></div>
            {if events.is_empty() {
                view! { <p class="muted">"Nothing happened yet."</p> }.into_any()
            } else {
                view! { <ol class="timeline">{events.into_iter().map(|event| view! { <Item event /> }).collect_view()}</ol> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Item(event: Event) -> impl IntoView {
    let who = event.actor.map_or_else(|| "Leadwright".to_owned(), |id| catalog().person_name(id));
    let sentence = event.kind.sentence();
    let (icon, tone) = match &event.kind {
        EventKind::RecordAdded { .. } | EventKind::LeadAdded { .. } => ("plus", "blue"),
        EventKind::AccountsMerged { .. } => ("building", "violet"),
        EventKind::MergeUndone { .. } => ("undo", "amber"),
        _ => ("edit", "grey"),
    };
    let changes = match event.kind {
        EventKind::RecordChanged { changes, .. } => changes,
        _ => Vec::new(),
    };
    view! {
        <li class="timeline__item">
            <span class=format!("timeline__icon tone-{tone}")><Icon name=icon /></span>
            <div class="timeline__body">
                <span class="timeline__who">{who}</span>
                " " {sentence} " "
                <TimeAgo at=event.at class="timeline__time" />
                {changes.into_iter().map(|change| view! { <Change change /> }).collect_view()}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Change(change: TextChange) -> impl IntoView {
    let TextChange { what, old, new } = change;
    view! {
        <div class="timeline__change">
            <span class="muted">{what}" "</span>
            {(!old.is_empty()).then(|| view! { <del>{old}</del> })}
            {if new.is_empty() { view! { <span class="muted">"nothing"</span> }.into_any() } else { view! { <ins>{new}</ins> }.into_any() }}
        </div>
    }
    .into_any()
}
