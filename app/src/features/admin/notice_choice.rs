//! Whether one gets notices by mail, and when the digest of the day: a part of one's profile.

use domain::catalog::clock_text;
use domain::clock::DigestWish;
use leptos::prelude::*;

use super::notice_fns::load_own_notices;
use super::ticks::Tick;
use crate::components::Problem;
use crate::context::{Toasts, me};
use crate::form::{Done, ErrorSummary, Input, InputKind, Options, PostForm, Select};

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
                        Ok(found) => view! {
                            <PostForm action="/me/notices" class="form" on_done=done>
                                <ErrorSummary prefix="n-" />
                                <Tick name="gets_notices" label="Send me a mail when somebody gives me a lead" checked=found.by_mail prefix="n-" />
                                <div class="form__actions"><button class="button">"Save notices"</button></div>
                            </PostForm>
                            {me().role.is_internal().then(|| view! { <DigestChoice digest=found.digest of_site=found.digest_of_site done /> })}
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

/// Whether and when one hears each day what is to be done.
#[component]
fn DigestChoice(
    digest: DigestWish,
    /// Unit: minutes after midnight; `None` for never.
    of_site: Option<i64>,
    done: Callback<Done>,
) -> impl IntoView {
    let by_site =
        of_site.map_or_else(|| "When the site sends it: never".to_owned(), |minute| format!("When the site sends it: {}", clock_text(minute)));
    let own = "At an hour of my own".to_owned();
    let choices: Options = vec![("site".to_owned(), by_site), ("own".to_owned(), own), ("off".to_owned(), "Never".to_owned())];
    let at = if let DigestWish::Own(minute) = digest { clock_text(minute) } else { String::new() };
    view! {
        <PostForm action="/me/digest" class="form" on_done=done>
            <ErrorSummary prefix="digest-" />
            <Select name="digest" label="Daily digest: what is overdue or due today" options=choices value=digest.key() prefix="digest-" />
            <Input
                name="digest_at"
                label="My hour"
                value=at
                kind=InputKind::Time
                optional=true
                help="On days with work, and not before it begins. After work it comes the next morning."
                prefix="digest-"
            />
            <div class="form__actions"><button class="button">"Save digest"</button></div>
        </PostForm>
    }
    .into_any()
}
