//! Making the first administrator: `/setup`. Open until anybody is registered.

use leptos::prelude::*;
use leptos_meta::Title;

use super::Card;
use super::server_fns::load_door;
use crate::components::Problem;
use crate::form::{ErrorSummary, Input, InputKind, PostForm};

/// The page.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let door = Resource::new(|| (), |()| load_door());
    view! {
        <Title text="Set up" />
        <Card>
            <Suspense>
                {move || Suspend::new(async move {
                    match door.await {
                        Ok(door) if door.setup_is_open => view! { <SetUpForm /> }.into_any(),
                        Ok(_) => view! { <SetUpAlready /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Suspense>
        </Card>
    }
    .into_any()
}

#[component]
fn SetUpForm() -> impl IntoView {
    view! {
        <div class="sign-in__sheet">
            <PostForm action="/setup" class="form">
                <div>
                    <h1>"Set up Leadwright"</h1>
                    <p class="form__intro">"You will be the first administrator."</p>
                </div>
                <ErrorSummary />
                <Input name="name" label="Your name" autocomplete="name" />
                <Input name="email" label="E-mail" kind=InputKind::Email autocomplete="username" />
                <Input name="password" label="Password" kind=InputKind::NewPassword help="Ten characters or more. A short sentence works well." />
                <Input name="password_again" label="Password again" kind=InputKind::NewPassword />
                <button class="button button--primary button--wide">"Start"</button>
            </PostForm>
        </div>
    }
    .into_any()
}

#[component]
fn SetUpAlready() -> impl IntoView {
    view! {
        <div class="sign-in__sheet">
            <div class="form">
                <div>
                    <h1>"This site is set up"</h1>
                    <p class="form__intro">"Whoever set it up can add you as a person."</p>
                </div>
                <a class="button button--primary button--wide" href="/login">"Sign in"</a>
            </div>
        </div>
    }
    .into_any()
}
