//! The words of one mail: `/admin/templates/{kind}`, with what somebody would get. For administrators.

use domain::{MergeField, MergeValues, NoticeKind};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::notice_fns::{NoticeView, load_notice};
use super::sections::AdminPage;
use crate::components::{Icon, NotFound, Problem};
use crate::features::messages::MailWords;
use crate::form::{ErrorSummary, PostForm};
use crate::wire_error::WireError;

/// The page.
#[component]
pub fn TemplatePage() -> impl IntoView {
    let params = use_params_map();
    let kind = Memo::new(move |_| params.with(|params| params.get("kind").unwrap_or_default()));
    let found = Resource::new(move || kind.get(), load_notice);
    view! {
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Title text=found.kind.label() /> <Loaded found /> }.into_any(),
                        Err(WireError::NotFound) => view! { <NotFound /> }.into_any(),
                        Err(error) => view! { <Title text="Mail templates" /> <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: NoticeView) -> impl IntoView {
    let NoticeView { kind, wording, is_changed } = found;
    let action = format!("/admin/templates/{}", kind.key());
    let reset = format!("{action}/reset");
    view! {
        <AdminPage here="/admin/templates">
            <section class="section" aria-labelledby="template-h">
                <div class="section__head">
                    <h1 id="template-h">{kind.label()}</h1>
                    <span class="muted">{kind.purpose()}</span>
                    <a class="push" href="/admin/templates">"All mails"</a>
                </div>
                <PostForm action=action class="form">
                    <ErrorSummary />
                    <MailWords wording values=MergeValues::samples() title="Preview, with an example" />
                    <div class="form__actions"><button class="button button--primary">"Save mail"</button></div>
                </PostForm>
                {is_changed.then(|| view! {
                    <PostForm action=reset>
                        <ErrorSummary prefix="reset-" />
                        <button class="button"><Icon name="undo" />"Back to the standard words"</button>
                    </PostForm>
                })}
            </section>
            <MergeFields kind />
        </AdminPage>
    }
    .into_any()
}

/// What the words may hold.
#[component]
fn MergeFields(kind: NoticeKind) -> impl IntoView {
    let row = |field: MergeField| view! { <tr><td><code>{format!("{{{{{}}}}}", field.name())}</code></td><td>{field.label()}</td></tr> }.into_any();
    view! {
        <section class="section" aria-labelledby="fields-h">
            <div class="section__head"><h2 id="fields-h">"What can stand in it"</h2></div>
            <table class="table">
                <thead><tr><th scope="col">"Write"</th><th scope="col">"To get"</th></tr></thead>
                <tbody>{kind.fields().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}
