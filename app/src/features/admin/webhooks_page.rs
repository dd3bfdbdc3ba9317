//! Webhooks: `/admin/webhooks`. For administrators.

use domain::webhook::MESSAGE_KINDS;
use domain::{Delivery, DeliveryState, Webhook};
use leptos::prelude::*;
use leptos_meta::Title;

use super::sections::AdminPage;
use super::server_fns::{WebhookView, load_webhooks};
use super::ticks::Ticks;
use crate::as_written::in_pre;
use crate::components::{Empty, Problem, TimeAgo};
use crate::context::Toasts;
use crate::form::{Done, ErrorSummary, Hidden, Input, Options, PostForm, SentOnce, ShownOnce};
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn WebhooksPage() -> impl IntoView {
    let webhooks = Resource::new(|| (), |()| load_webhooks());
    view! {
        <Title text="Webhooks" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match webhooks.await {
                        Ok(webhooks) => view! { <Loaded webhooks /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(webhooks: Vec<WebhookView>) -> impl IntoView {
    let webhooks = RwSignal::new(webhooks);
    let toasts = expect_context::<Toasts>();
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_webhooks().await {
                Ok(fresh) => drop(webhooks.try_set(fresh)),
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
    let is_empty = Memo::new(move |_| webhooks.with(Vec::is_empty));
    let row = move |view: WebhookView| view! { <WebhookSection view done /> };
    view! {
        <AdminPage here="/admin/webhooks">
            <section class="section" aria-labelledby="webhooks-h">
                <div class="section__head">
                    <h1 id="webhooks-h">"Webhooks"</h1>
                    <span class="muted">{move || webhooks.with(Vec::len)}</span>
                    <a
                        class="button button--small section__end"
                        href="/admin/webhooks"
                        on:click=move |event| {
                            event.prevent_default();
                            reload();
                        }
                    >
                        "Look again"
                    </a>
                </div>
                {move || is_empty.get().then(|| view! {
                    <Empty icon="bell" title="No webhooks yet" text="Another system hears at once when something happens here. Add its address below." />
                })}
                <For each=move || webhooks.get() key=Clone::clone children=row />
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add a webhook"</h2></div>
                <AddWebhook done />
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn WebhookSection(view: WebhookView, done: Callback<Done>) -> impl IntoView {
    let WebhookView { webhook, deliveries } = view;
    let Webhook { number, url, kinds, is_on, .. } = webhook;
    let kinds = if kinds.is_empty() { "everything".to_owned() } else { kinds.join(", ") };
    let (state, tone) = if is_on { ("On", "green") } else { ("Off", "grey") };
    let (turn, turned) = if is_on { ("Turn off", "0") } else { ("Turn on", "1") };
    let heading = format!("webhook-{number}");
    let (turn_label, delete_label) = (format!("{turn}: {url}"), format!("Delete: {url}"));
    view! {
        <section class="webhook" aria-labelledby=heading.clone()>
            <div class="webhook__head">
                <h2 class="webhook__url" id=heading.clone()>{url}</h2>
                <span class=format!("badge tone-{tone}")>{state}</span>
                <div class="webhook__actions">
                    <PostForm action=format!("/admin/webhooks/{number}") on_done=done>
                        <Hidden name="on" value=turned.to_owned() />
                        <button class="button button--small" aria-label=turn_label>{turn}</button>
                        <ErrorSummary prefix=format!("w{number}-") />
                    </PostForm>
                    <PostForm action=format!("/admin/webhooks/{number}/delete") on_done=done>
                        <button class="button button--quiet button--small" aria-label=delete_label>"Delete"</button>
                        <ErrorSummary prefix=format!("d{number}-") />
                    </PostForm>
                </div>
            </div>
            <p class="muted small">"Hears of " {kinds}</p>
            {if deliveries.is_empty() {
                view! { <p class="muted small">"Nothing was sent yet."</p> }.into_any()
            } else {
                view! { <Deliveries deliveries done /> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Deliveries(deliveries: Vec<Delivery>, done: Callback<Done>) -> impl IntoView {
    view! {
        <table class="table table--stack">
            <thead>
                <tr>
                    <th scope="col">"Message"</th>
                    <th scope="col">"Made"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Sent"</th>
                    <th scope="col">"Answer"</th>
                    <th class="table__end" scope="col"><span class="visually-hidden">"Send again"</span></th>
                </tr>
            </thead>
            <tbody>{deliveries.into_iter().map(|delivery| view! { <DeliveryRow delivery done /> }.into_any()).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn DeliveryRow(delivery: Delivery, done: Callback<Done>) -> impl IntoView {
    let tone = match delivery.state {
        DeliveryState::Waiting => "amber",
        DeliveryState::Delivered => "green",
        DeliveryState::Failed => "red",
    };
    let times = match delivery.attempts {
        0 => "Not yet".to_owned(),
        1 => "Once".to_owned(),
        times => format!("{times} times"),
    };
    let code = delivery.answer_status.map_or_else(|| "None".to_owned(), |status| status.to_string());
    let may_replay = delivery.state != DeliveryState::Waiting;
    let (number, label) = (delivery.number, format!("Send {} again, number {}", delivery.kind, delivery.number));
    view! {
        <tr>
            <td><code>{delivery.kind}</code></td>
            <td><TimeAgo at=delivery.created_at /></td>
            <td><span class=format!("badge tone-{tone}")>{delivery.state.label()}</span></td>
            <td>{times} {delivery.last_at.map(|at| view! { ", " <TimeAgo at /> })}</td>
            <td>
                {if delivery.answer.is_empty() {
                    code.into_any()
                } else {
                    view! {
                        <details class="webhook__answer">
                            <summary>{if delivery.answer_status.is_some() { code } else { "Not reached".to_owned() }}</summary>
                            <pre class="webhook__text">{in_pre(&delivery.answer)}</pre>
                        </details>
                    }
                    .into_any()
                }}
            </td>
            <td class="table__end">
                {may_replay.then(|| view! {
                    <PostForm action=format!("/admin/webhooks/deliveries/{number}/replay") on_done=done>
                        <button class="button button--quiet button--small" aria-label=label>"Send again"</button>
                        <ErrorSummary prefix=format!("r{number}-") />
                    </PostForm>
                })}
            </td>
        </tr>
    }
    .into_any()
}

/// Adds a webhook, and shows its secret once.
#[component]
fn AddWebhook(done: Callback<Done>) -> impl IntoView {
    let kinds: Options = MESSAGE_KINDS.map(|kind| (kind.to_owned(), kind.to_owned())).to_vec();
    view! {
        <PostForm action="/admin/webhooks" class="form" on_done=done>
            <ErrorSummary prefix="new-" />
            <SentOnce />
            <ShownOnce label="The secret that signs its messages" help="Keep it now: it is not shown again." />
            <Input name="url" label="Address" help="Where messages are posted, such as https://example.com/hooks. It has to be outside of this network." prefix="new-" />
            <Ticks name="kinds" label="Which messages; none ticked means all" options=kinds prefix="new-" />
            <div class="form__actions"><button class="button button--primary">"Add webhook"</button></div>
        </PostForm>
    }
    .into_any()
}
