//! One's tasks in one's own calendar: a part of one's profile.

use domain::Timestamp;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::components::{Problem, TimeAgo};
use crate::context::Toasts;
use crate::form::{Done, ErrorSummary, PostForm, ShownOnce};
use crate::wire_error::WireError;

/// When one's own feed was made; `None` without one.
#[server(prefix = "/fn", endpoint = "own_feed", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_own_feed() -> Result<Option<Timestamp>, WireError> {
    Ok(service::tasks::find_feed(&crate::server_ctx::ctx()?).await?)
}

/// The section.
#[component]
pub fn CalendarFeed() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let found = Resource::new(|| (), |()| load_own_feed());
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    view! {
        <section class="section" aria-labelledby="calendar-h">
            <div class="section__head"><h2 id="calendar-h">"Your tasks in your calendar"</h2></div>
            <p class="muted">"A calendar that reads other calendars by their address shows your tasks on their days. Whoever knows the address reads them: keep it to yourself."</p>
            <PostForm action="/me/calendar" class="form" on_done=done>
                <ErrorSummary prefix="calendar-" />
                <ShownOnce label="The address" help="Give it to your calendar now: it is not shown again." />
                <div class="form__actions"><button class="button">"Make a calendar address"</button></div>
            </PostForm>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(made_at) => made_at.map(|at| view! { <Made at done /> }).into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}

/// Since when there is one, and its end.
#[component]
fn Made(at: Timestamp, done: Callback<Done>) -> impl IntoView {
    view! {
        <PostForm action="/me/calendar/revoke" on_done=done>
            <p class="muted small">"There is an address, made "<TimeAgo at />". Another one takes its place."</p>
            <ErrorSummary prefix="no-calendar-" />
            <button class="button button--small">"Revoke the address"</button>
        </PostForm>
    }
    .into_any()
}
