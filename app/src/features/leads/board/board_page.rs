//! The page: whose pipeline, which leads, and the columns.

use domain::board::Board;
use domain::list_view::AskedView;
use domain::{Action, FormValues, LeadFilter, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::super::filter_bar::FilterBar;
use super::super::list_or_board::ListOrBoard;
use super::column::ColumnView;
use super::follow::follow;
use super::menus::{TypeMenu, ViewMenu};
use super::move_dialog::MoveDialog;
use super::server_fns::load_board;
use super::state::BoardState;
use super::zones::Zones;
use crate::components::{Icon, Problem};
use crate::context::me;
use crate::form::refused_before;
use crate::live::{Heard, Live};
use crate::routes;

/// The page. Server: the first cards of every column, each with a link that asks where to move it.
#[component]
pub fn BoardPage() -> impl IntoView {
    let search = use_location().search;
    let filter = Memo::new(move |_| LeadFilter::from_query(&search.get()));
    let asked = move || FormValues::decode(search.get_untracked().trim_start_matches('?').as_bytes()).get("move").parse::<i64>().ok();
    let board = Resource::new(move || filter.get(), move |filter| load_board(filter.to_query(), asked()));
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if heard == Heard::Resync {
            board.refetch();
        }
    }));
    let title = move || format!("{}, board", filter.with(|filter| filter.view.label()));
    let refused = refused_before();
    view! {
        // A text, not a signal: the server writes the head at the very end, when the page's signals may be gone.
        {move || view! { <Title text=title() /> }}
        <main class="page page--list" id="main" tabindex="-1">
            <div class="page__head">
                <ViewMenu filter=filter.into() />
                <TypeMenu filter=filter.into() />
                <div class="page__actions">
                    <ListOrBoard filter=filter.into() path=routes::BOARD />
                    {can(&me(), Action::AddLead, Target::Site).then(|| view! {
                        <a class="button button--primary desktop-only" href="/leads/new"><Icon name="plus" />"Add lead"</a>
                    })}
                </div>
            </div>
            <FilterBar asked=Signal::derive(move || AskedView::of(filter.get())) path=routes::BOARD />
            {refused.map(|text| view! { <p class="board__refused field__error" role="alert">{text}</p> })}
            <Transition fallback=|| view! { <Outline /> }>
                {move || Suspend::new(async move {
                    match board.await {
                        Ok(board) => view! { <Columns board filter=filter.get_untracked() /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Columns(board: Board, filter: LeadFilter) -> impl IntoView {
    let board = BoardState::new(board, filter);
    let node = NodeRef::<leptos::html::Div>::new();
    follow(board);
    #[cfg(feature = "hydrate")]
    super::drag::listen(board, node);
    let step = move |event: leptos::ev::KeyboardEvent| {
        #[cfg(feature = "hydrate")]
        super::steps::step(&event);
        #[cfg(not(feature = "hydrate"))]
        drop(event);
    };
    let is_dragging = move || board.dragged.with(Option::is_some);
    view! {
        <div class="board" class=("board--dragging", is_dragging) node_ref=node on:keydown=step role="region" aria-label="Board" tabindex="0">
            {board.columns.get_value().into_iter().map(|column| view! { <ColumnView board column /> }).collect_view()}
        </div>
        <Zones board />
        <MoveDialog board />
    }
    .into_any()
}

/// What the page will look like, while it is not there yet.
#[component]
fn Outline() -> impl IntoView {
    view! {
        <div class="board skeleton" aria-hidden="true">
            {(0..5).map(|_| view! { <div class="column"><div class="skeleton__row"><span class="skeleton__line"></span></div></div> }).collect_view()}
        </div>
    }
    .into_any()
}
