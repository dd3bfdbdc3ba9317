//! Adding a contact: `/contacts/new`, with an account and a name to begin with in `account` and `full_name`.

use domain::{Action, Contact, ContactId, FormValues, Target, Timestamp, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::contact_fields::ContactFields;
use crate::components::Problem;
use crate::context::me;
use crate::form::{ErrorSummary, PostForm, SentOnce};
use crate::wire_error::WireError;

/// The page.
#[component]
pub fn AddContactPage() -> impl IntoView {
    let preset = FormValues::decode(use_location().search.get_untracked().trim_start_matches('?').as_bytes());
    let mut blank = Contact::blank(ContactId(0), Timestamp(0));
    preset.get("full_name").clone_into(&mut blank.full_name);
    let may_add = can(&me(), Action::EditAccounts, Target::Site);
    view! {
        <Title text="Add a contact" />
        <main class="page page--form" id="main" tabindex="-1">
            {if may_add {
                view! {
                    <div class="page__head"><h1>"Add a contact"</h1></div>
                    <PostForm action="/contacts/new" class="form">
                        <SentOnce />
                        <ErrorSummary />
                        <ContactFields contact=blank account=preset.get("account") />
                        <div class="form__actions">
                            <button class="button button--primary">"Add contact"</button>
                            <a class="button button--quiet" href="/contacts">"Cancel"</a>
                        </div>
                    </PostForm>
                }
                .into_any()
            } else {
                view! { <Problem error=WireError::Forbidden("Only people of the house can do this".to_owned()) /> }.into_any()
            }}
        </main>
    }
    .into_any()
}
