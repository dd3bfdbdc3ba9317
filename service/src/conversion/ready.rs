//! Whether a draft can be carried out as everything is now, and what that would make. The preview shows it, the conversion does it.

use domain::conversion::{ConversionPreview, why_not_converted};
use domain::customer::SERVICES_MOST;
use domain::lead::ActionInput;
use domain::quote::Totals;
use domain::{
    Billing, Catalog, ConversionDraft, ConversionKind, ConversionSettings, Customer, CustomerState, DAY_MS, FieldErrors, Lead, LeadAction, Product,
    Quote, QuoteState, Timestamp, money,
};
use store::Tx;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::phone;

/// What a draft comes to.
#[derive(Debug)]
pub(super) struct Ready {
    /// As they are now, in the order in which they were chosen.
    pub quotes: Vec<Quote>,
    /// The existing one, or a new one without id; without its number too where none was typed.
    pub customer: Customer,
    pub is_new: bool,
    pub settings: ConversionSettings,
    pub today: Timestamp,
}

/// Why a lead cannot be converted, whatever the draft: closed otherwise, or without a status for won leads.
pub(super) fn hindrance(ctx: &Ctx, lead: &Lead, catalog: &Catalog) -> Result<Option<String>> {
    if let Some(sentence) = why_not_converted(lead) {
        return Ok(Some(sentence));
    }
    if !lead.state.life_cycle().is_open() {
        return Ok(None);
    }
    let input = ActionInput { actor: ctx.actor()?.id, now: ctx.now(), reason: None };
    Ok(lead.clone().act(LeadAction::Win, input, catalog).err().map(|refused| refused.to_string()))
}

/// Products that services of a draft are of.
pub(super) async fn products_of(tx: &mut Tx, draft: &ConversionDraft) -> Result<Vec<Product>> {
    let mut ids: Vec<_> = draft.services.iter().filter_map(|service| service.product).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(tx.products().find_many(&ids).await?)
}

/// The quotes of a lead that a draft has chosen, as they are now.
pub(super) async fn quotes_of(tx: &mut Tx, draft: &ConversionDraft) -> Result<Vec<Quote>> {
    let mut quotes = Vec::new();
    for chosen in &draft.quotes {
        quotes.extend(tx.quotes().find(chosen.id).await?.filter(|quote| quote.lead == draft.lead));
    }
    Ok(quotes)
}

/// Looks a draft through; what has to be settled first is noted by field.
pub(super) async fn look_through(
    ctx: &Ctx,
    tx: &mut Tx,
    lead: &Lead,
    draft: &ConversionDraft,
    catalog: &Catalog,
    errors: &mut FieldErrors,
) -> Result<Ready> {
    let today = catalog.site.zone.at(ctx.now()).today();
    let settings = tx.conversions().settings().await?;
    let quotes = quotes_of(tx, draft).await?;
    let products = products_of(tx, draft).await?;
    draft.check(&quotes, &products, &settings.offered, today, errors);
    let (customer, is_new) = look_for_customer(ctx, tx, lead, draft, catalog, errors).await?;
    if customer.billing == Billing::Unbilled && draft.kind.paper().is_some() {
        let other = ConversionKind::Active.label();
        errors.add("kind", format!("{} is not billed here; choose “{other}”, or another way of billing for them first", customer.name));
    }
    Ok(Ready { quotes, customer, is_new, settings, today })
}

