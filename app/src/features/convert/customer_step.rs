//! Step 2: what the lead becomes, and who the customer is.

use domain::conversion::ConversionPage;
use domain::{ConversionKind, CustomerId, Named};
use leptos::prelude::*;

use super::stepper::FORM;
use super::taxes::KeepTaxes;
use crate::features::customers::{CustomerFields, suggest_customers};
use crate::form::{ErrorSummary, Offered, Options, PostForm, Select, SentOnce, Suggested, error_at, typed_before};

/// The form. “Convert now” ends here.
#[component]
pub fn CustomerStep(found: ConversionPage) -> impl IntoView {
    let ConversionPage { lead, draft, kinds, customers, phones, emails, stale_taxes, account, .. } = found;
    let chosen = draft.customer.map_or_else(String::new, |id| id.to_string());
    let has_chosen = !chosen.is_empty();
    let heading = if has_chosen { "If it is a new customer after all" } else { "The new customer" };
    let keeps = draft.keep_taxes;
    view! {
        <PostForm action=format!("/leads/{lead}/convert/customer") class="form" form_id=FORM>
            <SentOnce />
            <ErrorSummary />
            <Kinds kinds chosen=draft.kind />
            <Existing customers chosen />
            <fieldset class="stack">
                <legend class="field__label">{heading}</legend>
                <p class="field__help">{format!("Filled in from the lead, its person and {}.", account.name)}</p>
                <CustomerFields values=draft.fields.clone() number_help="Empty for the next one." emails phones />
            </fieldset>
            {(!stale_taxes.is_empty()).then(|| view! { <KeepTaxes keeps /> })}
            <div class="form__actions">
                <button class="button button--primary" name="go" value="services">"Go on to the services"</button>
                <button class="button" name="go" value="convert">"Convert now"</button>
                <button class="button button--quiet" name="back" value="1">"Back"</button>
            </div>
        </PostForm>
    }
    .into_any()
}

/// The customer who is here already: one of the account's, or any. Within the form, which the field asks for what was typed.
#[component]
fn Existing(customers: Vec<Named<CustomerId>>, chosen: String) -> impl IntoView {
    if customers.is_empty() {
        let suggest = |text: String| async move {
            let found = suggest_customers(text).await.unwrap_or_default();
            found.into_iter().map(|(value, label)| Offered { value, label }).collect::<Vec<_>>()
        };
        let help = "The number of a customer who is here already. Empty for a new one.";
        return view! { <Suggested name="customer" label="Existing customer" help suggest value=chosen optional=true /> }.into_any();
    }
    let new = std::iter::once((String::new(), "A new customer".to_owned()));
    let options: Options = new.chain(customers.into_iter().map(|one| (one.id.to_string(), one.name))).collect();
    view! { <Select name="customer" label="Which customer" options value=chosen /> }.into_any()
}

/// What the lead becomes: one of several.
#[component]
fn Kinds(kinds: Vec<ConversionKind>, chosen: ConversionKind) -> impl IntoView {
    let error = error_at("kind");
    let chosen = typed_before("kind").and_then(|typed| typed.into_iter().next()).unwrap_or_else(|| chosen.key().to_owned());
    let each = kinds.into_iter().map(|kind| {
        let id = format!("kind-{}", kind.key());
        let for_id = id.clone();
        let (help_id, described) = (format!("{id}-help"), format!("{id}-help"));
        let checked = kind.key() == chosen;
        view! {
            <div>
                <label class="check" for=for_id>
                    <input id=id type="radio" name="kind" value=kind.key() checked=checked aria-describedby=described />
                    {kind.label()}
                </label>
                <p class="field__help" id=help_id>{kind.explanation()}</p>
            </div>
        }
        .into_any()
    });
    view! {
        <fieldset class="field stack" id="kind" tabindex="-1">
            <legend class="field__label">"What does the lead become?"</legend>
            {each.collect::<Vec<_>>()}
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}
