//! The table of leads: windowed rows that load as one scrolls, and stay in step with what others do.

use std::collections::HashSet;

use domain::lead_views::LeadListing;
use domain::{LeadFilter, LeadId, LeadRow, SortKey};
use leptos::prelude::*;

use super::lead_row::LeadRowView;
use super::server_fns::{list_leads, rows_among};
use crate::components::Empty;
use crate::live::{Heard, Live};
use crate::routes;

/// Rows rendered above and below what is in view.
const OVERSCAN: usize = 12;
/// Rows in the page before anything was scrolled: all of the first page, as the server rendered them.
const FIRST: usize = 50;

/// What part of the loaded rows is in the page. Unit: rows, and pixels for the height of one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    first: usize,
    last: usize,
    row_height: usize,
}

/// The table. Tells how many new leads wait (`fresh`) and takes them in when `show_fresh` grows.
#[component]
pub fn LeadTable(
    listing: LeadListing,
    filter: LeadFilter,
    fresh: RwSignal<usize>,
    show_fresh: RwSignal<u32>,
    shown: RwSignal<usize>,
) -> impl IntoView {
    let is_narrowed = filter.is_narrowed();
    let query = StoredValue::new(filter.to_query());
    let rows = RwSignal::new(listing.rows);
    let next = RwSignal::new(listing.next);
    let changed = RwSignal::new(HashSet::<LeadId>::new());
    let waiting = RwSignal::new(Vec::<LeadRow>::new());
    let window = RwSignal::new(Window { first: 0, last: FIRST, row_height: 36 });
    let current = RwSignal::new(None::<LeadId>);
    let scroller = NodeRef::<leptos::html::Div>::new();
    let loading = RwSignal::new(false);

    let take_in = move || {
        let news = waiting.get_untracked();
        if news.is_empty() {
            return;
        }
        waiting.set(Vec::new());
        fresh.set(0);
        changed.update(|changed| changed.extend(news.iter().map(|row| row.id)));
        rows.update(|rows| {
            rows.retain(|row| !news.iter().any(|new| new.id == row.id));
            rows.splice(0..0, news);
        });
    };
    Effect::new(move |before: Option<u32>| {
        let count = show_fresh.get();
        if before.is_some_and(|before| before != count) {
            take_in();
        }
        count
    });
    Effect::new(move |_| shown.set(rows.with(Vec::len)));

    follow(Followed {
        query,
        filter: StoredValue::new(filter.clone()),
        rows,
        changed,
        waiting,
        fresh,
        scroller,
        take_in: Callback::new(move |()| take_in()),
    });
    #[cfg(feature = "hydrate")]
    step_with_keys(rows, current, query, scroller);

    let load_more = move || {
        let Some(after) = next.get_untracked() else { return };
        if loading.get_untracked() {
            return;
        }
        loading.set(true);
        leptos::task::spawn_local(async move {
            let page = list_leads(query.get_value(), Some(after), None).await;
            // The table may be gone: the person filters on.
            if loading.try_set(false).is_some() {
                return;
            }
            if let Ok(page) = page {
                rows.update(|rows| {
                    let known: HashSet<LeadId> = rows.iter().map(|row| row.id).collect();
                    rows.extend(page.rows.into_iter().filter(|row| !known.contains(&row.id)));
                });
                next.set(page.next);
            }
        });
    };
    let scrolled = move |_| {
        let Some(element) = scroller.get_untracked() else { return };
        let height = row_height(&element).unwrap_or(window.get_untracked().row_height).max(1);
        let top = usize::try_from(element.scroll_top()).unwrap_or(0) / height;
        let in_view = usize::try_from(element.client_height()).unwrap_or(0) / height + 1;
        let count = rows.with_untracked(Vec::len);
        // Steps of eight rows: the rows in the page change a few times a screen, not with each pixel.
        let first = top.saturating_sub(OVERSCAN) / 8 * 8;
        let moved = Window { first: first.min(count), last: (top + in_view + OVERSCAN).div_ceil(8) * 8, row_height: height };
        if moved != window.get_untracked() {
            window.set(moved);
        }
        if top + in_view + 40 >= count {
            load_more();
        }
    };
    let visible = move || {
        let window = window.get();
        rows.with(|rows| rows[window.first.min(rows.len())..window.last.min(rows.len())].to_vec())
    };
    let above = move || window.with(|window| window.first * window.row_height);
    let below = move || window.with(|window| rows.with(|rows| rows.len().saturating_sub(window.last) * window.row_height));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let row_view = move |row: LeadRow| {
        let id = row.id;
        let flashes = changed.with_untracked(|changed| changed.contains(&id));
        view! { <LeadRowView row query=query.get_value() changed=flashes current=Signal::derive(move || current.get() == Some(id)) /> }
    };
    view! {
        <section class="list" aria-label="Leads">
            <div class="list__scroll" tabindex="0" role="region" aria-label="Leads, scrollable" node_ref=scroller on:scroll=scrolled>
                {move || if is_empty.get() {
                    view! { <NoLeads is_narrowed /> }.into_any()
                } else {
                    view! {
                        <table class="list__table">
                            <Head filter=filter.clone() />
                            <tbody>
                                <tr class="list__spacer" aria-hidden="true">{leptos::html::td().attr("height", above)}</tr>
                                <For each=visible key=|row| (row.id, row.version) children=row_view />
                                <tr class="list__spacer" aria-hidden="true">{leptos::html::td().attr("height", below)}</tr>
                            </tbody>
                        </table>
                    }
                    .into_any()
                }}
            </div>
        </section>
    }
    .into_any()
}

