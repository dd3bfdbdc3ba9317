//! What was offered: `/quotes`, newest first, with `?state=` for those in a state and `?before=` for earlier ones.

use domain::quote::QuoteRow;
use domain::{FormValues, QuoteId, QuoteState, Timestamp, money};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::{QuoteListing, load_quotes};
use crate::components::{Empty, Problem};
use crate::features::accounts::Pager;
use crate::live::{Heard, Live};
use crate::routes;

/// What the address asks for.
#[derive(Clone, Copy, PartialEq)]
struct Asked {
    state: Option<QuoteState>,
    before: Option<QuoteId>,
}

impl Asked {
    fn read(search: &str) -> Self {
        let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
        Self { state: QuoteState::from_key(values.get("state")), before: values.get("before").parse().ok() }
    }
}

/// The page.
#[component]
pub fn QuotesPage() -> impl IntoView {
    let search = use_location().search;
    let asked = Memo::new(move |_| Asked::read(&search.get()));
    let found = Resource::new(
        move || asked.get(),
        |asked: Asked| load_quotes(asked.state.map_or_else(String::new, |state| state.key().to_owned()), asked.before.map(|before| before.0)),
    );
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Lead(_) | Heard::Resync) {
            found.refetch();
        }
    }));
    view! {
        <Title text="Quotes" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Quotes"</h1><a class="push" href=routes::PRODUCTS>"Products"</a></div>
            {move || view! { <States state=asked.get().state /> }}
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
fn States(state: Option<QuoteState>) -> impl IntoView {
    let link = |of: Option<QuoteState>| {
        let here = (of == state).then_some("page");
        view! { <a class="switch__choice" href=routes::quotes(of, None) aria-current=here>{of.map_or("All", QuoteState::label)}</a> }.into_any()
    };
    let all = std::iter::once(None).chain(QuoteState::ALL.into_iter().map(Some));
    view! { <nav class="switch" aria-label="Which quotes">{all.map(link).collect_view()}</nav> }.into_any()
}

#[component]
fn Loaded(found: QuoteListing, asked: Asked) -> impl IntoView {
    let QuoteListing { rows, next, today } = found;
    if rows.is_empty() {
        let text = "Quotes are made on the page of a lead, for one of its deals.";
        return view! { <Empty icon="note" title="No quotes here" text /> }.into_any();
    }
    let first = asked.before.map(|_| routes::quotes(asked.state, None));
    let next = next.map(|next| routes::quotes(asked.state, Some(next)));
    view! {
        <ul class="tasks" aria-label="Quotes">{rows.into_iter().map(|row| view! { <li class="task"><QuoteLink row today /></li> }).collect_view()}</ul>
        <Pager first previous=None next />
    }
    .into_any()
}

/// A quote in a list: its name, how far it is and what it comes to.
#[component]
pub fn QuoteLink(row: QuoteRow, today: Timestamp) -> impl IntoView {
    let state = row.state_on(today);
    view! {
        <div class="task__body">
            <a class="task__title" href=routes::quote(row.id)>{row.name()}</a>
            <div class="task__facts">
                <span class=format!("badge tone-{}", state.tone())>{state.label()}</span>
                <span>{money::exact(row.amounts.total(), &row.currency)}</span>
                <span>{row.opportunity.name.clone()}</span>
                <span>{format!("valid until {}", row.valid_until.readable_day())}</span>
            </div>
        </div>
    }
    .into_any()
}
