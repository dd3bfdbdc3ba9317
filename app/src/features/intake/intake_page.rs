//! The page: `/intake`. Who, What and Where beside the ladder, and a meter of what is missing at the foot.

use domain::intake::{Beside, Caller};
use domain::{Action, FormValues, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use super::ladder_panel::LadderPanel;
use super::meter::Foot;
use super::server_fns::load_shown;
use super::state::{ACTION, Intake};
use super::what_block::WhatBlock;
use super::where_block::WhereBlock;
use super::who_block::WhoBlock;
use super::{draft, keyboard};
use crate::components::Problem;
use crate::context::{Toasts, me};
use crate::form::{Done, ErrorSummary, FormState, PostForm, SentOnce};
use crate::wire_error::WireError;

/// The page.
#[component]
pub fn IntakePage() -> impl IntoView {
    // What the parts share is made within the form.
    let made = StoredValue::new(None::<Intake>);
    let navigate = use_navigate();
    let toasts = expect_context::<Toasts>();
    let saved = Callback::new(move |done: Done| {
        if let Some(intake) = made.get_value() {
            draft::forget(intake);
            draft::start_over(intake);
            intake.thrown_away.set(None);
        }
        toasts.say(done.message);
        navigate(&done.location, leptos_router::NavigateOptions::default());
    });
    view! {
        <Title text="Intake" />
        <main class="page" id="main" tabindex="-1">
            {if can(&me(), Action::AddLead, Target::Site) {
                view! {
                    <div class="page__head"><h1>"Intake"</h1></div>
                    <PostForm action=ACTION class="intake" on_done=saved>
                        <SentOnce />
                        <ErrorSummary />
                        <Loading made />
                    </PostForm>
                }
                .into_any()
            } else {
                view! { <Problem error=WireError::Forbidden("Calls are taken down by people of the house".to_owned()) /> }.into_any()
            }}
        </main>
    }
    .into_any()
}

#[component]
fn Loading(made: StoredValue<Option<Intake>>) -> impl IntoView {
    let typed = expect_context::<FormState>().replayed.with_value(|values| values.clone().unwrap_or_default());
    let asked = typed.clone();
    let shown = Resource::new(|| (), move |()| load_shown(asked.clone()));
    view! {
        <Transition>
            {move || {
                let typed = typed.clone();
                Suspend::new(async move {
                    match shown.await {
                        Ok((beside, callers)) => view! { <Fields typed beside callers made /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

#[component]
fn Fields(typed: FormValues, beside: Beside, callers: Vec<Caller>, made: StoredValue<Option<Intake>>) -> impl IntoView {
    let intake = Intake::new(typed, beside);
    made.set_value(Some(intake));
    draft::keep(intake);
    view! {
        <div
            class="intake__body"
            node_ref=intake.node
            on:input=move |_| intake.read()
            on:change=move |_| intake.read()
            on:keydown=move |event| keyboard::pressed(intake, &event)
        >
            <div class="intake__blocks">
                <WhoBlock callers />
                <WhatBlock />
                <WhereBlock />
            </div>
            <LadderPanel />
            <Foot />
        </div>
    }
    .into_any()
}
