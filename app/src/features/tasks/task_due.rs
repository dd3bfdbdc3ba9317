//! When a task is due.

use domain::Due;
use leptos::prelude::*;

use crate::components::Icon;
use crate::context::{Now, catalog_now};

/// Its day, and its time where it has one, by the site's clocks. That it is overdue is said once the browser knows the time.
#[component]
pub fn TaskDue(due: Due) -> impl IntoView {
    let now = expect_context::<Now>();
    let words = due.words(&catalog_now().site.zone);
    let is_over = move || now.0.get().is_some_and(|now| due.at.0 < now);
    view! {
        <time class="clock" class=("clock--overdue", is_over) datetime=due.at.rfc3339()>
            <Icon name="clock" />
            {words}
            {move || is_over().then_some(", overdue")}
        </time>
    }
    .into_any()
}
