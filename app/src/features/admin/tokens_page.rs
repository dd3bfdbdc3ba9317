//! Tokens of the HTTP API: `/admin/tokens`. Everybody's own; administrators see them all.

use domain::{Action, Target, TokenDetails, TokenScope, can};
use leptos::prelude::*;
use leptos_meta::Title;

use super::sections::AdminPage;
use super::server_fns::load_tokens;
use crate::components::{Empty, Problem, TimeAgo};
use crate::context::{Toasts, me};
use crate::form::{Done, ErrorSummary, Input, Options, PostForm, Select, SentOnce, ShownOnce};
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn TokensPage() -> impl IntoView {
    let tokens = Resource::new(|| (), |()| load_tokens());
    view! {
        <Title text="API tokens" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match tokens.await {
                        Ok(tokens) => view! { <Loaded tokens /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(tokens: Vec<TokenDetails>) -> impl IntoView {
    let tokens = RwSignal::new(tokens);
    let toasts = expect_context::<Toasts>();
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_tokens().await {
                Ok(fresh) => drop(tokens.try_set(fresh)),
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
    let sees_all = can(&me(), Action::Configure, Target::Site);
    let is_empty = Memo::new(move |_| tokens.with(Vec::is_empty));
    let row = move |token: TokenDetails| view! { <TokenRow token sees_all done /> };
    view! {
        <AdminPage here="/admin/tokens">
            <section class="section" aria-labelledby="tokens-h">
                <div class="section__head">
                    <h1 id="tokens-h">"API tokens"</h1>
                    <span class="muted">{move || tokens.with(Vec::len)}</span>
                    <a class="section__end" href="/api/v1/docs" rel="external">"What a program can do"</a>
                </div>
                {move || if is_empty.get() {
                    view! { <Empty icon="shield" title="No tokens yet" text="With a token another program acts for you. Make the first below." /> }.into_any()
                } else {
                    view! {
                        <table class="table table--stack">
                            <thead>
                                <tr>
                                    <th scope="col">"For"</th>
                                    {sees_all.then(|| view! { <th scope="col">"Person"</th> })}
                                    <th scope="col">"May"</th>
                                    <th scope="col">"Made"</th>
                                    <th scope="col">"Ends"</th>
                                    <th scope="col">"Last used"</th>
                                    <th class="table__end" scope="col"><span class="visually-hidden">"Revoke"</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || tokens.get() key=|token| (token.number, token.last_used_at) children=row />
                            </tbody>
                        </table>
                    }
                    .into_any()
                }}
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Make a token"</h2></div>
                <AddToken done />
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn TokenRow(token: TokenDetails, sees_all: bool, done: Callback<Done>) -> impl IntoView {
    let action = format!("/admin/tokens/{}/revoke", token.number);
    let label = format!("Revoke {}", token.name);
    view! {
        <tr>
            <td>{token.name}</td>
            {sees_all.then(|| view! { <td>{token.user_name}</td> })}
            <td>{token.scope.label()}</td>
            <td><TimeAgo at=token.created_at /></td>
            <td>{token.expires_at.map_or_else(|| "Never".to_owned(), domain::Timestamp::day)}</td>
            <td>{match token.last_used_at {
                Some(at) => view! { <TimeAgo at /> }.into_any(),
                None => view! { <span class="muted">"Not yet"</span> }.into_any(),
            }}</td>
            <td class="table__end">
                <PostForm action on_done=done>
                    <button class="button button--quiet button--small" aria-label=label>"Revoke"</button>
                    <ErrorSummary prefix=format!("t{}-", token.number) />
                </PostForm>
            </td>
        </tr>
    }
    .into_any()
}

/// Makes a token, and shows it once.
#[component]
fn AddToken(done: Callback<Done>) -> impl IntoView {
    let scopes: Options = TokenScope::ALL.into_iter().map(|scope| (scope.key().to_owned(), scope.label().to_owned())).collect();
    let days: Options = [("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"), ("never", "Never")]
        .map(|(value, label)| (value.to_owned(), label.to_owned()))
        .to_vec();
    view! {
        <PostForm action="/admin/tokens" class="form" on_done=done>
            <ErrorSummary prefix="new-" />
            <SentOnce />
            <ShownOnce label="The token" help="Keep it now: it is not shown again." />
            <Input name="name" label="What it is for" help="The name of the program, say." prefix="new-" />
            <div class="field-row">
                <Select name="scope" label="It may" options=scopes value=TokenScope::Read.key() prefix="new-" />
                <Select name="days" label="It ends" options=days value="90" prefix="new-" />
            </div>
            <div class="form__actions"><button class="button button--primary">"Make token"</button></div>
        </PostForm>
    }
    .into_any()
}
