//! What a posted form is answered with: the same value for a browser with script (as JSON) and for one without (as a
//! redirect, or as the page again with what was typed and what is wrong).

use domain::{FieldErrors, FormValues, Timestamp};
use serde::{Deserialize, Serialize};

/// Two people changed one field: both values, so that a person can choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The field's name in the form.
    pub field: String,
    /// What is stored now, as people read it and as the field carries it.
    pub theirs: String,
    pub theirs_typed: Vec<String>,
    /// What was sent, as people read it.
    pub mine: String,
    pub by: String,
    pub at: Timestamp,
    /// The version to send with the choice.
    pub version: i64,
}

/// The answer to a posted form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormReply {
    /// Done; the page to go to, and a line to show there.
    Done {
        location: String,
        message: String,
    },
    /// Done; a secret was made that is shown this once, where the form stands.
    Made {
        message: String,
        secret: String,
    },
    /// Some fields need another look.
    Invalid {
        errors: FieldErrors,
    },
    /// Someone else changed the same fields.
    Conflict {
        conflicts: Vec<Conflict>,
    },
    /// A rule or a permission says no; the sentence is for the person.
    Refused {
        message: String,
        status: u16,
    },
    /// Nobody is signed in (any more).
    SignInRequired,
    NotFound,
}

impl FormReply {
    /// The HTTP status that says the same.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            FormReply::Done { .. } | FormReply::Made { .. } => 200,
            FormReply::Invalid { .. } => 422,
            FormReply::Conflict { .. } => 409,
            FormReply::Refused { status, .. } => *status,
            FormReply::SignInRequired => 401,
            FormReply::NotFound => 404,
        }
    }
}

/// The header in which a page says for whom it was rendered. Forms that are sent in the background have it, so that nobody saves what
/// somebody else typed before another person signed in.
pub const PERSON_HEADER: &str = "x-leadwright-person";

/// A form that came back without script: provided as context while its page is rendered again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// The path it was posted to, which tells the forms of one page apart.
    pub action: String,
    pub values: FormValues,
    pub reply: FormReply,
    /// Path and query of the page that is shown, which is not where the form was posted.
    pub page: String,
}
