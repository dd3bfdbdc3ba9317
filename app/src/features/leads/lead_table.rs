//! The table of leads: windowed rows that load as one scrolls, and stay in step with what others do.

use std::collections::HashSet;

use domain::lead_views::LeadListing;
use domain::{LeadColumn, LeadFilter, LeadId, LeadRow, ListView, SortKey};
use leptos::prelude::*;

use super::cell_editor::CellAt;
use super::lead_row::{RowStyle, is_written_alike, row_view};
use super::row_life::{RowLife, clicked_box};
use super::selection::{SelectPage, Selection};
use super::server_fns::{list_leads, rows_among};
use crate::components::Empty;
use crate::context::{Me, catalog};
use crate::lazy::{Coming, list_tools, on_demand};
use crate::live::{Heard, Live};
use crate::routes;
use crate::written::Written;

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
    list: ListView,
    fresh: RwSignal<usize>,
    show_fresh: RwSignal<u32>,
    shown: RwSignal<usize>,
    selection: Selection,
    written: Written,
) -> impl IntoView {
    let filter = list.filter.clone();
    let is_narrowed = filter.is_narrowed();
    let style = RowStyle::new(list.shown().to_vec(), list.address(None), selection);
    let query = style.query;
    let table_class = if list.columns.is_empty() { "list__table" } else { "list__table list__table--chosen" };
    let rows = RwSignal::new(listing.rows);
    let next = RwSignal::new(listing.next);
    let changed = RwSignal::new(HashSet::<LeadId>::new());
    let waiting = RwSignal::new(Vec::<LeadRow>::new());
    let window = RwSignal::new(Window { first: 0, last: FIRST, row_height: 36 });
    let current = RwSignal::new(None::<LeadId>);
    let scroller = NodeRef::<leptos::html::Div>::new();
    let loading = RwSignal::new(false);
    let editing = RwSignal::new(None::<CellAt>);

    selection.follow(rows);

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
    step_with_keys(Stepped { rows, current, query, columns: style.columns, scroller, selection, editing });

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
    // Every row when what rows show of the configuration changes.
    let me = expect_context::<Me>();
    let written_by = StoredValue::new(me.catalog.get_untracked());
    let edition = Memo::new(move |before: Option<&u64>| {
        let now = me.catalog.get();
        let known = written_by.try_update_value(|known| std::mem::replace(known, now.clone()));
        let is_other = known.is_some_and(|known| !is_written_alike(&known, &now));
        before.map_or(0, |before| before + u64::from(is_other))
    });
    let visible = move || {
        edition.track();
        let window = window.get();
        rows.with(|rows| rows[window.first.min(rows.len())..window.last.min(rows.len())].to_vec())
    };
    let above = move || window.with(|window| window.first * window.row_height);
    let below = move || window.with(|window| rows.with(|rows| rows.len().saturating_sub(window.last) * window.row_height));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let shown = move |row: LeadRow| {
        let id = row.id;
        let flashes = changed.with_untracked(|changed| changed.contains(&id));
        row_view(&row, style, flashes, current.get_untracked() == Some(id))
    };
    RowLife { scroller, selection, current: current.into() }.begin();
    view! {
        <section class="list" aria-label="Leads">
            <div class="list__scroll" tabindex="0" role="region" aria-label="Leads, scrollable" node_ref=scroller on:scroll=scrolled on:click=move |event| if !clicked_box(&event, selection) { edit_clicked(&event, editing) }>
                {move || if is_empty.get() {
                    view! { <NoLeads is_narrowed /> }.into_any()
                } else {
                    let list = list.clone();
                    written.once(move || view! {
                        <table class=table_class>
                            <Head list selection />
                            <tbody>
                                <tr class="list__spacer" aria-hidden="true">{leptos::html::td().attr("height", above)}</tr>
                                <For each=visible key=move |row| (row.id, row.version, edition.get_untracked()) children=shown />
                                <tr class="list__spacer" aria-hidden="true">{leptos::html::td().attr("height", below)}</tr>
                            </tbody>
                        </table>
                    }.into_any())
                }}
            </div>
            {on_demand(move || editing.get().map(|at| -> Coming {
                Box::pin(list_tools::cell_editor(at, Callback::new(move |()| editing.set(None))))
            }))}
        </section>
    }
    .into_any()
}

