//! Readings of the board.

use domain::board::{Board, BoardNews, CardPage};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// The board that `query` describes; `asked` is the lead that somebody without script wants to move.
#[server(prefix = "/fn", endpoint = "board", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_board(query: String, asked: Option<i64>) -> Result<Board, WireError> {
    Ok(service::leads::board(&crate::server_ctx::ctx()?, &domain::LeadFilter::from_query(&query), asked.map(domain::LeadId)).await?)
}

/// More cards of a column.
#[server(prefix = "/fn", endpoint = "board_page", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_cards(query: String, status: i64, after: String) -> Result<CardPage, WireError> {
    Ok(service::leads::board_page(&crate::server_ctx::ctx()?, &domain::LeadFilter::from_query(&query), domain::StatusId(status), &after).await?)
}

/// How some leads (numbers, comma-separated) stand on the board now.
#[server(prefix = "/fn", endpoint = "board_news", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_news(query: String, numbers: String) -> Result<BoardNews, WireError> {
    let ids: Vec<_> = numbers.split(',').filter_map(|number| number.parse().ok()).collect();
    Ok(service::leads::board_news(&crate::server_ctx::ctx()?, &domain::LeadFilter::from_query(&query), &ids).await?)
}
