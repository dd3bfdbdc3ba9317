//! `/import/{number}`: one file, from its columns to its leads and back.

use domain::import_file::{ImportFile, ImportPhase, ImportStep};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};

use super::columns_form::ColumnsForm;
use super::outcome::OutcomeView;
use super::progress::ProgressView;
use super::server_fns::{OpenedFile, load_file};
use crate::components::{NotFound, Problem};
use crate::context::Toasts;
use crate::form::{ErrorSummary, PostForm};
use crate::routes;

/// The page. While the program works on the file it looks every second how far it is.
#[component]
pub fn FilePage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let file = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => Some(load_file(number).await),
                None => None,
            }
        },
    );
    view! {
        <main class="page page--form page--wide" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match file.await {
                        Some(Ok(opened)) => view! { <Loaded opened /> }.into_any(),
                        Some(Err(error)) => view! { <Problem error /> }.into_any(),
                        None => view! { <NotFound /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(opened: OpenedFile) -> impl IntoView {
    let OpenedFile { file, homes, twins } = opened;
    let (id, name) = (file.id, file.file_name.clone());
    let (file, twins) = (RwSignal::new(file), RwSignal::new(twins));
    let reload = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            if let Ok(fresh) = load_file(id).await {
                let _gone = twins.try_set(fresh.twins);
                let _gone = file.try_set(fresh.file);
            }
        });
    });
    // Only another phase makes other parts; within one, figures change where they stand.
    let phase = Memo::new(move |_| file.with(|file| file.phase));
    look_again(phase, reload);
    view! {
        <Title text=format!("Import of {name}") />
        <p class="small"><a href="/import">"All files"</a></p>
        <div class="imports__head">
            <h1>{name}</h1>
            <span class="badge tone-blue" role="status">{move || phase.get().label()}</span>
        </div>
        {move || {
            phase.track();
            view! { <Parts file homes=homes.clone() reload /> }
        }}
        {move || (twins.get() > 0).then(|| view! { <p><a href=routes::DUPLICATES>{twins_words(twins.get())}</a></p> })}
    }
    .into_any()
}

fn twins_words(pairs: i64) -> String {
    if pairs == 1 {
        "One account of this file may be here twice".to_owned()
    } else {
        format!("{pairs} times an account of this file may be here twice")
    }
}

/// What the file's phase has to show and to offer.
#[component]
fn Parts(file: RwSignal<ImportFile>, homes: Vec<(String, String)>, reload: Callback<()>) -> impl IntoView {
    let wants_columns = use_location().search.with_untracked(|search| search.contains("columns"));
    let now = file.get_untracked();
    let phase = now.phase;
    let is_open = phase == ImportPhase::Mapping || (phase == ImportPhase::Failed && now.run.is_none());
    let chooses = is_open || (phase == ImportPhase::Checked && wants_columns);
    let here = format!("/import/{}", now.id);
    let again = format!("{here}?columns");
    let is_check = matches!(phase, ImportPhase::Mapping | ImportPhase::Checking | ImportPhase::Checked);
    let has_refused = now.outcome.as_ref().is_some_and(|outcome| outcome.refused > 0) && phase != ImportPhase::Mapping;
    let is_halted = matches!(phase, ImportPhase::Paused | ImportPhase::Stopped);
    let (sentence, outcome, rows_done) = (now.sentence.clone(), now.outcome.clone(), now.rows_done);
    view! {
        {(!sentence.is_empty()).then(|| view! { <p class="error-summary" role="alert">{sentence}</p> })}
        {phase.is_working().then(|| view! { <ProgressView file /> })}
        {is_halted.then(|| view! { <p class="muted figures">{format!("{rows_done} rows came in until then.")}</p> })}
        {(!chooses).then(|| outcome.map(|outcome| view! { <OutcomeView outcome is_check /> }))}
        {has_refused.then(|| view! {
            <p><a class="button" href=format!("{here}/refused.csv") download>"Refused rows as a file"</a>" "<span class="muted small">"Mend them there and import that file."</span></p>
        })}
        {chooses.then(|| view! { <ColumnsForm file=now.clone() homes reload /> })}
        {(phase == ImportPhase::Checked && !chooses).then(|| view! { <p><a href=again>"Choose the columns again"</a></p> })}
        <Steps file=now reload />
    }
    .into_any()
}

/// What can be done with the file now; the next step first.
#[component]
fn Steps(file: ImportFile, reload: Callback<()>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let id = file.id;
    let step = move |step: ImportStep| {
        let class = match step {
            ImportStep::Import | ImportStep::Continue => "button button--primary",
            ImportStep::Undo => "button button--danger",
            _ => "button",
        };
        let done = move |done: crate::form::Done| {
            toasts.say(done.message);
            reload.run(());
        };
        view! {
            <PostForm action=format!("/import/{id}/{}", step.key()) on_done=Callback::new(done)>
                <ErrorSummary />
                <button class=class>{step.label()}</button>
            </PostForm>
        }
        .into_any()
    };
    view! { <div class="imports__steps">{file.steps().into_iter().map(step).collect_view()}</div> }.into_any()
}

/// Looks every second how far it is, while the program works on the file.
#[cfg(feature = "hydrate")]
fn look_again(phase: Memo<ImportPhase>, reload: Callback<()>) {
    Effect::new(move |_| {
        if phase.get().is_working()
            && let Ok(timer) = set_interval_with_handle(move || reload.run(()), std::time::Duration::from_secs(1))
        {
            on_cleanup(move || timer.clear());
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn look_again(_phase: Memo<ImportPhase>, _reload: Callback<()>) {}
