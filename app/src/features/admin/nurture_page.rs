//! Plans that send series of messages: `/admin/nurture`. For administrators.

use domain::nurture::{PlansView, steps_text};
use domain::{MessageTemplate, NurturePlan};
use leptos::prelude::*;
use leptos_meta::Title;

use super::sections::AdminPage;
use crate::components::{Icon, Problem};
use crate::context::Toasts;
use crate::features::messages::load_nurture_plans;
use crate::form::{Area, Done, ErrorSummary, Input, PostForm, came_back};
use crate::live::{Heard, Live};

const STEPS_HELP: &str = "One a line: how many days after the message before, and the name of a template, such as “14 Price list”.";

/// The page.
#[component]
pub fn NurturePage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_nurture_plans());
    view! {
        <Title text="Nurture plans" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// A plan with its steps as they are typed.
type Typed = (NurturePlan, String);

fn typed(view: &PlansView) -> Vec<Typed> {
    view.plans.iter().map(|plan| (plan.clone(), steps_text(&plan.steps, &view.templates))).collect()
}

fn told(names: &str) -> String {
    if names.is_empty() { "There are no templates yet.".to_owned() } else { format!("Templates: {names}.") }
}

#[component]
fn Loaded(found: PlansView) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let shown = RwSignal::new(found);
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_nurture_plans().await {
                Ok(fresh) => drop(shown.try_set(fresh)),
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        reload();
    });
    let removed = Callback::new(move |(done, undo): (Done, String)| {
        toasts.say_with_undo(done.message, undo);
        reload();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    let plans = Memo::new(move |_| shown.with(typed));
    let is_empty = Memo::new(move |_| plans.with(Vec::is_empty));
    let names = Memo::new(move |_| {
        let offered = |template: &&MessageTemplate| template.removed_at.is_none();
        shown.with(|shown| shown.templates.iter().filter(offered).map(|template| template.name.clone()).collect::<Vec<_>>().join(", "))
    });
    view! {
        <AdminPage here="/admin/nurture">
            <section class="section" aria-labelledby="plans-h">
                <div class="section__head"><h1 id="plans-h">"Nurture plans"</h1></div>
                <p class="muted">
                    "Whoever works a lead begins a plan with its person. Its messages are sent one after the other, in the working hours of the lead’s group, until they answer, want no more, or the lead is closed."
                </p>
                <p class="muted">
                    {move || names.with(|names| told(names))}
                </p>
                {move || is_empty.get().then(|| view! { <p class="muted">"There are no plans yet."</p> })}
                <For each=move || plans.get() key=Clone::clone children=move |plan| view! { <One plan done removed /> } />
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add a plan"</h2></div>
                <PostForm action="/admin/nurture" class="form" on_done=done>
                    <ErrorSummary />
                    <Input name="name" label="Name" />
                    <Area name="steps" label="Steps" help=STEPS_HELP />
                    <div class="form__actions"><button class="button button--primary">"Add plan"</button></div>
                </PostForm>
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn One(plan: Typed, done: Callback<Done>, removed: Callback<(Done, String)>) -> impl IntoView {
    let (NurturePlan { id, name, .. }, steps) = plan;
    let action = format!("/admin/nurture/{id}");
    let (remove, restore) = (format!("{action}/remove"), format!("{action}/restore"));
    let is_open = came_back(&action);
    let prefix = format!("plan-{id}-");
    let remove_prefix = format!("remove-{id}-");
    let label = format!("Remove the plan {name}");
    let away = Callback::new(move |done: Done| removed.run((done, restore.clone())));
    view! {
        <details class="form__more" open=is_open>
            <summary><Icon name="chevron-right" />{name.clone()}</summary>
            <PostForm action class="form" on_done=done>
                <ErrorSummary prefix=prefix.clone() />
                <Input name="name" label="Name" value=name prefix=prefix.clone() />
                <Area name="steps" label="Steps" value=steps help=STEPS_HELP prefix />
                <div class="form__actions"><button class="button button--primary">"Save plan"</button></div>
            </PostForm>
            <PostForm action=remove on_done=away>
                <ErrorSummary prefix=remove_prefix />
                <button class="button" aria-label=label><Icon name="trash" />"Remove"</button>
            </PostForm>
        </details>
    }
    .into_any()
}
