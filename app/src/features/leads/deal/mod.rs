//! How the deals of a lead are registered with vendors, and what its supplier is told of, on its page. Loaded for itself, like the other parts.

mod problems;
mod registration_form;
mod registrations;

use domain::LeadId;
use domain::deal_registration::RegistrationsView;
use domain::supplier::SupplierView;
use leptos::prelude::*;

use self::problems::Problems;
use self::registrations::Registrations;
use super::fact::FactPage;
use super::server_fns::load_deal;
use crate::components::Problem;
use crate::context::Toasts;
use crate::form::Done;

/// What the parts share.
#[derive(Clone, Copy)]
struct DealPage {
    lead: LeadId,
    registrations: RwSignal<RegistrationsView>,
    supplier: RwSignal<SupplierView>,
    /// Called when something changed: says so, and reads the lead afresh, and with it the parts.
    done: Callback<Done>,
}

impl DealPage {
    /// Where forms lead without script.
    fn back(self) -> String {
        format!("/leads/{}", self.lead)
    }
}

/// Both parts.
#[component]
pub fn Deal() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let id = page.detail.with_untracked(|detail| detail.lead.id);
    let found = Resource::new(|| (), move |()| load_deal(id.0));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match found.await {
                    Ok((registrations, supplier)) => view! { <Loaded id registrations supplier /> }.into_any(),
                    Err(error) => view! { <Problem error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Loaded(id: LeadId, registrations: RegistrationsView, supplier: SupplierView) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let (registrations, supplier) = (RwSignal::new(registrations), RwSignal::new(supplier));
    let asked = StoredValue::new(0_u32);
    let read_again = move || {
        asked.update_value(|asked| *asked += 1);
        let mine = asked.get_value();
        leptos::task::spawn_local(async move {
            let fresh = load_deal(id.0).await;
            // An answer that was overtaken by a newer one is dropped.
            if let (Ok((fresh, of_supplier)), true) = (fresh, asked.try_get_value() == Some(mine)) {
                let _gone = registrations.try_set(fresh);
                let _gone = supplier.try_set(of_supplier);
            }
        });
    };
    let version = Memo::new(move |_| page.detail.with(|detail| detail.lead.version));
    Effect::new(move |before: Option<i64>| {
        let now = version.get();
        if before.is_some_and(|before| before != now) {
            read_again();
        }
        now
    });
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        page.reload.run(());
    });
    provide_context(DealPage { lead: id, registrations, supplier, done });
    view! {
        <Registrations />
        <Problems />
    }
    .into_any()
}
