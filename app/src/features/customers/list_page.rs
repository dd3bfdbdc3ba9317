//! Who bought: `/customers`, newest first, with `?q=` for a search, `?state=` for those in a state and `?before=` for earlier ones.

use domain::customer::{CustomerFilter, CustomerRow};
use domain::{CustomerId, CustomerState, FormValues};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::{CustomerListing, load_customers};
use super::settings_form::SettingsForm;
use crate::components::{Empty, Problem};
use crate::context::Toasts;
use crate::features::accounts::{Pager, ask_for};
use crate::form::Done;
use crate::live::{Heard, Live};
use crate::routes;

/// What the address asks for.
#[derive(Clone, PartialEq)]
struct Asked {
    filter: CustomerFilter,
    before: Option<CustomerId>,
}

impl Asked {
    fn read(search: &str) -> Self {
        let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
        Self { filter: CustomerFilter::from_query(search), before: values.get("before").parse().ok() }
    }
}

/// The page.
#[component]
pub fn CustomersPage() -> impl IntoView {
    let search = use_location().search;
    let asked = Memo::new(move |_| Asked::read(&search.get()));
    let found = Resource::new(move || asked.get(), |asked: Asked| load_customers(asked.filter.to_query(), asked.before.map(|before| before.0)));
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Resync) {
            found.refetch();
        }
    }));
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    view! {
        <Title text="Customers" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Customers"</h1><a class="push" href=routes::INVOICES>"Invoices"</a></div>
            {move || view! { <Filter filter=asked.get().filter /> }}
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found asked=asked.get_untracked() done /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Filter(filter: CustomerFilter) -> impl IntoView {
    let state = filter.state;
    let link = |of: Option<CustomerState>| {
        let here = (of == state).then_some("page");
        let href = routes::customers(&CustomerFilter { state: of, ..filter.clone() }, None);
        view! { <a class="switch__choice" href=href aria-current=here>{of.map_or("All", CustomerState::label)}</a> }.into_any()
    };
    let links = std::iter::once(None).chain(CustomerState::ALL.into_iter().map(Some)).map(link).collect::<Vec<_>>();
    let kept = state.map(|state| view! { <input type="hidden" name="state" value=state.key() /> });
    let ask = ask_for(|values| routes::customers(&CustomerFilter::from_query(&values.encode()), None));
    view! {
        <nav class="switch" aria-label="Which customers">{links}</nav>
        <form class="material__search" action=routes::CUSTOMERS method="get" role="search" on:submit=ask>
            {kept}
            <label class="visually-hidden" for="customers-q">"Search customers"</label>
            <input class="input" id="customers-q" type="search" name="q" value=filter.query maxlength="200" placeholder="Number, name or e-mail address" />
            <button class="button">"Search"</button>
        </form>
    }
    .into_any()
}

#[component]
fn Loaded(found: CustomerListing, asked: Asked, done: Callback<Done>) -> impl IntoView {
    let CustomerListing { rows, next, settings } = found;
    let list = if rows.is_empty() {
        let is_all = asked.filter == CustomerFilter::default() && asked.before.is_none();
        let (title, text) = if is_all {
            ("No customers yet", "A lead becomes a customer by “Convert” on its page.")
        } else {
            ("Nobody fits this", "Take a word away, or look at all of them.")
        };
        view! { <Empty icon="building" title text /> }.into_any()
    } else {
        let first = asked.before.map(|_| routes::customers(&asked.filter, None));
        let next = next.map(|next| routes::customers(&asked.filter, Some(next)));
        view! {
            <ul class="tasks" aria-label="Customers">{rows.into_iter().map(|row| view! { <OneCustomer row /> }).collect_view()}</ul>
            <Pager first previous=None next />
        }
        .into_any()
    };
    view! {
        {list}
        {settings.map(|settings| view! { <SettingsForm settings done /> })}
    }
    .into_any()
}

#[component]
fn OneCustomer(row: CustomerRow) -> impl IntoView {
    let counted = |count: i64, one: &str, several: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {several}")),
    };
    let services = counted(row.service_count, "service", "services");
    let open = counted(row.open_count, "open invoice", "open invoices");
    let account = (row.account.name != row.name).then(|| row.account.name.clone());
    view! {
        <li class="task">
            <div class="task__body">
                <a class="task__title" href=routes::customer(row.id)>{format!("{} {}", row.number, row.name)}</a>
                <div class="task__facts">
                    <span class=format!("badge tone-{}", row.state.tone())>{row.state.label()}</span>
                    {account.map(|account| view! { <span>{account}</span> })}
                    <span>{format!("since {}", row.since.readable_day())}</span>
                    {services.map(|text| view! { <span>{text}</span> })}
                    {open.map(|text| view! { <span>{text}</span> })}
                </div>
            </div>
        </li>
    }
    .into_any()
}
