//! How the person of a lead is nurtured: by which plan, what comes when, and how it is begun, paused and stopped.

use domain::nurture::{NurtureView, NurtureWish};
use domain::{LeadId, Nurture, NurturePlan, NurtureState};
use leptos::prelude::*;

use crate::components::TimeAgo;
use crate::context::catalog_now;
use crate::form::{Done, ErrorSummary, Options, PostForm, Select};

/// The part; nothing where there is no plan to begin and none was.
#[component]
pub fn NurturePart(lead: LeadId, nurture: NurtureView, may_nurture: bool, noted: Callback<Done>) -> impl IntoView {
    let NurtureView { plans, latest } = nurture;
    if plans.is_empty() && latest.is_none() {
        return ().into_any();
    }
    let is_present = latest.as_ref().is_some_and(|(nurture, _)| nurture.ended_at.is_none());
    let begins = may_nurture && !is_present && !plans.is_empty();
    let options: Options = plans.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let action = format!("/leads/{lead}/nurture");
    view! {
        <section class="section" aria-labelledby="nurture-h">
            <div class="section__head"><h2 id="nurture-h">"Nurture"</h2></div>
            {latest.map(|(nurture, plan)| view! { <Latest lead nurture plan may_nurture noted /> })}
            {begins.then(|| view! {
                <PostForm action class="form" on_done=noted>
                    <ErrorSummary prefix="nurture-" />
                    <Select name="plan" label="Plan" options help="Its messages are sent in working hours, until they answer." prefix="nurture-" />
                    <div class="form__actions"><button class="button">"Begin plan"</button></div>
                </PostForm>
            })}
        </section>
    }
    .into_any()
}

fn state(nurture: &Nurture) -> (&'static str, &'static str) {
    match nurture.state {
        NurtureState::Running => ("green", "Running"),
        NurtureState::Paused => ("amber", "Paused"),
        NurtureState::Stopped => ("grey", "Stopped"),
        NurtureState::Finished => ("blue", "Finished"),
    }
}

#[component]
fn Latest(lead: LeadId, nurture: Nurture, plan: NurturePlan, may_nurture: bool, noted: Callback<Done>) -> impl IntoView {
    let (tone, word) = state(&nurture);
    let zone = catalog_now().site.zone.clone();
    let next = nurture.next_at.map(|at| format!("Next message: {}", zone.readable(at)));
    let progress = format!("{} of {} sent", nurture.step, plan.steps.len());
    let wishes: &[NurtureWish] = match nurture.state {
        NurtureState::Running => &[NurtureWish::Pause, NurtureWish::Stop],
        NurtureState::Paused => &[NurtureWish::Resume, NurtureWish::Stop],
        NurtureState::Stopped | NurtureState::Finished => &[],
    };
    let step = move |wish: NurtureWish| {
        let word = match wish {
            NurtureWish::Pause => "Pause",
            NurtureWish::Resume => "Go on",
            NurtureWish::Stop => "Stop",
        };
        view! {
            <PostForm action=format!("/leads/{lead}/nurture/{}", wish.key()) class="task__step" on_done=noted>
                <ErrorSummary prefix=format!("{}-", wish.key()) />
                <button class="button button--small">{word}</button>
            </PostForm>
        }
        .into_any()
    };
    let steps = may_nurture.then(|| wishes.iter().copied().map(step).collect_view());
    view! {
        <div class="task">
            <div class="task__body">
                <div class="task__facts">
                    <span class="task__title">{plan.name}</span>
                    <span class=format!("badge tone-{tone}")>{word}</span>
                    <span>{progress}</span>
                    {next.map(|next| view! { <span>{next}</span> })}
                    {nurture.last_at.map(|at| view! { <span class="muted">"Last message " <TimeAgo at /></span> })}
                    {steps}
                </div>
            </div>
        </div>
    }
    .into_any()
}
