//! One's own profile: `/me`.

use leptos::prelude::*;
use leptos_meta::Title;

use super::calendar_feed::CalendarFeed;
use super::notice_choice::NoticeChoice;
use super::reach_forms::OwnReachForm;
use super::server_fns::load_own_reach;
use crate::components::{Icon, Problem};
use crate::context::{Toasts, catalog, me};
use crate::form::{Done, ErrorSummary, Input, InputKind, PostForm};

/// The page.
#[component]
pub fn ProfilePage() -> impl IntoView {
    view! {
        <Title text="Your profile" />
        <main class="page page--form" id="main" tabindex="-1">
            <h1>"Your profile"</h1>
            <Facts />
            {me().role.is_internal().then(|| view! { <Reach /> })}
            <NoticeChoice />
            <CalendarFeed />
            <Theme />
            <Keys />
            <section class="section" aria-labelledby="programs-h">
                <div class="section__head"><h2 id="programs-h">"Other programs"</h2></div>
                <p class="muted">"With a token another program acts for you."</p>
                <a class="button" href="/admin/tokens">"Your API tokens"</a>
            </section>
            <section class="section" aria-labelledby="password-h">
                <div class="section__head"><h2 id="password-h">"Password"</h2></div>
                <PostForm action="/me/password" class="form">
                    <ErrorSummary />
                    <Input name="current_password" label="Password you have now" kind=InputKind::Password />
                    <Input name="password" label="New password" kind=InputKind::NewPassword help="Ten characters or more. A short sentence works well." />
                    <Input name="password_again" label="New password again" kind=InputKind::NewPassword />
                    <div class="form__actions">
                        <button class="button button--primary">"Change password"</button>
                        <span class="muted small">"Your other devices are signed out."</span>
                    </div>
                </PostForm>
            </section>
        </main>
    }
    .into_any()
}

#[component]
fn Facts() -> impl IntoView {
    let me = me();
    let groups = me.groups.clone();
    let group_names = move || {
        let catalog = catalog();
        let names: Vec<_> = groups.iter().filter_map(|id| catalog.group(*id)).map(|group| group.name.clone()).collect();
        if names.is_empty() { "None".to_owned() } else { names.join(", ") }
    };
    let fact = |label: &'static str, value: AnyView| {
        view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{value}</dd></div> }.into_any()
    };
    view! {
        <section class="facts" aria-labelledby="you-h">
            <div class="facts__head"><h2 id="you-h">"You"</h2></div>
            <dl>
                {fact("Name", me.name.clone().into_any())}
                {fact("E-mail", me.email.clone().into_any())}
                {fact("Role", me.role.label().into_any())}
                {fact("Groups", group_names.into_any())}
            </dl>
            <p class="muted small">"An administrator can change these."</p>
        </section>
    }
    .into_any()
}

/// How one is reached. What one says of oneself at the moment stands in the menu, on every page.
#[component]
fn Reach() -> impl IntoView {
    let user = me().id;
    let toasts = expect_context::<Toasts>();
    let found = Resource::new(|| (), |()| load_own_reach());
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    view! {
        <section class="section" aria-labelledby="reach-h">
            <div class="section__head"><h2 id="reach-h">"How you are reached"</h2></div>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <OwnReachForm user version=found.version reach=found.reach done /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}

/// The buttons work by `theme.js`, before and without WebAssembly.
#[component]
fn Theme() -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="theme-h">
            <div class="section__head"><h2 id="theme-h">"Colours"</h2></div>
            <div class="button-group">
                <button class="button" type="button" data-theme-choice="light"><Icon name="sun" />"Light"</button>
                <button class="button" type="button" data-theme-choice="dark"><Icon name="moon" />"Dark"</button>
                <button class="button" type="button" data-theme-choice="system"><Icon name="screen" />"Same as the system"</button>
            </div>
        </section>
    }
    .into_any()
}

/// As [`Theme`]: the choice is this browser's.
#[component]
fn Keys() -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="keys-h">
            <div class="section__head"><h2 id="keys-h">"Single keys"</h2></div>
            <p class="muted small">"“c” adds a lead, “j” goes to the next row, “?” lists them all. Ctrl K works in either case."</p>
            <div class="button-group needs-script">
                <button class="button" type="button" data-keys-choice="on">"On"</button>
                <button class="button" type="button" data-keys-choice="off">"Off"</button>
            </div>
        </section>
    }
    .into_any()
}
