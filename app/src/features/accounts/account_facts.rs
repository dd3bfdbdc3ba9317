//! The facts of an account beside its page, and the form they turn into.

use domain::{Account, Action, Target, can};
use leptos::prelude::*;

use super::account_fields::AccountFields;
use super::record_parts::{Fact, KindBadges, SentVersion};
use super::server_fns::load_account;
use crate::components::{PersonName, TimeAgo};
use crate::context::{catalog_now, me};
use crate::form::{Done, ErrorSummary, PostForm};
use crate::routes;

/// Facts and places, with a link to change them.
#[component]
pub fn AccountFacts(account: Account) -> impl IntoView {
    let may_edit = can(&me(), Action::EditAccounts, Target::Site);
    let nothing = || view! { <span class="fact__nothing">"–"</span> }.into_any();
    let domains = if account.domains.is_empty() { nothing() } else { account.domains.join(", ").into_any() };
    let kinds = if account.kinds.is_empty() { nothing() } else { view! { <KindBadges kinds=account.kinds.clone() /> }.into_any() };
    let confirmed = match account.confirmed {
        Some(confirmed) => view! { <TimeAgo at=confirmed.at />{format!(" to {}", catalog_now().person_name(confirmed.by))} }.into_any(),
        None => nothing(),
    };
    let place = |location: domain::account::AccountLocation| {
        view! {
            <div class="fact">
                <dt class="fact__label">{location.name}</dt>
                <dd class="fact__value">{location.address.one_line()}</dd>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="facts" id="company" aria-labelledby="company-h">
            <div class="facts__head">
                <h2 id="company-h">"Company"</h2>
                {may_edit.then(|| view! { <a class="facts__edit" href="?edit=company#company" data-key="e" data-command="Edit">"Edit"<span class="visually-hidden">" company"</span></a> })}
            </div>
            <dl>
                <Fact label="Primary rep"><PersonName id=account.primary_rep /></Fact>
                <Fact label="Kind">{kinds}</Fact>
                <Fact label="Website"><Website address=account.website.clone() /></Fact>
                <Fact label="E-mail domains">{domains}</Fact>
                <Fact label="Confirmed">{confirmed}</Fact>
                <Fact label="Added"><TimeAgo at=account.created_at /></Fact>
                <Fact label="Updated"><TimeAgo at=account.updated_at /></Fact>
            </dl>
        </section>
        <section class="facts" id="locations" aria-labelledby="locations-h">
            <div class="facts__head"><h2 id="locations-h">"Locations"</h2></div>
            {if account.locations.is_empty() {
                view! { <p class="muted">"None yet."</p> }.into_any()
            } else {
                view! { <dl>{account.locations.into_iter().map(place).collect_view()}</dl> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// A link only where the address is one of the web; what an import brought may be anything.
#[component]
fn Website(address: String) -> impl IntoView {
    let shown = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).map(str::to_owned);
    match shown {
        Some(shown) => view! { <a href=address rel="noreferrer">{shown.trim_end_matches('/').to_owned()}</a> }.into_any(),
        None if address.is_empty() => view! { <span class="fact__nothing">"–"</span> }.into_any(),
        None => address.into_any(),
    }
}

/// All facts as one form.
#[component]
pub fn AccountForm(
    account: Account,
    /// Called when it was saved.
    saved: Callback<Done>,
    /// Called when it is left as it was.
    left: Callback<()>,
) -> impl IntoView {
    let here = routes::account(account.id);
    let (id, version) = (account.id.0, account.version);
    let refresh = Callback::new(move |version: RwSignal<String>| {
        leptos::task::spawn_local(async move {
            if let Ok(fresh) = load_account(id).await {
                let _gone = version.try_set(fresh.account.version.to_string());
            }
        });
    });
    view! {
        <section class="facts" id="company" aria-labelledby="company-h">
            <div class="facts__head"><h2 id="company-h">"Company"</h2></div>
            <PostForm action=format!("{here}/edit") class="facts__form" on_done=saved>
                <SentVersion current=version refresh />
                <ErrorSummary />
                <AccountFields account />
                <div class="form__actions">
                    <button class="button button--primary">"Save"</button>
                    <a class="button button--quiet" href=here on:click=move |_| left.run(())>"Leave as it was"</a>
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}
