//! Changing a record that several people have open: what was changed, and what somebody else changed meanwhile.
//!
//! Accounts, contacts and opportunities describe their fields once, in [`crate::record_form`]; history and the question
//! "did anybody else touch this?" follow from that.

use crate::event::TextChange;
use crate::{Catalog, Event, EventKind, Timestamp, UserId};

/// A field of a record, for comparing two states of it.
#[derive(Debug)]
pub struct Field<R: 'static> {
    pub label: &'static str,
    /// What a person reads in history.
    pub show: fn(&R, &Catalog) -> String,
    pub is_same: fn(&R, &R) -> bool,
    /// Puts the first record's value into the second.
    pub copy: fn(&R, &mut R),
}

/// What became of one field since somebody read the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaterEdit {
    pub what: String,
    /// As it was when it was read.
    pub before: String,
    /// As it is now.
    pub now: String,
    pub by: Option<UserId>,
    pub at: Timestamp,
}

/// The edits after a version, from a record's events, newest first.
#[must_use]
pub fn edits_since(events: &[Event], version: i64) -> Vec<LaterEdit> {
    let mut edits: Vec<LaterEdit> = Vec::new();
    for event in events.iter().filter(|event| event.version > version) {
        let EventKind::RecordChanged { changes, .. } = &event.kind else { continue };
        for change in changes {
            match edits.iter_mut().find(|edit| edit.what == change.what) {
                Some(newer) => newer.before.clone_from(&change.old),
                None => edits.push(LaterEdit {
                    what: change.what.clone(),
                    before: change.old.clone(),
                    now: change.new.clone(),
                    by: event.actor,
                    at: event.at,
                }),
            }
        }
    }
    edits
}

/// Brings a filled-in form together with what happened since it was opened. A field left as it was read takes the
/// present value; `draft` then holds what to save.
///
/// # Errors
/// The edits of others to fields that were changed here too; nothing may be saved then.
pub fn merge<R>(
    fields: &[Field<R>],
    current: &R,
    draft: &mut R,
    since: &[LaterEdit],
    actor: UserId,
    catalog: &Catalog,
) -> Result<Vec<TextChange>, Vec<LaterEdit>> {
    let mut changes = Vec::new();
    let mut clashes = Vec::new();
    for field in fields {
        let new = (field.show)(draft, catalog);
        let later = since.iter().find(|edit| edit.what == field.label);
        if (field.is_same)(current, draft) || later.is_some_and(|edit| edit.before == new) {
            (field.copy)(current, draft);
        } else if let Some(edit) = later.filter(|edit| edit.by != Some(actor)) {
            clashes.push(edit.clone());
        } else {
            changes.push(TextChange { what: field.label.to_owned(), old: (field.show)(current, catalog), new });
        }
    }
    if clashes.is_empty() { Ok(changes) } else { Err(clashes) }
}

/// What to tell a person whose changes met those of others.
#[must_use]
pub fn clash_sentence(clashes: &[LaterEdit], record: &str, catalog: &Catalog) -> String {
    let last = clashes.iter().max_by_key(|edit| edit.at);
    let who = last.and_then(|edit| edit.by).map_or_else(|| "Someone".to_owned(), |by| catalog.person_name(by));
    let at = last.map_or_else(String::new, |edit| catalog.site.zone.readable(edit.at));
    let values: Vec<String> = clashes
        .iter()
        .map(|edit| if edit.now.is_empty() { format!("{} (now empty)", edit.what) } else { format!("{} (now “{}”)", edit.what, edit.now) })
        .collect();
    format!("{who} changed this {record} at {at}: {}. Look at it again, then save", values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EventId, catalog::Site};

    type Pair = (String, String);
    const FIELDS: [Field<Pair>; 2] = [
        Field { label: "Left", show: |pair, _| pair.0.clone(), is_same: |a, b| a.0 == b.0, copy: |from, to| to.0.clone_from(&from.0) },
        Field { label: "Right", show: |pair, _| pair.1.clone(), is_same: |a, b| a.1 == b.1, copy: |from, to| to.1.clone_from(&from.1) },
    ];

    fn pair(left: &str, right: &str) -> Pair {
        (left.to_owned(), right.to_owned())
    }

    fn catalog() -> Catalog {
        let site = Site::default();
        Catalog { site, types: vec![], statuses: vec![], choices: vec![], fields: vec![], groups: vec![], people: vec![] }
    }

    fn changed(version: i64, by: i64, what: &str, old: &str, new: &str) -> Event {
        let changes = vec![TextChange { what: what.to_owned(), old: old.to_owned(), new: new.to_owned() }];
        let kind = EventKind::RecordChanged { name: String::new(), changes };
        Event { id: EventId(version), at: Timestamp(version), actor: Some(UserId(by)), version, kind }
    }

    const ME: UserId = UserId(1);

    #[test]
    fn a_field_left_as_read_takes_the_present_value() {
        let since = edits_since(&[changed(3, 2, "Left", "b", "c"), changed(2, 2, "Left", "a", "b"), changed(1, 2, "Left", "x", "a")], 1);
        assert_eq!((since[0].before.as_str(), since[0].now.as_str()), ("a", "c"));
        let mut draft = pair("a", "new");
        let changes = merge(&FIELDS, &pair("c", "old"), &mut draft, &since, ME, &catalog()).expect("no clash");
        assert_eq!(draft, pair("c", "new"));
        assert_eq!(changes.iter().map(|change| change.what.as_str()).collect::<Vec<_>>(), ["Right"]);
    }

    #[test]
    fn two_different_values_of_one_field_clash() {
        let since = edits_since(&[changed(2, 2, "Left", "a", "b")], 1);
        let clashes = merge(&FIELDS, &pair("b", ""), &mut pair("c", ""), &since, ME, &catalog()).expect_err("a clash");
        assert_eq!(
            clash_sentence(&clashes, "account", &catalog()),
            "someone else changed this account at 1 Jan 1970, 00:00 UTC: Left (now “b”). Look at it again, then save"
        );
    }

    #[test]
    fn the_same_value_or_an_edit_of_one_s_own_does_not_clash() {
        let since = edits_since(&[changed(2, 2, "Left", "a", "b")], 1);
        assert_eq!(merge(&FIELDS, &pair("b", ""), &mut pair("b", ""), &since, ME, &catalog()), Ok(vec![]));
        let mine = edits_since(&[changed(2, 1, "Left", "a", "b")], 1);
        assert!(merge(&FIELDS, &pair("b", ""), &mut pair("c", ""), &mine, ME, &catalog()).is_ok_and(|changes| changes.len() == 1));
    }
}
