//! Moving something up or down in its list: two buttons, no drag needed.

use leptos::prelude::*;

use crate::components::Icon;
use crate::form::{Done, PostForm};

/// The buttons; each posts its direction.
#[component]
pub fn OrderButtons(
    /// Where the move is posted to.
    action: String,
    /// What is moved, for screen readers.
    name: String,
    is_first: bool,
    is_last: bool,
    done: Callback<Done>,
) -> impl IntoView {
    view! {
        <PostForm action=action class="order-buttons" on_done=done>
            <button class="button button--quiet button--icon button--small" name="direction" value="up" disabled=is_first aria-label=format!("Move {name} up")>
                <Icon name="arrow-up" />
            </button>
            <button class="button button--quiet button--icon button--small" name="direction" value="down" disabled=is_last aria-label=format!("Move {name} down")>
                <Icon name="arrow-down" />
            </button>
        </PostForm>
    }
    .into_any()
}

/// How many records there are, as far as they were counted.
#[must_use]
pub fn count_text(count: i64) -> String {
    if count > domain::catalog::USES_MOST { format!("{}+", domain::catalog::USES_MOST) } else { count.to_string() }
}

/// What a button of the panel says when it is to be refused or done elsewhere: nothing typed is lost.
#[component]
pub fn RemoveForm(
    /// Where it is posted to.
    action: String,
    label: &'static str,
    done: Callback<Done>,
) -> impl IntoView {
    view! {
        <PostForm action=action class="filter-panel" on_done=done>
            <div class="filter-panel__wide"><crate::form::ErrorSummary /></div>
            <div class="filter-panel__foot"><button class="button"><Icon name="trash" />{label}</button></div>
        </PostForm>
    }
    .into_any()
}
