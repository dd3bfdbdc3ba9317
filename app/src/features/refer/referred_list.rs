//! What the person referred: name, company, day, and what became of it.

use domain::Page;
use domain::referral::Referred;
use leptos::prelude::*;

use crate::components::{Empty, TimeAgo};
use crate::context::catalog;
use crate::features::accounts::Pager;
use crate::routes;

/// A page of it, newest first.
#[component]
pub fn ReferredList(page: Page<Referred>, is_first: bool) -> impl IntoView {
    let first = (!is_first).then(|| routes::REFER.to_owned());
    let next = page.next_cursor.map(|cursor| routes::with_query(routes::REFER, &routes::and("", "before", &cursor)));
    let rows = if page.items.is_empty() {
        view! { <Empty icon="star" title="Nothing here yet" text="What you refer stands here, with what became of it." /> }.into_any()
    } else {
        view! {
            <table class="table table--stack">
                <thead>
                    <tr>
                        <th scope="col">"Who"</th>
                        <th scope="col">"Referred"</th>
                        <th scope="col">"What became of it"</th>
                    </tr>
                </thead>
                <tbody>{page.items.into_iter().map(|row| view! { <Row row /> }).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        {rows}
        <Pager first previous=None next />
    }
    .into_any()
}

#[component]
fn Row(row: Referred) -> impl IntoView {
    let name = if row.is_visible {
        view! { <a class="row__link" href=routes::lead(row.lead, "")>{row.full_name}</a> }.into_any()
    } else {
        view! { <span>{row.full_name}</span> }.into_any()
    };
    let fate = row.fate;
    view! {
        <tr>
            <td>{name}<p class="muted small">{row.company}</p></td>
            <td><TimeAgo at=row.at /></td>
            <td><span class=format!("badge tone-{}", fate.tone())>{move || fate.words(&catalog())}</span></td>
        </tr>
    }
    .into_any()
}
