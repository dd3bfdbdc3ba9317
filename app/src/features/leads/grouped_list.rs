//! The list in groups: each with its count, what it is worth and its first leads, and a way to all of them.

use domain::list_view::{GroupedList, ListGroup};
use domain::{LeadRow, ListView, money};
use leptos::prelude::*;

use super::lead_row::LeadRowView;
use super::lead_table::Head;
use super::selection::Selection;
use crate::components::Empty;
use crate::routes;

/// A list in groups, and what is selected of it.
#[derive(Clone)]
pub struct Grouped {
    pub list: ListView,
    pub groups: GroupedList,
    pub selection: Selection,
}

/// The groups as one table, so that columns stand under each other.
#[must_use]
pub fn show_grouped(grouped: Grouped) -> AnyView {
    let Grouped { list, groups, selection } = grouped;
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
            let rows = rows
                .into_iter()
                .map(|row| view! { <LeadRowView row columns=columns.clone() query=query.clone() selection changed=false current=Signal::stored(false) /> })
                .collect_view();
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
    view! {
        <section class="list" aria-label="Leads">
            <div class="list__scroll" tabindex="0" role="region" aria-label="Leads, scrollable">
                <table class=class><Head list selection />{parts}</table>
            </div>
        </section>
        <div class="list__foot"><span>{overall}</span></div>
    }
    .into_any()
}
