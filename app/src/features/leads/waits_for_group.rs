//! That a lead waits until somebody of its group accepts it, and who may give it away until then.

use domain::waits_for_its_group_words;
use leptos::prelude::*;

use super::fact::FactPage;
use crate::context::catalog;

/// Nothing once somebody has it, and while it is with a distributor.
#[component]
pub fn WaitsForGroup() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let group = Memo::new(move |_| {
        page.detail.with(|detail| {
            let lead = &detail.lead;
            let is_there = lead.deleted_at.is_none() && lead.state.life_cycle().is_open();
            lead.group.filter(|_| lead.audience().waits_for_its_group() && is_there && lead.distributor.is_none())
        })
    });
    move || {
        let group = group.get()?;
        let name = catalog().group(group).map_or_else(|| "its group".to_owned(), |group| group.name.clone());
        let view = view! {
            <div class="fact">
                <dt class="fact__label">"Acceptance"</dt>
                <dd class="fact__value">
                    <span class="badge tone-amber">"Nobody accepted it yet"</span>
                    <p class="muted small">{waits_for_its_group_words(&name)}"."</p>
                </dd>
            </div>
        };
        Some(view.into_any())
    }
}