fn row_height(scroller: &web_sys::HtmlDivElement) -> Option<usize> {
    let row = scroller.query_selector("tr.row").ok()??;
    let height = row.get_bounding_client_rect().height();
    (height > 1.0).then_some(height.round() as usize)
}

struct Followed {
    query: StoredValue<String>,
    filter: StoredValue<LeadFilter>,
    rows: RwSignal<Vec<LeadRow>>,
    changed: RwSignal<HashSet<LeadId>>,
    /// New leads that would push rows under the pointer.
    waiting: RwSignal<Vec<LeadRow>>,
    fresh: RwSignal<usize>,
    scroller: NodeRef<leptos::html::Div>,
    take_in: Callback<()>,
}

/// Collects the numbers of changed leads for a moment, then asks once which of them the list shows now.
fn follow(list: Followed) {
    let Followed { query, filter, rows, changed, waiting, fresh, scroller, take_in } = list;
    let pending = StoredValue::new(Vec::<i64>::new());
    let refresh = move || {
        let numbers = pending.try_update_value(std::mem::take).unwrap_or_default();
        if numbers.is_empty() {
            return;
        }
        leptos::task::spawn_local(async move {
            let Some(query) = query.try_get_value() else { return };
            let text = numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            let Ok(found) = rows_among(query, text).await else { return };
            let Some(known) = rows.try_with_untracked(|rows| rows.iter().map(|row| row.id).collect::<HashSet<_>>()) else { return };
            let gone: Vec<LeadId> = numbers.into_iter().map(LeadId).filter(|id| !found.iter().any(|row| row.id == *id)).collect();
            let (known_rows, new_rows): (Vec<_>, Vec<_>) = found.into_iter().partition(|row| known.contains(&row.id));
            changed.update(|changed| changed.extend(known_rows.iter().map(|row| row.id)));
            rows.update(|rows| {
                rows.retain(|row| !gone.contains(&row.id));
                for new in known_rows {
                    // A row changes where it is; it does not move under the pointer.
                    if let Some(row) = rows.iter_mut().find(|row| row.id == new.id && row.version < new.version) {
                        *row = new;
                    }
                }
            });
            waiting.update(|waiting| {
                waiting.retain(|row| !gone.contains(&row.id) && !new_rows.iter().any(|new| new.id == row.id));
                waiting.extend(new_rows);
                waiting.sort_by_key(|row| std::cmp::Reverse(row.id));
            });
            fresh.set(waiting.with_untracked(Vec::len));
            let newest_first = filter.with_value(|filter| filter.sort.key == SortKey::Number && filter.sort.descending);
            if rows.with_untracked(Vec::is_empty) || (newest_first && is_at_rest(scroller)) {
                take_in.run(());
            }
        });
    };
    expect_context::<Live>().listen(Callback::new(move |heard| {
        let Heard::Lead(data) = heard else { return };
        let is_first = pending.try_update_value(|pending| {
            pending.push(data.number);
            pending.len() == 1
        });
        if is_first == Some(true) {
            set_timeout(refresh, std::time::Duration::from_millis(80));
        }
    }));
}

