//! `GET /leads/export.csv`: the list at the address `/leads` with the same query, as a file that streams.

use axum::body::{Body, Bytes};
use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::LeadFilter;
use futures::{StreamExt as _, stream};
use service::leads::Piece;

use crate::problem::{Asker, Problem};
use crate::session::Visitor;
use crate::state::AppState;

/// The file. What goes wrong before its first line is answered as a page; later it can only break off.
pub async fn leads(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, RawQuery(query): RawQuery) -> Response {
    let ctx = visitor.request_ctx(&state).ctx;
    let filter = LeadFilter::from_query(&query.unwrap_or_default());
    let first = match service::leads::export(&ctx, &filter, None).await {
        Ok(first) => first,
        Err(error) => return Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference),
    };
    let name = format!("attachment; filename=\"leads-{}.csv\"", ctx.now().day());
    let rest = stream::unfold(Some(first), move |piece| {
        let (ctx, filter) = (ctx.clone(), filter.clone());
        async move {
            let Piece { text, next } = piece?;
            let after = match next {
                Some(next) => service::leads::export(&ctx, &filter, Some(next)).await.map(Some),
                None => Ok(None),
            };
            match after {
                Ok(after) => Some((Ok(Bytes::from(text)), after)),
                Err(error) => Some((Err(std::io::Error::other(error)), None)),
            }
        }
    });
    // Fused, because what compresses it asks once more after the end.
    let mut answer = Response::new(Body::from_stream(rest.fuse()));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    answer
}
