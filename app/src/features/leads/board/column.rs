//! A column: a status, how much is in it, and its cards, which load as one scrolls.

use domain::board::BoardCard;
use domain::lead_filter::Facet;
use domain::lead_views::Total;
use domain::money;
use leptos::prelude::*;

use super::card::Card;
use super::state::{BoardState, Column, judge};
use crate::components::StatusChip;
use crate::context::catalog;
use crate::routes;

/// How near the end of what is loaded one has to be for more to come. Unit: pixels.
const AHEAD: i32 = 600;

/// A column. While a card is in somebody's hand it shows whether it takes it, and why not.
#[component]
pub fn ColumnView(board: BoardState, column: Column) -> impl IntoView {
    let status = column.status;
    let heading = format!("column-{status}");
    let labelled_by = heading.clone();
    let verdict = Memo::new(move |_| {
        board
            .dragged
            .with(|dragged| dragged.as_ref().filter(|dragged| dragged.card.row.status != status).map(|dragged| judge(&dragged.card, status).err()))
    });
    let is_over = Memo::new(move |_| board.dragged.with(|dragged| dragged.as_ref().is_some_and(|dragged| dragged.over == Some(status))));
    let why = move || verdict.get().flatten().filter(|_| is_over.get());
    let scrolled = move |event: leptos::ev::Event| {
        let list = event_target::<web_sys::HtmlElement>(&event);
        if list.scroll_top() + list.client_height() + AHEAD >= list.scroll_height() {
            board.load_more(column);
        }
    };
    let entered = move |event: leptos::ev::PointerEvent| {
        if event.pointer_type() == "mouse" {
            board.under_pointer.set_value(Some(status));
        }
    };
    let left = move |_| {
        board.under_pointer.set_value(None);
        board.release(false);
    };
    let count = move || column.cards.with(Vec::len);
    view! {
        <section
            class="column"
            class=("column--open", move || verdict.get() == Some(None))
            class=("column--shut", move || verdict.get().flatten().is_some())
            class=("column--over", move || is_over.get())
            aria-labelledby=labelled_by
            data-status=status.to_string()
            on:pointerenter=entered
            on:pointerleave=left
        >
            <header class="column__head">
                <h2 class="column__name" id=heading>{move || view! { <StatusChip id=status /> }}</h2>
                <span class="column__count">{move || count_words(column.tally.get().count, count())}<span class="visually-hidden">" leads"</span></span>
                <span class="column__sum">{move || sum_words(column)}</span>
            </header>
            {move || (column.waiting.get() > 0).then(|| view! {
                <button class="column__news" type="button" on:click=move |_| board.release(true)>
                    {if column.waiting.get() == 1 { "1 change".to_owned() } else { format!("{} changes", column.waiting.get()) }}
                </button>
            })}
            <ul class="column__cards" on:scroll=scrolled>
                <For each=move || column.cards.get() key=|card| card.row.id children=move |card: BoardCard| view! { <Card board column card /> } />
                {move || (count() == 0).then(|| view! { <li class="column__empty">"No leads"</li> })}
                {move || column.next.get().map(|_| view! { <li class="column__more"><a class="button button--quiet button--small" href=list_of(board, column)>"All in the list"</a></li> })}
            </ul>
            {move || why().map(|why| view! { <p class="column__why" role="status">{why}</p> })}
        </section>
    }
    .into_any()
}

fn count_words(count: Total, shown: usize) -> String {
    match count {
        Total::Exactly(count) => count.to_string(),
        Total::AtLeast(count) => format!("more than {count}"),
        Total::Unknown => format!("{shown}+"),
    }
}

fn sum_words(column: Column) -> String {
    let tally = column.tally.get();
    let amount = || money::display(tally.amount_minor, &catalog().site.currency);
    match tally.count {
        _ if tally.amount_minor == 0 => String::new(),
        Total::Exactly(_) => amount(),
        Total::AtLeast(_) => format!("more than {}", amount()),
        Total::Unknown => String::new(),
    }
}

/// The list of what a column has, all of it.
fn list_of(board: BoardState, column: Column) -> String {
    let catalog = catalog();
    let type_name = catalog.lead_type(board.lead_type).map_or_else(String::new, |lead_type| lead_type.name.clone());
    let mut filter = board.filter.with_value(|filter| filter.of_type(&type_name));
    if let Some(status) = catalog.status(column.status) {
        filter.facets.push((Facet::Status, status.name.clone()));
    }
    routes::leads(&filter)
}
