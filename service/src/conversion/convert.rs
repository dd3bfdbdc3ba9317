//! The conversion itself: everything that may speak against it is asked first, and then it is done in the same transaction.

use std::collections::BTreeSet;

use domain::conversion::{DealTrace, LeadTrace, Made, QuoteTrace, Traces, first_lines, kinds_of_customer};
use domain::event::{Subject, TextChange};
use domain::invoice::Issue;
use domain::{
    Account, AccountId, Action, Catalog, Conversion, ConversionDraft, ConversionId, ConversionKind, Customer, CustomerId, EventKind, FieldErrors,
    FormValues, Invoice, InvoiceKind, Lead, LeadAction, LeadId, Named, PartKind, PartStep, QuoteState, Service, ServiceId,
};
use store::{StoreError, Tx};

use super::ready::{Ready, hindrance, look_through};
use super::wizard::{begin, choose_accepted, draft_of, read_quotes};
use super::{chosen_customer, told_of};
use crate::ctx::Ctx;
use crate::customers::{begin_billing, due_on, tell_of_customer};
use crate::error::{Result, ServiceError};
use crate::invoices;
use crate::leads::{move_within, require, save, visible};
use crate::once::{self, Once};
use crate::quotes::accept_within;
use crate::records::{Record, record_changed};

/// Converts a lead as the person's draft says, with the fields of step 2 that come with the form. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when somebody converted it already, and when it is closed otherwise;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`]. Nothing is made then.
pub async fn convert(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<Made> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let lead = match open_or_made(ctx, &mut tx, id, once, &catalog).await? {
        Opened::Made(made) => return Ok(made),
        Opened::Lead(lead) => *lead,
    };
    let mut draft = draft_of(ctx, &mut tx, &lead, &catalog).await?;
    finish(ctx, tx, lead, &mut draft, form, once, &catalog).await
}

/// Converts a lead without a draft, for programs. Fields: `kind` (the site's, where it is left out), `quote` (several; where none is named those that were
/// accepted), `customer` (an existing one's number), those of [`Customer::fill`], and `keep_taxes`. What is left out is what the lead knows.
///
/// # Errors
/// As [`convert`].
pub async fn convert_at_once(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<Made> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let lead = match open_or_made(ctx, &mut tx, id, once, &catalog).await? {
        Opened::Made(made) => return Ok(made),
        Opened::Lead(lead) => *lead,
    };
    let mut draft = draft_at_once(ctx, &mut tx, &lead, form, &catalog).await?;
    finish(ctx, tx, lead, &mut draft, form, once, &catalog).await
}

/// Converts a lead that the transaction holds, with what the site offers first, its accepted quotes and what the lead knows. Gives what was made with the
/// lead as it is then; in words why it is left alone.
///
/// # Errors
/// What the store reports.
pub(crate) async fn convert_within(ctx: &Ctx, tx: &mut Tx, lead: Lead, catalog: &Catalog) -> Result<std::result::Result<(Lead, Made), String>> {
    let form = FormValues::default();
    let asked = async {
        require(ctx, Action::ConvertLead, &lead)?;
        if let Some(conversion) = tx.conversions().find_of_lead(lead.id).await? {
            return Err(ServiceError::Refused(told_of(&conversion, catalog)));
        }
        if let Some(sentence) = hindrance(ctx, &lead, catalog)? {
            return Err(ServiceError::Refused(sentence));
        }
        let mut draft = draft_at_once(ctx, tx, &lead, &form, catalog).await?;
        let ready = settle(ctx, tx, &lead, &mut draft, &form, catalog).await?;
        Ok((draft, ready))
    };
    match asked.await {
        Ok((draft, ready)) => {
            let (made, lead) = carry_out(ctx, tx, lead, &draft, ready, catalog).await?;
            Ok(Ok((lead, made)))
        }
        Err(ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence)) => Ok(Err(sentence)),
        Err(ServiceError::Invalid(errors)) => Ok(Err(errors.0.into_values().next().unwrap_or_else(|| "It lacks something".to_owned()))),
        Err(error) => Err(error),
    }
}

