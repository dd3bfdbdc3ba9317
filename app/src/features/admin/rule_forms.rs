//! Forms about the rules of routing: steps, groups' ways, the fallback, coverage, specialists.

use domain::ChoiceList;
use domain::catalog::Group;
use domain::routing::{CoverBy, Fallback, Receiver, StepSetting, Way};
use leptos::prelude::*;

use super::receivers::{people, receivers, with_nobody};
use super::ticks::Ticks;
use crate::components::Icon;
use crate::context::catalog_now;
use crate::form::{Done, ErrorSummary, Hidden, Input, Options, PostForm, Select};

/// The second button of a form about the rules: what it would change is tried on past leads, and nothing is saved.
#[component]
pub fn TryFirst() -> impl IntoView {
    view! { <button class="button" name="try" value="1">"Try it first"</button> }.into_any()
}

/// A button that switches a step on or off.
#[component]
pub fn StepSwitch(setting: StepSetting, done: Callback<Done>) -> impl IntoView {
    let StepSetting { step, is_on } = setting;
    let label = if is_on { "Switch off" } else { "Switch on" };
    let (value, without) = if is_on { ("", "without") } else { ("1", "with") };
    view! {
        <PostForm action=format!("/admin/rules/steps/{}", step.key()) class="button-group button-group--end" on_done=done>
            <Hidden name="on" value=value.to_owned() />
            <button class="button button--small" aria-label=format!("{label} {}", step.label())>{label}</button>
            <button class="button button--quiet button--small" name="try" value="1" aria-label=format!("Try it first: {without} {}", step.label())>"Try it first"</button>
        </PostForm>
    }
    .into_any()
}

/// How a group gives leads to its people.
#[component]
pub fn WayForm(group: Group, way: Way, done: Callback<Done>) -> impl IntoView {
    let ways: Options = Way::ALL.into_iter().map(|way| (way.key().to_owned(), way.label().to_owned())).collect();
    view! {
        <PostForm action=format!("/admin/rules/groups/{}", group.id) class="audit-filter" on_done=done>
            <ErrorSummary prefix=format!("g{}-", group.id) />
            <Select name="way" label=format!("How {} shares leads", group.name) options=ways value=way.key() prefix=format!("g{}-", group.id) />
            <button class="button button--small">"Save"<span class="visually-hidden">" how " {group.name.clone()} " shares leads"</span></button>
            <button class="button button--small" name="try" value="1">"Try it first"<span class="visually-hidden">": how " {group.name} " shares leads"</span></button>
        </PostForm>
    }
    .into_any()
}

/// Who gets what no rule fits.
#[component]
pub fn FallbackForm(fallback: Fallback, done: Callback<Done>) -> impl IntoView {
    let to = fallback.to.map(Receiver::key).unwrap_or_default();
    let copies = fallback.copies.iter().map(ToString::to_string).collect::<Vec<_>>();
    view! {
        <PostForm action="/admin/rules/fallback" class="form" on_done=done>
            <ErrorSummary prefix="fallback-" />
            <Select
                name="to"
                label="Who gets it"
                options=with_nobody("Calls: the intake owner. Others: the site’s intake group", receivers(fallback.to))
                value=to
                prefix="fallback-"
            />
            <Ticks name="copies" label="Who has a copy" options=people(&fallback.copies) values=copies prefix="fallback-" />
            <div class="form__actions"><button class="button button--primary">"Save fallback"</button><TryFirst /></div>
        </PostForm>
    }
    .into_any()
}

/// Says who looks after something.
#[component]
pub fn AddCoverage(done: Callback<Done>) -> impl IntoView {
    let ways: Options = CoverBy::ALL.into_iter().map(|by| (by.key().to_owned(), by.label().to_owned())).collect();
    view! {
        <PostForm action="/admin/rules/coverage" class="form" on_done=done>
            <ErrorSummary prefix="cover-" />
            <div class="field-row">
                <Select name="by" label="What" options=ways prefix="cover-" />
                <Input name="what" label="Which" help="An account’s number or name, a company’s name, a domain like acme.com, or a place like GB, LS11 5QD" prefix="cover-" />
                <Select name="person" label="Who looks after it" options=with_nobody("Choose a person", people(&[])) prefix="cover-" />
            </div>
            <div class="form__actions"><button class="button button--primary">"Add coverage"</button><TryFirst /></div>
        </PostForm>
    }
    .into_any()
}

/// Names the specialist for an offering.
#[component]
pub fn AddSpecialist(done: Callback<Done>) -> impl IntoView {
    let catalog = catalog_now();
    let offerings = catalog.offered(ChoiceList::Offering).map(|choice| (choice.id.to_string(), choice.name.clone())).collect();
    view! {
        <PostForm action="/admin/rules/specialists" class="form" on_done=done>
            <ErrorSummary prefix="specialist-" />
            <div class="field-row">
                <Select name="offering" label="Offering" options=with_nobody("Choose an offering", offerings) prefix="specialist-" />
                <Select name="to" label="Specialist" options=with_nobody("Choose who", receivers(None)) prefix="specialist-" />
            </div>
            <div class="form__actions"><button class="button button--primary">"Add specialist"</button><TryFirst /></div>
        </PostForm>
    }
    .into_any()
}

/// A button that removes a rule.
#[component]
pub fn RemoveRule(
    /// Where it is posted to.
    action: String,
    /// What is removed, for screen readers.
    name: String,
    done: Callback<Done>,
) -> impl IntoView {
    view! {
        <PostForm action=action on_done=done>
            <button class="button button--quiet button--icon button--small" aria-label=format!("Remove {name}")><Icon name="trash" /></button>
        </PostForm>
    }
    .into_any()
}
