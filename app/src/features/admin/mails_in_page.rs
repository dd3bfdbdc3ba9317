//! Mail that came in: `/admin/mail-in`, and what became of it. For administrators.

use domain::{FormValues, MailInRow, MailInState, MailboxState};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::mail_in_fns::{MailsInView, load_mails_in};
use super::sections::AdminPage;
use crate::components::{Empty, Icon, Problem, TimeAgo};
use crate::context::catalog_now;
use crate::routes;

/// What is said while no mail has come in.
const NONE_YET: &str = "E-mails that make leads stand here, with those that were ignored. Whoever runs the server has a mailbox read with \
                        LEADWRIGHT_IMAP_URL, or lets the mail server pipe them to leadwright mail-in.";

/// The page.
#[component]
pub fn MailsInPage() -> impl IntoView {
    let location = use_location();
    let before = Memo::new(move |_| {
        let values = FormValues::decode(location.search.get().trim_start_matches('?').as_bytes());
        values.find("before").filter(|text| !text.is_empty()).map(str::to_owned)
    });
    let found = Resource::new(move || before.get(), load_mails_in);
    let again = Callback::new(move |()| found.refetch());
    view! {
        <Title text="Incoming mail" />
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
fn Loaded(found: MailsInView, before: Option<String>, again: Callback<()>) -> impl IntoView {
    let address = |before: &str| routes::with_query("/admin/mail-in", &routes::and("", "before", before));
    let here = before.as_deref().map_or_else(|| "/admin/mail-in".to_owned(), address);
    let next = found.next.as_deref().map(address);
    let has_mails = !found.mails.is_empty();
    view! {
        <AdminPage here="/admin/mail-in">
            <section class="section" aria-labelledby="mail-in-h">
                <div class="section__head">
                    <h1 id="mail-in-h">"Incoming mail"</h1>
                    <a
                        class="button button--small section__end"
                        href=here
                        on:click=move |event| {
                            event.prevent_default();
                            again.run(());
                        }
                    >
                        "Look again"
                    </a>
                </div>
                {found.mailbox.map(|mailbox| view! { <MailboxLine mailbox /> })}
                {if has_mails {
                    view! { <Mails mails=found.mails /> }.into_any()
                } else {
                    view! {
                        <Empty
                            icon="mail"
                            title="No mail here"
                            text=NONE_YET
                        />
                    }
                    .into_any()
                }}
                <nav class="button-group" aria-label="Pages">
                    {before.is_some().then(|| view! { <a class="button button--quiet button--small" href="/admin/mail-in">"Newest"</a> })}
                    {next.map(|href| view! {
                        <a class="button button--quiet button--small" rel="next" href=href>"Older"<Icon name="chevron-right" /></a>
                    })}
                </nav>
            </section>
        </AdminPage>
    }
    .into_any()
}

/// Says when the mailbox was read, or why it is not.
#[component]
fn MailboxLine(mailbox: MailboxState) -> impl IntoView {
    let MailboxState { read_at, next_at, failures, trouble } = mailbox;
    let read = read_at.map(|at| view! { "It was last read " <TimeAgo at /> "." });
    if trouble.is_empty() {
        return view! { <p class="muted">"The mailbox is read. " {read}</p> }.into_any();
    }
    let times =
        if failures == 1 { "Reading the mailbox failed: ".to_owned() } else { format!("Reading the mailbox failed {failures} times in a row: ") };
    view! {
        <div class="mail-note tone-amber" role="note">
            <Icon name="warning" />
            <p class="mail-address">{times} {trouble} ". It is tried again at " {catalog_now().site.zone.readable(next_at)} ". " {read}</p>
        </div>
    }
    .into_any()
}

#[component]
fn Mails(mails: Vec<MailInRow>) -> impl IntoView {
    view! {
        <table class="table table--stack">
            <thead>
                <tr>
                    <th scope="col">"Subject"</th>
                    <th scope="col">"From"</th>
                    <th scope="col">"What became of it"</th>
                    <th scope="col">"Came"</th>
                </tr>
            </thead>
            <tbody>{mails.into_iter().map(|mail| view! { <Row mail /> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Row(mail: MailInRow) -> impl IntoView {
    let number = mail.id;
    let sender = mail.sender.to_string();
    view! {
        <tr>
            <td><a class="row__link mail-address" href=format!("/admin/mail-in/{number}")>{subject_words(&mail)}</a></td>
            <td class="mail-address">{if sender.is_empty() { "Nobody".to_owned() } else { sender }}</td>
            <td><Became mail=mail.clone() /></td>
            <td><TimeAgo at=mail.received_at /></td>
        </tr>
    }
    .into_any()
}

/// The subject, or that there is none.
#[must_use]
pub fn subject_words(mail: &MailInRow) -> String {
    if mail.subject.is_empty() { "No subject".to_owned() } else { mail.subject.clone() }
}

/// What became of a mail: the lead, or why there is none.
#[component]
pub fn Became(mail: MailInRow) -> impl IntoView {
    let tone = match mail.state {
        MailInState::Lead => "green",
        MailInState::Joined => "blue",
        MailInState::Ignored => "grey",
        MailInState::Refused => "red",
    };
    view! {
        <span class=format!("badge tone-{tone}")>{mail.state.label()}</span>
        {mail.lead.map(|lead| view! { " " <a href=routes::lead(lead, "")>{format!("# {lead}")}</a> })}
        {(!mail.why.is_empty()).then(|| view! { <p class="muted small mail-why">{mail.why}</p> })}
    }
    .into_any()
}
