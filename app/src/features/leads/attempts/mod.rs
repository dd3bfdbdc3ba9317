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
use super::loaded_part::{LoadedPart, loaded_part};
use super::server_fns::load_attempts;
use crate::components::Icon;
use crate::context::catalog_now;
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
    loaded_part(load_attempts, shown)
}

fn shown(LoadedPart { lead: id, known, done, .. }: LoadedPart<AttemptsView>) -> AnyView {
    let page = expect_context::<FactPage>();
    provide_context(AttemptsPage { lead: id, known, done });
    let may_log = Memo::new(move |_| known.with(|known| known.may_log));
    let may_write = Memo::new(move |_| page.detail.with(|detail| detail.rights.edit));
    let nurture = Memo::new(move |_| known.with(|known| known.nurture.as_ref().map(|line| line.words(&catalog_now().site.zone))));
    let is_empty = Memo::new(move |_| known.with(|known| !known.may_log && known.figures.total == 0));
    let channels = move || AttemptChannel::ALL.into_iter().map(|channel| view! { <ChannelForm channel /> }).collect_view();
    let part = move || {
        (!is_empty.get()).then(|| {
            view! {
                <section class="facts" id="attempts" aria-labelledby="attempts-h">
                    <div class="facts__head"><h2 id="attempts-h">"Reach them"</h2></div>
                    <TryNext />
                    {move || may_log.get().then(|| view! { <div class="attempts__channels">{channels()}</div> })}
                    {move || may_write.get().then(|| view! {
                        <p class="attempts__write"><a class="button" href=routes::message(id, None) data-command="Write a message"><Icon name="mail" />"Write a message"</a></p>
                    })}
                    {move || nurture.get().map(|words| view! { <p class="muted small">"Nurtured by the plan " <a href=routes::message(id, None)>{words}</a></p> })}
                    <Tried />
                </section>
            }
            .into_any()
        })
    };
    part.into_any()
}
