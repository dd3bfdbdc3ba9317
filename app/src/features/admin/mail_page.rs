//! One mail of the outbox, to be read: `/admin/outbox/{number}`. For administrators.

use domain::{Mail, MailState, Mailbox};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::notice_fns::load_mail;
use super::outbox_page::{SendAgain, StateBadge, tries_words};
use super::sections::AdminPage;
use crate::as_written::in_pre;
use crate::components::{NotFound, Problem, TimeAgo};
use crate::context::{Toasts, catalog_now};
use crate::form::Done;
use crate::wire_error::WireError;

/// The page.
#[component]
pub fn MailPage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let found = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => load_mail(number).await,
                None => Err(WireError::NotFound),
            }
        },
    );
    let toasts = expect_context::<Toasts>();
    let again = Callback::new(move |done: Option<Done>| {
        if let Some(done) = done {
            toasts.say(done.message);
        }
        found.refetch();
    });
    view! {
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(mail) => view! { <Title text=mail.row.subject.clone() /> <Loaded mail again /> }.into_any(),
                        Err(WireError::NotFound) => view! { <NotFound /> }.into_any(),
                        Err(error) => view! { <Title text="Outbox" /> <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

fn names(mailboxes: &[Mailbox]) -> String {
    mailboxes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[component]
fn Loaded(mail: Mail, again: Callback<Option<Done>>) -> impl IntoView {
    let Mail { row, addressees, body, lead } = mail;
    let fact = |label: &'static str, value: AnyView| {
        view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{value}</dd></div> }.into_any()
    };
    let (to, copies) = (names(&addressees.to), names(&addressees.copies));
    let waits = (row.state == MailState::Waiting && row.tries > 0).then(|| view! { ", again at " {catalog_now().site.zone.readable(row.next_at)} });
    let answer_label = if row.state == MailState::Sent { "The server said" } else { "Why" };
    view! {
        <AdminPage here="/admin/outbox">
            <section class="section" aria-labelledby="mail-h">
                <div class="section__head">
                    <h1 id="mail-h">{row.subject.clone()}</h1>
                    <a class="push" href="/admin/outbox">"Outbox"</a>
                </div>
                <dl>
                    {fact("Sent to", row.recipient.to_string().into_any())}
                    {(!to.is_empty()).then(|| fact("To", to.into_any()))}
                    {(!copies.is_empty()).then(|| fact("Copies", copies.into_any()))}
                    {fact("Written", view! { <TimeAgo at=row.created_at /> }.into_any())}
                    {fact("State", view! { <StateBadge state=row.state />{waits} }.into_any())}
                    {fact("Tried", view! { {tries_words(row.tries)} {row.last_at.map(|at| view! { ", " <TimeAgo at /> })} }.into_any())}
                    {(!row.answer.is_empty()).then(|| fact(answer_label, row.answer.into_any()))}
                    {lead.map(|lead| fact("Lead", view! { <a href=crate::routes::lead(lead, "")>{format!("# {lead}")}</a> }.into_any()))}
                </dl>
                {(row.state == MailState::Unknown).then(|| view! {
                    <p class="muted small">"It may have arrived. Ask before you send it again."</p>
                })}
                {row.state.may_be_sent_again().then(|| view! { <SendAgain number=row.id.0 again /> })}
                <pre class="mail-text" tabindex="0" aria-label="Text of the mail">{in_pre(&body)}</pre>
            </section>
        </AdminPage>
    }
    .into_any()
}
