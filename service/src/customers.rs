//! What a person can do with customers and the services that they have. Customers follow accounts: people of the house see and change them.

use domain::customer::{CustomerFilter, CustomerLead, CustomerPage, CustomerRow, SERVICES_MOST};
use domain::event::{Arrival, Subject, TextChange};
use domain::invoice::InvoiceFilter;
use domain::lead_filter::Cursor;
use domain::{
    AccountId, Action, Billing, Catalog, Contact, Customer, CustomerId, CustomerState, EventKind, FieldErrors, FormValues, Lead, LeadId, Named,
    Opportunity, Page, Role, Scope, Service, ServiceId, Target, Timestamp, text,
};
use store::customers::CustomersOf;
use store::{StoreError, Tx};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{Arriving, arrive_of, blank};
use crate::once::{self, Once};
use crate::opportunities;
use crate::phone;
use crate::records::{Record, record_event};

/// Customers on a page of their list.
pub const PAGE_SIZE: usize = 50;
/// Invoices on a customer's page; the list of invoices has all.
const INVOICES_MOST: i64 = 200;

/// A page of customers, newest first: those before the last one of the page before.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list(ctx: &Ctx, filter: &CustomerFilter, before: Option<CustomerId>, limit: usize) -> Result<Page<CustomerRow>> {
    ctx.require(Action::ReadAccounts)?;
    let today = ctx.catalog().await?.site.zone.at(ctx.now()).today();
    let words = filter.words();
    let of = CustomersOf { words: &words, state: filter.state, before, today, limit: limit as i64 + 1 };
    let found = ctx.store.read().await?.customers().list(of).await?;
    Ok(Page::forwards(found, limit, |last| Cursor { value: String::new(), id: last.id.0 }))
}

/// The customer that an account is, by number and name.
///
/// # Errors
/// As [`list`].
pub async fn of_account(ctx: &Ctx, account: AccountId) -> Result<Option<Named<CustomerId>>> {
    ctx.require(Action::ReadAccounts)?;
    let found = ctx.store.read().await?.customers().find_of_account(account).await?;
    Ok(found.map(|customer| Named { id: customer.id, name: customer.title() }))
}

/// A customer with what its page needs. Of the leads that they came from only those that the person may know of.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of the house.
pub async fn find(ctx: &Ctx, id: CustomerId) -> Result<CustomerPage> {
    let actor = ctx.require(Action::ReadAccounts)?;
    let today = ctx.catalog().await?.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.read().await?;
    let customer = tx.customers().find(id).await?.ok_or(ServiceError::NotFound)?;
    let may_change = domain::can(actor, Action::EditAccounts, Target::Site);
    let may_bill = may_change && customer.state == CustomerState::Active && customer.billing != Billing::Unbilled;
    let filter = InvoiceFilter { customer: Some(id), ..InvoiceFilter::default() };
    Ok(CustomerPage {
        services: tx.customer_services().of_customer(id).await?,
        invoices: tx.invoices().list(filter, None, INVOICES_MOST).await?,
        leads: tx.conversions().leads_of(id, &Scope::of(actor)).await?,
        customer,
        may_change,
        may_bill,
        today,
    })
}

