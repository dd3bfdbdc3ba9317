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
use super::loaded_part::{LoadedPart, loaded_part};
use super::server_fns::load_deal;
use crate::form::Done;

/// What the parts share.
#[derive(Clone, Copy)]
struct DealPage {
    lead: LeadId,
    registrations: Memo<RegistrationsView>,
    supplier: Memo<SupplierView>,
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
    loaded_part(load_deal, shown)
}

fn shown(LoadedPart { lead, known, done, .. }: LoadedPart<(RegistrationsView, SupplierView)>) -> AnyView {
    let registrations = Memo::new(move |_| known.with(|(registrations, _)| registrations.clone()));
    let supplier = Memo::new(move |_| known.with(|(_, supplier)| supplier.clone()));
    provide_context(DealPage { lead, registrations, supplier, done });
    view! {
        <Registrations />
        <Problems />
    }
    .into_any()
}
