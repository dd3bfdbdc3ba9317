//! What customers are billed: `/invoices`, newest first, with `?kind=`, `?state=` and `?customer=` for some of them and `?before=` for earlier ones.

use domain::invoice::{InvoiceFilter, InvoiceRow};
use domain::{FormValues, InvoiceId, InvoiceKind, InvoiceState, Timestamp, money};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::{InvoiceListing, load_invoices};
use crate::components::{Empty, Problem};
use crate::features::accounts::Pager;
use crate::live::{Heard, Live};
use crate::routes;

/// What the address asks for.
#[derive(Clone, Copy, PartialEq)]
struct Asked {
    filter: InvoiceFilter,
    before: Option<InvoiceId>,
}

impl Asked {
    fn read(search: &str) -> Self {
        let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
        Self { filter: InvoiceFilter::from_query(search), before: values.get("before").parse().ok() }
    }
}

/// The page.
#[component]
pub fn InvoicesPage() -> impl IntoView {
    let search = use_location().search;
    let asked = Memo::new(move |_| Asked::read(&search.get()));
    let found = Resource::new(move || asked.get(), |asked: Asked| load_invoices(asked.filter.to_query(), asked.before.map(|before| before.0)));
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Resync) {
            found.refetch();
        }
    }));
    view! {
        <Title text="Invoices" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Invoices"</h1><a class="push" href=routes::CUSTOMERS>"Customers"</a></div>
            {move || view! { <Filter filter=asked.get().filter /> }}
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found asked=asked.get_untracked() /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Filter(filter: InvoiceFilter) -> impl IntoView {
    let kind = |of: Option<InvoiceKind>| {
        let here = (of == filter.kind).then_some("page");
        let href = routes::invoices(InvoiceFilter { kind: of, ..filter }, None);
        view! { <a class="switch__choice" href=href aria-current=here>{of.map_or("All", InvoiceKind::label)}</a> }.into_any()
    };
    let state = |of: Option<InvoiceState>| {
        let here = (of == filter.state).then_some("page");
        let href = routes::invoices(InvoiceFilter { state: of, ..filter }, None);
        view! { <a class="switch__choice" href=href aria-current=here>{of.map_or("In any state", InvoiceState::label)}</a> }.into_any()
    };
    let kinds = std::iter::once(None).chain(InvoiceKind::ALL.into_iter().map(Some)).map(kind).collect::<Vec<_>>();
    let states = std::iter::once(None).chain(InvoiceState::ALL.into_iter().map(Some)).map(state).collect::<Vec<_>>();
    let of_customer = filter.customer.map(|customer| {
        let all = routes::invoices(InvoiceFilter { customer: None, ..filter }, None);
        view! {
            <p class="task__facts">
                <a href=routes::customer(customer)>"Of one customer"</a>
                <a href=all>"Of all customers"</a>
            </p>
        }
    });
    view! {
        <nav class="switch" aria-label="Which kind">{kinds}</nav>
        <nav class="switch" aria-label="In which state">{states}</nav>
        {of_customer}
    }
    .into_any()
}

#[component]
fn Loaded(found: InvoiceListing, asked: Asked) -> impl IntoView {
    let InvoiceListing { rows, next, today } = found;
    if rows.is_empty() {
        let text = "Invoices are made when a lead is converted, and for each period of what a customer has.";
        return view! { <Empty icon="note" title="No invoices here" text /> }.into_any();
    }
    let first = asked.before.map(|_| routes::invoices(asked.filter, None));
    let next = next.map(|next| routes::invoices(asked.filter, Some(next)));
    let rows = rows.into_iter().map(|row| view! { <li class="task"><InvoiceLink row today /></li> }.into_any()).collect::<Vec<_>>();
    view! {
        <ul class="tasks" aria-label="Invoices">{rows}</ul>
        <Pager first previous=None next />
    }
    .into_any()
}

/// An invoice in a list: its name, how far it is and what it comes to.
#[component]
pub fn InvoiceLink(
    row: InvoiceRow,
    today: Timestamp,
    /// All of the list are of one customer.
    #[prop(optional)]
    is_of_one: bool,
) -> impl IntoView {
    let state = row.state();
    let is_overdue = row.is_overdue(today);
    let due = (state == InvoiceState::Open).then(|| format!("due on {}", row.due_on.readable_day()));
    let paid = (state == InvoiceState::Open && row.paid_minor > 0).then(|| format!("{} paid", money::exact(row.paid_minor, &row.currency)));
    let customer = (!is_of_one).then(|| view! { <a href=routes::customer(row.customer.id)>{row.customer.name.clone()}</a> });
    view! {
        <div class="task__body">
            <a class="task__title" href=routes::invoice(row.id)>{row.number.to_string()}</a>
            <div class="task__facts">
                <span class=format!("badge tone-{}", state.tone())>{state.label()}</span>
                {is_overdue.then(|| view! { <span class="badge tone-red">"Overdue"</span> })}
                {(row.kind != InvoiceKind::Invoice).then(|| view! { <span>{row.kind.label()}</span> })}
                <span>{money::exact(row.amounts.total(), &row.currency)}</span>
                {customer}
                <span>{format!("of {}", row.issued_on.readable_day())}</span>
                {due.map(|text| view! { <span>{text}</span> })}
                {paid.map(|text| view! { <span>{text}</span> })}
            </div>
        </div>
    }
    .into_any()
}
