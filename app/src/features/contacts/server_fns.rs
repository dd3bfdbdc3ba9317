//! Readings of contacts. Each gets the context, calls the service, maps the error.

use domain::contact_event::Proposal;
use domain::{AccountId, Contact, ContactRow, Event, LeadId, LeadRow, Named, Page, Timestamp};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// A page of the list of contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactListing {
    pub page: Page<ContactRow>,
    /// The account whose people are listed, where the list is of one.
    pub account: Option<Named<AccountId>>,
}

/// Everything a contact page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactDetail {
    pub contact: Contact,
    /// Newest first; more of them are a link away.
    pub leads: Vec<LeadRow>,
    /// Newest first.
    pub timeline: Vec<Event>,
}

impl ContactDetail {
    /// What finds the leads of a contact: the preferred address, or else the name.
    #[must_use]
    pub fn words(contact: &Contact) -> String {
        contact.emails.first().map_or_else(|| contact.full_name.clone(), |email| email.as_str().to_owned())
    }
}

/// A page of the list that `query` describes, after a cursor.
#[server(prefix = "/fn", endpoint = "contacts", input = GetUrl, output = crate::json_text::Answer)]
pub async fn list_contacts(query: String, after: Option<String>) -> Result<ContactListing, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let filter = domain::ContactFilter::from_query(&query);
    let after = after.as_deref().and_then(domain::lead_filter::Cursor::parse);
    let page = service::contacts::list_contacts(&ctx, &filter, after).await?;
    let account = match filter.account {
        // An account that is gone has no people, which the empty list says.
        Some(id) => service::accounts::find_account(&ctx, id).await.ok().map(|account| Named { id, name: account.name }),
        None => None,
    };
    Ok(ContactListing { page, account })
}

/// Everything a contact page shows.
#[server(prefix = "/fn", endpoint = "contact", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_contact(number: i64) -> Result<ContactDetail, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let id = domain::ContactId(number);
    let contact = service::contacts::find_contact(&ctx, id).await?;
    let filter = domain::LeadFilter { view: domain::LeadView::All, query: ContactDetail::words(&contact), ..domain::LeadFilter::default() };
    let mut leads = service::leads::list(&ctx, &filter, &service::leads::PageOf::default()).await?.rows;
    leads.retain(|row| is_of(row, &contact));
    Ok(ContactDetail { timeline: service::contacts::contact_timeline(&ctx, id).await?, leads, contact })
}

/// Something the contact did, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    pub id: i64,
    /// What people call its kind.
    pub label: String,
    pub at: Timestamp,
    pub detail: String,
    /// What it counts now, in points.
    pub counts: String,
    /// What was found of the company, where there is something to say.
    pub found: Option<String>,
}

/// A lead that the contact became, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BecameView {
    pub lead: LeadId,
    pub how: String,
    pub at: Timestamp,
}

/// What a contact did, and how it stands towards the threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingView {
    pub points: i64,
    /// Points of the threshold in force.
    pub wanted: Option<i64>,
    pub sentence: String,
    /// Latest first.
    pub events: Vec<EventView>,
    /// Cursor of those before them.
    pub next: Option<String>,
    /// An open lead of theirs.
    pub lead: Option<LeadId>,
    pub may_pull: bool,
    /// Accounts that it may belong to.
    pub proposals: Vec<Proposal>,
    /// Newest first.
    pub became: Vec<BecameView>,
}

/// What a contact did, before a cursor, and how it stands.
#[server(prefix = "/fn", endpoint = "contact_events", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_standing(number: i64, before: Option<String>) -> Result<StandingView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let before = before.as_deref().and_then(domain::lead_filter::Cursor::parse);
    let found = service::qualification::of_contact(&ctx, domain::ContactId(number), before).await?;
    let event = |shown: service::qualification::ShownEvent| EventView {
        id: shown.event.id.0,
        label: shown.label,
        at: shown.event.at,
        counts: domain::standing::tenths_text(shown.tenths),
        found: shown.event.finding.sentence().map(str::to_owned),
        detail: shown.event.detail,
    };
    Ok(StandingView {
        points: found.standing.points,
        wanted: found.standing.wanted.map(|(_, wanted)| wanted),
        sentence: found.standing.sentence(),
        lead: found.standing.lead,
        events: found.events.items.into_iter().map(event).collect(),
        next: found.events.next_cursor,
        may_pull: found.may_pull,
        proposals: found.proposals,
        became: found.became.into_iter().map(|one| BecameView { lead: one.lead, how: one.how, at: one.at }).collect(),
    })
}

/// Whether a lead shows an address or a number of the contact, or their name at their account.
#[cfg(feature = "ssr")]
fn is_of(row: &LeadRow, contact: &Contact) -> bool {
    let by_email = contact.emails.iter().any(|email| email.folded() == row.email.to_lowercase());
    let by_phone = contact.phones.iter().any(|phone| phone.display() == row.phone);
    let by_name = row.full_name == contact.full_name && contact.account.as_ref().is_some_and(|account| account.id == row.account.id);
    by_email || by_phone || by_name
}

/// Accounts whose names begin with what is typed.
#[server(prefix = "/fn", endpoint = "contact_accounts", input = GetUrl, output = crate::json_text::Answer)]
pub async fn suggest_accounts(text: String) -> Result<Vec<Named<AccountId>>, WireError> {
    Ok(service::accounts::suggest_accounts(&crate::server_ctx::ctx()?, &text).await?)
}
