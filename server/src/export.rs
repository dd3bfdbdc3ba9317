//! `GET /leads/export.csv` and `.xlsx`: the list at the address `/leads` with the same query, as a file. It has the columns
//! that the query names; without any, everything.

use std::fs::File;
use std::io::Read as _;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::FormValues;
use futures::{StreamExt as _, stream};
use service::leads::{Export, Piece};

use crate::problem::{Asker, Problem};
use crate::session::Visitor;
use crate::state::AppState;

/// What is read of a file at once. Unit: bytes.
const CHUNK: usize = 256 * 1024;

/// The file as CSV, streamed. What goes wrong before its first line is answered as a page; later it can only break off.
pub async fn csv(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, RawQuery(query): RawQuery) -> Response {
    let ctx = visitor.request_ctx(&state).ctx;
    let export = wanted(query);
    let first = match export.csv(&ctx, None).await {
        Ok(first) => first,
        Err(error) => return Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference),
    };
    let name = format!("leads-{}.csv", ctx.now().day());
    let rest = stream::unfold(Some(first), move |piece| {
        let (ctx, export) = (ctx.clone(), export.clone());
        async move {
            let Piece { text, next } = piece?;
            let after = match next {
                Some(next) => export.csv(&ctx, Some(next)).await.map(Some),
                None => Ok(None),
            };
            match after {
                Ok(after) => Some((Ok(Bytes::from(text)), after)),
                Err(error) => Some((Err(std::io::Error::other(error)), None)),
            }
        }
    });
    // Fused, because what compresses it asks once more after the end.
    to_keep(Body::from_stream(rest.fuse()), "text/csv; charset=utf-8", &name)
}

/// The file as a spreadsheet. It is whole before its first byte is sent: its table of contents stands at its end.
pub async fn xlsx(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, RawQuery(query): RawQuery) -> Response {
    let ctx = visitor.request_ctx(&state).ctx;
    let file = match wanted(query).xlsx(&ctx).await {
        Ok(file) => file,
        Err(error) => return Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference),
    };
    let chunks = stream::unfold(Some(file), async |file| {
        let read = tokio::task::spawn_blocking(move || read_chunk(file?));
        match read.await {
            Ok(Some(Ok((chunk, file)))) => Some((Ok(chunk), Some(file))),
            Ok(Some(Err(error))) => Some((Err(error), None)),
            Ok(None) => None,
            Err(error) => Some((Err(std::io::Error::other(error)), None)),
        }
    });
    let name = format!("leads-{}.xlsx", ctx.now().day());
    to_keep(Body::from_stream(chunks.fuse()), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &name)
}

fn wanted(query: Option<String>) -> Export {
    Export::parse(&FormValues::decode(query.unwrap_or_default().as_bytes()))
}

/// The next chunk and the file at its new place; `None` at the end.
fn read_chunk(mut file: File) -> Option<std::io::Result<(Bytes, File)>> {
    let mut chunk = vec![0; CHUNK];
    match file.read(&mut chunk) {
        Ok(0) => None,
        Ok(read) => {
            chunk.truncate(read);
            Some(Ok((Bytes::from(chunk), file)))
        }
        Err(error) => Some(Err(error)),
    }
}

/// A body as a file to keep.
fn to_keep(body: Body, content_type: &'static str, name: &str) -> Response {
    let mut answer = Response::new(body);
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    answer
}
