//! The mail that confirms a registration: `/admin/registration`. For administrators.

use domain::confirmation::FIELDS;
use domain::{Confirmation, MergeValues};
use leptos::prelude::*;
use leptos_meta::Title;

use super::sections::AdminPage;
use super::ticks::Tick;
use crate::components::Problem;
use crate::features::messages::{MailWords, MessageFields, load_confirmation};
use crate::form::{ErrorSummary, PostForm};

/// The page.
#[component]
pub fn RegistrationPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_confirmation());
    view! {
        <Title text="Registration form" />
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
fn Loaded(found: Confirmation) -> impl IntoView {
    let Confirmation { sends, wording } = found;
    view! {
        <AdminPage here="/admin/registration">
            <section class="section" aria-labelledby="registration-h">
                <div class="section__head">
                    <h1 id="registration-h">"Registration form"</h1>
                    <a class="push" href="/register" rel="external">"See the form"</a>
                </div>
                <p class="muted">
                    "Who registers gets this mail at once, at most one in an hour. Below it stands what to do if it was not them, and how to get no more mails."
                </p>
                <PostForm action="/admin/registration" class="form">
                    <ErrorSummary />
                    <Tick name="sends" label="Confirm each registration with a mail" checked=sends prefix="" />
                    <MailWords wording values=MergeValues::samples() title="Preview, with an example" />
                    <div class="form__actions"><button class="button button--primary">"Save confirmation"</button></div>
                </PostForm>
                <MessageFields fields=&FIELDS />
            </section>
        </AdminPage>
    }
    .into_any()
}