/// A click on a cell that can be edited edits it; what has an action of its own keeps it.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers hear clicks"))]
fn edit_clicked(event: &leptos::ev::MouseEvent, editing: RwSignal<Option<CellAt>>) {
    #[cfg(feature = "hydrate")]
    {
        let Some(target) = event.target().map(wasm_bindgen::JsCast::unchecked_into::<web_sys::Element>) else { return };
        let found = |selector: &str| target.closest(selector).ok().flatten();
        if found("a, button, input").is_some() {
            return;
        }
        let (Some(cell), Some(row)) = (found("td.cell"), found("tr.row")) else { return };
        let column = cell.class_name().split("col-").last().and_then(|key| LeadColumn::from_key(key.trim()));
        let lead = row.get_attribute("data-number").and_then(|number| number.parse().ok());
        if let (Some(lead), Some(column)) = (lead, column) {
            editing.set(Some(CellAt { lead, column }));
        }
    }
}

fn row_height(scroller: &web_sys::HtmlDivElement) -> Option<usize> {
    let row = scroller.query_selector("tr.row").ok()??;
    let height = row.get_bounding_client_rect().height();
    (height > 1.0).then_some(height.round() as usize)
}

#[derive(Clone, Copy)]
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
    let pending = StoredValue::new(Vec::<i64>::new());
    expect_context::<Live>().listen(Callback::new(move |heard| {
        let Heard::Lead(data) = heard else { return };
        let is_first = pending.try_update_value(|pending| {
            pending.push(data.number);
            pending.len() == 1
        });
        if is_first == Some(true) {
            refresh_in(80, list, pending);
        }
    }));
}

/// Leads that are asked about at once.
const ASKED_MOST: usize = 200;

/// Asks after a wait. Unit: milliseconds.
fn refresh_in(wait: u64, list: Followed, pending: StoredValue<Vec<i64>>) {
    set_timeout(move || refresh(list, pending), std::time::Duration::from_millis(wait));
}

/// Asks about the first of the leads that changed. Those that are left, or that the server could not tell about just now,
/// are asked about again.
fn refresh(list: Followed, pending: StoredValue<Vec<i64>>) {
    let take = |pending: &mut Vec<i64>| {
        let rest = pending.split_off(pending.len().min(ASKED_MOST));
        std::mem::replace(pending, rest)
    };
    let numbers = pending.try_update_value(take).unwrap_or_default();
    let Some(query) = list.query.try_get_value().filter(|_| !numbers.is_empty()) else { return };
    leptos::task::spawn_local(async move {
        let text = numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let wait = match rows_among(query, text).await {
            Ok(found) => {
                show_news(list, &numbers, found);
                80
            }
            Err(_) => {
                let _gone = pending.try_update_value(|pending| pending.extend(numbers));
                2000
            }
        };
        if pending.try_with_value(|pending| !pending.is_empty()) == Some(true) {
            refresh_in(wait, list, pending);
        }
    });
}

/// Takes in what became of some leads: those that the list shows now, in `found`; the others have left it.
fn show_news(list: Followed, numbers: &[i64], found: Vec<LeadRow>) {
    let Followed { filter, rows, changed, waiting, fresh, scroller, take_in, .. } = list;
    let Some(known) = rows.try_with_untracked(|rows| rows.iter().map(|row| row.id).collect::<HashSet<_>>()) else { return };
    let gone: Vec<LeadId> = numbers.iter().copied().map(LeadId).filter(|id| !found.iter().any(|row| row.id == *id)).collect();
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
}

/// Whether nothing is under the pointer and the list is at its top, so that a new row may appear there.
fn is_at_rest(scroller: NodeRef<leptos::html::Div>) -> bool {
    scroller.get_untracked().is_some_and(|element| element.scroll_top() == 0 && !element.matches(":hover").unwrap_or(false))
}

