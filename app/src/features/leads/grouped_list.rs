//! The list in groups: each with its count, what it is worth and its first leads, and a way to all of them.

use domain::lead_views::Total;
use domain::list_view::{AskedView, GroupedList, ListGroup};
use domain::{LeadRow, ListView, money};
use leptos::prelude::*;

use super::bulk_bar::BulkBar;
use super::lead_row::{RowStyle, row_view};
use super::lead_table::Head;
use super::list_page::bar;
use super::row_life::{RowLife, clicked_box};
use super::selection::Selection;
use super::server_fns::list_groups;
use crate::components::{Empty, Problem};
use crate::live::{Heard, Live};
use crate::routes;

/// The list that is to be shown in groups.
#[derive(Clone, Copy)]
pub struct Grouped {
    pub view: Memo<AskedView>,
    /// Whether the address asks for changing many.
    pub is_bulk: Signal<bool>,
}

/// The groups. They are counted again when leads change, but not with each of many changes.
#[must_use]
pub fn show_grouped(grouped: Grouped) -> AnyView {
    let Grouped { view, is_bulk } = grouped;
    let query = Memo::new(move |_| view.with(|view| view.list.to_query()));
    let groups = Resource::new(move || query.get(), list_groups);
    let waits = StoredValue::new(false);
    expect_context::<Live>().listen(Callback::new(move |heard| match heard {
        Heard::Resync => groups.refetch(),
        Heard::Lead(_) if !waits.get_value() => {
            waits.set_value(true);
            let again = move || {
                if waits.try_set_value(false).is_none() {
                    groups.refetch();
                }
            };
            set_timeout(again, std::time::Duration::from_millis(1500));
        }
        _ => {}
    }));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match groups.await {
                    Ok(groups) => table(view.get_untracked(), groups, is_bulk),
                    Err(error) => view! { <Problem error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The groups as one table, so that columns stand under each other.
fn table(asked: AskedView, groups: GroupedList, is_bulk: Signal<bool>) -> AnyView {
    let (list, selection) = (asked.list.clone(), Selection::new());
    let total = if groups.is_whole { Total::Exactly(groups.count) } else { Total::AtLeast(groups.count) };
    let GroupedList { groups, count, amount_minor, currency, is_whole } = groups;
    if groups.is_empty() {
        return view! { <Empty icon="filter" title="No lead fits these filters" text="Take a term away, or clear them all."><a class="button" href="/leads?view=all">"Show all leads"</a></Empty> }.into_any();
    }
    let rows: Vec<LeadRow> = groups.iter().flat_map(|group| group.rows.clone()).collect();
    selection.follow(RwSignal::new(rows));
    let columns = list.shown().to_vec();
    let width = (columns.len() + 2).to_string();
    let class = if list.columns.is_empty() { "list__table" } else { "list__table list__table--chosen" };
    let figures = move |count: i64, amount: Option<i64>| {
        let least = if is_whole { "" } else { "at least " };
        let leads = if count == 1 { "1 lead".to_owned() } else { format!("{count} leads") };
        let worth = amount.map_or_else(String::new, |amount| format!(" · {}", money::display(amount, &currency)));
        format!("{least}{leads}{worth}")
    };
    let overall = figures(count, amount_minor);
    let parts = groups
        .into_iter()
        .map(|group| {
            let ListGroup { name, query, count, amount_minor, rows } = group;
            let rest = count - rows.len() as i64;
            let all = routes::list(&ListView::from_query(&query), None);
            let more = (rest > 0).then(|| {
                view! { <tr class="group__more"><td colspan=width.clone()><a href=all.clone()>{if is_whole { format!("{rest} more") } else { "All of them".to_owned() }}</a></td></tr> }
            });
            let style = RowStyle::new(columns.clone(), query, selection);
            let rows = rows.iter().map(|row| row_view(row, style, false, false)).collect_view();
            view! {
                <tbody>
                    <tr class="group"><th colspan=width.clone() scope="rowgroup"><a class="group__name" href=all>{name}</a><span class="group__figures">{figures(count, amount_minor)}</span></th></tr>
                    {rows}
                    {more}
                </tbody>
            }
            .into_any()
        })
        .collect_view();
    let scroller = NodeRef::<leptos::html::Div>::new();
    RowLife { scroller, selection, current: Signal::stored(None) }.begin();
    view! {
        <section class="list" aria-label="Leads">
            <div class="list__scroll" tabindex="0" role="region" aria-label="Leads, scrollable" node_ref=scroller on:click=move |event| { clicked_box(&event, selection); }>
                <table class=class><Head list selection />{parts}</table>
            </div>
        </section>
        <div class="list__foot"><span>{overall}</span></div>
        {bar(BulkBar { asked, total, selection }, is_bulk)}
    }
    .into_any()
}
