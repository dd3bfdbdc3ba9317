//! Keeping an open board in step with what others do, without shifting a card under the pointer.

use std::cmp::Ordering;

use domain::board::BoardCard;
use domain::text::lower_case;
use domain::{LeadId, LeadRow, LeadSort, SortKey};
use leptos::prelude::*;

use super::server_fns::load_news;
use super::state::{BoardState, Column};
use crate::live::{Heard, Live};

/// Collects the numbers of changed leads for a moment, then asks once how they stand.
pub fn follow(board: BoardState) {
    let pending = StoredValue::new(Vec::<i64>::new());
    expect_context::<Live>().listen(Callback::new(move |heard| {
        let Heard::Lead(data) = heard else { return };
        let is_first = pending.try_update_value(|pending| {
            pending.push(data.number);
            pending.len() == 1
        });
        if is_first == Some(true) {
            let refresh = move || board.refresh(pending.try_update_value(std::mem::take).unwrap_or_default(), false);
            set_timeout(refresh, std::time::Duration::from_millis(150));
        }
    }));
}

impl BoardState {
    /// Asks how some leads stand now. `at_once` also shifts cards under the pointer: the person has moved one themselves.
    pub(super) fn refresh(self, numbers: Vec<i64>, at_once: bool) {
        if numbers.is_empty() {
            return;
        }
        leptos::task::spawn_local(async move {
            let Some(query) = self.query.try_get_value() else { return };
            let text = numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            let Ok(news) = load_news(query, text).await else { return };
            // The board may be gone by now.
            if self.query.try_with_value(|_| ()).is_none() {
                return;
            }
            for (status, tally) in news.tallies {
                if let Some(column) = self.column(status) {
                    column.tally.set(tally);
                }
            }
            for id in numbers.into_iter().map(LeadId) {
                let card = news.cards.iter().find(|card| card.row.id == id).cloned();
                self.take_in(id, card, at_once);
            }
            self.count_waiting();
        });
    }

    /// Shows how a lead stands now: `None` when the board has it no more.
    fn take_in(self, id: LeadId, card: Option<BoardCard>, at_once: bool) {
        self.held.update_value(|held| held.retain(|(other, _)| *other != id));
        if self.busy.with_untracked(|busy| busy.contains(&id)) {
            return;
        }
        let place = self.place_of(id);
        let target = card.as_ref().and_then(|card| self.column(card.row.status));
        if let (Some((column, index)), Some(card)) = (place, &card)
            && column.status == card.row.status
        {
            self.change_in_place(column, index, card.clone());
            return;
        }
        let shifts = |column: Column| self.under_pointer.get_value() == Some(column.status) || self.dragged.with_untracked(Option::is_some);
        let waits = place.is_some_and(|(column, _)| shifts(column)) || target.is_some_and(shifts);
        if waits && !at_once {
            self.held.update_value(|held| held.push((id, card)));
            return;
        }
        self.take_out(id);
        if let (Some(column), Some(card)) = (target, card) {
            let sort = self.filter.with_value(|filter| filter.sort);
            let has_more = column.next.with_untracked(Option::is_some);
            column.cards.update(|cards| {
                let index = cards.iter().position(|other| order(&card.row, &other.row, sort) == Ordering::Less).unwrap_or(cards.len());
                // Past the end of what is loaded it comes with the next page.
                if index < cards.len() || !has_more {
                    cards.insert(index, card);
                }
            });
            self.flash(id);
        }
    }

    /// A card changes where it is, whatever the sort says.
    fn change_in_place(self, column: Column, index: usize, card: BoardCard) {
        let id = card.row.id;
        let is_news = column
            .cards
            .with_untracked(|cards| cards.get(index).is_some_and(|shown| shown.row.version < card.row.version || shown.may_move != card.may_move));
        if is_news {
            column.cards.update(|cards| cards[index] = card);
            self.flash(id);
        }
    }

    fn flash(self, id: LeadId) {
        self.changed.update(|changed| {
            changed.insert(id);
        });
    }

    /// Shows what waited, as far as it does not shift cards under the pointer; all of it with `at_once`.
    pub fn release(self, at_once: bool) {
        let held = self.held.try_update_value(std::mem::take).unwrap_or_default();
        for (id, card) in held {
            self.take_in(id, card, at_once);
        }
        self.count_waiting();
    }

    fn count_waiting(self) {
        let held = self.held.get_value();
        let concerns = |column: Column, id: LeadId, card: &Option<BoardCard>| {
            card.as_ref().is_some_and(|card| card.row.status == column.status) || self.place_of(id).is_some_and(|(at, _)| at.status == column.status)
        };
        for column in self.columns.get_value() {
            let count = held.iter().filter(|(id, card)| concerns(column, *id, card)).count();
            if column.waiting.get_untracked() != count {
                column.waiting.set(count);
            }
        }
    }
}

fn order(one: &LeadRow, other: &LeadRow, sort: LeadSort) -> Ordering {
    let by_key = match sort.key {
        SortKey::Number => Ordering::Equal,
        SortKey::Updated => one.updated_at.cmp(&other.updated_at),
        SortKey::Score => one.score.cmp(&other.score),
        SortKey::Amount => one.target_amount_minor.cmp(&other.target_amount_minor),
        SortKey::Name => lower_case(&one.full_name).cmp(&lower_case(&other.full_name)),
    };
    let ascending = by_key.then(one.id.0.cmp(&other.id.0));
    if sort.descending { ascending.reverse() } else { ascending }
}