/// Changes the fields of a customer that were sent, see [`Customer::fill`], with the `version` that was read.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields, also at `number` for one that another has; [`ServiceError::Refused`] when somebody changed it since;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of the house.
pub async fn change(ctx: &Ctx, id: CustomerId, form: &FormValues) -> Result<()> {
    ctx.require(Action::EditAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let read = held(&mut tx, id, form).await?;
    let mut after = read.clone();
    let mut errors = FieldErrors::default();
    after.fill(form, &catalog, &|text| phone::parse(text, &catalog.site.region), &mut errors);
    if after.number.is_empty() {
        errors.add("number", "Enter a number");
    } else if tx.customers().find_by_number(&after.number).await?.is_some_and(|other| other.id != id) {
        errors.add("number", taken(&after.number));
    }
    errors.into_result()?;
    write(ctx, &mut tx, &read, after, &catalog).await?;
    Ok(tx.save().await?)
}

/// Makes a customer active or inactive, with the `version` that was read. Who is inactive is not billed, also not once they are active again.
///
/// # Errors
/// As [`change`].
pub async fn change_state(ctx: &Ctx, id: CustomerId, state: CustomerState, form: &FormValues) -> Result<()> {
    ctx.require(Action::EditAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let read = held(&mut tx, id, form).await?;
    let after = Customer { state, ..read.clone() };
    write(ctx, &mut tx, &read, after, &catalog).await?;
    Ok(tx.save().await?)
}

/// Adds a service to a customer. Fields: `currency` (the site's, where it is left out), those of [`domain::Sold::fill`], `start` (today, where it is left
/// out), `end`. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when they have too many; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn add_service(ctx: &Ctx, id: CustomerId, form: &FormValues, once: Option<&Once>) -> Result<ServiceId> {
    ctx.require(Action::EditAccounts)?;
    let catalog = ctx.catalog().await?;
    let today = catalog.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.begin().await?;
    let customer = held(&mut tx, id, &FormValues::default()).await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(ServiceId(made));
    }
    let mut errors = FieldErrors::default();
    let typed = form.get("currency").trim();
    let currency =
        if typed.is_empty() { Some(catalog.site.currency.clone()) } else { errors.take("currency", domain::product::parse_currency(typed)) };
    let mut service = Service::blank(id, currency.as_deref().unwrap_or_default(), today, ctx.now());
    service.fill(form, &mut errors);
    errors.into_result()?;
    if tx.customer_services().count_of(id).await? >= SERVICES_MOST {
        return Err(ServiceError::Refused(format!("{} has too many services already; at most {SERVICES_MOST} can be kept", customer.title())));
    }
    service.id = ServiceId(tx.take_numbers("customer_service", 1).await?);
    let due = due_on(&customer, &service);
    let words = service.sold.words(&service.currency);
    tx.customer_services().add(&[(service.clone(), due)]).await?;
    tell_of_customer(ctx, &mut tx, &customer, vec![TextChange { what: "Service".to_owned(), old: String::new(), new: words }]).await?;
    once::note(ctx, &mut tx, once, service.id.0).await?;
    tx.save().await?;
    Ok(service.id)
}

/// Changes the fields of a service that were sent, with the `version` that was read. What was billed stays as it was. Gives its customer.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields, also at `start` and `period` once it was billed; else as [`change`].
pub async fn change_service(ctx: &Ctx, id: ServiceId, form: &FormValues) -> Result<CustomerId> {
    edit_service(ctx, id, form, |service, read, _, errors| {
        service.fill(form, errors);
        if read.billed_from.is_some() {
            // Periods are counted from its first day, so these would count what was billed otherwise.
            if service.start != read.start {
                errors.add("start", "It was billed already, so its first day stays; stop it and add another");
            }
            if service.sold.period != read.sold.period {
                errors.add("period", "It was billed already, so its period stays; stop it and add another");
            }
        }
    })
    .await
}

/// Stops a service. Fields: `on`, the first day without it (today, where it is empty); the `version` that was read. Gives its customer.
///
/// # Errors
/// [`ServiceError::Invalid`] at `on`; else as [`change`].
pub async fn stop_service(ctx: &Ctx, id: ServiceId, form: &FormValues) -> Result<CustomerId> {
    edit_service(ctx, id, form, |service, _, today, errors| {
        let typed = form.get("on").trim();
        let day = if typed.is_empty() { Some(today) } else { errors.take("on", Timestamp::parse_day(typed).ok_or("Enter a date like 2026-11-24")) };
        service.stopped_on = day.or(service.stopped_on);
    })
    .await
}

/// Lets a service that was stopped go on. Periods that went by meanwhile are due then. Gives its customer.
///
/// # Errors
/// As [`change`].
pub async fn resume_service(ctx: &Ctx, id: ServiceId) -> Result<CustomerId> {
    edit_service(ctx, id, &FormValues::default(), |service, _, _, _| service.stopped_on = None).await
}

