//! One customer: `/customers/{number}`. Who they are, what they have, what they were billed, and the leads that they came from.

use domain::conversion::Converted;
use domain::customer::{CustomerLead, CustomerPage as Found};
use domain::invoice::InvoiceFilter;
use domain::{Billing, Catalog, Customer, CustomerState, EmailAddress, Phone};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::customer_fields::CustomerFields;
use super::server_fns::{CustomerView, load_customer};
use super::services::{AddService, Services};
use super::undo::TakeBack;
use crate::components::{Icon, NotFound, PersonName, Problem, TimeAgo};
use crate::context::catalog_now;
use crate::features::accounts::{Fact, MailLink, PhoneLink};
use crate::features::invoices::InvoiceLink;
use crate::form::{Done, ErrorSummary, Hidden, Input, PostForm, SentOnce, came_back, stay_or_go, typed_version};
use crate::routes;

/// The page.
#[component]
pub fn CustomerPage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let found = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => Some(load_customer(number).await),
                None => None,
            }
        },
    );
    let again = Callback::new(move |()| found.refetch());
    view! {
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Some(Ok(found)) => view! { <Loaded found again /> }.into_any(),
                        Some(Err(error)) => view! { <Title text="Customer" /> <Problem error /> }.into_any(),
                        None => view! { <NotFound /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: CustomerView, again: Callback<()>) -> impl IntoView {
    let CustomerView { page: Found { customer, services, invoices, leads, may_change, may_bill, today }, young } = found;
    let done = stay_or_go(routes::customer(customer.id), again);
    let currency = services.last().map(|service| service.currency.clone());
    let id = customer.id;
    let has_no_invoice = invoices.is_empty();
    let invoices =
        invoices.into_iter().map(|row| view! { <li class="task"><InvoiceLink row today is_of_one=true /></li> }.into_any()).collect::<Vec<_>>();
    let all_invoices = routes::invoices(InvoiceFilter { customer: Some(id), ..InvoiceFilter::default() }, None);
    view! {
        <Head customer=customer.clone() may_change done />
        <Facts customer=customer.clone() />
        {may_change.then(|| view! { <Change customer=customer.clone() done /> })}
        <Services services may_change today done />
        {may_change.then(|| view! { <AddService customer=id currency today done /> })}
        <section class="section" aria-labelledby="invoices-h">
            <div class="section__head"><h2 id="invoices-h">"Invoices"</h2><a class="push" href=all_invoices>"All of them"</a></div>
            {has_no_invoice.then(|| view! { <p class="muted">"Nothing was billed yet."</p> })}
            <ul class="tasks" aria-labelledby="invoices-h">{invoices}</ul>
            {may_bill.then(|| view! { <Bill id done /> })}
        </section>
        <Leads leads young page=routes::customer(id) />
        {may_change.then(|| view! { <OpenAgain id /> })}
    }
    .into_any()
}

/// Who it is, of which account, and whether they are active.
#[component]
fn Head(customer: Customer, may_change: bool, done: Callback<Done>) -> impl IntoView {
    let (title, account, state) = (customer.title(), customer.account.clone(), customer.state);
    let other = match state {
        CustomerState::Active => (CustomerState::Inactive, "Make inactive"),
        CustomerState::Inactive => (CustomerState::Active, "Make active"),
    };
    let action = format!("{}/states/{}", routes::customer(customer.id), other.0.key());
    let version = customer.version.to_string();
    view! {
        <Title text=title.clone() />
        <div class="page__head">
            <h1>{title}</h1>
            <span class=format!("badge tone-{}", state.tone())>{state.label()}</span>
            {may_change.then(|| view! {
                <PostForm action class="push" on_done=done>
                    <Hidden name="version" value=version />
                    <ErrorSummary prefix="state-" />
                    <button class="button">{other.1}</button>
                </PostForm>
            })}
        </div>
        <div class="task__facts">
            <a href=routes::account(account.id)><Icon name="building" />{account.name}</a>
            <span>{format!("since {}", customer.since.readable_day())}</span>
        </div>
    }
    .into_any()
}

#[component]
fn Facts(customer: Customer) -> impl IntoView {
    let known = catalog_now();
    let named = |id: Option<domain::ChoiceId>| id.map(|id| Catalog::choice_name(&known, id));
    let lines = customer.address_lines().into_iter().skip(1).collect::<Vec<_>>().join(", ");
    let text = |label: &'static str, value: Option<String>| {
        value.filter(|value| !value.is_empty()).map(|value| view! { <Fact label>{value}</Fact> }.into_any())
    };
    let emails = customer
        .emails
        .iter()
        .map(EmailAddress::as_str)
        .map(|email| view! { <MailLink address=email.to_owned() />" " }.into_any())
        .collect::<Vec<_>>();
    let phones =
        customer.phones.iter().map(Phone::display).map(|phone| view! { <PhoneLink number=phone.to_owned() />" " }.into_any()).collect::<Vec<_>>();
    let billing = match customer.billing {
        Billing::Recurring => "Each period by itself",
        other => other.label(),
    };
    view! {
        <section class="section" aria-labelledby="facts-h">
            <h2 class="visually-hidden" id="facts-h">"Facts"</h2>
            <dl>
                {(!emails.is_empty()).then(|| view! { <Fact label="E-mail">{emails}</Fact> })}
                {(!phones.is_empty()).then(|| view! { <Fact label="Phone">{phones}</Fact> })}
                {text("Address", Some(lines))}
                {text("Billing", Some(billing.to_owned()))}
                {text("Identification", Some(customer.tax_id.clone()))}
                {text("Birth date", customer.born_on.map(domain::Timestamp::readable_day))}
                {text("Partner", named(customer.partner))}
                {text("Location", named(customer.location))}
                {text("Category", named(customer.category))}
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn Change(customer: Customer, done: Callback<Done>) -> impl IntoView {
    let action = routes::customer(customer.id);
    let is_open = came_back(&action);
    let version = typed_version(&action).unwrap_or_else(|| customer.version.to_string());
    view! {
        <details class="form__more" open=is_open>
            <summary data-command="Change the customer"><Icon name="chevron-right" />"Change"</summary>
            <PostForm action class="form" on_done=done>
                <Hidden name="version" value=version />
                <ErrorSummary />
                <CustomerFields values=customer.typed() number_help="No two customers have the same." />
                <div class="form__actions"><button class="button button--primary">"Save customer"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

/// Has what is due by today billed.
#[component]
fn Bill(id: domain::CustomerId, done: Callback<Done>) -> impl IntoView {
    view! {
        <PostForm action=format!("{}/bill", routes::customer(id)) on_done=done>
            <SentOnce />
            <ErrorSummary prefix="bill-" />
            <button class="button" data-command="Bill what is due">"Bill what is due"</button>
        </PostForm>
    }
    .into_any()
}

/// The leads that they came from: all that was written, planned and sent before is there.
#[component]
fn Leads(leads: Vec<CustomerLead>, young: Vec<Converted>, page: String) -> impl IntoView {
    let is_empty = leads.is_empty();
    let each = leads.into_iter().map(|lead| {
        let CustomerLead { id, full_name, conversion, .. } = lead;
        let converted = young.iter().find(|one| one.conversion.id == conversion.id).cloned();
        let page = page.clone();
        let parts = [("#timeline", "Timeline"), ("#documents", "Documents"), ("#tasks", "Tasks"), ("#quotes", "Quotes")];
        let parts = parts.map(|(part, label)| view! { <a href=format!("{}{part}", routes::lead(id, ""))>{label}</a> }.into_any());
        view! {
            <li class="task">
                <div class="task__body">
                    <a class="task__title" href=routes::lead(id, "")>{format!("Lead {id}: {full_name}")}</a>
                    <div class="task__facts">
                        <span>{conversion.kind.label()}</span>
                        <span>"converted by " <PersonName id=Some(conversion.by) />" "<TimeAgo at=conversion.at /></span>
                    </div>
                    <div class="task__facts">{parts.into_iter().collect::<Vec<_>>()}</div>
                    {converted.map(|converted| view! { <TakeBack converted page /> })}
                </div>
            </li>
        }
        .into_any()
    });
    let each = each.collect::<Vec<_>>();
    view! {
        <section class="section" aria-labelledby="leads-h">
            <div class="section__head"><h2 id="leads-h">"Came from"</h2></div>
            {is_empty.then(|| view! { <p class="muted">"No lead that you may know of."</p> })}
            <ul class="tasks" aria-labelledby="leads-h">{each}</ul>
        </section>
    }
    .into_any()
}

/// Folded away: a new lead of the same account and person, with its deal.
#[component]
fn OpenAgain(id: domain::CustomerId) -> impl IntoView {
    let action = format!("{}/opportunities", routes::customer(id));
    let is_open = came_back(&action);
    view! {
        <details class="form__more" open=is_open>
            <summary data-command="Open a new opportunity"><Icon name="plus" />"Open a new opportunity"</summary>
            <PostForm action class="form">
                <SentOnce />
                <ErrorSummary prefix="again-" />
                <Input name="name" label="What it is about" optional=true help="The name of its deal." prefix="again-" />
                <div class="form__actions"><button class="button button--primary">"Open opportunity"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
