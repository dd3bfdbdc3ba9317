//! What pages show of customers to people of the house.

use serde::{Deserialize, Serialize};

use super::{Customer, CustomerState, Service};
use crate::conversion::ConversionRow;
use crate::invoice::InvoiceRow;
use crate::lead_filter::sought;
use crate::text::search_words;
use crate::{AccountId, CustomerId, FormValues, LeadId, LifeCycle, Named, Timestamp};

/// Which customers a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFilter {
    /// Words that are sought in number, name, account and e-mail addresses.
    pub query: String,
    pub state: Option<CustomerState>,
}

impl CustomerFilter {
    /// Reads a query string: `q`, `state`. What makes no sense is left out.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let values = FormValues::decode(query.trim_start_matches('?').as_bytes());
        Self { query: values.get("q").trim().to_owned(), state: CustomerState::from_key(values.get("state")) }
    }

    /// Writes what [`CustomerFilter::from_query`] reads, without what says nothing.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut values = FormValues::default();
        if !self.query.is_empty() {
            values.0.push(("q".to_owned(), self.query.clone()));
        }
        values.0.extend(self.state.map(|state| ("state".to_owned(), state.key().to_owned())));
        values.encode()
    }

    /// Its words, lower case; of a long text those at its beginning, as in a search among leads.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        search_words(&sought(&self.query))
    }
}

/// A customer in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRow {
    pub id: CustomerId,
    pub number: String,
    pub name: String,
    pub account: Named<AccountId>,
    pub state: CustomerState,
    pub since: Timestamp,
    /// Services that are neither ended nor stopped.
    pub service_count: i64,
    /// Invoices that are open.
    pub open_count: i64,
}

/// A lead that a customer came from, as far as the person may know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerLead {
    pub id: LeadId,
    pub full_name: String,
    pub state: LifeCycle,
    pub conversion: ConversionRow,
}

/// A customer, as who may read it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerPage {
    pub customer: Customer,
    /// Oldest first.
    pub services: Vec<Service>,
    /// Newest first.
    pub invoices: Vec<InvoiceRow>,
    /// The leads that they came from within the person's scope, newest first: their timeline, documents, tasks, tickets and messages are on the leads' pages.
    pub leads: Vec<CustomerLead>,
    /// Whether the person may change them and their services, and make a new opportunity.
    pub may_change: bool,
    /// Whether the person may make an invoice of what is due.
    pub may_bill: bool,
    /// As its start in UTC.
    pub today: Timestamp,
}