/// Takes, before many leads are converted in one transaction or `undone` conversions are taken back, all that each of them takes before it tells of itself:
/// accounts, the customers that there are, and numbers, in the order in which everybody takes them. Whoever converts, bills or is paid meanwhile waits, and
/// nobody waits for the other.
pub(crate) async fn hold_for_many(ctx: &Ctx, tx: &mut Tx, accounts: &[AccountId], undone: &[ConversionId], catalog: &Catalog) -> Result<()> {
    let accounts: BTreeSet<AccountId> = accounts.iter().copied().collect();
    let mut customers: BTreeSet<CustomerId> = BTreeSet::new();
    for account in accounts {
        tx.customers().hold_account(account).await?;
        customers.extend(tx.customers().find_of_account(account).await?.map(|customer| customer.id));
    }
    for id in undone {
        customers.extend(tx.conversions().find(*id).await?.and_then(|conversion| conversion.customer));
    }
    for customer in customers {
        tx.customers().hold(customer).await?;
    }
    for name in ["customer", "customer_service", "invoice", "conversion"] {
        tx.take_numbers(name, 0).await?;
    }
    let year = catalog.site.zone.at(ctx.now()).today().year();
    for kind in InvoiceKind::ALL {
        tx.invoices().hold_series(kind, year).await?;
    }
    Ok(())
}

/// What somebody who comes to convert a lead finds.
enum Opened {
    /// The same wish was done before.
    Made(Made),
    Lead(Box<Lead>),
}

/// Holds the lead first, so that of two who come at once the second finds what the first did.
async fn open_or_made(ctx: &Ctx, tx: &mut Tx, id: LeadId, once: Option<&Once>, catalog: &Catalog) -> Result<Opened> {
    tx.leads().hold(id).await?;
    if let Some(made) = once::made_before(tx, once).await? {
        let conversion = tx.conversions().find(ConversionId(made)).await?.ok_or(ServiceError::NotFound)?;
        let Some(customer) = conversion.customer else {
            return Err(ServiceError::Refused("This was converted and taken back since; load the page again".to_owned()));
        };
        return Ok(Opened::Made(Made {
            conversion: conversion.id,
            customer: Named { id: customer, name: conversion.customer_name },
            services: conversion.services,
            invoice: conversion.invoice.map(|id| Named { id, name: conversion.invoice_name }),
        }));
    }
    let lead = visible(ctx, tx, id).await?;
    require(ctx, Action::ConvertLead, &lead)?;
    if let Some(conversion) = tx.conversions().find_of_lead(id).await? {
        return Err(ServiceError::Refused(told_of(&conversion, catalog)));
    }
    if let Some(sentence) = hindrance(ctx, &lead, catalog)? {
        return Err(ServiceError::Refused(sentence));
    }
    // Held before it is asked whether the account is a customer already.
    tx.customers().hold_account(lead.account.id).await?;
    Ok(Opened::Lead(Box::new(lead)))
}

/// A draft that nobody kept: of the quotes that a form names, or else of those that were accepted.
async fn draft_at_once(ctx: &Ctx, tx: &mut Tx, lead: &Lead, form: &FormValues, catalog: &Catalog) -> Result<ConversionDraft> {
    let mut draft = begin(ctx, tx, lead, catalog).await?;
    if form.find("quote").is_some() {
        let quotes = read_quotes(tx, lead.id, form).await?;
        draft.choose(&quotes, &lead.currency, catalog.site.zone.at(ctx.now()).today());
    } else {
        choose_accepted(ctx, tx, lead, &mut draft, catalog).await?;
    }
    Ok(draft)
}

async fn finish(
    ctx: &Ctx,
    mut tx: Tx,
    lead: Lead,
    draft: &mut ConversionDraft,
    form: &FormValues,
    once: Option<&Once>,
    catalog: &Catalog,
) -> Result<Made> {
    let ready = settle(ctx, &mut tx, &lead, draft, form, catalog).await?;
    let (made, _) = carry_out(ctx, &mut tx, lead, draft, ready, catalog).await?;
    once::note(ctx, &mut tx, once, made.conversion.0).await?;
    tx.save().await?;
    Ok(made)
}

/// Takes the form into the draft, and asks all that may speak against it.
async fn settle(ctx: &Ctx, tx: &mut Tx, lead: &Lead, draft: &mut ConversionDraft, form: &FormValues, catalog: &Catalog) -> Result<Ready> {
    let mut errors = FieldErrors::default();
    let chosen = errors.take("customer", chosen_customer(tx, form).await?).flatten();
    draft.take_fields(form, chosen, &mut errors);
    if let Some(customer) = draft.customer {
        tx.customers().hold(customer).await?;
    }
    let ready = look_through(ctx, tx, lead, draft, catalog, &mut errors).await?;
    errors.into_result()?;
    Ok(ready)
}

