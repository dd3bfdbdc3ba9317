//! What an open board holds, and how a card changes its column: at once, and back again when the server says no.

use std::collections::HashSet;

use domain::board::{Board, BoardCard, BoardColumn, Tally};
use domain::{LeadAction, LeadFilter, LeadId, LeadTypeId, StatusId, StatusMove, Timestamp};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::server_fns::load_cards;
use crate::context::{Now, Toasts, catalog_now};
use crate::form::post_or_else;
use crate::routes;

/// A column.
#[derive(Clone, Copy)]
pub struct Column {
    pub status: StatusId,
    /// The cards loaded so far.
    pub cards: RwSignal<Vec<BoardCard>>,
    /// Where more of them start.
    pub next: RwSignal<Option<String>>,
    pub tally: RwSignal<Tally>,
    /// How many changes by others wait until the pointer has left the column.
    pub waiting: RwSignal<usize>,
    loading: StoredValue<bool>,
}

impl Column {
    fn new(column: BoardColumn) -> Self {
        Self {
            status: column.status,
            cards: RwSignal::new(column.page.cards),
            next: RwSignal::new(column.page.next),
            tally: RwSignal::new(column.tally),
            waiting: RwSignal::new(0),
            loading: StoredValue::new(false),
        }
    }
}

/// A card in somebody's hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Dragged {
    pub card: BoardCard,
    /// The column or zone that it is over.
    pub over: Option<StatusId>,
}

/// What the dialog is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub card: BoardCard,
    /// Only why it was lost, after a drop that says the rest.
    pub only_reason: bool,
}

/// The open board.
#[derive(Clone, Copy)]
pub struct BoardState {
    pub columns: StoredValue<Vec<Column>>,
    pub lead_type: LeadTypeId,
    pub filter: StoredValue<LeadFilter>,
    /// The filter's canonical query.
    pub query: StoredValue<String>,
    /// Cards that flash, because someone else changed them.
    pub changed: RwSignal<HashSet<LeadId>>,
    /// Cards that were moved here and whose answer is still to come.
    pub busy: RwSignal<HashSet<LeadId>>,
    pub dragged: RwSignal<Option<Dragged>>,
    pub question: RwSignal<Option<Question>>,
    /// The column under the mouse.
    pub under_pointer: StoredValue<Option<StatusId>>,
    /// Changes that would shift cards under the pointer, newest of each lead.
    pub(super) held: StoredValue<Vec<(LeadId, Option<BoardCard>)>>,
    read_at: Timestamp,
    clock: Now,
    toasts: Toasts,
    /// Leaves the board for another page.
    go: Callback<String>,
}

impl BoardState {
    /// The state for a board that was just read.
    pub fn new(board: Board, filter: LeadFilter) -> Self {
        let navigate = use_navigate();
        Self {
            columns: StoredValue::new(board.columns.into_iter().map(Column::new).collect()),
            lead_type: board.lead_type,
            query: StoredValue::new(filter.to_query()),
            filter: StoredValue::new(filter),
            changed: RwSignal::new(HashSet::new()),
            busy: RwSignal::new(HashSet::new()),
            dragged: RwSignal::new(None),
            question: RwSignal::new(board.asked.map(|card| Question { card, only_reason: false })),
            under_pointer: StoredValue::new(None),
            held: StoredValue::new(Vec::new()),
            read_at: board.now,
            clock: expect_context(),
            toasts: expect_context(),
            go: Callback::new(move |address: String| navigate(&address, NavigateOptions::default())),
        }
    }

    /// The time, also before the browser knows it. Unit: milliseconds.
    pub fn now(self) -> i64 {
        self.clock.0.get().unwrap_or(self.read_at.0)
    }

    /// The address of this board.
    pub fn address(self) -> String {
        self.query.with_value(|query| routes::with_query(routes::BOARD, query))
    }

    pub(super) fn column(self, status: StatusId) -> Option<Column> {
        self.columns.with_value(|columns| columns.iter().copied().find(|column| column.status == status))
    }

    /// Where a card is: its column and its place there.
    pub(super) fn place_of(self, id: LeadId) -> Option<(Column, usize)> {
        let at = |column: Column| column.cards.with_untracked(|cards| cards.iter().position(|card| card.row.id == id));
        self.columns.with_value(|columns| columns.iter().find_map(|column| at(*column).map(|index| (*column, index))))
    }

    #[cfg(feature = "hydrate")]
    pub(super) fn card(self, id: LeadId) -> Option<BoardCard> {
        self.place_of(id).and_then(|(column, index)| column.cards.with_untracked(|cards| cards.get(index).cloned()))
    }

