//! The configured lists: `/admin/lists`. For administrators.

use leptos::prelude::*;
use leptos_meta::Title;

use super::configuration_fns::{ListRow, load_lists};
use super::sections::AdminPage;
use crate::components::Problem;

/// The page.
#[component]
pub fn ListsPage() -> impl IntoView {
    let lists = Resource::new(|| (), |()| load_lists());
    view! {
        <Title text="Lists" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match lists.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: Vec<ListRow>) -> impl IntoView {
    let row = |row: ListRow| {
        view! {
            <tr>
                <td><a class="row__link" href=format!("/admin/lists/{}", row.list.key())>{row.list.label()}</a></td>
                <td class="muted">{row.list.purpose()}</td>
                <td class="table__end">{row.offered.to_string()}<span class="stack-only">" entries"</span></td>
            </tr>
        }
        .into_any()
    };
    view! {
        <AdminPage here="/admin/lists">
            <section class="section" aria-labelledby="lists-h">
                <div class="section__head"><h1 id="lists-h">"Lists"</h1></div>
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"List"</th>
                            <th scope="col">"What it is for"</th>
                            <th class="table__end" scope="col">"Entries"</th>
                        </tr>
                    </thead>
                    <tbody>{found.into_iter().map(row).collect_view()}</tbody>
                </table>
            </section>
        </AdminPage>
    }
    .into_any()
}
