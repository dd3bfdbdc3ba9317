//! Readings of accounts. Each gets the context, calls the service, maps the error.

use domain::{Account, AccountMatch, AccountRow, ContactRow, Event, LeadRow, Opportunity, Page, Sought};
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
}

/// A page of the list that `query` describes, after a cursor.
#[server(prefix = "/fn", endpoint = "accounts", input = GetUrl, output = crate::json_text::Answer)]
pub async fn list_accounts(query: String, after: Option<String>) -> Result<Page<AccountRow>, WireError> {
    let after = after.as_deref().and_then(domain::lead_filter::Cursor::parse);
    Ok(service::accounts::list_accounts(&crate::server_ctx::ctx()?, &domain::AccountFilter::from_query(&query), after).await?)
}

/// Everything an account page shows.
#[server(prefix = "/fn", endpoint = "account", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_account(number: i64) -> Result<AccountDetail, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let id = domain::AccountId(number);
    let account = service::accounts::find_account(&ctx, id).await?;
    // Leads are found by the name of their account, which others may bear too.
    let filter = domain::LeadFilter { view: domain::LeadView::All, query: account.name.clone(), ..domain::LeadFilter::default() };
    let mut leads = service::leads::list(&ctx, &filter, &service::leads::PageOf::default()).await?.rows;
    leads.retain(|row| row.account.id == id);
    Ok(AccountDetail {
        contacts: service::accounts::account_contacts(&ctx, id).await?,
        opportunities: service::accounts::account_opportunities(&ctx, id).await?,
        timeline: service::accounts::account_timeline(&ctx, id).await?,
        leads,
        account,
    })
}

/// Accounts that may be the one that is being typed, surest first.
#[server(prefix = "/fn", endpoint = "match_accounts", input = GetUrl, output = crate::json_text::Answer)]
pub async fn match_accounts(#[server(default)] sought: Sought) -> Result<Vec<AccountMatch>, WireError> {
    Ok(service::matching::find(&crate::server_ctx::ctx()?, &sought).await?)
}
