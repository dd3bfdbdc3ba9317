//! Who calls: the token in `Authorization: Bearer`, and what it is good for.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::TokenScope;
use service::{Ctx, ServiceError};

use super::rate::Left;
use super::versions;
use crate::observe::RequestId;
use crate::problem::{Asker, Problem};
use crate::state::AppState;

/// A program with a token, acting for its person.
pub struct Api {
    pub ctx: Ctx,
    pub scope: TokenScope,
    /// The token's number.
    pub token: i64,
    reference: String,
    left: Left,
}

/// Why a call failed.
pub enum Failure {
    Service(ServiceError),
    Problem(Problem),
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Failure::Service(error)
    }
}

impl From<domain::FieldErrors> for Failure {
    fn from(errors: domain::FieldErrors) -> Self {
        Failure::Service(errors.into())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure::Problem(problem)
    }
}

impl Api {
    /// Does the work, if the token is good for it.
    pub async fn run(&self, needed: TokenScope, work: impl Future<Output = Result<Response, Failure>>) -> Response {
        let mut answer = self.answer(needed, work).await;
        self.left.tell(&mut answer);
        answer
    }

    async fn answer(&self, needed: TokenScope, work: impl Future<Output = Result<Response, Failure>>) -> Response {
        if !self.scope.allows(needed) {
            let text = format!("This needs a token with the scope “{}”; this one has “{}”.", needed.key(), self.scope.key());
            return Problem::new(StatusCode::FORBIDDEN, "Not within the token's scope", text).answer(Asker::Api, &self.reference);
        }
        match work.await {
            Ok(answer) => answer,
            // Only a version that the caller named can be another one.
            Err(Failure::Service(ServiceError::Conflict(_))) => versions::changed_meanwhile().answer(Asker::Api, &self.reference),
            Err(Failure::Problem(problem)) => problem.answer(Asker::Api, &self.reference),
            Err(Failure::Service(error)) => Problem::of(error, &self.reference).answer(Asker::Api, &self.reference),
        }
    }
}

impl FromRequestParts<AppState> for Api {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let reference = parts.extensions.get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
        let token = bearer_in(&parts.headers);
        let caller = match token {
            Some(token) => service::tokens::find_caller(&state.ctx(), token).await,
            None => Ok(None),
        };
        match caller {
            Ok(Some(caller)) => match state.rates.count(caller.token) {
                Ok(left) => {
                    let ctx = Ctx { catalog_version: Some(caller.catalog_version), ..state.ctx().acting_as(caller.actor) };
                    Ok(Self { ctx, scope: caller.scope, token: caller.token, reference, left })
                }
                Err((left, problem)) => {
                    let mut answer = problem.answer(Asker::Api, &reference);
                    left.tell(&mut answer);
                    Err(answer)
                }
            },
            Ok(None) => {
                let text = "Send a token that is valid: Authorization: Bearer TOKEN. `leadwright token add` makes one.";
                let mut answer = Problem::new(StatusCode::UNAUTHORIZED, "No valid token", text).answer(Asker::Api, &reference);
                answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                Err(answer)
            }
            Err(error) => Err(Problem::of(error, &reference).answer(Asker::Api, &reference)),
        }
    }
}

/// The token that a request brings.
pub fn bearer_in(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer)
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    // No token is that long; a stranger's text goes no further.
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= 200).then_some(token)
}
