//! One card: who, which company, what it is worth, how long it has been where it is, and whose it is.

use domain::board::BoardCard;
use domain::{DAY_MS, LeadRow, money};
use leptos::prelude::*;

use super::state::{BoardState, Column, Question};
use crate::components::{Icon, PersonName, Score};
use crate::context::catalog;
use crate::routes;

/// A card. Its elements stay when the lead changes, so that the focus does too.
#[component]
pub fn Card(board: BoardState, column: Column, card: BoardCard) -> impl IntoView {
    let id = card.row.id;
    let first = card.clone();
    let card = Memo::new(move |_| column.cards.with(|cards| cards.iter().find(|card| card.row.id == id).cloned()).unwrap_or_else(|| first.clone()));
    let name = Memo::new(move |_| card.with(|card| card.row.full_name.clone()));
    let changed = move || board.changed.with(|changed| changed.contains(&id));
    let busy = move || board.busy.with(|busy| busy.contains(&id));
    let lifted = move || board.dragged.with(|dragged| dragged.as_ref().is_some_and(|dragged| dragged.card.row.id == id));
    let ask_href = board.query.with_value(|query| routes::with_query(routes::BOARD, &routes::and(query, "move", &id.to_string())));
    let ask = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        board.question.set(Some(Question { card: card.get_untracked(), only_reason: false }));
    };
    view! {
        <li class="card" class=("card--changed", changed) class=("card--busy", busy) class=("card--lifted", lifted) data-card=id.to_string()>
            <a class="card__name" href=board.query.with_value(|query| routes::lead(id, query)) draggable="false">{name}</a>
            <a class="card__move button button--quiet button--icon button--small" href=ask_href draggable="false" on:click=ask title="Move to…  m" aria-label=move || format!("Move {} to…", name.get())>
                <Icon name="more" />
            </a>
            {move || card.with(|card| view! { <Particulars board row=card.row.clone() /> })}
        </li>
    }
    .into_any()
}

#[component]
fn Particulars(board: BoardState, row: LeadRow) -> impl IntoView {
    let amount = if row.target_amount_minor == 0 { String::new() } else { money::display(row.target_amount_minor, &row.currency) };
    view! {
        <p class="card__account">{row.account.name.clone()}</p>
        <div class="card__foot">
            <PersonName id=row.owner />
            <span class="card__amount">{amount}</span>
            <Score value=row.score />
            <Age board row />
        </div>
    }
    .into_any()
}

/// Days in the status; late ones say so in words too.
#[component]
fn Age(board: BoardState, row: LeadRow) -> impl IntoView {
    let catalog = catalog();
    let due = catalog.status(row.status).and_then(|status| status.due_days);
    let since = row.status_since;
    let since_day = catalog.site.zone.day(since);
    let days = Memo::new(move |_| (board.now() - since.0).max(0) / DAY_MS);
    let is_late = Memo::new(move |_| due.is_some_and(|due| days.get() > due));
    let title = match due {
        Some(due) => format!("In this status since {since_day}, due within {due} days"),
        None => format!("In this status since {since_day}"),
    };
    view! {
        <span class="card__age" class=("card__age--late", move || is_late.get()) title=title>
            <Icon name="clock" />
            {move || if is_late.get() { format!("{} d, late", days.get()) } else { format!("{} d", days.get()) }}
            <span class="visually-hidden">" in this status"</span>
        </span>
    }
    .into_any()
}
