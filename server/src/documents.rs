//! Documents of leads: how they arrive and how they are given out. Browsers are told what a file is by its content, never by its name, and
//! that it is to be saved, not shown.

use std::time::Duration;

use app::form_reply::FormReply;
use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{Extension, FromRequest as _, Multipart, Path as InPath, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::lead_parts::{DocumentKind, NAME_MOST, SIZE_MOST, size_words};
use domain::{DocumentId, FieldErrors, FormValues, LeadId};
use service::leads::parts::{self, Upload};
use service::{Ctx, ServiceError, once};

use crate::pages;
use crate::problem::{Asker, Problem};
use crate::session::Visitor;
use crate::state::AppState;

/// What arrives beyond the largest document is still taken, so that the answer is read; but not more than this. Unit: bytes.
const ARRIVES_AT_MOST: usize = 250_000_000;
/// Longest value of a field that holds no file. Unit: bytes.
const TEXT_MOST: usize = 200;
/// How long the next piece may take to arrive.
pub(crate) const PIECE_ARRIVES_WITHIN: Duration = Duration::from_secs(30);
pub(crate) const INCOMPLETE: &str = "The file did not arrive completely; try again";

/// `POST /leads/{number}/documents`: a file, as a browser sends it.
pub async fn upload(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    InPath(number): InPath<String>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let request_ctx = visitor.request_ctx(&state);
    let page = format!("/leads/{number}");
    let action = format!("{page}/documents");
    let reply = match receive(&request_ctx.ctx, &number, request).await {
        Ok(_) => FormReply::Done { location: page.clone(), message: "Document added".to_owned() },
        Err(error) => app::doors::refusal(&request_ctx, error),
    };
    pages::answer_form(&state, &visitor, headers, (action.as_str(), page.as_str()), FormValues::default(), reply).await
}

/// A file as far as it arrived.
#[derive(Default)]
struct Arrived {
    name: String,
    /// At most one more than fits, which is enough to say so.
    bytes: Vec<u8>,
    for_customer: bool,
    once: String,
}

async fn receive(ctx: &Ctx, number: &str, request: Request) -> Result<DocumentId, ServiceError> {
    let lead = LeadId(number.parse().map_err(|_| ServiceError::NotFound)?);
    // Nobody else's bytes are even read.
    parts::require_add_document(ctx, lead).await?;
    let mut sent = Multipart::from_request(request, &()).await.map_err(|_| at_field("Choose a file"))?;
    let (mut arrived, mut total) = (Arrived::default(), 0);
    loop {
        let next = tokio::time::timeout(PIECE_ARRIVES_WITHIN, sent.next_field()).await.map_err(|_| at_field(INCOMPLETE))?;
        let Some(mut field) = next.map_err(|_| at_field(INCOMPLETE))? else { break };
        match field.name() {
            Some("document") => {
                field.file_name().unwrap_or_default().clone_into(&mut arrived.name);
                arrived.bytes = read(&mut field, SIZE_MOST, &mut total).await?;
            }
            Some("for_customer") => arrived.for_customer = read(&mut field, TEXT_MOST, &mut total).await? == b"1",
            Some("once") => arrived.once = String::from_utf8_lossy(&read(&mut field, TEXT_MOST, &mut total).await?).into_owned(),
            _ => {
                read(&mut field, 0, &mut total).await?;
            }
        }
    }
    let size = arrived.bytes.len().to_string();
    let told = [
        ("once", arrived.once.as_str()),
        ("name", arrived.name.as_str()),
        ("size", size.as_str()),
        ("for_customer", if arrived.for_customer { "1" } else { "" }),
    ];
    let told = FormValues(told.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    let once = once::of_form(ctx, &format!("leads/{lead}/documents"), &told);
    let upload = Upload { name: &arrived.name, for_customer: arrived.for_customer, bytes: &arrived.bytes };
    parts::add_document(ctx, lead, upload, once.as_ref()).await
}

/// Reads a field to its end, and keeps one byte more of it than `most`.
pub(crate) async fn read(field: &mut Field<'_>, most: usize, total: &mut usize) -> Result<Vec<u8>, ServiceError> {
    let mut bytes = Vec::new();
    loop {
        let piece = tokio::time::timeout(PIECE_ARRIVES_WITHIN, field.chunk()).await.map_err(|_| at_field(INCOMPLETE))?;
        let Some(piece) = piece.map_err(|_| at_field(INCOMPLETE))? else { return Ok(bytes) };
        *total += piece.len();
        if *total > ARRIVES_AT_MOST {
            return Err(at_field(&format!("The file is far larger than {}", size_words(SIZE_MOST as i64))));
        }
        let room = (most + 1).saturating_sub(bytes.len());
        bytes.extend_from_slice(&piece[..piece.len().min(room)]);
    }
}

pub(crate) fn at_field(sentence: &str) -> ServiceError {
    FieldErrors::at("document", sentence).into()
}

/// `GET /documents/{number}`: the file, to be saved, for whoever sees its lead.
pub async fn download(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, InPath(number): InPath<String>) -> Response {
    let ctx = visitor.request_ctx(&state).ctx;
    let found = match number.parse::<DocumentId>() {
        Ok(id) => parts::document_content(&ctx, id).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    let (document, bytes) = match found {
        Ok(found) => found,
        Err(error) => return Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference),
    };
    give_out(&document.name, document.kind, bytes)
}

/// A file, to be saved under its name.
pub(crate) fn give_out(name: &str, kind: DocumentKind, bytes: Vec<u8>) -> Response {
    let mut answer = Response::new(Body::from(bytes));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition(name)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}

/// The name twice: in plain letters, and for browsers of today in all of its own (RFC 6266).
fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    let plain: String = name.chars().take(NAME_MOST).map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            whole.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(disposition("offer.pdf"), "attachment; filename=\"offer.pdf\"; filename*=UTF-8''offer.pdf");
        assert_eq!(disposition("a\"; x=\"é.txt"), "attachment; filename=\"a__ x___.txt\"; filename*=UTF-8''a%22%3B%20x%3D%22%C3%A9.txt");
    }
}
