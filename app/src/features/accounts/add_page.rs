//! Adding an account: `/accounts/new`, with a name to begin with in `name`.

use domain::{Account, AccountId, Action, FormValues, Target, Timestamp, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::account_fields::AccountFields;
use super::already_here::{AlreadyHere, SoughtIn};
use crate::components::Problem;
use crate::context::me;
use crate::form::{ErrorSummary, PostForm, SentOnce};
use crate::wire_error::WireError;

/// What the form says about a company.
const SAYS: SoughtIn = SoughtIn { company: "name", email: "domains", phone: "" };

/// The page.
#[component]
pub fn AddAccountPage() -> impl IntoView {
    let preset = FormValues::decode(use_location().search.get_untracked().trim_start_matches('?').as_bytes());
    let mut blank = Account::blank(AccountId(0), Timestamp(0));
    preset.get("name").clone_into(&mut blank.name);
    let may_add = can(&me(), Action::EditAccounts, Target::Site);
    view! {
        <Title text="Add an account" />
        <main class="page page--form" id="main" tabindex="-1">
            {if may_add {
                view! {
                    <div class="page__head"><h1>"Add an account"</h1></div>
                    <PostForm action="/accounts/new" class="form">
                        <SentOnce />
                        <ErrorSummary />
                        <AlreadyHere fields=SAYS />
                        <AccountFields account=blank />
                        <div class="form__actions">
                            <button class="button button--primary">"Add account"</button>
                            <a class="button button--quiet" href="/accounts">"Cancel"</a>
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
