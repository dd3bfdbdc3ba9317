//! The control of a field that an administrator added, by its kind.

use domain::LeadField;
use domain::custom_field::{CustomField, CustomKind};
use leptos::prelude::*;

use crate::form::{Input, InputKind, Options, Select};

/// The control, holding a canonical text. A chosen option that is no longer among the field's stays on offer.
#[component]
pub fn CustomControl(field: CustomField, value: String, #[prop(into)] prefix: String) -> impl IntoView {
    let name = LeadField::Custom(field.id).form_name().into_owned();
    let label = field.name.clone();
    let optional = !field.required;
    let input = |kind, help: &'static str| {
        view! { <Input name=name.clone() label=label.clone() value=value.clone() kind help optional prefix=prefix.clone() /> }.into_any()
    };
    let select = |choices: Options| {
        let options: Options = std::iter::once((String::new(), "Not said".to_owned())).chain(choices).collect();
        view! { <Select name=name.clone() label=label.clone() options value=value.clone() optional prefix=prefix.clone() /> }.into_any()
    };
    match field.kind {
        CustomKind::Text => input(InputKind::Text, ""),
        CustomKind::Number | CustomKind::Money => input(InputKind::Decimal, ""),
        CustomKind::Date => input(InputKind::Day, ""),
        CustomKind::Link => input(InputKind::Text, "Begins with https://"),
        CustomKind::YesNo => select(vec![("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())]),
        CustomKind::Choice => {
            let gone = (!value.is_empty() && !field.options.contains(&value)).then(|| value.clone());
            select(field.options.iter().cloned().chain(gone).map(|option| (option.clone(), option)).collect())
        }
    }
}
