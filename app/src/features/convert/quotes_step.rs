//! Step 1: which quotes become services.

use domain::conversion::{ConversionPage, QuoteChoice};
use domain::quote::name_of;
use domain::{Timestamp, money};
use leptos::prelude::*;

use super::stepper::FORM;
use crate::form::{ErrorSummary, PostForm, error_at, typed_before};
use crate::routes;

/// The form.
#[component]
pub fn QuotesStep(found: ConversionPage) -> impl IntoView {
    let ConversionPage { lead, quotes, today, .. } = found;
    let can_choose = quotes.iter().any(|choice| choice.why_not.is_none());
    let has_quotes = !quotes.is_empty();
    view! {
        <PostForm action=format!("/leads/{lead}/convert/quotes") class="form" form_id=FORM>
            <ErrorSummary />
            {has_quotes.then(|| view! { <Quotes quotes today /> })}
            {(!can_choose).then(|| view! {
                <p class="muted">
                    "No quote can be chosen. Go on without one and put in the services yourself, or send a quote from the page of "
                    <a href=format!("{}#quotes", routes::lead(lead, ""))>{format!("lead {lead}")}</a>
                    "."
                </p>
            })}
            <div class="form__actions"><button class="button button--primary" name="go" value="customer">"Go on to the customer"</button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Quotes(quotes: Vec<QuoteChoice>, today: Timestamp) -> impl IntoView {
    let error = error_at("quotes");
    let typed = typed_before("quote");
    let boxes = quotes.into_iter().map(|choice| {
        let QuoteChoice { quote, is_chosen, why_not } = choice;
        let checked = typed.as_ref().map_or(is_chosen, |typed| typed.contains(&quote.id.to_string())) && why_not.is_none();
        let state = quote.state_on(today);
        let id = format!("quote-{}", quote.id);
        let for_id = id.clone();
        let (why_id, described) = (format!("{id}-why"), why_not.as_ref().map(|_| format!("{id}-why")));
        view! {
            <li class="task">
                <div class="task__body">
                    <label class="check" for=for_id>
                        <input
                            id=id
                            type="checkbox"
                            name="quote"
                            value=quote.id.to_string()
                            checked=checked
                            disabled=why_not.is_some()
                            aria-describedby=described
                        />
                        {name_of(&quote.reference, quote.revision)}
                    </label>
                    <div class="task__facts">
                        <span class=format!("badge tone-{}", state.tone())>{state.label()}</span>
                        <span>{money::exact(quote.amounts.total(), &quote.currency)}</span>
                        <span>{quote.opportunity.name.clone()}</span>
                        <a href=routes::quote(quote.id)>"Look at it"</a>
                    </div>
                    {why_not.map(|text| view! { <p class="muted small" id=why_id>{text}</p> })}
                </div>
            </li>
        }
        .into_any()
    });
    view! {
        <fieldset class="field checks" id="quotes" tabindex="-1">
            <legend class="field__label">"Which quotes become services?"</legend>
            <ul class="tasks" aria-label="Quotes">{boxes.collect::<Vec<_>>()}</ul>
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}
