//! What to try next, and a button that plans it.

use domain::Due;
use domain::attempt::Proposal;
use leptos::prelude::*;

use super::AttemptsPage;
use crate::components::Icon;
use crate::context::catalog_now;
use crate::features::leads::RefusedAsToast;
use crate::features::leads::fact::FactPage;
use crate::features::tasks::TaskDue;
use crate::form::{Hidden, PostForm, SentOnce};

/// What the cadence proposes, or that it is through, and the text that helps after the last attempt; nothing for a lead whose person was
/// reached.
#[component]
pub fn TryNext() -> impl IntoView {
    let here = expect_context::<AttemptsPage>();
    let proposal = Memo::new(move |_| here.known.with(|known| known.proposal.clone()));
    let is_through = Memo::new(move |_| here.known.with(|known| known.is_through));
    let advice = Memo::new(move |_| here.known.with(|known| known.advice().cloned()));
    view! {
        {move || proposal.get().map(|proposal| view! { <Proposed proposal /> })}
        {move || is_through.get().then(|| view! {
            <p class="attempts__next" role="status">
                <span class="badge tone-amber">"All tried"</span>
                "Every step of the cadence was taken, and nobody was reached. Try another person or department, wait for a better time, or close the lead."
            </p>
        })}
        {move || advice.get().map(|row| view! {
            <details class="form__more" open=true>
                <summary><Icon name="chevron-right" />{row.text.label()}</summary>
                <p class="task__note">{row.body}</p>
            </details>
        })}
    }
    .into_any()
}

#[component]
fn Proposed(proposal: Proposal) -> impl IntoView {
    let here = expect_context::<AttemptsPage>();
    let page = expect_context::<FactPage>();
    let may_plan = Memo::new(move |_| page.detail.with(|detail| detail.rights.task && detail.next_step.is_none()));
    let due = Due { at: proposal.at, all_day: false };
    let request = proposal.channel.request();
    let plan = move || {
        let catalog = catalog_now();
        let (day, time) = (due.day(&catalog.site.zone).day(), due.time(&catalog.site.zone));
        view! {
            <PostForm action=format!("/leads/{}/tasks", here.lead) class="task__step" on_done=here.done>
                <SentOnce />
                <Hidden name="title" value=request.to_owned() />
                <Hidden name="due" value=day />
                <Hidden name="time" value=time />
                <Hidden name="back" value=format!("/leads/{}", here.lead) />
                <button class="button button--small">"Plan it"</button>
                <RefusedAsToast />
            </PostForm>
        }
        .into_any()
    };
    view! {
        <div class="attempts__next">
            <Icon name=proposal.channel.icon() />
            <strong>{request}</strong>
            <TaskDue due />
            {move || may_plan.get().then(plan)}
        </div>
        <p class="muted small">{proposal.why.words()}</p>
    }
    .into_any()
}
