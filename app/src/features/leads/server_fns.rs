//! Readings of leads. Each gets the context, calls one service function, maps the error.

use domain::attempt::AttemptsView;
use domain::conversion::Converted;
use domain::deal_registration::RegistrationsView;
use domain::lead_class::QualificationView;
use domain::lead_parts::LeadParts;
use domain::lead_views::{LeadDetail, LeadListing, Neighbours};
use domain::quote::QuotesView;
use domain::supplier::SupplierView;
use domain::{AccountId, LeadRow, Named, TimelinePage};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// A page of the list that `query` describes, after or before a cursor.
#[server(prefix = "/fn", endpoint = "leads", input = GetUrl, output = crate::json_text::Answer)]
pub async fn list_leads(query: String, after: Option<String>, before: Option<String>) -> Result<LeadListing, WireError> {
    let page = service::leads::PageOf { after, before, limit: None };
    Ok(service::leads::list_shown(&crate::server_ctx::ctx()?, &domain::ListView::from_query(&query), &page).await?)
}

/// The groups of the list that `query` describes.
#[server(prefix = "/fn", endpoint = "lead_groups", input = GetUrl, output = crate::json_text::Answer)]
pub async fn list_groups(query: String) -> Result<domain::list_view::GroupedList, WireError> {
    Ok(service::leads::grouped(&crate::server_ctx::ctx()?, &domain::ListView::from_query(&query)).await?)
}

/// Those of some leads (numbers, comma-separated) that a list shows now.
#[server(prefix = "/fn", endpoint = "lead_rows", input = GetUrl, output = crate::json_text::Answer)]
pub async fn rows_among(query: String, numbers: String) -> Result<Vec<LeadRow>, WireError> {
    let ids: Vec<_> = numbers.split(',').filter_map(|number| number.parse().ok()).collect();
    Ok(service::leads::rows_among(&crate::server_ctx::ctx()?, &domain::ListView::from_query(&query), &ids).await?)
}

/// Everything a lead page shows.
#[server(prefix = "/fn", endpoint = "lead", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_lead(number: i64) -> Result<LeadDetail, WireError> {
    Ok(service::leads::find(&crate::server_ctx::ctx()?, domain::LeadId(number)).await?)
}

/// Why a lead's score is what it is.
#[server(prefix = "/fn", endpoint = "score", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_score(number: i64) -> Result<domain::scoring::LeadScore, WireError> {
    Ok(service::scoring::why(&crate::server_ctx::ctx()?, domain::LeadId(number)).await?)
}

/// What was tried to reach the person of a lead, and what to try next.
#[server(prefix = "/fn", endpoint = "attempts", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_attempts(number: i64) -> Result<AttemptsView, WireError> {
    Ok(service::attempts::view(&crate::server_ctx::ctx()?, domain::LeadId(number)).await?)
}

/// What hangs on a lead beside its fields.
#[server(prefix = "/fn", endpoint = "lead_parts", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_parts(number: i64) -> Result<LeadParts, WireError> {
    Ok(service::leads::parts::load(&crate::server_ctx::ctx()?, domain::LeadId(number)).await?)
}

/// How a lead is qualified.
#[server(prefix = "/fn", endpoint = "qualification", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_qualification(number: i64) -> Result<QualificationView, WireError> {
    Ok(service::classes::find(&crate::server_ctx::ctx()?, domain::LeadId(number)).await?)
}

/// Registrations of a lead's deals, and what is to be known of its supplier.
#[server(prefix = "/fn", endpoint = "deal", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_deal(number: i64) -> Result<(RegistrationsView, SupplierView), WireError> {
    Ok(service::deals::view(&crate::server_ctx::ctx()?, domain::LeadId(number)).await?)
}

/// The quotes of a lead's deals.
#[server(prefix = "/fn", endpoint = "lead_quotes", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_lead_quotes(number: i64) -> Result<QuotesView, WireError> {
    Ok(service::quotes::view(&crate::server_ctx::ctx()?, domain::LeadId(number)).await?)
}

/// Into which customer a lead was converted; `None` for one that was not.
#[server(prefix = "/fn", endpoint = "converted", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_converted(number: i64) -> Result<Option<Converted>, WireError> {
    Ok(service::conversion::find(&crate::server_ctx::ctx()?, domain::LeadId(number)).await?)
}

/// Vendors whose names begin with what is typed.
#[server(prefix = "/fn", endpoint = "deal_vendors", input = GetUrl, output = crate::json_text::Answer)]
pub async fn suggest_vendors(text: String) -> Result<Vec<Named<AccountId>>, WireError> {
    Ok(service::deals::suggest_vendors(&crate::server_ctx::ctx()?, &text).await?)
}

/// Entries of a lead's timeline that `query` asks for, older than one where that is given.
#[server(prefix = "/fn", endpoint = "timeline", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_timeline(number: i64, query: String, before: Option<i64>) -> Result<TimelinePage, WireError> {
    let filter = domain::TimelineFilter::from_query(&query);
    Ok(service::leads::timeline(&crate::server_ctx::ctx()?, domain::LeadId(number), filter, before.map(domain::EventId)).await?)
}

/// The leads before and after one in a list.
#[server(prefix = "/fn", endpoint = "neighbours", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_neighbours(query: String, number: i64) -> Result<Neighbours, WireError> {
    Ok(service::leads::neighbours(&crate::server_ctx::ctx()?, &domain::LeadFilter::from_query(&query), domain::LeadId(number)).await?)
}

/// A change of many leads, and how far it is.
#[server(prefix = "/fn", endpoint = "bulk_run", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_bulk_run(number: i64) -> Result<domain::bulk::BulkReport, WireError> {
    Ok(service::leads::bulk::report(&crate::server_ctx::ctx()?, domain::BulkRunId(number)).await?)
}

/// Leads that match what is being typed.
#[server(prefix = "/fn", endpoint = "find_leads", input = GetUrl, output = crate::json_text::Answer)]
pub async fn find_leads(text: String) -> Result<Vec<LeadRow>, WireError> {
    Ok(service::leads::find_as_typed(&crate::server_ctx::ctx()?, &text).await?)
}
