//! The outbox: `/admin/outbox`. What mail waits, was sent, or was not. For administrators.

use domain::{FormValues, MailRow, MailState};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::notice_fns::{OutboxView, load_outbox};
use super::sections::AdminPage;
use crate::components::{Empty, Icon, Problem, TimeAgo};
use crate::context::Toasts;
use crate::form::{Done, ErrorSummary, PostForm};
use crate::routes;

/// The page.
#[component]
pub fn OutboxPage() -> impl IntoView {
    let location = use_location();
    let before = Memo::new(move |_| {
        let values = FormValues::decode(location.search.get().trim_start_matches('?').as_bytes());
        values.find("before").filter(|text| !text.is_empty()).map(str::to_owned)
    });
    let found = Resource::new(move || before.get(), load_outbox);
    let toasts = expect_context::<Toasts>();
    let again = Callback::new(move |done: Option<Done>| {
        if let Some(done) = done {
            toasts.say(done.message);
        }
        found.refetch();
    });
    view! {
        <Title text="Outbox" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found before=before.get_untracked() again /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: OutboxView, before: Option<String>, again: Callback<Option<Done>>) -> impl IntoView {
    let address = |before: &str| routes::with_query("/admin/outbox", &routes::and("", "before", before));
    let here = before.as_deref().map_or_else(|| "/admin/outbox".to_owned(), address);
    let next = found.next.as_deref().map(address);
    let has_mails = !found.mails.is_empty();
    view! {
        <AdminPage here="/admin/outbox">
            <section class="section" aria-labelledby="outbox-h">
                <div class="section__head">
                    <h1 id="outbox-h">"Outbox"</h1>
                    <span class="muted">"Mails are kept for 90 days"</span>
                    <a
                        class="button button--small section__end"
                        href=here
                        on:click=move |event| {
                            event.prevent_default();
                            again.run(None);
                        }
                    >
                        "Look again"
                    </a>
                </div>
                {(!found.has_server).then(|| view! { <NoServer /> })}
                {if has_mails {
                    view! { <Mails mails=found.mails again /> }.into_any()
                } else {
                    view! { <Empty icon="mail" title="No mail here" text="When somebody is given a lead, the mail that tells them stands here." /> }.into_any()
                }}
                <nav class="button-group" aria-label="Pages">
                    {before.is_some().then(|| view! { <a class="button button--quiet button--small" href="/admin/outbox">"Newest"</a> })}
                    {next.map(|href| view! { <a class="button button--quiet button--small" rel="next" href=href>"Older"<Icon name="chevron-right" /></a> })}
                </nav>
            </section>
        </AdminPage>
    }
    .into_any()
}

/// Says that nothing is sent.
#[component]
fn NoServer() -> impl IntoView {
    view! {
        <div class="mail-note tone-amber" role="note">
            <Icon name="warning" />
            <p>"No mail server is set, so mail waits here and is not sent. Whoever runs the server sets one with LEADWRIGHT_SMTP_URL; what waits is sent then."</p>
        </div>
    }
    .into_any()
}

#[component]
fn Mails(mails: Vec<MailRow>, again: Callback<Option<Done>>) -> impl IntoView {
    view! {
        <table class="table table--stack">
            <thead>
                <tr>
                    <th scope="col">"Subject"</th>
                    <th scope="col">"To"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Tries"</th>
                    <th scope="col">"Written"</th>
                    <th class="table__end" scope="col"><span class="visually-hidden">"Send again"</span></th>
                </tr>
            </thead>
            <tbody>{mails.into_iter().map(|mail| view! { <Row mail again /> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// A state as a badge.
#[component]
pub fn StateBadge(state: MailState) -> impl IntoView {
    let tone = match state {
        MailState::Waiting | MailState::Sending => "amber",
        MailState::Sent => "green",
        MailState::Failed => "red",
        MailState::Unknown => "violet",
    };
    view! { <span class=format!("badge tone-{tone}")>{state.label()}</span> }.into_any()
}

/// How often a mail was tried.
#[must_use]
pub fn tries_words(tries: i64) -> String {
    match tries {
        0 => "Not yet".to_owned(),
        1 => "Once".to_owned(),
        tries => format!("{tries} times"),
    }
}

#[component]
fn Row(mail: MailRow, again: Callback<Option<Done>>) -> impl IntoView {
    let number = mail.id;
    // What a server said that took it is no news.
    let why = Some(mail.answer).filter(|answer| mail.state != MailState::Sent && !answer.is_empty());
    view! {
        <tr>
            <td><a class="row__link" href=format!("/admin/outbox/{number}")>{mail.subject}</a></td>
            <td class="mail-address">{mail.recipient.to_string()}</td>
            <td><StateBadge state=mail.state />{why.map(|why| view! { <p class="muted small mail-why">{why}</p> })}</td>
            <td class="figures">{tries_words(mail.tries)}</td>
            <td><TimeAgo at=mail.created_at /></td>
            <td class="table__end">{mail.state.may_be_sent_again().then(|| view! { <SendAgain number=number.0 again /> })}</td>
        </tr>
    }
    .into_any()
}

/// The button that sends a mail again.
#[component]
pub fn SendAgain(number: i64, again: Callback<Option<Done>>) -> impl IntoView {
    let done = Callback::new(move |done: Done| again.run(Some(done)));
    view! {
        <PostForm action=format!("/admin/outbox/{number}/send") on_done=done>
            <button class="button button--small" aria-label=format!("Send again, mail {number}")>"Send again"</button>
            <ErrorSummary prefix=format!("m{number}-") />
        </PostForm>
    }
    .into_any()
}