/// Opens a new opportunity with a customer: a lead of the same account and person, with its deal. Fields: `name` of the deal, which may be empty. For a form
/// that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] where nobody of the account is known; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn open_again(ctx: &Ctx, id: CustomerId, form: &FormValues, once: Option<&Once>) -> Result<LeadId> {
    let actor = ctx.require(Action::AddLead)?.clone();
    let catalog = ctx.catalog().await?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", text::line(form.get("name")));
    errors.into_result()?;
    let mut tx = ctx.store.begin().await?;
    let customer = tx.customers().find(id).await?.ok_or(ServiceError::NotFound)?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(LeadId(made));
    }
    let known = tx.conversions().leads_of(id, &Scope::of(&actor)).await?;
    let earlier = match known.first() {
        Some(CustomerLead { id, .. }) => tx.leads().find_many(&[*id]).await?.pop(),
        None => None,
    };
    let contact = person_of(&mut tx, &customer, earlier.as_ref()).await?;
    let contact = contact.ok_or_else(|| ServiceError::Refused(format!("Nobody of {} is known; add a contact first", customer.account.name)))?;
    let mut errors = FieldErrors::default();
    let lead = begin_again(ctx, &customer, earlier.as_ref(), &catalog, &mut errors)?;
    errors.into_result()?;
    let lead = Lead {
        created_by: Some(actor.id),
        owner: matches!(actor.role, Role::Rep | Role::Manager).then_some(actor.id),
        group: actor.groups.first().copied(),
        ..lead
    };
    // The person may have gone to another company since; the lead is the customer's.
    let contact = Contact { account: Some(customer.account.clone()), ..contact };
    let made = arrive_of(ctx, &mut tx, lead, &contact, Arriving::of("", None, Arrival::ByHand), &catalog).await?;
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        for deal in tx.opportunities().of_lead(made).await? {
            opportunities::put(ctx, &mut tx, &deal, Opportunity { name: name.clone(), ..deal.clone() }, &catalog).await?;
        }
    }
    once::note(ctx, &mut tx, once, made.0).await?;
    tx.save().await?;
    Ok(made)
}

/// Who of a customer's account the new lead is about: the person of the earlier one, or whoever comes first.
async fn person_of(tx: &mut Tx, customer: &Customer, earlier: Option<&Lead>) -> Result<Option<Contact>> {
    if let Some(lead) = earlier
        && let Some(contact) = tx.contacts().find(lead.contact).await?
    {
        return Ok(Some(contact));
    }
    match tx.contacts().of_account(customer.account.id).await?.first() {
        Some(row) => Ok(tx.contacts().find(row.id).await?),
        None => Ok(None),
    }
}

/// A lead of what is known of a customer: of the earlier one's type, where it is still offered.
fn begin_again(ctx: &Ctx, customer: &Customer, earlier: Option<&Lead>, catalog: &Catalog, errors: &mut FieldErrors) -> Result<Lead> {
    let lead_type = earlier.map(|lead| lead.lead_type).filter(|id| catalog.offered_types().any(|offered| offered.id == *id));
    let typed = FormValues(lead_type.map(|id| ("type".to_owned(), id.to_string())).into_iter().collect());
    let lead = blank(ctx, &typed, catalog, errors)?;
    Ok(Lead {
        partner: customer.partner,
        location: customer.location,
        category: customer.category.or(lead.category),
        address: customer.address.clone(),
        currency: earlier.map_or(lead.currency.clone(), |earlier| earlier.currency.clone()),
        ..lead
    })
}

async fn edit_service(
    ctx: &Ctx,
    id: ServiceId,
    form: &FormValues,
    edit: impl FnOnce(&mut Service, &Service, Timestamp, &mut FieldErrors),
) -> Result<CustomerId> {
    ctx.require(Action::EditAccounts)?;
    let today = ctx.catalog().await?.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.begin().await?;
    let found = tx.customer_services().find(id).await?.ok_or(ServiceError::NotFound)?;
    let customer = held(&mut tx, found.customer, &FormValues::default()).await?;
    // Read again: whoever had its customer before may have changed it.
    let read = tx.customer_services().find(id).await?.ok_or(ServiceError::NotFound)?;
    require_version(form, read.version)?;
    let mut after = read.clone();
    let mut errors = FieldErrors::default();
    edit(&mut after, &read, today, &mut errors);
    errors.into_result()?;
    if after == read {
        return Ok(customer.id);
    }
    (after.version, after.updated_at) = (read.version + 1, ctx.now());
    if !tx.customer_services().change(&after, due_on(&customer, &after), read.version).await? {
        return Err(ServiceError::Busy);
    }
    let change = TextChange { what: "Service".to_owned(), old: service_words(&read), new: service_words(&after) };
    tell_of_customer(ctx, &mut tx, &customer, vec![change]).await?;
    tx.save().await?;
    Ok(customer.id)
}

