//! Step 3: each service from the quotes, edited, added and removed, and the conversion itself.

use domain::conversion::{ConversionPage, DraftService};
use domain::quote::Sold;
use domain::{LeadId, Timestamp, money};
use leptos::prelude::*;

use super::taxes::{KeepTaxes, StaleTaxes};
use crate::components::Icon;
use crate::features::customers::SoldFields;
use crate::features::quotes::TotalsTable;
use crate::form::{Done, ErrorSummary, PostForm, SentOnce, came_back};
use crate::routes;

/// The step. `done` reads the page again.
#[component]
pub fn ServicesStep(found: ConversionPage, done: Callback<Done>) -> impl IntoView {
    let ConversionPage { lead, draft, stale_taxes, preview, today, .. } = found;
    let currency = draft.currency.clone();
    let is_empty = draft.services.is_empty();
    let each = draft.services.iter().map(|service| view! { <OneService lead service=service.clone() currency=currency.clone() done /> }.into_any());
    let each = each.collect::<Vec<_>>();
    let (has_stale, keeps, totals) = (!stale_taxes.is_empty(), draft.keep_taxes, preview.totals);
    view! {
        <section class="section" aria-labelledby="services-h" id="services" tabindex="-1">
            <div class="section__head"><h2 id="services-h">"Services"</h2></div>
            {is_empty.then(|| view! { <p class="muted">"No services yet. Choose a quote in the first step, or add one."</p> })}
            <ul class="tasks quote__lines" aria-labelledby="services-h">{each}</ul>
            {(!is_empty).then(|| view! { <TotalsTable totals currency=currency.clone() /> })}
        </section>
        <AddService lead currency today done />
        {has_stale.then(|| view! { <StaleTaxes lead stale=stale_taxes done /> })}
        <PostForm action=format!("/leads/{lead}/convert/finish") class="form">
            <SentOnce />
            <ErrorSummary />
            {has_stale.then(|| view! { <KeepTaxes keeps /> })}
            <div class="form__actions">
                <button class="button button--primary" data-command="Convert the lead"><Icon name="trophy" />"Convert"</button>
                <a class="button button--quiet" href=routes::convert(lead, 2)>"Back"</a>
            </div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn OneService(lead: LeadId, service: DraftService, currency: String, done: Callback<Done>) -> impl IntoView {
    let sold = service.sold.clone();
    let net = sold.amounts(&currency).map_or_else(|_| String::new(), |amounts| money::exact(amounts.net_minor, &currency));
    let price = format!("{} × {}", sold.quantity_words(), money::exact(sold.price_minor, &currency));
    let until = service.end.map_or_else(String::new, |day| format!(" to {}", day.readable_day()));
    let days = format!("from {}{until}", service.start.readable_day());
    let details = sold.details().to_owned();
    let action = format!("/leads/{lead}/convert/services/{}", service.key);
    let is_open = came_back(&action);
    let (prefix, remove_prefix) = (format!("service-{}-", service.key), format!("remove-{}-", service.key));
    let (change_label, remove_label) = (format!("Change {}", sold.title()), format!("Remove {}", sold.title()));
    view! {
        <li class="task">
            <div class="task__body">
                <span class="quote__line-head">
                    <span class="task__title">{sold.title().to_owned()}</span>
                    <span class="quote__amount">{format!("{net}{}", sold.period.behind())}</span>
                </span>
                <div class="task__facts">
                    <span>{price}</span>
                    {sold.discount.off().map(|off| view! { <span>{off}</span> })}
                    <span>{format!("{} tax", sold.tax.display())}</span>
                    <span>{days}</span>
                </div>
                {(!details.is_empty()).then(|| view! { <p class="task__note">{details}</p> })}
                <div class="quote__tools">
                    <PostForm action=format!("{action}/remove") on_done=done>
                        <ErrorSummary prefix=remove_prefix />
                        <button class="button button--quiet button--icon button--small" aria-label=remove_label><Icon name="trash" /></button>
                    </PostForm>
                </div>
                <details class="form__more" open=is_open>
                    <summary aria-label=change_label><Icon name="chevron-right" />"Change"</summary>
                    <PostForm action class="form" on_done=done>
                        <ErrorSummary prefix=prefix.clone() />
                        <SoldFields sold currency start=service.start end=service.end prefix />
                        <div class="form__actions"><button class="button button--primary">"Save service"</button></div>
                    </PostForm>
                </details>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn AddService(lead: LeadId, currency: String, today: Timestamp, done: Callback<Done>) -> impl IntoView {
    let action = format!("/leads/{lead}/convert/services");
    let is_open = came_back(&action);
    view! {
        <details class="form__more" open=is_open>
            <summary><Icon name="plus" />"Add a service"</summary>
            <PostForm action class="form" on_done=done>
                <ErrorSummary prefix="add-" />
                <SoldFields sold=Sold::blank() currency start=today end=None prefix="add-" />
                <div class="form__actions"><button class="button button--primary">"Add service"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
