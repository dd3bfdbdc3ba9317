//! What typing into the palette finds.

use serde::{Deserialize, Serialize};

/// The kinds of records that can be found by typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundKind {
    Lead,
    Account,
    Contact,
}

/// A record that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub kind: FoundKind,
    /// Its number in its kind.
    pub number: i64,
    pub name: String,
    /// What tells it from its namesakes: a lead's company, a contact's account.
    pub note: String,
}
