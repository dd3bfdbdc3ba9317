//! Who changed what about the site: configuration, people, tokens, and who signed in, from which address.

use serde::{Deserialize, Serialize};

use crate::{EventKind, Timestamp, UserId};

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditArea {
    /// Lists, lead types, pipelines, fields, the site.
    Configuration,
    /// People and groups.
    People,
    Tokens,
    SignIn,
}

impl AuditArea {
    /// Every area.
    pub const ALL: [AuditArea; 4] = [AuditArea::Configuration, AuditArea::People, AuditArea::Tokens, AuditArea::SignIn];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            AuditArea::Configuration => "configuration",
            AuditArea::People => "people",
            AuditArea::Tokens => "tokens",
            AuditArea::SignIn => "sign_in",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            AuditArea::Configuration => "Configuration",
            AuditArea::People => "People and groups",
            AuditArea::Tokens => "Tokens",
            AuditArea::SignIn => "Sign-ins",
        }
    }

    /// Reads [`AuditArea::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.key() == key)
    }
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Grows with time.
    pub id: i64,
    pub at: Timestamp,
    /// Who did it; `None` for the command line and the program itself, and for who could not sign in.
    pub actor: Option<UserId>,
    pub area: AuditArea,
    /// Where the request came from; empty where there was none.
    pub address: String,
    pub kind: EventKind,
}

/// Which entries to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub area: Option<AuditArea>,
    pub actor: Option<UserId>,
}
