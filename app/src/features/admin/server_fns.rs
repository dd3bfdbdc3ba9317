//! Readings for administrators.

use domain::catalog::{Group, Person};
use domain::{AccountId, Delivery, GroupId, Named, Reachability, TokenDetails, Webhook};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// A person as an administrator sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    pub person: Person,
    /// To send back with a change.
    pub version: i64,
    /// The firm of a distributor user.
    pub account: Option<AccountId>,
    pub groups: Vec<GroupId>,
    /// Of people of the house.
    pub reach: Option<ReachView>,
}

/// How a person can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReachView {
    /// To send back with a change.
    pub version: i64,
    pub reach: Reachability,
    /// Why they cannot be reached now, in words; `None` when they can.
    pub hindrance: Option<String>,
}

/// Everything the page of people shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleView {
    pub people: Vec<PersonView>,
    /// Every group, retired or not.
    pub groups: Vec<Group>,
    /// Firms that a distributor user may work for.
    pub firms: Vec<Named<AccountId>>,
}

/// Everything the page of groups shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupsView {
    pub groups: Vec<Group>,
    pub people: Vec<Person>,
}

/// A webhook with its newest messages.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WebhookView {
    pub webhook: Webhook,
    pub deliveries: Vec<Delivery>,
}

/// One's own tokens; everybody's for administrators.
#[server(prefix = "/fn", endpoint = "tokens", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_tokens() -> Result<Vec<TokenDetails>, WireError> {
    Ok(service::tokens::list_tokens(&crate::server_ctx::ctx()?).await?)
}

/// Every webhook.
#[server(prefix = "/fn", endpoint = "webhooks", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_webhooks() -> Result<Vec<WebhookView>, WireError> {
    let found = service::webhooks::list_webhooks(&crate::server_ctx::ctx()?).await?;
    Ok(found.into_iter().map(|(webhook, deliveries)| WebhookView { webhook, deliveries }).collect())
}

/// Everybody who can sign in or once could.
#[server(prefix = "/fn", endpoint = "people", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_people() -> Result<PeopleView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let people = service::people::list_people(&ctx).await?;
    let groups = service::people::list_groups(&ctx).await?;
    let mut reach: std::collections::HashMap<_, _> = service::reach::list(&ctx).await?.into_iter().map(|found| (found.user, found)).collect();
    let mut firms = distributors(&ctx).await?;
    for id in people.iter().filter_map(|details| details.account) {
        if !firms.iter().any(|firm| firm.id == id) {
            // A firm that is no distributor any more stays on offer for its people.
            let account = service::accounts::find_account(&ctx, id).await?;
            firms.push(Named { id, name: account.name });
        }
    }
    let people = people
        .into_iter()
        .map(|details| PersonView {
            reach: reach.remove(&details.person.id).map(|found| ReachView {
                version: found.stored.version,
                reach: found.stored.reach,
                hindrance: found.hindrance,
            }),
            person: details.person,
            version: details.version,
            account: details.account,
            groups: details.groups,
        })
        .collect();
    Ok(PeopleView { people, groups, firms })
}

/// How one can be reached oneself.
#[server(prefix = "/fn", endpoint = "own_reach", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_own_reach() -> Result<ReachView, WireError> {
    let found = service::reach::find_own(&crate::server_ctx::ctx()?).await?;
    Ok(ReachView { version: found.version, reach: found.reach, hindrance: None })
}

/// Every group, and who may be in one.
#[server(prefix = "/fn", endpoint = "groups", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_groups() -> Result<GroupsView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let groups = service::people::list_groups(&ctx).await?;
    let people = service::people::list_people(&ctx).await?;
    Ok(GroupsView { groups, people: people.into_iter().map(|details| details.person).collect() })
}

/// Most pages of distributors that are offered.
#[cfg(feature = "ssr")]
const PAGES_MAX: usize = 20;

#[cfg(feature = "ssr")]
async fn distributors(ctx: &service::Ctx) -> Result<Vec<Named<AccountId>>, WireError> {
    let filter = domain::AccountFilter { kind: Some(domain::AccountKind::Distributor), ..domain::AccountFilter::default() };
    let mut firms = Vec::new();
    let mut after = None;
    for _ in 0..PAGES_MAX {
        let page = service::accounts::list_accounts(ctx, &filter, after).await?;
        firms.extend(page.items.into_iter().map(|row| Named { id: row.id, name: row.name }));
        after = page.next_cursor.as_deref().and_then(domain::lead_filter::Cursor::parse);
        if after.is_none() {
            break;
        }
    }
    Ok(firms)
}
