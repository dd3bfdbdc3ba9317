//! A part of a lead's page that is loaded for itself, so that the page does not wait for it.

use domain::LeadId;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fact::FactPage;
use crate::components::Problem;
use crate::context::Toasts;
use crate::form::Done;
use crate::in_turn::in_turn;
use crate::wire_error::WireError;

/// What such a part knows.
pub struct LoadedPart<T: 'static> {
    pub lead: LeadId,
    pub known: RwSignal<T>,
    /// Reads it again, without a change of the lead.
    pub read_again: Callback<()>,
    /// Called when something became of it: says so and reads the lead afresh, and with that the part.
    pub done: Callback<Done>,
}

/// What `show` makes of what `read` finds for the page's lead; read again whenever the lead changes.
pub fn loaded_part<T, Read, Reading>(read: Read, show: fn(LoadedPart<T>) -> AnyView) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    Read: Fn(i64) -> Reading + Copy + Send + Sync + 'static,
    Reading: Future<Output = Result<T, WireError>> + Send + 'static,
{
    let page = expect_context::<FactPage>();
    let lead = page.detail.with_untracked(|detail| detail.lead.id);
    let found = Resource::new(|| (), move |()| read(lead.0));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(found) => in_turn(move || show(follow(page, lead, RwSignal::new(found), read))),
                    Err(error) => view! { <Problem error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn follow<T, Read, Reading>(page: FactPage, lead: LeadId, known: RwSignal<T>, read: Read) -> LoadedPart<T>
where
    T: Send + Sync + 'static,
    Read: Fn(i64) -> Reading + Copy + Send + Sync + 'static,
    Reading: Future<Output = Result<T, WireError>> + Send + 'static,
{
    let toasts = expect_context::<Toasts>();
    let asked = StoredValue::new(0_u32);
    let read_again = Callback::new(move |()| {
        asked.update_value(|asked| *asked += 1);
        let mine = asked.get_value();
        leptos::task::spawn_local(async move {
            let fresh = read(lead.0).await;
            // An answer that was overtaken by a newer one is dropped.
            if let (Ok(fresh), true) = (fresh, asked.try_get_value() == Some(mine)) {
                let _gone = known.try_set(fresh);
            }
        });
    });
    let version = Memo::new(move |_| page.detail.with(|detail| detail.lead.version));
    Effect::new(move |before: Option<i64>| {
        let now = version.get();
        if before.is_some_and(|before| before != now) {
            read_again.run(());
        }
        now
    });
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        page.reload.run(());
    });
    LoadedPart { lead, known, read_again, done }
}
