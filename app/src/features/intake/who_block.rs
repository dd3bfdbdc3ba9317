//! Who calls: whether they are a customer, the four facts, and the records that they may be.

use domain::intake::Caller;
use leptos::prelude::*;

use super::callers_list::{CallersList, CallersToChoose, KnownFacts};
use super::state::Intake;
use crate::form::{Hidden, Input, InputKind, error_at};

/// The block. `callers` were found for what was typed before the page was rendered again.
#[component]
pub fn WhoBlock(callers: Vec<Caller>) -> impl IntoView {
    let intake = expect_context::<Intake>();
    // The list stands under the field in which one types.
    let at = RwSignal::new("email".to_owned());
    let focused = move |event: leptos::ev::FocusEvent| {
        if let Some(name) = event_target::<web_sys::HtmlElement>(&event).get_attribute("name") {
            at.set(name);
        }
    };
    // Without script there are buttons for it, which a field of the same meaning would overrule.
    let caller = Signal::derive(move || if intake.scripted.get() { intake.caller.get() } else { String::new() });
    view! {
        <section class="intake__block who" aria-labelledby="who-h" data-at=move || at.get() on:focusin=focused>
            <h2 id="who-h">"Who"</h2>
            <Customer />
            <Hidden name="caller" value=caller />
            <Hidden name="facts_of" value=intake.facts_of />
            <div class="who__phone"><Input name="phone" label="Their number" kind=InputKind::Phone /></div>
            <div class="who__company"><Input name="company" label="Company" /></div>
            <div class="who__name"><Input name="full_name" label="Their name" /></div>
            <div class="who__email"><Input name="email" label="E-mail" kind=InputKind::Emails /></div>
            <CallersList
                list=intake.callers
                label="Callers that match"
                choose=Callback::new(move |caller| intake.choose(caller))
                none=Callback::new(move |()| intake.choose_none())
            />
            <CallersToChoose callers />
            <KnownFacts />
        </section>
    }
    .into_any()
}

/// The first question.
#[component]
fn Customer() -> impl IntoView {
    let intake = expect_context::<Intake>();
    let error = error_at("customer");
    let answered = intake.said.with_untracked(|said| said.get("customer").to_owned());
    let one = move |id: &'static str, value: &'static str, label: &'static str, key: &'static str| {
        view! {
            <label class="check" for=id>
                <input
                    id=id
                    type="radio"
                    name="customer"
                    value=value
                    checked=answered == value
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=move || error.get().map(|_| "customer-error")
                />
                {label}
                <kbd class="desktop-only needs-script" aria-hidden="true">{key}</kbd>
            </label>
        }
        .into_any()
    };
    let no = one.clone();
    view! {
        <fieldset class="field checks who__customer">
            <legend class="field__label">"Current customer?"</legend>
            <div class="who__answers">{one("customer", "yes", "Yes", "y")}{no("customer-no", "no", "No", "n")}</div>
            {move || error.get().map(|text| view! { <p class="field__error" id="customer-error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}
