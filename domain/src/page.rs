//! A page of a list, as pages and the API carry it.

use serde::{Deserialize, Serialize};

use crate::lead_filter::Cursor;

/// Some rows of a list and the way to its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Text of the cursor after the last row; `None` on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Text of the cursor before the first row; `None` on the first page and in lists that only go forwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The first `limit` of rows that were read with one more than that, which only tells whether there is a next page.
    #[must_use]
    pub fn forwards(mut rows: Vec<T>, limit: usize, cursor: impl Fn(&T) -> Cursor) -> Self {
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| has_next).map(|row| cursor(row).text());
        Self { items: rows, next_cursor, previous_cursor: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_too_many_makes_a_next_page() {
        let cursor = |id: &i64| Cursor { value: format!("n{id}"), id: *id };
        let page = Page::forwards(vec![1, 2, 3], 2, cursor);
        assert_eq!((page.items, page.next_cursor.as_deref()), (vec![1, 2], Some("2~n2")));
        assert_eq!(Page::forwards(vec![1, 2], 2, cursor).next_cursor, None);
        assert_eq!(Page::forwards(Vec::new(), 2, cursor).next_cursor, None);
    }
}
