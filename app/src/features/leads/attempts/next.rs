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

/// What the cadence proposes, or that it is through; nothing for a lead whose person was reached.
#[component]
pub fn TryNext() -> impl IntoView {
    let here = expect_context::<AttemptsPage>();
    let shown = Memo::new(move |_| here.known.with(|known| (known.proposal.clone(), known.is_through)));
    move || {
        match shown.get() {
        (Some(proposal), _) => view! { <Proposed proposal /> }.into_any(),
        (None, true) => view! {
            <p class="attempts__next" role="status">
                <span class="badge tone-amber">"All tried"</span>
                "Every step of the cadence was taken, and nobody was reached. Try another person or department, wait for a better time, or close the lead."
            </p>
        }
        .into_any(),
        (None, false) => ().into_any(),
    }
    }
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
        let zone = &catalog.site.zone;
        view! {
            <PostForm action=format!("/leads/{}/tasks", here.lead) class="task__step" on_done=here.done>
                <SentOnce />
                <Hidden name="title" value=request.to_owned() />
                <Hidden name="due" value=due.day(zone).day() />
                <Hidden name="time" value=due.time(zone) />
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
