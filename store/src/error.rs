//! What can go wrong between the program and its database.

/// SQLite's codes for a value that is taken: of a unique index, of a primary key, of a row's number.
const UNIQUE: [i32; 3] =
    [rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE, rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY, rusqlite::ffi::SQLITE_CONSTRAINT_ROWID];

/// A failure of the store. The cause is the `source`, never part of the message.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database did not answer as expected")]
    Driver(#[from] sqlx::Error),
    #[error("the database did not answer as expected")]
    Sqlite(#[source] rusqlite::Error),
    #[error("{table}.{column} of row {id} makes no sense")]
    Inconsistent { table: &'static str, column: &'static str, id: i64 },
    /// A unique value is taken; `what` names it for the person.
    #[error("{what} is taken already")]
    Conflict { what: &'static str },
    #[error("the database is busy")]
    Busy,
    /// The transaction that this one shared with others was not committed, and nothing of it was saved.
    #[error("the change could not be saved")]
    NotCommitted(#[source] std::sync::Arc<StoreError>),
    /// Backing up or restoring failed; the message is the sentence for the operator.
    #[error("{0}")]
    Backup(String),
    /// Opening failed; the message is the sentence for the operator, with what to do.
    #[error("{0}")]
    Open(String),
}

impl StoreError {
    /// Whether a unique index refused the row. SQLite names no constraint, so the caller says which one it means.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        match self {
            StoreError::Driver(sqlx::Error::Database(error)) => error.is_unique_violation(),
            StoreError::Sqlite(error) => error.sqlite_error().is_some_and(|error| UNIQUE.contains(&error.extended_code)),
            _ => false,
        }
    }

    /// Turns a unique violation into [`StoreError::Conflict`]; to stand beside the one statement that can raise it.
    #[must_use]
    pub fn or_conflict(self, what: &'static str) -> Self {
        if self.is_unique_violation() { StoreError::Conflict { what } } else { self }
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;