async fn look_for_customer(
    ctx: &Ctx,
    tx: &mut Tx,
    lead: &Lead,
    draft: &ConversionDraft,
    catalog: &Catalog,
    errors: &mut FieldErrors,
) -> Result<(Customer, bool)> {
    let today = catalog.site.zone.at(ctx.now()).today();
    let of_account = tx.customers().find_of_account(lead.account.id).await?;
    let chosen = match draft.customer {
        Some(id) => tx.customers().find(id).await?,
        None => None,
    };
    match (draft.customer, &of_account) {
        (Some(_), Some(known)) if chosen.as_ref().is_some_and(|chosen| chosen.id != known.id) => {
            errors.add("customer", format!("{} is customer {} already; choose that one", lead.account.name, known.number));
        }
        (None, Some(known)) => errors.add("customer", format!("{} is customer {} already; choose it", lead.account.name, known.number)),
        (Some(_), _) if chosen.is_none() => errors.add("customer", "That customer is not there any more; choose another, or a new one"),
        _ => {}
    }
    if let Some(chosen) = chosen {
        let known = tx.customer_services().count_of(chosen.id).await?;
        if known + draft.services.len() as i64 > SERVICES_MOST {
            errors.add("services", format!("{} has too many services already; at most {SERVICES_MOST} can be kept", chosen.title()));
        }
        return Ok((chosen, false));
    }
    let mut customer = Customer::of_lead(lead, today, ctx.now());
    if draft.customer.is_none() && of_account.is_none() {
        let region = &catalog.site.region;
        customer.fill(&draft.fields, catalog, &|text| phone::parse(text, region), errors);
        if !customer.number.is_empty() && tx.customers().find_by_number(&customer.number).await?.is_some() {
            errors.add("number", format!("{} is another customer’s number; choose another, or leave it empty for the next one", customer.number));
        }
    }
    Ok((customer, true))
}

/// What would be there afterwards, a sentence each.
pub(super) fn preview(lead: &Lead, draft: &ConversionDraft, ready: &Ready, problems: FieldErrors, catalog: &Catalog) -> ConversionPreview {
    let totals = draft.totals().unwrap_or_default();
    let sentences = if problems.is_empty() { sentences(lead, draft, ready, &totals, catalog) } else { Vec::new() };
    ConversionPreview { sentences, totals, problems }
}

fn sentences(lead: &Lead, draft: &ConversionDraft, ready: &Ready, totals: &Totals, catalog: &Catalog) -> Vec<String> {
    let mut told = Vec::new();
    let customer = &ready.customer;
    let state = draft.kind.state_after((!ready.is_new).then_some(customer.state));
    told.push(match (ready.is_new, state) {
        (true, state) => format!("{} becomes a new customer, {}.", customer.name, state.label().to_lowercase()),
        (false, state) if state == customer.state => format!("{} stays a customer, {}.", customer.title(), state.label().to_lowercase()),
        (false, state) => format!("{} becomes {}.", customer.title(), state.label().to_lowercase()),
    });
    told.push(match draft.services.len() {
        0 => "No service is made.".to_owned(),
        1 => "One service is made.".to_owned(),
        count => format!("{count} services are made."),
    });
    let total = money::exact(totals.all.total(), &draft.currency);
    let due = ready.today.plus_ms(ready.settings.due_days * DAY_MS).readable_day();
    told.push(match draft.kind {
        ConversionKind::ActiveWithInvoice => format!("An invoice for {total} is made, to be paid until {due}."),
        ConversionKind::InactiveWithProforma if state == CustomerState::Active => {
            format!("A proforma invoice for {total} is made, to be paid until {due}; it becomes an invoice when it is paid.")
        }
        ConversionKind::InactiveWithProforma => {
            format!("A proforma invoice for {total} is made, to be paid until {due}; once it is paid it becomes an invoice, and they become active.")
        }
        ConversionKind::Active => "No invoice is made; what recurs is billed from its second period on.".to_owned(),
    });
    for quote in ready.quotes.iter().filter(|quote| quote.state != QuoteState::Accepted) {
        told.push(format!("{} is noted as accepted.", quote.name()));
    }
    if lead.state.life_cycle().is_open() {
        let status = won_status(lead, &ready.settings, catalog);
        told.push(format!("The lead is won, as “{status}”, and cannot be changed any more."));
    }
    told
}

fn won_status(lead: &Lead, settings: &ConversionSettings, catalog: &Catalog) -> String {
    let first = || catalog.default_status(lead.lead_type, domain::LifeCycle::Won).map(|status| status.id);
    let status = settings.won_status(lead.lead_type, catalog).or_else(first).and_then(|id| catalog.status(id));
    status.map_or_else(String::new, |status| status.name.clone())
}
