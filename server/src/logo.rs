//! The firm's logo: how it arrives and how it is served. Strangers see it too, so serving asks for no session.

use std::time::Duration;

use app::form_reply::FormReply;
use axum::body::Body;
use axum::extract::{Extension, FromRequest as _, Multipart, Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::logo::LOGO_MOST;
use domain::{Action, FieldErrors, FormValues};
use service::{Ctx, ServiceError};

use crate::observe::RequestId;
use crate::pages;
use crate::problem::{Asker, Problem};
use crate::session::Visitor;
use crate::state::AppState;

/// The form's address, and the page that it stands on.
const FORM: &str = "/admin/site/logo";
const PAGE: &str = "/admin/site";
/// What arrives beyond the largest logo is still taken, so that the answer is read; but not more than this. Unit: bytes.
const ARRIVES_AT_MOST: usize = 50_000_000;
/// How long the next piece may take to arrive.
const PIECE_ARRIVES_WITHIN: Duration = Duration::from_secs(30);
const INCOMPLETE: &str = "The picture did not arrive completely; try again";

/// `POST /admin/site/logo`: a picture, as a browser sends it.
pub async fn upload(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, request: Request) -> Response {
    let headers = request.headers().clone();
    let request_ctx = visitor.request_ctx(&state);
    let reply = match receive(&request_ctx.ctx, request).await {
        Ok(()) => FormReply::Done { location: PAGE.to_owned(), message: "Logo saved".to_owned() },
        Err(error) => app::doors::refusal(&request_ctx, error),
    };
    pages::answer_form(&state, &visitor, headers, (FORM, PAGE), FormValues::default(), reply).await
}

async fn receive(ctx: &Ctx, request: Request) -> Result<(), ServiceError> {
    // Nobody else's bytes are even read.
    ctx.require(Action::Configure)?;
    let at_field = |sentence: &str| ServiceError::from(FieldErrors::at("logo", sentence));
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| at_field("Choose a picture"))?;
    let (mut bytes, mut arrived) = (Vec::new(), 0);
    loop {
        let next = tokio::time::timeout(PIECE_ARRIVES_WITHIN, parts.next_field()).await.map_err(|_| at_field(INCOMPLETE))?;
        let Some(mut field) = next.map_err(|_| at_field(INCOMPLETE))? else { break };
        let is_logo = field.name() == Some("logo");
        loop {
            let piece = tokio::time::timeout(PIECE_ARRIVES_WITHIN, field.chunk()).await.map_err(|_| at_field(INCOMPLETE))?;
            let Some(piece) = piece.map_err(|_| at_field(INCOMPLETE))? else { break };
            arrived += piece.len();
            if arrived > ARRIVES_AT_MOST {
                return Err(at_field("The picture is far too large; make it smaller"));
            }
            // One byte more than fits is enough to say so.
            if is_logo && bytes.len() <= LOGO_MOST {
                bytes.extend_from_slice(&piece);
            }
        }
    }
    service::configuration::change_logo(ctx, &bytes).await
}

/// `GET /logo/{digest}`: kept by browsers for ever, because another logo has another address.
pub async fn logo(State(state): State<AppState>, Path(digest): Path<String>, request: Request) -> Response {
    let reference = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let (kind, bytes) = match service::configuration::logo(&state.ctx(), &digest).await {
        Ok(found) => found,
        Err(error) => return Problem::of(error, &reference).answer(Asker::Page, &reference),
    };
    let mut answer = Response::new(Body::from(bytes));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer
}
