//! The control that edits a field, by the field's kind.

use domain::field::FieldKind;
use domain::{Catalog, ChoiceList, FieldValue, LeadField, LeadTypeId, LifeCycle};
use leptos::prelude::*;

use super::custom_control::CustomControl;
use crate::context::catalog_now;
use crate::form::{Area, Checks, Input, InputKind, Options, Select};

/// Entries of a list, with "none" first; a retired entry that is chosen stays on offer.
fn choices(catalog: &Catalog, list: ChoiceList, chosen: &[String]) -> Options {
    catalog
        .choices
        .iter()
        .filter(|choice| choice.list == list && (!choice.retired || chosen.contains(&choice.id.to_string())))
        .map(|choice| (choice.id.to_string(), choice.name.clone()))
        .collect()
}

fn with_none(none: &str, options: Options) -> Options {
    std::iter::once((String::new(), none.to_owned())).chain(options).collect()
}

/// A field's control with its label, holding `value`.
#[component]
pub fn FieldControl(
    field: LeadField,
    value: FieldValue,
    currency: String,
    /// Whose pipeline offers its statuses.
    lead_type: LeadTypeId,
    /// The state whose statuses may be chosen.
    state: LifeCycle,
    #[prop(into, optional)] prefix: String,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let catalog = catalog_now();
    let (name, label) = (field.form_name().into_owned(), field.title(&catalog));
    let typed = value.typed(&currency);
    let first = typed.first().cloned().unwrap_or_default();
    let input = |kind, help: &'static str, autocomplete: &'static str| {
        view! { <Input name=name.clone() label=label.clone() value=first.clone() kind help optional prefix=prefix.clone() autocomplete /> }.into_any()
    };
    match field.kind() {
        FieldKind::Line => {
            let autocomplete = if field == LeadField::FullName { "name" } else { "" };
            input(InputKind::Text, "", autocomplete)
        }
        FieldKind::Note => view! { <Area name label value=first optional prefix /> }.into_any(),
        FieldKind::Phones => input(InputKind::Phone, "Several: separate them with commas", ""),
        FieldKind::Emails => input(InputKind::Emails, "Several: separate them with commas", ""),
        FieldKind::Tags => input(InputKind::Text, "Free words: separate them with commas", ""),
        FieldKind::Number { .. } => input(InputKind::Number, "", ""),
        FieldKind::Money => input(InputKind::Decimal, "", ""),
        FieldKind::Day => input(InputKind::Day, "", ""),
        FieldKind::Custom => {
            let LeadField::Custom(id) = field else { return ().into_any() };
            match catalog.field(id).cloned() {
                Some(field) => view! { <CustomControl field value=first prefix /> }.into_any(),
                None => ().into_any(),
            }
        }
        FieldKind::Status => {
            let chosen = first.clone();
            let options = Signal::derive(move || {
                let catalog = crate::context::catalog();
                let fits = |status: &&domain::catalog::Status| {
                    status.lead_type == lead_type && status.state == state && (!status.retired || status.id.to_string() == chosen)
                };
                catalog.statuses.iter().filter(fits).map(|status| (status.id.to_string(), status.name.clone())).collect::<Options>()
            });
            view! { <Select name label options value=first prefix /> }.into_any()
        }
        FieldKind::Person => {
            let people = catalog.possible_owners().map(|person| (person.id.to_string(), person.name.clone())).collect();
            view! { <Select name label options=with_none("Nobody yet", people) value=first optional prefix /> }.into_any()
        }
        FieldKind::Group => {
            let groups = catalog.groups.iter().filter(|group| !group.retired).map(|group| (group.id.to_string(), group.name.clone())).collect();
            view! { <Select name label options=with_none("No group", groups) value=first optional prefix /> }.into_any()
        }
        FieldKind::Choice(list) => {
            let options = Signal::derive(move || with_none("None", choices(&crate::context::catalog(), list, &typed)));
            view! { <Select name label options value=first optional prefix /> }.into_any()
        }
        FieldKind::Choices(list) => {
            let values = typed.clone();
            let options = Signal::derive(move || choices(&crate::context::catalog(), list, &typed));
            view! { <Checks name label options values prefix /> }.into_any()
        }
        FieldKind::People => {
            let people = catalog.possible_owners().map(|person| (person.id.to_string(), person.name.clone())).collect::<Options>();
            view! { <Checks name label options=people values=typed prefix /> }.into_any()
        }
    }
}
