//! What a person's wish can end in, other than well.

use domain::{FieldChange, FieldErrors, Timestamp};
use store::StoreError;

/// Two people changed the same field: what is stored now, who put it there and when, beside what was sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldConflict {
    /// `old` is what the other person made of it, `new` what was sent now.
    pub change: FieldChange,
    /// The value of the other person as the form field carries it.
    pub theirs: Vec<String>,
    pub by: String,
    pub at: Timestamp,
    /// The version to send with the choice.
    pub version: i64,
}

/// What a person is told whose change the database could not write.
pub const NOT_SAVED: &str =
    "Nothing was saved, because the database could not write it. Try again; if it stays, ask your administrator whether the disk is full";

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("sign in first")]
    SignInRequired,
    /// They see it but may not do it; the text says who can.
    #[error("{0}")]
    Forbidden(String),
    /// Absent and invisible look the same.
    #[error("there is no such record")]
    NotFound,
    #[error("some fields need another look")]
    Invalid(FieldErrors),
    /// A rule says no; the sentence is for the person.
    #[error("{0}")]
    Refused(String),
    #[error("someone else changed this meanwhile")]
    Conflict(Vec<FieldConflict>),
    #[error("too many attempts; wait {seconds} seconds")]
    TooMany { seconds: u64 },
    #[error("the database is busy; try again")]
    Busy,
    /// The database could not write the change, and nothing of it is there; the sentence for the person is [`NOT_SAVED`].
    #[error("the change could not be saved")]
    NotSaved(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("something went wrong on our side")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => ServiceError::Busy,
            StoreError::Conflict { what } => ServiceError::Refused(format!("{what} is taken already")),
            StoreError::NotCommitted(_) => ServiceError::NotSaved(Box::new(error)),
            other => ServiceError::Internal(Box::new(other)),
        }
    }
}

impl From<FieldErrors> for ServiceError {
    fn from(errors: FieldErrors) -> Self {
        ServiceError::Invalid(errors)
    }
}

pub type Result<T> = std::result::Result<T, ServiceError>;
