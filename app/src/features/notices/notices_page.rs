//! The page: `/notices`. What one was told, newest first, and what of it is unread.

use domain::{FormValues, NoticeRow, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::load_told;
use crate::components::{Empty, Icon, Problem, TimeAgo};
use crate::context::{Me, Toasts, load_counters};
use crate::form::{Done, ErrorSummary, Hidden, PostForm};
use crate::live::{Heard, Live};
use crate::routes;

/// The page.
#[component]
pub fn NoticesPage() -> impl IntoView {
    let location = use_location();
    let before = Memo::new(move |_| {
        let values = FormValues::decode(location.search.get().trim_start_matches('?').as_bytes());
        values.find("before").filter(|text| !text.is_empty()).map(str::to_owned)
    });
    let found = Resource::new(move || before.get(), load_told);
    let toasts = expect_context::<Toasts>();
    let counters = expect_context::<Me>().counters;
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
        leptos::task::spawn_local(async move {
            if let Ok(fresh) = load_counters().await {
                let _gone = counters.try_set(fresh);
            }
        });
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Lead(_) | Heard::Resync) {
            found.refetch();
        }
    }));
    view! {
        <Title text="Notices" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found is_newest=before.get_untracked().is_none() done /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: Page<NoticeRow>, is_newest: bool, done: Callback<Done>) -> impl IntoView {
    // What comes while one reads stays unread.
    let last = found.items.iter().map(|notice| notice.id.0).max().filter(|_| found.items.iter().any(|notice| notice.read_at.is_none()));
    let next = found.next_cursor.map(|before| routes::with_query(routes::NOTICES, &routes::and("", "before", &before)));
    let has_notices = !found.items.is_empty();
    view! {
        <section class="section" aria-labelledby="told-h">
            <div class="section__head">
                <h1 id="told-h">"Notices"</h1>
                <span class="muted">"Kept for 90 days once they are read"</span>
                {last.map(|last| view! {
                    <span class="section__end">
                        <PostForm action="/notices/read" on_done=done>
                            <Hidden name="last" value=last.to_string() />
                            <ErrorSummary prefix="told-" />
                            <button class="button button--small">"Mark all read"</button>
                        </PostForm>
                    </span>
                })}
            </div>
            {if has_notices {
                view! { <Told notices=found.items /> }.into_any()
            } else {
                view! { <Empty icon="bell" title="No notices" text="When something concerns you, it stands here." /> }.into_any()
            }}
            <nav class="button-group" aria-label="Pages">
                {(!is_newest).then(|| view! { <a class="button button--quiet button--small" href=routes::NOTICES>"Newest"</a> })}
                {next.map(|href| view! { <a class="button button--quiet button--small" rel="next" href=href>"Older"<Icon name="chevron-right" /></a> })}
            </nav>
        </section>
    }
    .into_any()
}

#[component]
fn Told(notices: Vec<NoticeRow>) -> impl IntoView {
    let row = |notice: NoticeRow| {
        let is_unread = notice.read_at.is_none();
        view! {
            <tr>
                <td>
                    <a class="row__link" href=notice.path>{notice.words}</a>
                    {is_unread.then(|| view! { " " <span class="badge tone-blue">"Unread"</span> })}
                </td>
                <td class="muted">{notice.kind.label()}</td>
                <td><TimeAgo at=notice.at /></td>
            </tr>
        }
        .into_any()
    };
    view! {
        <table class="table table--stack">
            <thead>
                <tr>
                    <th scope="col">"What"</th>
                    <th scope="col">"Kind"</th>
                    <th scope="col">"When"</th>
                </tr>
            </thead>
            <tbody>{notices.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
