//! Quotes and invoices as files: for people of the house, and at the private addresses at which customers read them.

use axum::body::Body;
use axum::extract::{Extension, Path as InPath, Query, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::invoice::InvoicePaper;
use domain::quote::QuotePaper;
use domain::{InvoiceId, QuoteId};
use serde::Deserialize;
use service::{Ctx, ServiceError, invoices, quotes};

use crate::observe::RequestId;
use crate::pdf::{self, Logo, PdfError};
use crate::problem::{Asker, Problem};
use crate::session::Visitor;
use crate::state::AppState;

/// Which revision is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    revision: Option<String>,
}

/// `GET /quotes/{number}/pdf`: a quote, as it was sent last or would be sent now; `?revision=N` for one that was sent.
pub async fn quote(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    InPath(number): InPath<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let ctx = visitor.request_ctx(&state).ctx;
    let revision = asked.revision.as_deref().filter(|text| !text.is_empty()).map(str::parse::<i64>).transpose();
    let found = match (number.parse::<QuoteId>(), revision) {
        (Ok(id), Ok(revision)) => quotes::paper(&ctx, id, revision).await,
        _ => Err(ServiceError::NotFound),
    };
    answer(&ctx, found.map(Paper::Quote), &visitor.reference).await
}

/// `GET /invoices/{number}/pdf`: an invoice, a proforma or a credit note as it stands.
pub async fn invoice(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, InPath(number): InPath<String>) -> Response {
    let ctx = visitor.request_ctx(&state).ctx;
    let found = match number.parse::<InvoiceId>() {
        Ok(id) => invoices::paper(&ctx, id).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    answer(&ctx, found.map(Paper::Invoice), &visitor.reference).await
}

/// `GET /q/{secret}/pdf`: the revision that was sent with this address, for whoever knows it.
pub async fn public_quote(State(state): State<AppState>, InPath(token): InPath<String>, request: Request) -> Response {
    let ctx = state.ctx();
    let found = quotes::public_paper(&ctx, &token).await;
    answer(&ctx, found.map(Paper::Quote), &reference_of(&request)).await
}

/// `GET /i/{secret}/pdf`: the invoice that was sent with this address, for whoever knows it.
pub async fn public_invoice(State(state): State<AppState>, InPath(token): InPath<String>, request: Request) -> Response {
    let ctx = state.ctx();
    let found = invoices::find_public(&ctx, &token).await.map(|found| found.paper);
    answer(&ctx, found.map(Paper::Invoice), &reference_of(&request)).await
}

fn reference_of(request: &Request) -> String {
    request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone())
}

/// What is set.
enum Paper {
    Quote(QuotePaper),
    Invoice(InvoicePaper),
}

impl Paper {
    fn file_name(&self) -> String {
        match self {
            Paper::Quote(paper) => paper.file_name(),
            Paper::Invoice(paper) => paper.file_name(),
        }
    }

    fn set(&self, logo: Logo) -> Result<Vec<u8>, PdfError> {
        match self {
            Paper::Quote(paper) => pdf::set_quote(paper, logo),
            Paper::Invoice(paper) => pdf::set_invoice(paper, logo),
        }
    }
}

async fn answer(ctx: &Ctx, found: Result<Paper, ServiceError>, reference: &str) -> Response {
    match set(ctx, found).await {
        Ok((name, bytes)) => give_out(&name, bytes),
        Err(error) => Problem::of(error, reference).answer(Asker::Page, reference),
    }
}

async fn set(ctx: &Ctx, found: Result<Paper, ServiceError>) -> Result<(String, Vec<u8>), ServiceError> {
    let paper = found?;
    let logo = match ctx.catalog().await?.site.logo.clone() {
        Some(digest) => service::configuration::logo(ctx, &digest).await.ok(),
        None => None,
    };
    let name = paper.file_name();
    // Setting a hundred lines takes milliseconds, and is no work for who answers requests.
    let made = tokio::task::spawn_blocking(move || paper.set(logo)).await;
    let bytes = made.map_err(|error| ServiceError::Internal(Box::new(error)))?.map_err(|error| ServiceError::Internal(Box::new(error)))?;
    Ok((name, bytes))
}

/// The file, to be looked at in the browser.
fn give_out(name: &str, bytes: Vec<u8>) -> Response {
    let mut answer = Response::new(Body::from(bytes));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}
