//! Rows of a list that follow what others do: a row changes where it is, and while somebody points at the list none comes, goes
//! or moves.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use domain::{AccountRow, ContactRow, Page};
use leptos::prelude::*;

use crate::live::{Heard, Live};
use crate::wire_error::WireError;

/// Changes that come together are read together.
const REST: Duration = Duration::from_millis(800);

/// A row of a list.
pub(crate) trait ListedRow: Clone + PartialEq + Send + Sync + 'static {
    fn number(&self) -> i64;
}

impl ListedRow for AccountRow {
    fn number(&self) -> i64 {
        self.id.0
    }
}

impl ListedRow for ContactRow {
    fn number(&self) -> i64 {
        self.id.0
    }
}

/// A row with how often it changed since the page was opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown<R> {
    pub row: R,
    edition: u32,
}

impl<R: ListedRow> Shown<R> {
    /// Another one when the row has to be made anew.
    pub fn key(&self) -> (i64, u32) {
        (self.row.number(), self.edition)
    }

    /// What changed, or came later, flashes once.
    pub fn class(&self) -> &'static str {
        if self.edition == 0 { "row" } else { "row row--changed" }
    }
}

/// The same page of the list, read again.
pub(crate) type Reading<R> = Pin<Box<dyn Future<Output = Result<Page<R>, WireError>>>>;

/// What of a list is in the page.
pub(crate) struct LiveRows<R: ListedRow> {
    pub rows: RwSignal<Vec<Shown<R>>>,
    pub next: RwSignal<Option<String>>,
    pub previous: RwSignal<Option<String>>,
    /// What was read and would move rows under the pointer.
    left: RwSignal<Option<Page<R>>>,
    /// What the rows scroll in.
    pub scroller: NodeRef<leptos::html::Div>,
}

impl<R: ListedRow> Clone for LiveRows<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: ListedRow> Copy for LiveRows<R> {}

impl<R: ListedRow> LiveRows<R> {
    /// A page as it was opened.
    pub fn new(page: Page<R>) -> Self {
        let rows = page.items.into_iter().map(|row| Shown { row, edition: 0 }).collect::<Vec<_>>();
        Self {
            rows: RwSignal::new(rows),
            next: RwSignal::new(page.next_cursor),
            previous: RwSignal::new(page.previous_cursor),
            left: RwSignal::new(None),
            scroller: NodeRef::new(),
        }
    }

    /// Reads again soon after something that concerns the list.
    pub fn follow(self, concerns: fn(&Heard) -> bool, read: impl Fn() -> Reading<R> + Send + Sync + 'static) {
        let read = Arc::new(read);
        let waiting = StoredValue::new(false);
        expect_context::<Live>().listen(Callback::new(move |heard: Heard| {
            if !concerns(&heard) || waiting.get_value() {
                return;
            }
            waiting.set_value(true);
            let read = Arc::clone(&read);
            let read_now = move || {
                // The page may be gone by then.
                if waiting.try_update_value(|waiting| *waiting = false).is_none() {
                    return;
                }
                let reading = read();
                leptos::task::spawn_local(async move {
                    if let Ok(page) = reading.await {
                        self.take_in(page);
                    }
                });
            };
            set_timeout(read_now, REST);
        }));
    }

    fn take_in(self, page: Page<R>) {
        if self.rows.try_with_untracked(|_| ()).is_none() {
            return;
        }
        let is_pointed_at = self.scroller.get_untracked().is_some_and(|list| list.matches(":hover").unwrap_or(false));
        if self.rows.try_update(|rows| merge(rows, &page.items, !is_pointed_at)) == Some(true) {
            self.left.set(Some(page));
        } else {
            self.left.set(None);
            self.next.set(page.next_cursor);
            self.previous.set(page.previous_cursor);
        }
    }

    /// Shows what had to wait.
    pub fn show_left(self) {
        let Some(page) = self.left.try_update(Option::take).flatten() else { return };
        self.rows.update(|rows| {
            merge(rows, &page.items, true);
        });
        self.next.set(page.next_cursor);
        self.previous.set(page.previous_cursor);
    }

    /// The button for who points with a finger, which never leaves the list.
    pub fn left_button(self) -> AnyView {
        let has_left = Memo::new(move |_| self.left.with(Option::is_some));
        let button = move || {
            has_left
                .get()
                .then(|| view! { <button class="button button--small" type="button" on:click=move |_| self.show_left()>"Show changes"</button> })
        };
        button.into_any()
    }
}

/// Takes in what was read. Gives whether some of it is left, because it would move rows and they may not.
fn merge<R: ListedRow>(shown: &mut Vec<Shown<R>>, fresh: &[R], may_move: bool) -> bool {
    for known in shown.iter_mut() {
        if let Some(row) = fresh.iter().find(|row| row.number() == known.row.number() && **row != known.row) {
            *known = Shown { row: row.clone(), edition: known.edition + 1 };
        }
    }
    let is_in_place = shown.len() == fresh.len() && shown.iter().zip(fresh).all(|(known, row)| known.row.number() == row.number());
    if is_in_place || !may_move {
        return !is_in_place;
    }
    let at_its_place = |row: &R| {
        let known = shown.iter().find(|known| known.row.number() == row.number());
        known.cloned().unwrap_or_else(|| Shown { row: row.clone(), edition: 1 })
    };
    let moved = fresh.iter().map(at_its_place).collect();
    *shown = moved;
    false
}

#[cfg(test)]
mod tests {
    use domain::ContactId;

    use super::*;

    fn contact(number: i64, name: &str) -> ContactRow {
        ContactRow { id: ContactId(number), full_name: name.to_owned(), job_title: String::new(), account: None, phone: None, email: None }
    }

    fn shown(rows: &[ContactRow]) -> Vec<Shown<ContactRow>> {
        rows.iter().map(|row| Shown { row: row.clone(), edition: 0 }).collect()
    }

    fn keys(shown: &[Shown<ContactRow>]) -> Vec<(i64, u32)> {
        shown.iter().map(Shown::key).collect()
    }

    #[test]
    fn a_row_changes_where_it_is() {
        let mut rows = shown(&[contact(1, "Ana"), contact(2, "Bo")]);
        assert!(!merge(&mut rows, &[contact(1, "Ana"), contact(2, "Bob")], false));
        assert_eq!(keys(&rows), [(1, 0), (2, 1)], "only what changed is made anew");
        assert_eq!(rows[1].row.full_name, "Bob");
        assert_eq!((rows[0].class(), rows[1].class()), ("row", "row row--changed"));
    }

    #[test]
    fn no_row_comes_goes_or_moves_under_the_pointer() {
        let mut rows = shown(&[contact(1, "Ana"), contact(2, "Bo")]);
        let fresh = [contact(3, "Aaron"), contact(2, "Bob")];
        assert!(merge(&mut rows, &fresh, false));
        assert_eq!(keys(&rows), [(1, 0), (2, 1)]);
        assert!(!merge(&mut rows, &fresh, true));
        assert_eq!(keys(&rows), [(3, 1), (2, 1)]);
    }
}
