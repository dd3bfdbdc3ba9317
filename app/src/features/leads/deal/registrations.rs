//! With which vendors the deals of a lead are registered, and how far that is.

use domain::{DealRegistration, RegistrationStep};
use leptos::prelude::*;

use super::DealPage;
use super::registration_form::{AddRegistration, StepForm};
use crate::components::TimeAgo;

/// The part.
#[component]
pub fn Registrations() -> impl IntoView {
    let here = expect_context::<DealPage>();
    let registrations = Memo::new(move |_| here.registrations.with(|view| view.registrations.clone()));
    let may_add = Memo::new(move |_| here.registrations.with(|view| view.may_add));
    let has_none = Memo::new(move |_| registrations.with(Vec::is_empty));
    view! {
        <section class="facts" id="registrations" aria-labelledby="registrations-h">
            <div class="facts__head"><h2 id="registrations-h">"Deal registration"</h2></div>
            {move || has_none.get().then(|| view! { <p class="muted">"Not registered."</p> })}
            <ul class="tasks">
                <For
                    each=move || registrations.get()
                    key=|one: &DealRegistration| (one.id, one.version)
                    children=|one| view! { <OneRegistration one /> }
                />
            </ul>
            {move || may_add.get().then(|| view! { <AddRegistration /> })}
        </section>
    }
    .into_any()
}

#[component]
fn OneRegistration(one: DealRegistration) -> impl IntoView {
    let here = expect_context::<DealPage>();
    let (today, may_change, may_settle) = here.registrations.with_untracked(|view| (view.today, view.may_change, view.may_settle));
    let state = one.state_on(today);
    let steps = RegistrationStep::ALL.into_iter().filter(|step| may_change && step.fits(state) && (may_settle || !step.is_settling(state)));
    let steps = steps.map(|step| view! { <StepForm one=one.clone() step /> }).collect_view();
    let note = (!one.note.is_empty()).then(|| view! { <p class="task__note">{one.note.clone()}</p> });
    let reason = (!one.reason.is_empty()).then(|| view! { <p class="timeline__note tone-red">{one.reason.clone()}</p> });
    let reference = (!one.reference.is_empty()).then(|| view! { <span>{one.reference.clone()}</span> });
    view! {
        <li class="task">
            <div class="task__body">
                <span class="task__title">{one.vendor.name.clone()}</span>
                <div class="task__facts">
                    <span class=format!("badge tone-{}", state.tone())>{state.label()}</span>
                    {reference}
                    <span>{one.opportunity.name.clone()}</span>
                    {one.left_words(today).map(|left| view! { <span>{left}</span> })}
                    {one.submitted_at.map(|at| view! { <span>"submitted " <TimeAgo at /></span> })}
                </div>
                {reason}
                {note}
                {steps}
            </div>
        </li>
    }
    .into_any()
}
