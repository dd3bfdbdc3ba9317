//! The fields of a customer, in the wizard and on the customer's page.

use domain::{Billing, Catalog, ChoiceList, FormValues};
use leptos::prelude::*;

use crate::components::Icon;
use crate::context::catalog_now;
use crate::form::{Input, InputKind, Options, Select};

/// All of them, with what stands in them.
#[component]
pub fn CustomerFields(
    /// As `Customer::typed` gives it, or as somebody typed it.
    values: FormValues,
    /// Said below the number.
    number_help: &'static str,
    /// Addresses and numbers that are known, for who looks for another one.
    #[prop(optional)]
    emails: Vec<String>,
    #[prop(optional)] phones: Vec<String>,
    #[prop(into, optional)] prefix: String,
) -> impl IntoView {
    let known = catalog_now();
    let value = |name: &str| values.get(name).to_owned();
    let billings: Options = Billing::ALL.map(|billing| (billing.key().to_owned(), billing.label().to_owned())).to_vec();
    let choice = |name: &'static str, label: &'static str, list: ChoiceList| {
        let options = choices(&known, list, values.get(name));
        view! { <Select name label options value=value(name) optional=true prefix=prefix.clone() /> }.into_any()
    };
    let line = |name: &'static str, label: &'static str, autocomplete: &'static str| {
        view! { <Input name label value=value(name) optional=true autocomplete prefix=prefix.clone() /> }.into_any()
    };
    let email_help = offered("Comma between several; invoices go to the first.", &emails);
    let phone_help = offered("Comma between several.", &phones);
    view! {
        <div class="field-row">
            <Input name="name" label="Name" value=value("name") help="As it stands on invoices." prefix=prefix.clone() />
            <Input name="number" label="Customer number" value=value("number") optional=true help=number_help prefix=prefix.clone() />
        </div>
        <div class="field-row">
            <Input name="emails" label="E-mail" value=value("emails") kind=InputKind::Emails optional=true help=email_help prefix=prefix.clone() />
            <Input name="phones" label="Phone" value=value("phones") kind=InputKind::Phone optional=true help=phone_help prefix=prefix.clone() />
        </div>
        <div class="field-row">
            <Select name="billing" label="Billing" options=billings value=value("billing") prefix=prefix.clone() />
            <Input name="since" label="Customer since" value=value("since") kind=InputKind::Day prefix=prefix.clone() />
            <Input name="tax_id" label="Identification" value=value("tax_id") optional=true help="Such as a number for taxes." prefix=prefix.clone() />
            <Input name="born_on" label="Birth date" value=value("born_on") kind=InputKind::Day optional=true help="Of a person." prefix=prefix.clone() />
        </div>
        <details class="form__more" open=true>
            <summary><Icon name="chevron-right" />"Address"</summary>
            <div class="form">
                {line("street", "Street", "street-address")}
                <div class="field-row">
                    {line("postcode", "Postcode", "postal-code")}
                    {line("city", "City", "address-level2")}
                </div>
                <div class="field-row">
                    {line("state", "State", "address-level1")}
                    {line("country", "Country", "country-name")}
                </div>
            </div>
        </details>
        <div class="field-row">
            {choice("partner", "Partner", ChoiceList::Partner)}
            {choice("location", "Location", ChoiceList::Location)}
            {choice("category", "Category", ChoiceList::Category)}
        </div>
    }
    .into_any()
}

/// What is known, behind what else is said of a field.
fn offered(help: &str, known: &[String]) -> String {
    if known.len() < 2 { help.to_owned() } else { format!("{help} Known: {}.", known.join(", ")) }
}

/// What can be chosen from a list, and what stands there.
fn choices(known: &Catalog, list: ChoiceList, chosen: &str) -> Options {
    let none = std::iter::once((String::new(), "None".to_owned()));
    let all = known.choices.iter().filter(|choice| choice.list == list && (!choice.retired || choice.id.to_string() == chosen));
    none.chain(all.map(|choice| (choice.id.to_string(), choice.name.clone()))).collect()
}
