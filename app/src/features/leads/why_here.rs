//! Why a lead is where it is: one sentence, and all that was tried a click away.

use domain::routing::{StepOutcome, Why, WhyStep};
use leptos::prelude::*;

use super::fact::FactPage;
use super::lead_head::RefusedAsToast;
use crate::components::TimeAgo;
use crate::context::{Toasts, catalog};
use crate::form::{Done, PostForm};

/// The sentence with its steps, and the button that decides anew.
#[component]
pub fn WhyHere() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let routing = Memo::new(move |_| page.detail.with(|detail| detail.routing.clone()));
    let may_route = Memo::new(move |_| page.detail.with(|detail| detail.rights.route));
    let by_phone = page.detail.with_untracked(|detail| detail.call.is_some());
    move || {
        let why = routing.get();
        (why.is_some() || may_route.get()).then(|| {
            view! {
                <div class="fact">
                    <dt class="fact__label">"Why here"</dt>
                    <dd class="fact__value">
                        {match why {
                            Some(why) => view! { <Told why /> }.into_any(),
                            None if by_phone => view! { <span class="muted">"It was decided during the call: the timeline says how."</span> }.into_any(),
                            None => view! { <span class="muted">"It was given to somebody by hand."</span> }.into_any(),
                        }}
                        {may_route.get().then(|| view! { <RouteAgain /> })}
                    </dd>
                </div>
            }
        })
    }
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
