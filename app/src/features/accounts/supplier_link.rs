//! The private address at which an account reads what became of the leads that it sent; for managers and administrators.

use domain::supplier::SupplierLink;
use domain::{AccountId, Action, ChoiceList, Target, can};
use leptos::prelude::*;

use super::server_fns::load_supplier_link;
use crate::components::{PersonName, Problem, TimeAgo};
use crate::context::{Toasts, catalog, catalog_now, me};
use crate::form::{Done, ErrorSummary, Options, PostForm, Select, ShownOnce};

/// The section; nothing for others.
#[component]
pub fn SupplierAddress(account: AccountId, name: String) -> impl IntoView {
    can(&me(), Action::ShareWithSuppliers, Target::Site).then(|| view! { <Offered account name /> })
}

#[component]
fn Offered(account: AccountId, name: String) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let found = Resource::new(|| (), move |()| load_supplier_link(account.0));
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    // The partner of the same name, until somebody says otherwise.
    let partner = catalog_now().choice_named(ChoiceList::Partner, &name).map(|choice| choice.id.to_string()).unwrap_or_default();
    let options = Signal::derive(move || {
        let none = std::iter::once((String::new(), "Choose a partner".to_owned()));
        none.chain(catalog().offered(ChoiceList::Partner).map(|choice| (choice.id.to_string(), choice.name.clone()))).collect::<Options>()
    });
    view! {
        <section class="section" id="supplier" aria-labelledby="supplier-h">
            <div class="section__head"><h2 id="supplier-h">"What they read of their leads"</h2></div>
            <p class="muted">"A private address without a sign-in, for a supplier of leads: what became of each lead that they sent, problems with their reasons, and a scorecard. Whoever knows it reads it."</p>
            <PostForm action=format!("/accounts/{account}/supplier") class="form" on_done=done>
                <ErrorSummary prefix="supplier-" />
                <ShownOnce label="The address" help="Send it to them now: it is not shown again." />
                <Select name="partner" label="Leads name them as" options value=partner help="Leads with this partner are shown, and no others." prefix="supplier-" />
                <div class="form__actions"><button class="button">"Make an address"</button></div>
            </PostForm>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(link) => link.map(|link| view! { <Made account link done /> }).into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}

/// Since when there is one, and its end.
#[component]
fn Made(account: AccountId, link: SupplierLink, done: Callback<Done>) -> impl IntoView {
    let partner = catalog_now().choice_name(link.partner);
    view! {
        <PostForm action=format!("/accounts/{account}/supplier/revoke") on_done=done>
            <p class="muted small">
                "There is an address for leads of " {partner} ", made by " <PersonName id=Some(link.made_by) /> " " <TimeAgo at=link.made_at />
                ". Another one takes its place."
            </p>
            <ErrorSummary prefix="no-supplier-" />
            <button class="button button--small">"Revoke the address"</button>
        </PostForm>
    }
    .into_any()
}
