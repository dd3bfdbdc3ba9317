//! What a program that signs in with a token may do.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// The scope of an API token. Within it, the program may do what its person may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Looking.
    Read,
    /// Looking and changing.
    Write,
    /// Sending contact events, and nothing else.
    Events,
    /// Everything.
    Admin,
}

impl TokenScope {
    /// Every scope.
    pub const ALL: [TokenScope; 4] = [TokenScope::Read, TokenScope::Write, TokenScope::Events, TokenScope::Admin];

    /// Its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            TokenScope::Read => "read",
            TokenScope::Write => "write",
            TokenScope::Events => "events",
            TokenScope::Admin => "admin",
        }
    }

    /// What it is good for, as people choose it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            TokenScope::Read => "Read",
            TokenScope::Write => "Read and change",
            TokenScope::Events => "Send contact events only",
            TokenScope::Admin => "Everything you may do",
        }
    }

    /// Reads [`TokenScope::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.key() == key)
    }

    /// Whether a token of this scope may do what needs another.
    #[must_use]
    pub fn allows(self, needed: TokenScope) -> bool {
        self == needed || self == TokenScope::Admin || (self, needed) == (TokenScope::Write, TokenScope::Read)
    }
}

/// A token as its person and administrators see it; the token itself is shown only once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenDetails {
    pub number: i64,
    /// What it is for.
    pub name: String,
    pub scope: TokenScope,
    /// For whom it acts.
    pub user: UserId,
    pub user_name: String,
    pub created_at: Timestamp,
    /// `None` for one that does not end by itself.
    pub expires_at: Option<Timestamp>,
    /// To the minute; `None` before the first use.
    pub last_used_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_scopes_hold_narrower_ones() {
        let allowed = |scope: TokenScope| TokenScope::ALL.into_iter().filter(|needed| scope.allows(*needed)).collect::<Vec<_>>();
        assert_eq!(allowed(TokenScope::Read), [TokenScope::Read]);
        assert_eq!(allowed(TokenScope::Write), [TokenScope::Read, TokenScope::Write]);
        assert_eq!(allowed(TokenScope::Events), [TokenScope::Events]);
        assert_eq!(allowed(TokenScope::Admin), TokenScope::ALL);
        assert!(TokenScope::ALL.into_iter().all(|scope| TokenScope::from_key(scope.key()) == Some(scope)));
    }
}
