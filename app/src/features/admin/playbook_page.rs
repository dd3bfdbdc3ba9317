//! How people are tried to be reached: `/admin/playbook`. The cadence, and the texts that help on the way. For administrators.

use domain::Cadence;
use domain::attempt::{PlaybookRow, PlaybookView};
use leptos::prelude::*;
use leptos_meta::Title;

use super::configuration_fns::load_playbook;
use super::sections::AdminPage;
use crate::components::{Icon, Problem};
use crate::context::Toasts;
use crate::form::{Area, Done, ErrorSummary, Input, InputKind, PostForm};
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn PlaybookPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_playbook());
    view! {
        <Title text="Playbook" />
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

#[component]
fn Loaded(found: PlaybookView) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let cadence = RwSignal::new(found.cadence);
    let texts = RwSignal::new(found.texts);
    // Only what changed is rendered anew, so that nothing typed elsewhere is lost.
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_playbook().await {
                Ok(fresh) => {
                    if cadence.try_with_untracked(|shown| *shown != fresh.cadence) == Some(true) {
                        let _gone = cadence.try_set(fresh.cadence);
                    }
                    let _gone = texts.try_set(fresh.texts);
                }
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        reload();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    view! {
        <AdminPage here="/admin/playbook">
            <section class="section" aria-labelledby="cadence-h">
                <div class="section__head"><h1 id="cadence-h">"Playbook"</h1></div>
                <p class="muted">
                    "A lead’s page proposes whom to try next, how and when, until they are reached: the first step that was not taken yet and can be. Times are within the working hours of the lead’s group."
                </p>
                {move || view! { <CadenceForm cadence=cadence.get() done /> }}
            </section>
            <For each=move || texts.get() key=Clone::clone children=move |row| view! { <Text row done /> } />
        </AdminPage>
    }
    .into_any()
}

#[component]
fn CadenceForm(cadence: Cadence, done: Callback<Done>) -> impl IntoView {
    view! {
        <PostForm action="/admin/playbook/cadence" class="form" on_done=done>
            <ErrorSummary />
            <Area
                name="steps"
                label="Steps"
                value=cadence.steps_text()
                help="One a line: call, email, social or visit, and how many hours of work after the attempt before."
            />
            <Input name="call_back" label="Call back after a voicemail, hours of work" value=cadence.call_back_hours.to_string() kind=InputKind::Number />
            <div class="form__actions"><button class="button button--primary">"Save cadence"</button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Text(row: PlaybookRow, done: Callback<Done>) -> impl IntoView {
    let PlaybookRow { text, body, is_changed } = row;
    let key = text.key();
    let action = format!("/admin/playbook/texts/{key}");
    let reset = format!("{action}/reset");
    let heading = format!("{key}-h");
    let labelled_by = heading.clone();
    let prefix = format!("{key}-");
    let reset_prefix = format!("reset-{key}-");
    view! {
        <section class="section" aria-labelledby=labelled_by>
            <div class="section__head">
                <h2 id=heading>{text.label()}</h2>
                {is_changed.then(|| view! { <span class="badge tone-blue">"Changed"</span> })}
            </div>
            <PostForm action=action class="form" on_done=done>
                <ErrorSummary prefix=prefix.clone() />
                <Area name="body" label="Text" value=body help="Shown where somebody logs an attempt. It should mislead nobody." prefix />
                <div class="form__actions"><button class="button button--primary">"Save text"</button></div>
            </PostForm>
            {is_changed.then(|| view! {
                <PostForm action=reset on_done=done>
                    <ErrorSummary prefix=reset_prefix />
                    <button class="button"><Icon name="undo" />"Back to the standard text"</button>
                </PostForm>
            })}
        </section>
    }
    .into_any()
}