/// Whether nothing is under the pointer and the list is at its top, so that a new row may appear there.
fn is_at_rest(scroller: NodeRef<leptos::html::Div>) -> bool {
    scroller.get_untracked().is_some_and(|element| element.scroll_top() == 0 && !element.matches(":hover").unwrap_or(false))
}

/// `j` and `k` move, Enter opens.
#[cfg(feature = "hydrate")]
fn step_with_keys(rows: RwSignal<Vec<LeadRow>>, current: RwSignal<Option<LeadId>>, query: StoredValue<String>, scroller: NodeRef<leptos::html::Div>) {
    let navigate = leptos_router::hooks::use_navigate();
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if !crate::keys::is_single(&event) {
            return;
        }
        let at = current.get_untracked().and_then(|id| rows.with_untracked(|rows| rows.iter().position(|row| row.id == id)));
        let target = match event.key().as_str() {
            "j" => at.map_or(0, |at| at + 1),
            "k" => at.map_or(0, |at| at.saturating_sub(1)),
            "Enter" if document().active_element().is_none_or(|element| !matches!(element.tag_name().as_str(), "A" | "BUTTON" | "SUMMARY")) => {
                if let Some(id) = current.get_untracked() {
                    navigate(&routes::lead(id, &query.get_value()), leptos_router::NavigateOptions::default());
                }
                return;
            }
            _ => return,
        };
        let Some(id) = rows.with_untracked(|rows| rows.get(target).map(|row| row.id)) else { return };
        current.set(Some(id));
        event.prevent_default();
        let Some(element) = scroller.get_untracked() else { return };
        if let Ok(Some(row)) = element.query_selector(&format!("tr[data-number=\"{id}\"]")) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    on_cleanup(move || listener.remove());
}

#[component]
fn Head(filter: LeadFilter) -> impl IntoView {
    let sortable = |class: &'static str, key: SortKey, label: &'static str| {
        let direction = match (filter.sort.key == key, filter.sort.descending) {
            (true, true) => "descending",
            (true, false) => "ascending",
            (false, _) => "none",
        };
        view! { <th class=class scope="col" aria-sort=direction><a href=routes::leads(&filter.sorted_by(key))>{label}</a></th> }.into_any()
    };
    view! {
        <thead>
            <tr>
                {sortable("col-number", SortKey::Number, "#")}
                {sortable("col-name", SortKey::Name, "Name")}
                <th class="col-actions" scope="col"><span class="visually-hidden">"Reach"</span></th>
                <th class="col-account" scope="col">"Account"</th>
                <th class="col-status" scope="col">"Status"</th>
                <th class="col-owner" scope="col">"Owner"</th>
                <th class="col-source" scope="col">"Source"</th>
                {sortable("col-score", SortKey::Score, "Score")}
                {sortable("col-amount", SortKey::Amount, "Amount")}
                {sortable("col-updated", SortKey::Updated, "Updated")}
            </tr>
        </thead>
    }
    .into_any()
}

#[component]
fn NoLeads(is_narrowed: bool) -> impl IntoView {
    if is_narrowed {
        view! { <Empty icon="filter" title="No lead fits these filters" text="Take a term away, or clear them all."><a class="button" href="/leads?view=all">"Show all leads"</a></Empty> }
    } else {
        view! { <Empty icon="flag" title="No leads here" text="Take one that nobody works yet, or add one."><a class="button" href="/leads?view=unassigned">"Unassigned leads"</a></Empty> }
    }
}
