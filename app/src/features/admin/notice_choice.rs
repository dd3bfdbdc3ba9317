//! Whether one gets notices by mail: a part of one's profile.

use leptos::prelude::*;

use super::notice_fns::load_own_notices;
use super::ticks::Tick;
use crate::components::Problem;
use crate::context::Toasts;
use crate::form::{Done, ErrorSummary, PostForm};

/// The section.
#[component]
pub fn NoticeChoice() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let found = Resource::new(|| (), |()| load_own_notices());
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    view! {
        <section class="section" aria-labelledby="notices-h">
            <div class="section__head"><h2 id="notices-h">"Notices"</h2></div>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(gets) => view! {
                            <PostForm action="/me/notices" class="form" on_done=done>
                                <ErrorSummary prefix="n-" />
                                <Tick name="gets_notices" label="Send me a mail when somebody gives me a lead" checked=gets prefix="n-" />
                                <div class="form__actions"><button class="button">"Save notices"</button></div>
                            </PostForm>
                        }
                        .into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}
