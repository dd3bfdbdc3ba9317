//! The library: `/material`, with `?q=` for a search.

use domain::lead_parts::{SIZE_MOST, size_words};
use domain::{Action, FormValues, Material, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::piece::Piece;
use super::server_fns::load_material;
use crate::components::{Empty, Problem};
use crate::context::{Toasts, me};
use crate::form::{Area, Done, ErrorSummary, FileForm, Input, SentOnce, error_at};
use crate::live::{Heard, Live};
use crate::routes::MATERIAL;

/// The page.
#[component]
pub fn MaterialPage() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| FormValues::decode(search.get().trim_start_matches('?').as_bytes()).get("q").to_owned());
    let found = Resource::new(move || query.get(), load_material);
    let toasts = expect_context::<Toasts>();
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            found.refetch();
        }
    }));
    let done = Callback::new(move |(done, undo): (Done, Option<String>)| {
        match undo {
            Some(undo) => toasts.say_with_undo(done.message, undo),
            None => toasts.say(done.message),
        }
        found.refetch();
    });
    view! {
        <Title text="Material" />
        <main class="page" id="main" tabindex="-1">
            <div class="section__head"><h1>"Material"</h1></div>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(pieces) => view! { <Loaded pieces query=query.get_untracked() done /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(pieces: Vec<Material>, query: String, done: Callback<(Done, Option<String>)>) -> impl IntoView {
    let may_keep = can(&me(), Action::Configure, Target::Site);
    let count = match pieces.len() {
        1 => "1 piece".to_owned(),
        count => format!("{count} pieces"),
    };
    let list = if pieces.is_empty() {
        let (title, text) = if query.trim().is_empty() {
            ("Nothing is here yet", "What an administrator adds can be sent with a message to a lead.")
        } else {
            ("Nothing fits this", "Take a word away.")
        };
        view! { <Empty icon="upload" title text /> }.into_any()
    } else {
        view! {
            <p class="muted" role="status">{count}</p>
            <ul class="tasks">{pieces.into_iter().map(|piece| view! { <Piece piece may_keep done /> }).collect_view()}</ul>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-label="Library">
            <form class="material__search" action=MATERIAL method="get" role="search">
                <label class="visually-hidden" for="material-q">"Search the library"</label>
                <input class="input" id="material-q" type="search" name="q" value=query maxlength="200" placeholder="Name, tag or what it is about" />
                <button class="button">"Search"</button>
            </form>
            {list}
        </section>
        {may_keep.then(|| view! { <Add /> })}
    }
    .into_any()
}

/// Adding a piece is a plain form: the browser sends the file and opens the page again.
#[component]
fn Add() -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="add-h">
            <div class="section__head"><h2 id="add-h">"Add to the library"</h2></div>
            <FileForm action=MATERIAL class="form">
                <SentOnce />
                <ErrorSummary />
                <File />
                <Input name="name" label="Name" help="What people know it by." />
                <Area name="description" label="What it is good for" optional=true />
                <Input name="tags" label="Tags" optional=true help="Separated by commas." />
                <div class="form__actions"><button class="button button--primary">"Add"</button></div>
            </FileForm>
        </section>
    }
    .into_any()
}

#[component]
fn File() -> impl IntoView {
    let error = error_at("document");
    view! {
        <div class="field">
            <label class="field__label" for="document">"File"</label>
            <p class="field__help" id="document-help">"Up to "{size_words(SIZE_MOST as i64)}"."</p>
            <input
                class="input"
                id="document"
                type="file"
                name="document"
                aria-describedby=move || if error.get().is_some() { "document-help document-error" } else { "document-help" }
                aria-invalid=move || error.get().map(|_| "true")
            />
            {move || error.get().map(|text| view! { <p class="field__error" id="document-error">{text}</p> })}
        </div>
    }
    .into_any()
}
