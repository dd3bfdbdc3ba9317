//! Taking a conversion back.

use domain::conversion::Converted;
use leptos::prelude::*;

use crate::components::Icon;
use crate::form::{Done, ErrorSummary, Hidden, PostForm};

/// The button, where the person may do so; else why not. Leads to the lead, which is what it was, unless `on_done` does what there is to do on a page that
/// is the lead's. `page` is where it stands.
#[component]
pub fn TakeBack(converted: Converted, #[prop(into)] page: String, #[prop(optional)] on_done: Option<Callback<Done>>) -> impl IntoView {
    let Converted { conversion, may_undo, why_not_undone } = converted;
    if !may_undo {
        return view! { <p class="muted small">{why_not_undone}</p> }.into_any();
    }
    let action = format!("/conversions/{}/undo", conversion.id);
    let prefix = format!("undo-{}-", conversion.id);
    let inner = move || {
        view! {
            <Hidden name="page" value=page />
            <ErrorSummary prefix />
            <button class="button button--small" data-command="Take the conversion back"><Icon name="undo" />"Take the conversion back"</button>
        }
        .into_any()
    };
    let form = match on_done {
        Some(on_done) => view! { <PostForm action on_done>{inner()}</PostForm> }.into_any(),
        None => view! { <PostForm action>{inner()}</PostForm> }.into_any(),
    };
    view! {
        {form}
        <p class="muted small">"For 24 hours, while nothing was paid or sent."</p>
    }
    .into_any()
}
