//! The readings of customers.

use domain::ConversionSettings;
use domain::conversion::Converted;
use domain::customer::{CustomerPage, CustomerRow};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// A page of the list of customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerListing {
    pub rows: Vec<CustomerRow>,
    /// The customer behind which the next page begins.
    pub next: Option<domain::CustomerId>,
    /// How leads are converted, for who may change it.
    pub settings: Option<ConversionSettings>,
}

/// A customer, and the conversions that can be taken back, or why not any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    pub page: CustomerPage,
    pub young: Vec<Converted>,
}

/// Customers that a filter shows, before a customer where one is given.
#[server(prefix = "/fn", endpoint = "customers", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_customers(query: String, before: Option<i64>) -> Result<CustomerListing, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let filter = domain::customer::CustomerFilter::from_query(&query);
    let page = service::customers::list(&ctx, &filter, before.map(domain::CustomerId), service::customers::PAGE_SIZE).await?;
    let next = page.next_cursor.as_ref().and_then(|_| page.items.last()).map(|row| row.id);
    let settings = match service::conversion::find_settings(&ctx).await {
        Ok(settings) => Some(settings),
        Err(service::ServiceError::Forbidden(_)) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(CustomerListing { rows: page.items, next, settings })
}

/// A customer with what its page needs.
#[server(prefix = "/fn", endpoint = "customer", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_customer(number: i64) -> Result<CustomerView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let page = service::customers::find(&ctx, domain::CustomerId(number)).await?;
    let mut young = Vec::new();
    // What is older cannot be taken back, and needs not be asked about.
    for lead in page.leads.iter().filter(|lead| ctx.now().0 - lead.conversion.at.0 <= domain::conversion::UNDO_WITHIN_MS) {
        young.extend(service::conversion::find(&ctx, lead.id).await?);
    }
    Ok(CustomerView { page, young })
}

/// Numbers and names of customers in which is what is being typed.
#[server(prefix = "/fn", endpoint = "customer_names", input = GetUrl, output = crate::json_text::Answer)]
pub async fn suggest_customers(text: String) -> Result<Vec<(String, String)>, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let filter = domain::customer::CustomerFilter { query: text, state: None };
    if filter.words().is_empty() {
        return Ok(Vec::new());
    }
    let page = service::customers::list(&ctx, &filter, None, 10).await?;
    Ok(page.items.into_iter().map(|row| (row.number, row.name)).collect())
}