/// What the keys work on.
#[cfg(feature = "hydrate")]
struct Stepped {
    rows: RwSignal<Vec<LeadRow>>,
    current: RwSignal<Option<LeadId>>,
    query: StoredValue<String>,
    columns: StoredValue<Vec<LeadColumn>>,
    scroller: NodeRef<leptos::html::Div>,
    selection: Selection,
    editing: RwSignal<Option<CellAt>>,
}

/// `j` and `k` move, Enter opens, `x` selects, `e`, `s` and `a` edit the current row.
#[cfg(feature = "hydrate")]
fn step_with_keys(list: Stepped) {
    let Stepped { rows, current, query, columns, scroller, selection, editing } = list;
    let edit = move |wanted: Option<LeadColumn>| {
        let shown =
            columns.with_value(|columns| columns.iter().copied().find(|column| wanted.map_or(column.field().is_some(), |wanted| wanted == *column)));
        if let (Some(lead), Some(column)) = (current.get_untracked(), shown) {
            editing.set(Some(CellAt { lead, column }));
        }
    };
    let navigate = leptos_router::hooks::use_navigate();
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if !crate::keys::is_single(&event) {
            return;
        }
        let at = current.get_untracked().and_then(|id| rows.with_untracked(|rows| rows.iter().position(|row| row.id == id)));
        let target = match event.key().as_str() {
            "j" => at.map_or(0, |at| at + 1),
            "k" => at.map_or(0, |at| at.saturating_sub(1)),
            "e" | "F2" => {
                event.prevent_default();
                edit(None);
                return;
            }
            "s" => {
                event.prevent_default();
                edit(Some(LeadColumn::Status));
                return;
            }
            "a" => {
                event.prevent_default();
                edit(Some(LeadColumn::Owner));
                return;
            }
            "x" => {
                if let Some(id) = current.get_untracked() {
                    selection.turn(id, false);
                }
                return;
            }
            "Escape" if !selection.is_empty_untracked() => {
                selection.clear();
                return;
            }
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
pub(super) fn Head(list: ListView, selection: Selection) -> impl IntoView {
    let filter = &list.filter;
    let heading = |column: LeadColumn| {
        let (class, label) = (column_class(column), column.label());
        let Some(key) = column.sort() else {
            let label = move || column.title(&catalog());
            return view! { <th class=class scope="col">{label}</th> }.into_any();
        };
        let direction = match (filter.sort.key == key, filter.sort.descending) {
            (true, true) => "descending",
            (true, false) => "ascending",
            (false, _) => "none",
        };
        let href = routes::list(&list.with_filter(filter.sorted_by(key)), None);
        view! { <th class=class scope="col" aria-sort=direction><a href=href>{label}</a></th> }.into_any()
    };
    let headings = list.shown().iter().map(|column| {
        let reach =
            (*column == LeadColumn::Name).then(|| view! { <th class="col-actions" scope="col"><span class="visually-hidden">"Reach"</span></th> });
        view! { {heading(*column)}{reach} }
    });
    view! { <thead><tr><th class="col-select" scope="col"><SelectPage selection /></th>{headings.collect_view()}</tr></thead> }.into_any()
}

/// The class of a column's cells.
pub(super) fn column_class(column: LeadColumn) -> String {
    let key = column.key();
    let more = if column.is_plain() { "" } else { "col-more " };
    let cell = if column.field().is_some() { "cell " } else { "" };
    format!("{cell}{more}col-{key}")
}

#[component]
fn NoLeads(is_narrowed: bool) -> impl IntoView {
    if is_narrowed {
        view! { <Empty icon="filter" title="No lead fits these filters" text="Take a term away, or clear them all."><a class="button" href="/leads?view=all">"Show all leads"</a></Empty> }
    } else {
        view! { <Empty icon="flag" title="No leads here" text="Take one that nobody works yet, or add one."><a class="button" href="/leads?view=unassigned">"Unassigned leads"</a></Empty> }
    }
}
