//! The reading of tasks.

use domain::task::{TaskCalendar, TaskListing};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// A page of the tasks that `query` asks for, after a cursor.
#[server(prefix = "/fn", endpoint = "tasks", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_tasks(query: String, after: Option<String>) -> Result<TaskListing, WireError> {
    Ok(service::tasks::list(&crate::server_ctx::ctx()?, domain::TaskFilter::from_query(&query), after.as_deref()).await?)
}

/// The tasks of the days that `query` asks for.
#[server(prefix = "/fn", endpoint = "task_days", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_days(query: String) -> Result<TaskCalendar, WireError> {
    Ok(service::tasks::list_days(&crate::server_ctx::ctx()?, &query).await?)
}
