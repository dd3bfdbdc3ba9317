//! The facts of a contact beside its page, and the form they turn into.

use domain::{Action, Contact, Target, can};
use leptos::prelude::*;

use super::contact_fields::ContactFields;
use super::server_fns::load_contact;
use crate::components::TimeAgo;
use crate::context::me;
use crate::features::accounts::{Fact, MailLink, PhoneLink, SentVersion};
use crate::form::{Done, ErrorSummary, PostForm};
use crate::routes;

/// Ways to reach the person, the preferred first, with a link to change them.
#[component]
pub fn ContactFacts(contact: Contact) -> impl IntoView {
    let may_edit = can(&me(), Action::EditAccounts, Target::Site);
    let nothing = || view! { <span class="fact__nothing">"–"</span> }.into_any();
    let preferred = |nth: usize, count: usize| (nth == 0 && count > 1).then(|| view! { " " <span class="badge tone-blue">"Preferred"</span> });
    let (phone_count, email_count) = (contact.phones.len(), contact.emails.len());
    let phones = contact.phones.iter().enumerate().map(|(nth, phone)| {
        let note = phone.note().map(|note| view! { <br /><span class="muted">{note}</span> });
        view! { <div><PhoneLink number=phone.display() />{preferred(nth, phone_count)}{note}</div> }.into_any()
    });
    let phones: Vec<AnyView> = phones.collect();
    let emails = contact
        .emails
        .iter()
        .enumerate()
        .map(|(nth, email)| view! { <div><MailLink address=email.as_str() />{preferred(nth, email_count)}</div> }.into_any());
    let emails: Vec<AnyView> = emails.collect();
    let job_title = if contact.job_title.is_empty() { nothing() } else { contact.job_title.clone().into_any() };
    let account = match contact.account.clone() {
        Some(account) => view! { <a href=routes::account(account.id)>{account.name}</a> }.into_any(),
        None => nothing(),
    };
    view! {
        <section class="facts" id="person" aria-labelledby="person-h">
            <div class="facts__head">
                <h2 id="person-h">"Person"</h2>
                {may_edit.then(|| view! { <a class="facts__edit" href="?edit=person#person" data-key="e" data-command="Edit">"Edit"<span class="visually-hidden">" person"</span></a> })}
            </div>
            <dl>
                <Fact label="Phones">{if phones.is_empty() { nothing() } else { phones.into_any() }}</Fact>
                <Fact label="E-mails">{if emails.is_empty() { nothing() } else { emails.into_any() }}</Fact>
                <Fact label="Account">{account}</Fact>
                <Fact label="Job title">{job_title}</Fact>
                <Fact label="Added"><TimeAgo at=contact.created_at /></Fact>
                <Fact label="Updated"><TimeAgo at=contact.updated_at /></Fact>
            </dl>
        </section>
    }
    .into_any()
}

/// All facts as one form.
#[component]
pub fn ContactForm(
    contact: Contact,
    /// Called when it was saved.
    saved: Callback<Done>,
    /// Called when it is left as it was.
    left: Callback<()>,
) -> impl IntoView {
    let here = routes::contact(contact.id);
    let (id, version) = (contact.id.0, contact.version);
    let account = contact.account.as_ref().map(|account| account.name.clone()).unwrap_or_default();
    let refresh = Callback::new(move |version: RwSignal<String>| {
        leptos::task::spawn_local(async move {
            if let Ok(fresh) = load_contact(id).await {
                let _gone = version.try_set(fresh.contact.version.to_string());
            }
        });
    });
    view! {
        <section class="facts" id="person" aria-labelledby="person-h">
            <div class="facts__head"><h2 id="person-h">"Person"</h2></div>
            <PostForm action=format!("{here}/edit") class="facts__form" on_done=saved>
                <SentVersion current=version refresh />
                <ErrorSummary />
                <ContactFields contact account />
                <div class="form__actions">
                    <button class="button button--primary">"Save"</button>
                    <a class="button button--quiet" href=here on:click=move |_| left.run(())>"Leave as it was"</a>
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}
