//! Readings of accounts. Each gets the context, calls the service, maps the error.

use domain::account_merge::{MergeNote, MergePreview};
use domain::account_twin::Twins;
use domain::{Account, AccountMatch, AccountRow, ContactRow, CustomerId, Event, LeadRow, Named, Opportunity, Page, Sought};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// Everything an account page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDetail {
    pub account: Account,
    pub contacts: Vec<ContactRow>,
    /// Newest first; more of them are a link away.
    pub leads: Vec<LeadRow>,
    pub opportunities: Vec<Opportunity>,
    /// Newest first.
    pub timeline: Vec<Event>,
    /// Accounts that went into it, newest first.
    pub merges: Vec<MergeNote>,
    /// Accounts that look like it, the likeliest first.
    pub twins: Vec<Twins>,
    /// The customer that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Named<CustomerId>>,
}

/// A page of the list that `query` describes, after a cursor.
#[server(prefix = "/fn", endpoint = "accounts", input = GetUrl, output = crate::json_text::Answer)]
pub async fn list_accounts(query: String, after: Option<String>) -> Result<Page<AccountRow>, WireError> {
    let after = after.as_deref().and_then(domain::lead_filter::Cursor::parse);
    Ok(service::accounts::list_accounts(&crate::server_ctx::ctx()?, &domain::AccountFilter::from_query(&query), after).await?)
}

/// Everything an account page shows; of an account that went into another, that one's.
#[server(prefix = "/fn", endpoint = "account", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_account(number: i64) -> Result<AccountDetail, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let account = find_or_follow(&ctx, domain::AccountId(number)).await?;
    let id = account.id;
    // Leads are found by the name of their account, which others may bear too.
    let filter = domain::LeadFilter { view: domain::LeadView::All, query: account.name.clone(), ..domain::LeadFilter::default() };
    let mut leads = service::leads::list(&ctx, &filter, &service::leads::PageOf::default()).await?.rows;
    leads.retain(|row| row.account.id == id);
    Ok(AccountDetail {
        contacts: service::accounts::account_contacts(&ctx, id).await?,
        opportunities: service::accounts::account_opportunities(&ctx, id).await?,
        timeline: service::accounts::account_timeline(&ctx, id).await?,
        merges: service::merging::merges_into(&ctx, id).await?,
        twins: service::twins::of_account(&ctx, id).await?,
        customer: if account.kinds.contains(&domain::AccountKind::Customer) { service::customers::of_account(&ctx, id).await? } else { None },
        leads,
        account,
    })
}

/// An account, or the one that it went into; a page is then asked for at that one's address.
#[cfg(feature = "ssr")]
async fn find_or_follow(ctx: &service::Ctx, id: domain::AccountId) -> Result<Account, WireError> {
    let missing = match service::accounts::find_account(ctx, id).await {
        Ok(account) => return Ok(account),
        Err(error) => error,
    };
    let went_into = match missing {
        service::ServiceError::NotFound => service::merging::went_into(ctx, id).await?,
        _ => None,
    };
    let Some(kept) = went_into else { return Err(missing.into()) };
    // Functions are called without a session to show: their answer says which account it is.
    let is_page = crate::server_ctx::request()?.session.is_some();
    if let (true, Some(response)) = (is_page, use_context::<leptos_axum::ResponseOptions>())
        && let Ok(location) = http::HeaderValue::from_str(&crate::routes::account(kept))
    {
        response.insert_header(http::header::LOCATION, location);
        response.set_status(http::StatusCode::FOUND);
    }
    Ok(service::accounts::find_account(ctx, kept).await?)
}

/// The private address of an account at which it reads of its leads; `None` without one.
#[server(prefix = "/fn", endpoint = "supplier_link", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_supplier_link(number: i64) -> Result<Option<domain::supplier::SupplierLink>, WireError> {
    Ok(service::suppliers::find_link(&crate::server_ctx::ctx()?, domain::AccountId(number)).await?)
}

/// Two accounts before they are made one: the first is kept.
#[server(prefix = "/fn", endpoint = "merge_preview", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_merge(number: i64, other: i64) -> Result<MergePreview, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    Ok(service::merging::preview(&ctx, domain::AccountId(number), domain::AccountId(other)).await?)
}

/// A page of pairs that look like one, after a cursor: those to be worked off, or those that were dismissed.
#[server(prefix = "/fn", endpoint = "duplicates", input = GetUrl, output = crate::json_text::Answer)]
pub async fn list_duplicates(#[server(default)] dismissed: bool, after: Option<String>) -> Result<Page<Twins>, WireError> {
    use domain::account_twin::TwinList;

    let list = if dismissed { TwinList::Dismissed } else { TwinList::Open };
    let after = after.as_deref().and_then(domain::lead_filter::Cursor::parse);
    Ok(service::twins::list(&crate::server_ctx::ctx()?, list, after).await?)
}

/// Accounts that may be the one that is being typed, surest first.
#[server(prefix = "/fn", endpoint = "match_accounts", input = GetUrl, output = crate::json_text::Answer)]
pub async fn match_accounts(#[server(default)] sought: Sought) -> Result<Vec<AccountMatch>, WireError> {
    Ok(service::matching::find(&crate::server_ctx::ctx()?, &sought).await?)
}
