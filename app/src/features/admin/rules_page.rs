//! The rules of routing: `/admin/rules`. In which order they are tried, what they are, and what they would change. For
//! administrators.

use domain::FormValues;
use domain::routing::{Coverage, Specialist, Step, StepSetting, Warning};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::order_buttons::OrderButtons;
use super::receivers::receiver_name;
use super::routing_fns::{RulesView, load_rules};
use super::rule_forms::{AddCoverage, AddSpecialist, FallbackForm, RemoveRule, StepSwitch, WayForm};
use super::sections::AdminPage;
use crate::components::Problem;
use crate::context::{Toasts, catalog};
use crate::form::{Done, ErrorSummary, PostForm};
use crate::live::{Heard, Live};
use crate::routes;

/// The page. `?q=` looks for words in the coverage.
#[component]
pub fn RulesPage() -> impl IntoView {
    let search = use_location().search;
    let sought = Memo::new(move |_| FormValues::decode(search.get().trim_start_matches('?').as_bytes()).get("q").to_owned());
    let found = Resource::new(move || sought.get(), |sought| load_rules(Some(sought)));
    view! {
        <Title text="Routing rules" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found sought=sought.get_untracked() /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: RulesView, sought: String) -> impl IntoView {
    let view = RwSignal::new(found);
    let toasts = expect_context::<Toasts>();
    let words = sought.clone();
    let reload = move || {
        let sought = words.clone();
        leptos::task::spawn_local(async move {
            match load_rules(Some(sought)).await {
                Ok(fresh) => drop(view.try_set(fresh)),
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let again = reload.clone();
    let navigate = use_navigate();
    let done = Callback::new(move |done: Done| {
        // What was tried has a page of its own.
        if done.location != routes::RULES {
            return navigate(&done.location, NavigateOptions::default());
        }
        if !done.message.is_empty() {
            toasts.say(done.message);
        }
        again();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    let warnings = Memo::new(move |_| view.with(|view| view.warnings.clone()));
    let fallback = Memo::new(move |_| view.with(|view| view.settings.fallback.clone()));
    let specialists = Memo::new(move |_| view.with(|view| view.specialists.clone()));
    view! {
        <AdminPage here="/admin/rules">
            <section class="section" aria-labelledby="rules-h">
                <div class="section__head"><h1 id="rules-h">"Routing rules"</h1></div>
                <p class="muted">
                    "A lead that arrives without an owner is given one by the first step that finds somebody. What is decided now stays as it is when the rules change."
                </p>
                {move || view! { <Warnings warnings=warnings.get() /> }}
                <Steps view done />
            </section>
            <section class="section" aria-labelledby="coverage-h">
                <div class="section__head"><h2 id="coverage-h">"Direct coverage"</h2><span class="muted">"Who looks after which account, name, domain or location"</span></div>
                <CoverageList view sought done />
                <AddCoverage done />
            </section>
            <section class="section" aria-labelledby="specialists-h">
                <div class="section__head"><h2 id="specialists-h">"Specialists"</h2><span class="muted">"Who knows most about what"</span></div>
                {move || view! { <Specialists specialists=specialists.get() done /> }}
                <AddSpecialist done />
            </section>
            <section class="section" aria-labelledby="ways-h">
                <div class="section__head"><h2 id="ways-h">"Within a group"</h2><span class="muted">"How a lead finds its person"</span></div>
                {move || {
                    let settings = view.with(|view| view.settings.clone());
                    let groups = catalog().groups.iter().filter(|group| !group.retired).cloned().collect::<Vec<_>>();
                    groups.into_iter().map(|group| {
                        let way = settings.way_of(group.id);
                        view! { <WayForm group way done /> }
                    }).collect_view()
                }}
            </section>
            <section class="section" aria-labelledby="fallback-h">
                <div class="section__head"><h2 id="fallback-h">"Fallback"</h2><span class="muted">{Step::Fallback.purpose()}</span></div>
                {move || view! { <FallbackForm fallback=fallback.get() done /> }}
            </section>
            <section class="section" aria-labelledby="trial-h">
                <div class="section__head"><h2 id="trial-h">"Trial run"</h2><span class="muted">"Where past leads would have gone; nothing is saved"</span></div>
                <p class="muted">"“Try it first” beside a change tells what it would do before it is saved. This tries the rules as they are."</p>
                <PostForm action=format!("{}/trials", routes::RULES)>
                    <ErrorSummary />
                    <button class="button">"Try the rules on past leads"</button>
                </PostForm>
            </section>
        </AdminPage>
    }
    .into_any()
}

/// What is odd about the rules.
#[component]
fn Warnings(warnings: Vec<Warning>) -> impl IntoView {
    (!warnings.is_empty()).then(|| {
        view! {
            <div class="conflict" role="note">
                <p class="conflict__title">"Some rules need another look"</p>
                <ul>{warnings.into_iter().map(|warning| view! { <li>{warning.text}</li> }).collect_view()}</ul>
            </div>
        }
    })
}

#[component]
fn Steps(view: RwSignal<RulesView>, done: Callback<Done>) -> impl IntoView {
    let steps = Memo::new(move |_| {
        let steps = view.with(|view| view.settings.steps.clone());
        let last = steps.len();
        steps.into_iter().zip(1..).map(|(setting, number)| (setting, number, number == last)).collect::<Vec<_>>()
    });
    let row = move |(setting, number, is_last): (StepSetting, usize, bool)| {
        let step = setting.step;
        view! {
            <tr>
                <td>{format!("{number}. {}", step.label())}{(!setting.is_on).then(|| view! { " " <span class="badge tone-grey">"Off"</span> })}</td>
                <td>{step.purpose()}</td>
                <td class="table__end">
                    <div class="button-group button-group--end">
                        <OrderButtons action=format!("/admin/rules/steps/{}/move", step.key()) name=step.label().to_owned() is_first=number == 1 is_last done />
                        <StepSwitch setting done />
                    </div>
                </td>
            </tr>
        }
        .into_any()
    };
    let behind = move || steps.with(Vec::len) + 1;
    view! {
        <table class="table table--stack">
            <thead>
                <tr>
                    <th scope="col">"Step"</th>
                    <th scope="col">"Who gets the lead"</th>
                    <th class="table__end" scope="col"><span class="visually-hidden">"Order and switch"</span></th>
                </tr>
            </thead>
            <tbody>
                <For each=move || steps.get() key=Clone::clone children=row />
                <tr><td>{move || format!("{}. {}", behind(), Step::Fallback.label())}</td><td>{Step::Fallback.purpose()}</td><td class="table__end"></td></tr>
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn CoverageList(view: RwSignal<RulesView>, sought: String, done: Callback<Done>) -> impl IntoView {
    let rows = Memo::new(move |_| view.with(|view| view.coverage.clone()));
    let count = Memo::new(move |_| view.with(|view| view.coverage_count));
    let is_searched = !sought.is_empty();
    let row = move |cover: Coverage| {
        let Coverage { number, by, what, person, .. } = cover;
        let name = by.in_words(&what);
        view! {
            <tr>
                <td>{what}</td>
                <td>{by.label()}</td>
                <td>{catalog().person_name(person)}</td>
                <td class="table__end"><RemoveRule action=format!("/admin/rules/coverage/{number}/remove") name done /></td>
            </tr>
        }
        .into_any()
    };
    view! {
        {move || (is_searched || count.get() > rows.with(Vec::len)).then(|| view! {
            <form class="audit-filter" action="/admin/rules" method="get" role="search">
                <div class="field">
                    <label class="field__label" for="coverage-q">"Look for"</label>
                    <input class="input" id="coverage-q" type="search" name="q" value=sought.clone() />
                </div>
                <button class="button">"Search"</button>
            </form>
        })}
        {move || match count.get() {
            0 if is_searched => view! { <p class="muted">"Nothing like that is covered."</p> }.into_any(),
            0 => view! { <p class="muted">"Nothing is covered directly yet."</p> }.into_any(),
            count => view! {
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"What"</th>
                            <th scope="col">"By"</th>
                            <th scope="col">"Who looks after it"</th>
                            <th class="table__end" scope="col"><span class="visually-hidden">"Remove"</span></th>
                        </tr>
                    </thead>
                    <tbody><For each=move || rows.get() key=Clone::clone children=row /></tbody>
                </table>
                {(count > rows.with(Vec::len)).then(|| view! { <p class="muted">{format!("And {} more: look for them.", count - rows.with(Vec::len))}</p> })}
            }
            .into_any(),
        }}
    }
    .into_any()
}

#[component]
fn Specialists(specialists: Vec<Specialist>, done: Callback<Done>) -> impl IntoView {
    if specialists.is_empty() {
        return view! { <p class="muted">"Nobody is named yet."</p> }.into_any();
    }
    let row = move |specialist: Specialist| {
        let offering = catalog().choice_name(specialist.offering);
        let name = format!("the specialist for {offering}");
        view! {
            <tr>
                <td>{offering}</td>
                <td>{receiver_name(specialist.to)}</td>
                <td class="table__end"><RemoveRule action=format!("/admin/rules/specialists/{}/remove", specialist.number) name done /></td>
            </tr>
        }
        .into_any()
    };
    view! {
        <table class="table table--stack">
            <thead>
                <tr>
                    <th scope="col">"Offering"</th>
                    <th scope="col">"Specialist"</th>
                    <th class="table__end" scope="col"><span class="visually-hidden">"Remove"</span></th>
                </tr>
            </thead>
            <tbody>{specialists.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
