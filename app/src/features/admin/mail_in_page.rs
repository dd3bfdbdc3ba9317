//! One mail that came in, to be read: `/admin/mail-in/{number}`. For administrators.

use domain::MailInDetail;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::mail_in_fns::load_mail_in;
use super::mails_in_page::{Became, subject_words};
use super::sections::AdminPage;
use crate::as_written::in_pre;
use crate::components::{Icon, NotFound, Problem, TimeAgo};
use crate::wire_error::WireError;

/// The page.
#[component]
pub fn MailInPage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let found = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => load_mail_in(number).await,
                None => Err(WireError::NotFound),
            }
        },
    );
    view! {
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(mail) => view! { <Title text=subject_words(&mail.row) /> <Loaded mail /> }.into_any(),
                        Err(WireError::NotFound) => view! { <NotFound /> }.into_any(),
                        Err(error) => view! { <Title text="Incoming mail" /> <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(mail: MailInDetail) -> impl IntoView {
    let MailInDetail { row, text, files } = mail;
    let fact = |label: &'static str, value: AnyView| {
        view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{value}</dd></div> }.into_any()
    };
    let sender = row.sender.to_string();
    let number = row.id;
    let files = if row.attachments > 0 && files.is_empty() { row.attachments.to_string() } else { files.join(", ") };
    let original = view! {
        <a href=format!("/admin/mail-in/{number}/original.eml") download=format!("mail-{number}.eml")><Icon name="download" />"As a file"</a>
    };
    view! {
        <AdminPage here="/admin/mail-in">
            <section class="section" aria-labelledby="mail-h">
                <div class="section__head">
                    <h1 class="mail-address" id="mail-h">{subject_words(&row)}</h1>
                    <a class="push" href="/admin/mail-in">"Incoming mail"</a>
                </div>
                <dl>
                    {(!sender.is_empty()).then(|| fact("From", sender.into_any()))}
                    {fact("Came", view! { <TimeAgo at=row.received_at /> }.into_any())}
                    {fact("What became of it", view! { <Became mail=row.clone() /> }.into_any())}
                    {(!files.is_empty()).then(|| fact("Attachments", files.into_any()))}
                    {fact("Original", original.into_any())}
                </dl>
                <pre class="mail-text" tabindex="0" aria-label="Text of the mail">{in_pre(&text)}</pre>
            </section>
        </AdminPage>
    }
    .into_any()
}
