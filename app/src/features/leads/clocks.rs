//! The clocks of a lead: what has to be done with it by when, and how that stands.

use domain::Timestamp;
use leptos::prelude::*;

use super::fact::FactPage;
use crate::context::{Now, catalog};

/// The part; nothing for a lead without clocks. It ticks with the page's ages.
#[component]
pub fn Clocks() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let now = expect_context::<Now>();
    let clocks = Memo::new(move |_| page.detail.with(|detail| detail.clocks.clone()));
    let is_empty = Memo::new(move |_| clocks.with(|clocks| clocks.faces.is_empty()));
    let rows = move || {
        let catalog = catalog();
        let zone = &catalog.site.zone;
        clocks.with(|clocks| {
            let now = now.0.get().map_or(clocks.now, Timestamp);
            let row = |face: &domain::clock::ClockFace| {
                let state = face.state(now);
                view! {
                    <div class="fact" data-clock=face.name.clone()>
                        <dt class="fact__label"><span class=format!("badge tone-{}", state.tone())>{state.label()}</span></dt>
                        <dd class="fact__value" title=zone.readable(face.due_at)>{face.sentence(now, &clocks.hours, zone)}</dd>
                    </div>
                }
                .into_any()
            };
            clocks.faces.iter().map(row).collect_view()
        })
    };
    move || {
        (!is_empty.get()).then(|| {
            view! {
                <section class="facts" id="clocks" aria-labelledby="clocks-h">
                    <div class="facts__head"><h2 id="clocks-h">"Clocks"</h2></div>
                    <dl>{rows}</dl>
                </section>
            }
            .into_any()
        })
    }
}
