//! One row of the list.

use domain::{LeadCell, LeadColumn, LeadRow, money};
use leptos::prelude::*;

use super::lead_table::column_class;
use super::selection::{SelectRow, Selection};
use crate::components::{Icon, PersonName, Score, StatusChip, TimeAgo};
use crate::context::catalog;
use crate::routes;
use crate::written::written;

/// A row. `changed` makes it flash once.
#[component]
pub fn LeadRowView(
    row: LeadRow,
    columns: Vec<LeadColumn>,
    #[prop(into)] query: String,
    selection: Selection,
    changed: bool,
    current: Signal<bool>,
) -> impl IntoView {
    let select = view! { <td class="col-select"><SelectRow row=row.clone() selection /></td> }.into_any();
    let mut cells = row.cells.iter();
    let cells = columns
        .into_iter()
        .map(|column| {
            let more = if column.is_plain() { None } else { cells.next() };
            let figure = if matches!(more, Some(LeadCell::Figure(_))) { "col-figure " } else { "" };
            let class = format!("{figure}{}", column_class(column));
            let cell = more.map_or_else(|| plain_cell(column, &row, &query), more_cell);
            view! {
                <td class=class>{cell}</td>
                {(column == LeadColumn::Name).then(|| reach(&row))}
            }
            .into_any()
        })
        .collect_view();
    let row = view! {
        <tr class="row" class=("row--changed", changed) class=("row--current", move || current.get()) data-number=row.id.to_string()>{select}{cells}</tr>
    };
    written(row.into_any())
}

fn plain_cell(column: LeadColumn, row: &LeadRow, query: &str) -> AnyView {
    match column {
        LeadColumn::Number => row.id.to_string().into_any(),
        LeadColumn::Name => view! { <a class="row__link" href=routes::lead(row.id, query)>{row.full_name.clone()}</a> }.into_any(),
        LeadColumn::Account => row.account.name.clone().into_any(),
        LeadColumn::Status => view! { <StatusChip id=row.status /> }.into_any(),
        LeadColumn::Owner => view! { <PersonName id=row.owner /> }.into_any(),
        LeadColumn::Source => {
            let source = row.source;
            (move || source.map(|id| catalog().choice_name(id)).unwrap_or_default()).into_any()
        }
        LeadColumn::Score => view! { <Score value=row.score /> }.into_any(),
        LeadColumn::Amount if row.target_amount_minor != 0 => money::display(row.target_amount_minor, &row.currency).into_any(),
        LeadColumn::Updated => view! { <TimeAgo at=row.updated_at /> }.into_any(),
        _ => ().into_any(),
    }
}

fn more_cell(cell: &LeadCell) -> AnyView {
    match cell.clone() {
        LeadCell::Text(text) | LeadCell::Figure(text) => view! { <span title=text.clone()>{text.clone()}</span> }.into_any(),
        LeadCell::At(at) => view! { <TimeAgo at /> }.into_any(),
        LeadCell::Link(href) => {
            view! { <a href=href.clone() title=href.clone() rel="noopener noreferrer" target="_blank">{href.clone()}</a> }.into_any()
        }
        LeadCell::Days { days, tone } => {
            let class = if tone.is_empty() { String::new() } else { format!("late tone-{tone}") };
            view! { <span class=class>{days}" d"</span> }.into_any()
        }
        LeadCell::Said { at, text } => view! { <span title=format!("{} UTC: {text}", at.readable())>{text.clone()}</span> }.into_any(),
    }
}

/// Calling and writing, over the end of the name.
fn reach(row: &LeadRow) -> AnyView {
    let one = |scheme: &str, to: &str, icon, verb: &str| {
        (!to.is_empty()).then(|| {
            view! {
                <a class="button button--quiet button--icon button--small" href=format!("{scheme}:{to}") aria-label=format!("{verb} {}", row.full_name)><Icon name=icon /></a>
            }
            .into_any()
        })
    };
    view! {
        <td class="col-actions">
            <div class="row__actions">{one("tel", &row.phone, "phone", "Call")}{one("mailto", &row.email, "mail", "Mail")}</div>
        </td>
    }
    .into_any()
}