/// Makes it all. Numbers are taken before anything is told: that order is everybody's, so that nobody waits for who waits for them.
async fn carry_out(ctx: &Ctx, tx: &mut Tx, lead: Lead, draft: &ConversionDraft, ready: Ready, catalog: &Catalog) -> Result<(Made, Lead)> {
    let (by, now) = (ctx.actor()?.id, ctx.now());
    let account = tx.accounts().find(lead.account.id).await?;
    let account = account
        .ok_or_else(|| ServiceError::Refused("The account of this lead is not there any more; choose another on the lead’s page".to_owned()))?;
    let before = (!ready.is_new).then_some(ready.customer.state);
    let customer = put_customer(ctx, tx, draft.kind, &ready).await?;
    let services = make_services(ctx, tx, draft, &customer).await?;
    let invoice = make_invoice(ctx, tx, draft, &ready, &customer, &services).await?;
    let services = services.into_iter().map(|service| pass_first_period(service, &customer)).collect::<Vec<_>>();
    tx.customer_services().add(&services).await?;
    if let Some(invoice) = &invoice {
        invoices::put(tx, invoice).await?;
    }
    let id = ConversionId(tx.take_numbers("conversion", 1).await?);
    let was =
        if lead.state.life_cycle().is_open() { Some(LeadTrace { clocks: tx.clocks().traces(lead.id).await?, ..LeadTrace::of(&lead) }) } else { None };
    let mut traces = Traces { lead: was, quotes: Vec::new(), deals: Vec::new(), account_kinds: account.kinds.clone(), customer: before };
    // From here on it is told.
    make_customer_of(ctx, tx, account, catalog).await?;
    let lead = accept_quotes(ctx, tx, lead, &ready, &mut traces, catalog).await?;
    let lead = if lead.state.life_cycle().is_open() {
        let status = ready.settings.won_status(lead.lead_type, catalog);
        move_within(ctx, tx, lead, (LeadAction::Win, None), status, catalog).await?
    } else {
        lead
    };
    let conversion = Conversion {
        id,
        kind: draft.kind,
        lead: lead.id,
        customer: Some(customer.id),
        customer_name: customer.title(),
        invoice: invoice.as_ref().map(|invoice| invoice.id),
        invoice_name: invoice.as_ref().map_or_else(String::new, Invoice::name),
        services: services.iter().map(|(service, _)| service.id).collect(),
        by,
        at: now,
        undone_at: None,
        undone_by: None,
        traces,
    };
    tx.conversions().add(&conversion).await.map_err(|error| match error {
        StoreError::Conflict { .. } => ServiceError::Refused("Somebody has converted this lead meanwhile; load the page again".to_owned()),
        error => error.into(),
    })?;
    tx.conversions().remove_drafts(lead.id, None).await?;
    let told = told_facts(&conversion, services.len(), invoice.as_ref());
    // Without the lead's name: more people read of the account than know of the lead.
    tell_of_customer(ctx, tx, &customer, vec![TextChange { what: "Lead".to_owned(), old: String::new(), new: "converted".to_owned() }]).await?;
    let read = lead.clone();
    let mut lead = lead;
    save(ctx, tx, &mut lead, &read, EventKind::Part { part: PartKind::Customer, step: PartStep::Converted, name: customer.title(), changes: told })
        .await?;
    let made = Made {
        conversion: id,
        customer: Named { id: customer.id, name: customer.title() },
        services: conversion.services,
        invoice: invoice.map(|invoice| Named { id: invoice.id, name: invoice.name() }),
    };
    Ok((made, lead))
}

/// Makes the customer, or gives the existing one its state.
async fn put_customer(ctx: &Ctx, tx: &mut Tx, kind: ConversionKind, ready: &Ready) -> Result<Customer> {
    let mut customer = ready.customer.clone();
    if !ready.is_new {
        let state = kind.state_after(Some(customer.state));
        if state != customer.state {
            let expected = customer.version;
            (customer.state, customer.version, customer.updated_at) = (state, expected + 1, ctx.now());
            if !tx.customers().change(&customer, expected).await? {
                return Err(ServiceError::Busy);
            }
            // Another state after a conversion is always that they are active.
            begin_billing(ctx, tx, &customer, ready.today).await?;
        }
        return Ok(customer);
    }
    customer.state = kind.state_after(None);
    customer.id = CustomerId(tx.take_numbers("customer", 1).await?);
    if customer.number.is_empty() {
        customer.number = Customer::given_number(customer.id);
        // Somebody may have typed it for another.
        while tx.customers().find_by_number(&customer.number).await?.is_some() {
            customer.id = CustomerId(tx.take_numbers("customer", 1).await?);
            customer.number = Customer::given_number(customer.id);
        }
    }
    let number = customer.number.clone();
    tx.customers().add(&customer).await.map_err(|error| match error {
        StoreError::Conflict { .. } => {
            FieldErrors::at("number", format!("{number} is another customer’s number; choose another, or leave it empty for the next one")).into()
        }
        error => ServiceError::from(error),
    })?;
    Ok(customer)
}

