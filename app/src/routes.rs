//! Every address as a function, so that links are built and never spelled.

use domain::customer::CustomerFilter;
use domain::invoice::InvoiceFilter;
use domain::{
    AccountId, BulkRunId, ContactId, CustomerId, DocumentId, InvoiceId, LeadFilter, LeadId, ListView, MaterialId, MessageTemplateId, QuoteId,
    QuoteState, SavedViewId, TicketFilter, TrialId,
};

/// The list of leads.
pub const LIST: &str = "/leads";
/// The same leads as a board.
pub const BOARD: &str = "/leads/board";

/// One's day, where one comes in.
pub const MY_DAY: &str = "/";
/// Refer a lead, and read what became of those that one referred.
pub const REFER: &str = "/refer";
/// Leads that were handed over and wait to be touched.
pub const RADAR: &str = "/radar";
/// What one has to do.
pub const TASKS: &str = "/tasks";
/// The same by days.
pub const TASK_CALENDAR: &str = "/tasks/calendar";

/// What the people of leads want solved.
pub const TICKETS: &str = "/tickets";

/// The tickets that a filter shows.
#[must_use]
pub fn tickets(filter: TicketFilter) -> String {
    with_query(TICKETS, &filter.to_query())
}

/// Where a ticket is opened for a lead.
#[must_use]
pub fn new_ticket(lead: LeadId) -> String {
    format!("{TICKETS}?lead={lead}&new=1")
}

/// What one was told.
pub const NOTICES: &str = "/notices";

/// What makes a contact a lead.
pub const THRESHOLDS: &str = "/thresholds";

/// Territories and their distributors.
pub const TERRITORIES: &str = "/territories";

/// How people work leads.
pub const REPS: &str = "/reps";

/// The same since some days ago.
#[must_use]
pub fn reps(days: i64) -> String {
    with_query(REPS, &and("", "days", &days.to_string()))
}

/// How the distributor for which one works stands.
pub const STANDING: &str = "/standing";

/// The list of leads that a filter shows.
#[must_use]
pub fn leads(filter: &LeadFilter) -> String {
    with_query(LIST, &filter.to_query())
}

/// The list of leads as a person looks at it, with the saved view that it started from.
#[must_use]
pub fn list(list: &ListView, saved: Option<SavedViewId>) -> String {
    with_query("/leads", &list.address(saved))
}

/// The same with something opened beside it, see `features::leads::list_tool`.
#[must_use]
pub fn list_with(list: &ListView, saved: Option<SavedViewId>, tool: &str) -> String {
    with_query("/leads", &and(&list.address(saved), "tool", tool))
}

/// A saved view.
#[must_use]
pub fn saved_view(id: SavedViewId) -> String {
    format!("/leads?saved={id}")
}

/// What became of a change of many leads.
#[must_use]
pub fn bulk_run(id: BulkRunId) -> String {
    format!("/leads/bulk/{id}")
}

/// One lead, opened from a list.
#[must_use]
pub fn lead(id: LeadId, list: &str) -> String {
    if list.is_empty() { format!("/leads/{id}") } else { format!("/leads/{id}?{list}") }
}

/// A new message to a lead's person, of a template where one is chosen.
#[must_use]
pub fn message(id: LeadId, template: Option<MessageTemplateId>) -> String {
    let query = template.map_or_else(String::new, |template| format!("template={template}"));
    with_query(&format!("/leads/{id}/message"), &query)
}

/// A document of a lead.
#[must_use]
pub fn document(id: DocumentId) -> String {
    format!("/documents/{id}")
}

/// The library of material.
pub const MATERIAL: &str = "/material";

/// A piece of it, as a file.
#[must_use]
pub fn material(id: MaterialId) -> String {
    format!("{MATERIAL}/{id}")
}

/// What can be sold.
pub const PRODUCTS: &str = "/products";

/// What was offered.
pub const QUOTES: &str = "/quotes";

/// The quotes in a state, or all of them; those before one.
#[must_use]
pub fn quotes(state: Option<QuoteState>, before: Option<QuoteId>) -> String {
    let query = state.map_or_else(String::new, |state| and("", "state", state.key()));
    let query = before.map_or_else(|| query.clone(), |before| and(&query, "before", &before.to_string()));
    with_query(QUOTES, &query)
}

/// One quote.
#[must_use]
pub fn quote(id: QuoteId) -> String {
    format!("{QUOTES}/{id}")
}

/// A quote as a file: a revision as it was sent, or as it stands now.
#[must_use]
pub fn quote_pdf(id: QuoteId, revision: Option<i64>) -> String {
    let query = revision.map_or_else(String::new, |revision| and("", "revision", &revision.to_string()));
    with_query(&format!("{QUOTES}/{id}/pdf"), &query)
}

