//! The list of leads: `/leads`. Filter, sort, columns, saved view, page and what is opened beside it are in the address.

use domain::lead_views::{LeadListing, Total};
use domain::list_view::AskedView;
use domain::{Action, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::bulk_bar::BulkBar;
use super::filter_bar::FilterBar;
use super::grouped_list::Grouped;
use super::lead_table::LeadTable;
use super::list_or_board::ListOrBoard;
use super::list_tool::ListTool;
use super::selection::Selection;
use super::server_fns::list_leads;
use super::view_menu::ViewMenu;
use crate::components::{Icon, NotFound, Problem};
use crate::context::{Me, me};
use crate::lazy::{Coming, list_tools, on_demand};
use crate::live::{Heard, Live};
use crate::routes;
use crate::written::Written;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq)]
struct Asked {
    /// `None` when it names a saved view that the person has not.
    view: Option<AskedView>,
    after: Option<String>,
    before: Option<String>,
}

fn asked(search: &str, me: &Me) -> Asked {
    let values = domain::FormValues::decode(search.trim_start_matches('?').as_bytes());
    let cursor = |name: &str| values.find(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let view = me.views.with(|views| me.catalog.with(|catalog| views.asked(&values, catalog)));
    Asked { view, after: cursor("after"), before: cursor("before") }
}

/// The page. Server: the first 50 rows, with links to the next and previous page.
#[component]
pub fn ListPage() -> impl IntoView {
    let location = use_location();
    let me = expect_context::<Me>();
    let asked = Memo::new(move |_| asked(&location.search.get(), &me));
    let is_known = Memo::new(move |_| asked.with(|asked| asked.view.is_some()));
    move || if is_known.get() { view! { <List asked /> }.into_any() } else { view! { <main class="page" id="main"><NotFound /></main> }.into_any() }
}

#[component]
fn List(asked: Memo<Asked>) -> impl IntoView {
    let location = use_location();
    let view = Memo::new(move |_| asked.with(|asked| asked.view.clone()).unwrap_or_default());
    // The name of the view does not matter to what is listed.
    let wanted: Wanted = Memo::new(move |_| asked.with(|asked| (view.with(|view| view.list.to_query()), asked.after.clone(), asked.before.clone())));
    let is_grouped = Memo::new(move |_| view.with(|view| view.list.grouping.is_some()));
    let fresh = RwSignal::new(0_usize);
    let show_fresh = RwSignal::new(0_u32);
    let title = move || view.with(|view| view.saved.as_ref().map_or_else(|| view.list.filter.view.label().to_owned(), |saved| saved.name.clone()));
    let tool = Memo::new(move |_| domain::FormValues::decode(location.search.get().trim_start_matches('?').as_bytes()).get("tool").to_owned());
    let is_bulk = Signal::derive(move || tool.with(|tool| tool == "bulk"));
    // For the browser, which has to fetch their code before it takes the page over.
    let has_tools = untrack(|| is_grouped.get() || tool.with(|tool| !tool.is_empty()));
    view! {
        // A text, not a signal: the server writes the head at the very end, when the page's signals may be gone.
        {move || view! { <Title text=title() /> }}
        <main class="page page--list" id="main" tabindex="-1" data-tools=has_tools.then_some("")>
            <div class="page__head">
                <ViewMenu asked=view.into() />
                {move || (fresh.get() > 0).then(|| view! {
                    <button class="list__news" type="button" on:click=move |_| show_fresh.update(|count| *count += 1)>
                        {if fresh.get() == 1 { "1 new lead".to_owned() } else { format!("{} new leads", fresh.get()) }}
                    </button>
                })}
                <div class="page__actions">
                    <ListOrBoard filter=Signal::derive(move || view.with(|view| view.list.filter.clone())) path=routes::LIST />
                    {can(&me(), Action::AddLead, Target::Site).then(|| view! {
                        <a class="button button--primary desktop-only" href="/leads/new"><Icon name="plus" />"Add lead"</a>
                    })}
                </div>
            </div>
            <FilterBar asked=view.into() path=routes::LIST />
            {move || view.with(|view| (!view.gone.is_empty()).then(|| view! {
                <p class="list__notice" role="status"><Icon name="warning" />{format!("Left out, because it is no longer there: {}.", view.gone.join("; "))}</p>
            }))}
            {on_demand(move || {
                let name = tool.get();
                (!name.is_empty() && name != "bulk").then(|| -> Coming { Box::pin(list_tools::show(ListTool { name, asked: view.get() })) })
            })}
            {move || if is_grouped.get() {
                on_demand(move || Some(Box::pin(list_tools::grouped(Grouped { view, is_bulk }))))
            } else {
                view! { <Rows view wanted is_bulk fresh show_fresh /> }.into_any()
            }}
        </main>
    }
    .into_any()
}

/// What a page's address asks for, and after or before which lead.
type Wanted = Memo<(String, Option<String>, Option<String>)>;

/// The leads one after the other.
#[component]
fn Rows(
    view: Memo<AskedView>,
    wanted: Wanted,
    /// Whether the address asks for changing many.
    is_bulk: Signal<bool>,
    fresh: RwSignal<usize>,
    show_fresh: RwSignal<u32>,
) -> impl IntoView {
    let listing = Resource::new(move || wanted.get(), |(query, after, before)| list_leads(query, after, before));
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if heard == Heard::Resync {
            listing.refetch();
        }
    }));
    let written = Written::default();
    let shown = move || {
        let written = written.clone();
        Suspend::new(async move {
            match listing.await {
                Ok(listing) => {
                    let asked = view.get_untracked();
                    view! { <Loaded listing asked is_bulk fresh show_fresh written /> }.into_any()
                }
                Err(error) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <Outline /> }>{shown}</Transition> }.into_any()
}

#[component]
fn Loaded(
    listing: LeadListing,
    asked: AskedView,
    is_bulk: Signal<bool>,
    fresh: RwSignal<usize>,
    show_fresh: RwSignal<u32>,
    written: Written,
) -> impl IntoView {
    fresh.set(0);
    let list = asked.list.clone();
    let query = list.address(None);
    let page = |name: &str, cursor: Option<String>| cursor.map(|cursor| routes::with_query("/leads", &routes::and(&query, name, &cursor)));
    let next = page("after", listing.next.clone());
    let previous = page("before", listing.previous.clone());
    let total = listing.total;
    let shown = RwSignal::new(listing.rows.len());
    let selection = Selection::new();
    view! {
        <LeadTable listing list fresh show_fresh shown selection written />
        <div class="list__foot">
            <span>{move || count_words(total, shown.get())}</span>
            <nav class="button-group push" aria-label="Pages">
                {previous.map(|href| view! { <a class="button button--quiet button--small" rel="prev" href=href><Icon name="chevron-left" />"Previous"</a> })}
                {next.map(|href| view! { <a class="button button--quiet button--small" rel="next" href=href>"Next"<Icon name="chevron-right" /></a> })}
            </nav>
        </div>
        {bar(BulkBar { asked, total, selection }, is_bulk)}
    }
    .into_any()
}

/// The bar for changing many, while something is selected or the address asks for it.
pub(super) fn bar(bar: BulkBar, is_bulk: Signal<bool>) -> AnyView {
    on_demand(move || (is_bulk.get() || !bar.selection.is_empty()).then(|| -> Coming { Box::pin(list_tools::bulk_bar(bar.clone())) }))
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
