//! What a customer has: each service with its days and what can be done with it, and a form for another.

use domain::quote::Sold;
use domain::{Service, ServiceState, Timestamp, money};
use leptos::prelude::*;

use super::sold_fields::SoldFields;
use crate::components::Icon;
use crate::context::catalog_now;
use crate::form::{Done, ErrorSummary, Hidden, Input, InputKind, PostForm, SentOnce, came_back, typed_version};
use crate::routes;

/// The services in the order in which they came.
#[component]
pub fn Services(services: Vec<Service>, may_change: bool, today: Timestamp, done: Callback<Done>) -> impl IntoView {
    let is_empty = services.is_empty();
    let each = services.into_iter().map(|service| view! { <OneService service may_change today done /> }.into_any()).collect::<Vec<_>>();
    view! {
        <section class="section" aria-labelledby="services-h">
            <div class="section__head"><h2 id="services-h">"Services"</h2></div>
            {is_empty.then(|| view! { <p class="muted">"No services."</p> })}
            <ul class="tasks" aria-labelledby="services-h">{each}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn OneService(service: Service, may_change: bool, today: Timestamp, done: Callback<Done>) -> impl IntoView {
    let state = service.state_on(today);
    let currency = service.currency.clone();
    let net = service.amounts().map_or_else(|_| String::new(), |amounts| money::exact(amounts.net_minor, &currency));
    let price = format!("{} × {}", service.sold.quantity_words(), money::exact(service.sold.price_minor, &currency));
    let until = service.last_day().map_or_else(String::new, |day| format!(" to {}", day.readable_day()));
    let days = format!("from {}{until}", service.start.readable_day());
    let details = service.sold.details().to_owned();
    let billed = service.billed_from.map(|day| format!("billed from {}", day.readable_day()));
    let is_running = matches!(state, ServiceState::Planned | ServiceState::Active) && service.stopped_on.is_none();
    let is_stopped = service.stopped_on.is_some();
    let tools = may_change.then(|| {
        view! {
            <div class="quote__tools">
                {is_stopped.then(|| view! { <Resume service=service.clone() done /> })}
            </div>
            <Change service=service.clone() done />
            {is_running.then(|| view! { <Stop service=service.clone() today done /> })}
        }
        .into_any()
    });
    view! {
        <li class="task">
            <div class="task__body">
                <span class="quote__line-head">
                    <span class="task__title">{service.sold.title().to_owned()}</span>
                    <span class="quote__amount">{format!("{net}{}", service.sold.period.behind())}</span>
                </span>
                <div class="task__facts">
                    <span class=format!("badge tone-{}", state.tone())>{state.label()}</span>
                    <span>{price}</span>
                    {service.sold.discount.off().map(|off| view! { <span>{off}</span> })}
                    <span>{format!("{} tax", service.sold.tax.display())}</span>
                    <span>{days}</span>
                    {billed.map(|text| view! { <span>{text}</span> })}
                </div>
                {(!details.is_empty()).then(|| view! { <p class="task__note">{details}</p> })}
                {tools}
            </div>
        </li>
    }
    .into_any()
}

fn address(service: &Service) -> String {
    format!("/services/{}", service.id)
}

#[component]
fn Change(service: Service, done: Callback<Done>) -> impl IntoView {
    let action = address(&service);
    let is_open = came_back(&action);
    let prefix = format!("service-{}-", service.id);
    let version = typed_version(&action).unwrap_or_else(|| service.version.to_string());
    let label = format!("Change {}", service.sold.title());
    view! {
        <details class="form__more" open=is_open>
            <summary aria-label=label><Icon name="chevron-right" />"Change"</summary>
            <PostForm action class="form" on_done=done>
                <Hidden name="version" value=version />
                <Hidden name="customer" value=service.customer.to_string() />
                <ErrorSummary prefix=prefix.clone() />
                <SoldFields sold=service.sold.clone() currency=service.currency.clone() start=service.start end=service.end prefix />
                <div class="form__actions"><button class="button button--primary">"Save service"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

#[component]
fn Stop(service: Service, today: Timestamp, done: Callback<Done>) -> impl IntoView {
    let action = format!("{}/stop", address(&service));
    let is_open = came_back(&action);
    let prefix = format!("stop-{}-", service.id);
    let label = format!("Stop {}", service.sold.title());
    view! {
        <details class="form__more" open=is_open>
            <summary aria-label=label><Icon name="chevron-right" />"Stop"</summary>
            <PostForm action class="form" on_done=done>
                <Hidden name="version" value=service.version.to_string() />
                <Hidden name="customer" value=service.customer.to_string() />
                <ErrorSummary prefix=prefix.clone() />
                <Input name="on" label="First day without it" value=today.day() kind=InputKind::Day prefix />
                <div class="form__actions"><button class="button">"Stop the service"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

#[component]
fn Resume(service: Service, done: Callback<Done>) -> impl IntoView {
    let prefix = format!("resume-{}-", service.id);
    let label = format!("Let {} go on", service.sold.title());
    view! {
        <PostForm action=format!("{}/resume", address(&service)) on_done=done>
            <Hidden name="customer" value=service.customer.to_string() />
            <ErrorSummary prefix />
            <button class="button button--small" aria-label=label><Icon name="undo" />"Let it go on"</button>
        </PostForm>
    }
    .into_any()
}

/// Adds a service.
#[component]
pub fn AddService(customer: domain::CustomerId, currency: Option<String>, today: Timestamp, done: Callback<Done>) -> impl IntoView {
    let action = format!("{}/services", routes::customer(customer));
    let is_open = came_back(&action);
    let currency = currency.unwrap_or_else(|| catalog_now().site.currency.clone());
    view! {
        <details class="form__more" open=is_open>
            <summary data-command="Add a service"><Icon name="plus" />"Add a service"</summary>
            <PostForm action class="form" on_done=done>
                <SentOnce />
                <Hidden name="currency" value=currency.clone() />
                <ErrorSummary prefix="add-" />
                <SoldFields sold=Sold::blank() currency start=today end=None prefix="add-" />
                <div class="form__actions"><button class="button button--primary">"Add service"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
