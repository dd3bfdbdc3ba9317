//! Reaching the person of a lead: an attempt is logged with two taps, what was tried stands there, and so does what to try next.

mod channel_form;
mod next;
mod tried;

use domain::LeadId;
use domain::attempt::{AttemptChannel, AttemptsView};
use leptos::prelude::*;

use self::channel_form::ChannelForm;
use self::next::TryNext;
use self::tried::Tried;
use super::fact::FactPage;
use super::server_fns::load_attempts;
use crate::components::{Icon, Problem};
use crate::context::{Toasts, catalog_now};
use crate::form::Done;
use crate::routes;

/// What its parts share.
#[derive(Clone, Copy)]
struct AttemptsPage {
    lead: LeadId,
    known: RwSignal<AttemptsView>,
    /// Called when something was logged or planned: says so and reads the lead afresh, and with it what is known of attempts.
    done: Callback<Done>,
}

/// The part; loaded for itself.
#[component]
pub fn Attempts() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let id = page.detail.with_untracked(|detail| detail.lead.id);
    let found = Resource::new(|| (), move |()| load_attempts(id.0));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(found) => view! { <Loaded id found /> }.into_any(),
                    Err(error) => view! { <Problem error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Loaded(id: LeadId, found: AttemptsView) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let known = RwSignal::new(found);
    let asked = StoredValue::new(0_u32);
    let read_again = move || {
        asked.update_value(|asked| *asked += 1);
        let mine = asked.get_value();
        leptos::task::spawn_local(async move {
            let fresh = load_attempts(id.0).await;
            // An answer that was overtaken by a newer one is dropped.
            if let (Ok(fresh), true) = (fresh, asked.try_get_value() == Some(mine)) {
                let _gone = known.try_set(fresh);
            }
        });
    };
    let version = Memo::new(move |_| page.detail.with(|detail| detail.lead.version));
    Effect::new(move |before: Option<i64>| {
        let now = version.get();
        if before.is_some_and(|before| before != now) {
            read_again();
        }
        now
    });
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        page.reload.run(());
    });
    provide_context(AttemptsPage { lead: id, known, done });
    let may_log = Memo::new(move |_| known.with(|known| known.may_log));
    let may_write = Memo::new(move |_| page.detail.with(|detail| detail.rights.edit));
    let nurture = Memo::new(move |_| known.with(|known| known.nurture.as_ref().map(|line| line.words(&catalog_now().site.zone))));
    let is_empty = Memo::new(move |_| known.with(|known| !known.may_log && known.figures.total == 0));
    let channels = move || AttemptChannel::ALL.into_iter().map(|channel| view! { <ChannelForm channel /> }).collect_view();
    move || {
        (!is_empty.get()).then(|| {
            view! {
                <section class="facts" id="attempts" aria-labelledby="attempts-h">
                    <div class="facts__head"><h2 id="attempts-h">"Reach them"</h2></div>
                    <TryNext />
                    {move || may_log.get().then(|| view! { <div class="attempts__channels">{channels()}</div> })}
                    {move || may_write.get().then(|| view! {
                        <p><a class="button" href=routes::message(id, None) data-command="Write a message"><Icon name="mail" />"Write a message"</a></p>
                    })}
                    {move || nurture.get().map(|words| view! { <p class="muted small">"Nurtured by the plan " <a href=routes::message(id, None)>{words}</a></p> })}
                    <Tried />
                </section>
            }
            .into_any()
        })
    }
}
