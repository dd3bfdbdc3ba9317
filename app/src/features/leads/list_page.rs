//! The list of leads: `/leads`. Filter, sort, columns, saved view, page and what is opened beside it are in the address.

use domain::lead_views::{LeadListing, Total};
use domain::list_view::{AskedView, GroupedList};
use domain::{Action, ListView, SavedViewId, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

use super::bulk_bar::BulkBar;
use super::filter_bar::FilterBar;
use super::grouped_list::Grouped;
use super::lead_table::LeadTable;
use super::list_or_board::ListOrBoard;
use super::list_tool::ListTool;
use super::selection::Selection;
use super::server_fns::{list_groups, list_leads};
use super::view_menu::ViewMenu;
use crate::components::{Icon, NotFound, Problem};
use crate::context::{Me, me};
use crate::live::{Heard, Live};
use crate::routes;

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
    let wanted = Memo::new(move |_| asked.with(|asked| (view.with(|view| view.list.to_query()), asked.after.clone(), asked.before.clone())));
    let is_grouped = Memo::new(move |_| view.with(|view| view.list.grouping.is_some()));
    let listing = Resource::new(
        move || (is_grouped.get(), wanted.get()),
        |(is_grouped, (query, after, before))| async move {
            if is_grouped { list_groups(query).await.map(Shown::Groups) } else { list_leads(query, after, before).await.map(Shown::Rows) }
        },
    );
    let waits = StoredValue::new(false);
    expect_context::<Live>().listen(Callback::new(move |heard| match heard {
        Heard::Resync => listing.refetch(),
        // Rows keep themselves in step; groups are counted again, but not with each of many changes.
        Heard::Lead(_) if is_grouped.get_untracked() && !waits.get_value() => {
            waits.set_value(true);
            let again = move || {
                if waits.try_set_value(false).is_none() && is_grouped.get_untracked() {
                    listing.refetch();
                }
            };
            set_timeout(again, std::time::Duration::from_millis(1500));
        }
        _ => {}
    }));
    let fresh = RwSignal::new(0_usize);
    let show_fresh = RwSignal::new(0_u32);
    let title = move || view.with(|view| view.saved.as_ref().map_or_else(|| view.list.filter.view.label().to_owned(), |saved| saved.name.clone()));
    let tool = Memo::new(move |_| domain::FormValues::decode(location.search.get().trim_start_matches('?').as_bytes()).get("tool").to_owned());
    view! {
        // A text, not a signal: the server writes the head at the very end, when the page's signals may be gone.
        {move || view! { <Title text=title() /> }}
        <main class="page page--list" id="main" tabindex="-1">
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
            {move || view! { <FilterBar asked=view.get() path=routes::LIST /> }}
            {move || view.with(|view| (!view.gone.is_empty()).then(|| view! {
                <p class="list__notice" role="status"><Icon name="warning" />{format!("Left out, because it is no longer there: {}.", view.gone.join("; "))}</p>
            }))}
            <Suspense>
                {move || {
                    let name = tool.get();
                    (!name.is_empty() && name != "bulk").then(|| {
                        let tool = ListTool { name, asked: view.get() };
                        Suspend::new(async move { crate::lazy::list_tools::show(tool).await })
                    })
                }}
            </Suspense>
            <Transition fallback=|| view! { <Outline /> }>
                {move || Suspend::new(async move {
                    match listing.await {
                        Ok(shown) => {
                            let AskedView { list, saved, .. } = view.get_untracked();
                            let is_bulk = Signal::derive(move || tool.with(|tool| tool == "bulk"));
                            view! { <Loaded shown list saved=saved.map(|view| view.id) is_bulk fresh show_fresh /> }.into_any()
                        }
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// What the list shows: its leads one after the other, or in groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shown {
    Rows(LeadListing),
    Groups(GroupedList),
}

#[component]
fn Loaded(
    shown: Shown,
    list: ListView,
    saved: Option<SavedViewId>,
    /// Whether the address asks for changing many.
    is_bulk: Signal<bool>,
    fresh: RwSignal<usize>,
    show_fresh: RwSignal<u32>,
) -> impl IntoView {
    fresh.set(0);
    let selection = Selection::new();
    let bar_list = list.clone();
    let total = match &shown {
        Shown::Rows(listing) => listing.total,
        Shown::Groups(groups) if groups.is_whole => Total::Exactly(groups.count),
        Shown::Groups(groups) => Total::AtLeast(groups.count),
    };
    let leads = match shown {
        Shown::Rows(listing) => view! { <Rows listing list fresh show_fresh selection /> }.into_any(),
        Shown::Groups(groups) => {
            let grouped = Grouped { list, groups, selection };
            view! { <Suspense>{Suspend::new(async move { crate::lazy::list_tools::grouped(grouped).await })}</Suspense> }.into_any()
        }
    };
    view! {
        {leads}
        <Suspense>
            {move || (is_bulk.get() || !selection.is_empty()).then(|| {
                let bar = BulkBar { list: bar_list.clone(), saved, total, selection };
                Suspend::new(async move { crate::lazy::list_tools::bulk_bar(bar).await })
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Rows(listing: LeadListing, list: ListView, fresh: RwSignal<usize>, show_fresh: RwSignal<u32>, selection: Selection) -> impl IntoView {
    let query = list.address(None);
    let page = |name: &str, cursor: Option<String>| cursor.map(|cursor| routes::with_query("/leads", &routes::and(&query, name, &cursor)));
    let next = page("after", listing.next.clone());
    let previous = page("before", listing.previous.clone());
    let total = listing.total;
    let shown = RwSignal::new(listing.rows.len());
    view! {
        <LeadTable listing list fresh show_fresh shown selection />
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
