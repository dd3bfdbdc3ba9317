//! The fields of an account, for adding and for changing one.

use domain::{Account, AccountKind};
use leptos::prelude::*;

use super::location_fields::LocationFields;
use crate::context::catalog_now;
use crate::form::{Checks, Hidden, Input, Options, Select};

/// Everything that can be typed about an account.
#[component]
pub fn AccountFields(account: Account) -> impl IntoView {
    let catalog = catalog_now();
    let mut reps: Options = std::iter::once((String::new(), "Nobody yet".to_owned()))
        .chain(catalog.possible_owners().map(|person| (person.id.to_string(), person.name.clone())))
        .collect();
    let rep = account.primary_rep.map(|id| id.to_string()).unwrap_or_default();
    // Whoever is there already stays on offer, even when they have left since.
    if let Some(id) = account.primary_rep.filter(|_| !reps.iter().any(|(id, _)| *id == rep)) {
        reps.push((rep.clone(), catalog.person_name(id)));
    }
    let kinds: Options = AccountKind::ALL.into_iter().map(|kind| (kind.key().to_owned(), kind.label().to_owned())).collect();
    let chosen: Vec<_> = account.kinds.iter().map(|kind| kind.key().to_owned()).collect();
    view! {
        <Input name="name" label="Name" value=account.name.clone() autocomplete="organization" />
        // Says that the boxes were there when none is ticked.
        <Hidden name="kind" value="" />
        <Checks name="kind" label="Kind" options=kinds values=chosen />
        <Select name="primary_rep" label="Primary rep" options=reps value=rep optional=true />
        <Input name="website" label="Website" value=account.website.clone() optional=true autocomplete="url" />
        <Input name="domains" label="E-mail domains" value=account.domains.join(", ") optional=true help="What stands behind the @ of their addresses, comma-separated" />
        <LocationFields locations=account.locations />
    }
    .into_any()
}
