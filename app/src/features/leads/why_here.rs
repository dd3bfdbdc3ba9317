//! Why a lead is where it is: who gave it, or what the rules said, with all that was tried a click away.

use domain::routing::{ByHand, StepOutcome, Why, WhyStep};
use leptos::prelude::*;

use super::fact::FactPage;
use super::lead_head::RefusedAsToast;
use crate::components::TimeAgo;
use crate::context::{Toasts, catalog};
use crate::form::{Done, PostForm};

/// Who gave it, what the rules said with their steps, and the button that decides anew.
#[component]
pub fn WhyHere() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let told = Memo::new(move |_| page.detail.with(|detail| (detail.given_by.clone(), detail.delegated_by.clone(), detail.routing.clone())));
    let may_route = Memo::new(move |_| page.detail.with(|detail| detail.rights.route));
    move || {
        let (given, delegated, why) = told.get();
        let is_known = given.is_some() || delegated.is_some() || why.is_some();
        (is_known || may_route.get()).then(|| {
            let before = (given.is_some() && why.is_some()).then(|| view! { <p class="muted small">"What the rules had said:"</p> });
            view! {
                <div class="fact">
                    <dt class="fact__label">"Why here"</dt>
                    <dd class="fact__value">
                        {given.map(by_hand)}
                        {delegated.map(by_hand)}
                        {before}
                        {why.map(|why| view! { <Told why /> })}
                        {(!is_known).then(|| view! { <span class="muted">"Who gave it to whom is not known any more."</span> })}
                        {may_route.get().then(|| view! { <RouteAgain /> })}
                    </dd>
                </div>
            }
        })
    }
}

fn by_hand(ByHand { sentence, at }: ByHand) -> AnyView {
    view! { <p>{sentence}" "<span class="muted small"><TimeAgo at /></span></p> }.into_any()
}

#[component]
fn Told(why: Why) -> impl IntoView {
    let Why { sentence, copies, steps, at, rules_version, .. } = why;
    let catalog = catalog();
    let copies = copies.into_iter().map(|user| catalog.person_name(user)).collect::<Vec<_>>().join(", ");
    view! {
        <p>{sentence}</p>
        {(!copies.is_empty()).then(|| view! { <p class="muted small">"Copies: "{copies}</p> })}
        {(!steps.is_empty()).then(|| view! {
            <details>
                <summary class="button button--quiet button--small">"All that was tried"</summary>
                <ol class="why__steps">{steps.into_iter().map(step).collect_view()}</ol>
                <p class="muted small">"Decided "<TimeAgo at />{format!(", by version {rules_version} of the rules")}</p>
            </details>
        })}
    }
    .into_any()
}

fn step(WhyStep { step, outcome, reason }: WhyStep) -> AnyView {
    let tone = match outcome {
        StepOutcome::Matched => "green",
        StepOutcome::PassedOver => "amber",
        StepOutcome::NoMatch => "grey",
    };
    view! { <li><strong>{step.label()}</strong>" "<span class=format!("badge tone-{tone}")>{outcome.label()}</span><br />{reason}</li> }.into_any()
}

#[component]
fn RouteAgain() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let action = page.detail.with_untracked(|detail| format!("/leads/{}/route", detail.lead.id));
    let done = move |done: Done| {
        toasts.say(done.message);
        page.reload.run(());
    };
    view! {
        <PostForm action=action on_done=Callback::new(done)>
            <button class="button button--small" data-command="">"Route again"</button>
            <RefusedAsToast />
        </PostForm>
    }
    .into_any()
}