/// The services with their numbers, none of them billed yet.
async fn make_services(ctx: &Ctx, tx: &mut Tx, draft: &ConversionDraft, customer: &Customer) -> Result<Vec<Service>> {
    if draft.services.is_empty() {
        return Ok(Vec::new());
    }
    let first = tx.take_numbers("customer_service", draft.services.len() as i64).await?;
    let service = |(id, one): (i64, &domain::conversion::DraftService)| Service {
        id: ServiceId(id),
        quote_line: one.of.map(|(_, line)| line),
        sold: one.sold.clone(),
        end: one.end,
        ..Service::blank(customer.id, &draft.currency, one.start, ctx.now())
    };
    Ok((first..).zip(&draft.services).map(service).collect())
}

/// The paper that the kind wants, for the first period of each service.
async fn make_invoice(
    ctx: &Ctx,
    tx: &mut Tx,
    draft: &ConversionDraft,
    ready: &Ready,
    customer: &Customer,
    services: &[Service],
) -> Result<Option<Invoice>> {
    let Some(kind) = draft.kind.paper() else { return Ok(None) };
    let of = Issue {
        kind,
        customer,
        currency: &draft.currency,
        today: ready.today,
        due_days: ready.settings.due_days,
        by: Some(ctx.actor()?.id),
        now: ctx.now(),
    };
    Ok(Some(invoices::number(tx, Invoice::issue(of, first_lines(services))).await?))
}

/// The first period is billed with the conversion, waits for its proforma, or is passed over: it is no job's in any case.
fn pass_first_period(mut service: Service, customer: &Customer) -> (Service, Option<domain::Timestamp>) {
    service.billed_from = service.next_period().map(|period| period.from);
    let due_on = due_on(customer, &service);
    (service, due_on)
}

/// Makes the account a customer among accounts.
async fn make_customer_of(ctx: &Ctx, tx: &mut Tx, account: Account, catalog: &Catalog) -> Result<()> {
    let kinds = kinds_of_customer(&account.kinds);
    change_kinds(ctx, tx, account, kinds, catalog).await
}

/// Gives an account other kinds, with its event; nothing where they are these already.
pub(super) async fn change_kinds(ctx: &Ctx, tx: &mut Tx, account: Account, kinds: Vec<domain::AccountKind>, catalog: &Catalog) -> Result<()> {
    if account.kinds == kinds {
        return Ok(());
    }
    let after = Account { version: account.version + 1, updated_at: ctx.now(), kinds, ..account.clone() };
    if !tx.accounts().change(&after, account.version).await? {
        return Err(ServiceError::Busy);
    }
    let changes = Account::FIELDS.iter().filter(|field| !(field.is_same)(&account, &after)).map(|field| TextChange {
        what: field.label.to_owned(),
        old: (field.show)(&account, catalog),
        new: (field.show)(&after, catalog),
    });
    let record = Record { subject: Subject::Account, id: after.id.0, version: after.version, name: &after.name, lead: None };
    record_changed(ctx, tx, record, changes.collect()).await
}

/// Notes quotes as accepted that were not, and what they and their deals were.
async fn accept_quotes(ctx: &Ctx, tx: &mut Tx, mut lead: Lead, ready: &Ready, traces: &mut Traces, catalog: &Catalog) -> Result<Lead> {
    let waiting: Vec<_> = ready.quotes.iter().filter(|quote| quote.state != QuoteState::Accepted).collect();
    let mut deals = Vec::new();
    for quote in &waiting {
        if deals.iter().all(|deal: &domain::Opportunity| deal.id != quote.opportunity.id) {
            deals.extend(tx.opportunities().find(quote.opportunity.id).await?);
        }
    }
    for quote in waiting {
        traces.quotes.push(QuoteTrace::of(quote));
        lead = accept_within(ctx, tx, &lead, quote, catalog).await?;
    }
    for before in deals {
        let after = tx.opportunities().find(before.id).await?;
        traces.deals.extend(after.and_then(|after| DealTrace::between(&before, &after)));
    }
    Ok(lead)
}

/// What the lead's timeline says of it.
fn told_facts(conversion: &Conversion, services: usize, invoice: Option<&Invoice>) -> Vec<TextChange> {
    let facts = [
        ("Kind", conversion.kind.label().to_owned()),
        ("Services", services.to_string()),
        ("Invoice", invoice.map_or_else(String::new, |invoice| format!("{}, {}", invoice.name(), invoice.total_words()))),
    ];
    let told = facts.into_iter().filter(|(_, value)| !value.is_empty());
    told.map(|(what, value)| TextChange { what: what.to_owned(), old: String::new(), new: value }).collect()
}
