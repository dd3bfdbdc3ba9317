//! Terms about fields that an administrator added.

use serde::{Deserialize, Serialize};

use crate::CustomFieldId;
use crate::field::CUSTOM;

/// How a term compares a field that an administrator added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The same text; several terms about one field mean "any of these".
    Is,
    /// A number or day no less than this.
    From,
    /// A number or day no more than this.
    To,
}

impl Comparison {
    const ALL: [(Comparison, &'static str); 3] = [(Comparison::Is, ""), (Comparison::From, "_from"), (Comparison::To, "_to")];
}

/// A term about a field that an administrator added.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CustomTerm {
    pub field: CustomFieldId,
    pub comparison: Comparison,
    pub value: String,
}

impl CustomTerm {
    /// The word in the address: `custom_5`, `custom_5_from`, `custom_5_to`.
    #[must_use]
    pub fn key(field: CustomFieldId, comparison: Comparison) -> String {
        let (_, end) = Comparison::ALL[comparison as usize];
        format!("{CUSTOM}{field}{end}")
    }

    pub(super) fn read(key: &str, value: &str) -> Option<Self> {
        let rest = key.strip_prefix(CUSTOM)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (comparison, _) = *Comparison::ALL.iter().find(|(_, end)| *end == &rest[digits..])?;
        let field = CustomFieldId(rest[..digits].parse().ok()?);
        let value = value.trim();
        let stands =
            !value.is_empty() && value.len() <= 200 && !value.contains(char::is_control) && (comparison == Comparison::Is || may_measure(value));
        stands.then(|| Self { field, comparison, value: value.to_owned() })
    }
}

/// Whether a text looks like a number or a day; the store reads it.
fn may_measure(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit()) && value.bytes().all(|b| b.is_ascii_digit() || b"-.,".contains(&b))
}
