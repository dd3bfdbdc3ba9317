//! That nobody has touched a lead since it was handed over: a line under its name, with what can be done about it.

use leptos::prelude::*;

use super::fact::FactPage;
use super::lead_head::RefusedAsToast;
use crate::components::{Due, Icon, TimeAgo};
use crate::context::{Toasts, me};
use crate::form::{Done, PostForm};

/// The line, while it waits. A lead of which somebody was told is overdue.
#[component]
pub fn Untouched() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let me = me().id;
    let waiting = Memo::new(move |_| {
        page.detail.with(|detail| {
            let lead = &detail.lead;
            let is_theirs = lead.owner == Some(me) && lead.distributor.is_none();
            let touch_by = lead.handover.touch_by.filter(|_| lead.deleted_at.is_none())?;
            Some((lead.id, touch_by, lead.handover, detail.rights.reclaim && !is_theirs))
        })
    });
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        page.reload.run(());
    });
    let form = move |action: String, word: &'static str| {
        view! {
            <PostForm action on_done=done>
                <button class="button button--small" data-command="">{word}</button>
                <RefusedAsToast />
            </PostForm>
        }
        .into_any()
    };
    move || {
        waiting.get().map(|(id, touch_by, handover, may_reclaim)| {
            view! {
                <div class="untouched">
                    <Icon name="bell" />
                    <span>"Nobody has touched this yet"{handover.at.map(|at| view! { ", handed over "<TimeAgo at /> })}</span>
                    <Due at=touch_by />
                    {may_reclaim.then(|| form(format!("/leads/{id}/nudge"), "Nudge"))}
                    {(may_reclaim && handover.level > 0).then(|| form(format!("/leads/{id}/take-back"), "Take it back"))}
                </div>
            }
        })
    }
}
