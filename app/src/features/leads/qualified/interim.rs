//! Interim projects: opportunities that were found while an RQL is nurtured for its own.

use domain::{LeadClass, Opportunity, money};
use leptos::prelude::*;

use super::QualifiedPage;
use crate::components::{Due, Icon};
use crate::context::catalog;
use crate::form::{ErrorSummary, Hidden, Input, InputKind, PostForm, SentOnce};

/// Goes before the ids of the form's fields.
const PREFIX: &str = "interim-";

/// The part; nothing for a lead that is no RQL and never was one.
#[component]
pub fn Interim() -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let interim = Memo::new(move |_| here.found.with(|found| found.interim.clone()));
    let is_rql = Memo::new(move |_| here.found.with(|found| found.qualification.class == Some(LeadClass::Rql)));
    let may_add = Memo::new(move |_| is_rql.get() && here.found.with(|found| found.may_edit));
    let is_shown = Memo::new(move |_| is_rql.get() || interim.with(|interim| !interim.is_empty()));
    move || {
        is_shown.get().then(|| {
            view! {
                <h3 class="fold__kind">"Interim projects"</h3>
                <ul class="tasks">
                    <For
                        each=move || interim.get()
                        key=|one: &Opportunity| (one.id, one.version)
                        children=|one| view! { <OneProject one /> }
                    />
                </ul>
                {move || may_add.get().then(|| view! { <AddProject /> })}
            }
            .into_any()
        })
    }
}

#[component]
fn OneProject(one: Opportunity) -> impl IntoView {
    let stage = catalog().choice_name(one.stage);
    let amount = one.amount_minor.map(|minor| money::display(minor, &one.currency));
    view! {
        <li class="task">
            <div class="task__body">
                <span class="task__title">{one.name.clone()}</span>
                <div class="task__facts">
                    <span>{stage}</span>
                    {amount.map(|amount| view! { <span>{amount}</span> })}
                    {one.follow_up_at.map(|at| view! { <Due at /> })}
                </div>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn AddProject() -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let action = here.action("interim");
    let came_back = crate::form::came_back(&action);
    view! {
        <details class="form__more" open=came_back>
            <summary data-command="Add an interim project"><Icon name="chevron-right" />"Add an interim project"</summary>
            <PostForm action class="facts__form" on_done=here.done>
                <SentOnce />
                <Hidden name="back" value=here.back() />
                <ErrorSummary prefix=PREFIX />
                <Input name="name" label="Project" prefix=PREFIX />
                <Input name="amount" label="Amount" kind=InputKind::Decimal optional=true prefix=PREFIX />
                <Input name="close" label="Close date" kind=InputKind::Day optional=true prefix=PREFIX />
                <Input name="follow_up" label="Follow up by" kind=InputKind::Day optional=true prefix=PREFIX />
                <div class="form__actions"><button class="button button--primary">"Add project"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
