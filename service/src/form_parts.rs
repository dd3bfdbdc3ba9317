//! What forms of administration have in common: which fields they have, ticks, and what was changed.

use std::str::FromStr;

use domain::event::TextChange;
use domain::{FieldErrors, FormValues};

use crate::error::Result;

/// Refuses what the form does not have, so that nothing can be slipped in.
pub(crate) fn only_fields(form: &FormValues, known: &[&str]) -> Result<()> {
    if form.0.iter().all(|(name, _)| known.contains(&name.as_str())) {
        return Ok(());
    }
    Err(FieldErrors::at("", "This form has a field that does not belong to it. Load the page again.").into())
}

/// The ids sent for a field of check boxes, once each and in order; `None` when the field was not sent at all.
pub(crate) fn parse_ids<Id: FromStr + Ord>(errors: &mut FieldErrors, form: &FormValues, field: &'static str) -> Option<Vec<Id>> {
    form.find(field)?;
    let mut ids: Vec<Id> = Vec::new();
    for text in form.all(field).filter(|text| !text.is_empty()) {
        if let Some(id) = errors.take(field, text.parse().map_err(|_| "Choose from the list")) {
            ids.push(id);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Some(ids)
}

/// Whether a box is ticked; `None` when the form does not have it.
pub(crate) fn is_ticked(form: &FormValues, field: &str) -> Option<bool> {
    form.find(field).map(|_| form.all(field).any(|value| value == "1"))
}

/// How a yes or no reads in the history.
pub(crate) fn yes_or_no(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

/// What changed, of label, old and new.
pub(crate) fn only_differences<const N: usize>(pairs: [(&str, String, String); N]) -> Vec<TextChange> {
    let differs = |(what, old, new): (&str, String, String)| (old != new).then(|| TextChange { what: what.to_owned(), old, new });
    pairs.into_iter().filter_map(differs).collect()
}
