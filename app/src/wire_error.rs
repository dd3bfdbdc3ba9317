//! The error a browser may see: the service's, without causes.

use crate::json_text::JsonText;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Why a reading failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireError {
    SignInRequired,
    /// Says who can.
    Forbidden(String),
    NotFound,
    Busy,
    /// Something broke on our side; the reference is in the log.
    Internal {
        reference: String,
    },
    /// The server could not be reached.
    Offline,
    /// The page is older than the server.
    Outdated,
}

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WireError::SignInRequired => f.write_str("Sign in first"),
            WireError::Forbidden(sentence) => f.write_str(sentence),
            WireError::NotFound => f.write_str("There is no such page"),
            WireError::Busy => f.write_str("The server is busy; try again in a moment"),
            WireError::Internal { .. } => f.write_str("Something went wrong on our side"),
            WireError::Offline => f.write_str("The server cannot be reached"),
            WireError::Outdated => f.write_str("Leadwright was updated; reload the page"),
        }
    }
}

impl std::error::Error for WireError {}

impl FromServerFnError for WireError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => WireError::Offline,
            ServerFnErrorErr::Deserialization(_) => WireError::Outdated,
            // What was asked is not what this server reads.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                #[cfg(feature = "ssr")]
                answer_with(400);
                WireError::Outdated
            }
            other => WireError::Internal { reference: other.to_string() },
        }
    }
}

#[cfg(feature = "ssr")]
impl From<service::ServiceError> for WireError {
    fn from(error: service::ServiceError) -> Self {
        use service::ServiceError as E;
        let (wire, status) = match error {
            E::SignInRequired => (WireError::SignInRequired, 401),
            E::Forbidden(sentence) | E::Refused(sentence) => (WireError::Forbidden(sentence), 403),
            E::NotFound => (WireError::NotFound, 404),
            E::Busy | E::TooMany { .. } => (WireError::Busy, 503),
            E::Invalid(_) | E::Conflict(_) => (WireError::NotFound, 400),
            E::Internal(cause) | E::NotSaved(cause) => {
                let reference = crate::server_ctx::reference();
                tracing::error!(reference, error = ?cause, "a reading failed");
                (WireError::Internal { reference }, 500)
            }
        };
        answer_with(status);
        wire
    }
}

#[cfg(feature = "ssr")]
fn answer_with(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}
