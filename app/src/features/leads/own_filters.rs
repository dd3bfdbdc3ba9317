//! Terms of the filter panel about fields that an administrator added.

use domain::LeadFilter;
use domain::custom_field::{CustomField, CustomKind};
use domain::lead_filter::{Comparison, CustomTerm};
use leptos::prelude::*;

use crate::form::{Options, option_views};

/// The controls about one field: a choice, a text, or two bounds.
pub fn own_filter(field: &CustomField, filter: &LeadFilter) -> AnyView {
    let line = |comparison, label: String, kind: &'static str| {
        let name = CustomTerm::key(field.id, comparison);
        let id = format!("f-{name}");
        let value = filter.custom_value(field.id, comparison).to_owned();
        view! {
            <div class="field">
                <label class="field__label" for=id.clone()>{label}</label>
                <input class="input" id=id name=name type=kind value=value maxlength="200" />
            </div>
        }
        .into_any()
    };
    let choice = |options: Options| {
        let name = CustomTerm::key(field.id, Comparison::Is);
        let id = format!("f-{name}");
        let options: Options = std::iter::once((String::new(), "Any".to_owned())).chain(options).collect();
        view! {
            <div class="field">
                <label class="field__label" for=id.clone()>{field.name.clone()}</label>
                <select class="input" id=id name=name>{option_views(options, filter.custom_value(field.id, Comparison::Is))}</select>
            </div>
        }
        .into_any()
    };
    match field.kind {
        CustomKind::YesNo => choice(vec![("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())]),
        CustomKind::Choice => choice(field.options.iter().map(|option| (option.clone(), option.clone())).collect()),
        CustomKind::Text | CustomKind::Link => line(Comparison::Is, field.name.clone(), "text"),
        CustomKind::Number | CustomKind::Money | CustomKind::Date => {
            let kind = if field.kind == CustomKind::Date { "date" } else { "text" };
            let bounds = (line(Comparison::From, format!("{} from", field.name), kind), line(Comparison::To, format!("{} until", field.name), kind));
            bounds.into_any()
        }
    }
}