/// A service in a line, with its days.
fn service_words(service: &Service) -> String {
    let until = service.last_day().map_or_else(String::new, |day| format!(" to {}", day.readable_day()));
    format!("{}, from {}{until}", service.sold.words(&service.currency), service.start.readable_day())
}

/// Loads a customer to change it; whoever changes or bills it at the same moment waits. The form's `version` is the one that was read.
async fn held(tx: &mut Tx, id: CustomerId, form: &FormValues) -> Result<Customer> {
    tx.customers().hold(id).await?;
    let customer = tx.customers().find(id).await?.ok_or(ServiceError::NotFound)?;
    require_version(form, customer.version)?;
    Ok(customer)
}

fn require_version(form: &FormValues, present: i64) -> Result<()> {
    if form.find("version").is_some_and(|version| version.trim().parse() != Ok(present)) {
        return Err(ServiceError::Refused("Somebody changed this meanwhile; load the page again to see it".to_owned()));
    }
    Ok(())
}

fn taken(number: &str) -> String {
    format!("{number} is another customer’s number; choose another")
}

/// Writes a changed customer with what follows: its event, and when its services are due.
async fn write(ctx: &Ctx, tx: &mut Tx, read: &Customer, mut after: Customer, catalog: &Catalog) -> Result<()> {
    let changes = after.changes_since(read, catalog);
    if changes.is_empty() {
        return Ok(());
    }
    (after.version, after.updated_at) = (read.version + 1, ctx.now());
    let written = tx.customers().change(&after, read.version).await.map_err(|error| match error {
        StoreError::Conflict { .. } => FieldErrors::at("number", taken(&after.number)).into(),
        error => ServiceError::from(error),
    })?;
    if !written {
        return Err(ServiceError::Busy);
    }
    if read.state == CustomerState::Inactive && after.state == CustomerState::Active {
        begin_billing(ctx, tx, &after, catalog.site.zone.at(ctx.now()).today()).await?;
    } else if (read.state, read.billing) != (after.state, after.billing) {
        refresh_due(tx, &after).await?;
    }
    tell_of_customer(ctx, tx, &after, changes).await
}

/// Tells of a customer where its account is told of.
pub(crate) async fn tell_of_customer(ctx: &Ctx, tx: &mut Tx, customer: &Customer, changes: Vec<TextChange>) -> Result<()> {
    let name = format!("customer {}", customer.title());
    // Of no version of the account: what is changed of a customer is nobody's edit of the account.
    let record = Record { subject: Subject::Account, id: customer.account.id.0, version: 0, name: &name, lead: None };
    record_event(ctx, tx, record, EventKind::RecordChanged { name: name.clone(), changes }).await
}

/// When the next period of a service is due, where it is billed by itself.
pub(crate) fn due_on(customer: &Customer, service: &Service) -> Option<Timestamp> {
    let is_billed = customer.state == CustomerState::Active && customer.billing == Billing::Recurring;
    if is_billed { service.next_period().map(|period| period.from) } else { None }
}

/// Passes over what ended while a customer was inactive, and notes when each of their services is due; for who becomes active.
pub(crate) async fn begin_billing(ctx: &Ctx, tx: &mut Tx, customer: &Customer, today: Timestamp) -> Result<()> {
    for read in tx.customer_services().of_customer(customer.id).await? {
        let mut after = read.clone();
        after.pass_ended(today);
        if after != read {
            (after.version, after.updated_at) = (read.version + 1, ctx.now());
        }
        if !tx.customer_services().change(&after, due_on(customer, &after), read.version).await? {
            return Err(ServiceError::Busy);
        }
    }
    Ok(())
}

/// Notes anew when each service of a customer is due.
pub(crate) async fn refresh_due(tx: &mut Tx, customer: &Customer) -> Result<()> {
    for service in tx.customer_services().of_customer(customer.id).await? {
        tx.customer_services().change_due(service.id, due_on(customer, &service)).await?;
    }
    Ok(())
}
