//! Converting a lead: `/leads/{number}/convert`, with `?step=2` and `?step=3`. Which step is shown is the address's to say, what was chosen and typed the
//! server's, so that going back, loading again and a lost connection lose nothing.

use domain::conversion::{ConversionPage, Converted};
use domain::{FormValues, LeadId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};

use super::customer_step::CustomerStep;
use super::preview::Preview;
use super::quotes_step::QuotesStep;
use super::server_fns::load_conversion;
use super::services_step::ServicesStep;
use super::stepper::Stepper;
use crate::components::{NotFound, PersonName, Problem, TimeAgo};
use crate::features::customers::TakeBack;
use crate::form::{ErrorSummary, PostForm, stay_or_go};
use crate::routes;

/// The steps, by what they are called.
pub const STEPS: [&str; 3] = ["Quotes", "Customer", "Services"];

/// The page.
#[component]
pub fn ConvertPage() -> impl IntoView {
    let params = use_params_map();
    let search = use_location().search;
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let step = Memo::new(move |_| step_of(&search.get()));
    // Read again with each step: the one before has been kept.
    let found = Resource::new(
        move || (number.get(), step.get()),
        |(number, _)| async move {
            match number {
                Some(number) => Some(load_conversion(number).await),
                None => None,
            }
        },
    );
    let again = Callback::new(move |()| found.refetch());
    view! {
        <main class="page convert" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Some(Ok(found)) => view! { <Loaded found step=step.get_untracked() again /> }.into_any(),
                        Some(Err(error)) => view! { <Title text="Convert" /> <Problem error /> }.into_any(),
                        None => view! { <NotFound /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// Which step an address asks for; the first where it makes no sense.
fn step_of(search: &str) -> u8 {
    let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
    values.get("step").parse().ok().filter(|step| (1..=3).contains(step)).unwrap_or(1)
}

#[component]
fn Loaded(found: ConversionPage, step: u8, again: Callback<()>) -> impl IntoView {
    let lead = found.lead;
    let title = format!("Convert {}", found.lead_name);
    let head = view! {
        <Title text=title.clone() />
        <div class="page__head"><h1>{title}</h1><a class="push" href=routes::lead(lead, "")>"To the lead"</a></div>
    };
    if let Some(converted) = found.converted {
        return view! {
            {head}
            <Already lead converted />
        }
        .into_any();
    }
    if let Some(hindrance) = found.hindrance {
        return view! {
            {head}
            <p class="timeline__note tone-red" role="status">{hindrance}</p>
        }
        .into_any();
    }
    let done = stay_or_go(routes::convert(lead, step), again);
    let preview = found.preview.clone();
    let has_draft = found.draft.version > 0;
    let currency = found.draft.currency.clone();
    let form = match step {
        1 => view! { <QuotesStep found /> }.into_any(),
        2 => view! { <CustomerStep found /> }.into_any(),
        _ => view! { <ServicesStep found done /> }.into_any(),
    };
    view! {
        {head}
        <Stepper lead step />
        <div class="convert__columns">
            <div class="stack">{form}</div>
            <aside class="convert__preview" aria-labelledby="preview-h">
                <Preview lead preview currency />
                {has_draft.then(|| view! { <Discard lead /> })}
            </aside>
        </div>
    }
    .into_any()
}

/// It is a customer already.
#[component]
fn Already(lead: LeadId, converted: Converted) -> impl IntoView {
    let row = converted.conversion.clone();
    let customer = row.customer.map(|customer| view! { <a href=routes::customer(customer.id)>{customer.name}</a> });
    let invoice = row.invoice.map(|invoice| view! { ", with " <a href=routes::invoice(invoice.id)>{invoice.name}</a> });
    view! {
        <section class="section stack" aria-label="Converted">
            <p role="status">
                <PersonName id=Some(row.by) />" has converted this lead "<TimeAgo at=row.at />", into " {customer} {invoice} "."
            </p>
            <TakeBack converted page=routes::convert(lead, 1) />
        </section>
    }
    .into_any()
}

/// Forgets what was chosen and typed.
#[component]
fn Discard(lead: LeadId) -> impl IntoView {
    view! {
        <PostForm action=format!("/leads/{lead}/convert/discard")>
            <ErrorSummary prefix="discard-" />
            <button class="button button--quiet button--small">"Begin anew"</button>
        </PostForm>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_from_the_address() {
        assert_eq!(["", "?step=2", "step=3", "?step=4", "?step=x", "?step=0"].map(step_of), [1, 2, 3, 1, 1, 1]);
    }
}