/// Where a customer reads and answers a quote; what follows is secret.
pub const PUBLIC_QUOTE: &str = "/q/";

/// Where a customer does so.
#[must_use]
pub fn public_quote(token: &str) -> String {
    format!("{PUBLIC_QUOTE}{token}")
}

/// A step of the conversion of a lead, from 1 to 3.
#[must_use]
pub fn convert(lead: LeadId, step: u8) -> String {
    let query = if step > 1 { and("", "step", &step.to_string()) } else { String::new() };
    with_query(&format!("{LIST}/{lead}/convert"), &query)
}

/// Who bought.
pub const CUSTOMERS: &str = "/customers";

/// The customers that a filter shows; those before one.
#[must_use]
pub fn customers(filter: &CustomerFilter, before: Option<CustomerId>) -> String {
    let query = filter.to_query();
    let query = before.map_or_else(|| query.clone(), |before| and(&query, "before", &before.to_string()));
    with_query(CUSTOMERS, &query)
}

/// One customer.
#[must_use]
pub fn customer(id: CustomerId) -> String {
    format!("{CUSTOMERS}/{id}")
}

/// What customers are billed.
pub const INVOICES: &str = "/invoices";

/// The invoices that a filter shows; those before one.
#[must_use]
pub fn invoices(filter: InvoiceFilter, before: Option<InvoiceId>) -> String {
    let query = filter.to_query();
    let query = before.map_or_else(|| query.clone(), |before| and(&query, "before", &before.to_string()));
    with_query(INVOICES, &query)
}

/// One invoice.
#[must_use]
pub fn invoice(id: InvoiceId) -> String {
    format!("{INVOICES}/{id}")
}

/// An invoice as a file.
#[must_use]
pub fn invoice_pdf(id: InvoiceId) -> String {
    format!("{INVOICES}/{id}/pdf")
}

/// Where a customer reads an invoice; what follows is secret.
pub const PUBLIC_INVOICE: &str = "/i/";

/// Where a customer does so.
#[must_use]
pub fn public_invoice(token: &str) -> String {
    format!("{PUBLIC_INVOICE}{token}")
}

/// Where invites are answered; what follows is secret.
pub const INVITES: &str = "/invites/";

/// Where an invite is answered.
#[must_use]
pub fn invite(token: &str) -> String {
    format!("{INVITES}{token}")
}

/// Where one says that one wants no more messages; what follows is secret.
pub const UNSUBSCRIBE: &str = "/unsubscribe/";

/// Where one says so.
#[must_use]
pub fn unsubscribe(token: &str) -> String {
    format!("{UNSUBSCRIBE}{token}")
}

/// What stands before what is secret in the address of a page that is for whoever knows it.
pub const PRIVATE: [&str; 5] = [INVITES, UNSUBSCRIBE, SUPPLIERS, PUBLIC_QUOTE, PUBLIC_INVOICE];

/// Whether a page is for whoever knows its address.
#[must_use]
pub fn is_private(path: &str) -> bool {
    PRIVATE.iter().any(|start| path.starts_with(start))
}

/// Where suppliers read what became of their leads; what follows is secret.
pub const SUPPLIERS: &str = "/suppliers/";

/// Where a supplier reads on, behind a lead.
#[must_use]
pub fn supplier(token: &str, before: LeadId) -> String {
    with_query(&format!("{SUPPLIERS}{token}"), &and("", "before", &before.to_string()))
}

/// Whether a page is for strangers: without a session, and without WebAssembly.
#[must_use]
pub fn is_public(path: &str) -> bool {
    matches!(path, "/login" | "/setup" | "/register" | "/register/thanks") || is_private(path)
}

/// One account.
#[must_use]
pub fn account(id: AccountId) -> String {
    format!("/accounts/{id}")
}

/// Accounts that look like one.
pub const DUPLICATES: &str = "/accounts/duplicates";

/// Two accounts side by side, to be made one: the first is kept.
#[must_use]
pub fn merge(kept: AccountId, other: AccountId) -> String {
    format!("/accounts/{kept}/merge/{other}")
}

/// One contact.
#[must_use]
pub fn contact(id: ContactId) -> String {
    format!("/contacts/{id}")
}

/// The rules of routing.
pub const RULES: &str = "/admin/rules";

/// A trial run of the rules.
#[must_use]
pub fn rule_trial(id: TrialId) -> String {
    format!("{RULES}/trials/{id}")
}

/// The firm's logo, by what tells it from former ones.
#[must_use]
pub fn logo(digest: &str) -> String {
    format!("/logo/{digest}")
}

/// A path with a query, where there is one.
#[must_use]
pub fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A query string with one more pair.
#[must_use]
pub fn and(query: &str, name: &str, value: &str) -> String {
    let pair = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    if query.is_empty() { pair } else { format!("{query}&{pair}") }
}