    pub(super) fn take_out(self, id: LeadId) {
        if let Some((column, index)) = self.place_of(id) {
            column.cards.update(|cards| {
                cards.remove(index);
            });
        }
    }

    /// Moves a card at once and tells the server; puts it back if that says no.
    pub fn move_to(self, card: BoardCard, to: StatusId, way: StatusMove, reason: &str) {
        let id = card.row.id;
        let before = self.place_of(id);
        self.take_out(id);
        let mut moved = card.clone();
        moved.row.status = to;
        moved.row.status_since = Timestamp(untrack(|| self.now()));
        if let Some(column) = self.column(to) {
            column.cards.update(|cards| cards.insert(0, moved));
        }
        self.busy.update(|busy| {
            busy.insert(id);
        });
        let settle = move || {
            let _gone = self.busy.try_update(|busy| busy.remove(&id));
            self.refresh(vec![id.0], true);
        };
        let done = move |done: crate::form::Done| {
            match way {
                // A win may lead to the conversion.
                StatusMove::Act(LeadAction::Win) if done.location != routes::lead(id, "") => {
                    self.toasts.say(done.message);
                    self.go.run(done.location);
                    return;
                }
                StatusMove::Act(LeadAction::Win | LeadAction::Lose | LeadAction::Cancel) => {
                    self.toasts.say_with_undo(done.message, action_path(id, LeadAction::Reopen));
                }
                StatusMove::Act(_) => self.toasts.say(done.message),
                StatusMove::Edit => {
                    let name = catalog_now().status(to).map_or_else(String::new, |status| status.name.clone());
                    self.toasts.say(format!("Moved to {name}"));
                }
            }
            settle();
        };
        let version = card.row.version;
        let put_back = move || {
            if self.busy.try_with_untracked(|_| ()).is_none() {
                return;
            }
            self.take_out(id);
            if let Some((column, index)) = before {
                column.cards.update(|cards| cards.insert(index.min(cards.len()), card));
            }
            settle();
        };
        let (path, body) = match way {
            StatusMove::Edit => (format!("/leads/{id}/edit"), format!("version={version}&status={to}")),
            StatusMove::Act(action) => (action_path(id, action), routes::and("", "reason", reason)),
        };
        post_or_else(path, body, self.toasts, done, put_back);
    }

    /// Reopens a closed lead; it goes back to the column it came from.
    pub fn reopen(self, id: LeadId) {
        let toasts = self.toasts;
        let done = move |done: crate::form::Done| {
            toasts.say(done.message);
            self.refresh(vec![id.0], true);
        };
        post_or_else(action_path(id, LeadAction::Reopen), String::new(), toasts, done, || {});
    }

    /// Lets go of a card over a column or a zone.
    #[cfg(feature = "hydrate")]
    pub(super) fn drop_on(self, card: BoardCard, to: StatusId) {
        if card.row.status == to {
            return;
        }
        match judge(&card, to) {
            Ok(StatusMove::Act(LeadAction::Lose)) => self.question.set(Some(Question { card, only_reason: true })),
            Ok(way) => self.move_to(card, to, way, ""),
            Err(why) => self.toasts.fail(why),
        }
    }

    /// Loads more cards of a column, unless they are on their way.
    pub fn load_more(self, column: Column) {
        let Some(after) = column.next.get_untracked() else { return };
        if column.loading.get_value() {
            return;
        }
        column.loading.set_value(true);
        leptos::task::spawn_local(async move {
            let Some(query) = self.query.try_get_value() else { return };
            let page = load_cards(query, column.status.0, after).await;
            // The board may be gone: the person filters on.
            if column.loading.try_update_value(|loading| *loading = false).is_none() {
                return;
            }
            match page {
                Ok(page) => {
                    let fresh: Vec<BoardCard> = page.cards.into_iter().filter(|card| self.place_of(card.row.id).is_none()).collect();
                    column.cards.update(|cards| cards.extend(fresh));
                    column.next.set(page.next);
                }
                Err(error) => self.toasts.fail(error.to_string()),
            }
        });
    }
}

/// The address that an action is posted to.
pub fn action_path(id: LeadId, action: LeadAction) -> String {
    format!("/leads/{id}/actions/{}", action.key())
}

/// What moving a card into a status takes, or the sentence that says why it cannot go there.
pub fn judge(card: &BoardCard, to: StatusId) -> Result<StatusMove, String> {
    if !card.may_move {
        return Err("Only its owner, its team and managers can move this lead".to_owned());
    }
    catalog_now().status_move(card.row.status, to).map_err(|refused| refused.to_string())
}
