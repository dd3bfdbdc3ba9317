//! The list of leads: `/leads`. Filter, sort, view and page are in the address.

use domain::lead_views::{LeadListing, Total};
use domain::{Action, LeadFilter, LeadView, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::filter_bar::FilterBar;
use super::lead_table::LeadTable;
use super::list_or_board::ListOrBoard;
use super::server_fns::list_leads;
use crate::components::{Icon, Menu, MenuLink, Problem};
use crate::context::me;
use crate::live::{Heard, Live};
use crate::routes;

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    filter: LeadFilter,
    after: Option<String>,
    before: Option<String>,
}

fn asked(search: &str) -> Asked {
    let values = domain::FormValues::decode(search.trim_start_matches('?').as_bytes());
    let cursor = |name: &str| values.find(name).filter(|text| !text.is_empty()).map(str::to_owned);
    Asked { filter: LeadFilter::parse(&values), after: cursor("after"), before: cursor("before") }
}

/// The page. Server: the first 50 rows, with links to the next and previous page.
#[component]
pub fn ListPage() -> impl IntoView {
    let location = use_location();
    let asked = Memo::new(move |_| asked(&location.search.get()));
    let listing = Resource::new(move || asked.get(), |asked| list_leads(asked.filter.to_query(), asked.after, asked.before));
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if heard == Heard::Resync {
            listing.refetch();
        }
    }));
    let fresh = RwSignal::new(0_usize);
    let show_fresh = RwSignal::new(0_u32);
    let title = move || asked.with(|asked| asked.filter.view.label());
    view! {
        // A text, not a signal: the server writes the head at the very end, when the page's signals may be gone.
        {move || view! { <Title text=title() /> }}
        <main class="page page--list" id="main" tabindex="-1">
            <div class="page__head">
                <ViewMenu filter=Signal::derive(move || asked.with(|asked| asked.filter.clone())) />
                {move || (fresh.get() > 0).then(|| view! {
                    <button class="list__news" type="button" on:click=move |_| show_fresh.update(|count| *count += 1)>
                        {if fresh.get() == 1 { "1 new lead".to_owned() } else { format!("{} new leads", fresh.get()) }}
                    </button>
                })}
                <div class="page__actions">
                    <ListOrBoard filter=Signal::derive(move || asked.with(|asked| asked.filter.clone())) path=routes::LIST />
                    {can(&me(), Action::AddLead, Target::Site).then(|| view! {
                        <a class="button button--primary desktop-only" href="/leads/new"><Icon name="plus" />"Add lead"</a>
                    })}
                </div>
            </div>
            {move || view! { <FilterBar filter=asked.with(|asked| asked.filter.clone()) path=routes::LIST /> }}
            <Transition fallback=|| view! { <Outline /> }>
                {move || Suspend::new(async move {
                    match listing.await {
                        Ok(listing) => {
                            let asked = asked.get_untracked();
                            view! { <Loaded listing asked fresh show_fresh /> }.into_any()
                        }
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(listing: LeadListing, asked: Asked, fresh: RwSignal<usize>, show_fresh: RwSignal<u32>) -> impl IntoView {
    fresh.set(0);
    let query = asked.filter.to_query();
    let page = |name: &str, cursor: Option<String>| cursor.map(|cursor| routes::with_query("/leads", &routes::and(&query, name, &cursor)));
    let next = page("after", listing.next.clone());
    let previous = page("before", listing.previous.clone());
    let total = listing.total;
    let shown = RwSignal::new(listing.rows.len());
    view! {
        <LeadTable listing filter=asked.filter fresh show_fresh shown />
        <div class="list__foot">
            <span>{move || count_words(total, shown.get())}</span>
            <nav class="button-group push" aria-label="Pages">
                {previous.map(|href| view! { <a class="button button--quiet button--small" rel="prev" href=href><Icon name="chevron-left" />"Previous"</a> })}
                {next.map(|href| view! { <a class="button button--quiet button--small" rel="next" href=href>"Next"<Icon name="chevron-right" /></a> })}
            </nav>
        </div>
    }
    .into_any()
}

fn count_words(total: Total, shown: usize) -> String {
    let leads = |count: i64| if count == 1 { "1 lead".to_owned() } else { format!("{count} leads") };
    match total {
        // Rows that came or went since are already in `shown` when all are shown.
        Total::Exactly(count) if count <= 50 => leads(shown as i64),
        Total::Exactly(count) => leads(count),
        Total::AtLeast(count) => format!("more than {count} leads"),
        Total::Unknown => format!("{shown} leads shown"),
    }
}

/// The list's name, and the other lists.
#[component]
fn ViewMenu(filter: Signal<LeadFilter>) -> impl IntoView {
    move || {
        let filter = filter.get();
        let name = filter.view.label();
        let summary = move || view! { <h1>{name}</h1><Icon name="chevron-down" /> };
        view! {
            <Menu summary button_class="button button--quiet">
                {LeadView::ALL
                    .into_iter()
                    .map(|view| view! { <MenuLink href=routes::leads(&filter.with_view(view)) label=view.label() current=view == filter.view /> })
                    .collect_view()}
            </Menu>
        }
    }
}

/// What the page will look like, while it is not there yet.
#[component]
fn Outline() -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            {(0..12).map(|_| view! { <div class="skeleton__row"><span class="skeleton__line skeleton__line--short"></span><span class="skeleton__line"></span></div> }).collect_view()}
        </div>
    }
    .into_any()
}
