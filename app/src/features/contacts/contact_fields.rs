//! The fields of a contact, for adding and for changing one.

use domain::{Contact, Phone};
use leptos::prelude::*;

use super::server_fns::suggest_accounts;
use crate::form::{Input, InputKind, Suggested};

/// Everything that can be typed about a contact.
#[component]
pub fn ContactFields(
    contact: Contact,
    /// The account to begin with, by name.
    #[prop(into)]
    account: String,
) -> impl IntoView {
    let phones = contact.phones.iter().map(Phone::display).collect::<Vec<_>>().join(", ");
    let emails = contact.emails.iter().map(|email| email.as_str()).collect::<Vec<_>>().join(", ");
    view! {
        <Input name="full_name" label="Full name" value=contact.full_name autocomplete="off" />
        <Input name="job_title" label="Job title" value=contact.job_title optional=true />
        <Suggested
            name="account"
            label="Account"
            help="Name or number of an account that is there already"
            suggest=known_accounts
            value=account
            optional=true
        />
        <Input name="phones" label="Phones" value=phones kind=InputKind::Phone optional=true help="Several with commas, the preferred one first" />
        <Input name="emails" label="E-mails" value=emails kind=InputKind::Emails optional=true help="Several with commas, the preferred one first" />
    }
    .into_any()
}

async fn known_accounts(text: String) -> Vec<String> {
    suggest_accounts(text).await.unwrap_or_default().into_iter().map(|account| account.name).collect()
}
