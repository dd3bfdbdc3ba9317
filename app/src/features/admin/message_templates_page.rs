//! Templates of messages to the persons of leads: `/admin/messages`. For administrators.

use domain::{MergeValues, MessageTemplate, Wording};
use leptos::prelude::*;
use leptos_meta::Title;

use super::sections::AdminPage;
use crate::components::{Icon, Problem};
use crate::context::Toasts;
use crate::features::messages::{MailWords, MessageFields, load_message_templates};
use crate::form::{Done, ErrorSummary, Input, PostForm, came_back};
use crate::live::{Heard, Live};

const EXAMPLE: &str = "Preview, with an example";

/// The page.
#[component]
pub fn MessageTemplatesPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_message_templates());
    view! {
        <Title text="Message templates" />
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
fn Loaded(found: Vec<MessageTemplate>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let templates = RwSignal::new(found);
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_message_templates().await {
                Ok(fresh) => drop(templates.try_set(fresh)),
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
    let is_empty = Memo::new(move |_| templates.with(Vec::is_empty));
    // The form begins anew with each that was added, and so does its preview.
    let count = RwSignal::new(0_u32);
    let added = Callback::new(move |finished: Done| {
        done.run(finished);
        count.update(|count| *count += 1);
    });
    view! {
        <AdminPage here="/admin/messages">
            <section class="section" aria-labelledby="messages-h">
                <div class="section__head"><h1 id="messages-h">"Message templates"</h1></div>
                <p class="muted">"Whoever works a lead begins a message to its person with one of these, and changes what it needs."</p>
                {move || is_empty.get().then(|| view! { <p class="muted">"There are none yet."</p> })}
                <For each=move || templates.get() key=Clone::clone children=move |template| view! { <One template done removed /> } />
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add a template"</h2></div>
                {move || {
                    count.track();
                    view! { <Add done=added /> }
                }}
                <MessageFields />
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn Add(done: Callback<Done>) -> impl IntoView {
    let nothing = Wording { subject: String::new(), body: String::new() };
    view! {
        <PostForm action="/admin/messages" class="form" on_done=done>
            <ErrorSummary />
            <Input name="name" label="Name" />
            <MailWords wording=nothing values=MergeValues::samples() title=EXAMPLE />
            <div class="form__actions"><button class="button button--primary">"Add template"</button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn One(template: MessageTemplate, done: Callback<Done>, removed: Callback<(Done, String)>) -> impl IntoView {
    let MessageTemplate { id, name, wording, .. } = template;
    let action = format!("/admin/messages/{id}");
    let (remove, restore) = (format!("{action}/remove"), format!("{action}/restore"));
    let is_open = came_back(&action);
    let prefix = format!("template-{id}-");
    let remove_prefix = format!("remove-{id}-");
    let label = format!("Remove the template {name}");
    let away = Callback::new(move |done: Done| removed.run((done, restore.clone())));
    view! {
        <details class="form__more" open=is_open>
            <summary><Icon name="chevron-right" />{name.clone()}</summary>
            <PostForm action class="form" on_done=done>
                <ErrorSummary prefix=prefix.clone() />
                <Input name="name" label="Name" value=name prefix=prefix.clone() />
                <MailWords wording values=MergeValues::samples() title=EXAMPLE prefix />
                <div class="form__actions"><button class="button button--primary">"Save template"</button></div>
            </PostForm>
            <PostForm action=remove on_done=away>
                <ErrorSummary prefix=remove_prefix />
                <button class="button" aria-label=label><Icon name="trash" />"Remove"</button>
            </PostForm>
        </details>
    }
    .into_any()
}
