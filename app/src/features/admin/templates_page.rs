//! The mails that people get, and their words: `/admin/templates`. For administrators.

use leptos::prelude::*;
use leptos_meta::Title;

use super::notice_fns::{NoticeView, load_notices};
use super::sections::AdminPage;
use crate::components::Problem;

/// The page.
#[component]
pub fn TemplatesPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_notices());
    view! {
        <Title text="Mail templates" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
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
fn Loaded(found: Vec<NoticeView>) -> impl IntoView {
    let row = |notice: NoticeView| {
        view! {
            <tr>
                <td><a class="row__link" href=format!("/admin/templates/{}", notice.kind.key())>{notice.kind.label()}</a></td>
                <td class="muted">{notice.kind.purpose()}</td>
                <td class="table__end">{notice.is_changed.then(|| view! { <span class="badge tone-blue">"Changed"</span> })}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <AdminPage here="/admin/templates">
            <section class="section" aria-labelledby="templates-h">
                <div class="section__head"><h1 id="templates-h">"Mail templates"</h1></div>
                <p class="muted">"Everybody can switch these mails off for themselves, in their profile."</p>
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"Mail"</th>
                            <th scope="col">"Who gets it"</th>
                            <th class="table__end" scope="col"><span class="visually-hidden">"Changed"</span></th>
                        </tr>
                    </thead>
                    <tbody>{found.into_iter().map(row).collect_view()}</tbody>
                </table>
            </section>
        </AdminPage>
    }
    .into_any()
}
